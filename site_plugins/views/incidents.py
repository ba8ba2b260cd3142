"""The index of all incidents: the newest, the open ones, and links to the rest."""

from collections.abc import Iterator

from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.pages import cached_body
from ca_incidents.site_plugins.pages.page import Page, SearchEntry, Section

NEWEST = 10


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the index page."""
    open_ones = [e for e in catalogue.newest if e.is_open]
    yield Page(
        url="incidents/",
        kind="list",
        title="Incidents",
        description=f"All {len(catalogue.entries):,} recorded incidents, by year, and those that are open.",
        updated=catalogue.as_of[:10],
        sections=(Section("years", "By year"), Section("open", "Open"), Section("newest", "Newest")),
        body=cached_body.body(
            "incidents.html",
            "incidents/",
            lambda: {
                "total": len(catalogue.entries),
                "as_of": catalogue.as_of,
                "years": [(year, len(found)) for year, found in sorted(catalogue.by_year.items(), reverse=True)],
                "open_ones": open_ones,
                "newest": catalogue.newest[:NEWEST],
                "excluded": catalogue.dataset.excluded,
            },
        ),
        search=SearchEntry("Incidents", "All incidents by year; open incidents; newest incidents"),
    )
