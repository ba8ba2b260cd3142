"""The data page: every file that is offered, what its columns mean, how to cite it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ca_incidents.schema.export.descriptions import DESCRIPTION, LICENCE, REPOSITORY, citation_line, schema_org
from ca_incidents.schema.export.files import DATABASE, File
from ca_incidents.schema.export.folder import SUMS
from ca_incidents.schema.export.tables import TABLES, Table
from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.files import downloads, feeds
from ca_incidents.site_plugins.pages import cached_body
from ca_incidents.site_plugins.pages.page import Page, SearchEntry, Section
from ca_incidents.site_plugins.statistics import csv_tables

WHOLE = ("incidents.ndjson", "incidents.json", DATABASE)
# What most readers look for, before the tables that others refer to.
FIRST = ("incidents", "events", "action_items")


@dataclass(frozen=True, slots=True)
class TableFiles:
    """One table and the files that hold it; Parquet only where it could be written."""

    table: Table
    csv: File
    parquet: File | None


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the page."""
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
        body=cached_body.TemplateBody("data.html", "data/", lambda: _shown(catalogue), lambda _: _values(catalogue)),
        search=SearchEntry("Data", "Download: NDJSON, JSON, CSV, SQLite, Datasette, Parquet, schema, feeds, calendar"),
    )


def _shown(catalogue: Catalogue) -> tuple[object, ...]:
    """Return the inputs of the page: the digest of every file, and the dataset's day, size and version."""
    held = [(file.name, file.sha256) for file in downloads.offered(catalogue)]
    return held, catalogue.frame.digest, len(catalogue.entries), catalogue.version


def _values(catalogue: Catalogue) -> Mapping[str, object]:
    files = {file.name: file for file in downloads.offered(catalogue)}
    tables = [TableFiles(t, files[f"{t.stem}.csv"], files.get(f"{t.stem}.parquet")) for t in _in_order()]
    whole = [files[name] for name in WHOLE]
    data = [*whole, *(file for held in tables for file in (held.csv, held.parquet) if file)]
    return {
        "total": len(catalogue.entries),
        "description": DESCRIPTION,
        "whole": whole,
        "tables": tables,
        "with_parquet": any(held.parquet for held in tables),
        "describing": [file for file in files.values() if file not in data],
        "sums": SUMS,
        "statistics": csv_tables.tables(catalogue).values(),
        "folder": downloads.FOLDER,
        "feed_folder": feeds.FOLDER,
        "newest_of_one": feeds.NEWEST_OF_ONE,
        "changes": len(feeds.changes(catalogue).items),
        "version": catalogue.version,
        "as_of": catalogue.as_of,
        "citation": citation_line(catalogue.dataset),
        "licence": LICENCE,
        "repository": REPOSITORY,
        "ld": schema_org(catalogue.dataset, data),
    }


def _in_order() -> list[Table]:
    return sorted(TABLES, key=lambda table: FIRST.index(table.name) if table.name in FIRST else len(FIRST))
