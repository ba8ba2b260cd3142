"""The page of statistics: each chart with its values as a table, as a file, and the way to the incidents behind it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import dropwhile

from ca_incidents.schema.tables.vocabulary import terms
from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.pages import charts, html
from ca_incidents.site_plugins.pages.page import Page, SearchEntry, Section
from ca_incidents.site_plugins.pages.wording import FLAGS, REPORTERS
from ca_incidents.site_plugins.statistics import medians
from ca_incidents.site_plugins.statistics.tables import DELAYS, STATES, Cell, Table, tables

# A median of fewer values is not drawn; the table has it.
ENOUGH = 5
SECTIONS = (
    Section("years", "Incidents by year"),
    Section("categories", "Categories"),
    Section("closing", "Time to close"),
    Section("late", "Late disclosures and reports"),
    Section("revocations", "Revocation delays"),
    Section("reporters", "Who reports"),
    Section("responses", "Response times"),
    Section("all", "All CAs together"),
)


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Give the one page."""
    yield Page(
        url="statistics/",
        kind="statistics",
        title="Statistics",
        description="Incidents by year and category, time to close, late reports, revocation delays, who reports.",
        updated=catalogue.as_of[:10],
        sections=SECTIONS,
        body=html.body("statistics.html", "statistics/", lambda: _values(catalogue)),
        search=SearchEntry("Statistics", "Incidents by year and category, time to close, late reports, who reports"),
    )


def _values(catalogue: Catalogue) -> Mapping[str, object]:
    found = tables(catalogue)
    return {
        "tables": found,
        "charts": {
            "years": _chart(found["years"], 1),
            "open": _chart(found["years"], 2, "Bugs still open, by year opened"),
            "closing": _chart(found["closing"], 1),
            **{
                slug: _chart(found["revocation-delays"], n + 1, f"{catalogue.tags[slug].title}, by year opened")
                for n, slug in enumerate(DELAYS)
            },
            "responses": _chart(found["responses"], 1),
        },
        "titles": {
            "category": {slug: tag.title for slug, tag in catalogue.tags.items()},
            "reporter_kind": REPORTERS,
            "disclosure_source": {slug: term.title for slug, term in terms("disclosure_source").items()},
        },
        "judged": {name: _judged(found[name]) for name in ("deadlines", "revocations")},
        "late": _late(catalogue),
        "delays": DELAYS,
        "enough": ENOUGH,
        "tags": catalogue.tags,
        "summaries": medians.summaries(catalogue.newest),
        "as_of": catalogue.as_of,
        "total": len(catalogue.newest),
    }


def _chart(table: Table, column: int, caption: str | None = None) -> charts.BarChart:
    """Draw one column of a table whose rows are years, from the first year that has something."""
    drawn = [(int(row[0] or 0), float(row[column] or 0)) for row in table.rows if _rests_on_enough(table, row)]
    counts = [(year, int(value) if value.is_integer() else value) for year, value in drawn]
    begun = len(list(dropwhile(lambda count: not count[1], counts)))
    return charts.years(counts[-max(begun, charts.FEWEST) :], caption or table.caption)


def _rests_on_enough(table: Table, row: tuple[Cell, ...]) -> bool:
    return "values" not in table.columns or int(row[table.columns.index("values")] or 0) >= ENOUGH


def _judged(table: Table) -> int:
    """Count the clocks of a table of deadlines that are known to be met or late."""
    places = [table.columns.index(state) for state in STATES if state in {"met", "late", "overdue"}]
    return sum(int(row[place] or 0) for row in table.rows for place in places)


def _late(catalogue: Catalogue) -> list[tuple[str, str, int, list[tuple[int, int]]]]:
    """Give every flag with its words, the number of incidents, and the number by year."""
    counted = Counter((name, e.record.year) for e in catalogue.newest for name in {f.name for f in e.derived.flags})
    by_flag = {name: [(y, n) for y in catalogue.by_year if (n := counted[name, y])] for name in FLAGS}  # type: ignore[index]
    return [(name, FLAGS[name], sum(n for _, n in years), years) for name, years in by_flag.items()]
