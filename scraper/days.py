"""One calendar day as people write it alone: `2023-10-23`, `2-Oct-2023`, `2023-Oct-27`, `23.2.2024`.

A day of two numbers that could change places (`3-1-2023`) is ambiguous and is nothing but that.
"""

import re
from datetime import date

_MONTHS = {m: i for i, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_NUMBERS = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})")
_ISO = re.compile(r"([0-9]{4})[./-]([0-9]{1,2})[./-]([0-9]{1,2})")
_NAMED = re.compile(r"([0-9]{1,2})[ -]([A-Za-z]{3,9})[ ,-]+([0-9]{4})")
_YEAR_FIRST_NAMED = re.compile(r"([0-9]{4})[ -]([A-Za-z]{3,9})[ -]([0-9]{1,2})")


def day_in(text: str) -> str | None:
    """Read a text that is one day and nothing else as `YYYY-MM-DD`; None where it is none or could be two."""
    written = text.strip(" .")
    if match := _ISO.fullmatch(written):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := _NAMED.fullmatch(written):
        return _day(int(match[3]), _MONTHS.get(match[2][:3].lower(), 0), int(match[1]))
    if match := _YEAR_FIRST_NAMED.fullmatch(written):
        return _day(int(match[1]), _MONTHS.get(match[2][:3].lower(), 0), int(match[3]))
    if (match := _NUMBERS.fullmatch(written)) and not ambiguous_day(written):
        first, second, year = (int(part) for part in match.groups())
        return _day(year, second, first) if first > 12 or first == second else _day(year, first, second)
    return None


def ambiguous_day(text: str) -> bool:
    """Tell whether a text is a day whose two numbers could each be the month."""
    match = _NUMBERS.fullmatch(text.strip(" ."))
    if match is None:
        return False
    first, second = int(match[1]), int(match[2])
    return first <= 12 and second <= 12 and first != second


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
