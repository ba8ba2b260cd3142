"""The page of statistics: each chart with its values as a table and the way to the incidents behind it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from site_plugins import charts, markup, measures
from site_plugins.catalogue import FLAGS, Catalogue, Entry, per_year
from site_plugins.page import Page, SearchEntry, Section
from site_plugins.page_data import REPORTERS

SECTIONS = (
    Section("years", "Incidents by year"),
    Section("categories", "Categories by year"),
    Section("open", "How long bugs stay open"),
    Section("late", "Late since the rule exists"),
    Section("reporters", "Who files"),
    Section("all", "All CAs together"),
)


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Give the one page."""
    yield Page(
        url="statistics/",
        kind="statistics",
        title="Statistics",
        description="Incidents by year and category, time to close, late reports, who files.",
        updated=catalogue.as_of[:10],
        sections=SECTIONS,
        body=markup.body("statistics.html", "statistics/", lambda: _values(catalogue)),
        search=SearchEntry("Statistics", "Incidents by year and category, time to close, late reports, who files"),
    )


def _values(catalogue: Catalogue) -> Mapping[str, object]:
    years = list(catalogue.by_year)
    opened = {year: _median_open(found) for year, found in catalogue.by_year.items()}
    reporters: Counter[str] = Counter(e.derived.reporter_kind for e in catalogue.newest)
    late: Counter[tuple[str, int]] = Counter(
        (name, e.record.year) for e in catalogue.newest for name in {flag.name for flag in e.derived.flags}
    )
    return {
        "by_year": charts.years(per_year(catalogue.newest, years), "Incidents by year opened"),
        "years": years,
        "categories": [
            (tag, [n for _, n in per_year(catalogue.by_tag.get(tag.slug, ()), years)])
            for tag in catalogue.tags.values()
            if tag.group == "category" and tag.slug in catalogue.by_tag
        ],
        "open_chart": charts.years(
            [(year, round(days)) for year, (days, _) in opened.items() if days is not None],
            "Median days from filing to resolving, by year opened, closed incidents only",
        ),
        "opened": opened,
        "late": [
            (name, title, [(year, n) for year in years if (n := late[name, year])])
            for name, title in FLAGS.items()
            if any(late[name, year] for year in years)
        ],
        "reporters": [(slug, title, reporters[slug]) for slug, title in REPORTERS.items() if reporters[slug]],
        "summaries": measures.summaries(catalogue.newest),
        "as_of": catalogue.as_of,
    }


def _median_open(entries: Sequence[Entry]) -> tuple[float | None, int]:
    days = [e.derived.days_open for e in entries if not e.is_open and e.derived.days_open is not None]
    return (median(days) if days else None), len(days)
