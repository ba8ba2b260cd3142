"""Dated events of a report's timeline, and what kind of event each plainly is."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ca_incidents.schema.model import Doubt, Event, Precision
from ca_incidents.scraper.reader.form.sections import Section
from ca_incidents.scraper.reader.text.dates import OFFSETS, Moment, Setting, moments, with_day
from ca_incidents.scraper.reader.text.lines import Line
from ca_incidents.scraper.sources.bug import one_line

# One row a kind; the first that fits wins, and an event that fits none has no kind.
KINDS = (
    (
        "revocation",
        re.compile(
            r"\b(?:revoked|revokes|revocation (?:of .{0,60})?(?:completed?|done|finished|performed)"
            r"|revoking)\b",
            re.I,
        ),
    ),
    (
        "disclosure",
        re.compile(
            r"\b(?:(?:posted|published|filed|opened|created|submitted|disclosed"
            r"|registered).{0,60}(?:incident report|preliminary report|full report|bugzilla|bug\b)"
            r"|(?:incident report|preliminary report|full report|bugzilla (?:bug|report"
            r"|ticket)).{0,40}(?:posted|published|filed|opened|created|submitted|disclosed))",
            re.I,
        ),
    ),
    (
        "problem-report",
        re.compile(
            r"\b(?:problem report|CPR\b|report(?:ed)? (?:received|by a (?:third party|researcher))"
            r"|received (?:an? )?(?:\w+ ){0,3}report)",
            re.I,
        ),
    ),
    (
        "awareness",
        re.compile(
            r"\b(?:(?:became|become|becomes|made) aware|(?:identified|discovered|detected|noticed)"
            r" (?:the|that|this|an?)\b)",
            re.I,
        ),
    ),
    (
        "fix",
        re.compile(
            r"\b(?:(?:fix|patch|hotfix|correction) (?:\w+ ){0,4}(?:deployed|released|applied|implemented"
            r"|rolled out)|(?:deployed|released|applied|rolled out) (?:\w+ ){0,4}(?:fix|patch|hotfix"
            r"|correction)|(?:issue|problem) (?:was |is )?(?:fixed|resolved))",
            re.I,
        ),
    ),
    (
        "issuance",
        re.compile(
            r"\b(?:(?:certificates?|certs?) (?:\w+ ){0,4}(?:was|were|is|are)? ?(?:mis)?-?issued|issuance"
            r" of (?:the )?|issued (?:the|an?|\d+) (?:\w+ ){0,4}certificates?)",
            re.I,
        ),
    ),
    (
        "audit",
        re.compile(r"\b(?:auditors?|audit (?:started|began|report|period|attestation|finding|was|is|team))\b", re.I),
    ),
    (
        "deadline",
        re.compile(
            r"\b(?:deadline|(?:becomes?|became|come|comes|came) (?:into force|effective)|effective date"
            r"|takes effect|entered into force)\b",
            re.I,
        ),
    ),
)

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
# A day begins an event where a mark parts it from the event's words, or where it stands alone on its line.
_AFTER_DAY = re.compile(r"[ *_]{0,4}(?:$|[:–-]|\|)")
_IDENTIFIER = re.compile(r"crt\.sh|[0-9A-Fa-f]{40}|show_bug", re.I)
_LONGEST_START = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An event read in a timeline: its time, precision, the words beside it, its line."""

    at: str
    precision: Precision
    text: str
    line: int


def events_in(sections: Sequence[Section], setting: Setting, *, cut: bool = False) -> tuple[list[Found], list[Doubt]]:
    """Read the dated lines of a report's timeline, in the order of writing.

    A line counts when it begins with its date or time; a day that stands alone gives the day to the times below it.
    Of a text that was cut, a last date with nothing behind it is dropped: its time may be what is missing.
    """
    found: list[Found] = []
    doubts: list[Doubt] = []
    for section in sections:
        if section.slug in {"timeline", "q-timeline"}:
            _read(section.lines(), setting, found, doubts)
            if cut and section is sections[-1] and _is_incomplete(found):
                found.pop()
    return found, doubts


def events_without_heading(sections: Iterable[Section], setting: Setting) -> list[Found]:
    """Read a timeline that has no heading: three lines at least that begin with a day and a time."""
    found: list[Found] = []
    told: list[Found] = []
    for section in sections:
        for line in section.lines():
            leading = _leading(line.text, setting) if line.kind in {"text", "item"} else None
            if leading is None or leading[0].at is None or leading[0].start > 3:
                continue
            moment, rest = leading
            if moment.precision == "minute" or (
                moment.precision == "day" and _AFTER_DAY.match(rest) and not _IDENTIFIER.search(line.text)
            ):
                event = _found(moment.at or "", moment.precision, rest, line)
                # "On 3 November an engineer found …" is a sentence where other lines are entries of a list.
                if leading[0].start and line.kind == "text":
                    told.append(event)
                found.append(event)
    listed = [event for event in found if event not in told]
    found = listed if len(listed) >= _A_LIST else found
    return found if len(found) >= _A_LIST else []


_A_LIST = 3


def _is_incomplete(found: Sequence[Found]) -> bool:
    """Tell whether the last event of a cut text may lack its time, or the zone that the one before it has."""
    if not found or re.search(r"\w", found[-1].text):
        return False
    last, before = found[-1], found[-2] if len(found) > 1 else None
    return last.precision != "minute" or (len(last.at) == 16 and before is not None and len(before.at) > 16)


def _read(lines: Sequence[Line], setting: Setting, found: list[Found], doubts: list[Doubt]) -> None:
    day: Moment | None = None
    alone: Found | None = None
    year: str | None = None
    zone = ""
    for text, line in _texts(lines):
        leading = _leading(text, setting)
        if leading is None:
            if alone is not None and day is not None and line.kind in {"item", "text"}:
                found.append(replace(alone, text=text, line=line.number))
                alone = None
            continue
        moment, rest = leading
        if moment.yearless is not None:
            moment = _with_year(moment, year)
        if moment.at is None and moment.yearless is not None:
            doubts.append(Doubt(kind="date-without-year", where="timeline", text=text[moment.start : moment.end]))
            day, alone = None, None
            continue
        if moment.at is None:
            if day is None or day.at is None:
                continue
            at = with_day(moment, day.at[:10])
            found.append(_found(at if len(at) > 16 else at + zone, "minute", rest, line))
            alone = None
        elif moment.precision == "day" and (heading := _REST_OF_HEADING.match(rest)):
            zone = OFFSETS[heading["zone"].upper()] if heading["zone"] else ""
            if alone is not None:
                found.append(alone)
            day = moment
            year = _year_of(moment) or year
            alone = _found(moment.at, "day", "", line)
            continue
        else:
            if alone is not None:
                found.append(alone)
                alone = None
            if moment.precision in {"day", "minute"}:
                day = moment
                year = _year_of(moment) or year
            found.append(_found(moment.at, moment.precision, rest, line))
        if moment.unsettled:
            kind = "ambiguous-date" if moment.precision == "ambiguous" else "zone-means-several"
            doubts.append(Doubt(kind=kind, where="timeline", text=moment.unsettled))
    if alone is not None:
        found.append(alone)


def _texts(lines: Sequence[Line]) -> Iterator[tuple[str, Line]]:
    """Give each line's text; of a table's row, the cells with date and time first."""
    columns: tuple[int, ...] | None = None
    for line in lines:
        if line.kind != "row":
            columns = None
            yield line.text, line
        elif any(line.cells):
            names = line.header or (columns is None and _names_time(line.cells))
            if names:
                columns = _time_columns(line.cells)
            else:
                yield _row_text(line.cells, columns), line


def _year_of(moment: Moment) -> str | None:
    return moment.at[:7] if moment.at and moment.precision != "ambiguous" else None


def _with_year(moment: Moment, last: str | None) -> Moment:
    """Give a date without a year that of the event before it, where the timeline runs on within that year."""
    if last is None or moment.yearless is None:
        return moment
    month, number = moment.yearless
    if month < int(last[5:7]):
        return moment
    at = f"{last[:4]}-{month:02}-{number:02}"
    return replace(
        moment, at=f"{at}T{moment.clock}" if moment.clock else at, precision="minute" if moment.clock else "day"
    )


def _found(at: str | None, precision: Precision, rest: str, line: Line) -> Found:
    return Found(at=at or "", precision=precision, text=rest.strip(" *_–-:;,.|"), line=line.number)


def _leading(text: str, setting: Setting) -> tuple[Moment, str] | None:
    """Give the date or time that a line begins with, and the words after it."""
    found = moments(text, setting)[:2]
    for moment in found[:1]:
        if moment.start <= _LONGEST_START and _FILLER.match(text[: moment.start]):
            return moment, _after_range(text, *found)
    return None


def _after_range(text: str, first: Moment, second: Moment | None = None) -> str:
    """Skip the end of a span of days or hours; the event begins with its first."""
    if second and re.fullmatch(r"[\s–-]*(?:to|until|till|and)?[\s–-]*", text[first.end : second.start]):
        return text[second.end :]
    return text[first.end :]


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


def kind_of(text: str) -> str | None:
    """Name the kind of an event where its words are plain."""
    return next((kind for kind, pattern in KINDS if pattern.search(text[:400])), None)


@dataclass(frozen=True, slots=True)
class Quoting:
    """Gives a quotation of at most 280 characters where quotations are kept, else nothing."""

    keep: bool

    def __call__(self, text: str) -> str | None:
        """Cut a text to a quotation."""
        line = one_line(text) if self.keep else ""
        if not line:
            return None
        return line if len(line) <= 280 else line[:279].rstrip() + "…"


def as_events(found: Iterable[Found], source: int, quote: Quoting) -> Iterator[Event]:
    """Turn what was read into events of the record."""
    for one in found:
        yield Event(at=one.at, precision=one.precision, kind=kind_of(one.text), quote=quote(one.text), source=source)
