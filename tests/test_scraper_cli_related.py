"""The command `related`, of bugs and of drafts.

Covers: schema/cli/related.py.
"""

import json

import pytest
from test_schema_derive_similar import incident

from ca_incidents.schema.cli import command
from ca_incidents.schema.cli.related import as_markdown
from ca_incidents.schema.record import canonical
from ca_incidents.scraper.cli.all import COMMANDS

DRAFT = """## Preliminary Incident Report

### Summary

- **Incident description:** A CRL was not renewed in time.
- **Relevant policies:** TLS Baseline Requirements, section 4.9.7
- **Source of incident disclosure:** Self Reported
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    root = tmp_path / "incidents"
    (root / "2025").mkdir(parents=True)
    (root / "snapshot.yaml").write_text(
        'schema_version: 1\nsource: test\nas_of: "2026-01-01T00:00:00Z"\n'
        "counts: {records: 2, withdrawn: 0, excluded: 0}\n"
    )
    records = (
        incident(1, "DigiCert: CRL with | and <b>", tags=("crl-failure",)),
        incident(2, "DigiCert: late CRL", tags=("crl-failure",)),
    )
    for record in records:
        (root / "2025" / f"{record.id}.yaml").write_text(canonical.record_text(record))
    return root


def run(capsys, *arguments):
    status = command.main(["related", *arguments], commands=COMMANDS)
    said = capsys.readouterr()
    return status, said.out, said.err


def test_the_command_writes_text_and_json(folder, capsys):
    status, out, _ = run(capsys, "1")
    assert status == 0
    assert out.splitlines()[0].startswith("2  2025-01-01")
    assert "    same tags: crl-failure" in out
    _, out, _ = run(capsys, "2", "--format", "json")
    (one,) = json.loads(out)
    assert (one["bug"], one["ca"], one["url"]) == (1, "digicert", "https://bugzilla.mozilla.org/show_bug.cgi?id=1")


def test_the_markdown_table_is_the_one_that_a_report_contains(folder, capsys):
    _, out, _ = run(capsys, "--tag", "CRL failure", "--format", "markdown")
    lines = out.splitlines()
    assert lines[:2] == ["| Bug | Date | Description |", "| --- | --- | --- |"]
    assert len(lines) == 4
    row = lines[3]
    assert row.startswith(
        "| [1](https://bugzilla.mozilla.org/show_bug.cgi?id=1) | 2025-01-01 | DigiCert: CRL with \\| and"
    )
    assert "<b>" not in row.replace("\\<b\\>", "")
    assert as_markdown([]).count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name a bug"),
        (["7"], "no record of bug 7"),
        (["--ca", "Nobody"], "Nobody"),
        (["--tag", "nonsense"], "nonsense"),
        (["--policy", "nonsense 1"], "nonsense"),
        (["1", "--years", "-1"], "--years"),
        (["1", "--dataset", "elsewhere"], "elsewhere"),
    ],
)
def test_a_wrong_question_is_answered_with_one_message(folder, capsys, arguments, said):
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_a_draft_is_compared_by_what_it_says(folder, capsys):
    draft = folder.parent / "draft.md"
    draft.write_text(DRAFT, "utf-8")
    status, out, _ = run(capsys, "draft.md", "--years", "0", "--ca", "DigiCert", "--format", "json")
    found = {one["bug"]: one["reasons"] for one in json.loads(out)}
    assert status == 0
    assert list(found) == [2, 1]
    assert found[2] == ["same CA: digicert", "words in the title: crl"]


def test_a_title_can_be_given(folder, capsys):
    (folder.parent / "draft.md").write_text("Nothing that a form would have.", "utf-8")
    _, out, _ = run(capsys, "draft.md", "--years", "0", "--title", "Alder CA: late CRL", "--format", "json")
    assert json.loads(out)[0]["bug"] == 2


def test_a_draft_that_is_not_there(folder, capsys):
    status, out, err = run(capsys, "nowhere.md")
    assert (status, out) == (2, "")
    assert "nowhere.md" in err
