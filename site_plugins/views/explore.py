"""The page to filter all incidents. A script does it in the browser, from one file of data; without scripts the page
holds a plain table of all incidents, small enough for the page by giving numbers in place of titles.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby

from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.files.script_data import EXPLORE, FACETS
from ca_incidents.site_plugins.pages import cached_body
from ca_incidents.site_plugins.pages.page import Page, SearchEntry

# A row costs 12 bytes of the compressed page; what does not fit is on the pages of the years, which the table names.
PLAIN_ROWS = 2_500


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the page."""
    yield Page(
        url="explore/",
        kind="explore",
        wide=True,
        title="Explore",
        description="Filter all incidents by CA, tag, topic, quarter, status, rule, certificate type and reporter.",
        updated=catalogue.as_of[:10],
        body=cached_body.body("explore.html", "explore/", lambda: _values(catalogue)),
        search=SearchEntry("Explore", "Filter all incidents; download what is shown as CSV or JSON"),
    )


def _values(catalogue: Catalogue) -> Mapping[str, object]:
    newest = catalogue.newest[:PLAIN_ROWS]
    return {
        "total": len(catalogue.newest),
        "data": EXPLORE,
        "dispute": catalogue.frame.forge.dispute_of_any if catalogue.frame.forge else None,
        "facets": [(facet.key, facet.title) for facet in FACETS],
        "years": [
            (year, len(catalogue.by_year[year]), list(found))
            for year, found in groupby(newest, key=lambda e: e.record.year)
        ],
        "older": []
        if len(newest) == len(catalogue.newest)
        else [y for y in catalogue.by_year if y <= newest[-1].record.year],
    }
