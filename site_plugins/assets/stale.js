// Says that the data is old: only a reader's own clock can tell how long ago the snapshot was.
(() => {
  "use strict";
  const note = document.getElementById("ci-stale");
  note.hidden = Date.now() - Date.parse(note.dataset.asOf) <= 7 * 86400000;
})();
