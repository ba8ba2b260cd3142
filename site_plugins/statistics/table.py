"""A table of statistics: shown on a page and offered as CSV."""

import csv
import io
from dataclasses import dataclass

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of statistics: the name of its file, what it shows, its columns, and its rows from left to right."""

    name: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def file(self) -> str:
        """The path of its CSV below the site's root."""
        return f"statistics/{self.name}.csv"


def csv_of(table: Table) -> bytes:
    """Write a table as RFC 4180 has it; what is not known is empty."""
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(table.columns)
    rows.writerows(table.rows)
    return out.getvalue().encode()
