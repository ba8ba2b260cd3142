"""The kinds of events."""

from pathlib import Path

import pytest

from ca_incidents.schema.tables.vocabulary import terms
from ca_incidents.scraper.reader.facts.event_kinds import with_kinds
from ca_incidents.scraper.reader.facts.fact import Happening

OTHER = "other"


def kinds(*texts: str) -> list[str | None]:
    return [one.kind for one in with_kinds(Happening(at="2024-03-01", precision="day", text=text) for text in texts)]


# Lines whose kind shows only after another.
_BEFORE = {"issuance-resumed": "Issuance stopped", "outage-end": "The responder stops answering"}


@pytest.mark.parametrize("kind", sorted(set(terms("event_kind")) - {OTHER}))
def test_the_example_in_the_schema_is_of_its_kind(kind: str) -> None:
    example = (terms("event_kind")[kind].example or "").partition(": ")[2]
    before = [_BEFORE[kind]] if kind in _BEFORE else []
    assert kinds(*before, example.rstrip("."))[-1] == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("After the meeting, we revoked all certificates", "revocation", id="the reason is not the event"),
        pytest.param("All certificates issued until then are revoked", "revocation", id="a participle is weak"),
        pytest.param("Subscribers were informed of the revocation", "notification", id="the first event counts"),
        pytest.param("A subscriber tells us by mail of a problem report", "problem-report", id="who tells us"),
        pytest.param("Customers informed by phone", "notification", id="passive without a verb"),
        pytest.param("Internal audit finds a wrong town", "awareness", id="an internal audit is the CA"),
        pytest.param("Staff identify all affected certificates", "investigation", id="the extent"),
        pytest.param("Applicant places an order", OTHER, id="daily work"),
        pytest.param("Lunch", OTHER, id="no word"),
        pytest.param("", OTHER, id="no words"),
    ],
)
def test_the_main_thing_decides(text: str, kind: str) -> None:
    assert kinds(text) == [kind]


def test_a_confirmation_is_awareness_once() -> None:
    lines = ("A researcher writes to us", "The message is read", "We confirm the fault", "We confirm it once more")
    assert kinds(*lines) == ["problem-report", "awareness", "awareness", "investigation"]


def test_the_lines_before_decide_what_a_line_means() -> None:
    assert kinds("The responder answers again", "It is back")[-1] != "issuance-resumed"
    assert kinds("Issuance stopped", "It is back")[-1] == "issuance-resumed"


LINES = [line.split("\t") for line in (Path(__file__).parent / "cases" / "events.tsv").read_text("utf-8").splitlines()]
_AFTER_AWARENESS = {"fix", "investigation"}


def test_most_of_the_fitted_lines_are_told() -> None:
    told = [kinds(*(["We became aware"] if kind in _AFTER_AWARENESS else []), text)[-1] for kind, text in LINES]
    right = sum(kind == one for (kind, _), one in zip(LINES, told, strict=True))
    assert right / len(LINES) >= 0.94
    assert {kind for kind, _ in LINES} == set(terms("event_kind"))
