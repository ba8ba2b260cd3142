"""The page of ends of trust: by which root program, on which day, and which incidents were open then."""

from collections.abc import Iterator, Mapping

from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.pages import cached_body
from ca_incidents.site_plugins.pages.page import Page, SearchEntry, Section
from ca_incidents.site_plugins.statistics import distrust

URL = "distrust/"


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the page."""
    yield Page(
        url=URL,
        kind="distrust",
        wide=True,
        title="Distrust timeline",
        description="When root programs distrusted CAs or removed roots, with sources and the incidents open that day.",
        updated=catalogue.as_of[:10],
        sections=(Section("events", "Events"),),
        body=cached_body.body("distrust.html", URL, lambda: _values(catalogue)),
        search=SearchEntry("Distrust timeline", "Distrust, distrusted CAs, removed roots, by root program and day"),
    )


def _values(catalogue: Catalogue) -> Mapping[str, object]:
    found = distrust.events(catalogue)
    return {
        "rows": [
            (event.owner, event.kind, event.end, event.ended, None if event.open is None else len(event.open))
            for event in found
        ],
        "cas": len({event.owner.slug for event in found}),
        "decisions": sum(event.kind == "distrust" for event in found),
        "file": distrust.table(catalogue).file,
        "as_of": catalogue.as_of,
        "registry_as_of": catalogue.registry.as_of,
        "dispute": catalogue.frame.forge.dispute if catalogue.frame.forge else None,
    }
