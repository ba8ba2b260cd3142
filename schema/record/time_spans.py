"""Times as reports write them, read without guessing: every time is the span of instants that it can mean.

A time with an offset is one instant (to the minute or second). A time without one can be in any time zone, and a day,
month or year is all of it in any zone: from UTC+14 to UTC-12. Two times are in order only if they are under every
reading.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

_FORM = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})"
    r"(?:T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?\Z"
)
_EAST = timedelta(hours=14)
_WEST = timedelta(hours=12)
_DAY = timedelta(days=1)
_TICK = timedelta(seconds=1)
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC, microsecond=0)


@dataclass(frozen=True, slots=True)
class Span:
    """All instants that a written time can mean, from `earliest` to `latest` inclusive, in UTC."""

    earliest: datetime
    latest: datetime

    def shifted(self, by: timedelta) -> "Span":
        """Return the span shifted, but not beyond the years 1 and 9999."""
        return Span(_plus(self.earliest, by), _plus(self.latest, by))

    def surely_after(self, other: "Span") -> bool:
        """Return whether this is later than the other under every reading of both."""
        return self.earliest > other.latest

    def surely_not_after(self, other: "Span") -> bool:
        """Return whether this is no later than the other under every reading of both."""
        return self.latest <= other.earliest


@lru_cache(maxsize=16_384)
def span_of(text: str) -> Span | None:
    """Read a written time; None if it does not exist or is not in a known format."""
    match = _FORM.match(text)
    if match is None:
        return None
    try:
        return _span(match)
    except (ValueError, OverflowError):
        return None


def _span(match: re.Match[str]) -> Span:
    year, month, day = int(match["year"]), int(match["month"] or 1), int(match["day"] or 1)
    if match["hour"] is None:
        start = datetime(year, month, day, tzinfo=UTC)
        return Span(_plus(start, -_EAST), _plus(_end(start, match), _WEST - _TICK))
    local = datetime(year, month, day, int(match["hour"]), int(match["minute"]), int(match["second"] or 0), tzinfo=UTC)
    spread = timedelta(0) if match["second"] else timedelta(seconds=59)
    if match["zone"] is None:
        return Span(_plus(local, -_EAST), _plus(local, _WEST + spread))
    moment = local - _offset(match["zone"])
    return Span(moment, _plus(moment, spread))


def _end(start: datetime, match: re.Match[str]) -> datetime:
    if match["day"] is not None:
        return _plus(start, _DAY)
    months = start.year * 12 + start.month - 1 + (1 if match["month"] is not None else 12)
    return _LAST if months >= 10_000 * 12 else start.replace(year=months // 12, month=months % 12 + 1)


def _plus(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:
        return _LAST if by > timedelta(0) else _FIRST


def _offset(zone: str) -> timedelta:
    if zone == "Z":
        return timedelta(0)
    # `timezone` refuses offsets of a day or more.
    minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    return timezone(timedelta(minutes=-minutes if zone[0] == "-" else minutes)).utcoffset(None)


def later_text(text: str, by: timedelta) -> str | None:
    """Return a time shifted, with the same offset and precision.

    None if the result cannot be written so: a month or year, or a day shifted by a fraction of a day.
    """
    match = _FORM.match(text)
    if match is None or match["day"] is None or span_of(text) is None:
        return None
    if match["hour"] is None and by % _DAY:
        return None
    zone = match["zone"] or ""
    local = text.removesuffix(zone)
    try:
        return (datetime.fromisoformat(local) + by).isoformat()[: len(local)] + zone
    except OverflowError:
        return None


def days_between(start: str, end: str) -> float | int | None:
    """Return the number of days from one written time to another.

    A fraction (two decimals) if both have an offset; whole calendar days, as written, if one of them is a day or has no
    offset; None if one is a month or year or cannot be read, or if the second is before the first.
    """
    first, second = _FORM.match(start), _FORM.match(end)
    if not first or not second or not first["day"] or not second["day"]:
        return None
    one, two = span_of(start), span_of(end)
    if one is None or two is None:
        return None
    if first["zone"] and second["zone"]:
        days = (two.earliest - one.earliest) / _DAY
        return round(days, 2) if days >= 0 else None
    whole = (date.fromisoformat(end[:10]) - date.fromisoformat(start[:10])).days
    return whole if whole >= 0 else None
