"""The page of incidents by quarter and month: charts whose bars lead to the incidents, and the numbers."""

from collections.abc import Iterator, Mapping

from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.pages import cached_body, charts
from ca_incidents.site_plugins.pages.page import Page, SearchEntry, Section
from ca_incidents.site_plugins.statistics import series
from ca_incidents.site_plugins.statistics.table import Table

URL = "statistics/periods/"
# The newest months drawn; the file has all of them.
MONTHS = 36


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the page."""
    yield Page(
        url=URL,
        kind="periods",
        title="Incidents by quarter and month",
        description="Incidents and delayed revocations by the quarter and the month in which the bug was opened.",
        updated=catalogue.as_of[:10],
        sections=(Section("quarters", "By quarter"), Section("months", "By month")),
        body=cached_body.body("periods.html", URL, lambda: _values(catalogue)),
        search=SearchEntry("Incidents by quarter and month", "Monthly and quarterly series, time series"),
    )


def _values(catalogue: Catalogue) -> Mapping[str, object]:
    quarters, months = series.quarters(catalogue), series.months(catalogue)
    return {
        "quarters": quarters,
        "months": months,
        "newest": months.rows[-MONTHS:],
        "charts": {"quarter": _chart(quarters, len(quarters.rows)), "month": _chart(months, MONTHS)},
        "tags": catalogue.tags,
        "reach": catalogue.reach,
    }


def _chart(table: Table, newest: int) -> charts.BarChart:
    return charts.years([(str(row[0]), int(row[1] or 0)) for row in table.rows[-newest:]], table.caption)
