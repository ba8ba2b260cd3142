"""The page Ask in SQL: its examples, its policy, the vendored SQLite, and queries in a real browser.

Covers: site_plugins/files/sql_examples.py.
"""

import csv
import hashlib
import io
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from ca_incidents.schema.tables import registry
from ca_incidents.site_plugins.files.sql_examples import EXAMPLES, Example
from tests import built_site
from tests.test_site_browser import address, axe, browser, come_to_rest, fresh, wide
from tests.test_site_explore_browser import AXE, KEPT

__all__ = ["address", "axe", "browser", "fresh"]
VENDORED = built_site.ROOT / "site_plugins" / "assets" / "sqljs"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_site.built_once(tmp_path_factory)


def test_the_vendored_files_are_those_of_the_package() -> None:
    said = dict(re.findall(r"^([0-9a-f]{64})  (\S+)$", (VENDORED / "SOURCE.txt").read_text("utf-8"), re.M))
    found = {hashlib.sha256(path.read_bytes()).hexdigest(): path.name for path in VENDORED.iterdir()}
    assert said == {digest: name for digest, name in found.items() if name != "SOURCE.txt"}
    assert "MIT" in (VENDORED / "LICENSE").read_text("utf-8")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_an_example_answers(site: Path, example: Example) -> None:
    stored = (site / "data/v1/ca-incidents.sqlite").read_bytes()
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(stored)
        database.execute("INSERT OR IGNORE INTO incident_topics SELECT id, 99, 'crl', 'title', NULL FROM incidents")
        found = database.execute(example.sql).fetchall()
    assert found and len(found[0]) >= 2


def month_of(opened: str, between: str | None) -> str:
    """Return the year and month of filing, or the year if the month is not known."""
    first, last = (between or f"{opened} {opened}").split()
    return first[:7] if first[:7] == last[:7] else opened


def test_incidents_per_month_use_the_days_between_which_a_bug_was_filed() -> None:
    (example,) = (one for one in EXAMPLES if "per month" in one.title)
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE incidents (opened, opened_between)")
        filed = [("2025-03-01T10:00:00Z", None), ("2025", "2025-03-31 2025-03-31"), ("2025", "2025-03-31 2025-04-01")]
        database.executemany("INSERT INTO incidents VALUES (?, ?)", filed)
        assert dict(database.execute(example.sql)) == {"2025-03": 2, "2025, month not known": 1}


def test_delayed_revocations_by_quarter_are_those_of_the_tags(site: Path) -> None:
    example = next(one for one in EXAMPLES if "quarter" in one.title)
    with closing(sqlite3.connect(site / "data/v1/ca-incidents.sqlite")) as database:
        by_quarter = dict(database.execute(example.sql).fetchall())
        tagged = database.execute(
            "SELECT opened, opened_between FROM incidents"
            " WHERE id IN (SELECT incident FROM tags WHERE tag LIKE '%revocation-delay')"
        ).fetchall()
    expected: dict[str, int] = {}
    for opened, between in tagged:
        year, _, month = month_of(opened, between).partition("-")
        quarter = f"{year} Q{(int(month) - 1) // 3 + 1}" if month else f"{year}, month not known"
        expected[quarter] = expected.get(quarter, 0) + 1
    assert by_quarter == expected


def test_the_domains_of_root_programs_are_those_of_the_registry() -> None:
    (example,) = (one for one in EXAMPLES if "root programs" in one.title)
    domains = {domain for program in registry.standard().programs.values() for domain in program.domains}
    assert set(re.findall(r"'([\w.]+\.\w+)'", example.sql)) == domains


def test_only_this_page_may_compile_webassembly(site: Path) -> None:
    allowing = {path.parent.name for path in site.rglob("index.html") if "wasm-unsafe-eval" in path.read_text("utf-8")}
    assert allowing == {"sql"}
    html = (site / "sql/index.html").read_text("utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy and "'unsafe-eval'" not in policy[1] and "script-src 'self' 'wasm-unsafe-eval'" in policy[1]


def asked(chrome: webdriver.Chrome, address: str, query: str) -> str:
    chrome.get(f"{address}sql/?{urlencode({'query': query})}")
    return answer(chrome)


def answer(chrome: webdriver.Chrome) -> str:
    said = chrome.find_element(By.ID, "ci-sql-said")
    WebDriverWait(chrome, 60).until(lambda _: said.text and not said.text.endswith("…"))
    return said.text


def cells(chrome: webdriver.Chrome) -> list[list[str]]:
    script = "return [...document.querySelectorAll('#ci-sql-table tr')].map(r => [...r.cells].map(c => c.textContent))"
    return list(chrome.execute_script(script))


@pytest.mark.browser
def test_a_query_in_the_address_gives_its_rows(browser: webdriver.Chrome, address: str, site: Path) -> None:
    query = "SELECT ca, count(*) AS incidents FROM incidents GROUP BY ca ORDER BY 2 DESC, 1 LIMIT 5"
    assert asked(browser, address, query) == "5 rows."
    with closing(sqlite3.connect(site / "data/v1/ca-incidents.sqlite")) as database:
        expected = [[ca or "", str(count)] for ca, count in database.execute(query)]
    assert cells(browser) == [["ca", "incidents"], *expected]
    assert browser.find_element(By.ID, "ci-sql-query").get_attribute("value") == query
    bars = browser.find_elements(By.CSS_SELECTOR, "#ci-sql-chart tbody tr")
    assert [bar.text.split() for bar in bars] == expected
    widths = [float(one.get_attribute("width")) for one in browser.find_elements(By.CSS_SELECTOR, "#ci-sql-chart rect")]
    assert widths[0] == 100 and widths == sorted(widths, reverse=True) and widths[-1] < 100
    assert browser.get_log("browser") == []


@pytest.mark.browser
def test_a_query_typed_and_run_by_keyboard_is_in_the_address(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}sql/")
    loaded = "return performance.getEntriesByType('resource').filter(e => /sqlite|wasm/.test(e.name)).length"
    assert browser.execute_script(loaded) == 0, "the database is loaded when it is needed"
    field = browser.find_element(By.ID, "ci-sql-query")
    field.clear()
    field.send_keys("SELECT 6 * 7 AS n, 'x' AS t", Keys.CONTROL, Keys.ENTER)
    assert answer(browser) == "1 row."
    assert cells(browser) == [["n", "t"], ["42", "x"]]
    assert Select(browser.find_element(By.NAME, "label")).first_selected_option.text == "t"
    assert "query=SELECT+6+*+7" in browser.current_url
    browser.find_element(By.LINK_TEXT, EXAMPLES[0].title).click()
    assert answer(browser).endswith("rows.")
    browser.back()
    assert answer(browser) == "1 row."


@pytest.mark.browser
def test_a_hostile_query_harms_nothing(browser: webdriver.Chrome, address: str) -> None:
    said = asked(browser, address, "SELECT '<img src=x onerror=alert(1)>' AS \"<script>alert(2)</script>\", 1 AS n")
    assert said == "1 row."
    assert cells(browser)[1][0] == "<img src=x onerror=alert(1)>"
    assert not browser.find_elements(By.CSS_SELECTOR, "#ci-sql-results :is(img, script)")
    assert asked(browser, address, "DROP TABLE incidents; SELECT count(*) AS n FROM cas") == "1 row."
    browser.find_element(By.CSS_SELECTOR, "#ci-sql-form [type=submit]").click()
    assert answer(browser) == "1 row.", "each run has a fresh copy of the database"
    assert asked(browser, address, "SELECT * FROM missing") == "Error: no such table: missing"
    assert asked(browser, address, "ATTACH 'https://example.org/x' AS other; SELECT 1").startswith(("Error", "1 row"))
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n"
    browser.get(f"{address}sql/?{urlencode({'query': endless})}")
    stop = browser.find_element(By.NAME, "stop")
    WebDriverWait(browser, 30).until(lambda _: browser.find_element(By.ID, "ci-sql-said").text == "Running…")
    stop.click()
    assert answer(browser) == "Stopped." and not stop.is_displayed()
    asked_for = browser.execute_script("return performance.getEntriesByType('resource').map(e => e.name)")
    assert [name for name in asked_for if not name.startswith(address)] == []


@pytest.mark.browser
@pytest.mark.parametrize("seen", [(1440, "light"), (390, "dark")], ids=str)
def test_axe_finds_nothing_in_a_result(
    browser: webdriver.Chrome, address: str, axe: str, seen: tuple[int, str]
) -> None:
    wide(browser, *seen)
    assert asked(browser, address, EXAMPLES[0].sql).endswith("rows.")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= seen[0]
    come_to_rest(browser)
    browser.execute_script(axe)
    assert browser.execute_async_script(AXE) == []


@pytest.mark.browser
def test_a_result_downloads_as_csv(browser: webdriver.Chrome, address: str) -> None:
    asked(browser, address, "SELECT '=1+1' AS a, 'x,\"y' AS b, -3 AS n, NULL AS missing")
    browser.execute_script(KEPT)
    browser.find_element(By.ID, "ci-sql-csv").click()
    text = browser.execute_async_script("kept[0].text().then(arguments[arguments.length - 1])")
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["a", "b", "n", "missing"],
        ["'=1+1", 'x,"y', "-3", ""],
    ]


@pytest.mark.browser
def test_without_scripts_the_page_names_other_programs(browser: webdriver.Chrome, address: str) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(f"{address}sql/")
        assert not browser.find_element(By.ID, "ci-sql-form").is_displayed()
        shown = browser.find_element(By.CSS_SELECTOR, "article").text
        assert "datasette ca-incidents.sqlite" in shown and "duckdb" in shown
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
