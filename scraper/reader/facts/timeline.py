"""Dated events of a report's timeline, each with its kind."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from ca_incidents.schema.model import Doubt, Precision
from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.event_kinds import with_kinds
from ca_incidents.scraper.reader.facts.fact import Context, Found, Happening, doubt, doubts_about
from ca_incidents.scraper.reader.facts.timeline_lines import (
    LATER,
    SHAPES,
    WITHOUT_OFFSET,
    announces,
    leading_moment,
    names_time,
    order_in,
)
from ca_incidents.scraper.reader.text.dates import Moment, Order, day_of, with_day
from ca_incidents.scraper.reader.text.lines import Line
from ca_incidents.scraper.reader.text.zones import OFFSETS, stated_offset, zone_in

ZONES = "|".join(sorted((name for name in OFFSETS if len(name) > 1), key=lambda name: (-len(name), name)))
_REST_OF_HEADING = re.compile(
    r"(?:[\s*_`\[\]():,;.–-]|\ball (?:times|hours)(?: are)?(?: in)?\b"
    rf"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|\b(?P<zone>{ZONES})\b)*$",
    re.I,
)


def read(document: Document, context: Context) -> Found:
    """Read the dated lines of the timeline, in their order, each with its kind.

    A comment that is no report can only go on with the timeline.
    """
    events, doubts = _read(document, is_report=context.is_report)
    return Found(timeline=events, doubts=doubts)


def events_in(document: Document) -> tuple[Happening, ...]:
    """Return the events of a comment's timeline; a day whose year nothing states is the last before the comment."""
    events, doubts = _read(document, is_report=True)
    if any(one.kind == _NO_YEAR for one in doubts):
        return _read(document, is_report=True, filed=document.comment.at)[0]
    return events


_NO_YEAR = "date-without-year"


# Three facts ask for the events of one comment after another; the cache tells arguments apart by how they are given.
@lru_cache(maxsize=2)
def _read(
    document: Document, *, is_report: bool, filed: str | None = None
) -> tuple[tuple[Happening, ...], tuple[Doubt, ...]]:
    for shape in SHAPES if is_report else LATER:
        events, doubts = list[Happening](), list[Doubt]()
        for found in shape.blocks(document):
            block = [line for line in found if is_report or not line.quoted]
            if not block:
                continue
            above = [line for line in document.lines if line.number < block[0].number]
            is_announced = above and (announces(above[-1]) or above[-1].text.endswith(":"))
            zone = zone_in(above[-1].text) if is_announced else None
            place = _Place(document, above, order=order_in(block, document), filed=filed, zone=zone or "")
            events += place.events_of(block)
            doubts += place.doubts
            if (
                document.is_cut
                and block[-1].number == document.lines[-1].number
                and _is_incomplete(events, document.comment.text or "")
            ):
                events.pop()
        if len(events) >= shape.fewest or doubts:
            return (tuple(with_kinds(events)) if len(events) >= shape.fewest else ()), tuple(doubts)
    return (), ()


def _is_incomplete(found: Sequence[Happening], text: str) -> bool:
    """Return whether the last event of a cut text may lack its time, or a time zone that the previous event has."""
    if not found or re.search(r"\w", found[-1].text):
        return False
    if found[-1].precision == "day" and _WORD_AT_END.search(text[-_LONGEST_WORD:]):
        return False
    last, before = found[-1], found[-2] if len(found) > 1 else None
    lacks_zone = len(last.at) == WITHOUT_OFFSET and before is not None and len(before.at) > WITHOUT_OFFSET
    return last.precision != "minute" or lacks_zone


# What is cut off at the end of a text is no time if it begins with a letter.
_WORD_AT_END = re.compile(r"\s[A-Za-z]\w*$")
_LONGEST_WORD = 40


# "Everything in CET."
_ZONE_ALONE = re.compile(rf"\W*(?:(?:all|everything|times?|hours?|is|are|in|given) )*(?P<zone>{ZONES})\W*", re.I)


# "(dd/mm/yyyy, UTC-03:00)", "(UTC, rounded to minutes)"
_IN_BRACKETS = re.compile(r"[\W_]*\([^()]{2,80}\)[\W_]*")


def _zone_of_remark(text: str) -> str | None:
    """Return the offset of a line that is only a zone, or of a remark in brackets that names one zone."""
    alone = _ZONE_ALONE.fullmatch(text)
    if alone:
        return OFFSETS[alone["zone"].upper()]
    parts = re.split("[,;/]| and | or ", text) if _IN_BRACKETS.fullmatch(text) else []
    zones = {zone for part in parts if (zone := zone_in(part))}
    return zones.pop() if len(zones) == 1 else None


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
        for n, entry in enumerate(entries):
            after = entries[n + 1] if n + 1 < len(entries) else None
            if entry.leading is not None:
                yield from self._of_entry(
                    entry, *entry.leading, is_heading=after is not None and _is_day_of(entry, after)
                )
            elif self.alone is not None and entry.line.kind in {"item", "text"}:
                yield replace(self.alone, text=entry.text)
                self.alone = None
            elif entry.line.kind == "text":
                announced = zone_in(entry.text) if announces(entry.line) else None
                self.zone = announced or stated_offset(entry.text) or _zone_of_remark(entry.text) or self.zone
        yield from self._undescribed(is_last=True)

    def _undescribed(self, *, is_last: bool = False) -> Iterator[Happening]:
        """Yield a time without words; a day without any is a heading, unless its words may be cut off."""
        if self.alone is not None and (self.alone.precision == "minute" or (is_last and self.document.comment.cut)):
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
            self.year = _year_of(moment) or self.year
            if moment.precision in {"day", "minute"}:
                self.day = moment
            heading = _REST_OF_HEADING.match(rest) if moment.precision == "day" else None
            if heading and heading["zone"]:
                self.zone = OFFSETS[heading["zone"].upper()]
            if not is_heading:
                yield from self._event(moment.at, moment.precision, "" if heading else rest)
        self.doubts += doubts_about([moment], "timeline", self.document)

    def _event(self, at: str, precision: Precision, rest: str) -> Iterator[Happening]:
        """Return an event that has words; one without waits for the line below."""
        zoned = at + self.zone if len(at) == WITHOUT_OFFSET and precision == "minute" else at
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
        at = day_of(int(year), moment.yearless)
        if at is None:
            return moment
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
                names = line.header or (columns is None and names_time(line.cells))
                if names:
                    columns = _time_columns(line.cells)
                    zones = [zone for n in columns or () if (zone := zone_in(line.cells[n]))]
                    self.zone = zones[0] if zones else self.zone
                else:
                    yield _row_text(line.cells, columns), line


def _is_day_of(entry: _Entry, after: _Entry) -> bool:
    """Return whether a day is the heading of the times below it, whatever its words: "3 May: the repair".

    A month alone is the heading of days without a year.
    """
    if entry.leading and entry.leading[0].precision == "month" and not re.search(r"\w", entry.leading[1]):
        return after.leading is not None and after.leading[0].yearless is not None
    is_day = entry.leading is not None and entry.leading[0].clock is None and not entry.is_clock
    is_below = entry.line.kind != "item" or after.line.level > entry.line.level
    return is_day and after.is_clock and after.line.kind == "item" and entry.line.kind != "row" and is_below


def _year_of(moment: Moment) -> str | None:
    return moment.at[:7] if moment.at and moment.precision in {"month", "day", "minute"} else None


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
