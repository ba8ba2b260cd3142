"""Dates and times as people write them in reports, with the offset as written.

dateutil's parser fills what a text leaves open from the machine's clock, so the shapes are read here, token by token,
and only the check of a day against the calendar is the library's. The order of a numeric date is settled by the
document's other dates or not at all (domain guide, section 3).
"""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rapidfuzz import fuzz, process

from ca_incidents.schema.model import Precision
from ca_incidents.scraper.reader.text.zones import ZONE, offset_named, offset_of, offset_of_all, zone_before

Order = Literal["mdy", "dmy"]


_MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if n}
_MONTHS |= {name.lower(): n for n, name in enumerate(calendar.month_abbr) if n} | {"sept": 9}
# Made from the table, and for ASCII only, so that whatever matches can be looked up ("Sepember", "ſeptember").
MONTH = f"(?a:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})"
_DAY = r"[0-3]?[0-9]"
_NTH = r"(?:st|nd|rd|th)?"
_YEAR = r"(?:19[89][0-9]|20[0-9]{2})"
_DATE = re.compile(
    rf"""
    (?<![0-9A-Za-z.=/#_%&?-])(?:
      (?P<y1>{_YEAR})(?P<s1>[-/.])[ ]?(?P<m1>[01]?[0-9])(?P=s1)[ ]?(?P<d1>[0-3]?[0-9])(?![0-9]|[-/.][0-9])
    | (?P<y2>{_YEAR})[- ](?P<m2>{MONTH})\.?[- ](?P<d2>{_DAY})(?![0-9])
    | (?P<d3>{_DAY}){_NTH}(?:[-/ ]{{1,3}}|\.[ ]?|[ ]+of[ ]+|[ ]–[ ]|–)?(?P<m3>{MONTH})\.?,?
      (?:[-/, ]|–){{1,3}}(?P<y3>{_YEAR})(?![0-9])
    | (?P<m4>{MONTH})\.?[- ]{{1,3}}(?P<d4>{_DAY}){_NTH}(?:[ ]?,[ ]*|[ -]{{1,3}}|\.[ ])(?P<y4>{_YEAR})(?![0-9])
    | (?P<a5>[0-3]?[0-9])(?P<s5>[-/.])[ ]?(?P<b5>[0-3]?[0-9])(?P=s5)[ ]?(?P<y5>{_YEAR})(?![0-9]|[./-][0-9])
    | (?P<a6>[0-3]?[0-9])/(?P<b6>[0-3]?[0-9])/(?P<y6>[12][0-9])(?![0-9/])
    | (?P<y7>20[0-4][0-9])(?P<m7>0[1-9]|1[0-2])(?P<d7>0[1-9]|[12][0-9]|3[01])(?=,|[ T]~?[0-9:]|[ ]*$|[ ]*:)
    | (?P<m8>{MONTH})(?:\.?[ -]{{1,2}}|,[ ](?={_DAY}(?:st|nd|rd|th)\b))(?P<d8>{_DAY}){_NTH}
      (?![0-9]|[ ]*[,-]?[ ]*{_YEAR})(?![:.][0-9])
    | (?P<d9>{_DAY}){_NTH}(?:[-/ ]{{1,2}}|\.[ ]?|[ ]+of[ ]+)(?P<m9>{MONTH})(?![a-z]|[-., ]{{1,3}}{_YEAR})
    | (?P<mA>{MONTH})\.?,?[- ](?:of[ ])?(?P<yA>{_YEAR})(?![0-9]|[-./][0-9])
    | (?P<yB>{_YEAR})[-/](?P<mB>0[1-9]|1[0-2])(?![0-9]|[-./][0-9])
    )
    """,
    re.I | re.X,
)  # fmt: skip
_TIME = re.compile(
    r"""
    (?<![0-9:.,/$€-])(?:T(?=[0-9]{2}:))?
    (?:(?P<h>[01]?[0-9]|2[0-4])(?::|(?P<dot>[.hH]))(?P<mi>[0-5][0-9])
      (?P<s>:[0-5][0-9](?:[.,][0-9]{1,9})?)?(?![0-9]|:[0-9])
      [ ]?(?P<ap>[ap]\.?m\b\.?)?
    | (?P<h2>1[0-2]|0?[1-9])[ ]?(?P<ap2>[ap]\.?m\b\.?)
    | (?P<h3>[01][0-9]|2[0-3])(?P<mi3>[0-5][0-9])(?=[ ]?(?:UTC|GMT|CES?T|hrs\b|Z\b)))
    """,
    re.I | re.X,
)  # fmt: skip
_BETWEEN_DATE_AND_TIME = re.compile(
    r"(?:[\s,T–\-@:();*_~|.\[\]]|at\b|around\b|about\b|approx(?:imately)?\b|circa\b|ca\b|on\b|from\b|since\b|between\b"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b)*$",
    re.I,
)
_BETWEEN_TIME_AND_DATE = re.compile(
    r"(?:[\s,–\-();:]|on\b|of\b|the\b|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b)*$", re.I
)
_FARTHEST = 28
LONGEST_READ = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A day, month or time found in a text: in the form of the record, with its precision and its position.

    `at` is None if the text gives no year; `yearless` then has month and day. `clock` is set for a time without a day.
    `unsettled` is the abbreviation of a time zone that means several, or the numeric date that can be read two ways.
    """

    at: str | None
    precision: Precision
    start: int
    end: int
    clock: str | None = None
    yearless: tuple[int, int] | None = None
    unsettled: str | None = None

    @property
    def is_certain(self) -> bool:
        """True if the text names a month at least, with its year, that can be read in one way only."""
        return self.at is not None and self.precision != "ambiguous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a text settles for all its times: the order of day and month, by separator, and the offset from UTC."""

    orders: tuple[tuple[str, Order], ...] = ()
    order: Order | None = None
    offset: str | None = None

    def order_for(self, separator: str) -> Order | None:
        """Return the order of day and month for dates with this separator."""
        return dict(self.orders).get(separator, self.order)


_NUMERIC = re.compile(
    r"(?<![0-9A-Za-z.=/#_%&?-])([0-3]?[0-9])([-/.])([0-3]?[0-9])\2(?:20)?[0-9]{2}(?![0-9]|[./-][0-9])"
)
_BARE = r"(?P<first>[0-3]?[0-9])(?P<s>[/.])(?P<second>[0-3]?[0-9])(?:(?P=s)(?![0-9])|(?![0-9./-]))"
# "1/25 19:40" begins a line: in prose a fraction or a section looks the same.
_NUMERIC_WITHOUT_YEAR = re.compile(rf"^[ \t*+•·–-]{{0,8}}{_BARE}(?=[ ,]{{1,3}}[0-9]{{1,2}}[:.h][0-9]{{2}})", re.M)

Evidence = frozenset[tuple[str, Order]]


def orders_in(text: str) -> Evidence:
    """Return the orders of day and month that a text proves, by separator.

    A number over 12 must be a day; where there is none, a day that the text also writes with its month's name decides.
    """
    proven: set[tuple[str, Order]] = set()
    for pattern in (_NUMERIC, _NUMERIC_WITHOUT_YEAR):
        for match in pattern.finditer(text):
            first, second = int(match[1]), int(match[3])
            if 12 < first <= 31 and 1 <= second <= 12:
                proven.add((match[2], "dmy"))
            elif 12 < second <= 31 and 1 <= first <= 12:
                proven.add((match[2], "mdy"))
    undecided = [match for match in _NUMERIC.finditer(text) if match[2] not in {s for s, _ in proven}]
    days = {_day_named(match) for match in _DATE.finditer(text) if not match["a5"]} if undecided else set()
    for match in undecided:
        named = [order for order, day in readings(match[0]).items() if day[5:] in days]
        if len(named) == 1:
            proven.add((match[2], named[0]))
    return frozenset(proven)


def _day_named(match: re.Match[str]) -> str | None:
    """Return month and day of a date whose order needs no settling."""
    _, month, day = _parts(match)
    return f"{month:02}-{day:02}" if month and day else None


def readings(numeric: str) -> dict[Order, str]:
    """Return the day that a numeric date such as 03/04/2024 means in each order of day and month."""
    match = _DATE.match(numeric)
    if match is None:
        return {}
    year, (_, first, second) = match["y5"] or f"20{match['y6']}", _numeric(match)
    return {"dmy": f"{year}-{second:02}-{first:02}", "mdy": f"{year}-{first:02}-{second:02}"}


def setting_of(text: str, proven: Evidence) -> Setting:
    """Read what settles the dates of a text; `proven` are the orders of numeric dates that its author is known to use.

    See `orders_in`: a text's own orders, or where it proves none, those of the same author's other comments.
    """
    separators = sorted({separator for separator, _ in proven})
    by_separator = {s: {order for separator, order in proven if separator == s} for s in separators}
    orders = tuple((s, next(iter(found))) for s, found in by_separator.items() if len(found) == 1)
    seen = {order for _, order in proven}
    return Setting(orders=orders, order=next(iter(seen)) if len(seen) == 1 else None, offset=offset_of_all(text))


def _numeric(match: re.Match[str]) -> tuple[str | None, int, int]:
    if match["a5"]:
        return match["s5"], int(match["a5"]), int(match["b5"])
    if match["a6"]:
        return "/", int(match["a6"]), int(match["b6"])
    return None, 0, 0


def moments(text: str, setting: Setting = Setting()) -> tuple[Moment, ...]:
    """Return the dates and times in a short text (a line, a cell, a sentence), from left to right.

    Only the first LONGEST_READ characters are read: dates are near the start of their line.
    """
    text = text[:LONGEST_READ]
    days = [match for match in _DATE.finditer(text) if _is_day(match)]
    times = [match for match in _TIME.finditer(text) if _is_time(match, text)]
    taken: set[int] = set()
    found: list[Moment] = []
    for index, day in enumerate(days):
        limit = days[index + 1].start() if index + 1 < len(days) else len(text)
        before = days[index - 1].end() if index else 0
        time = _time_of(text, day, times, taken, before=before, limit=limit)
        found.append(_moment(text, day, time, setting))
        if time is not None:
            taken.add(time.start())
    for time in times:
        inside = any(moment.start <= time.start() < moment.end for moment in found)
        if time.start() not in taken and not inside:
            found.append(_clock(text, time, setting))
    return tuple(sorted(found, key=lambda m: (m.start, m.end)))


# Dates that count only at the start of a timeline's line: anywhere else the same characters mean something else.
_OPENINGS = (
    # 1/25 19:40, 25.01. 14:05
    re.compile(_BARE),
    # 2019: and [2019]
    re.compile(rf"(?P<year>{_YEAR})(?=\]?[*_ ]{{0,3}}(?:$|[:|\]]|[–-][ ]))"),
    # Febuary 4, 2019 and 4 Febuary 2019
    re.compile(
        rf"(?:{_DAY}[ ])?(?P<name>[A-Z][a-z]{{3,9}})[ ](?:{_DAY}{_NTH},?[ ])?(?P<year>{_YEAR})(?![0-9])",
    ),
)
_ALMOST = 80.0
_LONG_MONTHS = tuple(name for name in _MONTHS if len(name) > 4)


def opening(text: str, start: int, setting: Setting = Setting()) -> Moment | None:
    """Return the date that a line has at `start`, in a shape that only the start of a timeline's line makes a date."""
    for pattern in _OPENINGS:
        match = pattern.match(text, start)
        if match:
            return _opening(text, match, setting)
    return None


def _opening(text: str, match: re.Match[str], setting: Setting) -> Moment | None:
    parts = match.groupdict()
    if "first" in parts:
        return _without_year(text, match, setting)
    if "name" not in parts:
        return Moment(at=parts["year"], precision="year", start=match.start(), end=match.end())
    meant = process.extractOne(parts["name"].lower(), _LONG_MONTHS, scorer=fuzz.ratio, score_cutoff=_ALMOST)
    if meant is None:
        return None
    corrected = f"{text[: match.start('name')]}{meant[0]}{text[match.end('name') :]}"
    shift = len(text) - len(corrected)
    found = next((one for one in moments(corrected, setting) if one.start <= match.start()), None)
    return replace(found, end=found.end + shift) if found else None


def _without_year(text: str, match: re.Match[str], setting: Setting) -> Moment | None:
    first, second, order = int(match["first"]), int(match["second"]), setting.order_for(match["s"])
    if max(first, second) > 12 or order is None:
        order = "dmy" if first > 12 else "mdy" if second > 12 else None
    month, day = (first, second) if order == "mdy" else (second, first)
    if order is None or not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    time = _TIME.search(text, match.end(), match.end() + _FARTHEST)
    if time is None or not _BETWEEN_DATE_AND_TIME.match(text[match.end() : time.start()]):
        return Moment(at=None, precision="day", start=match.start(), end=match.end(), yearless=(month, day))
    clock, unsettled = _clock_and_doubt(text, time, setting, match.start())
    end = _end_of_time(text, time, match.end())
    return Moment(
        at=None, precision="day", start=match.start(), end=end, yearless=(month, day), clock=clock, unsettled=unsettled
    )


def day_of(year: int, day: tuple[int, int]) -> str | None:
    """Return a month and day with a year, None if that year does not have it."""
    month, number = day
    is_there = 1 <= month <= 12 and 1 <= number <= calendar.monthrange(year, month)[1]
    return f"{year}-{month:02}-{number:02}" if is_there else None


def impossible_day(text: str) -> str | None:
    """Return the first date in a text that no calendar has, such as 2025-02-30, as it is written."""
    return next((match[0].strip() for match in _DATE.finditer(text[:LONGEST_READ]) if not _is_day(match)), None)


def _time_of(
    text: str, day: re.Match[str], times: Sequence[re.Match[str]], taken: set[int], *, before: int, limit: int
) -> re.Match[str] | None:
    for time in times:
        if day.end() <= time.start() < limit and time.start() not in taken:
            gap = text[day.end() : time.start()]
            between = len(gap) <= _FARTHEST and _BETWEEN_DATE_AND_TIME.match(ZONE.sub("", gap, count=1).strip())
            return time if between else _time_before(text, day, times, taken, before)
    return _time_before(text, day, times, taken, before)


def _time_before(
    text: str, day: re.Match[str], times: Sequence[re.Match[str]], taken: set[int], before: int
) -> re.Match[str] | None:
    for time in reversed(times):
        if before <= time.start() and time.end() <= day.start() and time.start() not in taken:
            zone = ZONE.match(text, time.end())
            gap = text[zone.end() if zone else time.end() : day.start()]
            return time if len(gap) <= _FARTHEST and _BETWEEN_TIME_AND_DATE.match(gap) else None
    return None


def _is_day(match: re.Match[str]) -> bool:
    year, month, day = _parts(match)
    if month is None:
        return True
    if not 1 <= month <= 12:
        return False
    return day is None or 1 <= day <= (calendar.monthrange(year, month)[1] if year else 31)


def _is_time(match: re.Match[str], text: str) -> bool:
    """Accept a point between hour and minute only next to "am" or a zone: sections and prices look the same."""
    if not match["dot"] or match["dot"] in "hH":
        return True
    zone = ZONE.match(text, match.end())
    return bool(match["ap"] or zone or re.match(r" ?(?:uhr|hrs?|h)\b", text[match.end() : match.end() + 6], re.I))


def _parts(match: re.Match[str]) -> tuple[int | None, int | None, int | None]:
    """Return year, month and day of a match; the month is None if the order of a numeric date is not settled."""
    for n in "1234789AB":
        month = match[f"m{n}"]
        if month:
            year = match[f"y{n}"] if n not in "89" else None
            day = match[f"d{n}"] if n not in "AB" else None
            number = int(month) if month.isdigit() else _MONTHS[month.lower()]
            return int(year) if year else None, number, int(day) if day else None
    year = int(match["y5"] or f"20{match['y6']}")
    _, first, second = _numeric(match)
    if first == second or (first > 12) != (second > 12):
        month_first = second > 12 or first == second
        return year, first if month_first else second, second if month_first else first
    return year, None if first <= 12 else 13, None


def _moment(text: str, day: re.Match[str], time: re.Match[str] | None, setting: Setting) -> Moment:
    year, month, number = _parts(day)
    start, end = day.start(), day.end()
    if month is None:
        separator, first, second = _numeric(day)
        order = setting.order_for(separator or "")
        if order is None:
            end = _end_of_time(text, time, end)
            return Moment(at=day[0].replace(" ", ""), precision="ambiguous", start=start, end=end, unsettled=day[0])
        month, number = (first, second) if order == "mdy" else (second, first)
    if year is None:
        clock, unsettled = _clock_and_doubt(text, time, setting, start)
        end = _end_of_time(text, time, end)
        return Moment(
            at=None, precision="day", start=start, end=end, yearless=(month, number or 1), clock=clock,
            unsettled=unsettled,
        )  # fmt: skip
    if number is None:
        return Moment(at=f"{year}-{month:02}", precision="month", start=start, end=end)
    at = f"{year}-{month:02}-{number:02}"
    if time is None:
        return Moment(at=at, precision="day", start=start, end=end)
    clock, unsettled = _clock_and_doubt(text, time, setting, start, end)
    start, end = min(start, time.start()), _end_of_time(text, time, end)
    if clock is None:
        return Moment(at=at, precision="day", start=start, end=end)
    return Moment(at=f"{at}T{clock}", precision="minute", start=start, end=end, unsettled=unsettled)


def _clock(text: str, time: re.Match[str], setting: Setting) -> Moment:
    clock, unsettled = _clock_and_doubt(text, time, setting, time.start())
    end = _end_of_time(text, time, time.end())
    return Moment(at=None, precision="minute", start=time.start(), end=end, clock=clock, unsettled=unsettled)


def _end_of_time(text: str, time: re.Match[str] | None, end: int) -> int:
    if time is None:
        return end
    zone = ZONE.match(text, time.end())
    return max(end, zone.end() if zone else time.end())


def _clock_and_doubt(
    text: str, time: re.Match[str] | None, setting: Setting, day_start: int, day_end: int | None = None
) -> tuple[str | None, str | None]:
    """Return `HH:MM` with its offset, and the abbreviation of the zone if it has several meanings."""
    if time is None:
        return None, None
    hour = int(time["h"] or time["h2"] or time["h3"])
    minute = int(time["mi"] or time["mi3"] or 0)
    half = (time["ap"] or time["ap2"] or "").lower()[:1]
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23:
        return None, None
    zone = ZONE.match(text, time.end())
    if zone is None and day_end is not None and time.start() < day_start:
        # "At 19:02 on 21 October 2023 UTC"
        after = ZONE.match(text, day_end)
        zone = after if after and after["name"] else None
    before = None if zone else zone_before(text, min(day_start, time.start())) or zone_before(text, time.start())
    offset, unsettled = offset_of(zone) if zone else offset_named(before, None, None, None)
    if offset is None and unsettled is None:
        offset = setting.offset
    return f"{hour:02}:{minute:02}{offset or ''}", unsettled


def with_day(clock: Moment, day: str) -> str:
    """Combine a day with a time that lacks one: `2024-03-25` and `15:35Z` become `2024-03-25T15:35Z`."""
    return f"{day}T{clock.clock}"
