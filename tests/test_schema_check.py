"""The check of a dataset on disk, from the command line inwards."""

from pathlib import Path

import pytest

from schema import command, form
from schema.commands import COMMANDS
from schema.model import record_from_data

OPENED = "2020-10-14T15:00:00Z"


def incident(number=1671037, **more):
    bug = {
        "status": "RESOLVED",
        "resolution": "FIXED",
        "opened": OPENED,
        "comments": [{"number": 0, "at": OPENED, "nick": "someone"}],
    }
    return {
        "schema_version": 1,
        "id": number,
        "title": "SecureTrust: late report",
        "ca": "securetrust",
        "tags": ["policy-failure"],
        "bugzilla": bug,
        **more,
    }


def text_of(data):
    return form.record_text(record_from_data(data))


SNAPSHOT = """schema_version: 1
source: saved dump
as_of: "2026-03-13T00:00:00Z"
counts: {records: 2, withdrawn: 0, excluded: 0}
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    root = tmp_path / "incidents"
    (root / "2020").mkdir(parents=True)
    (root / "snapshot.yaml").write_text(SNAPSHOT)
    for number in (1671037, 1671038):
        (root / "2020" / f"{number}.yaml").write_text(text_of(incident(number)))
    return root


def run(capsys, *arguments):
    status = command.main(["check", *arguments], commands=COMMANDS)
    said = capsys.readouterr()
    return status, said.out, said.err


def test_a_clean_dataset_has_no_findings(root, capsys):
    assert run(capsys) == (0, "", "3 files checked: no findings\n")


def test_a_misspelt_tag_is_found_at_its_place(root, capsys):
    file = root / "2020" / "1671037.yaml"
    file.write_text(
        file.read_text().replace("tags: [policy-failure]", "tags:\n- policy-failure\n- leaf-revocation-dealy")
    )
    status, out, err = run(capsys)
    assert out == (
        'incidents/2020/1671037.yaml:8:3: tags[1]: unknown tag "leaf-revocation-dealy"; '
        'did you mean "leaf-revocation-delay"? [unknown-tag]\n'
    )
    assert (status, err) == (1, "3 files checked: 1 finding in 1 file\n")
