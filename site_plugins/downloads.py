"""The dataset as files below `data/v1/`: what a program can fetch at addresses that stay."""

import hashlib
import json
from collections.abc import Iterator
from importlib.resources import files

import msgspec

from site_plugins import tables
from site_plugins.catalogue import Catalogue

FOLDER = "data/v1"
_SCHEMAS = ("incident.schema.json", "cas.schema.json", "excluded.schema.json", "snapshot.schema.json")


def written(catalogue: Catalogue) -> Iterator[tuple[str, bytes]]:
    """Give every file as its path below the site's root and its bytes."""
    sums = []
    for name, raw in whole(catalogue):
        sums.append(f"{hashlib.sha256(raw).hexdigest()}  {name}\n")
        yield f"{FOLDER}/{name}", raw
    yield f"{FOLDER}/SHA256SUMS", "".join(sums).encode()
    yield "llms.txt", _guide(catalogue).encode()
    encode = msgspec.json.Encoder().encode
    for number, record in [*catalogue.dataset.incidents.items(), *catalogue.tombstones.items()]:
        yield f"{FOLDER}/incidents/{number}.json", encode(record) + b"\n"
    for slug, owner in catalogue.registry.owners.items():
        incidents = sorted(e.number for e in catalogue.by_ca.get(slug, ()))
        yield f"{FOLDER}/cas/{slug}.json", _json({**msgspec.to_builtins(owner), "incidents": incidents})


def whole(catalogue: Catalogue) -> Iterator[tuple[str, bytes]]:
    """Give the files that hold the whole dataset, by name."""
    dataset = catalogue.dataset
    records = [r for _, r in sorted([*dataset.incidents.items(), *dataset.tombstones.items()])]
    yield "incidents.ndjson", msgspec.json.Encoder().encode_lines(records)
    found = tables.tables(catalogue)
    for table in found:
        yield f"{table.name}.csv", tables.as_csv(table)
    yield "ca-incidents.sqlite", tables.as_sqlite(found)
    yield "datapackage.json", _json(tables.package(found, as_of=catalogue.as_of, site_url=catalogue.site_url))
    yield "snapshot.json", _json(msgspec.to_builtins(dataset.snapshot))
    yield "excluded.json", _json(msgspec.to_builtins(dataset.excluded))
    yield "cas.json", _json([msgspec.to_builtins(o) for o in catalogue.registry.owners.values()])
    for name in _SCHEMAS:
        yield name, files("schema").joinpath(name).read_bytes()


def _json(data: object) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _guide(catalogue: Catalogue) -> str:
    site = catalogue.site_url
    return (
        "# CA incidents\n\n"
        "> A public, checked dataset of the compliance incidents of certification authorities. "
        f"Snapshot of {catalogue.as_of[:10]}, {len(catalogue.entries)} incidents. CC0-1.0.\n\n"
        "## Data\n\n"
        f"- [All records]({site}{FOLDER}/incidents.ndjson): one JSON object a line\n"
        f"- [Tables]({site}{FOLDER}/datapackage.json): CSV files and their columns\n"
        f"- [SQLite]({site}{FOLDER}/ca-incidents.sqlite): the same tables in one file\n"
        f"- [Schema]({site}{FOLDER}/incident.schema.json): the meaning of every field\n"
        f"- One incident: {site}{FOLDER}/incidents/BUG.json and {site}incidents/BUG/\n\n"
        "## Limits\n\n"
        f"- [Method and limits]({site}method/): counts are not a ranking; reports are the CAs' own statements\n"
    )
