// Long tables: every heading becomes a button, and the library sorts when one is pressed.
import "./sortable/sortable.min.js";

for (const table of document.querySelectorAll("table.ci-sorts")) {
  // The names that the library looks for: first ascending, cells without a value last.
  table.classList.add("sortable", "asc", "n-last");
  for (const head of table.tHead.rows[0].cells) {
    if (head.classList.contains("no-sort")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "ci-x-sorts";
    button.append(...head.childNodes);
    head.append(button);
  }
}
