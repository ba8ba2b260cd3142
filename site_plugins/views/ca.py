"""The page of every CA and auditor, and their index."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ca_incidents.schema.tables.registry import Owner
from ca_incidents.schema.tables.vocabulary import Term
from ca_incidents.site_plugins import citation
from ca_incidents.site_plugins.catalogue import Catalogue, Entry, per_year
from ca_incidents.site_plugins.files import feeds, pictures
from ca_incidents.site_plugins.pages import cached_body, charts, html, trust_ends
from ca_incidents.site_plugins.pages.page import GATHERS, Page, SearchEntry, Section
from ca_incidents.site_plugins.pages.wording import FLAGS
from ca_incidents.site_plugins.statistics import medians


@dataclass(frozen=True, slots=True)
class InCategory:
    """A CA's incidents of one category: their number in each year drawn, and the chart."""

    tag: Term
    total: int
    years: tuple[int, ...]
    chart: charts.BarChart


# A CA's incidents beyond these are folded; fewer than these are not counted by year and category.
NEWEST = 15
SOME = 2
# Names of this many words are known by their initials.
LONG_NAME = 3
# What became of a CA, on its own page and on its successor's.
SUCCESSIONS = {
    "renamed": ("Renamed to", "Formerly"),
    "acquired": ("Acquired by", "Acquired"),
    "transferred": ("Taken over by", "Took over from"),
}
KINDS = {"ca": "CA", "auditor": "Auditor", "subordinate": "Subordinate CA or reseller"}


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the index and a page for every entry of the registry."""
    yield _index(catalogue)
    everyone = medians.summaries(catalogue.newest)
    for owner in catalogue.registry.owners.values():
        yield _page(catalogue, owner, everyone)


def _index(catalogue: Catalogue) -> Page:
    return Page(
        url="cas/",
        kind="list",
        title="CAs and auditors",
        label="CAs",
        description="Certification authorities and auditors, with the incidents that name them.",
        updated=catalogue.as_of[:10],
        sections=(
            Section("cas", "CAs"),
            Section("auditors", "Auditors"),
            Section("subordinates", "Subordinate CAs and resellers"),
        ),
        body=cached_body.body(
            "cas.html",
            "cas/",
            lambda: {
                "groups": _groups(catalogue),
                "dispute": catalogue.frame.forge.dispute if catalogue.frame.forge else None,
            },
        ),
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


def _page(catalogue: Catalogue, owner: Owner, everyone: Sequence[medians.Summary]) -> Page:
    url = f"cas/{owner.slug}/"
    found = _of(catalogue, owner)
    description = f"{owner.name}: {html.plural(len(found), 'incident')} and what is known of its identity."
    names = dict.fromkeys([*(f.name for f in owner.former_names), *owner.names, owner.ccadb_owner or owner.name])
    return Page(
        url=url,
        kind="ca",
        feed=feeds.of_page(url),
        picture=pictures.of_ca(owner.slug),
        title=owner.name,
        description=description,
        updated=max((e.updated for e in found), default=catalogue.as_of[:10]),
        sections=_sections(found),
        body=cached_body.body(
            "ca.html",
            url,
            lambda: {
                **_values(catalogue, owner, found),
                **_counted(catalogue, owner, found),
                **_measured(catalogue, found, everyone),
                "ld": {
                    **citation.gathering(catalogue.frame, url, owner.name, description),
                    "about": {"@type": "Organization", "name": owner.name, "alternateName": list(names)},
                },
            },
        ),
        search=SearchEntry(
            owner.name,
            f"{KINDS[owner.kind]}, {html.plural(len(found), 'incident')}. {', '.join(names)}",
            (KINDS[owner.kind],),
            boost=GATHERS if found else 1,
            names=_searched(owner),
        ),
    )


def _searched(owner: Owner) -> tuple[str, ...]:
    """Return what people call a CA besides its name: its other names, its domains, and the initials of long names."""
    others = [*owner.names, *(former.name for former in owner.former_names), owner.ccadb_owner or owner.name]
    long = [words for name in (owner.name, *others) if len(words := name.split()) >= LONG_NAME]
    initials = ["".join(word[0] for word in words) for words in long]
    return tuple(dict.fromkeys([*others, owner.slug, *owner.domains, *initials]))


def _sections(found: Sequence[Entry]) -> tuple[Section, ...]:
    lists = (Section("open", "Open incidents"), Section("incidents", "Incidents")) if found else ()
    counts = (Section("counts", "Counts"), Section("measures", "Measures")) if len(found) >= SOME else ()
    return (*lists, Section("identity", "Identity"), *counts)


def _values(catalogue: Catalogue, owner: Owner, found: Sequence[Entry]) -> Mapping[str, object]:
    owners = catalogue.registry.owners
    return {
        "owner": owner,
        "feed": feeds.of_page(f"cas/{owner.slug}/"),
        "calendar": feeds.calendar_of_ca(owner.slug),
        "newest": NEWEST,
        "some": SOME,
        "successions": SUCCESSIONS,
        "kind": KINDS[owner.kind],
        "found": found,
        "open_ones": [e for e in found if e.is_open],
        "late": _late(found),
        "successor": owners.get(owner.successor.slug) if owner.successor else None,
        "predecessors": catalogue.successors(owner.slug),
        "parent": owners.get(owner.parent or ""),
        "children": catalogue.children(owner.slug),
        "programs": [catalogue.registry.programs[p] for p in owner.root_programs if p in catalogue.registry.programs],
        "distrust": trust_ends.ended(catalogue.registry, owner, owner.distrust),
        "removals": trust_ends.ended(catalogue.registry, owner, owner.removals),
        "dispute": catalogue.frame.forge.dispute if catalogue.frame.forge else None,
        "registry_as_of": catalogue.registry.as_of,
        "as_of": catalogue.as_of,
    }


def _late(found: Sequence[Entry]) -> list[tuple[str, str, int]]:
    """Count incidents by what is or was late in them: key, words, number."""
    counted = Counter(name for e in found for name in {flag.name for flag in e.derived.flags})
    return [(name, words, counted[name]) for name, words in FLAGS.items() if counted[name]]  # type: ignore[index]


def _counted(catalogue: Catalogue, owner: Owner, found: Sequence[Entry]) -> Mapping[str, object]:
    others = Counter(tag for e in found for tag in e.tags if tag.group != "category")
    first = min((e.record.year for e in found), default=0)
    since = [year for year in catalogue.by_year if year >= first]
    drawn = [*catalogue.by_year][-max(len(since), charts.FEWEST) :]
    return {
        "chart": charts.years(per_year(found, drawn), f"Incidents of {owner.name} by year opened"),
        "years": drawn,
        "categories": _categories(owner, found, drawn),
        "others": sorted(others.items(), key=lambda pair: (-pair[1], pair[0].slug)),
    }


def _categories(owner: Owner, found: Sequence[Entry], years: Sequence[int]) -> list[InCategory]:
    """Return the categories of a CA's incidents, the most frequent first, each drawn to its own scale."""
    counted = Counter((tag, e.record.year) for e in found for tag in e.tags if tag.group == "category")
    totals = Counter(tag for e in found for tag in e.tags if tag.group == "category")
    rows = []
    for tag, total in sorted(totals.items(), key=lambda pair: (-pair[1], pair[0].slug)):
        by_year = [(year, counted[tag, year]) for year in years]
        chart = charts.row(by_year, f"{tag.title} at {owner.name} by year opened")
        rows.append(InCategory(tag, total, tuple(n for _, n in by_year), chart))
    return rows


def _measured(
    catalogue: Catalogue, found: Sequence[Entry], everyone: Sequence[medians.Summary]
) -> Mapping[str, object]:
    return {
        "measured": list(zip(medians.summaries(found), everyone, strict=True)),
        "repeated": _repeated(catalogue, found),
    }


def _repeated(catalogue: Catalogue, found: Sequence[Entry]) -> list[tuple[Term, int]]:
    """Count categories in which the CA had more than one incident within the two years before the snapshot."""
    last = catalogue.today.isoformat()
    first = f"{catalogue.today.year - 2}{last[4:]}"
    recent = Counter(tag for e in found if first <= e.opened <= last for tag in e.tags if tag.group == "category")
    return [(tag, n) for tag, n in recent.most_common() if n > 1]
