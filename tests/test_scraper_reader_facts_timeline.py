"""The shapes of timelines: where their lines are found and how they begin.

Covers: scraper/reader/facts/timeline_lines.py.
"""

from pathlib import Path
from typing import Any

import pytest

from ca_incidents.schema.record.yaml_text import load_trusted
from ca_incidents.schema.tables.policies import standard
from ca_incidents.scraper.reader.document import document_of
from ca_incidents.scraper.reader.facts.timeline_lines import SHAPES, Shape
from ca_incidents.scraper.reader.thread import read_thread
from ca_incidents.scraper.sources.bug import WireComment

ROWS: Any = load_trusted((Path(__file__).parent / "cases" / "timelines.yaml").read_bytes())


def events(text: str, at: str = "2024-06-01T10:00:00Z", *, cut: bool = False) -> list[str]:
    reading = read_thread([WireComment(number=0, at=at, text=text, cut=cut)], bug=None, policies=standard())
    return [event.at for event in reading.report.timeline] if reading.report else []


_PLACES = (
    ("section of the form", "## Incident Report\n### Timeline\n- 2024-03-01 10:00 UTC: mail arrives\n"),
    (
        "lines below one that announces a timeline",
        "We issued two certificates.\n\nThe course of events was as follows:\n\n- 2024-03-01 10:00 UTC: mail arrives\n",
    ),
    (
        "table with columns for date and event",
        "## Audit Incident Report\n## Finding #1\n### Root Cause Analysis\nTwo keys are one.\n\n"
        "| When | What happened |\n| --- | --- |\n| 2024-03-01 10:00 UTC | mail arrives |\n| 2 March 2024 | answer |\n",
    ),
    (
        "list of dated lines",
        "## Incident Report\nA key was used twice.\n\n2024-03-01 10:00 UTC – mail arrives\n"
        "2024-03-02 11:00 UTC – answer\n2024-03-03 12:00 UTC – end\n",
    ),
    ("items with a day and a dash", "Alder CA\n  a) Wrong town\n    - Remediation\n      - 2024-03-01 - patched\n"),
)


@pytest.mark.parametrize(("name", "text"), [pytest.param(name, text, id=name) for name, text in _PLACES])
def test_a_timeline_is_found_in_every_place(name: str, text: str) -> None:
    assert events(text)[0][:10] == "2024-03-01"
    shape = next(shape for shape in SHAPES if shape.name == name)
    assert any(block for block in shape.blocks(document_of(text)))


def test_a_heading_may_announce_events() -> None:
    assert events("1) How you became aware\n\nBy mail.\n\n2) Tickets and other events:\n\n2024-03-01, mail\n")


def test_every_shape_has_a_text() -> None:
    assert [name for name, _ in _PLACES] == [shape.name for shape in SHAPES]
    assert all(isinstance(shape, Shape) for shape in SHAPES)


_TIMELINE = "## Incident Report\nOn 3 March 2024 a customer phoned.\n### Impact\nOne certificate.\n### Timeline\n"


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in ROWS["shapes"]])
def test_a_line_may_begin_in_many_ways(row: dict[str, Any]) -> None:
    assert events(_TIMELINE + row["lines"]) == row["at"]


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in ROWS["others"]])
def test_other_dates_are_no_timeline(row: dict[str, Any]) -> None:
    assert events(row["text"]) == []


def test_the_last_time_of_a_cut_text_counts_if_its_offset_shows_that_it_is_whole() -> None:
    text = "## Incident Report\n### Summary\nx\n### Timeline\n2024-03-01T10:00+00:00 mail\n2024-03-02T10:00"
    assert events(text, cut=True) == ["2024-03-01T10:00+00:00"]
    assert events(f"{text}+00:00", cut=True) == ["2024-03-01T10:00+00:00", "2024-03-02T10:00+00:00"]


@pytest.mark.parametrize("rows", ["", "|  |  |\n"])
def test_a_table_that_ends_after_its_head_has_no_event(rows: str) -> None:
    text = f"## Incident Report\n### Summary\nA town is wrong.\n### Timeline\n| Time | Event |\n| --- | --- |\n{rows}"
    reading = read_thread([WireComment(number=0, at=None, text=text)], bug=1000001, policies=standard())
    assert reading.report is not None and reading.report.timeline == ()


def test_a_day_at_the_end_of_a_cut_text_counts_if_a_word_follows_it() -> None:
    text = "## Incident Report\n### Summary\nx\n### Timeline\n2024-03-01 mail arrives\n2024-03-02 "
    assert events(f"{text}L", cut=True) == ["2024-03-01", "2024-03-02"]
    assert events(f"{text}1", cut=True) == ["2024-03-01"]


def test_a_later_comment_may_go_on_with_the_timeline() -> None:
    later = (
        "Timeline, continued:\n\n- 2024-03-03 10:00 UTC: end\n",
        "> Timeline:\n> - 2024-03-04 10:00 UTC: no\n\nYes.",
        "- 2024-03-05 10:00 UTC: not announced\n",
    )
    texts = (f"{_TIMELINE}- 2024-03-01 10:00 UTC: mail arrives\n- 2024-03-02 10:00 UTC: answer\n", *later)
    comments = [WireComment(number=n, at=None, text=text) for n, text in enumerate(texts)]
    report = read_thread(comments, bug=None, policies=standard()).report
    assert report is not None
    assert [event.at[:10] for event in report.timeline] == ["2024-03-01", "2024-03-02", "2024-03-03"]


def test_later_events_of_other_days_are_added_and_those_of_the_same_days_replace() -> None:
    first = f"{_TIMELINE}- 2024-03-01 10:00 UTC: mail arrives\n- 2024-03-02 10:00 UTC: answer\n"
    others = "What we did since then:\n\n- 2024-03-04: list made\n- 2024-03-05: letters sent\n- 2024-03-06: revoked\n"
    again = (
        "## Incident Report\n### Summary\nx\n### Timeline\n2024-03-01 10:05 UTC: mail\n2024-03-02 10:00 UTC: answer\n"
    )

    def days(*texts: str) -> list[str]:
        comments = [WireComment(number=n, at="2024-03-10T10:00:00Z", text=text) for n, text in enumerate(texts)]
        report = read_thread(comments, bug=None, policies=standard()).report
        return [event.at for event in report.timeline] if report else []

    assert [day[5:10] for day in days(first, others)] == ["03-01", "03-02", "03-04", "03-05", "03-06"]
    assert days(first, again) == ["2024-03-01T10:05Z", "2024-03-02T10:00Z"]
    assert len(days(first, others.replace("2024-03-06", "2024-03-16"))) == 2


def test_a_remark_in_brackets_may_name_the_zone() -> None:
    line = "2024-05-02 10:15 First mail\n2024-05-03 11:00 Answer"
    for remark, zone in (("UTC, nothing rounded", "Z"), ("yyyy-mm-dd, UTC-03:00", "-03:00"), ("CET, then CEST", "")):
        found = events(f"**Timeline** ({remark})\n\n{line}")
        assert [one.split(" ")[0] for one in found] == [f"2024-05-02T10:15{zone}", f"2024-05-03T11:00{zone}"]


def test_a_bracket_of_a_heading_may_announce_the_timeline() -> None:
    for heading in ("**What came to pass (timeline, all hours CET)**", "The sequence of events is as under"):
        assert len(events(f"{heading}\n\n2024-05-02: First mail\n2024-05-03: Answer")) == 2


def test_who_opened_the_bug_for_its_own_ca_may_report_later() -> None:
    later = "2024-05-02: First mail\n2024-05-03: Second mail\n2024-05-04: Answer"
    for opening, count in (("Our audit is late.", 3), ("A name is wrong.", 0)):
        comments = [WireComment(number=n, at=_WRITTEN, text=text) for n, text in enumerate((opening, later))]
        report = read_thread(comments, bug=None, policies=standard()).report
        assert report is not None
        assert len(report.timeline) == count


_WRITTEN = "2024-06-01T10:00:00Z"
