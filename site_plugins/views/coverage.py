"""The coverage ledger: every bug of the component is recorded, excluded with a reason, or withdrawn."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from ca_incidents.site_plugins.catalogue import Catalogue, Entry
from ca_incidents.site_plugins.pages import cached_body
from ca_incidents.site_plugins.pages.page import Page, SearchEntry, Section
from ca_incidents.site_plugins.pages.wording import WITHDRAWN


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the page."""
    yield Page(
        url="coverage/",
        kind="coverage",
        title="Coverage",
        description="Every bug of the component is recorded, excluded with a reason, or withdrawn.",
        updated=catalogue.as_of[:10],
        sections=(
            Section("snapshot", "Snapshot"),
            Section("read", "What was read"),
            Section("excluded", "Excluded"),
            Section("withdrawn", "Withdrawn"),
        ),
        body=cached_body.body("coverage.html", "coverage/", lambda: _values(catalogue)),
        search=SearchEntry("Coverage", "Ledger: which bugs are recorded, excluded or withdrawn, and why; the snapshot"),
    )


def _values(catalogue: Catalogue) -> Mapping[str, object]:
    snapshot = msgspec.to_builtins(catalogue.dataset.snapshot)
    return {
        "snapshot": catalogue.dataset.snapshot,
        "later": snapshot.get("later"),
        "listed": (snapshot.get("counts") or {}).get("listed", 0),
        "comments": sum(len(e.record.bugzilla.comments) for e in catalogue.newest),
        "texts": sum(e.record.report.texts.read for e in catalogue.newest if e.record.report and e.record.report.texts),
        "years": [(year, len(found), *_read(found)) for year, found in catalogue.by_year.items()],
        "excluded": sorted(catalogue.dataset.excluded, key=lambda e: e.bug),
        "withdrawn": [(t, WITHDRAWN[t.withdrawn.reason]) for _, t in sorted(catalogue.tombstones.items())],
    }


def _read(found: Sequence[Entry]) -> tuple[int, int, int]:
    """Count incidents whose comment texts were read to the end, were cut off, or were not read."""
    texts = [e.record.report.texts if e.record.report else None for e in found]
    whole = sum(bool(t and t.read and not t.cut) for t in texts)
    cut = sum(bool(t and t.read and t.cut) for t in texts)
    return whole, cut, len(found) - whole - cut
