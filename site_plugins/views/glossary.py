"""The page that explains the abbreviations of the field."""

from collections.abc import Iterator

from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.pages import cached_body
from ca_incidents.site_plugins.pages.abbreviations import ABBREVIATIONS
from ca_incidents.site_plugins.pages.page import GATHERS, Page, SearchEntry

_DESCRIPTION = "The abbreviations of certificates, certification authorities and their rules, each in a line."


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the only page."""
    yield Page(
        url="glossary/",
        kind="list",
        title="Glossary",
        description=_DESCRIPTION,
        updated=catalogue.as_of[:10],
        sections=(),
        body=cached_body.body(
            "glossary.html",
            "glossary/",
            lambda: {"words": [(word, *told.partition("; ")[::2]) for word, told in ABBREVIATIONS.items()]},
        ),
        search=SearchEntry("Glossary", f"{_DESCRIPTION} {', '.join(ABBREVIATIONS)}", boost=GATHERS),
    )
