"""The page that lists a CA's incidents of an audit period; a script computes the list from Explore's data."""

from collections.abc import Iterator, Mapping

from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.files import downloads
from ca_incidents.site_plugins.files.script_data import EXPLORE
from ca_incidents.site_plugins.pages import cached_body
from ca_incidents.site_plugins.pages.page import Page, SearchEntry

URL = "audit-period/"


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the page."""
    yield Page(
        url=URL,
        kind="audit-period",
        wide=True,
        title="Incidents of an audit period",
        description="A CA's incidents open or opened between two days, as a list and CSV, for an attestation letter.",
        updated=catalogue.as_of[:10],
        body=cached_body.body("audit_period.html", URL, lambda: _values(catalogue)),
        search=SearchEntry(
            "Incidents of an audit period", "For auditors: attestation letter, incidents of a CA between two dates, CSV"
        ),
    )


def _values(catalogue: Catalogue) -> Mapping[str, object]:
    owners = [catalogue.registry.owners[slug] for slug in catalogue.by_ca]
    return {
        "data": EXPLORE,
        "folder": downloads.FOLDER,
        "owners": sorted(owners, key=lambda o: (o.name.casefold(), o.slug)),
        "as_of": catalogue.as_of,
        "reach": catalogue.reach,
    }
