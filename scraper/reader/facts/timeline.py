"""Dated events of a report's timeline, each with its kind if its words are clear."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ca_incidents.schema.model import Doubt, Precision
from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.fact import Context, Found, Happening, doubt, doubts_about
from ca_incidents.scraper.reader.text.dates import OFFSETS, Moment, with_day
from ca_incidents.scraper.reader.text.lines import Line

# One row per kind; the first match wins, and an event without a match has no kind.
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
# A day starts an event if punctuation separates it from the event's words, or if it is alone on its line.
_AFTER_DAY = re.compile(r"[ *_]{0,4}(?:$|[:–-]|\|)")
_IDENTIFIER = re.compile(r"crt\.sh|[0-9A-Fa-f]{40}|show_bug", re.I)
_LONGEST_START = 48
_LONGEST_MARK = 3
_A_LIST = 3
# The length of `2024-03-25T15:35`; an offset makes it longer.
_WITHOUT_OFFSET = 16


def read(document: Document, context: Context) -> Found:  # noqa: ARG001
    """Read the dated lines of the timeline, in their order; in a text without a form it may lack a heading."""
    events, doubts = list[Happening](), list[Doubt]()
    for section in document.named("timeline", "q-timeline"):
        place = _Place(document)
        events += place.events_of(section.lines())
        doubts += place.doubts
        if document.is_cut and section is document.sections[-1] and _is_incomplete(events):
            events.pop()
    if not events and not document.follows_form:
        events = _without_heading(document)
    return Found(timeline=tuple(events), doubts=tuple(doubts))


def _without_heading(document: Document) -> list[Happening]:
    """Read a timeline that has no heading: at least three lines that begin with a day and a time."""
    found, told = list[Happening](), list[Happening]()
    for line in (line for section in document.sections for line in section.lines()):
        leading = leading_moment(line.text, document) if line.kind in {"text", "item"} else None
        if leading is None or leading[0].at is None or leading[0].start > _LONGEST_MARK:
            continue
        moment, rest = leading
        if moment.precision == "minute" or (
            moment.precision == "day" and _AFTER_DAY.match(rest) and not _IDENTIFIER.search(line.text)
        ):
            event = _event(moment.at or "", moment.precision, rest, document)
            # "On 3 November an engineer found …" is a sentence where other lines are entries of a list.
            if moment.start and line.kind == "text":
                told.append(event)
            found.append(event)
    listed = [event for event in found if event not in told]
    found = listed if len(listed) >= _A_LIST else found
    return found if len(found) >= _A_LIST else []


def _is_incomplete(found: Sequence[Happening]) -> bool:
    """Tell whether the last event of a cut text may lack its time, or a time zone that the previous event has."""
    if not found or re.search(r"\w", found[-1].text):
        return False
    last, before = found[-1], found[-2] if len(found) > 1 else None
    lacks_zone = len(last.at) == _WITHOUT_OFFSET and before is not None and len(before.at) > _WITHOUT_OFFSET
    return last.precision != "minute" or lacks_zone


@dataclass(slots=True)
class _Place:
    """State carried from line to line of a timeline: day, year, time zone, and a day that still lacks its event."""

    document: Document
    day: Moment | None = None
    alone: Happening | None = None
    year: str | None = None
    zone: str = ""
    doubts: list[Doubt] = field(default_factory=list)

    def events_of(self, lines: Sequence[Line]) -> Iterator[Happening]:
        """Read each line that begins with its date or time; a day alone on a line holds for the times below it."""
        for text, line in _texts(lines):
            leading = leading_moment(text, self.document)
            if leading is not None:
                yield from self._of_line(*leading, text)
            elif self.alone is not None and line.kind in {"item", "text"}:
                yield replace(self.alone, text=text)
                self.alone = None
        yield from self._undescribed()

    def _undescribed(self) -> Iterator[Happening]:
        if self.alone is not None:
            yield self.alone
        self.alone = None

    def _of_line(self, moment: Moment, rest: str, text: str) -> Iterator[Happening]:
        moment = _with_year(moment, self.year)
        if moment.at is None and moment.yearless is not None:
            without_year = text[moment.start : moment.end]
            self.doubts.append(doubt("date-without-year", "timeline", without_year, self.document))
            self.day = self.alone = None
            return
        if moment.at is None:
            if self.day is None or self.day.at is None:
                return
            self.alone = None
            at = with_day(moment, self.day.at[:10])
            yield _event(at if len(at) > _WITHOUT_OFFSET else at + self.zone, "minute", rest, self.document)
        else:
            yield from self._undescribed()
            if moment.precision in {"day", "minute"}:
                self.day, self.year = moment, _year_of(moment) or self.year
            heading = _REST_OF_HEADING.match(rest) if moment.precision == "day" else None
            if heading:
                self.zone = OFFSETS[heading["zone"].upper()] if heading["zone"] else ""
                self.alone = _event(moment.at, "day", "", self.document)
                return
            yield _event(moment.at, moment.precision, rest, self.document)
        self.doubts += doubts_about([moment], "timeline", self.document)


def _texts(lines: Sequence[Line]) -> Iterator[tuple[str, Line]]:
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
            else:
                yield _row_text(line.cells, columns), line


def _year_of(moment: Moment) -> str | None:
    return moment.at[:7] if moment.at and moment.precision != "ambiguous" else None


def _with_year(moment: Moment, last: str | None) -> Moment:
    """Add the year of the previous event to a date without one, unless the month shows that the year has changed."""
    if last is None or moment.yearless is None:
        return moment
    month, number = moment.yearless
    if month < int(last[5:7]):
        return moment
    at = f"{last[:4]}-{month:02}-{number:02}"
    return replace(
        moment, at=f"{at}T{moment.clock}" if moment.clock else at, precision="minute" if moment.clock else "day"
    )


def _event(at: str, precision: Precision, rest: str, document: Document) -> Happening:
    return Happening(at=at, precision=precision, text=rest.strip(" *_–-:;,.|"), source=document.number)


def leading_moment(text: str, document: Document) -> tuple[Moment, str] | None:
    """Return the date or time that a line begins with, and the words after it."""
    found = document.moments(text)[:2]
    if found and found[0].start <= _LONGEST_START and _FILLER.match(text[: found[0].start]):
        return found[0], _after_range(text, *found)
    return None


def _after_range(text: str, first: Moment, second: Moment | None = None) -> str:
    """Skip the end of a range of days or hours: the event counts from its start."""
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
    """Return the kind of an event if its words are clear."""
    return next((kind for kind, pattern in KINDS if pattern.search(text[:400])), None)
