"""A comment is annotated once: what a Document knows of its text, and when it is read.

Covers: scraper/reader/facts/fact.py, scraper/reader/facts/related_bugs.py.
"""

import pytest

from ca_incidents.schema.tables.policies import standard
from ca_incidents.scraper.reader import document as module
from ca_incidents.scraper.reader.document import NamedBug, document_of, documents_of
from ca_incidents.scraper.reader.facts.fact import Context, Found
from ca_incidents.scraper.reader.facts.related_bugs import read
from ca_incidents.scraper.sources.bug import Person, WireComment

REPORT = """## Incident Report

### Summary

The CPS of [Elm](https://elm.example/cps) was late.
> An older comment, with bug 1900003.

### Related Incidents

| Bug | Date |
| --- | --- |
| 1900001 | 2024-01-01 |

See bug \\#1900002 too.

### Timeline

2024-01-02 10:00 UTC A letter
"""


def test_prose_leaves_out_tables_timelines_quotations_and_addresses() -> None:
    said = document_of(REPORT).said()
    assert said.split("\n") == ["Incident Report", "The CPS of [Elm]  was late.", "See bug #1900002 too."]
    assert document_of(REPORT).said(["summary"]) == "The CPS of [Elm]  was late."


def test_a_comment_that_is_mostly_quoted_speaks_in_quotations() -> None:
    assert document_of("> The CPS was late.\n\nSo it was.").said() == "The CPS was late.\nSo it was."


def test_a_bug_is_known_by_its_line_so_that_a_section_is_not_searched_again() -> None:
    document = document_of(REPORT)
    assert document.bugs == (NamedBug(1900003, 6), NamedBug(1900002, 14))
    relations = {one.bug: one.relation for one in read(document, _context()).related}
    assert relations == {1900001: "related-incident", 1900002: "related-incident", 1900003: "cited"}


def _context() -> Context:
    return Context(
        bug=None,
        policies=standard(),
        template="ccadb-2",
        is_form=True,
        is_opening=True,
        is_by_reporter=True,
        known=Found(),
    )


def test_a_line_is_searched_for_dates_once(monkeypatch: pytest.MonkeyPatch) -> None:
    searched = []
    moments = module.moments
    monkeypatch.setattr(module, "moments", lambda text, setting: searched.append(text) or moments(text, setting))
    document = document_of("2024-01-02 A letter")
    assert document.moments("2024-01-02 A letter") == document.moments("2024-01-02 A letter")
    assert searched == ["2024-01-02 A letter"]


def test_the_same_authors_other_comment_settles_the_order_of_a_date_and_a_strangers_does_not() -> None:
    comments = [
        WireComment(number=n, at=None, person=Person(nick=nick), text=text)
        for n, (nick, text) in enumerate([("pine", "10.08.2020"), ("pine", "09.21.2020"), ("larch", "10.08.2020")])
    ]
    first, _, stranger = documents_of(comments)
    assert first.moments("10.08.2020")[0].at == "2020-10-08"
    assert stranger.moments("10.08.2020")[0].precision == "ambiguous"


def test_several_fields_may_be_on_one_line() -> None:
    text = "**Timeline summary**: Non-compliance start date: 2025-10-20. Non-compliance end date: 2026-02-09.\n"
    found = {section.slug: section.value for section in document_of(text).sections}
    assert (found["nc-start"], found["nc-end"]) == ("2025-10-20", "2026-02-09.")


def test_a_field_behind_a_dash_is_a_field_and_other_words_there_are_not() -> None:
    text = (
        "## Full Incident Report\n- Non-compliance start date:\nMay 3, 2025 - Non-compliance identified date: May 4,"
        " 2025 (seen - by chance: in a review) - Non-compliance end date:\nMay 5, 2025\n"
    )
    found = {section.slug: section.value for section in document_of(text).sections if section.slug.startswith("nc-")}
    assert found == {
        "nc-start": "May 3, 2025",
        "nc-identified": "May 4, 2025 (seen - by chance: in a review)",
        "nc-end": "May 5, 2025",
    }
