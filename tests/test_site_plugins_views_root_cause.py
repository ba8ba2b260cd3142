"""The page of root causes: counts with their n, the records behind them, and what waits for a coder."""

from dataclasses import replace
from typing import Any

import msgspec
from bs4 import BeautifulSoup, Tag

from ca_incidents.schema.model import Incident
from ca_incidents.schema.tables.vocabulary import terms
from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.views import incident, root_cause
from tests.export_material import data

FIRST = 9_000_100


def record(number: int, *causes: str, status: str = "RESOLVED", report: object = None) -> Incident:
    made: dict[str, Any] = {
        "id": number,
        "title": f"DigiCert: made for test {number}",
        "ca": "digicert",
        "bugzilla": {"status": status, "opened": f"2025-06-{number % 100 + 1:02}T10:00:00Z"},
        "report": report,
        "curated": {"root_causes": causes} if causes else None,
    }
    return msgspec.convert(made, Incident)


def shown(*records: Incident) -> BeautifulSoup:
    catalogue = Catalogue(replace(data(), incidents={made.id: made for made in records}))
    (page,) = root_cause.pages(catalogue)
    return BeautifulSoup(page.body(), "html.parser")


def linked(table: Tag | None) -> list[int]:
    assert table is not None
    return [int(a["href"].split("/")[-2]) for a in table.select("td.ci-title > a")]


def test_every_cause_has_its_records_and_their_number() -> None:
    soup = shown(record(FIRST, "process-gap", "monitoring-gap"), record(FIRST + 1, "process-gap"), record(FIRST + 2))
    lead = soup.find(class_="ci-lead")
    assert lead is not None
    assert "2 of 3 incidents are coded so far" in lead.get_text().replace("\u00a0", " ")
    counts = {row.find("a")["href"][1:]: int(row.find_all("td")[2].get_text()) for row in soup.select("tbody")[0]("tr")}
    assert counts == dict.fromkeys(terms("root_cause"), 0) | {"process-gap": 2, "monitoring-gap": 1}
    assert linked(soup.find(id="process-gap").find_next("table")) == [FIRST + 1, FIRST]
    assert linked(soup.find(id="monitoring-gap").find_next("table")) == [FIRST]
    nothing = soup.find(id="unknown").find_next_siblings("p")[1]
    assert nothing.get_text() == "No coded incident has this root cause yet."


def test_closed_incidents_without_a_code_are_offered_those_with_action_items_first() -> None:
    told = record(FIRST, report={"action_items": [{"subject": "training"}]})
    soup = shown(
        told, record(FIRST + 1), record(FIRST + 2), record(FIRST + 3, "unknown"), record(FIRST + 4, status="NEW")
    )
    assert linked(soup.find(id="code").find_next("table")) == [FIRST, FIRST + 2, FIRST + 1]
    many = shown(*(record(FIRST + n) for n in range(20)))
    assert len(linked(many.find(id="code").find_next("table"))) == root_cause.TO_CODE


def test_an_incident_leads_to_its_causes_where_somebody_coded_them() -> None:
    catalogue = Catalogue(replace(data(), incidents={1: record(1, "process-gap"), 2: record(2)}))
    coded, waiting = (
        BeautifulSoup(page.body(), "html.parser") for page in incident.pages(catalogue) if page.kind == "incident"
    )
    assert coded.find("a", href="../../root-causes/#process-gap")
    assert not waiting.select('a[href^="../../root-causes/"]')
