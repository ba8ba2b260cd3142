import pytest

from ca_incidents.scraper.reader.facts.actions import (
    announces_all_done,
    columns_of,
    done_in_prose,
    followed,
    kind_in,
    promises_in,
    status_in,
)
from ca_incidents.scraper.reader.facts.fact import Item
from ca_incidents.scraper.reader.text.sentences import sentences_of


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("That completes our planned remediation; please close this bug.", id="completes the remediation"),
        pytest.param("All action items have been completed.", id="have been completed"),
        pytest.param("All remediation items are now complete.", id="are now complete"),
        pytest.param("We have completed all our action items.", id="we have completed"),
    ],
)
def test_completion_of_everything_is_recognised(text: str) -> None:
    assert announces_all_done(sentences_of(text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("We will tell you once all action items have been completed.", id="promise with once"),
        pytest.param("When all action items have been completed, this bug can be closed.", id="condition with when"),
        pytest.param("We expect all action items to be completed by May.", id="expectation"),
        pytest.param("Not all action items have been completed.", id="negation"),
        pytest.param("Two action items have been completed.", id="a part"),
    ],
)
def test_a_promise_or_a_part_is_no_completion(text: str) -> None:
    assert not announces_all_done(sentences_of(text))


def test_prose_completes_the_item_that_it_names_and_no_other() -> None:
    items = (
        Item(text="Install a second camera with its own disk"),
        Item(text="Train all members of the ceremony team"),
    )
    assert done_in_prose(["The second camera has been installed and uses its own disk."], items) == {0}
    assert done_in_prose(["The weather report has been completed."], items) == frozenset()
    assert done_in_prose(["We will report when the second camera has been installed."], items) == frozenset()


def test_the_newest_statement_about_an_item_wins() -> None:
    old = (
        Item(text="Add a linter before signing", kind="prevent", due="2025-01-01"),
        Item(text="Write to subscribers"),
    )
    new = (Item(text="Add a linter before signing", status="delayed", due="2025-02-01", source=3),)
    assert followed(old, new) == (
        Item(text="Add a linter before signing", kind="prevent", due="2025-02-01", status="delayed", source=3),
        old[1],
    )


def test_an_unlike_item_is_a_new_one() -> None:
    assert len(followed((Item(text="Add a linter"),), (Item(text="Move to another building"),))) == 2


def test_promises_leave_out_what_concerns_the_bug() -> None:
    text = (
        "We will install a camera. We will provide an update next week. We are investigating. We will update this bug."
    )
    assert [item.text for item in promises_in(sentences_of(text), 2)] == ["We will install a camera."]


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        pytest.param(("Action Item", "Kind", "Due Date"), {"item": 0, "kind": 1, "due": 2}, id="form of CCADB 2.0"),
        pytest.param(
            ("**Action Items**", "Kind", "Due date (UTC)", "Status"),
            {"item": 0, "kind": 1, "due": 2, "status": 3},
            id="emphasis, zone and status",
        ),
        pytest.param(("Date", "Event"), None, id="timeline"),
        pytest.param(("Bug", "Date", "Description"), None, id="related incidents"),
    ],
)
def test_the_header_of_an_action_table(cells: tuple[str, ...], columns: dict[str, int] | None) -> None:
    assert columns_of(cells) == columns


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        ("Complete", "complete"),
        ("Completed 2025-01-02", "complete"),
        ("Done", "complete"),
        ("Ongoing", "ongoing"),
        ("In progress", "ongoing"),
        ("Not started", "ongoing"),
        ("Incomplete", "ongoing"),
        ("Delayed", "delayed"),
        ("Cancelled", "canceled"),
        ("?", None),
    ],
)
def test_a_status(cell: str, status: str | None) -> None:
    assert status_in(cell) == status


def test_a_kind_is_one_of_three() -> None:
    assert [
        kind_in(text) for text in ("Prevent", "mitigation", "Detect", "Prevent, Detect", "x or Prevent or Detect", "")
    ] == [
        "prevent",
        "mitigate",
        "detect",
        "prevent",
        None,
        None,
    ]
