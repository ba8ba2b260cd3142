"""The page of every topic, and their index."""

from collections import Counter
from collections.abc import Iterator

from ca_incidents.schema.tables.vocabulary import Term
from ca_incidents.site_plugins import citation
from ca_incidents.site_plugins.catalogue import Catalogue, per_year
from ca_incidents.site_plugins.files import feeds
from ca_incidents.site_plugins.pages import cached_body, charts, html
from ca_incidents.site_plugins.pages.page import GATHERS, Page, SearchEntry, Section

GROUPS = {
    "what": ("What was wrong", "A property of what was issued or published."),
    "process": ("Duties", "Something that the CA had to do and did not do, or not in time."),
    "system": (
        "Systems and people",
        "A system, a person or a supplier that failed, where the failure itself is the subject.",
    ),
    "governance": ("Governance", "How the CA is run."),
}
_DESCRIPTION = "What failed in each incident: the words used, what they mean, and how often they occur."


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the index and a page for every topic of the vocabulary."""
    yield Page(
        url="topics/",
        kind="list",
        title="Topics",
        description=_DESCRIPTION,
        updated=catalogue.as_of[:10],
        sections=tuple(Section(slug, title) for slug, (title, _) in GROUPS.items()),
        body=cached_body.body("topics.html", "topics/", lambda: _index(catalogue)),
        search=SearchEntry("Topics", "What failed in each incident"),
    )
    for term in catalogue.topics.values():
        yield _page(catalogue, term)


def _index(catalogue: Catalogue) -> dict[str, object]:
    counted = [(term, len(catalogue.by_topic.get(term.slug, ()))) for term in catalogue.topics.values()]
    return {
        "groups": [
            (slug, title, text, [row for row in counted if row[0].group == slug])
            for slug, (title, text) in GROUPS.items()
        ],
        "unknown": sum(not entry.record.topics for entry in catalogue.newest),
    }


def _page(catalogue: Catalogue, term: Term) -> Page:
    url = f"topics/{term.slug}/"
    found = catalogue.by_topic.get(term.slug, [])
    description = f"{term.description} {html.plural(len(found), 'incident')}."
    return Page(
        url=url,
        kind="topic",
        feed=feeds.of_page(url),
        title=term.title,
        description=description,
        updated=max((e.updated for e in found), default=catalogue.as_of[:10]),
        sections=(Section("meaning", "Meaning"), Section("counts", "Counts"), Section("incidents", "Incidents")),
        body=cached_body.body("topic.html", url, lambda: _values(catalogue, term, url, description)),
        search=SearchEntry(
            term.title, f"Topic {term.slug}. {description}", ("Topic",), boost=GATHERS, names=(term.slug,)
        ),
    )


def _values(catalogue: Catalogue, term: Term, url: str, description: str) -> dict[str, object]:
    found = catalogue.by_topic.get(term.slug, [])
    owners = Counter(e.owner.slug for e in found if e.owner)
    beside = Counter(one.topic for e in found for one in e.record.topics if one.topic != term.slug)
    return {
        "term": term,
        "feed": feeds.of_page(url),
        "ld": citation.gathering(catalogue.frame, url, term.title, description),
        "group": GROUPS[term.group or ""][0],
        "found": found,
        "chart": charts.years(per_year(found, catalogue.by_year), f"Incidents about {term.title} by year"),
        "owners": [(catalogue.registry.owners[slug], n) for slug, n in _most_first(owners)],
        "beside": [(catalogue.topics[slug], n) for slug, n in _most_first(beside)],
    }


def _most_first(counted: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
