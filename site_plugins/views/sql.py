"""The page that runs SQL on the published database in the browser."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from ca_incidents.schema.export.files import DATABASE
from ca_incidents.schema.export.tables import TABLES
from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.files import downloads
from ca_incidents.site_plugins.files.sql_examples import EXAMPLES
from ca_incidents.site_plugins.pages import cached_body
from ca_incidents.site_plugins.pages.page import Page, SearchEntry


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the page."""
    yield Page(
        url="sql/",
        kind="sql",
        title="Ask in SQL",
        description="Query all incidents in SQL in the browser, with ready examples; share a query by its address.",
        updated=catalogue.as_of[:10],
        wide=True,
        webassembly=True,
        body=cached_body.body("sql.html", "sql/", lambda: _values(catalogue)),
        search=SearchEntry("Ask in SQL", "Query the SQLite database in the browser; Datasette, DuckDB"),
    )


def _values(catalogue: Catalogue) -> Mapping[str, object]:
    return {
        "database": f"{downloads.FOLDER}/{DATABASE}",
        "name": DATABASE,
        "tables": [
            (table.name, table.description, [(column.name, column.description) for column in table.columns])
            for table in sorted(TABLES, key=lambda table: table.name != "incidents")
        ],
        "examples": [(example.title, urlencode({"query": example.sql}), example.sql) for example in EXAMPLES],
        "as_of": catalogue.as_of,
    }
