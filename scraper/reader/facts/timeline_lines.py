"""Where a report has the lines of a timeline, and how such a line begins: one row per shape."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.text.dates import Moment, Order, moments, opening, readings
from ca_incidents.scraper.reader.text.lines import Line

_FILLER = re.compile(
    r"(?:\(?[A-Za-z0-9]{1,2}[.)] )?(?:[\W_]|\b(?:on|at|by|from|between|since|starting|start"
    r"|approx|approximately|around|about|circa|ca|utc|cet|cest|the|date|time|day"
    r"|early|late|mid|beginning|end|of|in|before|after|until|as|event|morning|evening|afternoon"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)\b)*$",
    re.I,
)

# A day starts an event if punctuation separates it from the event's words, or if it is alone on its line.
_AFTER_DAY = re.compile(r"[ *_]{0,4}(?:$|[:–-]|\|)")

_IDENTIFIER = re.compile(r"crt\.sh|[0-9A-Fa-f]{40}|show_bug", re.I)

_LONGEST_START = 48

_LONGEST_MARK = 3

# The length of `2024-03-25T15:35`; an offset makes it longer.
WITHOUT_OFFSET = 16

_LONGEST_ANNOUNCEMENT = 160

_ANNOUNCES = re.compile(
    r"\b(?:time ?lines?|chronolog\w+|(?:sequence|course|order) of (?:the )?(?:events|actions)"
    r"|events(?=\W*$))\b(?P<rest>.*)",
    re.I,
)

_END_OF_ANNOUNCEMENT = re.compile(
    r":[ *_]{0,4}$|^[ *_]{0,4}$|(?:\(|^,? )[^().]{0,60}\)[ *_:.]{0,4}$|as (?:follows|under|below)\W{0,4}$", re.I
)

_EVENT_COLUMN = re.compile(r"[*_ ]*(?:\w+ )?(?:events?|descriptions?|actions?|activit\w+|details?|what\b)", re.I)

# Dates in these sections are those of certificates, other incidents, promises or fields.
_NO_TIMELINE = frozenset(
    {"q-aware", "action-items", "q-steps", "affected", "appendix", "q-data", "related-incidents", "factor-timeline",
     "nc-start", "nc-identified", "nc-end", "timeline-summary", "closure-commitments", "remaining", "total"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A way in which reports write a timeline: where its lines are found, and how few events make one."""

    name: str
    blocks: Callable[[Document], Iterable[Sequence[Line]]]
    fewest: int = 1


def _sections(document: Document) -> Iterator[Sequence[Line]]:
    for section in document.named("timeline", "q-timeline"):
        yield section.lines()


def _below_announcements(document: Document) -> Iterator[Sequence[Line]]:
    """Find the dated lines below "The timeline is as follows:", and what belongs to them."""
    for section in document.sections:
        lines = section.lines() if section.slug not in _NO_TIMELINE - {"q-aware"} else ()
        announced = announces(section.line) and not section.label.value
        block: list[Line] | None = [] if announced else None
        for line in lines:
            if line.kind != "row" and announces(line):
                block = []
            elif block is not None:
                block.append(line)
        if block:
            yield block


def announces(line: Line) -> bool:
    """Return whether a heading, or a line such as "The timeline is as follows:", announces a timeline."""
    match = _ANNOUNCES.search(line.text) if len(line.text) <= _LONGEST_ANNOUNCEMENT else None
    return match is not None and (line.kind == "heading" or _END_OF_ANNOUNCEMENT.search(match["rest"]) is not None)


def _tables(document: Document) -> Iterator[Sequence[Line]]:
    """Find tables with a column of dates and one of events."""
    for section in document.sections:
        block: list[Line] = []
        for line in section.lines() if section.slug not in _NO_TIMELINE else ():
            if line.kind != "row":
                yield block
                block = []
            elif block or (names_time(line.cells) and any(_EVENT_COLUMN.match(cell) for cell in line.cells)):
                block.append(line)
        yield block


def _runs_of_dated_lines(document: Document) -> Iterator[Sequence[Line]]:
    """Find lines that each begin with a day and a time, or with a day that punctuation separates from the words.

    "On 3 November an engineer found …" is a sentence where other lines are entries of a list. Below a day alone on its
    line, a time begins an entry.
    """
    for section in document.sections:
        entries, sentences = list[Line](), list[Line]()
        is_below_day = False
        for line in section.lines() if section.slug not in _NO_TIMELINE else ():
            leading = leading_moment(line.text, document) if line.kind != "row" else None
            if leading is None or leading[0].start > _LONGEST_MARK:
                is_below_day = False
            elif is_below_day and _is_clock(leading[0]):
                entries.append(line)
            elif _begins_entry(*leading, line.text):
                is_below_day = leading[0].precision == "day" and not re.search(r"\w", leading[1])
                is_sentence = leading[0].start > 0 and line.kind == "text"
                (sentences if is_sentence and not is_below_day else entries).append(line)
        yield entries if len(entries) >= _A_LIST else sorted((*entries, *sentences), key=lambda line: line.number)


def _is_clock(moment: Moment) -> bool:
    return moment.at is None and moment.yearless is None and moment.clock is not None


def _runs_of_past_lines(document: Document) -> Iterator[Sequence[Line]]:
    written = (document.comment.at or "9999")[:10]
    for block in _runs_of_dated_lines(document):
        days = [leading[0].at for line in block if (leading := leading_moment(line.text, document))]
        if all(day is None or day[:10] <= written for day in days):
            yield block


def lists_events(document: Document) -> bool:
    """Return whether a comment has a list of lines that each begin with a day up to its own."""
    return any(len([line for line in block if not line.quoted]) >= _A_LIST for block in _runs_of_past_lines(document))


def _begins_entry(moment: Moment, rest: str, text: str) -> bool:
    if moment.clock is None and moment.precision == "minute":
        return moment.at is not None
    if moment.precision in {"day", "ambiguous"} or moment.yearless:
        return moment.clock is not None or bool(_AFTER_DAY.match(rest) and not _IDENTIFIER.search(text))
    return False


def _dated_items(document: Document) -> Iterator[Sequence[Line]]:
    """Find items of a list that begin with a day and a dash, in a text without a form."""
    if not document.follows_form:
        for section in document.sections:
            yield [line for line in section.lines() if _is_dated_item(line)]


def _is_dated_item(line: Line) -> bool:
    # Markdown takes an item that is indented far below a paragraph for the paragraph's text.
    is_item = line.kind == "item" or line.text.startswith(("- ", "* "))
    return is_item and _DATED_ITEM.match(line.text) is not None


_DATED_ITEM = re.compile(r"[-* ]{0,3}[0-9]{4}-[0-9]{2}-[0-9X]{2} ?[–-] ")

_A_LIST = 3

# The first row whose blocks have enough events counts.
SHAPES = (
    Shape(name="section of the form", blocks=_sections),
    Shape(name="lines below one that announces a timeline", blocks=_below_announcements),
    Shape(name="table with columns for date and event", blocks=_tables, fewest=2),
    Shape(name="list of dated lines", blocks=_runs_of_dated_lines, fewest=_A_LIST),
    Shape(name="items with a day and a dash", blocks=_dated_items),
)


# Those of a later comment: it says itself that what follows is a timeline, or lists days up to its own.
LATER = (*SHAPES[:2], Shape(name="list of days that have passed", blocks=_runs_of_past_lines, fewest=_A_LIST))


def order_in(block: Sequence[Line], document: Document) -> Order | None:
    """Settle the order of day and month, where no date does, by the order of the events and the day of the report."""
    if not any(_NUMERIC.search(line.text[:_LONGEST_START]) for line in block):
        return None
    leading = [moment for line in block if (moment := _leading_day(line, document))]
    if not any(moment.precision == "ambiguous" for moment in leading):
        return None
    written = (document.comment.at or "9999")[:10]
    possible = list[Order]()
    for order in get_args(Order):
        days = [
            readings(one.at or "")[order] if one.precision == "ambiguous" else (one.at or "")[:10] for one in leading
        ]
        if days == sorted(days) and days[-1] <= written and len(set(days)) > 1:
            possible.append(order)
    return possible[0] if len(possible) == 1 else None


_NUMERIC = re.compile(r"[0-9][-/.][0-9]{1,2}[-/.][0-9]")


def _leading_day(line: Line, document: Document) -> Moment | None:
    leading = leading_moment(" ".join(line.cells) if line.kind == "row" else line.text, document)
    return leading[0] if leading and leading[0].at else None


def leading_moment(text: str, document: Document, order: Order | None = None) -> tuple[Moment, str] | None:
    """Return the date or time that a line begins with, and the words after it.

    `order` is that of day and month where only the timeline as a whole settles it.
    """
    if not _DIGIT.search(text, 0, _LONGEST_START):
        return None
    found = moments(text, replace(document.setting, order=order, orders=())) if order else document.moments(text)
    if not found or found[0].start > _LONGEST_START or not _FILLER.match(text[: found[0].start]):
        start = len(text) - len(_BULLETS.sub("", text))
        first = opening(text, start, document.setting)
        if first is None:
            return None
        found = (first, *(one for one in found if one.start >= first.end))
    return _without_range(text, *found[:2])


def _without_range(text: str, first: Moment, second: Moment | None = None) -> tuple[Moment, str]:
    """Skip the end of a range of days or hours: its start counts, with the zone written after its end."""
    if second is None or not _RANGE.fullmatch(text, first.end, second.start):
        return first, text[first.end :]
    zone = (second.clock or (second.at or "")[11:])[5:]
    if first.precision == "minute" and first.at and len(first.at) == WITHOUT_OFFSET:
        first = replace(first, at=first.at + zone)
    elif first.clock and len(first.clock) == _CLOCK:
        first = replace(first, clock=first.clock + zone)
    return first, text[second.end :]


_DIGIT, _BULLETS = re.compile("[0-9]"), re.compile(r"^[\W_]+")

_RANGE = re.compile(r"[\s–-]*(?:to|until|till|and)?[\s–-]*")

_CLOCK = len("15:35")


def names_time(cells: Sequence[str]) -> bool:
    """Return whether a table row is a header with a column of dates or times."""
    return any(re.match(r"[*_ ]*(?:date|time|when|day|utc|timestamp)", cell, re.I) for cell in cells) and not any(
        re.search(r"[0-9]{2}", cell) for cell in cells
    )
