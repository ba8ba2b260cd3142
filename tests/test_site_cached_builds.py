"""What a build may keep makes no difference: every page is the same with and without it, whatever changed between.

Covers: site_plugins/catalogue.py, site_plugins/pages/cached_body.py, site_plugins/pages/page.py,
site_plugins/views/__init__.py.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import msgspec

from ca_incidents.schema.dataset import Dataset
from ca_incidents.schema.derive.status import Derived
from ca_incidents.schema.model import Change, Comment, Curated, Incident
from ca_incidents.site_plugins.build import cache
from ca_incidents.site_plugins.build.cache import Cache
from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.files import downloads
from ca_incidents.site_plugins.pages.cached_body import VERSION
from ca_incidents.site_plugins.views import all_pages
from tests.export_material import FULL, HOSTILE, data

SOME = 60


def part() -> Dataset:
    """Give some of the real records, and the made ones, which hold everything that a record can."""
    whole = data()
    chosen = [*sorted(whole.incidents)[:: len(whole.incidents) // SOME], FULL, HOSTILE, 1671037]
    return msgspec_replaced(whole, {n: whole.incidents[n] for n in sorted(set(chosen))})


def msgspec_replaced(dataset: Dataset, incidents: dict[int, Incident]) -> Dataset:
    return Dataset(incidents, dataset.tombstones, dataset.excluded, dataset.snapshot, dataset.registry)


def changed(dataset: Dataset, number: int, **parts: object) -> Dataset:
    record = msgspec.structs.replace(dataset.incidents[number], **parts)
    return msgspec_replaced(dataset, {**dataset.incidents, number: record})


def changes(dataset: Dataset) -> Iterable[Dataset]:
    """Give the dataset with one thing changed at a time, of each kind that a page may show."""
    record = dataset.incidents[FULL]
    state = record.bugzilla
    yield changed(dataset, FULL, title="DigiCert: another title")
    yield changed(dataset, FULL, ca="sectigo", also_named=())
    yield changed(dataset, FULL, tags=("crl-failure",))
    yield changed(dataset, FULL, curated=Curated(summary="Another summary.", policies=()))
    yield changed(dataset, FULL, report=None)
    more = (*state.comments, Comment(number=9, at="2026-03-02T00:00:00Z", nick="new"))
    closed = Change(at="2026-03-03T00:00:00Z", field="status", removed="ASSIGNED", added="RESOLVED")
    for bugzilla in (
        msgspec.structs.replace(state, comments=more),
        msgspec.structs.replace(state, whiteboard="[ca-compliance]"),
        msgspec.structs.replace(state, next_update=None),
        msgspec.structs.replace(
            state, status="RESOLVED", resolution="FIXED", resolved=closed.at, history=(*state.history, closed)
        ),
        msgspec.structs.replace(state, opened="2025-12-05T10:00:00Z"),
    ):
        yield changed(dataset, FULL, bugzilla=bugzilla)
    yield msgspec_replaced(dataset, {n: r for n, r in dataset.incidents.items() if n != FULL})
    later = msgspec.structs.replace(dataset.snapshot, as_of="2026-05-01T00:00:00Z")
    yield Dataset(dataset.incidents, dataset.tombstones, dataset.excluded, later, dataset.registry)
    yield Dataset(dataset.incidents, {}, (), dataset.snapshot, dataset.registry)
    owner = msgspec.structs.replace(dataset.registry.owners["digicert"], name="Another name")
    registry = replace(dataset.registry, owners={**dataset.registry.owners, "digicert": owner})
    yield Dataset(dataset.incidents, dataset.tombstones, dataset.excluded, dataset.snapshot, registry)


def test_a_page_that_is_kept_is_the_page_that_would_be_made(tmp_path: Path) -> None:
    store = Cache(tmp_path / "cache.sqlite", "code")
    bodies, files = cache.texts(store, "body"), cache.raw(store, "file")
    first = part()
    made: list[str] = []

    def counted(inputs: bytes, make: Callable[[], str]) -> str:
        return bodies(inputs, lambda: made.append("") or make())  # type: ignore[func-returns-value]

    kept = 0
    cache_key: dict[str, tuple[bytes, str]] = {}
    for dataset in (first, *changes(first), first):
        derived = cache.structs(store, "derived", Derived)
        catalogue, plain = Catalogue(dataset, keep=files, keep_derived=derived), Catalogue(dataset)
        made.clear()
        assert [e.derived for e in catalogue.newest] == [e.derived for e in plain.newest]
        pages = list(zip(all_pages(catalogue), all_pages(plain), strict=True))
        for page, other in pages:
            html = page.body(counted)
            if page.url in cache_key and cache_key[page.url][0] == page.body.cache_key:
                assert html.replace(catalogue.version, "") == cache_key[page.url][1], page.url
            cache_key[page.url] = page.body.cache_key, html.replace(catalogue.version, "")
            assert html == other.body(), page.url
            assert VERSION not in html
        kept += len(pages) - len(made)
        assert dict(downloads.written(catalogue)) == dict(downloads.written(plain))
        store.save()
    assert kept > 1000, "the test proves nothing where nothing is kept"


def test_what_is_kept_is_known_again_in_another_process() -> None:
    ask = (
        "from ca_incidents.schema.tables import registry; from ca_incidents.site_plugins.catalogue import Frame; "
        "print(Frame('2026-03-13', registry.standard()).digest.hex())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", ask], env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(told) == 1


def test_a_preview_stands_by_the_files_that_it_began_with() -> None:
    first = part()
    begun = Catalogue(first)
    begun.exported = downloads.offered(begun)
    preview = Catalogue(changed(first, FULL, title="DigiCert: another"), began=begun)
    assert downloads.offered(preview) == tuple(begun.exported)
    assert preview.version == begun.version
    assert preview.alike is begun.alike
    assert preview.entries[FULL].record.title == "DigiCert: another"
    fewer = Catalogue(msgspec_replaced(first, {FULL: first.incidents[FULL]}), began=begun)
    assert fewer.alike.keys() == {FULL}
