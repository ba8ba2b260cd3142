"""The page of every year, and their index."""

from collections import Counter
from collections.abc import Iterator, Sequence

from ca_incidents.site_plugins import citation
from ca_incidents.site_plugins.catalogue import Catalogue, Entry, per_year
from ca_incidents.site_plugins.pages import cached_body, charts, html
from ca_incidents.site_plugins.pages.page import GATHERS, Page, SearchEntry, Section


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the index and a page for every year in which an incident was opened."""
    yield Page(
        url="years/",
        kind="list",
        title="Years",
        description="Incidents by the year in which their bug was opened.",
        updated=catalogue.as_of[:10],
        sections=(Section("years", "Incidents by year"),),
        body=cached_body.body(
            "years.html",
            "years/",
            lambda: {
                "chart": charts.years(per_year(catalogue.newest, catalogue.by_year), "Incidents by year opened"),
                "years": [
                    (year, found, sum(e.is_open for e in found))
                    for year, found in sorted(catalogue.by_year.items(), reverse=True)
                ],
                "reach": catalogue.reach,
            },
        ),
        search=SearchEntry("Years", "Incidents by year"),
    )
    for year, found in catalogue.by_year.items():
        yield _page(catalogue, year, found)


def _page(catalogue: Catalogue, year: int, found: Sequence[Entry]) -> Page:
    url = f"years/{year}/"
    description = f"{html.plural(len(found), 'incident')} opened in {year}."
    owners = Counter(e.owner.slug for e in found if e.owner)
    tags = Counter(tag.slug for e in found for tag in e.tags)
    return Page(
        url=url,
        kind="year",
        title=f"{year}",
        description=description,
        updated=max((e.updated for e in found), default=catalogue.as_of[:10]),
        sections=(Section("counts", "Counts"), Section("incidents", "Incidents")),
        body=cached_body.body(
            "year.html",
            url,
            lambda: {
                "year": year,
                "ld": citation.gathering(catalogue.frame, url, f"Incidents of {year}", description),
                "is_current": year == catalogue.today.year,
                "as_of": catalogue.as_of,
                "reach": catalogue.reach,
                "before": year - 1 if year - 1 in catalogue.by_year else None,
                "after": year + 1 if year + 1 in catalogue.by_year else None,
                "found": found,
                "tags": [(catalogue.tags[s], n) for s, n in sorted(tags.items(), key=lambda pair: (-pair[1], pair[0]))],
                "owners": [
                    (catalogue.registry.owners[s], n)
                    for s, n in sorted(owners.items(), key=lambda pair: (-pair[1], pair[0]))
                ],
            },
        ),
        search=SearchEntry(
            f"{year}", f"{html.plural(len(found), 'incident')} opened in {year}", ("Year",), boost=GATHERS
        ),
    )
