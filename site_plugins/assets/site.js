// On every page: says that the data is old, keeps the search index until it is needed, and copies what has a button.
(() => {
  "use strict";
  // The theme fetches the index of the search with every page, which is more than all the rest of a page together.
  const { open, send } = XMLHttpRequest.prototype;
  const indexes = new WeakSet();
  const searching = new Promise((resolve) => {
    if (new URLSearchParams(location.search).has("q")) resolve();
    const field = ".md-search__input, #__search, [for=__search]";
    for (const type of ["focusin", "pointerover", "click"]) {
      addEventListener(type, ({ target }) => { if (target.closest?.(field)) resolve(); }, { passive: true });
    }
  });
  XMLHttpRequest.prototype.open = function (...request) {
    if (new URL(request[1], location).pathname.endsWith("/search/search_index.json")) indexes.add(this);
    return open.apply(this, request);
  };
  XMLHttpRequest.prototype.send = function (...body) {
    if (!indexes.has(this)) return send.apply(this, body);
    searching.then(() => send.apply(this, body));
  };

  // Only a reader's own clock can tell how long ago the snapshot was.
  const note = document.getElementById("ci-stale");
  note.hidden = Date.now() - Date.parse(note.dataset.asOf) <= 7 * 86400000;

  // What scrolls sideways must be reachable by keyboard; the theme puts the tables of written pages into such boxes.
  addEventListener("load", () => {
    for (const box of document.querySelectorAll(".md-typeset__scrollwrap, .md-typeset pre > code")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    }
  });

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
