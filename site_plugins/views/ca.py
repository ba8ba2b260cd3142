"""The page of every CA and auditor, and their index."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from schema.registry import Owner
from schema.vocabulary import Term
from site_plugins import charts, feeds, markup, measures
from site_plugins.catalogue import Catalogue, Entry, per_year
from site_plugins.page import GATHERS, Page, SearchEntry, Section

KINDS = {"ca": "CA", "auditor": "Auditor", "subordinate": "Subordinate CA or reseller"}


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Give the index and a page for every entry of the registry."""
    yield _index(catalogue)
    everyone = measures.summaries(catalogue.newest)
    for owner in catalogue.registry.owners.values():
        yield _page(catalogue, owner, everyone)


def _index(catalogue: Catalogue) -> Page:
    return Page(
        url="cas/",
        kind="list",
        title="CAs and auditors",
        label="CAs",
        description="Every certification authority and auditor that an incident names.",
        updated=catalogue.as_of[:10],
        sections=(
            Section("cas", "CAs"),
            Section("auditors", "Auditors"),
            Section("subordinates", "Subordinate CAs and resellers"),
        ),
        body=markup.body("cas.html", "cas/", lambda: {"groups": _groups(catalogue)}),
        search=SearchEntry("CAs and auditors", "Certification authorities, auditors, subordinate CAs"),
    )


def _groups(catalogue: Catalogue) -> list[tuple[str, str, list[tuple[Owner, Sequence[Entry], int]]]]:
    owners = sorted(catalogue.registry.owners.values(), key=lambda o: o.name.casefold())
    rows = {
        kind: [
            (o, found, sum(e.is_open for e in found)) for o in owners if o.kind == kind for found in [_of(catalogue, o)]
        ]
        for kind in KINDS
    }
    return [
        ("cas", "CAs", rows["ca"]),
        ("auditors", "Auditors", rows["auditor"]),
        ("subordinates", "Subordinate CAs and resellers", rows["subordinate"]),
    ]


def _of(catalogue: Catalogue, owner: Owner) -> Sequence[Entry]:
    return catalogue.by_ca.get(owner.slug, [])


def _page(catalogue: Catalogue, owner: Owner, everyone: Sequence[measures.Summary]) -> Page:
    url = f"cas/{owner.slug}/"
    found = _of(catalogue, owner)
    names = dict.fromkeys([*(f.name for f in owner.former_names), *owner.names, owner.ccadb_owner or owner.name])
    return Page(
        url=url,
        kind="ca",
        feed=feeds.of_ca(owner.slug),
        title=owner.name,
        description=f"{owner.name}: {markup.plural(len(found), 'incident')} and what is known of its identity.",
        updated=max((e.updated for e in found), default=catalogue.as_of[:10]),
        sections=(
            Section("identity", "Identity"),
            Section("counts", "Counts"),
            Section("measures", "Measures"),
            Section("incidents", "Incidents"),
        ),
        body=markup.body(
            "ca.html", url, lambda: {**_values(catalogue, owner, found), **_measured(catalogue, found, everyone)}
        ),
        search=SearchEntry(
            owner.name,
            f"{KINDS[owner.kind]}, {markup.plural(len(found), 'incident')}. {', '.join(names)}",
            (KINDS[owner.kind],),
            boost=GATHERS if found else 1,
        ),
    )


def _values(catalogue: Catalogue, owner: Owner, found: Sequence[Entry]) -> Mapping[str, object]:
    owners = catalogue.registry.owners
    tags = Counter(tag.slug for e in found for tag in e.tags)
    return {
        "owner": owner,
        "feed": feeds.of_ca(owner.slug),
        "kind": KINDS[owner.kind],
        "found": found,
        "open_count": sum(e.is_open for e in found),
        "tags": [(catalogue.tags[slug], n) for slug, n in sorted(tags.items(), key=lambda pair: (-pair[1], pair[0]))],
        "by_category": _by_category(found),
        "chart": charts.years(per_year(found, catalogue.by_year), f"Incidents of {owner.name} by year opened"),
        "successor": owners.get(owner.successor.slug) if owner.successor else None,
        "predecessors": catalogue.successors(owner.slug),
        "parent": owners.get(owner.parent or ""),
        "children": catalogue.children(owner.slug),
        "programs": [catalogue.registry.programs[p] for p in owner.root_programs if p in catalogue.registry.programs],
        "program_names": {slug: p.name for slug, p in catalogue.registry.programs.items()},
        "registry_as_of": catalogue.registry.as_of,
    }


@dataclass(frozen=True, slots=True)
class CategoryYears:
    """How often incidents of one category were opened in each year; `depths` are from 0, for none, to 5."""

    tag: Term
    counts: tuple[int, ...]
    depths: tuple[int, ...]


def _by_category(found: Sequence[Entry]) -> tuple[tuple[int, ...], tuple[CategoryYears, ...]]:
    """Count by category and year: the years from the first incident to the last, and a row a category, most first."""
    tagged = Counter((tag, e.record.year) for e in found for tag in e.tags if tag.group == "category")
    if not tagged:
        return (), ()
    years = tuple(range(min(year for _, year in tagged), max(year for _, year in tagged) + 1))
    most = max(tagged.values())
    totals: Counter[Term] = Counter()
    for (tag, _), n in tagged.items():
        totals[tag] += n
    rows = []
    for tag in sorted(totals, key=lambda tag: (-totals[tag], tag.slug)):
        counts = tuple(tagged[tag, year] for year in years)
        rows.append(CategoryYears(tag, counts, tuple(-(-5 * n // most) for n in counts)))
    return years, tuple(rows)


def _measured(
    catalogue: Catalogue, found: Sequence[Entry], everyone: Sequence[measures.Summary]
) -> Mapping[str, object]:
    return {
        "measured": list(zip(measures.summaries(found), everyone, strict=True)),
        "repeated": _repeated(catalogue, found),
    }


def _repeated(catalogue: Catalogue, found: Sequence[Entry]) -> list[tuple[Term, int]]:
    """Count categories in which the CA had more than one incident within the two years before the snapshot."""
    since = f"{catalogue.today.year - 2}{catalogue.today.isoformat()[4:]}"
    recent = Counter(tag for e in found if e.opened >= since for tag in e.tags if tag.group == "category")
    return [(tag, n) for tag, n in recent.most_common() if n > 1]
