"""The page of deadlines: open incidents by the next thing that is due, as of the snapshot."""

from collections.abc import Iterator

from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.pages import cached_body
from ca_incidents.site_plugins.pages.page import Page, SearchEntry, Section


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the page."""
    open_ones = [e for e in catalogue.newest if e.is_open]
    late = [(e, c) for e in open_ones for c in e.derived.clocks if c.state == "overdue"]
    due = [(e, e.derived.next_due) for e in open_ones if e.derived.next_due]
    none = [e for e in open_ones if not e.derived.next_due and not any(c.state == "overdue" for c in e.derived.clocks)]
    yield Page(
        url="deadlines/",
        kind="deadlines",
        title="Deadlines",
        description="Open incidents by the next thing that is due.",
        updated=catalogue.as_of[:10],
        sections=(
            Section("next", "Next due"),
            Section("overdue", "Overdue"),
            Section("none", "No deadline could be computed"),
        ),
        body=cached_body.body(
            "deadlines.html",
            "deadlines/",
            lambda: {
                "as_of": catalogue.as_of,
                "due": sorted(due, key=lambda pair: (pair[1].due or "", pair[0].number)),
                "late": sorted(late, key=lambda pair: (pair[1].due or "", pair[0].number)),
                "unclear": none,
            },
        ),
        search=SearchEntry("Deadlines", "Open incidents by what is due next, and what is overdue"),
    )
