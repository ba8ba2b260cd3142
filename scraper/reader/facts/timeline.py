"""Dated events of a report's timeline, each with its kind if its words are clear."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import get_args

from ca_incidents.schema.model import Doubt, Precision
from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.event_kinds import with_kinds
from ca_incidents.scraper.reader.facts.fact import Context, Found, Happening, doubt, doubts_about
from ca_incidents.scraper.reader.text.dates import (
    OFFSETS,
    Moment,
    Order,
    moments,
    opening,
    readings,
    stated_offset,
    with_day,
    zone_in,
)
from ca_incidents.scraper.reader.text.lines import Line

ZONES = "|".join(sorted((name for name in OFFSETS if len(name) > 1), key=lambda name: (-len(name), name)))
_FILLER = re.compile(
    r"(?:\(?[A-Za-z0-9]{1,2}[.)] )?(?:[\s*_`\[\](){}:,;.~|>\"'#+•·–-]|\b(?:on|at|by|from|between|since|starting|start"
    r"|approx|approximately|around|about|circa|ca|utc|cet|cest|the|date|time|day"
    r"|early|late|mid|beginning|end|of|in|before|after|until|as|event|morning|evening|afternoon"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)\b)*$",
    re.I,
)
_REST_OF_HEADING = re.compile(
    rf"(?:[\s*_`\[\]():,;.–-]|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|\b(?P<zone>{ZONES})\b)*$",
    re.I,
)
# A day starts an event if punctuation separates it from the event's words, or if it is alone on its line.
_AFTER_DAY = re.compile(r"[ *_]{0,4}(?:$|[:–-]|\|)")
_IDENTIFIER = re.compile(r"crt\.sh|[0-9A-Fa-f]{40}|show_bug", re.I)
_LONGEST_START = 48
_LONGEST_MARK = 3
# The length of `2024-03-25T15:35`; an offset makes it longer.
_WITHOUT_OFFSET = 16
_LONGEST_ANNOUNCEMENT = 160
_ANNOUNCES = re.compile(
    r"\b(?:time ?lines?|chronolog\w+|(?:sequence|course|order) of (?:the )?(?:events|actions))\b(?P<rest>.*)", re.I
)
_END_OF_ANNOUNCEMENT = re.compile(r":[ *_]{0,4}$|^[ *_]{0,4}$|\((?:[^()]{0,40}\))[ *_]{0,4}$|as follows\W{0,4}$", re.I)
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
        lines = section.lines() if section.slug not in _NO_TIMELINE else ()
        announced = _announces(section.line.text) and not section.label.value
        block: list[Line] | None = [] if announced else None
        for line in lines:
            if line.kind != "row" and _announces(line.text):
                block = []
            elif block is not None:
                block.append(line)
        if block:
            yield block


def _announces(text: str) -> bool:
    match = _ANNOUNCES.search(text) if len(text) <= _LONGEST_ANNOUNCEMENT else None
    return match is not None and _END_OF_ANNOUNCEMENT.search(match["rest"]) is not None


def _tables(document: Document) -> Iterator[Sequence[Line]]:
    """Find tables with a column of dates and one of events."""
    for section in document.sections:
        block: list[Line] = []
        for line in section.lines() if section.slug not in _NO_TIMELINE else ():
            if line.kind != "row":
                yield block
                block = []
            elif block or (_names_time(line.cells) and any(_EVENT_COLUMN.match(cell) for cell in line.cells)):
                block.append(line)
        yield block


def _runs_of_dated_lines(document: Document) -> Iterator[Sequence[Line]]:
    """Find lines that each begin with a day and a time, or with a day that punctuation separates from the words.

    "On 3 November an engineer found …" is a sentence where other lines are entries of a list.
    """
    for section in document.sections:
        entries, sentences = list[Line](), list[Line]()
        for line in section.lines() if section.slug not in _NO_TIMELINE else ():
            leading = leading_moment(line.text, document) if line.kind in {"text", "item"} else None
            if leading and leading[0].start <= _LONGEST_MARK and _begins_entry(*leading, line.text):
                is_sentence = leading[0].start > 0 and line.kind == "text"
                (sentences if is_sentence else entries).append(line)
        yield entries if len(entries) >= _A_LIST else sorted((*entries, *sentences), key=lambda line: line.number)


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


def read(document: Document, context: Context) -> Found:  # noqa: ARG001
    """Read the dated lines of the timeline, in their order, each with its kind."""
    events, doubts = _read(document)
    return Found(timeline=events, doubts=doubts)


def events_in(document: Document) -> tuple[Happening, ...]:
    """Return the events of a comment's timeline; a day whose year nothing states is the last before the comment."""
    events, doubts = _read(document)
    if any(one.kind == _NO_YEAR for one in doubts):
        return _read(document, filed=document.comment.at)[0]
    return events


_NO_YEAR = "date-without-year"


# Three facts ask for the events of one comment after another.
@lru_cache(maxsize=2)
def _read(document: Document, filed: str | None = None) -> tuple[tuple[Happening, ...], tuple[Doubt, ...]]:
    for shape in SHAPES:
        events, doubts = list[Happening](), list[Doubt]()
        for block in shape.blocks(document):
            if not block:
                continue
            above = [line for line in document.lines if line.number < block[0].number]
            place = _Place(document, above, order=_order_in(block, document), filed=filed)
            events += place.events_of(block)
            doubts += place.doubts
            if document.is_cut and block[-1].number == document.lines[-1].number and _is_incomplete(events):
                events.pop()
        if len(events) >= shape.fewest or doubts:
            return (tuple(with_kinds(events)) if len(events) >= shape.fewest else ()), tuple(doubts)
    return (), ()


def _order_in(block: Sequence[Line], document: Document) -> Order | None:
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


def _is_incomplete(found: Sequence[Happening]) -> bool:
    """Tell whether the last event of a cut text may lack its time, or a time zone that the previous event has."""
    if not found or re.search(r"\w", found[-1].text):
        return False
    last, before = found[-1], found[-2] if len(found) > 1 else None
    lacks_zone = len(last.at) == _WITHOUT_OFFSET and before is not None and len(before.at) > _WITHOUT_OFFSET
    return last.precision != "minute" or lacks_zone


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of a timeline, with the date or time that it begins with and the words after it."""

    line: Line
    text: str
    leading: tuple[Moment, str] | None

    @property
    def is_clock(self) -> bool:
        """True for a time without a day."""
        return self.leading is not None and self.leading[0].at is None and self.leading[0].yearless is None


@dataclass(slots=True)
class _Place:
    """State carried from line to line of a timeline: day, year, time zone, and a date that still lacks its words."""

    document: Document
    above: Sequence[Line]
    order: Order | None = None
    filed: str | None = None
    day: Moment | None = None
    alone: Happening | None = None
    year: str | None = None
    zone: str = ""
    doubts: list[Doubt] = field(default_factory=list)
    _years: dict[int, set[str]] | None = None

    def events_of(self, lines: Sequence[Line]) -> Iterator[Happening]:
        """Read each line that begins with its date or time; a day alone on a line holds for the times below it."""
        entries = [
            _Entry(line, text, leading_moment(text, self.document, self.order)) for text, line in self._texts(lines)
        ]
        for entry, after in zip(entries, (*entries[1:], None), strict=True):
            if entry.leading is not None:
                yield from self._of_entry(
                    entry, *entry.leading, is_heading=after is not None and _is_day_of(entry, after)
                )
            elif self.alone is not None and entry.line.kind in {"item", "text"}:
                yield replace(self.alone, text=entry.text)
                self.alone = None
            elif entry.line.kind == "text":
                self.zone = stated_offset(entry.text) or self.zone
        yield from self._undescribed()

    def _undescribed(self) -> Iterator[Happening]:
        if self.alone is not None:
            yield self.alone
        self.alone = None

    def _of_entry(self, entry: _Entry, moment: Moment, rest: str, *, is_heading: bool) -> Iterator[Happening]:
        moment = self._with_year(moment)
        if moment.at is None and moment.yearless is not None:
            without_year = entry.text[moment.start : moment.end]
            self.doubts.append(doubt(_NO_YEAR, "timeline", without_year, self.document))
            self.day = self.alone = None
            return
        if moment.at is None:
            if self.day is None or self.day.at is None:
                return
            if self.alone is not None and self.alone.precision == "minute":
                yield self.alone
            self.alone = None
            yield from self._event(with_day(moment, self.day.at[:10]), "minute", rest)
        else:
            yield from self._undescribed()
            if moment.precision in {"day", "minute"}:
                self.day, self.year = moment, _year_of(moment) or self.year
            heading = _REST_OF_HEADING.match(rest) if moment.precision == "day" else None
            if heading and heading["zone"]:
                self.zone = OFFSETS[heading["zone"].upper()]
            if not is_heading:
                yield from self._event(moment.at, moment.precision, "" if heading else rest)
        self.doubts += doubts_about([moment], "timeline", self.document)

    def _event(self, at: str, precision: Precision, rest: str) -> Iterator[Happening]:
        """Return an event that has words; one without waits for the line below."""
        zoned = at + self.zone if len(at) == _WITHOUT_OFFSET and precision == "minute" else at
        text = rest.strip(" *_–-:;,.|").lstrip("()[] ")
        event = Happening(at=zoned, precision=precision, text=text, source=self.document.number)
        if re.search(r"\w", text):
            yield event
        else:
            self.alone = event

    def _with_year(self, moment: Moment) -> Moment:
        """Add the year of the previous event to a date without one, unless the month shows that the year has changed.

        The first event takes the year that the text states before it.
        """
        if moment.yearless is None:
            return moment
        month, number = moment.yearless
        if self.year is not None and month < int(self.year[5:7]):
            return moment
        year = self.year[:4] if self.year else self._year_above(moment.yearless)
        if year is None and self.filed:
            year = str(int(self.filed[:4]) - (f"{month:02}-{number:02}" > self.filed[5:10]))
        if year is None:
            return moment
        at = f"{year}-{month:02}-{number:02}"
        return replace(
            moment, at=f"{at}T{moment.clock}" if moment.clock else at, precision="minute" if moment.clock else "day"
        )

    def _year_above(self, day: tuple[int, int]) -> str | None:
        """Return the year of a day that is stated without it, from the days of its month above; None if they differ.

        It is not a day after the comment was written.
        """
        if self._years is None:
            self._years = defaultdict(set)
            for moment in (one for line in self.above if not line.quoted for one in self.document.moments(line.text)):
                if moment.is_certain and moment.at and moment.precision in {"day", "minute"}:
                    self._years[int(moment.at[5:7])].add(moment.at[:4])
        month, number = day
        years = self._years.get(month, set())
        year = next(iter(years)) if len(years) == 1 else None
        written = (self.document.comment.at or "9999")[:10]
        return year if year and f"{year}-{month:02}-{number:02}" <= written else None

    def _texts(self, lines: Sequence[Line]) -> Iterator[tuple[str, Line]]:
        """Yield each line with its text; in a table row, the cells with date and time come first."""
        columns: tuple[int, ...] | None = None
        for line in lines:
            if line.kind != "row":
                columns = None
                yield line.text, line
            elif any(line.cells):
                names = line.header or (columns is None and _names_time(line.cells))
                if names:
                    columns = _time_columns(line.cells)
                    zones = [zone for n in columns or () if (zone := zone_in(line.cells[n]))]
                    self.zone = zones[0] if zones else self.zone
                else:
                    yield _row_text(line.cells, columns), line


def _is_day_of(entry: _Entry, after: _Entry) -> bool:
    """Tell whether a day is the heading of the times below it, whatever its words: "3 May: the repair"."""
    is_day = entry.leading is not None and entry.leading[0].clock is None and not entry.is_clock
    is_below = entry.line.kind != "item" or after.line.level > entry.line.level
    return is_day and after.is_clock and after.line.kind == "item" and entry.line.kind != "row" and is_below


def _year_of(moment: Moment) -> str | None:
    return moment.at[:7] if moment.at and moment.precision != "ambiguous" else None


def leading_moment(text: str, document: Document, order: Order | None = None) -> tuple[Moment, str] | None:
    """Return the date or time that a line begins with, and the words after it.

    `order` is that of day and month where only the timeline as a whole settles it.
    """
    if not _DIGIT.search(text, 0, _LONGEST_START):
        return None
    found = moments(text, replace(document.setting, order=order, orders=())) if order else document.moments(text)
    if not found or found[0].start > _LONGEST_START or not _FILLER.match(text[: found[0].start]):
        start = len(text) - len(text.lstrip(" *_-–•·+#[("))
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
    if first.precision == "minute" and first.at and len(first.at) == _WITHOUT_OFFSET:
        first = replace(first, at=first.at + zone)
    elif first.clock and len(first.clock) == _CLOCK:
        first = replace(first, clock=first.clock + zone)
    return first, text[second.end :]


_DIGIT = re.compile("[0-9]")
_RANGE = re.compile(r"[\s–-]*(?:to|until|till|and)?[\s–-]*")
_CLOCK = len("15:35")


def _names_time(cells: Sequence[str]) -> bool:
    return any(re.match(r"[*_ ]*(?:date|time|when|day|utc|timestamp)", cell, re.I) for cell in cells) and not any(
        re.search(r"[0-9]{2}", cell) for cell in cells
    )


def _time_columns(cells: Sequence[str]) -> tuple[int, ...] | None:
    named = tuple(
        n for n, cell in enumerate(cells) if re.match(r"[*_ ]*(?:date|time|when|day|utc|timestamp)", cell, re.I)
    )
    return named or None


def _row_text(cells: Sequence[str], columns: tuple[int, ...] | None) -> str:
    if columns is None:
        return " ".join(cells)
    first = [cells[n] for n in columns if n < len(cells)]
    return " ".join([*first, *(cell for n, cell in enumerate(cells) if n not in columns)])
