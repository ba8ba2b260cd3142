"""What people write by hand: mistakes that the schema cannot see, hints, and edits of what a sync writes."""

from collections.abc import Callable
from pathlib import Path

import pytest
from test_schema_check import ONE, incident, put, root, run  # noqa: F401
from test_schema_check_git_changes import commit, history  # noqa: F401

REVIEW = {"by": "someone", "on": "2026-01-02"}
CODING = {"by": "someone", "on": "2026-01-02", "causes": ["process-gap"]}
CASES = {
    "nick of the example": ({"reviewed": {**REVIEW, "by": "your-nick"}}, "curated.reviewed.by", "placeholder"),
    "nick of the example in a coding": (
        {"coding": [{**CODING, "by": "your-nick"}]},
        "curated.coding[0].by",
        "placeholder",
    ),
    "one person coding twice": ({"coding": [CODING, CODING]}, "curated.coding[1].by", "coded-twice"),
    "end before start": (
        {"noncompliance": {"start": "2020-09", "end": "2020-08-31"}},
        "curated.noncompliance.end",
        "period-order",
    ),
    "noticed before it began": (
        {"noncompliance": {"start": "2020-09-21T10:00Z", "identified": "2020-09-20T10:00Z"}},
        "curated.noncompliance.identified",
        "period-order",
    ),
    "noticed after it was filed": (
        {"noncompliance": {"identified": "2021-12-01"}},
        "curated.noncompliance.identified",
        "period-order",
    ),
    "review before the bug": ({"reviewed": {**REVIEW, "on": "2019-01-01"}}, "curated.reviewed.on", "date-order"),
    "review in the future": ({"reviewed": {**REVIEW, "on": "9999-01-01"}}, "curated.reviewed.on", "future-date"),
}
SOUND = {
    "two people": {"coding": [CODING, {**CODING, "by": "another"}]},
    "an hour that is earlier in another zone": {
        "noncompliance": {"start": "2020-09-21T01:00+02:00", "end": "2020-09-20T23:30Z"}
    },
    "a month that contains the day": {"noncompliance": {"start": "2020-09-21", "end": "2020-09"}},
}


def curated(change: dict) -> dict:
    data = incident()
    data["curated"] = change
    return data


@pytest.mark.parametrize("case", CASES)
def test_each_mistake_is_one_finding_at_its_place(case: str, root: Path, capsys) -> None:  # noqa: F811
    change, path, code = CASES[case]
    put(root, f"2020/{ONE}.yaml", curated(change))
    status, findings, _ = run(capsys)
    mine = [(f["path"], f["code"]) for f in findings if f["code"] != "reviewed-unread"]
    assert (status, mine) == (1, [(path, code)])


@pytest.mark.parametrize("case", SOUND)
def test_what_is_possible_is_no_mistake(case: str, root: Path, capsys) -> None:  # noqa: F811
    put(root, f"2020/{ONE}.yaml", curated(SOUND[case]))
    assert run(capsys)[:2] == (0, [])


def test_text_behind_a_hash_is_found(root: Path, capsys) -> None:  # noqa: F811
    file = root / "2020" / f"{ONE}.yaml"
    put(root, f"2020/{ONE}.yaml", curated({"root_causes": ["process-gap"], "notes": "NOTES"}))
    file.write_text(file.read_text("utf-8").replace("NOTES", "Fixed, see comment #5"), "utf-8")
    status, (finding,), _ = run(capsys)
    line = file.read_text("utf-8").split("\n")[finding["line"] - 1]
    assert (status, finding["code"], line[finding["column"] - 1]) == (1, "text-behind-hash", "#")
    put(root, f"2020/{ONE}.yaml", curated({"notes": "Fixed, see comment #5"}))
    assert run(capsys)[0] == 0


def test_what_a_program_read_as_well_is_a_hint(root: Path, capsys) -> None:  # noqa: F811
    put(root, f"2020/{ONE}.yaml", curated({"tags": ["policy-failure"], "certificates": {"total": 9}}))
    assert run(capsys)[:2] == (0, []), "a hint is for whoever is at work on the file"
    status, findings, said = run(capsys, f"incidents/2020/{ONE}.yaml")
    assert status == 0
    assert [(f["path"], f["code"], f["hint"]) for f in findings] == [
        ("curated.tags", "equal-to-generated", True),
        ("curated.certificates.total", "equal-to-generated", True),
    ]
    assert said.endswith("no findings, 2 hints\n")


def change_title(data: dict) -> None:
    data["title"] = "SecureTrust: another title"


def change_count(data: dict) -> None:
    data["report"]["certificates"]["total"] = 10


def read_again(data: dict) -> None:
    data["title"] = "SecureTrust: another title"
    data["bugzilla"] |= {"read_from": "page", "read_until": "2026-01-01T00:00:00Z"}


def curate(data: dict) -> None:
    data["curated"] = {"certificates": {"total": 10}}


EDITS: dict[str, tuple[Callable[[dict], None], list[tuple[str, str]]]] = {
    "the title": (change_title, [("title", "generated-edit")]),
    "a value of the report": (change_count, [("report.certificates", "generated-edit")]),
    "a page that was read again": (read_again, []),
    "a correction in its place": (curate, []),
}


@pytest.mark.parametrize("case", EDITS)
def test_edits_of_what_a_sync_writes_are_found(case: str, history: Path, capsys) -> None:  # noqa: F811
    change, expected = EDITS[case]
    data = incident()
    change(data)
    data = {key: data[key] for key in (*(k for k in data if k != "curated"), "curated") if key in data}
    put(history, f"2020/{ONE}.yaml", data)
    found = [(f["path"], f["code"]) for f in run(capsys, "--changed-since", "main")[1]]
    assert found == expected
    assert run(capsys, "--changed-since", "main", "--by-sync")[0] == 0


def test_a_change_of_the_reader_explains_other_values(history: Path, capsys) -> None:  # noqa: F811
    data = incident()
    change_count(data)
    put(history, f"2020/{ONE}.yaml", data)
    (history.parent / "scraper").mkdir()
    (history.parent / "scraper" / "reader.py").write_text("x = 1\n", "utf-8")
    commit(history)
    assert run(capsys, "--changed-since", "main")[0] == 0
