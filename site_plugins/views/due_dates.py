"""The page that computes when the duties of an incident are due; a script does what `ca-incidents deadlines` does."""

from collections.abc import Iterator

from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.files.deadlines_table import PATH, kinds
from ca_incidents.site_plugins.pages import cached_body
from ca_incidents.site_plugins.pages.page import Page, SearchEntry


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the page."""
    yield Page(
        url="due-dates/",
        kind="due-dates",
        title="Due dates of an incident",
        description="When each duty of a CA is due after it became aware of an incident, with the rule and its source.",
        updated=catalogue.as_of[:10],
        body=cached_body.body("due_dates.html", "due-dates/", lambda: {"data": PATH, "kinds": kinds()}),
        search=SearchEntry("Due dates of an incident", "Preliminary report, full report, updates, revocation"),
    )
