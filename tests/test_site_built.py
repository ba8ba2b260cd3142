"""The built site as a whole: links, foreign requests, hostile texts, weights, determinism.

Covers: site_plugins/build/search_index.py, site_plugins/pages/cached_body.py, site_plugins/pages/wording.py,
site_plugins/plugin.py, site_plugins/views/ca.py, site_plugins/views/code.py, site_plugins/views/compare.py,
site_plugins/views/coverage.py, site_plugins/views/data.py, site_plugins/views/deadlines.py, site_plugins/views/home.py,
site_plugins/views/incident.py, site_plugins/views/incidents.py, site_plugins/views/rule.py,
site_plugins/views/recent.py, site_plugins/views/tag.py, site_plugins/views/year.py.
"""

import filecmp
import gzip
import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from markupsafe import escape

from ca_incidents.schema import dataset
from ca_incidents.schema.check.codes import CODES
from ca_incidents.schema.tables.policies import standard
from ca_incidents.schema.tables.vocabulary import terms
from tests import built_site
from tests.built_site import FULL, GONE, HOSTILE, TITLE

BASE = "https://ca-incidents.github.io/ca-incidents/"
_LINK = re.compile(r"""<(a|link|script|img|source|iframe|use)\b[^>]*?\s(?:href|src|xlink:href)="([^"]*)"[^>]*>""")
_ID = re.compile(r'\sid="?([^"\s>]+)')
KB = 1024
# Pages written by hand are in a section of the menu, which they show.
WRITTEN = {path.stem for path in (built_site.ROOT / "docs").glob("*.md")} | {"due-dates", "codes"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_site.built_once(tmp_path_factory)


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, str]:
    found = {path.relative_to(site).as_posix(): path.read_text("utf-8") for path in sorted(site.rglob("*.html"))}
    assert len(found) > 1700
    return found


def test_every_internal_link_and_anchor_resolves(site: Path, pages: dict[str, str]) -> None:
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    ids = {name: set(_ID.findall(html)) for name, html in pages.items()}
    broken = []
    for name, html in pages.items():
        here = urljoin(BASE, name.removesuffix("index.html"))
        for link in {unescape(href) for _, href in _LINK.findall(html)}:
            target, fragment = urldefrag(urljoin(here, link))
            if not target.startswith(BASE):
                continue
            path = unquote(urlsplit(target).path.removeprefix("/ca-incidents/"))
            path = f"{path}index.html" if not path or path.endswith("/") else path
            if path not in files or (fragment and path in ids and unquote(fragment) not in ids[path]):
                broken.append((name, link))
    assert broken == []


def test_links_are_relative(pages: dict[str, str]) -> None:
    absolute = {
        (name, href)
        for name, html in pages.items()
        if name != "404.html"
        for tag, href in _LINK.findall(html)
        if href.startswith("/") or (tag != "link" and href.startswith(BASE))
    }
    assert absolute == set()


def test_no_page_asks_another_host(site: Path, pages: dict[str, str]) -> None:
    for name, html in pages.items():
        for tag, href in _LINK.findall(html):
            if tag == "a" or (tag == "link" and href.startswith(BASE)):
                continue
            assert not re.match(r"(https?:)?//", href), (name, tag, href)
        assert 'data-md-component="source"' not in html, "the theme would ask the forge's API"
    for path in site.rglob("*.css"):
        for address in re.findall(r"""url\(["']?([^"')]+)""", path.read_text("utf-8")):
            assert address.startswith(("data:", ".", "#")) or "//" not in address, (path, address)


def test_every_page_has_a_policy_without_evaluation_and_no_handlers(pages: dict[str, str]) -> None:
    for name, html in pages.items():
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
        assert policy and "default-src 'none'" in policy[1], name
        allowed = ["wasm-unsafe-eval"] if name == "sql/index.html" else []
        assert re.findall(r"[\w-]*unsafe[\w-]*", policy[1]) == allowed, name
        assert not re.search(r"<[a-z][^>]*\son[a-z]+=", html), name
        assert "ciSlot" not in html, name


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.said = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.said += data


def test_a_hostile_title_is_text_everywhere(pages: dict[str, str]) -> None:
    html = pages[f"incidents/{HOSTILE}/index.html"]
    head = re.search(r"<title>(.*?)</title>", html)
    assert head and unescape(head[1]).startswith(TITLE)
    assert html.count("<script") == pages["incidents/1671037/index.html"].count("<script")
    parser = _Text()
    parser.feed(html[html.index("<article") : html.index("</article>")])
    assert TITLE in parser.said and "49" not in re.findall(r"\{\{(.*?)\}\}", parser.said)
    assert not {"b", "img"} & set(parser.tags)
    assert parser.tags.count("script") == html.count('<script type="application/ld+json">') == 1
    for name in ("cas/sectigo/index.html", "tags/external/index.html", "years/2026/index.html"):
        assert "&lt;script&gt;alert(1)" in pages[name], name
    assert [name for name, page in pages.items() if "<script>alert" in page] == []


def test_a_record_with_everything_shows_it(pages: dict[str, str]) -> None:
    html = pages[f"incidents/{FULL}/index.html"]
    for part in ("deadlines", "impact", "rules", "actions", "timeline", "related", "record"):
        assert f'<h2 id="{part}"' in html and f'href="#{part}" class="md-nav__link"' in html, part
    assert f"https://bugzilla.mozilla.org/show_bug.cgi?id={FULL}#c3" in html
    assert "https://crt.sh/?id=1000" in html and "20 more in the record" in html
    assert "../../rules/tls-br/4.9.1.1/" in html and "../../rules/rfc5280/" in html
    assert "&lt;i&gt;another&lt;/i&gt;" in html and '<span class="ci-read">added by hand</span>' in html
    assert f"../../incidents/{FULL}/" in pages["incidents/1671037/index.html"], "relations show both ways"
    assert f"/edit/main/incidents/2025/{FULL}.yaml" in html


def test_a_withdrawn_record_keeps_an_empty_page(pages: dict[str, str]) -> None:
    assert "no longer public" in pages[f"incidents/{GONE}/index.html"]


def test_every_page_names_the_snapshot(pages: dict[str, str]) -> None:
    assert [name for name, html in pages.items() if "Snapshot of 13 March 2026" not in html] == []


def test_every_page_has_a_title_of_its_own(pages: dict[str, str]) -> None:
    titled: dict[str, list[str]] = {}
    for name, html in pages.items():
        found = re.search(r"<title>(.*?)</title>", html, re.S)
        assert found, name
        titled.setdefault(found[1], []).append(name)
    assert {title: names for title, names in titled.items() if len(names) > 1} == {}
    assert titled["Page not found - CA incidents"] == ["404.html"]


def test_every_page_can_be_previewed_where_its_link_is_shared(site: Path, pages: dict[str, str]) -> None:
    meta = re.compile(r'<meta property="og:([a-z_]+)" content="([^"]*)">')
    for name, html in pages.items():
        told, title = dict(meta.findall(html)), re.search(r"<title>(.*?)</title>", html, re.S)
        address = urljoin(BASE, name.removesuffix("index.html"))
        assert title and title[1] == (f"{told['title']} - CA incidents" if name != "index.html" else "CA incidents")
        assert f'<meta name="description" content="{told["description"]}">' in html or name == "404.html", name
        assert told["site_name"] == "CA incidents" and told.get("url", BASE) == (
            address if name != "404.html" else BASE
        )
        assert told["type"] == ("website" if name in {"index.html", "404.html"} else "article"), name
        assert told["image"].startswith(BASE) and (site / told["image"].removeprefix(BASE)).is_file(), name
        assert '<meta name="twitter:card" content="summary_large_image">' in html, name
    assert f'og:title" content="{escape(TITLE)}' in pages[f"incidents/{HOSTILE}/index.html"]
    for name in (f"incidents/{FULL}/index.html", "cas/sectigo/index.html"):
        assert "assets/pictures/cas/sectigo.png" in pages[name], name


def test_every_main_page_is_one_click_from_every_page(pages: dict[str, str]) -> None:
    main = "explore incidents cas tags rules years deadlines statistics compare data coverage about contribute codes"
    for name, html in pages.items():
        foot = html[html.index('<nav class="ci-pages"') : html.index('<footer class="md-footer"')]
        links = {urljoin(BASE + name, href).removeprefix(BASE) for _, href in _LINK.findall(foot)}
        assert {f"{page}/" for page in main.split()} <= links, name


def test_no_page_carries_a_long_navigation(pages: dict[str, str]) -> None:
    for name, html in pages.items():
        assert html.count("md-nav__link") < 80, name
        around = len(html) - html.index("</article>") + html.index("<article")
        assert around < (30_000 if name.split("/")[0] in WRITTEN else 17_500), name


def test_no_page_is_long(pages: dict[str, str]) -> None:
    """Where every incident is listed for readers without JavaScript, a page is as long as it must be."""
    longest = {"explore": 250_000, "years": 160_000, "cas": 92_000, "statistics": 80_000, "incidents": 80_000}
    for name, html in pages.items():
        assert len(html.encode()) <= longest.get(name.split("/")[0], 60_000), name


def test_a_long_list_leads_to_all_of_it(pages: dict[str, str]) -> None:
    html = pages["tags/ov-misissuance/index.html"]
    assert html.count('<td class="ci-title">') == 30
    assert re.search(
        r'The newest 30 of \d+\xa0incidents: <a href="../../explore/\?tag=ov-misissuance">all of them', html
    )
    assert "The newest 30" not in pages["years/2024/index.html"]


def _own(html: str) -> int:
    return len(gzip.compress(html[html.index("<article") : html.index("</article>")].encode(), 9))


def test_weights(site: Path, pages: dict[str, str]) -> None:
    for name, html in pages.items():
        if re.match(r"incidents/\d+/", name):
            assert _own(html) <= 8 * KB, name
        elif name != "explore/index.html":
            assert len(gzip.compress(html.encode(), 9)) <= 30 * KB, name
    searched = [site / "search" / "search_index.json", *(site / "assets" / "workers").glob("*.js")]
    searched += (site / "assets" / "javascripts" / "workers").glob("*.js")
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in searched) <= 300 * KB


def test_pages_describe_themselves_to_programs(site: Path, pages: dict[str, str]) -> None:
    kinds = {"incidents": "CreativeWork", "cas": "CollectionPage", "tags": "CollectionPage", "years": "CollectionPage"}
    kinds |= {"topics": "CollectionPage", "rules": "CollectionPage", "data": "Dataset"}
    told = re.compile(r'<script type="application/ld\+json">(.*?)</script>')
    for name, html in pages.items():
        kind, _, rest = name.removesuffix("index.html").partition("/")
        found = [json.loads(text) for text in told.findall(html)]
        if kind not in kinds or (not rest and kind != "data") or name == f"incidents/{GONE}/index.html":
            assert not found, name
            continue
        [data] = found
        expected = "CollectionPage" if rest == "recent/" else kinds[kind]
        assert data["@type"] == expected and data["url"] == urljoin(BASE, name.removesuffix("index.html")), name
        assert data["name"] and data["license"], name


def test_every_code_has_the_page_that_the_checker_names(pages: dict[str, str]) -> None:
    for code in CODES.values():
        assert code.page.startswith(BASE)
        html = pages[f"{code.page.removeprefix(BASE)}index.html"]
        assert code.code in html and escape(code.title) in html
        assert f'href="../codes/{code.code}/"' in pages["codes/index.html"]


def test_the_ledger_accounts_for_every_bug(site: Path, pages: dict[str, str]) -> None:
    ledger = dataset.read(site.parent / "incidents")
    html = pages["coverage/index.html"]
    for count in (len(ledger.incidents), len(ledger.incidents) + len(ledger.tombstones) + len(ledger.excluded)):
        assert f"{count:,}\u00a0" in html
    for left_out in ledger.excluded:
        assert f"show_bug.cgi?id={left_out.bug}" in html and str(escape(left_out.reason)) in html
    assert f'href="../incidents/{GONE}/"' in html
    read = [r.report.texts if r.report else None for r in ledger.incidents.values()]
    assert f"{sum(t.read for t in read if t):,}\u00a0texts were available" in html


def test_search_knows_every_page(site: Path, pages: dict[str, str]) -> None:
    docs = json.loads((site / "search" / "search_index.json").read_text("utf-8"))["docs"]
    found = {doc["location"]: doc for doc in docs}
    for name in pages:
        if name not in {"404.html", f"incidents/{GONE}/index.html"}:
            assert name.removesuffix("index.html") in found, name
    assert found["incidents/1671037/"]["tags"] == ["SecureTrust", "2020"]
    assert "1671037" in found["incidents/1671037/"]["text"]
    assert "delayed-revocation-leaf" in found["tags/leaf-revocation-delay/"]["text"]
    assert "Dhimyotis" in found["cas/certigna/"]["text"]
    assert {"GTS", "Google", "google.com"} <= set(found["cas/google-trust-services/"]["names"])
    assert not any("<" in doc["title"] for doc in docs)


def test_counts_agree_with_the_data(site: Path, pages: dict[str, str]) -> None:
    read = dataset.read(site.parent / "incidents")
    lines = [json.loads(line) for line in (site / "data/v1/incidents.ndjson").read_text("utf-8").splitlines()]
    assert [line["id"] for line in lines] == sorted(read.incidents)
    for year in {record.year for record in read.incidents.values()}:
        count = sum(record.year == year for record in read.incidents.values())
        assert f"{count}\u00a0incident" in pages[f"years/{year}/index.html"]
    for number in read.incidents:
        assert f"incidents/{number}/index.html" in pages
        assert json.loads((site / f"data/v1/incidents/{number}.json").read_bytes())["effective"]["id"] == number


def test_builds_are_the_same_bytes_on_another_day_and_with_what_an_earlier_one_kept(site: Path, tmp_path: Path) -> None:
    again = built_site.build(site.parent / "incidents", tmp_path, elsewhere=True)
    assert_same(site, again)
    assert any((tmp_path / ".cache").rglob("*")), "nothing is kept, so the next build proves nothing"
    assert_same(site, built_site.build(site.parent / "incidents", tmp_path))


def assert_same(site: Path, again: Path) -> None:
    names = sorted(path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(again).as_posix() for path in again.rglob("*") if path.is_file())
    same, different, unreadable = filecmp.cmpfiles(site, again, names, shallow=False)
    assert (different, unreadable) == ([], [])
    assert len(same) == len(names)


@pytest.fixture(scope="module")
def database(site: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(site / "data/v1/ca-incidents.sqlite")) as connection:
        yield connection


def test_counts_on_the_pages_equal_queries(database: sqlite3.Connection, pages: dict[str, str]) -> None:
    def shown(page: str) -> int:
        found = re.search(r'class="ci-lead">.*?([\d,]+)\u00a0incident', pages[page], re.S)
        assert found, page
        return int(found[1].replace(",", ""))

    def asked(query: str, *values: str) -> int:
        return int(database.execute(f"SELECT count(*) FROM {query}", values).fetchone()[0])

    for name, html in pages.items():
        kind, _, rest = name.removesuffix("/index.html").partition("/")
        if not rest or kind not in {"cas", "tags", "topics", "years", "rules"} or rest == "index.html":
            continue
        if kind == "cas":
            assert shown(name) == asked("incident_cas WHERE ca = ?", rest), name
        elif kind == "tags":
            assert shown(name) == asked("tags WHERE tag = ?", rest), name
        elif kind == "topics":
            assert shown(name) == asked("incident_topics WHERE topic = ?", rest), name
        elif kind == "years":
            assert shown(name) == asked("incidents WHERE year = ?", rest), name
        else:
            document, _, section = rest.partition("/")
            if not standard().is_one_text(document):
                assert "No total over CAs" in html, name
                continue
            cited = "(SELECT DISTINCT incident FROM citations WHERE document = ?"
            if section:
                assert shown(name) == asked(f"{cited} AND lower(section) = ?)", document, section), name
            else:
                assert shown(name) == asked(f"{cited})", document), name


def test_what_a_ca_page_says_by_category_equals_queries(database: sqlite3.Connection, pages: dict[str, str]) -> None:
    bar = re.compile(r"explore/\?ca=([a-z0-9-]+)&amp;tag=([a-z0-9-]+)&amp;year=(\d{4})\"><title>\d{4}: (\d+)</title>")
    shown = {
        (ca, tag, int(year)): int(count)
        for name, html in pages.items()
        if name.startswith("cas/")
        for ca, tag, year, count in bar.findall(html)
    }
    categories = {term.slug for term in terms("tag").values() if term.group == "category"}
    query = """SELECT incident_cas.ca, tag, year, count(*) FROM incident_cas JOIN tags USING (incident)
        JOIN incidents ON incidents.id = incident GROUP BY 1, 2, 3"""
    several = {ca for (ca,) in database.execute("SELECT ca FROM incident_cas GROUP BY ca HAVING count(*) > 1")}
    counted = [row for row in database.execute(query) if row[0] in several and row[1] in categories]
    asked = {(ca, tag, year): count for ca, tag, year, count in counted}
    assert shown == asked and len(shown) > 500
    for ca in several:
        rows = re.findall(r'<tr><th scope="row">[^<]+</th>((?:<td>\d*</td>)+)</tr>', pages[f"cas/{ca}/index.html"])
        numbers = [[int(n or 0) for n in re.findall(r"<td>(\d*)</td>", row)] for row in rows]
        assert all(sum(years) == total for *years, total in numbers)
        found = sorted(n for *years, _ in numbers for n in years if n)
        assert found == sorted(count for (one, _, _), count in asked.items() if one == ca), ca


def test_check_sums(site: Path) -> None:
    lines = (site / "data/v1/SHA256SUMS").read_text("utf-8").splitlines()
    assert len(lines) > 10
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256((site / "data/v1" / name).read_bytes()).hexdigest() == digest


def test_feeds(site: Path) -> None:
    space = {"a": "http://www.w3.org/2005/Atom"}
    assert (site / "feeds/cas/sectigo.atom").is_file()
    for path in sorted((site / "feeds").rglob("*.atom")):
        feed = ElementTree.parse(path).getroot()
        items = feed.findall("a:entry", space)
        for part in (feed, *items):
            for name in ("title", "id", "updated"):
                assert part.findtext(f"a:{name}", namespaces=space), (path, name)
            moment = part.findtext("a:updated", namespaces=space) or ""
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|\+00:00)", moment), path
        assert len({item.findtext("a:id", namespaces=space) for item in items}) == len(items)


def test_readers_of_feeds_find_them_from_the_pages(site: Path, pages: dict[str, str]) -> None:
    link = re.compile(r'<link rel="alternate feed" type="application/atom\+xml" title="([^"]*)" href="([^"]*)">')
    for name, html in pages.items():
        if "/data/" in name or name == "404.html":
            continue
        found = {title: urljoin(BASE + name, href).removeprefix(BASE) for title, href in link.findall(html)}
        assert found.pop("New CA incidents") == "feeds/incidents.atom", name
        own = re.fullmatch(r"((?:cas|tags|topics)/[^/]+|rules/.+)/index.html", name)
        assert list(found.values()) == ([f"feeds/{own[1]}.atom"] if own else []), name
        assert all((site / path).is_file() for path in found.values())
    assert "CA incidents: Let&#39;s Encrypt" in pages["cas/lets-encrypt/index.html"]


def test_the_calendar_has_the_form_of_its_standard(site: Path) -> None:
    raw = (site / "feeds/deadlines.ics").read_bytes()
    assert raw.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:") and raw.endswith(b"END:VCALENDAR\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 75
    lines = raw.decode().replace("\r\n ", "").split("\r\n")
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") > 10
    names = [line for line in lines if line.startswith("UID:")]
    assert len(names) == len(set(names)) == lines.count("BEGIN:VEVENT")
