"""The page of due dates in a real browser: the same duties as `ca-incidents deadlines`, from the published table.

Covers: site_plugins/files/deadlines_table.py, site_plugins/views/due_dates.py.
"""

import random
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from ca_incidents.schema.derive.duties import Duty, Known, duties_of
from ca_incidents.schema.tables import deadlines
from ca_incidents.schema.tables.deadlines import Kind, Start
from tests.test_site_browser import address, browser, fresh

pytestmark = pytest.mark.browser
__all__ = ["address", "browser", "fresh"]
COMPUTED = """
const [cases, done] = arguments;
const iso = (moment) => moment.toISOString().slice(0, 19) + "Z";
const table = fetch("../data/v1/deadlines.json").then((answer) => answer.json());
Promise.all([import(new URL("../assets/due-dates.js", location)), table])
  .then(([script, table]) => done(cases.map(({ events, kinds, open }) => {
    const times = Object.fromEntries(Object.entries(events).map(([name, text]) => [name, new Date(text)]));
    return script.dutiesOf(table, times, kinds, open)
      .map(({ rule, due, binding, exemptions }) => [rule.slug, due ? iso(due) : null, binding, exemptions.length]);
  })));
"""


def written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def case(dice: random.Random) -> tuple[dict[Start, str], list[Kind], bool]:
    aware = datetime(2022, 1, 1, tzinfo=UTC) + timedelta(minutes=dice.randrange(60 * 24 * 365 * 5))
    events: dict[Start, str] = {"awareness": written(aware)}
    for name in dice.sample([name for name in get_args(Start) if name != "awareness"], dice.randrange(5)):
        events[name] = written(aware + timedelta(minutes=dice.randrange(60 * 24 * 30)))
    return events, dice.sample(list(get_args(Kind)), dice.randrange(3)), dice.random() < 0.8


def as_in_python(events: dict[Start, str], kinds: list[Kind], is_open: bool) -> list[list[object]]:
    known = Known({name: (text,) for name, text in events.items()}, frozenset(kinds), is_open)

    def due(duty: Duty) -> str | None:
        return written(duty.due_span.earliest) if duty.due_span else None

    return [[d.rule.slug, due(d), d.binding, len(d.exemptions)] for d in duties_of(known, deadlines.standard())]


def test_the_page_and_the_command_agree(browser: webdriver.Chrome, address: str) -> None:
    dice = random.Random(31)
    cases = [case(dice) for _ in range(300)]
    browser.get(f"{address}due-dates/")
    asked = [{"events": events, "kinds": kinds, "open": is_open} for events, kinds, is_open in cases]
    found = browser.execute_async_script(COMPUTED, asked)
    for (events, kinds, is_open), computed in zip(cases, found, strict=True):
        assert computed == as_in_python(events, kinds, is_open), events
    assert {row[2] for rows in found for row in rows} == {"must", "should"}


def test_an_address_gives_the_duties(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}due-dates/?aware=2026-08-01T10:00&kind=tls-leaf")
    WebDriverWait(browser, 40).until(lambda c: "duties" in c.find_element(By.ID, "ci-due-said").text)
    rows = [row.text for row in browser.find_elements(By.CSS_SELECTOR, "#ci-due-list tbody tr")]
    assert any(row.startswith("2026-08-04 10:00 UTC") and "72 hours" in row for row in rows)
    assert not any("S/MIME" in row for row in rows)
    browser.get(f"{address}due-dates/?aware=2026-08-01T10:00&opened=2026-07-01T10:00")
    WebDriverWait(browser, 40).until(
        lambda c: "before the CA became aware" in c.find_element(By.ID, "ci-due-said").text
    )
    browser.get(f"{address}due-dates/?aware=%3Cimg+src%3Dx%3E&kind=nonsense")
    WebDriverWait(browser, 40).until(lambda c: "Type when" in c.find_element(By.ID, "ci-due-said").text)
