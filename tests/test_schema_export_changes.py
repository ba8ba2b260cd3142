"""What changed between two versions of the dataset, and the command that lists it.

Covers: schema/cli/changes.py.
"""

import io
import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from ca_incidents.schema.cli import all as commands
from ca_incidents.schema.cli import command
from ca_incidents.schema.export.changes import as_csv, as_ndjson, changes_between
from ca_incidents.schema.model import Bugzilla, Curated, Event, Incident, Report, Tombstone, Withdrawal
from ca_incidents.schema.record.canonical import record_text

OPENED = "2025-01-01T00:00:00Z"
BUGZILLA = Bugzilla(status="NEW", opened=OPENED)


def events(*days: str) -> Report:
    return Report(timeline=tuple(Event(at=day, precision="day") for day in days))


def incident(number: int, **more: object) -> Incident:
    return Incident(**{"schema_version": 1, "id": number, "title": f"Title {number}", "bugzilla": BUGZILLA, **more})


def gone(number: int) -> Tombstone:
    return Tombstone(schema_version=1, id=number, withdrawn=Withdrawal(on="2026-01-01", reason="restricted"))


def found(before: Incident, after: Incident) -> list[tuple[str | None, str | None, str | None]]:
    changes = list(changes_between({1: before}, {1: after}))
    assert {(change.bug, change.what) for change in changes} <= {(1, "changed")}
    return [(change.field, change.before, change.after) for change in changes]


def test_a_value_may_come_change_and_go() -> None:
    before = incident(1, ca="digicert", tags=("audit-delay",))
    after = incident(1, ca="sectigo", bugzilla=replace(BUGZILLA, resolution="FIXED"))
    assert sorted(found(before, after), key=str) == [
        ("bugzilla.resolution", None, "FIXED"),
        ("ca", "digicert", "sectigo"),
        ("tags", "audit-delay", None),
    ]
    assert found(before, before) == []


def test_a_correction_changes_the_value_that_holds() -> None:
    before = incident(1, ca="digicert")
    assert found(before, replace(before, curated=Curated(ca="sectigo"))) == [("ca", "digicert", "sectigo")]


def test_an_item_that_comes_first_does_not_change_the_others() -> None:
    before, after = (
        incident(1, report=events("2025-01-02", "2025-01-03")),
        events("2025-01-01", "2025-01-03", "2025-01-02"),
    )
    assert found(before, incident(1, report=after)) == [("report.timeline", None, "at: 2025-01-01, precision: day")]


def test_records_come_and_go() -> None:
    before = {1: incident(1), 2: incident(2), 4: gone(4), 5: incident(5)}
    after = {2: gone(2), 3: incident(3), 4: gone(4), 5: incident(5)}
    assert [(c.bug, c.what, c.before, c.after) for c in changes_between(before, after)] == [
        (1, "gone", "Title 1", None),
        (2, "withdrawn", None, "restricted"),
        (3, "added", None, "Title 3"),
    ]


def test_both_formats_say_the_same() -> None:
    before = {1: incident(1, title="=1+1")}
    changes = list(changes_between(before, {1: incident(1), 2: incident(2)}))
    assert (
        as_csv(changes).decode()
        == "bug,what,field,before,after\r\n1,changed,title,'=1+1,Title 1\r\n2,added,,,Title 2\r\n"
    )
    assert [json.loads(line) for line in as_ndjson(changes).splitlines()] == [
        {"bug": 1, "what": "changed", "field": "title", "before": "=1+1", "after": "Title 1"},
        {"bug": 2, "what": "added", "after": "Title 2"},
    ]


def test_a_version_older_than_a_rule_is_compared_and_one_that_cannot_be_read_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder, ca in (("before", "nobody-knows-it"), ("after", "digicert")):
        (tmp_path / folder / "2025").mkdir(parents=True)
        (tmp_path / folder / "snapshot.yaml").touch()
        (tmp_path / folder / "2025" / "1900001.yaml").write_text(record_text(incident(1900001, ca=ca)), "utf-8")
    run = ["changes", "before", "after", "--format", "ndjson"]
    assert command.main(run, commands.COMMANDS) == 0
    [line] = io.StringIO(capsys.readouterr().out).readlines()
    assert json.loads(line)["before"] == "nobody-knows-it"
    (tmp_path / "before" / "2025" / "1900001.yaml").write_text("id: [", "utf-8")
    assert command.main(run, commands.COMMANDS) == 1
    assert "1900001.yaml" in capsys.readouterr().err


def test_a_folder_of_something_else_is_no_version(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["changes", str(tmp_path), str(tmp_path)], commands.COMMANDS) == 2
    assert "is no version of the dataset: it has no snapshot.yaml" in capsys.readouterr().err
