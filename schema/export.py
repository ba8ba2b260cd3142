"""The dataset as files: every format that it is offered in, and the files that describe them.

Everything here is a function of the dataset; the same dataset gives the same bytes. A version of the dataset is the
snapshot's day and the beginning of a digest over all records, the ledger and the registry.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import files

import msgspec

from schema import export_formats as formats
from schema.cache import made_anew
from schema.dataset import Dataset
from schema.effective import curated_paths
from schema.export_tables import TABLES, Material, Table
from schema.model import SCHEMA_VERSION
from schema.show import derived_to_data

FORMATS = ("ndjson", "json", "csv", "sqlite", "parquet")
SCHEMAS = ("incident", "cas", "deadlines", "excluded", "policies", "snapshot")
DATABASE = "ca-incidents.sqlite"
SUMS = "SHA256SUMS"
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


@dataclass(frozen=True, slots=True)
class File:
    """One file of an export: its name, its bytes, what it is; `table` where it holds one table."""

    name: str
    raw: bytes
    title: str
    table: Table | None = None

    @property
    def ending(self) -> str:
        """What its name ends with, without the dot."""
        return self.name.rpartition(".")[2]

    @property
    def media(self) -> str:
        """Its media type."""
        return _MEDIA[self.ending]

    @property
    def sha256(self) -> str:
        """Its digest, in hexadecimal."""
        return hashlib.sha256(self.raw).hexdigest()


def version_of(dataset: Dataset) -> str:
    """Give the dataset's version: `2026-03-13.1a2b3c4d`."""
    owners = [dataset.registry.owners[slug] for slug in sorted(dataset.registry.owners)]
    parts = (dataset.incidents.values(), dataset.tombstones.values(), dataset.excluded, owners)
    digest = hashlib.sha256()
    for part in parts:
        digest.update(msgspec.json.Encoder().encode_lines(part))
    return f"{dataset.snapshot.as_of[:10]}.{digest.hexdigest()[:8]}"


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


def data_files(material: Material, wanted: Collection[str] = FORMATS, keep: Keep = made_anew) -> list[File]:
    """Write the whole dataset in the wanted formats; `keep` may know the binary ones from before.

    Raises NoParquet where Parquet is wanted and cannot be written.
    """
    tables = [(table, list(table.rows(material))) for table in TABLES]
    found: list[File] = []
    if {"ndjson", "json"} & set(wanted):
        found += _objects(material, wanted)
    texts = [formats.csv_bytes(table, rows) for table, rows in tables] if set(wanted) - {"ndjson", "json"} else []
    if "csv" in wanted:
        found += [File(f"{t.stem}.csv", raw, t.description, t) for (t, _), raw in zip(tables, texts, strict=True)]
    if "sqlite" in wanted:
        about = about_rows(material.dataset)
        source = b"\0".join([sqlite3.sqlite_version.encode(), _encode(list(about)), *texts])
        raw = keep(source, lambda: formats.sqlite_bytes(tables, about))
        found.append(File(DATABASE, raw, "All tables as one SQLite database, with keys, indices and full-text search."))
    if "parquet" in wanted:
        library = formats.parquet_version().encode()
        for (t, rows), text in zip(tables, texts, strict=True):
            raw = keep(b"\0".join([library, t.stem.encode(), text]), partial(formats.parquet_bytes, t, rows))
            found.append(File(f"{t.stem}.parquet", raw, t.description, t))
    return found


def _objects(material: Material, wanted: Collection[str]) -> Iterator[File]:
    lines = [line_of(number, material) for number in material.shown]
    what = "every incident's effective record with what follows from it"
    if "ndjson" in wanted:
        yield File("incidents.ndjson", b"".join(line + b"\n" for line in lines), f"One line an incident: {what}.")
    if "json" in wanted:
        yield File("incidents.json", _whole(material, lines), f"One object: the snapshot, and {what}.")
        dataset = material.dataset
        owners = [dataset.registry.owners[slug] for slug in material.owners]
        yield File("cas.json", _pretty(owners), "The registry of CAs and auditors.")
        yield File("excluded.json", _pretty(dataset.excluded), "Bugs of the component that are no incident, and why.")
        yield File("snapshot.json", _pretty(dataset.snapshot), "Where the records come from, and up to when.")


def _whole(material: Material, lines: Sequence[bytes]) -> bytes:
    dataset = material.dataset
    head = {"schema_version": SCHEMA_VERSION, "version": version_of(dataset), "snapshot": dataset.snapshot}
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
        ("version", version_of(dataset)),
    ]


def schema_files() -> Iterator[File]:
    """Give the JSON Schemas under the names that their `$id` says."""
    for name in SCHEMAS:
        raw = files("schema").joinpath(f"{name}.schema.json").read_bytes()
        yield File(f"{name}.schema.json", raw, f"JSON Schema of {_TITLES[name]}.")


_TITLES = {
    "incident": "a record",
    "cas": "the registry",
    "deadlines": "the deadlines",
    "excluded": "the coverage ledger",
    "policies": "the table of policy documents",
    "snapshot": "the snapshot",
}


def sums(found: Iterable[File]) -> bytes:
    """Write the digests of files as `sha256sum --check` reads them, in the order of the names."""
    return "".join(f"{f.sha256}  {f.name}\n" for f in sorted(found, key=lambda f: f.name)).encode()
