"""The kind of each event of a timeline: the main thing that its line says happened."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ca_incidents.scraper.reader.evidence.word_scores import Evidence, of_words, verdict
from ca_incidents.scraper.reader.facts.fact import Happening

_OTHER = "other"
_LONGEST_READ = 300
# The value of each kind before a line; the squares of the values of its words add up to 1.
_BEFORE = 0.15


def with_kinds(events: Iterable[Happening]) -> Iterator[Happening]:
    """Add the kind of each event, by the words of its line and the kinds of the events before it."""
    before: list[str] = []
    for event in events:
        told = verdict("timeline.kind", evidence(event.text, before))
        kind = str(told.value) if told.counts else _OTHER
        before.append(kind)
        yield replace(event, kind=kind)


def evidence(text: str, before: Sequence[str]) -> Evidence:
    """Return the words of a line, and the kinds of the lines before.

    What a line means depends on them: the first line that confirms a fault is awareness, the next is investigation; a
    change before anybody knew is no repair.
    """
    words = of_words(text[:_LONGEST_READ])
    last = {f"{place} {kind}": _BEFORE for place, kind in zip(("after", "second after"), before[:-3:-1], strict=False)}
    return {**words, **last, **{f"some time after {kind}": _BEFORE for kind in sorted(set(before))}} if words else {}
