"""The index of the pages that each answer one question."""

from collections.abc import Iterator
from urllib.parse import urlencode

from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.files.sql_examples import EXAMPLES
from ca_incidents.site_plugins.pages import cached_body
from ca_incidents.site_plugins.pages.page import Page, SearchEntry

# The pages, each with what it answers.
PAGES = (
    ("distrust/", "Distrust timeline", "When root programs distrusted CAs or removed roots, and what was open then"),
    ("root-programs/", "Root programs at work", "Bugs that they opened, commented on and answered first, by year"),
    ("recurrences/", "Recurrences", "Later bugs about the same topic at the same CA, with the days between"),
    ("audit-period/", "Incidents of an audit period", "A CA's incidents between two days, for an attestation letter"),
    ("root-causes/", "Root causes", "Why incidents happened, as far as people have coded it"),
    ("statistics/periods/", "Quarters and months", "Incidents and delayed revocations by quarter and month"),
    ("rules/#again", "Sections cited again", "CAs whose reports cite a section in two incidents within two years"),
    ("compare/", "Compare CAs", "Two to four CAs next to each other"),
    ("due-dates/", "Due dates of an incident", "When each duty is due after a CA became aware"),
)


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the page."""
    yield Page(
        url="analyses/",
        kind="analyses",
        title="Analyses",
        description="Pages for one question each: distrust, root programs, recurrences, audit periods, root causes.",
        updated=catalogue.as_of[:10],
        body=cached_body.body(
            "analyses.html",
            "analyses/",
            lambda: {
                "pages": PAGES,
                "examples": [(example.title, urlencode({"query": example.sql})) for example in EXAMPLES],
            },
        ),
        search=SearchEntry("Analyses", "Pages for one question each"),
    )
