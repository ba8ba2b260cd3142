"""What the page of a CA says: in which order, what trust ended, and nothing counted that is not there.

Covers: site_plugins/pages/trust_ends.py, site_plugins/views/ca.py, site_plugins/views/rule.py.
"""

import re
from dataclasses import replace
from functools import cache
from typing import Any

import msgspec
import pytest
from bs4 import BeautifulSoup

from ca_incidents.schema.model import Incident
from ca_incidents.schema.tables.registry import TrustEnd
from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.pages import trust_ends
from ca_incidents.site_plugins.views import ca, rule
from tests.export_material import data

CPS = {"policies": [{"document": "cp-cps", "section": "4.9.10"}]}


def incident(number: int, owner: str, report: object = None) -> Incident:
    made: dict[str, Any] = {
        "schema_version": 1,
        "id": number,
        "title": f"{owner}: made for a test",
        "ca": owner,
        "tags": ["ocsp-failure"],
        "bugzilla": {"status": "RESOLVED", "resolution": "FIXED", "opened": "2025-06-05T10:00:00Z"},
        "report": report,
    }
    return msgspec.convert(made, Incident)


@cache
def catalogue() -> Catalogue:
    made = [incident(1, "certum"), *(incident(n, "sectigo", CPS) for n in range(2, 22)), incident(30, "digicert", CPS)]
    return Catalogue(replace(data(), incidents={record.id: record for record in made}))


def page(slug: str) -> BeautifulSoup:
    found = next(page for page in ca.pages(catalogue()) if page.url == f"cas/{slug}/")
    soup = BeautifulSoup(found.body(), "html.parser")
    assert [section.id for section in found.sections] == [h2["id"] for h2 in soup.find_all("h2")]
    return soup


def headings(soup: BeautifulSoup) -> list[str]:
    return [str(h2["id"]) for h2 in soup.find_all("h2")]


def test_a_page_begins_with_what_to_follow_and_the_incidents() -> None:
    soup = page("sectigo")
    assert headings(soup) == ["open", "incidents", "identity", "counts", "measures"]
    [actions] = soup.select("ul.ci-actions")
    links = [str(a["href"]) for a in actions.find_all("a")]
    assert "../../explore/?ca=sectigo" in links
    assert {"../../feeds/cas/sectigo.atom", "../../feeds/cas/sectigo.json", "../../feeds/cas/sectigo.ics"} <= {*links}
    newest, earlier = soup.select("table.ci-table:has(td.ci-day)")
    assert len(newest.select("tbody tr")) == ca.NEWEST
    assert len(earlier.select("tbody tr")) == 20 - ca.NEWEST
    assert earlier.find_parent("details") is not None


def test_a_single_incident_is_not_counted() -> None:
    soup = page("certum")
    assert headings(soup) == ["open", "incidents", "identity"]
    assert "Open this incident in Explore" in soup.get_text()
    assert headings(page("harica")) == ["identity"]


def test_every_row_of_small_bars_has_its_own_scale_and_links() -> None:
    [strip] = page("sectigo").select(".ci-strip")
    [bar] = strip.select("svg a")
    assert bar["href"] == "../../explore/?ca=sectigo&tag=ocsp-failure&year=2025"
    assert bar.select("rect")[0]["y"] == "0.0"
    assert strip.select("small")[0].get_text() == "20"


@pytest.mark.parametrize(
    ("on", "cutoff", "said"),
    [
        # The first certificates that a decision concerns are those of the day after: no need to say from when on.
        ("2024-11-12", "2024-11-11", "certificates issued after 11 Nov 2024 are refused; older ones"),
        ("2025-04-16", "2025-04-16", "issued after 16 Apr 2025 (the time of day is not recorded) are refused; older"),
        ("2025-01-01", "2024-11-30", "issued after 30 Nov 2024 are refused from 1 Jan 2025 on; older ones"),
        ("2024", "2024", "issued after 2024 are refused from 2024 on; older ones"),
        (None, None, "issued after a day that is not certain are refused; the day is not certain; older ones"),
    ],
)
def test_the_day_of_distrust_is_said_so_that_it_can_be_true(on: str | None, cutoff: str | None, said: str) -> None:
    event = TrustEnd(program="mozilla", on=on, ended="issued-after", cutoff=cutoff)
    words = trust_ends.in_words(event).replace("\u00a0", " ")
    assert said in words


def test_there_is_no_total_over_the_documents_of_several_cas() -> None:
    found = {page.url: page for page in rule.pages(catalogue())}
    for url in ("rules/cp-cps/", "rules/cp-cps/4.9.10/"):
        soup = BeautifulSoup(found[url].body(), "html.parser")
        counted = {item.get_text(" ", strip=True) for item in soup.select(".ci-counted li")}
        assert counted == {"DigiCert 1", "Sectigo 20"}
        for pairs in soup.select("#again + p + ul"):
            pairs.decompose()
        text = re.sub(r"Citations are known for [^.]*\.", "", re.sub(r"\s+", " ", soup.get_text()))
        assert "21" not in text
        assert "No total over CAs is given" in text
        assert found[url].search is not None and "21" not in found[url].search.text
    index = BeautifulSoup(found["rules/"].body(), "html.parser")
    heading = index.find(id="cp-cps")
    assert heading is not None
    assert heading.get_text() == "The CA's own CP or CPS"
