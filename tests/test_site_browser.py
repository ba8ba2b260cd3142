"""The built site in a real browser: search, theme, phone, print, policy."""

import functools
import http.server
import json
import os
import re
import shutil
import threading
from collections.abc import Iterator
from importlib.resources import files

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tests import built_site

pytestmark = pytest.mark.browser
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update "
    "--disable-dev-shm-usage --disable-sync --no-first-run --window-size=1440,1000"
)
KINDS = (
    "",
    "incidents/",
    "explore/",
    "compare/",
    "sql/",
    "due-dates/",
    "deadlines/",
    "statistics/",
    "statistics/periods/",
    "analyses/",
    "distrust/",
    "root-programs/",
    "recurrences/",
    "audit-period/",
    "root-causes/",
    "glossary/",
    "data/",
    "coverage/",
    f"incidents/{built_site.GONE}/",
    "codes/",
    "codes/unknown-tag/",
    "incidents/1965612/",
    f"incidents/{built_site.FULL}/",
    f"incidents/{built_site.HOSTILE}/",
    "cas/",
    "cas/sectigo/",
    "tags/",
    "tags/ov-misissuance/",
    "topics/",
    "topics/crl/",
    "years/",
    "years/2025/",
    "rules/",
    "rules/tls-br/",
    "404.html",
    "about/",
    "method/",
    "contribute/",
    "schema/",
    "benchmarks/",
)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the site below a path, as the forge does."""
    site = built_site.built_once(tmp_path_factory)
    root = tmp_path_factory.mktemp("served")
    (root / "ca-incidents").symlink_to(site)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/ca-incidents/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    driver = shutil.which("chromedriver")
    if not found or not driver:
        reason = "no Chromium or Chrome with its driver is installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    options = webdriver.ChromeOptions()
    options.binary_location = found
    for flag in FLAGS.split():
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    chrome.set_script_timeout(120)
    yield chrome
    chrome.quit()


@pytest.fixture(autouse=True)
def fresh(request: pytest.FixtureRequest) -> None:
    if "browser" in request.fixturenames:
        chrome = request.getfixturevalue("browser")
        wide(chrome)
        chrome.get_log("browser")


def wide(chrome: webdriver.Chrome, width: int = 1440, scheme: str = "light") -> None:
    metrics = {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": width < 600}
    chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    feature = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", feature)


def results(chrome: webdriver.Chrome, address: str, query: str) -> list[str]:
    chrome.get(f"{address}about/")
    box = chrome.find_element(By.CSS_SELECTOR, ".md-search__input")
    box.click()
    box.send_keys(query)
    script = "return [...document.querySelectorAll('.md-search-result__item')].map(e => e.innerText)"
    seen: list[list[str]] = []

    def settled(c: webdriver.Chrome) -> bool:
        # While the words are typed, the results are those of their beginning.
        seen.append(list(c.execute_script(script)))
        return len(seen) > 3 and bool(seen[-1]) and seen[-1] == seen[-2] == seen[-3]

    WebDriverWait(chrome, 60).until(settled)
    return seen[-1]


def test_a_search_leads_to_an_incident(browser: webdriver.Chrome, address: str) -> None:
    found = results(browser, address, "revocation delay sectigo")
    for result in found[:5]:
        assert "Sectigo" in result and "evocation delay" in result
        assert any(str(year) in result for year in range(2017, 2027)), "a result shows its year"
    browser.find_element(By.CSS_SELECTOR, ".md-search-result__item a").click()
    WebDriverWait(browser, 30).until(lambda c: "/incidents/" in c.current_url)
    assert "Sectigo" in browser.find_element(By.CSS_SELECTOR, "h1").text
    assert browser.get_log("browser") == []


def test_a_page_asks_for_little_until_somebody_searches(browser: webdriver.Chrome, address: str) -> None:
    asked = "return performance.getEntriesByType('resource').map(one => one.name)"
    browser.get(f"{address}incidents/{built_site.FULL}/")
    WebDriverWait(browser, 30).until(lambda c: c.execute_script("return document.readyState") == "complete")
    before = browser.execute_script(asked)
    assert len(before) <= 7, "with the page itself, and what its worker asks for, at most 8"
    assert not [name for name in before if name.endswith("search_index.json")]
    browser.find_element(By.CSS_SELECTOR, ".md-search__input").click()
    WebDriverWait(browser, 30).until(
        lambda c: any(name.endswith("search_index.json") for name in c.execute_script(asked))
    )


def test_an_address_with_a_question_is_answered_without_a_click(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}?q=sectigo")
    WebDriverWait(browser, 30).until(lambda c: c.find_elements(By.CSS_SELECTOR, ".md-search-result__item"))


SEARCHES = [
    tuple(line.split("\t"))
    for line in (built_site.ROOT / "tests" / "cases" / "searches.tsv").read_text("utf-8").splitlines()
    if not line.startswith("# ")
]
# Keeps the search worker's latest answer where a test can read it.
LISTENED = """
window.Worker = class extends Worker {
  constructor(...all) {
    super(...all);
    this.addEventListener("message", ({ data }) => { if (data.type === 3) window.answered = data.data.items; });
  }
};
"""
ASK = """
const [query, done] = arguments;
const field = document.querySelector(".md-search__input");
window.answered = null;
field.value = query;
field.dispatchEvent(new Event("input", { bubbles: true }));
field.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true }));
const wait = setInterval(() => {
  if (!window.answered) return;
  clearInterval(wait);
  done(window.answered.map(([first]) => [first.location, first.title, Object.values(first.terms).includes(false)]));
}, 5);
"""
INDEX = """
const done = arguments[0];
const plain = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent;
fetch("../search/search_index.json").then((answer) => answer.json()).then(({ docs }) => done(JSON.stringify(docs
  .filter(({ location, title }) => /^incidents\\/\\d/.test(location) && /[(\\["'“‘]|&quot;/.test(title))
  .map(({ location, title }) => [location, plain(title)]))));
"""


@pytest.fixture(scope="module")
def listened(browser: webdriver.Chrome, address: str) -> Iterator[webdriver.Chrome]:
    """Open a page's search whose worker's answers can be read."""
    added = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": LISTENED})
    browser.get(f"{address}about/")
    browser.find_element(By.CSS_SELECTOR, ".md-search__input").click()
    yield browser
    browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)


def test_a_search_as_people_type_it_finds_the_right_page_first(listened: webdriver.Chrome) -> None:
    assert len(SEARCHES) >= 65
    wrong = {}
    for query, first in SEARCHES:
        found = listened.execute_async_script(ASK, query)
        location, _, misses = found[0] if found else ("-", "", False)
        if location != first or misses:
            wrong[query] = f"{location} instead of {first}{', some words missing' if misses else ''}"
    assert wrong == {}


def test_the_name_of_a_ca_finds_little_else(listened: webdriver.Chrome) -> None:
    found = listened.execute_async_script(ASK, "T-Systems")
    assert 1 < len(found) < 40
    assert all("T-Systems" in re.sub(r"</?mark>", "", title) for _, title, _ in found[:10])


def test_every_word_of_a_title_finds_it(listened: webdriver.Chrome) -> None:
    """Punctuation around a word does not hide it; every title with brackets or quotation marks is tried."""
    titles = json.loads(listened.execute_async_script(INDEX))
    bearing: dict[str, set[str]] = {}
    for location, title in titles:
        for word in re.findall(r"[(\[“\"'‘]([A-Za-z]{3,})", title):
            bearing.setdefault(word.lower(), set()).add(location)
    hidden = {}
    for word, locations in bearing.items():
        found = {location for location, _, _ in listened.execute_async_script(ASK, word)}
        if missing := locations - found:
            hidden[word] = missing
    assert len(titles) > 50
    assert hidden == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_phone_shows_every_kind_of_page_without_scrolling_sideways(
    browser: webdriver.Chrome, address: str, kind: str, scheme: str
) -> None:
    wide(browser, 390, scheme)
    browser.get(address + kind)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 390
    asked = browser.execute_script("return performance.getEntriesByType('resource').map(e => e.name)")
    assert [name for name in asked if not name.startswith(address)] == []
    assert browser.get_log("browser") == [], "no error, and nothing that the policy refused"


def test_the_theme_follows_the_system_and_can_be_chosen(browser: webdriver.Chrome, address: str) -> None:
    wide(browser, 1440, "dark")
    browser.get(address)
    body = browser.find_element(By.TAG_NAME, "body")
    assert body.get_attribute("data-md-color-scheme") == "slate"
    browser.find_element(By.CSS_SELECTOR, "label[title^='System theme']").click()
    assert body.get_attribute("data-md-color-scheme") == "default"
    browser.find_element(By.CSS_SELECTOR, "label[title^='Light']").click()
    assert body.get_attribute("data-md-color-scheme") == "slate"
    browser.find_element(By.CSS_SELECTOR, "label[title^='Dark']").click()
    assert browser.get_log("browser") == []


def test_a_long_thread_opens_by_keyboard(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}incidents/1965612/")
    stretch = browser.find_element(By.CSS_SELECTOR, "details.ci-stretch")
    assert stretch.get_attribute("open") is None
    stretch.find_element(By.TAG_NAME, "summary").send_keys(Keys.ENTER)
    assert stretch.get_attribute("open") is not None
    assert stretch.find_element(By.LINK_TEXT, "#0").is_displayed()


def test_the_field_on_the_first_page_searches(browser: webdriver.Chrome, address: str) -> None:
    browser.get(address)
    browser.find_element(By.ID, "ci-find").send_keys("1671037", Keys.ENTER)
    shown = (By.CSS_SELECTOR, ".md-search-result__item")
    WebDriverWait(browser, 60).until(lambda c: any("CPS section" in e.text for e in c.find_elements(*shown)))
    assert browser.get_log("browser") == []


def test_a_citation_is_copied(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}incidents/1671037/")
    permissions = {"origin": address.rstrip("/"), "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    browser.execute_cdp_cmd("Browser.grantPermissions", permissions)
    browser.execute_script("document.querySelector('.ci-cite').open = true")
    for button in browser.find_elements(By.CSS_SELECTOR, ".ci-copy"):
        button.click()
        WebDriverWait(browser, 30).until(lambda _, pressed=button: pressed.text == "Copied")
        text = browser.execute_async_script("navigator.clipboard.readText().then(arguments[arguments.length - 1])")
        heading = button.find_element(By.XPATH, "..")
        shown = browser.execute_script("return arguments[0].nextElementSibling.textContent", heading)
        assert text.strip() == shown.strip()
        assert "1671037" in text
    assert "https://bugzilla.mozilla.org/show_bug.cgi?id=1671037" in text or "CA incidents contributors" in text


@pytest.mark.parametrize("width", [1440, 390])
def test_every_main_page_is_in_the_menu_and_at_the_foot(browser: webdriver.Chrome, address: str, width: int) -> None:
    wide(browser, width)
    browser.get(f"{address}cas/certainly/")
    for name in ("Explore", "Deadlines", "Statistics", "Compare CAs", "Coverage", "Validation messages"):
        [link] = browser.find_elements(By.XPATH, f"//nav[@class='ci-pages']//a[.='{name}']")
        assert link.is_displayed()
    menu = browser.find_element(By.CSS_SELECTOR, ".md-tabs" if width == 1440 else ".ci-pages")
    if width == 390:
        browser.find_element(By.CSS_SELECTOR, "label.md-header__button[for=__drawer]").click()
        place = menu.rect
        assert (place["x"], place["y"]) == (0, browser.execute_script("return scrollY")) and place["width"] < width
    wanted = {"Explore", "Deadlines", "Statistics", "Compare CAs", "Coverage", "For contributors"}
    assert wanted <= set(menu.text.split("\n")), "each in a line of its own"
    if width == 390:
        beside = browser.execute_script("return document.elementFromPoint(innerWidth - 10, 400)")
        assert beside == browser.find_element(By.CSS_SELECTOR, ".md-overlay")
        browser.execute_script("arguments[0].click()", beside)
        WebDriverWait(browser, 30).until(lambda _: menu.rect["y"] > browser.execute_script("return innerHeight"))


def test_an_incident_prints_without_the_menus(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}incidents/{built_site.FULL}/")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert not browser.find_element(By.CSS_SELECTOR, ".md-header").is_displayed()
    assert browser.find_element(By.CSS_SELECTOR, "h1").is_displayed()
    said = browser.find_element(By.CSS_SELECTOR, ".ci-print").text
    assert f"/incidents/{built_site.FULL}/" in said
    assert "13 March 2026" in said
    assert not browser.find_element(By.CSS_SELECTOR, ".ci-pages").is_displayed()
    browser.execute_script("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert not browser.find_element(By.CSS_SELECTOR, ".ci-cite pre").is_displayed(), "no code on paper"
    browser.execute_script("document.querySelectorAll('details').forEach(part => part.open = false)")
    folded = browser.find_element(By.CSS_SELECTOR, "details.ci-stretch:not([open]) li")
    assert browser.execute_script(
        "return arguments[0].checkVisibility({contentVisibilityAuto: true}) && arguments[0].offsetHeight > 0", folded
    ), "paper cannot be unfolded"
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert not browser.execute_script("return arguments[0].checkVisibility({contentVisibilityAuto: true})", folded)


@pytest.fixture(scope="module")
def axe() -> str:
    """Give the checker's script; its package is a dependency of development."""
    try:
        return files("axe_core_python").joinpath("axe.min.js").read_text("utf-8")
    except ModuleNotFoundError:
        if os.environ.get("CI"):
            pytest.fail("axe-core-python is not installed")
        pytest.skip("axe-core-python is not installed")


def come_to_rest(chrome: webdriver.Chrome) -> None:
    """Let every transition be over; in the middle of one, text has a colour that no reader sees for long."""
    chrome.execute_script("document.getAnimations().forEach(one => { try { one.finish(); } catch { one.cancel(); } })")


# Of pages that differ only in length, the short ones: the checker takes its time with long tables.
SHORT = {
    "cas/sectigo/": "cas/certainly/",
    "tags/ov-misissuance/": "tags/covid-19/",
    "years/2025/": "years/2016/",
    "rules/tls-br/": "rules/tls-br/4.9.1.1/",
}
# Checked in more views by test_site_explore_browser.py.
FILLED_BY_SCRIPT = {"explore/", "compare/", "statistics/"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", [SHORT.get(kind, kind) for kind in KINDS if kind not in FILLED_BY_SCRIPT])
def test_axe_finds_nothing(browser: webdriver.Chrome, address: str, axe: str, kind: str, scheme: str) -> None:
    wide(browser, 1440, scheme)
    browser.get(address + kind)
    # What a closed part hides is laid out over what stands below it, where axe takes its colours for the wrong ones.
    browser.execute_script("document.querySelectorAll('details').forEach(part => part.open = true)")
    come_to_rest(browser)
    browser.execute_script(axe)
    found = browser.execute_async_script(
        "const done = arguments[0]; axe.run(document, {resultTypes: ['violations']})"
        ".then(r => done(r.violations.map(v => [v.id, v.nodes.length, v.nodes[0].html])))"
    )
    assert found == []


# WCAG 2.2, 2.5.8: a target is 24 px high and wide, or a circle of 24 px around its middle touches no other target.
# Links in sentences are exempt, and so are bars, whose numbers are links too.
SMALL_TARGETS = """
const places = [...document.querySelectorAll(".ci-table a, .ci-pages a, .ci-path a, .ci-counted a")]
  .filter((link) => !link.closest("svg") && link.checkVisibility() && !link.closest("details:not([open])"))
  .map((link) => ({ link, box: link.getBoundingClientRect() }));
const small = ({ box }) => box.height < 24 || box.width < 24;
const middle = ({ box }) => [box.x + box.width / 2, box.y + box.height / 2];
const distance = (one, other) => {
  const [x, y] = middle(one);
  const [left, top] = middle(other);
  if (small(other) && Math.hypot(x - left, y - top) < 24) return 0;
  const { box } = other;
  return Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
};
return places.filter(small)
  .filter((one) => places.some((other) => other !== one && distance(one, other) < 12))
  .map(({ link }) => link.outerHTML.slice(0, 120));
"""


@pytest.mark.parametrize("page", ["", "years/2024/", "rules/tls-br/4.9.1.1/", "incidents/", "cas/sectigo/"])
def test_links_in_lists_can_be_hit_with_a_thumb(browser: webdriver.Chrome, address: str, page: str) -> None:
    wide(browser, 390)
    browser.get(f"{address}{page}")
    assert browser.execute_script(SMALL_TARGETS) == []
