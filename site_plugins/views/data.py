"""The page that lists everything a program can fetch."""

from collections.abc import Iterator

from site_plugins import markup, tables
from site_plugins.catalogue import Catalogue
from site_plugins.page import Page, SearchEntry, Section


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Give the one page."""
    yield Page(
        url="data/",
        kind="data",
        title="Data",
        description="Download the dataset: NDJSON, CSV, SQLite, JSON by incident and CA; feeds and a calendar.",
        updated=catalogue.as_of[:10],
        sections=(
            Section("files", "Files"),
            Section("tables", "Tables"),
            Section("feeds", "Feeds"),
            Section("cite", "Cite"),
        ),
        body=markup.body(
            "data.html",
            "data/",
            lambda: {
                "as_of": catalogue.as_of,
                "day": markup.long_day(catalogue.today),
                "tables": tables.tables(catalogue),
                "total": len(catalogue.entries),
                "site_url": catalogue.site_url,
            },
        ),
        search=SearchEntry(
            "Data", "Download the dataset: NDJSON, CSV, SQLite, JSON; feeds; calendar of deadlines; cite"
        ),
    )
