"""Convert the times that pages show to UTC: epoch seconds, and dates with a zone. Relative ages are not times.

A time is as precise as the page states it: `2020-10-14T15:00:00Z` or `2020-10-14T15:00Z`.
"""

import re
from datetime import UTC, datetime, timedelta

# Only names with one meaning; "CST" and "BST" have several.
_ZONES = {
    "UTC": 0,
    "GMT": 0,
    "PST": -8,
    "PDT": -7,
    "MST": -7,
    "MDT": -6,
    "EST": -5,
    "EDT": -4,
    "CET": 1,
    "CEST": 2,
}
_WRITTEN = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[ T](?P<minute>[0-9]{2}:[0-9]{2})(?P<second>:[0-9]{2})?"
    r"\s*(?P<zone>[A-Z]{3,4}|[+-][0-9]{2}:?[0-9]{2})\b"
)


def from_epoch(text: str) -> str | None:
    """Read epoch seconds; None for anything else."""
    if not re.fullmatch(r"[0-9]{1,11}", text.strip()):
        return None
    return f"{datetime.fromtimestamp(int(text), UTC):%Y-%m-%dT%H:%M:%SZ}"


def from_written(text: str) -> str | None:
    """Read the first `YYYY-MM-DD HH:MM[:SS] ZONE` in a text; None if there is none or its zone is ambiguous."""
    found = _WRITTEN.search(text)
    offset = _offset(found["zone"]) if found else None
    if found is None or offset is None:
        return None
    try:
        local = datetime.fromisoformat(f"{found['day']}T{found['minute']}{found['second'] or ':00'}")
        moment = local - offset
    except (ValueError, OverflowError):
        return None
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if found["second"] else f"{moment:%Y-%m-%dT%H:%MZ}"


def _offset(zone: str) -> timedelta | None:
    if zone in _ZONES:
        return timedelta(hours=_ZONES[zone])
    if zone[0] not in "+-":
        return None
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    return timedelta(hours=hours, minutes=minutes) * (1 if zone[0] == "+" else -1)
