"""The first page: the state of the ecosystem at a glance."""

from collections.abc import Iterator, Mapping

from ca_incidents.site_plugins.catalogue import Catalogue, per_year
from ca_incidents.site_plugins.pages import cached_body, charts
from ca_incidents.site_plugins.pages.page import Page, SearchEntry, Section
from ca_incidents.site_plugins.views import recent

# The main pages, each with what it is for.
CARDS = (
    ("explore/", "Explore", "Filter, sort, group and count all incidents; download the result"),
    ("cas/", "CAs", "Every CA and auditor named in an incident"),
    ("topics/", "Topics", "Incidents by what failed, such as OCSP or CAA"),
    ("tags/", "Tags", "Incidents by category, such as delayed revocation"),
    ("rules/", "Rules", "Incidents by the rule that their report cites"),
    ("deadlines/", "Deadlines", "What is due next on open incidents"),
    ("due-dates/", "Due dates", "For a CA: when each duty of an incident is due"),
    ("statistics/", "Statistics", "Counts by year and category, response times, who filed"),
    ("analyses/", "Analyses", "Distrust timeline, recurrences, audit periods, root programs"),
    ("compare/", "Compare", "Two to four CAs next to each other"),
    ("sql/", "Ask in SQL", "A query of your own, in the browser"),
    ("data/", "Data", "CSV, JSON, SQLite, Parquet; feeds and calendars"),
)
NEWEST = 12
SOON = 12


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the first page."""
    yield Page(
        url="",
        kind="home",
        title="CA incidents",
        label="Home",
        description="A public, checked dataset of the compliance incidents of certification authorities.",
        updated=catalogue.as_of[:10],
        sections=(
            Section("newest", "Newest incidents"),
            Section("closing", "Last calls"),
            Section("next", "Next update dates"),
            Section("years", "Incidents by year"),
        ),
        body=cached_body.body("home.html", "", lambda: _values(catalogue)),
        search=SearchEntry("CA incidents", "Home: open incidents, newest incidents, what is due next"),
    )


def _values(catalogue: Catalogue) -> Mapping[str, object]:
    open_ones = [e for e in catalogue.newest if e.is_open]
    today = catalogue.today.isoformat()
    closing = [e for e in open_ones if e.record.bugzilla.close_on]
    due = [e for e in open_ones if e.record.bugzilla.next_update and not e.record.bugzilla.close_on]
    return {
        "cards": CARDS,
        "total": len(catalogue.entries),
        "open_count": len(open_ones),
        "last_year": len(recent.opened(catalogue)),
        "ca_count": len(recent.concerned(catalogue)),
        "later": sum(e.opened > today for e in catalogue.newest),
        "closing": sorted(closing, key=lambda e: (e.record.bugzilla.close_on or "", e.number))[:SOON],
        "due": sorted(
            (e for e in due if (e.record.bugzilla.next_update or "") >= today),
            key=lambda e: (e.record.bugzilla.next_update or "", e.number),
        )[:SOON],
        "newest": catalogue.newest[:NEWEST],
        "chart": charts.years(per_year(catalogue.newest, catalogue.by_year), "Incidents by year opened"),
        "today": today,
        "as_of": catalogue.as_of,
        "first_year": min(catalogue.by_year, default=catalogue.today.year),
        "reach": catalogue.reach,
    }
