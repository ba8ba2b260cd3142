"""Downloads and pages agree with the database, and every published address still resolves.

Covers: site_plugins/build/write.py, site_plugins/citation.py, site_plugins/files/redirects.py.
"""

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from ca_incidents.schema.check.codes import CODES
from ca_incidents.schema.cli.show import as_json
from ca_incidents.schema.export.tables import HOME
from ca_incidents.site_plugins import citation
from ca_incidents.site_plugins.build import write
from ca_incidents.site_plugins.catalogue import Catalogue, Rule
from ca_incidents.site_plugins.files import downloads, redirects
from ca_incidents.site_plugins.files.redirects import BadRedirects, Redirect
from ca_incidents.site_plugins.pages import html as markup
from ca_incidents.site_plugins.pages.page import Page
from ca_incidents.site_plugins.statistics import csv_tables
from ca_incidents.site_plugins.views import all_pages
from tests.export_material import FULL, GONE, HOSTILE, ROOT, data

ADDRESSES = Path(__file__).parent / "cases" / "addresses.txt"
# What MkDocs and the theme write themselves.
BY_HAND = (
    "about",
    "benchmarks",
    "contribute",
    "corrections",
    "datasheet",
    "id-policy",
    "maintaining",
    "method",
    "privacy",
    "schema",
)
OF_MKDOCS = {"404.html", "sitemap.xml", *(f"{name}/" for name in BY_HAND)}


@cache
def catalogue() -> Catalogue:
    return Catalogue(data(), site_url=HOME)


@cache
def files() -> dict[str, bytes]:
    return dict(downloads.written(catalogue()))


@cache
def pages() -> dict[str, Page]:
    return {page.url: page for page in all_pages(catalogue())}


@cache
def database() -> sqlite3.Connection:
    found = sqlite3.connect(":memory:")
    found.deserialize(files()["data/v1/ca-incidents.sqlite"])
    return found


def there() -> set[str]:
    return {
        *pages(),
        *files(),
        *(table.file for table in csv_tables.tables(catalogue()).values()),
        *(n.removesuffix("index.html") for n in files() if n.endswith("/index.html")),
        *OF_MKDOCS,
    }


def test_every_ca_has_the_count_of_the_database() -> None:
    counted = dict(database().execute("SELECT ca, count(*) FROM incident_cas GROUP BY ca"))
    assert counted == {slug: len(found) for slug, found in catalogue().by_ca.items()}


def test_every_tag_has_the_count_of_the_database() -> None:
    counted = dict(database().execute("SELECT tag, count(DISTINCT incident) FROM tags GROUP BY tag"))
    assert counted == {slug: len(found) for slug, found in catalogue().by_tag.items()}


def test_every_topic_has_the_count_of_the_database() -> None:
    counted = dict(database().execute("SELECT topic, count(DISTINCT incident) FROM incident_topics GROUP BY topic"))
    assert counted == {slug: len(found) for slug, found in catalogue().by_topic.items()}


def test_every_year_has_the_count_of_the_database() -> None:
    counted = dict(database().execute("SELECT year, count(*) FROM incidents GROUP BY year"))
    assert counted == {year: len(found) for year, found in catalogue().by_year.items()}


def test_every_rule_has_the_count_of_the_database() -> None:
    select = "SELECT document, {}, count(DISTINCT incident) FROM citations {} GROUP BY 1, 2"
    whole = database().execute(select.format("''", "")).fetchall()
    sections = database().execute(select.format("section", "WHERE section IS NOT NULL")).fetchall()
    counted = {Rule(document, section): n for document, section, n in (*whole, *sections)}
    assert counted == {rule: len(found) for rule, found in catalogue().by_rule.items()}


def test_every_status_has_the_count_of_the_database() -> None:
    counted = dict(database().execute("SELECT status, count(*) FROM incidents GROUP BY status"))
    statuses = [entry.status for entry in catalogue().newest]
    assert counted == {status: statuses.count(status) for status in set(statuses)}


def expanded(pattern: str) -> Iterator[str]:
    values = {
        "{bug}": [*map(str, data().incidents), str(GONE)],
        "{slug}": list(data().registry.owners),
        "{tag}": list(catalogue().tags),
        "{topic}": list(catalogue().topics),
        "{year}": [str(year) for year in catalogue().by_year],
        "{rule}": [rule.url for rule in catalogue().by_rule],
        "{cited}": [rule.url.rstrip("/") for rule in catalogue().by_rule],
        "{code}": list(CODES),
    }
    name = next((name for name in values if name in pattern), None)
    yield from (pattern.replace(name, value) for value in values[name]) if name else [pattern]


def published() -> list[str]:
    lines = ADDRESSES.read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("pattern", published())
def test_every_address_ever_published_still_resolves(pattern: str) -> None:
    missing = {address.removeprefix("/") for address in expanded(pattern)} - there()
    assert missing == set()


def test_every_file_is_in_the_list_of_addresses() -> None:
    listed = {address.removeprefix("/") for pattern in published() for address in expanded(pattern)}
    assert {name.removesuffix("index.html") for name in files()} - listed == set()
    assert {page.url for page in all_pages(catalogue())} - listed == set()


def test_pages_written_by_hand_are_there() -> None:
    docs = ROOT.parent / "docs"
    assert {f"{path.stem}/" for path in docs.glob("*.md")} == {name for name in OF_MKDOCS if name.endswith("/")}


def test_sums_hold() -> None:
    sums = [line.split("  ") for line in files()["data/v1/SHA256SUMS"].decode().splitlines()]
    assert len(sums) > 30
    for digest, name in sums:
        assert hashlib.sha256(files()[f"data/v1/{name}"]).hexdigest() == digest


def test_a_record_by_itself_is_what_the_command_shows() -> None:
    for number in (1671037, FULL, HOSTILE):
        record, derived = data().incidents[number], catalogue().entries[number].derived
        assert json.loads(files()[f"data/v1/incidents/{number}.json"]) == json.loads(as_json(record, derived))
    assert json.loads(files()[f"data/v1/incidents/{GONE}.json"])["withdrawn"]["reason"] == "restricted"


def test_a_ca_by_itself_lists_its_incidents() -> None:
    found = json.loads(files()["data/v1/cas/digicert.json"])
    assert found["slug"] == "digicert"
    assert {row["id"] for row in found["incidents"]} == {e.number for e in catalogue().by_ca["digicert"]}
    roles = {row["id"]: row["role"] for row in json.loads(files()["data/v1/cas/abb.json"])["incidents"]}
    assert roles[FULL] == "also-named"


def test_the_files_are_the_same_again() -> None:
    downloads.offered.cache_clear()
    again = Catalogue(data(), site_url=HOME)
    assert dict(downloads.written(again)) == files()


def test_files_are_written_below_the_site(tmp_path: Path) -> None:
    write.write(tmp_path, [("a/b/c.txt", b"1"), ("a/b/d.txt", b"2"), ("e.txt", b"3")])
    assert {str(p.relative_to(tmp_path)): p.read_bytes() for p in tmp_path.rglob("*.txt")} == {
        "a/b/c.txt": b"1",
        "a/b/d.txt": b"2",
        "e.txt": b"3",
    }


class Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.scripts: list[str] = []
        self.in_script = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.links += [found["href"]] if found.get("href") else []  # type: ignore[list-item]
        self.ids += [found["id"]] if found.get("id") else []  # type: ignore[list-item]
        self.in_script = tag == "script"

    def handle_data(self, text: str) -> None:
        self.scripts += [text] if self.in_script else []

    def handle_endtag(self, tag: str) -> None:
        self.in_script = False


def test_the_data_page_links_to_what_is_there() -> None:
    found = Links(pages()["data/"].body())
    for link in found.links:
        address = urljoin(f"{HOME}data/", link)
        if address.startswith(HOME):
            assert unquote(urlsplit(address).path.removeprefix(urlsplit(HOME).path)) in there(), link
            assert not urlsplit(link).fragment or link.startswith("../") or link[1:] in found.ids, link
    names = {link.rpartition("/")[2] for link in found.links}
    assert {name.rpartition("/")[2] for name in files() if re.fullmatch(r"data/v1/[^/]+\.[a-z0-9]+", name)} - {
        "index.html"
    } <= names | {"SHA256SUMS"}
    assert {section.id for section in pages()["data/"].sections} <= set(found.ids)


def test_the_data_page_describes_the_dataset_to_programs() -> None:
    found = json.loads(Links(pages()["data/"].body()).scripts[0])
    assert found["@type"] == "Dataset"
    assert found["version"] == catalogue().version
    for part in found["distribution"]:
        raw = files()[part["contentUrl"].removeprefix(HOME)]
        assert part["sha256"] == hashlib.sha256(raw).hexdigest()


@pytest.mark.parametrize(("count", "text"), [(950, "950\u00a0B"), (7656, "8\u00a0kB"), (3_387_392, "3.4\u00a0MB")])
def test_sizes_are_for_readers(count: int, text: str) -> None:
    assert markup.size(count) == text


def test_llms_leads_to_what_is_there() -> None:
    text = files()["llms.txt"].decode()
    assert text.startswith("# ") and "\n> " in text
    links = re.findall(r"\]\((.+?)\)", text)
    assert len(links) > 10
    for link in links:
        path = link.removeprefix(HOME)
        assert path in there() or any(name.startswith(path) for name in files()), link


def test_an_incident_page_describes_itself_to_programs() -> None:
    for number in (FULL, HOSTILE):
        html = pages()[f"incidents/{number}/"].body()
        found = Links(html)
        assert len(found.scripts) == 1
        linked = json.loads(found.scripts[0])
        assert linked["name"] == data().incidents[number].title
        assert linked["isBasedOn"].endswith(str(number))
        assert f"../../data/v1/incidents/{number}.json" in found.links
        assert "<b>" not in html


def test_a_citation_is_pinned_to_the_version() -> None:
    entry = catalogue().entries[HOSTILE]
    version = catalogue().version
    assert f"version {version}" in citation.plain(entry, catalogue(), version=version)
    item = citation.csl(entry, catalogue(), version=version)
    assert (item["version"], item["issued"]) == (version, {"date-parts": [[2026, 3, 13]]})
    text = citation.bibtex(entry, catalogue(), version=version)
    assert text.count("{") - text.count(r"\{") == text.count("}") - text.count(r"\}")
    assert r"\&" in text


def test_linked_data_cannot_end_its_element() -> None:
    text = str(markup.linked({"name": "</script><!-- & \u2028"}))
    assert text.count("<") == 2
    assert "\u2028" not in text
    assert json.loads(Links(text).scripts[0]) == {"name": "</script><!-- & \u2028"}


def test_an_old_page_leads_on() -> None:
    written = dict(redirects.written((Redirect("a/b/", "cas/x&y/"),), HOME, {}))
    found = Links(written["a/b/index.html"].decode())
    assert found.links == [f"{HOME}cas/x&y/", "../../cas/x&y/"]
    assert b'content="0; url=../../cas/x&amp;y/"' in written["a/b/index.html"]


def test_an_old_file_is_a_copy_of_the_new_one() -> None:
    written = dict(redirects.written((Redirect("old.csv", "new.csv"),), HOME, {"new.csv": b"1"}))
    assert written == {"old.csv": b"1"}


def test_an_old_file_that_leads_nowhere_is_said() -> None:
    with pytest.raises(BadRedirects, match=r"new\.csv"):
        list(redirects.written((Redirect("old.csv", "new.csv"),), HOME, {}))


@pytest.mark.parametrize("raw", [b"a: b\n", b"- {from: a/}\n", b"- {from: a/, to: b/, why: c}\n"])
def test_a_table_of_another_shape_is_said(raw: bytes) -> None:
    with pytest.raises(BadRedirects):
        redirects.read(raw)


def test_old_addresses_lead_to_what_is_there_and_hide_nothing() -> None:
    assert redirects.standard()
    for redirect in redirects.standard():
        assert redirect.new in {*pages(), *files()}
        assert redirect.old not in pages()


def test_the_bug_itself_can_be_cited() -> None:
    entry = catalogue().entries[HOSTILE]
    item = citation.bug_csl(entry)
    address = f"https://bugzilla.mozilla.org/show_bug.cgi?id={HOSTILE}"
    assert item["URL"] == address
    assert item["issued"] == {"date-parts": [[int(part) for part in entry.opened.split("-")]]}
    assert address in citation.bug_plain(entry)
    assert address in citation.bibtex(entry, catalogue(), version="1")
