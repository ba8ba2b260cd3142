"""The page of statistics: each chart with its values as a table, as a file, and links to the incidents behind it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import dropwhile

from ca_incidents.schema.tables.vocabulary import terms
from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.pages import cached_body, charts
from ca_incidents.site_plugins.pages.page import Page, SearchEntry, Section
from ca_incidents.site_plugins.pages.wording import FLAGS, REPORTERS
from ca_incidents.site_plugins.statistics import medians
from ca_incidents.site_plugins.statistics.csv_tables import tables
from ca_incidents.site_plugins.statistics.series import DELAYS
from ca_incidents.site_plugins.statistics.table import Cell, Table

# A median of fewer values is not drawn; the table has it.
ENOUGH = 5
SECTIONS = (
    Section("years", "Incidents by year"),
    Section("categories", "Categories"),
    Section("closing", "Days to the last comment"),
    Section("late", "Late disclosures and reports"),
    Section("revocations", "Revocation delays"),
    Section("reporters", "Who filed the bug"),
    Section("disclosures", "How the problem was found"),
    Section("responses", "Response times"),
    Section("all", "All incidents together"),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often a deadline was met or missed where both could be seen, and how many incidents it applied to."""

    deadline: str
    met: int
    late: int
    opened: int

    @property
    def comparable(self) -> int:
        """The number of incidents that could have been judged either way."""
        return self.met + self.late

    @property
    def unknown(self) -> int:
        """The number of incidents that cannot be judged."""
        return max(self.opened - self.met - self.late, 0)


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the page."""
    yield Page(
        url="statistics/",
        kind="statistics",
        title="Statistics",
        description="Incidents by year and category, late reports, revocation delays, who filed the bugs.",
        updated=catalogue.as_of[:10],
        sections=SECTIONS,
        body=cached_body.body("statistics.html", "statistics/", lambda: _values(catalogue)),
        search=SearchEntry(
            "Statistics", "Incidents by year and category, days to the last comment, late reports, who filed the bugs"
        ),
    )


def _values(catalogue: Catalogue) -> Mapping[str, object]:
    found = tables(catalogue)
    return {
        "tables": found,
        "charts": {
            "years": _chart(found["years"], 1),
            "open": _chart(found["years"], 2, "Bugs still open, by year opened"),
            "last-comments": _chart(found["last-comments"], 1),
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
        "outcomes": {name: _outcomes(found[name]) for name in ("deadlines", "revocations")},
        "late": _late(catalogue),
        "delays": DELAYS,
        "enough": ENOUGH,
        "tags": catalogue.tags,
        "filed": _filed(found["self-reported"]),
        "found": sum(int(row[1] or 0) for row in found["disclosures"].rows),
        "answered": sum(bool(e.derived.response_days) for e in catalogue.newest),
        "summaries": medians.summaries(catalogue.newest),
        "dispute": catalogue.frame.forge.dispute if catalogue.frame.forge else None,
        "as_of": catalogue.as_of,
        "reach": catalogue.reach,
        "total": len(catalogue.newest),
    }


def _chart(table: Table, column: int, caption: str | None = None) -> charts.BarChart:
    """Draw one column of a table whose rows are years, from the first year with a value."""
    drawn = [(int(row[0] or 0), float(row[column] or 0)) for row in table.rows if _rests_on_enough(table, row)]
    counts = [(year, int(value) if value.is_integer() else value) for year, value in drawn]
    begun = len(list(dropwhile(lambda count: not count[1], counts)))
    return charts.years(counts[-max(begun, charts.FEWEST) :], caption or table.caption)


def _rests_on_enough(table: Table, row: tuple[Cell, ...]) -> bool:
    return "values" not in table.columns or int(row[table.columns.index("values")] or 0) >= ENOUGH


def _outcomes(table: Table) -> list[Outcome]:
    """Return every deadline with those of its incidents that could have been judged either way."""
    places = {column: place for place, column in enumerate(table.columns)}
    return [
        Outcome(
            str(row[0]),
            *(int(row[places[column]] or 0) for column in ("comparable_met", "comparable_late", "opened_in_force")),
        )
        for row in table.rows
    ]


def _filed(table: Table) -> list[tuple[Cell, ...]]:
    """Return the years of a table of who filed, each number followed by its percentage of the bugs."""
    rows: list[tuple[Cell, ...]] = []
    for year, total, *counts in table.rows:
        rows.append((year, total, *(cell for n in counts for cell in (n, round(100 * int(n or 0) / int(total or 1))))))
    return rows


def _late(catalogue: Catalogue) -> list[tuple[str, str, int, list[tuple[int, int]]]]:
    """Return every flag with its words, the number of incidents, and the number by year."""
    counted = Counter((name, e.record.year) for e in catalogue.newest for name in {f.name for f in e.derived.flags})
    by_flag = {name: [(y, n) for y in catalogue.by_year if (n := counted[name, y])] for name in FLAGS}  # type: ignore[index]
    return [(name, FLAGS[name], sum(n for _, n in years), years) for name, years in by_flag.items()]
