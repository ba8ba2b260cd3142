"""The page that sets two to four CAs side by side; a script fills it from one small file of figures."""

from collections.abc import Iterator

from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.files.script_data import COMPARE
from ca_incidents.site_plugins.pages import cached_body
from ca_incidents.site_plugins.pages.page import Page, SearchEntry

SIDE_BY_SIDE = 4


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the page."""
    owners = [catalogue.registry.owners[slug] for slug in catalogue.by_ca]
    yield Page(
        url="compare/",
        kind="compare",
        wide=True,
        title="Compare CAs",
        description="Compare two to four CAs: incidents by year and category, what is open or late, medians.",
        updated=catalogue.as_of[:10],
        body=cached_body.body(
            "compare.html",
            "compare/",
            lambda: {
                "data": COMPARE,
                "places": list(range(SIDE_BY_SIDE)),
                "owners": sorted(owners, key=lambda o: (o.name.casefold(), o.slug)),
                "as_of": catalogue.as_of,
                "dispute": catalogue.frame.forge.dispute if catalogue.frame.forge else None,
            },
        ),
        search=SearchEntry("Compare CAs", "Two to four CAs next to each other, side by side"),
    )
