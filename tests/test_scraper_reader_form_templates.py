"""A report generation is one row of the schema and one of the reader's table; a new one needs no other place."""

import copy
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ca_incidents.schema.derive.status import Derived, derive
from ca_incidents.schema.model import Bugzilla, Comment, Incident, Report, Reporter
from ca_incidents.schema.record.effective import effective
from ca_incidents.schema.tables import deadlines, policies, registry, vocabulary
from ca_incidents.scraper.reader.form import templates
from ca_incidents.scraper.reader.thread import read_thread
from ca_incidents.scraper.sources.bug import Person, WireComment

SCHEMA_ROW = {"const": "invented-9", "title": "Invented", "description": "None.", "x-rank": 0, "x-full-report": True}
READER_ROW = templates.Row(template="invented-9", groups=((2, frozenset({"lucky", "considerations"})),))
PRELIMINARY = "## Preliminary Incident Report\n### Summary\n- **Incident description:** A.\n- **Relevant policies:** B."
INVENTED = "### Where we got lucky\nNobody noticed.\n### Additional considerations\nThere are none."
REGISTRY = registry.read(b"""
schema_version: 1
as_of: "2026-01-01"
cas:
  - {slug: a-ca, name: A CA, kind: ca, domains: [a-ca.example]}
programs:
  - {slug: mozilla, name: Mozilla, kind: root-program, domains: [mozilla.example]}
exceptions: []
""")
TIMES = ("2026-03-02T12:00:00Z", "2026-03-09T12:00:00Z")


def report() -> Report:
    comments = [
        WireComment(number=n, at=at, person=Person(affiliation="a-ca.example"), text=text)
        for n, (at, text) in enumerate(zip(TIMES, (PRELIMINARY, INVENTED), strict=True))
    ]
    found = read_thread(comments, bug=1, policies=policies.standard()).report
    assert found is not None
    return found


def derived() -> Derived:
    record = Incident(
        schema_version=1,
        id=1,
        title="A CA: something",
        ca="a-ca",
        bugzilla=Bugzilla(
            status="ASSIGNED",
            opened=TIMES[0],
            reporter=Reporter(affiliation="a-ca.example"),
            comments=tuple(Comment(number=n, at=at, affiliation="a-ca.example") for n, at in enumerate(TIMES)),
        ),
        report=report(),
    )
    now, rules = "2026-03-10T12:00:00Z", deadlines.standard()
    return derive(effective(record), as_of=now, registry=REGISTRY, deadlines=rules, elsewhere=())


def clear() -> None:
    for cached in (vocabulary.generations, vocabulary.full_reports, vocabulary.no_form, vocabulary.terms):
        cached.cache_clear()


@pytest.fixture
def two_rows(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    schema = copy.deepcopy(vocabulary.incident_schema())
    schema["$defs"]["template"]["oneOf"].append(SCHEMA_ROW)
    monkeypatch.setattr(vocabulary, "incident_schema", lambda: schema)
    monkeypatch.setattr(templates, "ROWS", (*templates.ROWS, READER_ROW))
    clear()
    yield
    monkeypatch.undo()
    clear()


def test_without_its_two_rows_the_invented_form_is_none() -> None:
    assert report().template == "ccadb-3-preliminary"
    assert derived().status == "investigating"
    assert [clock.state for clock in derived().clocks if clock.rule.clock == "full-report"] == ["pending"]


@pytest.mark.usefixtures("two_rows")
def test_two_rows_are_all_that_a_new_generation_needs() -> None:
    found = report()
    assert [form.template for form in found.forms] == ["ccadb-3-preliminary", "invented-9"]
    assert (found.template, found.sources["template"]) == ("invented-9", 1)
    assert derived().status == "remediating"
    assert [clock.state for clock in derived().clocks if clock.rule.clock == "full-report"] == ["met"]


def test_every_generation_has_a_row_in_both_places() -> None:
    known = vocabulary.generations()
    assert {row.template for row in templates.ROWS} == known.keys() - {vocabulary.no_form()}
    ranks = [one.rank for one in known.values() if one.rank is not None]
    assert len(set(ranks)) == len(ranks) == len(known) - 1 - sum(one.is_closure for one in known.values())
    assert all(one.rank is not None for one in known.values() if one.is_full_report)


def test_no_other_place_names_a_generation() -> None:
    names = "|".join(re.escape(slug) for slug in vocabulary.generations() if slug not in {"none", "questions"})
    root = Path(__file__).parent.parent
    files = [*(root / "schema").rglob("*.py"), *(root / "scraper").rglob("*.py")]
    named = {path.name for path in files if re.search(rf'"(?:{names})"', path.read_text("utf-8"))}
    assert named == {"templates.py"}
