"""Drafts of reports: what is known stands in them, everything else is a gap that `lint-report` finds.

Covers: scraper/cli/draft_report.py, scraper/reader/form/current.py.
"""

from datetime import date
from pathlib import Path

import pytest
from test_scraper_cli_related import folder  # noqa: F401

from ca_incidents.schema.cli import command
from ca_incidents.schema.model import (
    ActionItem,
    Bugzilla,
    Certificates,
    Citation,
    Event,
    Incident,
    Noncompliance,
    Report,
)
from ca_incidents.schema.tables import policies
from ca_incidents.scraper.cli.all import COMMANDS
from ca_incidents.scraper.reader.draft import GAP, Row, draft_of
from ca_incidents.scraper.reader.lint import lint_report
from ca_incidents.scraper.reader.thread import read_thread
from ca_incidents.scraper.sources.bug import WireComment

TODAY = date(2025, 6, 12)
RECORD = Incident(
    id=1,
    title="Alder CA: wrong identifier",
    bugzilla=Bugzilla(status="ASSIGNED", opened="2025-06-05T10:00:00Z"),
    report=Report(
        disclosure_source="self-reported",
        ca_owner_id="A000999",
        noncompliance=Noncompliance(start="2025-05-19", identified="2025-06-01", end="2025-06-03"),
        issuance_stopped=True,
        certificates=Certificates(total=2, remaining_valid=0, kinds=("dv",), crtsh_ids=(77123456,)),
        policies=(Citation(document="tls-br", section="7.1.2.7.1", version="2.1.5"),),
        timeline=(Event(at="2025-06-01T08:01Z", precision="minute", kind="awareness"),),
        action_items=(ActionItem(kind="prevent", due="2025-07-01", status="ongoing"),),
    ),
)
RELATED = (Row(1900001, "2024-05-01", "The same fault elsewhere"),)


def gaps(text: str) -> int:
    """Count the lines with a gap, and the lines of tables without a word."""
    lines = text.split("\n")
    return sum(GAP in line for line in lines) + sum(not line.strip("| ") and "|" in line for line in lines)


@pytest.mark.parametrize("form", ["preliminary", "full", "closure"])
def test_every_gap_of_an_empty_draft_is_found_and_nothing_else(form) -> None:
    text = draft_of(form, None)
    found = lint_report(text, today=TODAY, file="draft.md")
    places = {finding.line for finding in found}
    expected = {
        number
        for number, line in enumerate(text.split("\n"), 1)
        if GAP in line and not line.startswith(("####", "- YYYY", GAP))
    }
    assert expected <= places
    wrong = {f.code for f in found} - {"empty-field", "empty-timeline", "no-related-incidents", "no-action-items"}
    assert wrong == set()


def test_what_is_known_of_a_record_is_read_back_from_its_draft() -> None:
    text = draft_of("full", RECORD, RELATED)
    report = read_thread([WireComment(number=0, at=None, text=text)], bug=None, policies=policies.standard()).report
    assert report is not None and RECORD.report is not None
    for field in ("disclosure_source", "ca_owner_id", "noncompliance", "issuance_stopped", "certificates"):
        assert getattr(report, field) == getattr(RECORD.report, field), field
    assert [(p.document, p.section, p.version) for p in report.policies] == [("tls-br", "7.1.2.7.1", "2.1.5")]
    assert [event.at for event in report.timeline] == ["2025-06-01T08:01Z"]
    # What the action is, only the CA can say.
    assert "| TBD | Prevent | TBD | TBD | 2025-07-01 | Ongoing |" in text
    assert [bug.bug for bug in report.related] == [1900001]


def test_only_gaps_are_found_in_a_filled_draft() -> None:
    text = draft_of("full", RECORD, RELATED)
    found = lint_report(text, today=TODAY, file="draft.md")
    lines = text.split("\n")
    assert [f.message for f in found if GAP not in lines[f.line - 1]] == []
    assert {f.code for f in found} == {"empty-field", "incomplete-action"}


def test_the_command_fills_in_a_record(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    assert command.main(["draft-report", "--form", "full", "--bug", "1"], commands=COMMANDS) == 0
    said = capsys.readouterr()
    assert "| [2](https://bugzilla.mozilla.org/show_bug.cgi?id=2) | 2025-01-01 |" in said.out
    assert said.err == "when each duty is due: ca-incidents deadlines --bug 1\n"
    assert command.main(["draft-report", "--form", "full", "--bug", "7"], commands=COMMANDS) == 2
    assert command.main(["draft-report", "--form", "closure"], commands=COMMANDS) == 0
