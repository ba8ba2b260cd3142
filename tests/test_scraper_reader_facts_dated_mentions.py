import pytest

from ca_incidents.scraper.reader.document import Document, documents_of
from ca_incidents.scraper.reader.facts.dated_mentions import of_awareness
from ca_incidents.scraper.sources.bug import WireComment

FORM = "## Incident Report\n### Summary\n{}\n### Impact\nOne certificate.\n### Timeline\n{}\n"


def document(summary: str, lines: str = "None.") -> Document:
    comment = WireComment(number=0, at="2024-03-10T09:00:00Z", text=FORM.format(summary, lines))
    return documents_of([comment])[0]


def evidence(summary: str, lines: str = "None.", title: str = "") -> dict[str, frozenset[str]]:
    found = of_awareness(document(summary, lines), title, is_outside=False)
    return {str(one.value): one.evidence for one in found}


def test_a_mention_says_where_it_is_and_who_did_what() -> None:
    found = evidence("On 7 March 2024 a bank told us that a town is wrong.")["2024-03-07"]
    assert found >= {"in summary", "first in summary", "sentence 0 in summary", "only day", "days"}
    assert found >= {"clause problem-report", "first person", "after told", "subject: bank", "before: on", "after: a"}


def test_a_date_is_judged_by_its_own_clause() -> None:
    found = evidence("A profile was edited on 1 March 2024, and on 7 March 2024 a bank told us that it is wrong.")
    assert {"clause change", "earliest"} <= found["2024-03-01"]
    assert {"clause problem-report", "latest", "not first in sentence"} <= found["2024-03-07"]


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("We noticed it on 7 March 2024.", False),
        ("We had not noticed it on 7 March 2024.", True),
        ("If anyone noticed it on 7 March 2024, no ticket says so.", True),
        ("It was not noticed until 7 March 2024.", False),
        ("A profile was edited on 7 March 2024.", True),
    ],
)
def test_a_verb_that_is_denied_or_supposed_is_none(text: str, *, holds: bool) -> None:
    assert ("no verb" in evidence(text)["2024-03-07"]) == holds


def test_a_weekday_may_be_of_any_week() -> None:
    assert evidence("On Thursday a bank told us.") == {}


def test_a_line_of_the_timeline_says_what_earlier_ones_made_known() -> None:
    lines = "2024-03-07 08:40 UTC A customer calls\n2024-03-07 10:00 UTC We see the wrong town\n2024-03-08 Revoked"
    found = evidence("x", lines)
    assert found["2024-03-07T08:40Z"] >= {"in timeline", "line problem-report", "line problem-report first"}
    assert "known before" not in found["2024-03-07T08:40Z"]
    assert found["2024-03-08"] >= {"line revocation", "line revocation, known before", "line: ^revoke"}


def test_of_a_delay_only_what_speaks_of_it_is_proposed() -> None:
    summary = "On 5 March 2024 we were told of it. On 7 March 2024 we noticed that two were not revoked in time."
    found = evidence(summary, title="Elm CA: Delayed revocation")
    assert list(found) == ["2024-03-07"]
    assert found["2024-03-07"] >= {"a delay", "first person & a delay"}


def test_of_an_unanswered_report_nothing_is_proposed() -> None:
    assert evidence("On 5 March 2024 a student wrote to us.", title="Elm CA: No answer to a problem report") == {}


def test_a_long_text_is_not_read_to_its_end() -> None:
    text = " ".join(f"We noticed fault {number} on 7 March 2024." for number in range(1_000))
    assert len(of_awareness(document(text), "", is_outside=False)) <= 160
