"""The data page: every file that is offered, what its columns mean, how to cite it."""

from collections.abc import Iterator, Mapping, Sequence

from schema.export import SUMS, File
from schema.export_describe import DESCRIPTION, LICENCE, REPOSITORY, citation_line, schema_org
from schema.export_tables import TABLES
from site_plugins import downloads, feeds, markup
from site_plugins.catalogue import Catalogue
from site_plugins.page import Page, SearchEntry, Section

GROUPS = (
    ("Everything at once", ("ndjson", "json", "sqlite")),
    ("Tables", ("csv",)),
    ("Tables, for columnar tools", ("parquet",)),
)


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Give the one page."""
    yield Page(
        url="data/",
        kind="data",
        title="Data",
        description="The whole dataset for download: NDJSON, JSON, CSV, SQLite and Parquet, every field explained.",
        updated=catalogue.as_of[:10],
        sections=(
            Section("files", "Files"),
            Section("one", "One incident, one CA"),
            Section("feeds", "Feeds and calendar"),
            Section("fields", "Tables and their columns"),
            Section("versions", "Versions"),
            Section("cite", "Cite"),
            Section("licence", "Licence"),
        ),
        body=markup.body("data.html", "data/", lambda: _values(catalogue)),
        search=SearchEntry("Data", "Download: NDJSON, JSON, CSV, SQLite, Datasette, Parquet, schema, feeds, calendar"),
    )


def _values(catalogue: Catalogue) -> Mapping[str, object]:
    files = downloads.offered(catalogue)
    grouped = _grouped(files)
    shown = {file.name for _, found in grouped for file in found}
    return {
        "total": len(catalogue.entries),
        "description": DESCRIPTION,
        "grouped": grouped,
        "describing": [file for file in files if file.name not in shown],
        "sums": SUMS,
        "folder": downloads.FOLDER,
        "feed_folder": feeds.FOLDER,
        "tables": TABLES,
        "version": catalogue.version,
        "as_of": catalogue.as_of,
        "citation": citation_line(catalogue.dataset),
        "licence": LICENCE,
        "repository": REPOSITORY,
        "ld": schema_org(catalogue.dataset, [file for _, found in grouped for file in found]),
        "size": size,
    }


def _grouped(files: Sequence[File]) -> list[tuple[str, list[File]]]:
    data = [file for file in files if file.table or file.name.startswith(("incidents.", "ca-incidents."))]
    groups = [(title, [file for file in data if file.ending in endings]) for title, endings in GROUPS]
    return [(title, found) for title, found in groups if found]


def size(count: int) -> str:
    """Write a number of bytes for readers: `950 B`, `8 kB`, `3.4 MB`."""
    if count < 1000:
        return f"{count}\u00a0B"
    return f"{count / 1e3:.0f}\u00a0kB" if count < 1_000_000 else f"{count / 1e6:.1f}\u00a0MB"
