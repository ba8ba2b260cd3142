"""The page of every tag, and their index."""

from collections import Counter
from collections.abc import Iterator

from ca_incidents.schema.tables.vocabulary import Term
from ca_incidents.site_plugins import citation
from ca_incidents.site_plugins.catalogue import Catalogue, per_year
from ca_incidents.site_plugins.files import feeds
from ca_incidents.site_plugins.pages import cached_body, charts, html
from ca_incidents.site_plugins.pages.page import GATHERS, Page, SearchEntry, Section

GROUPS = {
    "category": ("Categories", "What went wrong. A moderator of a root program gives them."),
    "qualifier": ("Qualifiers", "Something that is true of the incident in addition to its category."),
    "process": ("Process markers", "The bug's state, or what it is for; no failure is claimed."),
}


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the index and a page for every tag of the vocabulary."""
    yield Page(
        url="tags/",
        kind="list",
        title="Tags",
        description="The tags of incidents: what they mean, how they were spelled, and how often they occur.",
        updated=catalogue.as_of[:10],
        sections=tuple(Section(slug, title) for slug, (title, _) in GROUPS.items()),
        body=cached_body.body(
            "tags.html",
            "tags/",
            lambda: {
                "groups": [
                    (
                        slug,
                        title,
                        text,
                        [(t, len(catalogue.by_tag.get(t.slug, ()))) for t in _of_group(catalogue, slug)],
                    )
                    for slug, (title, text) in GROUPS.items()
                ]
            },
        ),
        search=SearchEntry("Tags", "Categories, qualifiers and process markers of incidents"),
    )
    for term in catalogue.tags.values():
        yield _page(catalogue, term)


def _of_group(catalogue: Catalogue, group: str) -> list[Term]:
    return [term for term in catalogue.tags.values() if term.group == group]


def _page(catalogue: Catalogue, term: Term) -> Page:
    url = f"tags/{term.slug}/"
    found = catalogue.by_tag.get(term.slug, [])
    description = f"{term.description} {html.plural(len(found), 'incident')}."
    spellings = ", ".join((term.slug, *term.spellings))
    owners = Counter(e.owner.slug for e in found if e.owner)
    return Page(
        url=url,
        kind="tag",
        feed=feeds.of_page(url),
        title=term.title,
        description=description,
        updated=max((e.updated for e in found), default=catalogue.as_of[:10]),
        sections=(Section("meaning", "Meaning"), Section("counts", "Counts"), Section("incidents", "Incidents")),
        body=cached_body.body(
            "tag.html",
            url,
            lambda: {
                "term": term,
                "feed": feeds.of_page(url),
                "ld": citation.gathering(catalogue.frame, url, term.title, description),
                "spelled": catalogue.spelled.get(term.slug, ()),
                "group": GROUPS.get(term.group or "", ("", ""))[0],
                "found": found,
                "chart": charts.years(per_year(found, catalogue.by_year), f"Incidents tagged {term.title} by year"),
                "owners": [
                    (catalogue.registry.owners[slug], n)
                    for slug, n in sorted(owners.items(), key=lambda pair: (-pair[1], pair[0]))
                ],
            },
        ),
        search=SearchEntry(
            term.title,
            f"Tag {spellings}. {term.description} {html.plural(len(found), 'incident')}",
            ("Tag",),
            boost=GATHERS,
            names=(term.slug, *catalogue.spelled.get(term.slug, ())),
        ),
    )
