"""Incidents by month and by quarter, with periods in which there was none."""

from collections import Counter
from collections.abc import Callable, Iterator

from ca_incidents.site_plugins.catalogue import Catalogue, Entry
from ca_incidents.site_plugins.statistics.table import Cell, Table

DELAYS = ("leaf-revocation-delay", "ca-revocation-delay")
COLUMNS = ("incidents", *DELAYS)
MONTH = len("2024-01")


def month_of(entry: Entry) -> str | None:
    """Return the month in which an incident was opened (`2024-01`); None where only the year is known."""
    return entry.opened[:MONTH] if len(entry.opened) >= MONTH else None


def quarter_of(entry: Entry) -> str | None:
    """Return the quarter in which an incident was opened (`2024-Q1`); None where only the year is known."""
    month = month_of(entry)
    return month and _quarter(month)


def months(catalogue: Catalogue) -> Table:
    """Count the incidents of every month, from the first with one to the last."""
    return _series(catalogue, "month", str)


def quarters(catalogue: Catalogue) -> Table:
    """Count the incidents of every quarter, from the first with one to the last."""
    return _series(catalogue, "quarter", _quarter)


def _series(catalogue: Catalogue, unit: str, period: Callable[[str], str]) -> Table:
    counted: Counter[tuple[str, str]] = Counter()
    for entry in catalogue.newest:
        month = month_of(entry)
        if month:
            tags = (tag.slug for tag in entry.tags if tag.slug in DELAYS)
            counted.update((period(month), column) for column in ("incidents", *tags))
    known = sorted(filter(None, map(month_of, catalogue.newest)))
    periods = dict.fromkeys(map(period, _between(known[0], known[-1]))) if known else {}
    rows: tuple[tuple[Cell, ...], ...] = tuple((one, *(counted[one, column] for column in COLUMNS)) for one in periods)
    return Table(f"{unit}s", f"Incidents by {unit} opened", (unit, *COLUMNS), rows)


def _between(first: str, last: str) -> Iterator[str]:
    """Yield every month from one to another."""
    year, month = int(first[:4]), int(first[5:])
    while (found := f"{year}-{month:02}") <= last:
        yield found
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _quarter(month: str) -> str:
    return f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"
