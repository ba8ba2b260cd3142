"""The glossary, and abbreviations that are explained where a page uses them.

Covers: site_plugins/pages/abbreviations.py, site_plugins/views/glossary.py.
"""

import pytest
from bs4 import BeautifulSoup
from markupsafe import Markup

from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.pages.abbreviations import ABBREVIATIONS, explained
from ca_incidents.site_plugins.pages.html import said
from ca_incidents.site_plugins.views import glossary
from tests.export_material import data


def marked(text: object, said_before: str = "") -> list[str]:
    return [abbr.get_text() for abbr in BeautifulSoup(explained(text, said_before), "html.parser").find_all("abbr")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CRLs and OCSP, twice OCSP", ["CRL", "OCSP"]),
        ("the CP/CPS of a TSP", ["CP", "CPS", "TSP"]),
        ("EVG, EV and DV-certificates", ["EVG", "EV", "DV"]),
        ("SCTs by the ICA", ["SCT", "ICA"]),
        ("Non-BR-compliant", ["BR"]),
        ("crl.example, CRL.example and CRLDP", []),
        ("subCA, CNN and Scan", []),
    ],
)
def test_each_abbreviation_is_explained_once(text: str, words: list[str]) -> None:
    assert marked(text) == words


def test_what_the_title_explained_is_not_explained_again() -> None:
    assert marked("CRL and OCSP", "Expired CRLs") == ["OCSP"]


def test_a_text_stays_escaped_and_keeps_its_own_markup() -> None:
    assert explained("<b> & CAA") == Markup("&lt;b&gt; &amp; ") + Markup(
        f'<abbr title="{ABBREVIATIONS["CAA"]}">CAA</abbr>'
    )
    assert explained(said("<i>")) == Markup("<bdi>&lt;i&gt;</bdi>")


def test_the_page_has_every_abbreviation_with_its_meaning() -> None:
    (page,) = glossary.pages(Catalogue(data()))
    soup = BeautifulSoup(page.body(), "html.parser")
    assert [dt.get_text() for dt in soup.find_all("dt")] == sorted(ABBREVIATIONS)
    ocsp = soup.select_one("#ocsp + dd")
    assert ocsp
    assert ocsp.get_text() == (
        "Online Certificate Status Protocol: how a client asks whether a certificate was revoked"
    )
