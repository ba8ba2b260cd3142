"""`make serve`: after a record changed, every page is what a server that starts with the changed record shows."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from ca_incidents.schema import dataset, model
from ca_incidents.schema.check import files
from ca_incidents.schema.model import Incident, Record, record_to_data
from ca_incidents.schema.record import canonical, yaml_text
from tests import built_site
from tests.built_site import ROOT, configured
from tests.test_site_cached_builds import changed, msgspec_replaced

CHANGED = 1671037
PATIENCE = 120


def some_records() -> dataset.Dataset:
    """Give some of the real records, which name no others, and the made ones."""
    whole = dataset.read(ROOT / "incidents")
    chosen = {*sorted(whole.incidents)[:: len(whole.incidents) // 60], CHANGED}
    records = {n: whole.incidents[n] for n in sorted(chosen)}
    for record in (built_site.hostile(), built_site.full()):
        records[record.id] = record
    for n, record in records.items():
        if record.report:
            related = tuple(item for item in record.report.related if item.foreign or item.bug in records)
            report = msgspec.structs.replace(record.report, related=related)
            records[n] = msgspec.structs.replace(record, report=report)
    return msgspec_replaced(whole, records)


def laid_out(data: dataset.Dataset, folder: Path) -> Path:
    """Write a dataset as its folder."""
    counts = model.Counts(records=len(data.incidents), withdrawn=len(data.tombstones), excluded=len(data.excluded))
    ledger = model.Ledger(schema_version=1, excluded=data.excluded)
    for record in (*data.incidents.values(), *data.tombstones.values()):
        write(record, folder)
    for name, part_of_it in (
        (files.SNAPSHOT, msgspec.structs.replace(data.snapshot, counts=counts)),
        (files.LEDGER, ledger),
    ):
        (folder / name).write_text(yaml_text.dump(record_to_data(part_of_it)), "utf-8")
    return folder


def write(record: Record, folder: Path) -> None:
    year = record.year if isinstance(record, Incident) else record.withdrawn.on[:4]
    path = folder / str(year) / f"{record.id}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(canonical.record_text(record), "utf-8")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def fetched(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""


@contextmanager
def served(place: Path, port: int) -> Iterator[str]:
    command = [sys.executable, "-m", "mkdocs", "serve", "--quiet", "-f", str(place / "mkdocs.yml")]
    temporary = place / "temporary"
    temporary.mkdir(exist_ok=True)
    process = subprocess.Popen(
        [*command, "-a", f"127.0.0.1:{port}"],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "TMPDIR": str(temporary)},
    )
    address = f"http://127.0.0.1:{port}/ca-incidents/"
    try:
        waited_for(lambda: process.poll() is not None or bool(fetched(address)))
        assert process.poll() is None
        yield address
    except BaseException:
        process.kill()
        raise
    process.terminate()
    assert process.wait(PATIENCE) == 0, "a server that is told to stop ends like one that is stopped by Ctrl-C"
    assert list(temporary.iterdir()) == []


def waited_for(done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


# What differs by intent: the version, what is alike, and the moment of the build.
_BY_INTENT = re.compile(r"\d{4}-\d\d-\d\d\.[0-9a-f]{8}|<p>Similar incidents.*?</ul>\n|livereload\(\d+, \d+\)", re.S)


def all_pages(address: str) -> dict[str, str]:
    """Fetch every page of the site map, without what differs by intent; the page of the downloads is left out."""
    listed = re.findall(r"<loc>([^<]*)</loc>", fetched(f"{address}sitemap.xml"))
    return {place: _BY_INTENT.sub("", fetched(place)) for place in listed if not place.endswith("/data/")}


def error_at(address: str) -> str:
    """Fetch the page that a failed build shows; an empty text where the site is shown."""
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE):
            return ""
    except urllib.error.HTTPError as error:
        assert error.code == 500
        return error.read().decode()


def shows_an_error_until_it_is_fixed(address: str, file: Path) -> None:
    sound = file.read_text("utf-8")
    above, key, below = sound.partition("  root_causes: [")
    file.write_text(f"{above}{key}human-error, {below}", "utf-8")
    line = above.count("\n") + 1
    waited_for(lambda: bool(error_at(address)))
    for url in (address, f"{address}cas/", f"{address}incidents/{CHANGED}/index.html"):
        page = error_at(url)
        assert f"{file.name}:{line}:" in page and "unknown root cause &#34;human-error&#34;" in page
        assert "livereload(" in page, "the browser learns when the file is fixed"
        assert "Traceback" not in page
    assert fetched(f"{address}assets/site.js"), "only pages are replaced"
    file.write_text(sound, "utf-8")
    waited_for(lambda: not error_at(address))
    assert 'http-equiv="refresh"' in fetched(f"{address}.error.html")


def test_a_preview_shows_what_a_new_one_would(tmp_path: Path) -> None:
    data = some_records()
    folder = laid_out(data, tmp_path / "incidents")
    place, port = configured(folder, tmp_path / "config"), free_port()
    with served(place, port) as address:
        before = all_pages(address)
        record = data.incidents[CHANGED]
        other = changed(data, CHANGED, title="Sectigo: A title in a preview", tags=("crl-failure",)).incidents[CHANGED]
        write(other, folder)
        waited_for(lambda: "A title in a preview" in fetched(f"{address}incidents/{CHANGED}/"))
        after = all_pages(address)
        write(record, folder)
        waited_for(lambda: "A title in a preview" not in fetched(f"{address}incidents/{CHANGED}/"))
        assert all_pages(address) == before
        shows_an_error_until_it_is_fixed(address, folder / str(record.year) / f"{CHANGED}.yaml")
        write(other, folder)
        waited_for(lambda: "A title in a preview" in fetched(f"{address}incidents/{CHANGED}/"))
    with served(place, port) as address:
        new = all_pages(address)
        assert [page for page in new if new[page] != after.get(page)] == []
    assert len(after) > 300
    assert 5 < sum(before[page] != after[page] for page in before) < 100
