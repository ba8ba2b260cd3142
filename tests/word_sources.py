"""What the weights of words are fitted from, as far as it is in the repository."""

import hashlib
from pathlib import Path

HERE = Path(__file__).parent
_PARTS = ("fit", "choose", "final", "last", "more", "remaining", "discovery")
LABELS = tuple(HERE / "labels" / "parts" / f"{name}.ndjson" for name in _PARTS)
LINES = {
    "timeline.kind": (HERE / "labels" / "lines" / "events.tsv", HERE / "cases" / "events.tsv"),
    "action_items.subject": (HERE / "labels" / "lines" / "items.tsv",),
}
OPENINGS = HERE / "labels" / "lines" / "openings.ndjson"
ANSWERS = HERE / "cases" / "discoveries.tsv"
# The form around an answer of `ANSWERS`.
ANSWER = "1. How your CA first became aware of the problem\n\n{}\n\n2. A timeline of the actions your CA took\n\nNone."
THREADS = tuple(sorted((HERE / "cases" / "threads").glob("*.ndjson")))


def sources_digest() -> str:
    """Return the digest of all of it."""
    files = [*LABELS, OPENINGS, ANSWERS, *(path for paths in LINES.values() for path in paths), *THREADS]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
