"""What the bench measures as a reader or an editor sees it: search and filters in Chromium, a preview's updates."""

import functools
import gzip
import http.server
import os
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

QUERIES = ("revocation delay sectigo", "1671037", "4.9.1.1", "entrust 2024", "crl failure", "digicrt")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-dev-shm-usage "
    "--window-size=1440,1000"
)

# The worker's messages are Material's: 0 set up, 1 ready, 2 query, 3 result.
SEARCH = """
const [queries, runs, done] = arguments;
(async () => {
  const config = JSON.parse(document.getElementById("__config").textContent);
  const found = {ready: [], query: []};
  for (let run = 0; run < runs; run++) {
    const begin = performance.now();
    const index = await (await fetch("/search/search_index.json", {cache: "reload"})).json();
    const worker = new Worker(new URL(config.search, location.href));
    const answer = wanted => new Promise(resolve => {
      worker.onmessage = event => { if (event.data.type === wanted) resolve(event.data); };
    });
    let next = answer(1);
    worker.postMessage({type: 0, data: {config: index.config, docs: index.docs, options: {suggest: false}}});
    await next;
    found.ready.push(performance.now() - begin);
    for (const query of queries) {
      const start = performance.now();
      next = answer(3);
      worker.postMessage({type: 2, data: query});
      await next;
      found.query.push(performance.now() - start);
    }
    worker.terminate();
  }
  return found;
})().then(done, error => done({error: String(error)}));
"""

# From the keystroke to the first result in the page; Material shows it below the search field.
FIRST_RESULT = """
const [query, done] = arguments;
const field = document.querySelector(".md-search__input");
const shown = new MutationObserver(() => {
  if (document.querySelector(".md-search-result__item")) { shown.disconnect(); done(performance.now() - began); }
});
shown.observe(document.querySelector(".md-search-result__list"), { childList: true });
field.value = query;
const began = performance.now();
field.dispatchEvent(new KeyboardEvent("keyup", { key: "x", bubbles: true }));
"""

# Every seventh choice of Explore's filters, until the page is laid out again.
FILTERS = """
const done = arguments[arguments.length - 1];
const boxes = [...document.querySelectorAll("#ci-explore label:not([hidden]) input[type=checkbox]")];
const times = [];
const wait = () => new Promise((ready) => requestAnimationFrame(() => setTimeout(ready)));
(async () => {
  for (const box of boxes.filter((_, n) => n % 7 === 0).slice(0, 40)) {
    await wait();
    const began = performance.now();
    box.click();
    document.body.offsetHeight;
    times.push(performance.now() - began);
  }
  done(times);
})();
"""


@dataclass
class Timing:
    """Something timed by the clock on the wall, in milliseconds."""

    name: str
    milliseconds: list[float]
    note: str = ""
    scale: str = field(default="1x")


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(site: Path) -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()


@contextmanager
def browser() -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = next(path for name in BROWSERS if (path := shutil.which(name)))
    for flag in FLAGS.split():
        options.add_argument(flag)
    chrome = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    chrome.set_script_timeout(300)
    try:
        yield chrome
    finally:
        chrome.quit()


def in_browser(site: Path, scale: str, runs: int) -> Iterator[Timing]:
    """Time a built site: its search worker alone, the search field, and the filters of Explore."""
    index = (site / "search" / "search_index.json").read_bytes()
    with served(site) as address, browser() as chrome:
        chrome.get(f"{address}about/")
        found = chrome.execute_async_script(SEARCH, list(QUERIES), runs)
        first = [_first_result(chrome, address, query) for query in QUERIES]
        chrome.get(f"{address}explore/")
        WebDriverWait(chrome, 60).until(lambda c: " of " in c.find_element(By.ID, "ci-explore-count").text)
        filters = chrome.execute_async_script(FILTERS)
    if "error" in found:
        raise SystemExit(f"the search cannot be measured: {found['error']}")
    note = f"index {len(index) / 1e6:.2f} MB, {len(gzip.compress(index)) / 1e3:.0f} kB gzipped"
    yield Timing(f"search is ready, {scale}", found["ready"], note, scale)
    yield Timing(f"search answers, {scale}", found["query"], f"{len(QUERIES)} queries", scale)
    yield Timing(f"the first result is shown, {scale}", first, f"{len(QUERIES)} queries", scale)
    yield Timing(f"a change of Explore's filters is shown, {scale}", filters, f"{len(filters)} choices", scale)


def _first_result(chrome: webdriver.Chrome, address: str, query: str) -> float:
    chrome.get(f"{address}about/")
    chrome.find_element(By.CSS_SELECTOR, ".md-search__input").click()
    ready = "return document.querySelector('.md-search-result__meta').textContent.includes('Type')"
    WebDriverWait(chrome, 60).until(lambda c: c.execute_script(ready))
    return float(chrome.execute_async_script(FIRST_RESULT, query))


def preview(root: Path, config: Path, data: Path, record: str, runs: int) -> Timing:
    """Time from saving a record until `mkdocs serve` shows it; `record` is its path in the dataset."""
    number = Path(record).stem
    command = [str(Path(sys.executable).parent / "mkdocs"), "serve", "--quiet", "-f", str(config), "-a"]
    port = 8765
    process = subprocess.Popen(
        [*command, f"127.0.0.1:{port}"], cwd=root, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    )
    address = f"http://127.0.0.1:{port}/ca-incidents/incidents/{number}/"
    file, taken = data / record, []
    before = file.read_text("utf-8")
    try:
        while process.poll() is None and not _page(address):
            time.sleep(0.1)
        for run in range(runs):
            time.sleep(2)
            word = f"Changed{run}"
            file.write_text(re.sub(r"^title: (['\"]?)", rf"title: \1{word} ", before, count=1, flags=re.M), "utf-8")
            start = time.monotonic()
            while word not in _page(address):
                if process.poll() is not None or time.monotonic() - start > 120:
                    raise SystemExit("the preview does not show a changed record")
                time.sleep(0.02)
            taken.append(1000 * (time.monotonic() - start))
    finally:
        process.terminate()
        process.wait()
        file.write_text(before, "utf-8")
    return Timing("a changed record appears under make serve, 1x", taken)


def _page(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""


def weights(site: Path) -> Iterator[tuple[str, str]]:
    """Say what pages weigh, compressed: the median and the heaviest of each kind."""
    kinds: dict[str, list[tuple[int, str]]] = {}
    for page in site.rglob("*.html"):
        name = page.relative_to(site).as_posix()
        kind = name.split("/")[0] if name.count("/") > 1 else "others"
        kinds.setdefault(kind, []).append((len(gzip.compress(page.read_bytes(), mtime=0)), name))
    for kind, found in sorted(kinds.items()):
        heaviest, name = max(found)
        yield kind, f"{len(found):,} | {statistics.median(w for w, _ in found):,.0f} | {heaviest:,} | {name} |"
