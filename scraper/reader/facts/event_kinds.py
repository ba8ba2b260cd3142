"""The kind of each event of a timeline: the main thing that its line says happened."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ca_incidents.scraper.reader.facts.fact import Happening
from ca_incidents.scraper.reader.facts.words import table

OTHER = "other"
_LONGEST_READ = 300
# The reason or the means of what happened: "After the meeting, we revoked all".
_LEADING_CLAUSE = re.compile(
    r"\W*(?:after|following|upon|based on|as (?:a |part )|once|while|during|in response|due to|because|since|when"
    r"|having|with|given|although|despite|prior to|before)\b[^.:;]{0,160}?,\s+(?=\S+ \S+ \S)",
    re.I,
)


def with_kinds(events: Iterable[Happening]) -> Iterator[Happening]:
    """Add the kind of each event.

    A confirmation is awareness where no earlier line says that the CA knew, and part of the investigation later; to
    have read a message is not yet to know. A change before anybody knew is no repair.
    """
    is_known, is_reported = False, False
    for event in events:
        kind = kind_of(event.text)
        if kind == "confirmation":
            kind = "investigation" if is_known else "awareness"
        elif kind == "reading":
            yield replace(event, kind="awareness")
            continue
        elif kind == "change" and (is_known or is_reported):
            kind = "fix"
        is_known |= kind == "awareness"
        is_reported |= kind == "problem-report"
        yield replace(event, kind=kind)


def kind_of(text: str) -> str:
    """Return the kind of an event by its first clear words; `confirmation` and `reading` depend on the lines before."""
    read = text[:_LONGEST_READ]
    leading = _LEADING_CLAUSE.match(read)
    found = sorted(
        (row.rank, match.start(), place, row.slug)
        for place, row in enumerate(table().event_kinds)
        if (match := row.pattern.search(read, leading.end() if leading else 0))
    )
    if not found and leading:
        return kind_of(read[: leading.end()].lstrip().partition(" ")[2])
    return found[0][-1] if found else OTHER
