"""The dataset as files below `data/v1/`: what a program can fetch at addresses that stay."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from importlib.resources import files

import msgspec

from schema.model import Structure
from site_plugins.catalogue import Catalogue, Entry

FOLDER = "data/v1"
COLUMNS = (
    "id year opened title ca also_named tags status flags resolution resolved days_open next_update close_on "
    "disclosure_source noncompliance_start noncompliance_identified noncompliance_end issuance_stopped revoked "
    "certificates_total certificates_remaining_valid rules reporter_kind comments root_causes url"
).split()
_SCHEMAS = ("incident.schema.json", "cas.schema.json", "excluded.schema.json", "snapshot.schema.json")


def written(catalogue: Catalogue) -> Iterator[tuple[str, bytes]]:
    """Give every file as its path below the site's root and its bytes, the checksums last."""
    sums = []
    for name, raw in _whole(catalogue):
        sums.append(f"{hashlib.sha256(raw).hexdigest()}  {name}\n")
        yield f"{FOLDER}/{name}", raw
    yield f"{FOLDER}/SHA256SUMS", "".join(sums).encode()
    encode = msgspec.json.Encoder().encode
    for number, record in catalogue.dataset.incidents.items():
        yield f"{FOLDER}/incidents/{number}.json", encode(record) + b"\n"
    for number, tombstone in catalogue.tombstones.items():
        yield f"{FOLDER}/incidents/{number}.json", encode(tombstone) + b"\n"
    for slug, owner in catalogue.registry.owners.items():
        incidents = [e.number for e in catalogue.by_ca.get(slug, ())]
        data = {**msgspec.to_builtins(owner), "incidents": sorted(incidents)}
        yield f"{FOLDER}/cas/{slug}.json", _json(data)


def _whole(catalogue: Catalogue) -> Iterator[tuple[str, bytes]]:
    yield "incidents.ndjson", _lines(catalogue)
    yield "incidents.csv", _table(catalogue)
    yield "snapshot.json", _json(msgspec.to_builtins(catalogue.dataset.snapshot))
    yield "excluded.json", _json(msgspec.to_builtins(catalogue.dataset.excluded))
    yield "cas.json", _json([msgspec.to_builtins(o) for o in catalogue.registry.owners.values()])
    for name in _SCHEMAS:
        yield name, files("schema").joinpath(name).read_bytes()


def _lines(catalogue: Catalogue) -> bytes:
    records: list[Structure] = [
        record for _, record in sorted([*catalogue.dataset.incidents.items(), *catalogue.tombstones.items()])
    ]
    return msgspec.json.Encoder().encode_lines(records)


def _json(data: object) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _table(catalogue: Catalogue) -> bytes:
    """Write one row an incident: effective values, lists joined by a blank; CRLF as RFC 4180 has it."""
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for entry in catalogue.entries.values():
        row = _row(entry, catalogue)
        rows.writerow([_safe(row[column]) for column in COLUMNS])
    return out.getvalue().encode()


def _safe(value: object) -> object:
    # A spreadsheet takes such a text for a formula; the title comes from a stranger.
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def _row(entry: Entry, catalogue: Catalogue) -> dict[str, object]:
    record, bug, report = entry.record, entry.record.bugzilla, entry.record.report
    dates = report.noncompliance if report else None
    certificates = report.certificates if report else None
    days = entry.derived.days_open
    return {
        "id": record.id,
        "year": record.year,
        "opened": bug.opened,
        "title": record.title,
        "ca": record.ca,
        "also_named": " ".join(record.also_named),
        "tags": " ".join(record.tags),
        "status": entry.status,
        "flags": " ".join(dict.fromkeys(flag.name for flag in entry.derived.flags)),
        "resolution": bug.resolution,
        "resolved": bug.resolved,
        "days_open": None if days is None else round(days, 2),
        "next_update": bug.next_update,
        "close_on": bug.close_on,
        "disclosure_source": report.disclosure_source if report else None,
        "noncompliance_start": dates.start if dates else None,
        "noncompliance_identified": dates.identified if dates else None,
        "noncompliance_end": dates.end if dates else None,
        "issuance_stopped": None
        if not report or report.issuance_stopped is None
        else str(report.issuance_stopped).lower(),
        "revoked": report.revoked if report else None,
        "certificates_total": certificates.total if certificates else None,
        "certificates_remaining_valid": certificates.remaining_valid if certificates else None,
        "rules": " ".join(f"{r.document}:{r.section}" if r.section else r.document for r in catalogue.rules_of(record)),
        "reporter_kind": entry.derived.reporter_kind,
        "comments": len(bug.comments),
        "root_causes": " ".join(record.curated.root_causes or ()) if record.curated else None,
        "url": f"{catalogue.site_url}incidents/{record.id}/",
    }
