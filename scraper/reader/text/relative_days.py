"""Days that a text names only by the day on which it was written: "yesterday", "on 3 May", "last Thursday"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from ca_incidents.scraper.reader.text.dates import LONGEST_READ, Moment, day_of
from ca_incidents.scraper.reader.text.numbers import ONES

_WEEKDAYS = "mon tue wed thu fri sat sun".split()
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_RELATIVE = re.compile(
    rf"\b(?:(?P<ago>(?:[1-9]|1[0-9]|{'|'.join(ONES)})) days? ago|the day (?P<twice>before yesterday)"
    r"|(?P<before>yesterday|last (?:night|evening))"
    r"|(?P<same>(?:earlier )?today|this (?:morning|afternoon|evening|noon))|(?P<after>tomorrow)"
    rf"|(?P<past>last|on|past|since|as of) (?P<gone>{_WEEKDAY})"
    rf"|(?P<future>next|by|until|till) (?P<coming>{_WEEKDAY}))\b",
    re.I,
)
# Days near the ends of the calendar have no day before or after that can be written.
_FIRST_DAY, _LAST_DAY = "1001", "9998"
# "on Friday" lies ahead where something is due or planned, and may be today on a Friday.
_AHEAD = re.compile(
    r"\b(?:due|deadline|target\w*|will|shall|would|is|are|be|going to|plan\w*|schedul\w+|expect\w*|intend\w*)\b",
    re.I,
)
_LONGEST_BEFORE = 80
# "last Thursday, 25 February"
_SAME_DAY = re.compile(r"[\s,(]{1,3}(?:the )?")


def days_told(text: str, found: Sequence[Moment], written: str | None) -> tuple[Moment, ...]:
    """Complete the dates of a text by the day on which it was written, and add those that only words name.

    A date without a year is the nearest one. Where that day is not known, only complete dates are returned.
    """
    if written is None or not _FIRST_DAY <= written < _LAST_DAY:
        return tuple(found)
    day = date.fromisoformat(written[:10])
    dated = [_with_nearest_year(one, day) for one in found]
    starts = {one.start for one in found}
    named = [
        one
        for one in _named(text[:LONGEST_READ], day)
        if not any(start > one.end and _SAME_DAY.fullmatch(text, one.end, start) for start in starts)
    ]
    return tuple(sorted((*dated, *named), key=lambda one: (one.start, one.end)))


def _with_nearest_year(moment: Moment, written: date) -> Moment:
    if moment.yearless is None:
        return moment
    years = (written.year - 1, written.year, written.year + 1)
    days = [date.fromisoformat(day) for year in years if (day := day_of(year, moment.yearless))]
    nearest = min(days, key=lambda day: abs(day - written), default=None)
    return replace(moment, at=nearest.isoformat(), yearless=None) if nearest else moment


def _named(text: str, written: date) -> Iterator[Moment]:
    for match in _RELATIVE.finditer(text):
        if match["past"] and match["past"].lower() != "last" and _is_unclear(match, written):
            continue
        day = written + timedelta(days=_distance(match, written))
        name = "gone" if match["gone"] else "coming" if match["coming"] else 0
        yield Moment(at=day.isoformat(), precision="day", start=match.start(name), end=match.end())


def _is_unclear(match: re.Match[str], written: date) -> bool:
    """Return whether a weekday without "last" may lie ahead or be the day of writing."""
    before = match.string[max(0, match.start() - _LONGEST_BEFORE) : match.start()]
    clause = re.split(r"[.,;!?]\s", before)[-1]
    return written.weekday() == _number(match["gone"]) or (
        match["past"].lower() == "on" and _AHEAD.search(clause) is not None
    )


def _distance(match: re.Match[str], written: date) -> int:
    if match["ago"]:
        ago = match["ago"].lower()
        return -int(ago) if ago.isdigit() else -1 - ONES.index(ago)
    if match["gone"]:
        return -((written.weekday() - _number(match["gone"]) - 1) % 7 + 1)
    if match["coming"]:
        return (_number(match["coming"]) - written.weekday() - 1) % 7 + 1
    return {"twice": -2, "before": -1, "same": 0, "after": 1}[match.lastgroup or "same"]


def _number(weekday: str) -> int:
    return _WEEKDAYS.index(weekday[:3].lower())
