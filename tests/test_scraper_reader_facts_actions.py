"""Action items in tables, lists and prose.

Covers: scraper/reader/facts/action_lists.py, scraper/reader/facts/action_status.py,
scraper/reader/facts/action_subjects.py, scraper/reader/facts/actions_in_prose.py, scraper/reader/facts/all_done.py.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ca_incidents.schema.model import Report
from ca_incidents.schema.record.yaml_text import load_trusted
from ca_incidents.schema.tables.policies import standard
from ca_incidents.schema.tables.vocabulary import terms
from ca_incidents.scraper.reader.document import Document, document_of, documents_of
from ca_incidents.scraper.reader.facts.action_lists import kind_in
from ca_incidents.scraper.reader.facts.action_status import status_in
from ca_incidents.scraper.reader.facts.action_subjects import subject_of
from ca_incidents.scraper.reader.facts.actions import columns_of, followed
from ca_incidents.scraper.reader.facts.actions_in_prose import promises_in, told_in_prose
from ca_incidents.scraper.reader.facts.all_done import announces_all_done
from ca_incidents.scraper.reader.facts.fact import Item
from ca_incidents.scraper.reader.text.sentences import sentences_of
from ca_incidents.scraper.reader.thread import read_thread
from ca_incidents.scraper.sources.bug import Person, WireComment

THREADS: Any = load_trusted((Path(__file__).parent / "cases" / "progress.yaml").read_bytes())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("That completes our planned remediation; please close this bug.", id="completes the remediation"),
        pytest.param("All action items have been completed.", id="have been completed"),
        pytest.param("All remediation items are now complete.", id="are now complete"),
        pytest.param("We have completed all our action items.", id="we have completed"),
        pytest.param("This closes the list of action items.", id="the list of items"),
        pytest.param("Everything is done.", id="everything"),
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
        pytest.param("This closes the list of affected customers.", id="another list"),
        pytest.param("The list of affected customers is complete.", id="another list that is complete"),
        pytest.param("We hope that everything is done.", id="hope"),
        pytest.param("In theory everything is done.", id="theory"),
        pytest.param("We wish everything were done.", id="wish"),
        pytest.param("All action items of Oak CA are complete.", id="the items of another CA"),
        pytest.param("Oak CA has completed all action items.", id="another CA"),
    ],
)
def test_a_promise_or_a_part_is_no_completion(text: str) -> None:
    assert not announces_all_done(sentences_of(text))


_KNOWN = (
    Item(text="Install a second camera with its own disk", due="2024-04-01"),
    Item(text="Train all members of the ceremony team", due="2024-04-02"),
    Item(text="Compare every new certificate with the order before it is signed", due="2024-04-03"),
    Item(text="Ask two people to sign each release", due="2024-04-04"),
)


def on_10_may(text: str) -> Document:
    return documents_of([WireComment(number=0, at="2024-05-10T10:00:00Z", text=text)])[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("The second camera has been installed and uses its own disk.", {0: "complete"}, id="words"),
        pytest.param("We have installed the second camera with its own disk.", {0: "complete"}, id="active voice"),
        pytest.param("All members of the team were trained on 2 May 2024.", {1: "complete 2024-05-02"}, id="a day"),
        pytest.param("Items 1 and 3 are complete.", {0: "complete", 2: "complete"}, id="numbers"),
        pytest.param("Action items 1-3 are now complete.", dict.fromkeys((0, 1, 2), "complete"), id="range"),
        pytest.param("Items #2 and #4 were done on 2024-05-02.", dict.fromkeys((1, 3), "complete 2024-05-02"), id="#"),
        pytest.param("Action Item 4: Done 2024-05-02", {3: "complete 2024-05-02"}, id="number with a colon"),
        pytest.param("Step (b) is done, but step (c) is delayed.", {1: "complete", 2: "delayed"}, id="letters"),
        pytest.param("The first and third action items have been done.", {0: "complete", 2: "complete"}, id="ordinals"),
        pytest.param("Action item 2 is on track for 2024-06-02.", {1: "ongoing"}, id="on track"),
        pytest.param("- Train all members of the ceremony team: done", {1: "complete"}, id="line of a list"),
        pytest.param("- **Status of item 2:** In progress", {1: "ongoing"}, id="label"),
        pytest.param("The training was finished on 2 May 2024.", {1: "complete 2024-05-02"}, id="one word"),
        pytest.param("Action item 2 was canceled.", {1: "canceled"}, id="canceled"),
        pytest.param("The weather report has been completed.", {}, id="something else"),
        pytest.param("Oak CA has installed a second camera on 2 May 2024.", {}, id="another CA"),
        pytest.param("All certificates have been revoked.", {}, id="certificates"),
        pytest.param("We will report when the second camera has been installed.", {}, id="condition"),
        pytest.param("Action item 1 has not been completed.", {0: "ongoing"}, id="negated"),
        pytest.param("> Items 1 and 3 are complete.", {}, id="quoted"),
        pytest.param("Action item 3 will be completed by 2024-06-02.", {2: "delayed by 2024-06-02"}, id="promise"),
        pytest.param(
            "We wrote to the maker on 1 May 2024. The vault was cleared on 2 May 2024, so the fourth item is complete.",
            {3: "complete 2024-05-02"}, id="day in the same sentence",
        ),
        pytest.param(
            "The vault was cleared on 2 May 2024. Item 4 is complete.", {3: "complete 2024-05-02"}, id="day before"
        ),
        pytest.param(
            "The vault was cleared on 2 May 2024 and the locks were changed on 3 May 2024. Items 3 and 4 are complete.",
            {2: "complete 2024-05-02", 3: "complete 2024-05-03"}, id="two days before two items",
        ),
        pytest.param(
            "The vault was cleared on 2 May 2024. Items 3 and 4 are complete.", {2: "complete", 3: "complete"},
            id="one day before two items",
        ),
        pytest.param(
            "Item 2 is delayed. The trainer is ill. The new date is 2 June 2024.", {1: "delayed by 2024-06-02"},
            id="new date after",
        ),
        pytest.param("Item 2 needs more time, its new date is 2 June 2024.", {1: "delayed by 2024-06-02"}, id="late"),
        pytest.param("The second camera has been active since 2 May 2024.", {0: "complete 2024-05-02"}, id="since"),
        pytest.param("The second camera has been in testing since 2 May 2024.", {0: "ongoing"}, id="in testing since"),
        pytest.param("Item 2 was discussed on 2 May 2024.", {}, id="talk"),
        pytest.param("No news since 2 May 2024, we continue with item 4.", {3: "ongoing"}, id="nothing since"),
        pytest.param("The new camera slips to 2 June 2024.", {0: "delayed by 2024-06-02"}, id="one word of one item"),
        pytest.param("The new building slips to 2 May 2024.", {}, id="no word of an item"),
        pytest.param("Item 4 slips to 2 June 2024.", {3: "delayed by 2024-06-02"}, id="slips"),
        pytest.param(
            "The due date of item 4 has been moved to 2 June 2024.", {3: "delayed by 2024-06-02"}, id="a date is moved"
        ),
        pytest.param(
            "Item 2 takes longer. We hope to be done by 2 June 2024.", {1: "delayed by 2024-06-02"}, id="done by, after"
        ),
        pytest.param(
            "The first item was done on 1 May 2024, and the second was completed on 2 May 2024.",
            {0: "complete 2024-05-01", 1: "complete 2024-05-02"}, id="the second",
        ),
        pytest.param(
            "Everybody came as of 2 May 2024, which completes the second item.", {1: "complete 2024-05-02"},
            id="completes",
        ),
        pytest.param(
            "Since 2 May 2024 two people sign each release.", {3: "complete 2024-05-02"}, id="since at the beginning"
        ),
        pytest.param(
            "All members of our team came. The item is complete as of 2 May 2024.", {1: "complete 2024-05-02"},
            id="the item",
        ),
        pytest.param("The item is complete as of 2 May 2024.", {}, id="which item is not said"),
    ],
)  # fmt: skip
def test_prose_tells_how_known_items_stand(text: str, told: dict[int, str]) -> None:
    found = told_in_prose(on_10_may(text), _KNOWN)
    assert {
        n: f"{one.status}{f' {one.completed}' if one.completed else ''}{f' by {one.due}' if one.due else ''}"
        for n, one in found.items()
    } == told


def test_the_last_open_item_is_named_by_being_the_last() -> None:
    known = (*(replace(item, status="complete") for item in _KNOWN[:3]), _KNOWN[3])
    assert told_in_prose(on_10_may("The last open item was completed on 2024-05-02."), known).keys() == {3}
    assert told_in_prose(on_10_may("The last open item was completed on 2024-05-02."), _KNOWN) == {}


def test_a_day_is_that_of_the_only_open_item_where_all_are_done() -> None:
    known = (*(replace(item, status="complete") for item in _KNOWN[:3]), _KNOWN[3])
    text = "The vault was cleared on 2 May 2024. This completes our action items."
    assert told_in_prose(on_10_may(text), known)[3].completed == "2024-05-02"
    assert told_in_prose(on_10_may(text), _KNOWN) == {}


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
    assert [item.text for item in promises_in(sentences_of(text), document_of(text))] == ["We will install a camera."]


@pytest.mark.parametrize(
    ("text", "item"),
    [
        pytest.param("By 2024-05-02 we will install a camera.", ("2024-05-02", None, None), id="due"),
        pytest.param("We have installed a camera on 2024-05-02.", (None, "complete", "2024-05-02"), id="kept"),
    ],
)
def test_a_promise_has_its_day(text: str, item: tuple[str | None, str | None, str | None]) -> None:
    assert [(one.due, one.status, one.completed) for one in promises_in([text], document_of(text))] == [item]


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


_TABLE = (
    "| Action Item | Kind | Due Date |\n| --- | --- | --- |\n"
    "| Add a linter before signing | Prevent | 2024-04-01 |\n| Write to all subscribers | Mitigate | 2024-04-02 |\n"
)
_STATUS_TABLE = (
    "| Action Item | Kind | Due Date | Status |\n| --- | --- | --- | --- |\n"
    "| Add a linter before signing | Prevent | 2024-04-01 | Done 2024-03-30 |\n"
    "| Write to all subscribers | Mitigate | 2024-04-02 | Delayed to 2024-05-01 |\n"
)


def items_of(text: str) -> list[tuple[str | None, str | None, str | None]]:
    report = read_thread([WireComment(number=0, at=None, text=text)], bug=None, policies=standard()).report
    return [(item.due, item.status, item.completed) for item in report.action_items] if report else []


def test_a_table_that_repeats_one_of_its_comment_updates_it() -> None:
    text = f"## Incident Report\n### Action Items\n{_TABLE}\n### Update\nWhere we stand:\n\n{_STATUS_TABLE}"
    assert items_of(text) == [("2024-04-01", "complete", "2024-03-30"), ("2024-05-01", "delayed", None)]


def test_a_later_table_may_repeat_nothing_but_items_and_their_status() -> None:
    update = "| Action Item | Status |\n| --- | --- |\n| Add a linter before signing | Completed 2024-03-30 |\n"
    texts = (f"## Incident Report\n### Action Items\n{_TABLE}", update)
    comments = [WireComment(number=n, at=None, text=text) for n, text in enumerate(texts)]
    report = read_thread(comments, bug=None, policies=standard()).report
    assert report is not None
    assert [(item.status, item.completed, item.source) for item in report.action_items] == [
        ("complete", "2024-03-30", 1),
        (None, None, 0),
    ]


def test_a_due_date_may_be_followed_by_the_day_of_completion() -> None:
    text = _TABLE.replace("2024-04-01", "2024-04-01 (completed on 2024-03-30)").replace("2024-04-02", "Done 2024-04-01")
    items = items_of(f"## Incident Report\n### Action Items\n{text}")
    assert items == [("2024-04-01", "complete", "2024-03-30"), (None, "complete", "2024-04-01")]


def test_tables_of_different_items_add_up() -> None:
    other = _TABLE.replace("Add a linter before signing", "Rehearse the move").replace("Write to all", "Train")
    text = (
        f"## Audit Incident Report\n## Finding #1\n### Action Items\n{_TABLE}\n## Finding #2\n### Action Items\n{other}"
    )
    assert len(items_of(text)) == 4


@pytest.mark.parametrize(
    ("text", "item"),
    [
        pytest.param("- Add a linter. Done 2025-09-02", (None, "complete", "2025-09-02"), id="done and a day"),
        pytest.param("- Add a linter (completed on 2 May 2025)", (None, "complete", "2025-05-02"), id="completed on"),
        pytest.param("- Done: 2025-09-02 Add a linter", (None, "complete", "2025-09-02"), id="done before the day"),
        pytest.param("- Add a linter, due 2025-09-02 (done)", ("2025-09-02", "complete", None), id="due and done"),
        pytest.param("- Add a linter, to be completed by 2025-09-02", ("2025-09-02", None, None), id="a promise"),
        pytest.param("- [x] Add a linter (2 May 2025)", ("2025-05-02", "complete", None), id="a ticked box"),
        pytest.param("- Add a linter (2 May 2025)", ("2025-05-02", None, None), id="a day in brackets at the end"),
        pytest.param("1. Add a linter: May 2, 2025", ("2025-05-02", None, None), id="a day after a colon at the end"),
        pytest.param("- Add a linter - 2025-05-02", ("2025-05-02", None, None), id="a day after a dash at the end"),
    ],
)
def test_a_list_says_when_an_item_was_done(text: str, item: tuple[str | None, str | None, str | None]) -> None:
    assert items_of(f"## Incident Report\n### Summary\nx\n### Impact\ny\n### Action Items\n{text}\n") == [item]


def read_comments(*texts: tuple[str, str], at: str = "2024-05-10T10:00:00Z") -> Report:
    comments = [
        WireComment(number=n, at=at, person=Person(nick=nick), text=text) for n, (nick, text) in enumerate(texts)
    ]
    report = read_thread(comments, bug=None, policies=standard()).report
    assert report is not None
    return report


def told_of(report: Report) -> list[str]:
    return [
        " ".join(
            part
            for part in (
                f"kind:{item.kind}" if item.kind else "",
                f"due:{item.due}" if item.due else "",
                item.status or "",
                f"completed:{item.completed}" if item.completed else "",
            )
            if part
        )
        for item in report.action_items
    ]


@pytest.mark.parametrize("thread", [pytest.param(thread, id=thread["id"]) for thread in THREADS])
def test_a_thread_tells_how_its_steps_stand(thread: dict[str, Any]) -> None:
    comments = [
        WireComment(number=n, at=one["at"], person=Person(nick=one.get("by", "ca")), text=one["text"])
        for n, one in enumerate(thread["comments"])
    ]
    report = read_thread(comments, bug=None, policies=standard()).report
    assert report is not None
    assert told_of(report) == thread["items"]
    assert [event.at for event in report.timeline] == thread.get("timeline", [])


_REPORT = f"## Incident Report\n### Summary\nx\n### Impact\ny\n### Action Items\n{_TABLE}"
_ITEMS = ["kind:prevent due:2024-04-01", "kind:mitigate due:2024-04-02"]


@pytest.mark.parametrize(
    ("later", "more"),
    [
        pytest.param("- New: Alarm before expiry, due 2024-06-03", ["due:2024-06-03"], id="the line says so"),
        pytest.param("3. Alarm before expiry (2024-06-03)", ["due:2024-06-03"], id="the next number"),
        pytest.param("We add a step:\n\n- Alarm: 3 June 2024", ["due:2024-06-03"], id="the sentence above says so"),
        pytest.param("See:\n\n- Alarm: 3 June 2024", [], id="nothing says so"),
        pytest.param("> - New: Alarm before expiry, due 2024-06-03\n\nNo.", [], id="quoted"),
    ],
)
def test_a_later_comment_may_add_items_as_lines(later: str, more: list[str]) -> None:
    assert told_of(read_comments(("ca", _REPORT), ("ca", later))) == [*_ITEMS, *more]


_ANSWER = (
    "We read this bug on 2 May. Our next steps:\n\n- Correct the form: done 2024-05-03\n- Add zlint: by 2024-06-03\n"
)


def test_a_list_of_steps_may_answer_a_bug_of_somebody_else() -> None:
    report = read_comments(("reporter", "A name is wrong."), ("ca", _ANSWER), ("ca", "zlint is live since today."))
    assert told_of(report) == ["complete completed:2024-05-03", "due:2024-06-03 complete completed:2024-05-10"]


@pytest.mark.parametrize(
    ("nick", "text"),
    [
        pytest.param("reader", "Next steps:\n- Answer us by 2024-06-03\n- Revoke by 2024-06-04", id="wishes"),
        pytest.param("reporter", _ANSWER, id="by the reporter"),
    ],
)
def test_what_others_list_is_no_answer(nick: str, text: str) -> None:
    assert told_of(read_comments(("reporter", "A name is wrong."), (nick, text))) == []


def test_the_first_free_column_of_the_section_has_the_items() -> None:
    cells = ("No.", "What", "Who", "When", "State")
    assert columns_of(cells, of_section=True) == {"item": 1, "due": 3, "status": 4}
    assert columns_of(cells) is None


def test_a_single_dated_sentence_is_no_plan() -> None:
    def steps(text: str) -> list[str]:
        head = "1. How your CA first became aware of the problem\n\nBy mail.\n\n2. Timeline\n\nx\n\n7. Steps\n\n"
        return told_of(read_comments(("ca", f"{head}{text}")))

    assert steps("The form gets a check. The release of 3 June 2024 has it.") == []
    assert steps("The form gets a check by 3 June 2024. The old form was removed on 2 May 2024.") == [
        "due:2024-06-03",
        "complete completed:2024-05-02",
    ]


@pytest.mark.parametrize("slug", sorted(terms("action_subject")))
def test_the_example_in_the_schema_has_its_subject(slug: str) -> None:
    assert subject_of(terms("action_subject")[slug].example or "") == slug


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        pytest.param("Require a second reviewer", "procedure", id="a second person"),
        pytest.param("Control of all orders of the year", "review", id="to look at all"),
        pytest.param("Deploy a linter in the pipeline", "linting", id="the more special word"),
        pytest.param("Write down the release procedure", "procedure", id="writing a procedure down"),
        pytest.param("Tell customers of the revocation", "revocation", id="telling subscribers"),
        pytest.param("Write the paper", "other", id="none"),
    ],
)
def test_the_subject_of_an_item(text: str, subject: str) -> None:
    assert subject_of(text) == subject


def test_capital_letters_name_the_items_of_a_lettered_plan() -> None:
    head = "1. How your CA first became aware of the problem\n\nBy mail.\n\n7. Steps\n\n"
    plan = f"{head}A. Check the form until 2024-06-03.\nB. Alarm on expiry until 2024-07-01.\n"
    told = told_of(read_comments(("ca", plan), ("ca", "A went live on 3 May 2024."), ("ca", "A rule is in force.")))
    assert told == ["due:2024-06-03 complete completed:2024-05-03", "due:2024-07-01"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "The firm agrees to (i) check the form by 3 June 2024; and (ii) teach all by 4 June 2024.", id="i"
        ),
        pytest.param("We shall (a) check the form by 3 June 2024, and (b) teach all by 4 June 2024.", id="letters"),
        pytest.param("What comes:\n(1) a checked form by 3 June 2024, (2) a course by 4 June 2024", id="numbers"),
    ],
)
def test_a_sentence_may_enumerate_items(text: str) -> None:
    report = f"1. How your CA first became aware of the problem\n\nBy mail.\n\n7. Steps\n\n{text}"
    assert told_of(read_comments(("ca", report))) == ["due:2024-06-03", "due:2024-06-04"]


def test_one_mark_enumerates_nothing() -> None:
    text = "See (b) of the rule and (i) of the other, which we meet by 3 June 2024."
    assert told_of(read_comments(("ca", f"7. Steps\n\n{text}"))) == []


def test_a_plan_under_any_heading_is_known_by_a_due_date_and_a_status() -> None:
    rows = "| Teach the clerks | 2024-06-03 | ongoing |\n"
    for name, due in (("Countermeasure", "Due"), ("Thing", "Deadline"), ("Work", "Planned by")):
        table = f"| {name} | {due} | State |\n| --- | --- | --- |\n{rows}"
        assert told_of(
            read_comments(("ca", f"## Incident Report\n### Summary\nx\n### Impact\ny\n### Our thoughts\n\n{table}"))
        ) == ["due:2024-06-03 ongoing"]
    assert columns_of(("Certificate", "Date", "Status")) is None


@pytest.mark.parametrize(
    ("later", "added"),
    [
        pytest.param("We add a step: a second alarm, until 3 June 2024.", ["due:2024-06-03"], id="a step"),
        pytest.param("New item: a second alarm by 3 June 2024 (Detect).", ["kind:detect due:2024-06-03"], id="new"),
        pytest.param("In its place we buy a lock. Due date: 3 June 2024.", ["due:2024-06-03"], id="the next sentence"),
        pytest.param("We added a step to the handbook on 3 May 2024.", [], id="a deed"),
        pytest.param("New item: a second alarm.", [], id="no day"),
    ],
)
def test_a_sentence_may_add_an_item(later: str, added: list[str]) -> None:
    assert told_of(read_comments(("ca", _REPORT), ("ca", later))) == [*_ITEMS, *added]


@pytest.mark.parametrize(
    ("later", "told"),
    [
        pytest.param(
            "Item 2 is done: the machine sent its mail on 3 May 2024.", "complete completed:2024-05-03", id=":"
        ),
        pytest.param("On the second item we have changed our mind. It is cancelled.", "canceled", id="cancelled later"),
        pytest.param(
            "Item 2 is done for two teams. We cannot meet 2 April; the new date is 3 June 2024.",
            "delayed",
            id="delayed",
        ),
        pytest.param("Regarding No. 2: it is late. We change the due date to 3 June 2024.", "delayed", id="changed"),
    ],
)
def test_the_next_sentence_may_tell_how_the_item_stands(later: str, told: str) -> None:
    due = "2024-06-03" if told == "delayed" else "2024-04-02"
    report = read_comments(("ca", _REPORT), ("ca", later))
    assert told_of(report) == [_ITEMS[0], f"kind:mitigate due:{due} {told}"]


def test_a_list_that_goes_by_the_numbers_of_the_items_needs_no_words() -> None:
    told = told_of(read_comments(("ca", _REPORT), ("ca", "How it stands:\n2) In use since 3 May 2024.")))
    assert told == [_ITEMS[0], f"{_ITEMS[1]} complete completed:2024-05-03"]


def test_the_last_revocation_is_news_of_the_only_item_about_revocation() -> None:
    report = _REPORT.replace("Write to all subscribers", "Revoke what is left")
    later = "The remaining eleven certificates of both hospitals were revoked on 10 May 2024 at 08:15 UTC."
    read = read_comments(("ca", report), ("ca", later))
    assert told_of(read) == [_ITEMS[0], f"{_ITEMS[1]} complete completed:2024-05-10"]


def test_a_later_comment_without_a_form_tells_the_last_revocation() -> None:
    for verb in ("wrapped up", "carried out", "was completed"):
        later = f"Revocation {verb} on 3 May 2024 at 10:15 UTC."
        assert read_comments(("ca", "Our names are wrong."), ("ca", later)).revoked == "2024-05-03T10:15Z"
