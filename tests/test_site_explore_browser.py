"""Explore, Compare and Statistics in a real browser: facets, address, keyboard, downloads, no scripts, axe-core."""

import csv
import io
import json
import re
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from bs4 import BeautifulSoup
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from tests import built_site
from tests.test_site_browser import KINDS, address, axe, browser, come_to_rest, fresh, wide

pytestmark = pytest.mark.browser
__all__ = ["address", "axe", "browser", "fresh"]
SHARED = "explore/?year=2020&ca=digicert&ca=sectigo&tag=leaf-revocation-delay"
KEPT = """
window.kept = [];
URL.createObjectURL = (blob) => { window.kept.push(blob); return "#"; };
HTMLAnchorElement.prototype.click = () => {};
"""


def count(chrome: webdriver.Chrome) -> str:
    WebDriverWait(chrome, 40).until(lambda c: " of " in c.find_element(By.ID, "ci-explore-count").text)
    return chrome.find_element(By.ID, "ci-explore-count").text


def rows(chrome: webdriver.Chrome) -> list[str]:
    return [row.text for row in chrome.find_elements(By.CSS_SELECTOR, "#ci-explore-table tbody tr")]


def choose(chrome: webdriver.Chrome, facet: str, value: str) -> None:
    box = chrome.find_element(By.CSS_SELECTOR, f"[data-facet={facet}]")
    if box.get_attribute("open") is None:
        box.find_element(By.TAG_NAME, "summary").click()
    line = box.find_element(By.CSS_SELECTOR, f"input[value='{value}']")
    chrome.execute_script("arguments[0].scrollIntoView({block: 'center'})", line)
    line.click()


def beside(chrome: webdriver.Chrome, facet: str, value: str) -> int:
    line = f"[data-facet={facet}] input[value='{value}'] ~ .ci-count"
    return int(chrome.find_element(By.CSS_SELECTOR, line).get_attribute("textContent").replace(",", ""))


def test_three_facets_filter_and_their_address_can_be_shared(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}explore/")
    everything = count(browser)
    choose(browser, "tag", "leaf-revocation-delay")
    choose(browser, "ca", "sectigo")
    choose(browser, "ca", "digicert")
    foretold = beside(browser, "year", "2020")
    choose(browser, "year", "2020")
    assert browser.current_url == address + SHARED
    said = count(browser)
    assert said != everything and said.startswith(f"{foretold} of"), "the count beside a choice is what it would show"
    assert len(rows(browser)) == foretold
    for row in rows(browser):
        assert "2020" in row and "Leaf revocation delay" in row
        assert "Sectigo" in row or "DigiCert" in row
    browser.get(f"{address}about/")
    browser.get(address + SHARED)
    assert count(browser) == said
    browser.find_element(By.CSS_SELECTOR, "#ci-explore button[type=reset]").click()
    WebDriverWait(browser, 30).until(lambda c: count(c) == everything)
    assert browser.current_url == f"{address}explore/"
    assert browser.get_log("browser") == []


def test_counts_of_a_facet_follow_the_other_facets_only(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}explore/?year=2020")
    count(browser)
    alone = beside(browser, "year", "2020"), beside(browser, "year", "2019")
    choose(browser, "year", "2019")
    assert (beside(browser, "year", "2020"), beside(browser, "year", "2019")) == alone
    assert count(browser).startswith(f"{sum(alone)} of"), "values of one facet add up"
    choose(browser, "ca", "sectigo")
    assert beside(browser, "year", "2020") < alone[0]


def test_the_back_button_takes_back_one_choice(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}explore/")
    everything = count(browser)
    choose(browser, "year", "2020")
    one = count(browser)
    browser.find_element(By.CSS_SELECTOR, "#ci-explore [name=search]").send_keys("revocation")
    assert "search=revocation" in browser.current_url and count(browser) not in {everything, one}
    browser.back()
    WebDriverWait(browser, 30).until(lambda c: count(c) == one)
    assert browser.find_element(By.CSS_SELECTOR, "#ci-explore [name=search]").get_attribute("value") == ""
    browser.back()
    WebDriverWait(browser, 30).until(lambda c: count(c) == everything)
    assert not browser.find_element(By.CSS_SELECTOR, "input[value='2020']").is_selected()


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("ca=digicert", "cas/digicert/"),
        ("tag=crl-failure", "tags/crl-failure/"),
        ("topic=crl", "topics/crl/"),
        ("year=2019", "years/2019/"),
        ("rule=tls-br:4.9.1.1", "rules/tls-br/4.9.1.1/"),
    ],
)
def test_explore_agrees_with_the_pages(browser: webdriver.Chrome, address: str, query: str, page: str) -> None:
    browser.get(f"{address}explore/?{query}")
    number = int(count(browser).split(" ")[0].replace(",", ""))
    with urlopen(f"{address}{page}") as answer:
        read = BeautifulSoup(answer.read(), "html.parser")
    assert number > 0
    shown = len(read.select("#incidents ~ * .ci-title > a[href*='/incidents/']"))
    left_out = [int(total) - int(most) for most, total in re.findall(r"The newest (\d+) of (\d+)\xa0", read.text)]
    assert shown + sum(left_out) == number


def test_a_value_without_incidents_shows_none(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}explore/?ca=nobody-of-this-name")
    assert count(browser).startswith("0 of") and rows(browser) == []
    browser.find_element(By.CSS_SELECTOR, "#ci-x-chosen button").click()
    assert not count(browser).startswith("0 of")


def test_nothing_found_is_said_and_can_be_cleared(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}explore/?search=no-title-has-this-word")
    assert count(browser).startswith("0 of")
    none = browser.find_element(By.ID, "ci-explore-none")
    assert none.text.startswith("No incident matches")
    none.find_element(By.TAG_NAME, "button").click()
    WebDriverWait(browser, 30).until(lambda c: not count(c).startswith("0 of"))
    assert not none.is_displayed() and browser.current_url == f"{address}explore/"


def test_a_heading_sorts_both_ways(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}explore/?year=2020")
    count(browser)
    head = browser.find_element(By.CSS_SELECTOR, "[data-sorts=ca]")
    names = "return [...document.querySelectorAll('#ci-explore-table tbody td:nth-child(2)')].map(e => e.textContent)"
    for direction, sort in (("ascending", "ca"), ("descending", "ca-last")):
        head.find_element(By.TAG_NAME, "button").send_keys(Keys.ENTER)
        assert head.get_attribute("aria-sort") == direction
        assert browser.current_url.endswith(f"sort={sort}")
        found = [name.casefold() for name in browser.execute_script(names) if name != "no CA named"]
        assert found == sorted(found, reverse=direction == "descending") and found[0] != found[-1]
    browser.find_element(By.CSS_SELECTOR, "[data-sorts=opened] button").click()
    assert "sort=" not in browser.current_url


def test_quarters_add_up_to_their_year(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}explore/?year=2024")
    number = int(count(browser).split(" ")[0])
    assert sum(beside(browser, "quarter", f"2024-Q{n}") for n in (1, 2, 3, 4)) == number > 0


def test_words_and_numbers_are_found(browser: webdriver.Chrome, address: str) -> None:
    for query, bug in {
        "1671037": 1671037,
        "bug 1671037": 1671037,
        "SECURETRUST cps 6.1.1.1": 1671037,
        "https://bugzilla.mozilla.org/show_bug.cgi?id=1671037#c3": 1671037,
        "https://bugzil.la/1671037": 1671037,
        "https://crt.sh/?id=1231411316&opt=zlint": 1531817,
        "651b68c520492a44": 1531817,
    }.items():
        browser.get(f"{address}explore/?search={quote(query)}")
        WebDriverWait(browser, 40).until(lambda c: count(c).startswith("1 of"), query)
        assert browser.find_element(By.CSS_SELECTOR, ".ci-title a").get_attribute("href").endswith(f"/{bug}/")


def test_an_old_link_still_filters(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}explore/?year=2020&q=securetrust")
    assert not count(browser).startswith("0 of") and all("SecureTrust" in row for row in rows(browser))
    covering = browser.find_elements(By.CSS_SELECTOR, ".md-search-result__item")
    assert not any(one.is_displayed() for one in covering), "the theme's search is not opened over the result"
    choose(browser, "year", "2020")
    assert browser.current_url == f"{address}explore/?search=securetrust"


def test_sorting_is_said_and_done(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}explore/")
    count(browser)
    newest = rows(browser)[0]
    Select(browser.find_element(By.NAME, "sort")).select_by_value("oldest")
    assert "sort=oldest" in browser.current_url and rows(browser)[0] != newest
    head = browser.find_element(By.CSS_SELECTOR, "[data-sorts=opened]")
    assert head.get_attribute("aria-sort") == "ascending"
    Select(browser.find_element(By.NAME, "sort")).select_by_value("comments")
    assert head.get_attribute("aria-sort") is None


def test_explore_by_keyboard_alone(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}explore/")
    everything = count(browser)
    browser.execute_script("document.querySelector('#ci-explore [name=search]').focus()")
    keys = ActionChains(browser)
    keys.send_keys(*[Keys.TAB] * 5, Keys.SPACE).perform()
    focused = browser.switch_to.active_element
    assert focused.get_attribute("name") == "year" and focused.is_selected(), "focus stays where it was"
    assert count(browser) != everything and "year=" in browser.current_url
    chip = browser.find_element(By.CSS_SELECTOR, "#ci-x-chosen button")
    assert chip.text.startswith("Remove Year opened") or "Year opened" in chip.text
    chip.send_keys(Keys.ENTER)
    assert browser.switch_to.active_element.get_attribute("id") == "ci-explore-count", "focus is never lost"
    assert count(browser) == everything
    before = len(rows(browser))
    browser.find_element(By.ID, "ci-explore-more").send_keys(Keys.ENTER)
    shown = browser.find_elements(By.CSS_SELECTOR, "#ci-explore-table tbody tr")
    assert len(shown) > before
    assert browser.switch_to.active_element == shown[before].find_element(By.CSS_SELECTOR, ".ci-title a")


def test_what_is_shown_downloads_as_csv_and_json(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}explore/?tag=external")
    number = int(count(browser).split(" ")[0])
    browser.execute_script(KEPT)
    for kind in ("csv", "json"):
        browser.find_element(By.CSS_SELECTOR, f"[data-as={kind}]").click()
    table, data = (
        browser.execute_async_script(f"kept[{n}].text().then(arguments[arguments.length - 1])") for n in (0, 1)
    )
    read = list(csv.DictReader(io.StringIO(table, newline="")))
    incidents = json.loads(data)["incidents"]
    assert [int(row["id"]) for row in read] == [one["id"] for one in incidents] and len(read) == number > 0
    assert json.loads(data)["source"] == browser.current_url
    one = next(row for row in read if row["id"] == str(built_site.HOSTILE))
    assert "<script>alert(1)</script>" in one["title"] and one["ca"] == "sectigo" and "external" in one["tags"]
    assert one["url"] == f"{address}incidents/{built_site.HOSTILE}/"


def grouped(chrome: webdriver.Chrome) -> list[tuple[str, int, str]]:
    """Return the groups shown: what each is, its number of incidents, and where that leads."""
    count(chrome)
    script = """return [...document.querySelectorAll('#ci-explore-groups tbody tr')]
        .map(row => [row.cells[0].textContent, row.cells[1].textContent, row.querySelector('a').href])"""
    return [(label, int(number.replace(",", "")), href) for label, number, href in chrome.execute_script(script)]


@pytest.mark.parametrize("by", ["ca", "topic", "rule", "year", "month"])
def test_incidents_are_grouped_and_counted(browser: webdriver.Chrome, address: str, by: str) -> None:
    browser.get(f"{address}explore/?tag=crl-failure")
    Select(browser.find_element(By.NAME, "group")).select_by_value(by)
    assert browser.current_url == f"{address}explore/?tag=crl-failure&group={by}"
    found = grouped(browser)
    assert len(found) > 5 and count(browser).endswith(f"in {len(found)} groups") and rows(browser) == []
    numbers = [number for _, number, _ in found]
    if by in {"year", "month"}:
        assert sum(numbers) == int(count(browser).split(" ")[0])
        assert [href for *_, href in found] == sorted((href for *_, href in found), reverse=True)
    else:
        assert numbers == sorted(numbers, reverse=True)
    browser.execute_script(KEPT)
    browser.find_element(By.CSS_SELECTOR, "[data-as=csv]").click()
    text = browser.execute_async_script("kept[0].text().then(arguments[arguments.length - 1])")
    read = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["label"], int(row["incidents"])) for row in read] == [(label, number) for label, number, _ in found]
    label, number, href = found[0]
    browser.get(href)
    assert count(browser).startswith(f"{number} of"), f"{label} leads to as many incidents"
    assert "group=" not in browser.current_url and len(rows(browser)) == min(number, 50)


@pytest.mark.parametrize(
    ("query", "feed"),
    [
        ("", "feeds/incidents.atom"),
        ("?ca=digicert", "feeds/cas/digicert.atom"),
        ("?tag=crl-failure&sort=oldest", "feeds/tags/crl-failure.atom"),
        ("?topic=crl", "feeds/topics/crl.atom"),
        ("?rule=tls-br:4.9.1.1", "feeds/rules/tls-br/4.9.1.1.atom"),
        ("?topic=none", None),
        ("?year=2020", None),
        ("?ca=digicert&ca=sectigo", None),
        ("?ca=digicert&tag=crl-failure", None),
        ("?ca=digicert&search=crl", None),
        ("?ca=nobody-of-this-name", None),
    ],
)
def test_a_view_with_a_feed_links_to_it(browser: webdriver.Chrome, address: str, query: str, feed: str | None) -> None:
    browser.get(f"{address}explore/{query}")
    count(browser)
    link = browser.find_element(By.ID, "ci-explore-feed")
    assert link.is_displayed() == (feed is not None)
    if feed:
        assert link.get_attribute("href") == address + feed
        with urlopen(address + feed) as answer:
            assert b"<feed" in answer.read()


def test_a_claim_in_a_row_can_be_disputed(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}explore/?flag=overdue_update")
    count(browser)
    for row in browser.find_elements(By.CSS_SELECTOR, "#ci-explore-table tbody tr"):
        number = row.find_element(By.CSS_SELECTOR, ".ci-title a").get_attribute("href").rstrip("/").rpartition("/")[2]
        [link] = row.find_elements(By.LINK_TEXT, "dispute this")
        assert link.get_attribute("href").endswith(f"/issues/new?template=dispute.yml&bug={number}")
    browser.get(f"{address}explore/?status=closed")
    count(browser)
    assert browser.find_elements(By.LINK_TEXT, "dispute this") == []


def test_a_hostile_title_is_text_in_the_table(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}explore/?search={built_site.HOSTILE}")
    count(browser)
    title = browser.find_element(By.CSS_SELECTOR, "#ci-explore-table .ci-title bdi")
    assert "<script>alert(1)</script>" in title.text and "deliberately" in title.text
    assert title.find_elements(By.CSS_SELECTOR, "*") == []


def test_without_scripts_the_whole_table_stands_there(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}explore/")
    total = int(count(browser).split(" of ")[1].split(" ")[0].replace(",", ""))
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(f"{address}explore/")
        assert not browser.find_element(By.ID, "ci-explore").is_displayed()
        links = browser.find_elements(By.CSS_SELECTOR, "#ci-plain-table td a[href*='/incidents/']")
        assert len(links) == total > 1600
        assert links[0].is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_explore_on_a_phone(browser: webdriver.Chrome, address: str) -> None:
    wide(browser, 390)
    browser.get(address + SHARED)
    count(browser)
    filters = browser.find_element(By.ID, "ci-x-filters")
    assert filters.get_attribute("open") is None
    filters.find_element(By.TAG_NAME, "summary").click()
    for box in browser.find_elements(By.CSS_SELECTOR, "[data-facet]:not([open]) summary"):
        box.click()
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 390
    assert browser.get_log("browser") == []


def compared(chrome: webdriver.Chrome) -> str:
    WebDriverWait(chrome, 40).until(lambda c: "Loading" not in c.find_element(By.ID, "ci-compare-said").text)
    return chrome.find_element(By.ID, "ci-compare-said").text


def test_cas_are_compared_by_their_address(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}compare/")
    assert "at least two" in compared(browser)
    for place, slug in enumerate(("sectigo", "digicert")):
        Select(browser.find_elements(By.NAME, "ca")[place]).select_by_value(slug)
    assert browser.current_url == f"{address}compare/?ca=sectigo&ca=digicert"
    browser.get(browser.current_url)
    assert compared(browser).startswith("Sectigo, DigiCert")
    tables = browser.find_elements(By.CSS_SELECTOR, ".ci-table--compare")
    assert [head.text for head in tables[0].find_elements(By.CSS_SELECTOR, "th[scope=col]")] == [
        "Sectigo",
        "DigiCert",
        "All CAs",
    ]
    links = {}
    for table in tables:
        for link in table.find_elements(By.CSS_SELECTOR, "td a"):
            links[link.get_attribute("href")] = link.text
    assert len(links) > 20 and any("year=2020" in href for href in links) and any("tag=" in href for href in links)
    for href in [*links][::9]:
        browser.get(href)
        assert count(browser).split(" ")[0] == links[href], "a number leads to as many incidents"
    browser.get(f"{address}compare/?ca=sectigo&ca=digicert")
    compared(browser)
    Select(browser.find_elements(By.NAME, "ca")[1]).select_by_value("entrust")
    browser.back()
    WebDriverWait(browser, 30).until(lambda c: "DigiCert" in compared(c))
    assert browser.get_log("browser") == []


def test_a_comparison_says_what_it_leaves_out(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}compare/?ca=sectigo&ca=nobody&ca=digicert&ca=entrust&ca=globalsign&ca=certum")
    said = compared(browser)
    assert "nobody" in said and "certum" in said and said.startswith("Sectigo, DigiCert, Entrust, GlobalSign")


def test_without_scripts_compare_leads_to_the_cas(browser: webdriver.Chrome, address: str) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(f"{address}compare/?ca=sectigo&ca=digicert")
        assert not browser.find_element(By.ID, "ci-compare").is_displayed()
        assert browser.find_element(By.LINK_TEXT, "Sectigo").is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_a_bar_of_the_statistics_leads_to_its_incidents(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}statistics/")
    found = browser.execute_script(
        "return [...document.querySelectorAll('.ci-chart svg a, .ci-table--bars td a, .ci-scroll td a')]"
        ".map(a => [a.getAttribute('href'), a.getAttribute('aria-label') || a.textContent])"
    )
    bars = {href: said for href, said in found if "days" not in said}
    assert len(bars) > 60
    for href, said in [*bars.items()][::17]:
        browser.get(f"{address}statistics/{href}")
        number = said.rpartition(": ")[2].split(" ")[0]
        assert count(browser).split(" ")[0] == number, href


SHIFTS = """
const done = arguments[arguments.length - 1];
let sum = 0;
new PerformanceObserver((list) => { for (const one of list.getEntries()) sum += one.value; })
  .observe({ type: "layout-shift", buffered: true });
setTimeout(() => done(sum), 300);
"""


FILLED = ("explore/", SHARED, "compare/?ca=sectigo&ca=digicert", "deadlines/")


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("page", [*FILLED, *(kind for kind in KINDS if kind not in FILLED)])
def test_nothing_moves_while_a_page_loads(browser: webdriver.Chrome, address: str, page: str, width: int) -> None:
    wide(browser, width)
    # What moves in a page that a script fills depends on where the parser was when the first picture was drawn.
    for _ in range(4 if page in FILLED else 1):
        browser.get(address + page)
        if page.startswith("explore"):
            count(browser)
        if page.startswith("compare"):
            compared(browser)
        assert browser.execute_async_script(SHIFTS) < 0.01


AXE = """
const done = arguments[arguments.length - 1];
axe.run().then((found) => done(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(" | ")}`)));
"""
PAGES = {
    "explore": "explore/",
    "explore, filtered": SHARED,
    "explore, grouped": "explore/?year=2024&group=topic",
    "compare": "compare/",
    "compare, four CAs": "compare/?ca=sectigo&ca=digicert&ca=entrust&ca=globalsign",
    "statistics": "statistics/",
}


@pytest.mark.parametrize(
    "seen", [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")], ids=lambda seen: f"{seen[0]} {seen[1]}"
)
@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_axe_finds_no_violation(
    browser: webdriver.Chrome, address: str, axe: str, page: str, seen: tuple[int, str]
) -> None:
    wide(browser, *seen)
    browser.get(address + page)
    if page.startswith("explore"):
        count(browser)
    if page.startswith("compare"):
        compared(browser)
    browser.execute_script("for (const d of document.querySelectorAll('.md-content details')) d.open = true")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= seen[0]
    come_to_rest(browser)
    browser.execute_script(axe)
    assert browser.execute_async_script(AXE) == []
    assert browser.get_log("browser") == []
