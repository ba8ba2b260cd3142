"""security.txt on the site: the fields that RFC 9116 asks for, and the same bytes for the same snapshot."""

from datetime import date, datetime, timedelta
from pathlib import Path

import yaml

from ca_incidents.schema.export.tables import HOME
from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.files import downloads, security_txt
from tests.export_material import data

ROOT = Path(__file__).parent.parent


def fields(text: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in text.splitlines())


def test_it_expires_less_than_a_year_after_the_snapshots_day() -> None:
    found = fields(security_txt.text_of(date(2024, 2, 29), HOME))
    left = datetime.fromisoformat(found["Expires"]) - datetime.fromisoformat("2024-02-29T00:00:00Z")
    assert timedelta(days=300) < left < timedelta(days=365)


def test_the_site_offers_it_at_the_address_that_it_names() -> None:
    catalogue = Catalogue(data(), site_url="https://example.org/below/")
    text = dict(downloads.written(catalogue))[".well-known/security.txt"].decode()
    assert text == security_txt.text_of(catalogue.today, "https://example.org/below/")
    found = fields(text)
    assert found["Canonical"] == "https://example.org/below/.well-known/security.txt"
    assert found["Contact"].startswith("https://") and found["Expires"].startswith(f"{catalogue.today.year + 1}-")


def test_its_addresses_are_the_repositorys() -> None:
    repository = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), yaml.BaseLoader)["repo_url"]
    found = fields(security_txt.text_of(date(2024, 1, 1), HOME))
    assert found["Contact"] == f"{repository}/security/advisories/new"
    assert found["Policy"] == f"{repository}/blob/main/SECURITY.md"
    assert (ROOT / "SECURITY.md").is_file()
