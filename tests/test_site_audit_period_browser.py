"""The incidents of an audit period in a real browser: the list, its file, its address, and sortable tables."""

import csv
import io
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from tests import built_site
from tests.test_site_browser import address, axe, browser, come_to_rest, fresh, wide
from tests.test_site_explore_browser import AXE, KEPT

pytestmark = pytest.mark.browser
__all__ = ["address", "axe", "browser", "fresh"]
OF_2024 = "audit-period/?ca=entrust&from=2024-01-01&to=2024-12-31"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    site: Path = built_site.built_once(tmp_path_factory)
    with closing(sqlite3.connect(site / "data/v1/ca-incidents.sqlite")) as found:
        yield found


def said(chrome: webdriver.Chrome) -> str:
    WebDriverWait(chrome, 40).until(lambda c: "Loading" not in c.find_element(By.ID, "ci-period-said").text)
    return chrome.find_element(By.ID, "ci-period-said").text.replace("\u00a0", " ")


def listed(chrome: webdriver.Chrome) -> list[int]:
    links = chrome.find_elements(By.CSS_SELECTOR, "#ci-period-list tbody td:nth-child(2) a")
    return [int(link.text) for link in links]


def of_period(database: sqlite3.Connection, ca: str, first: str, last: str) -> list[int]:
    """Return the bugs opened by the last day whose last known day is not before the first, oldest first."""
    query = """SELECT id FROM incidents JOIN incident_cas ON incident = id WHERE incident_cas.ca = ?
        AND substr(opened, 1, 10) <= ? AND (status != 'closed' OR bug_status = 'UNKNOWN' OR substr(coalesce(resolved,
            (SELECT max(at) FROM events WHERE incident = id AND comment IS NOT NULL AND origin = 'bugzilla'),
            opened), 1, 10) >= ?) ORDER BY opened, id"""
    return [number for (number,) in database.execute(query, (ca, last, first))]


def test_the_list_is_that_of_a_query(browser: webdriver.Chrome, address: str, database: sqlite3.Connection) -> None:
    browser.get(address + OF_2024)
    assert said(browser).startswith("Entrust: ")
    found = listed(browser)
    assert sorted(found) == sorted(of_period(database, "entrust", "2024-01-01", "2024-12-31")) and len(found) > 20
    assert "earlier bugs of this CA" in browser.find_element(By.ID, "ci-period-left").text.replace("\u00a0", " ")
    browser.get(f"{address}audit-period/?ca=sectigo&from=2026-03-05&to=2026-03-10")
    said(browser)
    assert built_site.HOSTILE in listed(browser), "open at the snapshot"
    assert "<script>alert(1)</script>" in browser.find_element(By.ID, "ci-period-list").text
    assert browser.get_log("browser") == []


def test_the_number_of_the_distrust_timeline_leads_to_its_incidents(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}distrust/")
    links = [
        (link.get_attribute("href"), int(link.text))
        for link in browser.find_elements(By.CSS_SELECTOR, ".ci-table--trust td.ci-number a")
    ]
    assert len(links) > 3
    for href, number in links:
        browser.get(href)
        assert said(browser) and len(listed(browser)) == number, href


def test_a_choice_is_in_the_address_and_downloads_as_csv(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}audit-period/")
    assert said(browser).startswith("Choose a CA")
    assert not browser.find_element(By.ID, "ci-period-csv").is_displayed()
    Select(browser.find_element(By.NAME, "ca")).select_by_value("entrust")
    for name, day in (("from", "2024-01-01"), ("to", "2024-12-31")):
        script = "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('change', {bubbles: true}))"
        browser.execute_script(script, browser.find_element(By.NAME, name), day)
    assert browser.current_url == address + OF_2024
    found = listed(browser)
    browser.execute_script(KEPT)
    browser.find_element(By.ID, "ci-period-csv").click()
    text = browser.execute_async_script("kept[0].text().then(arguments[arguments.length - 1])")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [int(row["bug"]) for row in rows] == found
    assert {row["why"] for row in rows} == {"opened", "commented"}
    assert {row["role"] for row in rows} <= {"concerned", "also-named"}
    opened = int(re.findall(r"; (\d+) opened in the period", said(browser))[0])
    assert opened == sum("2024" in row["opened"] for row in rows)
    browser.back()
    WebDriverWait(browser, 30).until(lambda c: "Choose a CA" in said(c))


def test_days_in_the_wrong_order_and_after_the_snapshot(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}audit-period/?ca=entrust&from=2024-12-31&to=2024-01-01")
    assert "later than" in said(browser) and listed(browser) == []
    browser.get(f"{address}audit-period/?ca=sectigo&from=2026-01-01&to=2026-12-31")
    assert "ends after the snapshot of 13 Mar 2026" in said(browser)


def test_without_scripts_the_page_says_what_to_download(browser: webdriver.Chrome, address: str) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(f"{address}audit-period/")
        assert not browser.find_element(By.ID, "ci-period-form").is_displayed()
        assert browser.find_element(By.LINK_TEXT, "incident-cas.csv").is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


@pytest.mark.parametrize("seen", [(1440, "light"), (390, "dark")], ids=lambda seen: f"{seen[0]} {seen[1]}")
def test_axe_finds_nothing_in_a_list(browser: webdriver.Chrome, address: str, axe: str, seen: tuple[int, str]) -> None:
    wide(browser, *seen)
    browser.get(address + OF_2024)
    said(browser)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= seen[0]
    come_to_rest(browser)
    browser.execute_script(axe)
    assert browser.execute_async_script(AXE) == []


def test_a_long_table_sorts_by_its_headings(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}cas/")
    column = "return [...document.querySelector('table.ci-sorts').tBodies[0].rows].map(row => row.cells[2].textContent)"
    WebDriverWait(browser, 30).until(lambda c: c.find_elements(By.CSS_SELECTOR, "th button"))
    head = browser.find_elements(By.CSS_SELECTOR, "table.ci-sorts th")[2]
    before = [int(n) for n in browser.execute_script(column)]
    for direction in ("ascending", "descending"):
        head.find_element(By.TAG_NAME, "button").send_keys(Keys.ENTER)
        ordered = sorted(before, reverse=direction == "descending")
        WebDriverWait(browser, 30).until(lambda c, o=ordered: [int(n) for n in c.execute_script(column)] == o)
        assert head.get_attribute("aria-sort") == direction
    day = browser.find_elements(By.CSS_SELECTOR, "table.ci-sorts th")[4]
    day.find_element(By.TAG_NAME, "button").click()
    days = """return [...document.querySelector('table.ci-sorts').tBodies[0].rows]
        .map(row => row.cells[4].querySelector('time')?.dateTime ?? '9')"""
    WebDriverWait(browser, 30).until(lambda c: (found := c.execute_script(days)) == sorted(found))
    assert browser.get_log("browser") == []


def test_the_heads_of_a_long_table_stay_in_sight(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}years/2024/")
    browser.execute_script("window.scrollTo(0, 4000)")
    head = "return document.querySelector('table.ci-sorts th').getBoundingClientRect().top"
    WebDriverWait(browser, 30).until(lambda c: 0 <= c.execute_script(head) < 100)
