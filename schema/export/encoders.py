"""The bytes of a table in each format; the same rows always give the same bytes."""

import csv
import io
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from itertools import chain

from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.export.tables import Cell, Kind, Row, Table

_IN_SQL: Mapping[Kind, str] = {"integer": "INTEGER", "number": "REAL", "string": "TEXT", "boolean": "INTEGER"}
# What a spreadsheet takes for a formula, and the mark itself, so that it can be taken away again.
_GUARDED = frozenset("=+-@\t\r'")


class NoParquet(CaIncidentsError):
    """The library that writes Parquet is not installed."""


def csv_bytes(table: Table, rows: Iterable[Row]) -> bytes:
    """Write a table as CSV (RFC 4180): UTF-8, CRLF, header, empty for what is not given, `true` and `false`.

    A text that a spreadsheet would take for a formula, or that begins with an apostrophe, gets an apostrophe before it.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.name for column in table.columns])
    writer.writerows(
        [(f"'{c}" if c[:1] in _GUARDED else c) if isinstance(c, str) else _in_csv(c) for c in row] for row in rows
    )
    return out.getvalue().encode()


def _in_csv(cell: Cell) -> Cell:
    return ("true" if cell else "false") if isinstance(cell, bool) else cell


def sqlite_bytes(tables: Sequence[tuple[Table, Sequence[Row]]], about: Sequence[tuple[str, str]]) -> bytes:
    """Write tables as one SQLite database with keys, foreign keys, indices and a full-text index of incidents.

    `about` becomes the table `dataset`, a name and a value a row. Tables that others refer to come first.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.execute("PRAGMA page_size = 4096")
        database.execute("PRAGMA encoding = 'UTF-8'")
        database.execute("BEGIN")
        database.execute("CREATE TABLE dataset (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
        database.executemany("INSERT INTO dataset VALUES (?, ?)", about)
        keys = {table.name: table.key[0] for table, _ in tables}
        for table, rows in tables:
            database.execute(_created(table, keys))
            places = ", ".join("?" * len(table.columns))
            database.executemany(f'INSERT INTO "{table.name}" VALUES ({places})', rows)  # noqa: S608
        for statement in chain(*(_indices(table) for table, _ in tables), _SEARCH):
            database.execute(statement)
        database.execute("COMMIT")
        return database.serialize()


def _created(table: Table, keys: Mapping[str, str]) -> str:
    parts = [
        f'"{c.name}" {_IN_SQL[c.kind]}{" NOT NULL" if c.name in table.key else ""}'
        + (f' CHECK ("{c.name}" IN (0, 1))' if c.kind == "boolean" else "")
        for c in table.columns
    ]
    parts.append("PRIMARY KEY ({})".format(", ".join(f'"{name}"' for name in table.key)))
    parts += [f'FOREIGN KEY ("{own}") REFERENCES "{to}" ("{keys[to]}")' for own, to in table.references.items()]
    by_number = len(table.key) == 1 and next(c.kind for c in table.columns if c.name == table.key[0]) == "integer"
    return 'CREATE TABLE "{}" (\n  {}\n){}'.format(
        table.name, ",\n  ".join(parts), "" if by_number else " WITHOUT ROWID"
    )


# Columns by which readers look for rows, beside the keys.
_SOUGHT: Mapping[str, tuple[str, ...]] = {
    "incidents": ("ca", "opened", "status"),
    "incident_cas": ("ca",),
    "tags": ("tag",),
    "incident_topics": ("topic",),
    "citations": ("document, section",),
    "relations": ("other",),
    "certificates": ("value",),
}
_SEARCH = (
    "CREATE VIRTUAL TABLE incidents_fts USING fts5(title, summary, content='incidents', content_rowid='id')",
    "INSERT INTO incidents_fts (incidents_fts) VALUES ('rebuild')",
)


def _indices(table: Table) -> list[str]:
    return [
        f'CREATE INDEX "{table.name}_{columns.partition(",")[0]}" ON "{table.name}" ({columns})'
        for columns in _SOUGHT.get(table.name, ())
    ]


def can_write_parquet() -> bool:
    """Say whether the library that writes Parquet is installed."""
    return find_spec("pyarrow") is not None


def parquet_version() -> str:
    """Give the version of the library that writes Parquet, which its files name; raises NoParquet without it."""
    try:
        return version("pyarrow")
    except PackageNotFoundError:
        raise NoParquet("Parquet needs pyarrow: install ca-incidents[parquet]") from None


def parquet_bytes(table: Table, rows: Sequence[Row]) -> bytes:
    """Write a table as Parquet; the meaning of a column is its field's metadata.

    Raises NoParquet where the library is not installed.
    """
    try:
        import pyarrow  # type: ignore[import-untyped]  # noqa: PLC0415 - large, and needed by nothing else
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError:
        raise NoParquet("Parquet needs pyarrow: install ca-incidents[parquet]") from None
    types = {
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
        "string": pyarrow.string(),
        "boolean": pyarrow.bool_(),
    }
    shape = pyarrow.schema(
        [pyarrow.field(c.name, types[c.kind], metadata={"description": c.description}) for c in table.columns]
    )
    columns = list(zip(*rows, strict=True)) or [()] * len(table.columns)
    arrays = [pyarrow.array(cells, field.type) for cells, field in zip(columns, shape, strict=True)]
    out = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_arrays(arrays, schema=shape), out, compression="zstd")
    return out.getvalue()
