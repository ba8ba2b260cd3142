// Deadlines: how far away each day is by the reader's clock; the page itself knows only the snapshot's day.
(() => {
  "use strict";
  const now = Date.now();
  for (const cell of document.querySelectorAll("[data-due]")) {
    const due = Date.parse(cell.dataset.due.length === 10 ? `${cell.dataset.due}T23:59:59Z` : cell.dataset.due);
    if (Number.isNaN(due)) continue;
    const days = Math.trunc((due - now) / 86400000);
    const said = `${Math.abs(days).toLocaleString("en")} day${Math.abs(days) === 1 ? "" : "s"}`;
    cell.textContent = due < now ? `${said} past` : `in ${said}`;
  }
})();
