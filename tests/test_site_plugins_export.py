import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from schema.command import main
from site_plugins.commands import COMMANDS

ROOT = Path(__file__).parent.parent


def test_export_writes_the_formats_that_are_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "out"
    status = main(
        ["export", str(target), "--format", "csv", "--format", "sqlite", "--dataset", str(ROOT / "incidents")],
        commands=COMMANDS,
    )
    names = {path.name for path in target.iterdir()}
    assert status == 0
    assert {"incidents.csv", "events.csv", "action_items.csv", "datapackage.json", "ca-incidents.sqlite"} <= names
    assert "incidents.ndjson" not in names
    assert len(capsys.readouterr().out.splitlines()) == len(names)
    with closing(sqlite3.connect(target / "ca-incidents.sqlite")) as database:
        count = database.execute("SELECT count(*) FROM incidents").fetchone()[0]
    assert count == len(list((ROOT / "incidents").glob("*/*.yaml")))


def test_export_of_no_dataset_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(tmp_path / "out"), "--dataset", str(tmp_path / "none")], commands=COMMANDS) == 2
    assert "no such folder" in capsys.readouterr().err
