"""The commands `parse-report` and `lint-report`, as they are typed.

Covers: scraper/cli/lint_report.py, scraper/cli/parse_report.py, scraper/cli/report_files.py.
"""

import io
import json
import os
import sys
from pathlib import Path

import pytest

from ca_incidents.schema.cli.command import main
from ca_incidents.scraper.cli.all import COMMANDS

CASES = Path(__file__).parent / "cases" / "reports"
REPORT = """### Preliminary Incident Report
#### Summary
- **Incident description:** Some OCSP answers were stale; the incident is contained.
- **Relevant policies:** TLS BR section 4.9.10
- **Source of incident disclosure:** Self Reported
"""


def test_each_file_is_one_line_of_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = tmp_path / "a.md", tmp_path / "b.md"
    first.write_text(REPORT)
    second.write_text("Nothing but prose.")
    assert main(["parse-report", str(first), str(second)], COMMANDS) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert found[0] == {
        "file": str(first),
        "template": "ccadb-3-preliminary",
        "disclosure_source": "self-reported",
        "policies": [{"document": "tls-br", "section": "4.9.10"}],
    }
    assert found[1] == {"file": str(second), "template": "none"}


def test_standard_input_is_a_file_called_dash(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(REPORT.encode())))
    assert main(["parse-report", "-"], COMMANDS) == 0
    assert json.loads(capsys.readouterr().out)["file"] == "-"


def test_the_evidence_for_each_value_is_printed_on_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "a.md"
    report.write_text("We found 9 OV certificates with a wrong name. The list was for 3 roots.")
    assert main(["parse-report", str(report), "--why", "--title", "Elm: Wrong name in OV certificates"], COMMANDS) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["certificates"] == {"total": 9, "kinds": ["ov"]}
    reasons = {line.split(" (", 1)[0]: line for line in said.err.splitlines()}
    assert "object of finding +" in reasons[f"{report}: certificates.total: 9 counts"]
    assert "in the bug's title +" in reasons[f"{report}: certificates.kinds: ov counts"]
    assert f"{report}: certificates.total: 3 does not count" in reasons


@pytest.mark.parametrize("command", ["parse-report", "lint-report"])
def test_what_cannot_be_read_is_told_and_hides_nothing(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "good.md", tmp_path / "bad.md"
    good.write_text(REPORT.replace("Self Reported", ""))
    bad.write_bytes(b"caf\xe9")
    assert main([command, str(bad), str(tmp_path / "none.md"), str(good)], COMMANDS) == 2
    said = capsys.readouterr()
    assert "0xe9" in said.err and "none.md" in said.err and "good.md" in said.out


def test_a_draft_is_linted_with_lines_and_a_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft = tmp_path / "draft.md"
    draft.write_text(REPORT.replace("Self Reported", ""))
    assert main(["lint-report", str(draft)], COMMANDS) == 1
    said = capsys.readouterr()
    assert f"{draft}:5:" in said.out and "1 draft checked" in said.err
    assert main(["lint-report", str(draft), "--format", "json"], COMMANDS) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["files"] == 1
    assert list(said["findings"][0]) == ["file", "line", "column", "path", "message", "code", "fixable", "page", "hint"]
    assert said["findings"][0]["line"] > 0
    draft.write_text(REPORT)
    assert main(["lint-report", str(draft)], COMMANDS) == 0
    assert "no findings" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["pipe", "/dev/zero"])
def test_only_regular_files_are_read(tmp_path: Path, capsys, monkeypatch, place: str) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    assert main(["parse-report", place], commands=COMMANDS) == 2
    assert capsys.readouterr().err == f"{place}: is not a regular file\n"
