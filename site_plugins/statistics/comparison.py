"""The figures by which CAs are compared: counts by year, category and lateness, and medians."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ca_incidents.site_plugins.catalogue import Catalogue, Entry
from ca_incidents.site_plugins.pages.wording import FLAGS
from ca_incidents.site_plugins.statistics.medians import Summary, summaries

CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of some incidents: all counts are of incidents, `late` by flag, `tags` by the slug of a category."""

    total: int
    open: int
    years: Mapping[int, int]
    tags: Mapping[str, int]
    late: Mapping[str, int]
    measures: Sequence[Summary]


def figures(entries: Sequence[Entry]) -> Figures:
    """Count and measure incidents; an incident with several categories counts once in each."""
    return Figures(
        total=len(entries),
        open=sum(e.is_open for e in entries),
        years=Counter(e.record.year for e in entries),
        tags=Counter(tag.slug for e in entries for tag in e.tags if tag.group == CATEGORY),
        late=Counter(name for e in entries for name in {flag.name for flag in e.derived.flags}),
        measures=summaries(entries),
    )


def comparison(catalogue: Catalogue) -> dict[str, object]:
    """Return the figures of every CA with an incident, and of all together, as plain data.

    The lists of counts follow `years`, `tags` and `late`; a measure is its value, None where nothing is known, the
    number of values that it was made from, and the number of incidents that give none.
    """
    years = list(catalogue.by_year)
    tags = [(t.slug, t.title) for t in catalogue.tags.values() if t.group == CATEGORY and t.slug in catalogue.by_tag]
    owners = sorted(
        (catalogue.registry.owners[slug] for slug in catalogue.by_ca), key=lambda o: (o.name.casefold(), o.slug)
    )
    everyone = figures(catalogue.newest)

    def plain(found: Figures) -> dict[str, object]:
        return {
            "total": found.total,
            "open": found.open,
            "years": [found.years.get(year, 0) for year in years],
            "tags": [found.tags.get(slug, 0) for slug, _ in tags],
            "late": [found.late.get(name, 0) for name in FLAGS],
            "measures": [(None if m.value is None else round(m.value, 2), m.count, m.unknown) for m in found.measures],
        }

    return {
        "as_of": catalogue.as_of,
        "years": years,
        "tags": tags,
        "late": list(FLAGS.items()),
        "measures": [(m.title, m.unit) for m in everyone.measures],
        "all": plain(everyone),
        "cas": [{"slug": o.slug, "name": o.name, **plain(figures(catalogue.by_ca[o.slug]))} for o in owners],
    }
