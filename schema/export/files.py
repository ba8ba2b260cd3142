"""The dataset as files: every format that it is offered in, and the files that describe them.

Everything here is a function of the dataset; the same dataset gives the same bytes.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from importlib.resources import files
from typing import TypeVar

import msgspec

from ca_incidents.schema.dataset import Dataset
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.export import encoders as formats
from ca_incidents.schema.export.one_record import derived_to_data
from ca_incidents.schema.export.tables import TABLES, Material, Row, Table
from ca_incidents.schema.model import SCHEMA_VERSION
from ca_incidents.schema.record.effective import curated_paths

FORMATS = ("ndjson", "json", "csv", "sqlite", "parquet")
SCHEMAS = ("incident", "cas", "deadlines", "excluded", "policies", "removed", "snapshot")
DATABASE = "ca-incidents.sqlite"
_MEDIA = {
    "cff": "text/yaml",
    "csv": "text/csv",
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "sqlite": "application/vnd.sqlite3",
    "parquet": "application/vnd.apache.parquet",
}
_encode = msgspec.json.Encoder().encode
Keep = Callable[[bytes, Callable[[], bytes]], bytes]
Value = TypeVar("Value")


class ChangedFile(CaIncidentsError):
    """A file that is made a second time is another one than before."""


@dataclass(frozen=True)
class File:
    """One file of an export: its name, its size in bytes, its digest in hexadecimal, what it is.

    `read` gives its bytes, which need not be in memory; `table` is there where it holds one table.
    """

    name: str
    size: int
    sha256: str
    title: str
    read: Callable[[], bytes]
    table: Table | None = None

    @property
    def raw(self) -> bytes:
        """Its bytes. Raises ChangedFile if they are no longer those that its digest was made of."""
        raw = self.read()
        if hashlib.sha256(raw).hexdigest() != self.sha256:
            raise ChangedFile(f"{self.name}: changed after its checksum was made; run the command again")
        return raw

    @property
    def ending(self) -> str:
        """What its name ends with, without the dot."""
        return self.name.rpartition(".")[2]

    @property
    def media(self) -> str:
        """Its media type."""
        return _MEDIA[self.ending]


def held(name: str, raw: bytes, title: str) -> File:
    """Give a file whose bytes are in memory."""
    return File(name, len(raw), hashlib.sha256(raw).hexdigest(), title, lambda: raw)


def line_of(number: int, material: Material) -> bytes:
    """Write an incident as one JSON object: its effective record, and under `derived` what follows from it."""
    record = _encode(material.shown[number])
    return record[:-1] + b',"derived":' + _encode(derived_to_data(material.derived[number])) + b"}"


def view_of(number: int, material: Material) -> bytes:
    """Write one object: machine, curated, effective, curated_paths, derived; as the command `show` writes it."""
    record, shown = material.dataset.incidents[number], material.shown[number]
    machine = _encode(msgspec.structs.replace(record, curated=None))
    whole = msgspec.structs.replace(shown, curated=None)
    return _encode(
        {
            "machine": msgspec.Raw(machine),
            "curated": record.curated or {},
            "effective": msgspec.Raw(machine if record.curated is None else _encode(whole)),
            "curated_paths": sorted(curated_paths(record)),
            "derived": derived_to_data(material.derived[number]),
        }
    )


def uncached(_inputs: bytes, make: Callable[[], Value]) -> Value:
    """Make the value; stands in for a cache where there is none."""
    return make()


def data_files(material: Material, wanted: Collection[str] = FORMATS, keep: Keep = uncached) -> list[File]:
    """Write the whole dataset in the wanted formats; `keep` may know a file from before.

    Raises NoParquet where Parquet is wanted and cannot be written.
    """
    library = formats.parquet_version() if "parquet" in wanted else ""
    basis = (material.dataset.digest, material.dataset.snapshot, sqlite3.sqlite_version, library)
    made = _Making(material)
    plan = (file for ending, of in _FILES.items() if ending in wanted for file in of(made))
    found = [_file(planned, keep, _encode((planned[0], *basis))) for planned in plan]
    made.forget()
    return found


def _file(planned: "_Planned", keep: Keep, source: bytes) -> File:
    """Make one file; where it is kept its bytes are read again when they are asked for."""
    name, title, table, make = planned
    raw = keep(source, make)
    read = partial(keep, source, make) if keep is not uncached else lambda: raw
    return File(name, len(raw), hashlib.sha256(raw).hexdigest(), title, read, table)


class _Making:
    """What several files are made of, made once and only where a file must be made."""

    def __init__(self, material: Material) -> None:
        self.material = material

    @cached_property
    def rows(self) -> Mapping[str, list[Row]]:
        return {table.name: list(table.rows(self.material)) for table in TABLES}

    def forget(self) -> None:
        """Let go of what was made; a file that is not kept after all makes it again."""
        vars(self).pop("rows", None)
        vars(self).pop("lines", None)

    @cached_property
    def lines(self) -> list[bytes]:
        return [line_of(number, self.material) for number in self.material.shown]


_Planned = tuple[str, str, Table | None, Callable[[], bytes]]
_RECORD = "every incident's effective record, with the values computed from it"


def _ndjson(made: _Making) -> Iterator[_Planned]:
    title = f"One JSON object per line and incident: {_RECORD}."
    yield "incidents.ndjson", title, None, lambda: b"".join(line + b"\n" for line in made.lines)


def _json(made: _Making) -> Iterator[_Planned]:
    dataset, title = made.material.dataset, f"One object: the snapshot, and {_RECORD}."
    owners = [dataset.registry.owners[slug] for slug in made.material.owners]
    yield "incidents.json", title, None, lambda: _whole(made.material, made.lines)
    yield "cas.json", "The registry of CAs and auditors.", None, lambda: _pretty(owners)
    title = "Bugs of the component that are no incident, and why."
    yield "excluded.json", title, None, lambda: _pretty(dataset.excluded)
    title = "Where the records come from, and up to when."
    yield "snapshot.json", title, None, lambda: _pretty(dataset.snapshot)


def _csv(made: _Making) -> Iterator[_Planned]:
    for t in TABLES:
        yield f"{t.stem}.csv", t.description, t, partial(_csv_of, t, made)


def _csv_of(table: Table, made: _Making) -> bytes:
    return formats.csv_bytes(table, made.rows[table.name])


def _sqlite(made: _Making) -> Iterator[_Planned]:
    def make() -> bytes:
        return formats.sqlite_bytes([(t, made.rows[t.name]) for t in TABLES], about_rows(made.material.dataset))

    title = "All tables as one SQLite database, with keys, indices and full-text search."
    yield DATABASE, title, None, make


def _parquet(made: _Making) -> Iterator[_Planned]:
    for t in TABLES:
        yield f"{t.stem}.parquet", t.description, t, partial(_parquet_of, t, made)


def _parquet_of(table: Table, made: _Making) -> bytes:
    return formats.parquet_bytes(table, made.rows[table.name])


_FILES: Mapping[str, Callable[[_Making], Iterator[_Planned]]] = {
    "ndjson": _ndjson,
    "json": _json,
    "csv": _csv,
    "sqlite": _sqlite,
    "parquet": _parquet,
}


def _whole(material: Material, lines: Sequence[bytes]) -> bytes:
    dataset = material.dataset
    head = {"schema_version": SCHEMA_VERSION, "version": dataset.version, "snapshot": dataset.snapshot}
    withdrawn = _encode(list(dataset.tombstones.values()))
    return b"".join(
        (_encode(head)[:-1], b',"withdrawn":', withdrawn, b',"incidents":[\n', b",\n".join(lines), b"\n]}\n")
    )


def _pretty(data: object) -> bytes:
    return msgspec.json.format(_encode(data), indent=1) + b"\n"


def about_rows(dataset: Dataset) -> list[tuple[str, str]]:
    """Give what a database says of itself."""
    return [
        ("as_of", dataset.snapshot.as_of),
        ("licence", "CC0-1.0"),
        ("schema_version", str(SCHEMA_VERSION)),
        ("source", dataset.snapshot.source),
        ("version", dataset.version),
    ]


def schema_files() -> Iterator[File]:
    """Give the JSON Schemas under the names that their `$id` says."""
    for name in SCHEMAS:
        raw = files("ca_incidents.schema").joinpath(f"{name}.schema.json").read_bytes()
        yield held(f"{name}.schema.json", raw, f"JSON Schema of {_TITLES[name]}.")


_TITLES = {
    "incident": "a record",
    "cas": "the registry",
    "deadlines": "the deadlines",
    "excluded": "the coverage ledger",
    "policies": "the table of policy documents",
    "removed": "the list of removed names",
    "snapshot": "the snapshot",
}
