"""The tables behind the page of statistics: counted once, shown as charts and tables, and offered as CSV."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from statistics import median
from typing import get_args

from ca_incidents.schema.derive.clocks import Clock
from ca_incidents.schema.tables.deadlines import ClockName
from ca_incidents.schema.tables.vocabulary import terms
from ca_incidents.site_plugins.catalogue import Catalogue, Entry
from ca_incidents.site_plugins.pages.wording import REPORTERS
from ca_incidents.site_plugins.statistics import distrust, program_work, repeats, series
from ca_incidents.site_plugins.statistics.medians import LAST_COMMENT
from ca_incidents.site_plugins.statistics.series import DELAYS
from ca_incidents.site_plugins.statistics.table import Cell, Table, csv_of

JUDGED = ("disclosure", "finding-disclosure", "full-report")
REVOCATION = tuple(name for name in get_args(ClockName) if name.startswith("revocation-"))
STATES = ("met", "late", "overdue", "pending", "unknown")
# Incidents opened while the deadline was in force, and those of them that could have been judged either way.
COMPARABLE = ("opened_in_force", "comparable_met", "comparable_late")


@lru_cache(maxsize=1)
def tables(catalogue: Catalogue) -> dict[str, Table]:
    """Return all tables by name: those of the page of statistics, then those of the pages for one question."""
    return {table.name: table for table in _tables(catalogue)}


def written(catalogue: Catalogue) -> Iterator[tuple[str, bytes]]:
    """Yield every table as a file: its path below the site's root and its bytes."""
    for table in tables(catalogue).values():
        yield table.file, csv_of(table)


def _tables(catalogue: Catalogue) -> Iterator[Table]:
    years = catalogue.by_year
    yield Table(
        "years",
        "Incidents by year opened",
        ("year", "incidents", "open"),
        tuple((year, len(found), sum(e.is_open for e in found)) for year, found in years.items()),
    )
    yield _categories(catalogue)
    yield _by_year(
        catalogue, "last-comments", f"{LAST_COMMENT}, by year opened", lambda entry: entry.days_to_last_comment
    )
    yield _by_year(catalogue, "closing", "Days from filing to resolving, by year opened", _days_to_close)
    yield _deadlines(catalogue, "deadlines", "Disclosures and full reports against the deadlines in force", JUDGED)
    yield _delays(catalogue)
    yield _deadlines(catalogue, "revocations", "Revocations against the deadlines in force", REVOCATION)
    yield _reporters(catalogue)
    yield _self_reported(catalogue)
    yield _disclosures(catalogue)
    yield _by_year(
        catalogue,
        "responses",
        "Response time (median, days), by year opened",
        lambda e: (m.value for m in e.derived.response_days),
    )
    yield series.quarters(catalogue)
    yield series.months(catalogue)
    yield distrust.table(catalogue)
    yield program_work.table(catalogue)
    yield repeats.table_of_topics(catalogue)
    yield repeats.table_of_sections(catalogue)


def _categories(catalogue: Catalogue) -> Table:
    tags = [t.slug for t in catalogue.tags.values() if t.group == "category" and t.slug in catalogue.by_tag]
    tags.sort(key=lambda slug: (-len(catalogue.by_tag[slug]), slug))
    counted = Counter((tag.slug, e.record.year) for e in catalogue.newest for tag in e.tags)
    return Table(
        "categories",
        "Incidents by category and year opened",
        ("category", "incidents", *(str(year) for year in catalogue.by_year)),
        tuple(
            (slug, len(catalogue.by_tag[slug]), *(counted[slug, year] for year in catalogue.by_year)) for slug in tags
        ),
    )


def _by_year(catalogue: Catalogue, name: str, caption: str, days: Callable[[Entry], Iterable[float]]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for year, found in catalogue.by_year.items():
        known = [value for e in found for value in days(e)]
        if known:
            rows.append((year, round(median(known), 1), len(known)))
    return Table(name, caption, ("year", "median_days", "values"), tuple(rows))


def _days_to_close(entry: Entry) -> Iterable[float]:
    return () if entry.is_open or entry.derived.days_open is None else (entry.derived.days_open,)


def _deadlines(catalogue: Catalogue, name: str, caption: str, clocks: Sequence[str]) -> Table:
    counted: Counter[tuple[str, str]] = Counter(
        (c.rule.slug, c.state) for e in catalogue.newest for c in e.derived.clocks
    )
    comparable: Counter[tuple[str, str]] = Counter(
        (c.rule.slug, "met" if c.state == "met" else "late")
        for e in catalogue.newest
        for c in e.derived.clocks
        if could_end_either_way(e, c)
    )
    rules = [rule for rule in catalogue.deadlines.rules.values() if rule.clock in clocks]
    rows = [
        (
            rule.title,
            rule.since,
            rule.until,
            *(counted[rule.slug, state] for state in STATES),
            sum(rule.since <= e.opened and (rule.until is None or e.opened <= rule.until) for e in catalogue.newest),
            *(comparable[rule.slug, state] for state in ("met", "late")),
        )
        for rule in sorted(rules, key=lambda rule: (clocks.index(rule.clock or ""), rule.since))
    ]
    return Table(name, caption, ("deadline", "from", "until", *STATES, *COMPARABLE), tuple(rows))


def could_end_either_way(entry: Entry, clock: Clock) -> bool:
    """Return whether a judged clock could have been judged otherwise, as far as the record was read.

    Where only some comments were read, what was done at once is seen and what was done late is not, and no CA is called
    late for what an unread comment may hold, so that such records can show no lateness.
    """
    return clock.state in {"met", "late", "overdue"} and entry.unread is None


def _delays(catalogue: Catalogue) -> Table:
    counted = Counter((tag.slug, e.record.year) for e in catalogue.newest for tag in e.tags if tag.slug in DELAYS)
    return Table(
        "revocation-delays",
        "Incidents tagged as a delayed revocation, by year opened",
        ("year", *DELAYS),
        tuple((year, *(counted[slug, year] for slug in DELAYS)) for year in catalogue.by_year),
    )


def _reporters(catalogue: Catalogue) -> Table:
    counted: Counter[tuple[str, int]] = Counter((e.derived.reporter_kind, e.record.year) for e in catalogue.newest)
    kinds = [kind for kind in REPORTERS if any(counted[kind, year] for year in catalogue.by_year)]
    return Table(
        "reporters",
        "Who filed the bug, by year opened",
        ("reporter_kind", "incidents", *(str(year) for year in catalogue.by_year)),
        tuple(
            (kind, sum(counted[kind, y] for y in catalogue.by_year), *(counted[kind, y] for y in catalogue.by_year))
            for kind in kinds
        ),
    )


def _self_reported(catalogue: Catalogue) -> Table:
    rows = []
    for year, found in catalogue.by_year.items():
        kinds = Counter(e.derived.reporter_kind for e in found)
        rows.append((year, len(found), kinds["ca"], len(found) - kinds["ca"] - kinds["unknown"], kinds["unknown"]))
    return Table(
        "self-reported",
        "Bugs filed by the CA itself, by others, and by accounts of unknown affiliation, by year opened",
        ("year", "incidents", "ca", "others", "unknown"),
        tuple(rows),
    )


def _disclosures(catalogue: Catalogue) -> Table:
    counted: Counter[str] = Counter(
        e.record.report.disclosure_source
        for e in catalogue.newest
        if e.record.report and e.record.report.disclosure_source
    )
    return Table(
        "disclosures",
        "How the problem was found, as reports say",
        ("disclosure_source", "incidents"),
        tuple((slug, counted[slug]) for slug in terms("disclosure_source") if counted[slug]),
    )
