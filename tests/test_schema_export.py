"""The exported files agree with the dataset, with each other and with their descriptions.

Covers: schema/cli/export.py, schema/export/descriptions.py, schema/export/encoders.py, schema/export/files.py,
schema/export/tables.py.
"""

import csv
import hashlib
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pyarrow import parquet

from ca_incidents.schema.cli import export as export_command
from ca_incidents.schema.cli.all import COMMANDS
from ca_incidents.schema.cli.command import main
from ca_incidents.schema.cli.show import as_json
from ca_incidents.schema.derive.status import Derived, derive_among
from ca_incidents.schema.export import descriptions, encoders
from ca_incidents.schema.export import files as export
from ca_incidents.schema.export.tables import TABLES, Material, Table, described, prepared
from ca_incidents.schema.model import Incident
from ca_incidents.schema.record import yaml_text
from ca_incidents.schema.record.effective import effective
from ca_incidents.schema.tables.deadlines import standard
from tests.export_material import FULL, GONE, HOSTILE, data

ROOT = Path(__file__).parent.parent
EACH_TABLE = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


@cache
def material() -> Material:
    return prepared(data())


@cache
def files() -> dict[str, bytes]:
    return {file.name: file.raw for file in export.data_files(material())}


@cache
def database() -> sqlite3.Connection:
    found = sqlite3.connect(":memory:")
    found.deserialize(files()[export.DATABASE])
    return found


@cache
def objects() -> list[dict[str, Any]]:
    return [json.loads(line) for line in files()["incidents.ndjson"].splitlines()]


def from_csv(table: Table) -> list[tuple[Any, ...]]:
    lines = list(csv.reader(io.StringIO(files()[f"{table.stem}.csv"].decode(), newline=""), strict=True))
    assert lines[0] == [column.name for column in table.columns]
    readers = {
        "integer": int,
        "number": float,
        "string": lambda text: text.removeprefix("'"),
        "boolean": lambda text: {"true": True, "false": False}[text],
    }
    kinds = [column.kind for column in table.columns]
    return [tuple(readers[k](cell) if cell else None for k, cell in zip(kinds, row, strict=True)) for row in lines[1:]]


def from_sqlite(table: Table) -> list[tuple[Any, ...]]:
    order = ", ".join(f'"{name}"' for name in table.key)
    yes_or_no = [i for i, column in enumerate(table.columns) if column.kind == "boolean"]
    rows = []
    for row in database().execute(f'SELECT * FROM "{table.name}" ORDER BY {order}'):
        cells = list(row)
        for i in yes_or_no:
            cells[i] = None if cells[i] is None else bool(cells[i])
        rows.append(tuple(cells))
    return rows


def from_parquet(table: Table) -> list[tuple[Any, ...]]:
    found = parquet.read_table(io.BytesIO(files()[f"{table.stem}.parquet"]))
    assert found.column_names == [column.name for column in table.columns]
    return list(zip(*(column.to_pylist() for column in found.columns), strict=True))


def by_key(table: Table, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    places = [next(i for i, c in enumerate(table.columns) if c.name == name) for name in table.key]
    return sorted(rows, key=lambda row: [row[place] for place in places])


def blank_is_absent(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    # CSV has one way to write nothing.
    return [tuple(None if cell == "" else cell for cell in row) for row in rows]


@EACH_TABLE
def test_csv_sqlite_and_parquet_agree_row_by_row(table: Table) -> None:
    rows = by_key(table, list(table.rows(material())))
    assert rows
    assert by_key(table, from_csv(table)) == blank_is_absent(rows)
    assert from_sqlite(table) == rows
    assert by_key(table, from_parquet(table)) == rows


@EACH_TABLE
def test_a_key_names_one_row(table: Table) -> None:
    places = [next(i for i, c in enumerate(table.columns) if c.name == name) for name in table.key]
    keys = [tuple(row[place] for place in places) for row in table.rows(material())]
    assert len(set(keys)) == len(keys)


def flat(found: dict[str, Any]) -> dict[str, Any]:
    """Read a row of incidents.csv out of a whole record, by the paths of the schema only."""

    def at(path: str) -> Any:
        node: Any = found
        for name in path.split("."):
            node = node.get(name) if isinstance(node, dict) else None
        return " ".join(node) if isinstance(node, list) else node

    incidents = next(table for table in TABLES if table.name == "incidents")
    row = {column.name: at(column.path) for column in incidents.columns if column.path}
    derived = found["derived"]
    row |= {name: derived["measures"].get(name, {}).get("value") for name in row_measures()}
    row |= {
        "year": int(found["bugzilla"]["opened"][:4]),
        "status": derived["status"],
        "flags": " ".join(dict.fromkeys(flag["name"] for flag in derived["flags"])) or None,
        "reporter_kind": derived["reporter_kind"],
        "comments": len(found["bugzilla"].get("comments", [])),
        "action_items": len(found.get("report", {}).get("action_items", [])),
        "responses": len(derived["response_days"]),
        "next_due": derived.get("next_due", {}).get("due"),
        "next_due_rule": derived.get("next_due", {}).get("rule"),
        "whiteboard": found["bugzilla"].get("whiteboard"),
    }
    cited = found.get("report", {}).get("policies", [])
    rules = dict.fromkeys(f"{c['document']}:{c['section']}" if "section" in c else c["document"] for c in cited)
    return row | {"rules": " ".join(rules) or None}


def row_measures() -> list[str]:
    return ["days_open", "days_to_disclosure", "days_to_full_report", "days_to_closure", "days_to_revocation"]


def test_ndjson_and_csv_agree_row_by_row() -> None:
    incidents = next(table for table in TABLES if table.name == "incidents")
    names = [column.name for column in incidents.columns]
    rows = [dict(zip(names, row, strict=True)) for row in from_csv(incidents)]
    assert len(rows) == len(objects())
    for row, found in zip(rows, objects(), strict=True):
        expected = flat(found)
        assert len(expected) > 35
        assert {name: row[name] for name in expected} == expected, row["id"]


def test_json_holds_the_same_objects_as_ndjson() -> None:
    whole = json.loads(files()["incidents.json"])
    assert whole["incidents"] == objects()
    assert whole["version"] == data().version
    assert [t["id"] for t in whole["withdrawn"]] == [GONE]


@pytest.mark.parametrize(
    ("name", "per_record"),
    [
        ("tags", lambda r: len(r.get("tags", []))),
        ("incident_topics", lambda r: len(r.get("topics", []))),
        ("citations", lambda r: len(r.get("report", {}).get("policies", []))),
        ("action_items", lambda r: len(r.get("report", {}).get("action_items", []))),
        ("clocks", lambda r: len(r["derived"]["clocks"])),
        (
            "events",
            lambda r: (
                len({0, *(c["number"] for c in r["bugzilla"].get("comments", []))})
                + len(r["bugzilla"].get("history", []))
                + ("resolved" in r["bugzilla"])
                + len(r.get("report", {}).get("timeline", []))
            ),
        ),
    ],
)
def test_long_tables_have_as_many_rows_as_the_records_have_items(name: str, per_record: Any) -> None:
    counted = dict(database().execute(f"SELECT incident, count(*) FROM {name} GROUP BY incident"))
    assert counted == {r["id"]: n for r in objects() if (n := per_record(r))}


def test_events_are_in_order_and_an_undated_comment_follows_the_one_before() -> None:
    rows = database().execute(f"SELECT at, precision, origin, kind, comment, party FROM events WHERE incident = {FULL}")
    assert rows.fetchall() == [
        ("2026-01-05T10:00:00Z", "minute", "bugzilla", "opened", 0, "ca"),
        (None, None, "bugzilla", "comment", 2, "unknown"),
        ("2026-01-06T00:00:00Z", "minute", "bugzilla", "change", None, None),
        ("2026-01-07T00:00:00Z", "minute", "bugzilla", "change", None, None),
        ("2026-01-09T08:30:00Z", "minute", "bugzilla", "comment", 3, "other"),
        ("2026-01-04T09:00-05:00", "minute", "report", "noticed", 0, None),
        ("03/04/2026", "ambiguous", "report", None, 0, None),
    ]


def test_topics_are_in_order_with_where_they_were_read() -> None:
    rows = database().execute(f"SELECT position, topic, read_in, comment FROM incident_topics WHERE incident = {FULL}")
    assert rows.fetchall() == [(0, "crl", "title", None), (1, "outage", "text", 3)]
    joined = database().execute(f"SELECT topics FROM incidents WHERE id = {FULL}").fetchone()
    assert joined == ("crl outage",)


def test_action_items_say_how_they_stand() -> None:
    rows = database().execute(f"SELECT due, state, subject FROM action_items WHERE incident = {FULL} ORDER BY position")
    assert rows.fetchall() == [("2026-02-01", "unknown", "linting"), ("2026-05-01", "pending", None)]


def test_an_incident_says_how_and_when_it_was_found() -> None:
    row = database().execute(f"SELECT discovery, aware FROM incidents WHERE id = {FULL}").fetchone()
    assert row == ("monitoring", "2026-01-04T08:50-05:00")


def test_what_people_gave_wins_and_is_named() -> None:
    row = database().execute(f"SELECT tags, root_causes, curated FROM incidents WHERE id = {FULL}").fetchone()
    assert row == (
        "dv-misissuance",
        "process-gap linting-gap",
        "curated.reviewed curated.root_causes curated.summary tags",
    )


def test_csv_is_no_formula() -> None:
    lines = csv.reader(io.StringIO(files()["incidents.csv"].decode(), newline=""))
    cells = {cell for row in lines for cell in row}
    assert not {cell for cell in cells if cell[:1] in {"=", "@", "\t", "\r"} or re.match(r"[+-](?![\d.]+\Z)", cell)}
    assert data().incidents[HOSTILE].title.join(["'", ""]) in cells


def test_sqlite_is_whole_and_its_references_hold() -> None:
    assert database().execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database().execute("PRAGMA foreign_key_check").fetchall() == []
    held = {row[2] for row in database().execute("PRAGMA foreign_key_list(incident_cas)")}
    assert held == {"incidents", "cas"}
    assert dict(database().execute("SELECT name, value FROM dataset"))["version"] == data().version


def test_sqlite_finds_titles_by_words() -> None:
    found = database().execute("SELECT rowid FROM incidents_fts WHERE incidents_fts MATCH 'hyperlink'").fetchall()
    assert found == [(HOSTILE,)]
    summary = database().execute("SELECT rowid FROM incidents_fts WHERE summary MATCH 'lines'").fetchall()
    assert (FULL,) in summary
    assert (HOSTILE,) not in summary


def test_datasette_metadata_names_what_is_there() -> None:
    tables = descriptions.datasette_metadata()["databases"]["ca-incidents"]["tables"]
    there = {name for (name,) in database().execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for name, about in tables.items():
        assert name in there
        columns = {row[1] for row in database().execute(f"PRAGMA table_info({name})")}
        assert set(about["columns"]) == columns
        named = {*about.get("facets", []), *filter(None, map(about.get, ("label_column", "sort", "sort_desc")))}
        assert named <= columns


def test_the_same_dataset_gives_the_same_bytes() -> None:
    again = {file.name: file.raw for file in export.data_files(prepared(data()))}
    assert again == files()


def test_the_command_gives_the_same_bytes_whatever_the_seed(tmp_path: Path) -> None:
    written = []
    for seed in ("1", "2"):
        place = tmp_path / seed
        command = "import sys; from ca_incidents.schema.cli.command import main; "
        command += "from ca_incidents.schema.cli.all import COMMANDS; "
        command += "sys.exit(main(sys.argv[1:], commands=COMMANDS))"
        subprocess.run(
            [sys.executable, "-c", command, "export", str(place)],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": f"UTC{seed}"},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        written.append({path.name: path.read_bytes() for path in place.iterdir()})
    assert written[0] == written[1]
    sums = dict(reversed(line.split("  ")) for line in written[0].pop("SHA256SUMS").decode().splitlines())
    assert sums == {name: hashlib.sha256(raw).hexdigest() for name, raw in written[0].items()}


@pytest.mark.parametrize("name", export.FORMATS)
def test_the_command_writes_one_format(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["export", str(tmp_path), "--format", name, "--dataset", str(ROOT / "incidents")]
    assert main(arguments, commands=COMMANDS) == 0
    assert {path.suffix for path in tmp_path.iterdir()} == {f".{name}", ""}
    assert name in capsys.readouterr().out


def test_the_command_leaves_parquet_out_where_it_cannot_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_command, "can_write_parquet", lambda: False)
    assert main(["export", str(tmp_path), "--dataset", str(ROOT / "incidents")], commands=COMMANDS) == 0
    assert "Parquet" in capsys.readouterr().err
    assert (tmp_path / "datapackage.json").exists()
    assert not list(tmp_path.glob("*.parquet"))


def test_parquet_without_its_library_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(encoders.NoParquet, match="pyarrow"):
        encoders.parquet_bytes(TABLES[0], [])


def test_a_folder_that_cannot_be_written_is_a_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    arguments = ["export", str(tmp_path / "file"), "--format", "csv", "--dataset", str(ROOT / "incidents")]
    assert main(arguments, commands=COMMANDS) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_a_record_by_itself_is_what_show_says() -> None:
    for number in (1671037, FULL, HOSTILE):
        record = data().incidents[number]
        assert json.loads(export.view_of(number, material())) == json.loads(as_json(record, derived_of(record)))


def derived_of(record: Incident) -> Derived:
    shown, day, known = effective(record), data().snapshot.as_of, data().registry
    return derive_among(shown, data().incidents, as_of=day, registry=known, deadlines=standard())


def test_version_follows_the_facts() -> None:
    version = data().version
    assert re.fullmatch(r"2026-03-13\.[0-9a-f]{8}", version)
    changed = msgspec.structs.replace(data().incidents[1671037], title="Another title")
    assert replace(data(), incidents={**data().incidents, 1671037: changed}).version != version
    assert replace(data(), tombstones={}).version != version


def test_columns_that_show_a_field_say_what_the_schema_says() -> None:
    shown = [(table.name, column) for table in TABLES for column in table.columns if column.path]
    assert len(shown) > 40
    for table, column in shown:
        assert column.description.startswith(described(column.path)["description"]), (table, column.name)
    assert all(column.description.endswith(".") for table in TABLES for column in table.columns)


def test_schemas_lie_where_their_id_says() -> None:
    ids = {json.loads(file.raw)["$id"] for file in export.schema_files()}
    assert ids == {f"{descriptions.DATA}{file.name}" for file in export.schema_files()}
    assert {path.name for path in (ROOT / "schema").glob("*.schema.json")} == {f.name for f in export.schema_files()}


@cache
def described_files() -> dict[str, Any]:
    found = export.data_files(material())
    return {file.name: file.raw for file in descriptions.describing_files(data(), found)}


def resources() -> Iterator[dict[str, Any]]:
    package = json.loads(described_files()["datapackage.json"])
    assert re.fullmatch(r"[-a-z0-9._/]+", package["name"])
    assert package["licenses"][0]["name"] == "CC0-1.0"
    yield from package["resources"]


def test_the_data_package_describes_every_file() -> None:
    found = list(resources())
    assert {resource["path"] for resource in found} == set(files())
    names = [resource["name"] for resource in found]
    assert len(set(names)) == len(names)
    for resource in found:
        raw = files()[resource["path"]]
        assert re.fullmatch(r"[-a-z0-9._/]+", resource["name"])
        assert resource["bytes"] == len(raw)
        assert resource["hash"] == f"sha256:{hashlib.sha256(raw).hexdigest()}"


def test_the_data_package_describes_every_column_of_a_table() -> None:
    tabular = {r["name"]: r for r in resources() if r["profile"] == "tabular-data-resource"}
    assert len(tabular) == len(TABLES)
    for resource in tabular.values():
        header = files()[resource["path"]].split(b"\r\n", 1)[0].decode().split(",")
        fields = {field["name"]: field for field in resource["schema"]["fields"]}
        assert list(fields) == header
        assert {field["type"] for field in fields.values()} <= {"integer", "number", "string", "boolean"}
        assert set(resource["schema"]["primaryKey"]) <= set(fields)
        for key in resource["schema"]["foreignKeys"]:
            other = tabular[key["reference"]["resource"]]["schema"]
            assert key["fields"] in fields
            assert other["primaryKey"] == [key["reference"]["fields"]]


def test_croissant_refers_to_what_it_describes() -> None:
    found = json.loads(described_files()["croissant.json"])
    objects = {part["@id"]: part for part in found["distribution"]}
    assert set(objects) == set(files())
    assert all(part["sha256"] == hashlib.sha256(files()[name]).hexdigest() for name, part in objects.items())
    fields = {field["@id"]: field for part in found["recordSet"] for field in part["field"]}
    for part in found["recordSet"]:
        assert {key["@id"] for key in part["key"]} <= set(fields)
        for field in part["field"]:
            source = field["source"]
            header = files()[source["fileObject"]["@id"]].split(b"\r\n", 1)[0].decode().split(",")
            assert source["extract"]["column"] in header
            if "references" in field:
                assert field["references"]["field"]["@id"] in fields
    used = set(re.findall(r'"([a-z][A-Za-z0-9]+)":', json.dumps({k: v for k, v in found.items() if k != "@context"})))
    assert {"recordSet", "field", "dataType", "source", "extract", "column", "citeAs"} <= used & set(found["@context"])


def test_the_citation_file_says_what_the_repository_says() -> None:
    ours: Any = yaml_text.load_trusted(described_files()["CITATION.cff"])
    theirs: Any = yaml_text.load_trusted((ROOT / "CITATION.cff").read_bytes())
    for key in ("title", "authors", "license", "repository-code", "type", "cff-version"):
        assert ours[key] == theirs[key]
    assert ours["version"] == data().version


def test_a_database_on_disk_is_read_as_any_other(tmp_path: Path) -> None:
    path = tmp_path / export.DATABASE
    path.write_bytes(files()[export.DATABASE])
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as found:
        assert found.execute("SELECT count(*) FROM incidents").fetchone() == (len(data().incidents),)
