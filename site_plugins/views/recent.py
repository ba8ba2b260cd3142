"""The incidents opened in the year up to the snapshot, and the CAs and auditors that they concern."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

from ca_incidents.schema.tables.registry import Owner
from ca_incidents.site_plugins import citation
from ca_incidents.site_plugins.catalogue import Catalogue, Entry
from ca_incidents.site_plugins.pages import cached_body, html
from ca_incidents.site_plugins.pages.page import Page, SearchEntry, Section

DAYS = 365
URL = "incidents/recent/"
TITLE = "Opened in the past 12 months"


def opened(catalogue: Catalogue) -> Sequence[Entry]:
    """Return the incidents opened in the year up to the snapshot, newest first."""
    first, last = (catalogue.today - timedelta(days=DAYS)).isoformat(), catalogue.today.isoformat()
    return [entry for entry in catalogue.newest if first <= entry.opened <= last]


def concerned(catalogue: Catalogue) -> Sequence[tuple[Owner, int]]:
    """Return the CAs and auditors that these incidents concern, the most frequent first."""
    counted = Counter(entry.owner.slug for entry in opened(catalogue) if entry.owner)
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(catalogue.registry.owners[slug], count) for slug, count in ordered]


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the page."""
    found = opened(catalogue)
    description = f"{html.plural(len(found), 'incident')} opened in the {DAYS} days up to the snapshot."
    yield Page(
        url=URL,
        kind="recent",
        title=TITLE,
        description=description,
        updated=catalogue.as_of[:10],
        sections=(Section("cas", "CAs and auditors"), Section("incidents", "Incidents")),
        body=cached_body.body(
            "recent.html",
            URL,
            lambda: {
                "found": found,
                "ld": citation.gathering(catalogue.frame, URL, TITLE, description),
                "owners": concerned(catalogue),
                "first": (catalogue.today - timedelta(days=DAYS)).isoformat(),
                "as_of": catalogue.as_of,
            },
        ),
        search=SearchEntry(TITLE, "Incidents and CAs of the past 12 months, last year"),
    )
