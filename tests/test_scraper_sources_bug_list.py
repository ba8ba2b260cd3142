"""A list of bugs: what it says of each, and what is no such list."""

import json
from pathlib import Path

import pytest

from ca_incidents.scraper.sources.bug import UnreadableAnswer
from ca_incidents.scraper.sources.bug_list import BugList, read_list

LINE = {
    "id": 1700003,
    "summary": "DigiCert: a later matter",
    "whiteboard": "[ca-compliance] [crl-failure]",
    "creation_time": "2021-04-05",
}


def listed(folder: Path, *bugs: object, **more: object) -> BugList:
    path = folder / "later.json"
    path.write_text(json.dumps({"as_of": "2021-05-01", "complete": False, "bugs": bugs, **more}))
    return read_list(path)


def test_a_line_gives_a_title_a_whiteboard_and_a_day(tmp_path: Path) -> None:
    found = listed(tmp_path, LINE, LINE)
    assert (found.until, found.complete) == ("2021-05-01", False)
    [bug] = found.bugs
    assert (bug.id, bug.summary, bug.whiteboard) == (1700003, LINE["summary"], LINE["whiteboard"])
    assert (bug.status, bug.opened, bug.opened_between) == (None, None, ("2021-04-05", "2021-04-05"))
    assert (bug.comments, bug.history, bug.read_from) == (None, None, "list")


def test_bugs_stand_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    found = listed(tmp_path, LINE, {**LINE, "id": 1700002}, complete=True)
    assert [bug.id for bug in found.bugs] == [1700002, 1700003]
    assert found.complete


@pytest.mark.parametrize(
    "wrong",
    [
        {**LINE, "creation_time": "2021-02-30"},
        {**LINE, "creation_time": "2021-04-05T00:00:00Z"},
        {**LINE, "creation_time": None},
        {**LINE, "id": "x"},
        {**LINE, "summary": None},
        {**LINE, "summary": "DigiCert: another title of the same bug"},
        "no bug",
    ],
)
def test_a_line_that_cannot_be_read_is_refused(tmp_path: Path, wrong: object) -> None:
    with pytest.raises(UnreadableAnswer):
        listed(tmp_path, LINE, wrong)


@pytest.mark.parametrize(
    "text", ["", "[]", "[" * 100_000, '{"bugs": []}', '{"bugs": [], "as_of": "May"}', '{"as_of": "2021-05-01"}']
)
def test_what_is_no_list_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "later.json"
    path.write_text(text)
    with pytest.raises(UnreadableAnswer, match="later"):
        read_list(path)
