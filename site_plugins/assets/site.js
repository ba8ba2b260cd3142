// On every page: says that the data is old, and copies what has a button for it.
(() => {
  "use strict";
  // Only a reader's own clock can tell how long ago the snapshot was.
  const note = document.getElementById("ci-stale");
  note.hidden = Date.now() - Date.parse(note.dataset.asOf) <= 7 * 86400000;

  document.addEventListener("DOMContentLoaded", () => {
    if (!navigator.clipboard) return;
    for (const button of document.querySelectorAll(".ci-copy")) {
      const text = button.closest("h3").nextElementSibling;
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(text.textContent);
        button.textContent = "Copied";
        button.setAttribute("aria-label", button.getAttribute("aria-label").replace(/^Copy:/, "Copied:"));
      });
    }
  });
})();
