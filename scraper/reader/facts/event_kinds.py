"""The kind of each event of a timeline: the main thing that its line says happened."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from ca_incidents.scraper.reader.evidence.word_scores import of_words, verdict
from ca_incidents.scraper.reader.facts.fact import Happening
from ca_incidents.scraper.reader.facts.words import Row, table

OTHER = "other"
# Kinds of the table that are none of the vocabulary: the lines before decide what they are.
_CONFIRMATION, _READING = "confirmation", "reading"
_OF_CONFIRMATIONS = frozenset({"awareness", "investigation"})
_LONGEST_READ = 300
# The reason or the means of what happened: "After the meeting, we revoked all".
_LEADING_CLAUSE = re.compile(
    r"\W*(?:after|following|upon|based on|as (?:a |part )|once|while|during|in response|due to|because|since|when"
    r"|having|with|given|although|despite|prior to|before)\b[^.:;]{0,160}?,\s+(?=\S+ \S+ \S)",
    re.I,
)


def with_kinds(events: Iterable[Happening]) -> Iterator[Happening]:
    """Add the kind of each event: by the rules, by all words of its line, and by the lines before.

    A confirmation is awareness where no earlier line says that the CA knew, and part of the investigation later; to
    have read a message is not yet to know. A change before anybody knew is no repair.
    """
    is_known, is_reported = False, False
    for event in events:
        by_rule = kind_of(event.text)
        kind = _weighed(event.text, by_rule, confirmation="investigation" if is_known else "awareness")
        if kind == "change" and (is_known or is_reported):
            kind = "fix"
        is_known |= kind == "awareness" and by_rule != _READING
        is_reported |= kind == "problem-report"
        yield replace(event, kind=kind)


def _weighed(text: str, by_rule: str, *, confirmation: str) -> str:
    """Weigh what the rules read against all words; they cannot tell whether a confirmation is the first one."""
    read = {_CONFIRMATION: confirmation, _READING: "awareness"}.get(by_rule, by_rule)
    by_words = str(verdict("timeline.kind", of_words(text[:_LONGEST_READ]), read).value)
    return read if by_rule == _CONFIRMATION and by_words in _OF_CONFIRMATIONS else by_words


def kind_of(text: str) -> str:
    """Return the kind of an event by its first clear words; `confirmation` and `reading` depend on the lines before."""
    read = text[:_LONGEST_READ]
    leading = _LEADING_CLAUSE.match(read)
    start = leading.end() if leading else 0
    found = next(filter(None, (_matches(rows, read, start) for rows in _by_rank())), [])
    if not found and leading:
        return kind_of(read[: leading.end()].lstrip().partition(" ")[2])
    return min(found)[-1] if found else OTHER


def _matches(rows: Sequence[tuple[int, Row]], text: str, start: int) -> list[tuple[int, int, str]]:
    return [(match.start(), place, row.slug) for place, row in rows if (match := row.pattern.search(text, start))]


@cache
def _by_rank() -> tuple[tuple[tuple[int, Row], ...], ...]:
    """Return the rows of each rank, the surest first, with their places in the table."""
    rows = tuple(enumerate(table().event_kinds))
    return tuple(tuple(one for one in rows if one[1].rank == rank) for rank in sorted({row.rank for _, row in rows}))
