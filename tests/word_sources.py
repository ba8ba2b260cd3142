"""What the weights of words are fitted from, as far as it is in the repository."""

import hashlib
import re
from functools import cache
from pathlib import Path

from ca_incidents.schema.tables import registry

HERE = Path(__file__).parent
_PARTS = ("fit", "choose", "final", "last", "more", "remaining", "discovery")
LABELS = tuple(HERE / "labels" / "parts" / f"{name}.ndjson" for name in _PARTS)
EVENTS = (HERE / "labels" / "lines" / "events.tsv", HERE / "cases" / "events.tsv")
PROGRESS = HERE / "labels" / "lines" / "progress.tsv"
ITEMS = (HERE / "labels" / "lines" / "items.tsv",)
OPENINGS = HERE / "labels" / "lines" / "openings.ndjson"
ANSWERS = HERE / "cases" / "discoveries.tsv"
# The form around an answer of `ANSWERS`.
ANSWER = "1. How your CA first became aware of the problem\n\n{}\n\n2. A timeline of the actions your CA took\n\nNone."
# Sentences of a summary or a first answer: the day of awareness that each states, the day of writing, the place.
AWARE = HERE / "cases" / "awareness.tsv"
SUMMARY = "## Incident Report\n### Summary\n{}\n### Impact\nOne certificate.\n### Timeline\nNone.\n"
THREADS = tuple(sorted((HERE / "cases" / "threads").glob("*.ndjson")))


def sources_digest() -> str:
    """Return the digest of all of it."""
    files = [*LABELS, OPENINGS, ANSWERS, AWARE, PROGRESS, *EVENTS, *ITEMS, *THREADS]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


@cache
def words_of_names() -> frozenset[str]:
    """Return how the words of organisations' names begin, except those that invented texts have, and root programs."""
    known = registry.standard()
    names = [
        name
        for owner in known.owners.values()
        for name in (owner.name, *owner.names, *(one.name for one in owner.former_names))
    ]
    invented = " ".join(path.read_text("utf-8") for path in (*EVENTS, *ITEMS, OPENINGS, *THREADS))
    programs = " ".join(program.name for program in known.programs.values())
    return _beginnings(" ".join(names)) - _beginnings(f"{invented} {programs}")


def _beginnings(text: str) -> frozenset[str]:
    words = {word.casefold() for word in re.findall(r"[^\W\d_]{2,}", text)}
    return frozenset({word[:6] for word in words} | {f"{word[:4]}-" for word in words})


def is_of_name(evidence: str) -> bool:
    """Return whether a piece of evidence has a word of a name: who a CA is says nothing of what happened."""
    return not words_of_names().isdisjoint(re.sub(r"^\w+: ", "", evidence).replace("^", "").split(" "))
