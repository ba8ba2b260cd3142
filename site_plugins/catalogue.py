"""Everything that the pages look up, computed once from the dataset: incidents by CA, tag, year and rule, and links."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from schema.dataset import Dataset
from schema.model import Incident, Tombstone
from schema.registry import Owner, folded, prefix_of
from schema.vocabulary import Term, terms
from site_plugins import markup

K = TypeVar("K")
V = TypeVar("V")
OPEN = "open"
CLOSED = "closed"
_DONE = frozenset({"RESOLVED", "VERIFIED", "CLOSED"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One incident as lists and tables show it; `short` is its title without the name of its CA."""

    number: int
    record: Incident
    owner: Owner | None
    short: str
    tags: tuple[Term, ...]
    status: str

    @property
    def opened(self) -> str:
        """The day, or as much of it as is known, on which the bug was opened."""
        return self.record.bugzilla.opened[:10]

    @property
    def is_open(self) -> bool:
        """Whether the bug is still open."""
        return self.status != CLOSED

    @property
    def updated(self) -> str:
        """The day of the newest comment, or else of the opening."""
        days = [c.at[:10] for c in self.record.bugzilla.comments if c.at]
        return max(days, default=self.opened)


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """One section of a policy document, or a document as a whole, that incidents cite."""

    document: str
    section: str = ""

    @property
    def url(self) -> str:
        """The address of the rule's page below the site's root."""
        return f"rules/{self.document}/{markup.slug(self.section)}/" if self.section else f"rules/{self.document}/"


class Catalogue:
    """The dataset as readers look at it; `today` is the day of the snapshot, never the machine's."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.registry = dataset.registry
        self.as_of = dataset.snapshot.as_of
        self.today = date.fromisoformat(self.as_of[:10])
        self.tags: Mapping[str, Term] = terms("tag")
        self.documents: Mapping[str, Term] = terms("policy_document")

    @cached_property
    def entries(self) -> Mapping[int, Entry]:
        """All incidents by number."""
        return {number: self._entry(record) for number, record in self.dataset.incidents.items()}

    @cached_property
    def newest(self) -> Sequence[Entry]:
        """All incidents, the newest first."""
        return sorted(self.entries.values(), key=lambda e: (e.record.bugzilla.opened, e.number), reverse=True)

    @cached_property
    def by_ca(self) -> Mapping[str, list[Entry]]:
        """Incidents, newest first, by the slug of the CA concerned or also named."""
        return _grouped((slug, e) for e in self.newest for slug in self._named(e.record))

    @cached_property
    def by_tag(self) -> Mapping[str, list[Entry]]:
        """Incidents, newest first, by the slug of their tags."""
        return _grouped((tag.slug, e) for e in self.newest for tag in e.tags)

    @cached_property
    def by_year(self) -> Mapping[int, list[Entry]]:
        """Incidents, newest first, by the year in which they were opened, in the order of the years."""
        return dict(sorted(_grouped((e.record.year, e) for e in self.newest).items()))

    @cached_property
    def by_rule(self) -> Mapping[Rule, list[Entry]]:
        """Incidents, newest first, by each document and section that they cite."""
        return dict(sorted(_grouped((rule, e) for e in self.newest for rule in self.rules_of(e.record)).items()))

    @cached_property
    def order_of_ca(self) -> Mapping[int, tuple[Entry | None, Entry | None]]:
        """For every incident that concerns a CA, the one before and the one after it of the same CA."""
        found = {}
        for slug, newest_first in self.by_ca.items():
            line = [e for e in reversed(newest_first) if e.record.ca == slug]
            for before, entry, after in zip([None, *line], line, [*line[1:], None], strict=False):
                found[entry.number] = (before, after)
        return found

    @cached_property
    def named_by(self) -> Mapping[int, list[tuple[str, Entry]]]:
        """For every bug, the incidents that name it, and as what."""
        return _grouped(
            (number, (kind, entry)) for entry in self.entries.values() for kind, number in relations_of(entry.record)
        )

    def rules_of(self, record: Incident) -> list[Rule]:
        """Give the rules that an incident cites: each section, and each document as a whole."""
        cited = record.report.policies if record.report else ()
        if record.curated and record.curated.policies is not None:
            cited = record.curated.policies
        sections = [Rule(c.document, c.section) for c in cited if c.section]
        return list(dict.fromkeys([*sections, *(Rule(c.document) for c in cited)]))

    def successors(self, slug: str) -> list[Owner]:
        """Give the identities whose place this one took."""
        return [o for o in self.registry.owners.values() if o.successor and o.successor.slug == slug]

    def children(self, slug: str) -> list[Owner]:
        """Give the organisations that stand below this one."""
        return [o for o in self.registry.owners.values() if o.parent == slug]

    @property
    def tombstones(self) -> Mapping[int, Tombstone]:
        """Records whose bugs are no longer public."""
        return self.dataset.tombstones

    def _named(self, record: Incident) -> list[str]:
        return [s for s in dict.fromkeys([record.ca, *record.also_named]) if s in self.registry.owners and s]

    def _entry(self, record: Incident) -> Entry:
        owner = self.registry.owners.get(record.ca or "")
        slugs = record.curated.tags if record.curated and record.curated.tags is not None else record.tags
        return Entry(
            record.id,
            record,
            owner,
            _short(record.title, owner),
            tuple(self.tags[slug] for slug in slugs if slug in self.tags),
            CLOSED if record.bugzilla.status in _DONE else OPEN,
        )


def relations_of(record: Incident) -> list[tuple[str, int]]:
    """Give the bugs that a record names, each with how."""
    found: list[tuple[str, int]] = []
    own = record.bugzilla.relations
    if own:
        found += [("depends on", n) for n in own.depends_on] + [("blocks", n) for n in own.blocks]
        found += [("see also", n) for n in own.see_also] + [("has the duplicate", n) for n in own.duplicates]
        found += [("duplicate of", own.duplicate_of)] if own.duplicate_of else []
    if record.report:
        found += [(r.relation or "named in the report", r.bug) for r in record.report.related]
    return list(dict.fromkeys(found))


def per_year(entries: Iterable[Entry], years: Iterable[int]) -> list[tuple[int, int]]:
    """Count incidents by year, years without one kept."""
    counted = Counter(e.record.year for e in entries)
    return [(year, counted[year]) for year in years]


def _short(title: str, owner: Owner | None) -> str:
    prefix = prefix_of(title)
    rest = title[len(prefix) :].lstrip(" :-\u2013\u2014")
    return rest if owner and rest and folded(prefix) == folded(owner.name) else title


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    found: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return dict(found)
