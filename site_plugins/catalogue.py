"""Everything that the pages look up, computed once from the dataset: incidents by CA, tag, year and rule, and links."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import TypeVar

import msgspec

from ca_incidents.schema.dataset import Dataset
from ca_incidents.schema.derive.lead import lead_of
from ca_incidents.schema.derive.links import Link, links_of
from ca_incidents.schema.derive.recurrences import Recurrence, recurrences_of
from ca_incidents.schema.derive.spoken_elsewhere import spoken_elsewhere
from ca_incidents.schema.derive.status import Derived, derive
from ca_incidents.schema.derive.title_facts import own_words
from ca_incidents.schema.export.files import File, Keep, uncached
from ca_incidents.schema.model import UNKNOWN_STATUS, Incident, Tombstone
from ca_incidents.schema.record.effective import effective
from ca_incidents.schema.tables import deadlines, policies
from ca_incidents.schema.tables.registry import Owner, Registry
from ca_incidents.schema.tables.vocabulary import Term, tag_spellings, terms
from ca_incidents.schema.tables.vocabulary import folded as folded_tag
from ca_incidents.site_plugins.pages import html
from ca_incidents.site_plugins.pages.wording import FLAGS

ALIKE = 6
KeepDerived = Callable[[bytes, Callable[[], Derived]], Derived]
_BRACKETED = re.compile(r"\[([^\[\]]*)\]")
_ALIKE = msgspec.msgpack.Decoder(dict[int, list[tuple[int, tuple[str, ...]]]])
K = TypeVar("K")
V = TypeVar("V")


class Entry:
    """One incident: its effective record, derived facts and lead, its title without the name of its CA as `short`.

    `dispute` is the address of the form for disputing what is said about it. `digest` covers everything; this is not a
    dataclass, so that pages are compared by it and not by complete records.
    """

    __slots__ = ("derived", "digest", "dispute", "lead", "number", "owner", "record", "short", "tags")

    def __init__(
        self,
        record: Incident,
        derived: Derived,
        owner: Owner | None,
        tags: tuple[Term, ...],
        digest: bytes,
        *,
        lead: str,
        dispute: str | None,
    ):
        self.number = record.id
        self.record = record
        self.derived = derived
        self.lead = lead
        self.owner = owner
        self.short = own_words(record.title, owner.name if owner else None)
        self.tags = tags
        self.digest = digest
        self.dispute = dispute

    @property
    def status(self) -> str:
        """The state of the remediation, as of the snapshot."""
        return self.derived.status

    @property
    def flags(self) -> list[str]:
        """What is or was late, in words, each once."""
        return list(dict.fromkeys(FLAGS[flag.name] for flag in self.derived.flags))

    @property
    def opened(self) -> str:
        """The day, or as much of it as is known, on which the bug was opened."""
        bug = self.record.bugzilla
        first, last = bug.opened_between or ("", "-")
        return first if first == last else bug.opened[:10]

    @property
    def is_open(self) -> bool:
        """Whether the bug is known to be open."""
        return self.derived.status != "closed" and self.record.bugzilla.status != UNKNOWN_STATUS

    @property
    def is_listed(self) -> bool:
        """Whether the bug is known by title, whiteboard and day only, from a list."""
        return self.record.bugzilla.read_from == "list"

    @property
    def unread(self) -> str | None:
        """What was not read of the thread, as the end of a sentence; None where all of it was read."""
        reading = self.derived.reading
        return None if reading.whole else str(reading)

    @property
    def root_causes(self) -> tuple[str, ...]:
        """The root causes that people coded; empty where nobody has."""
        curated = self.record.curated
        return (curated.root_causes if curated else None) or ()

    @property
    def days_to_last_comment(self) -> list[float]:
        """The days from a resolved bug's opening to its last comment; empty where one is not known."""
        days = self.derived.days_to_last_comment
        return [days] if self.status == "closed" and days is not None else []

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
        return f"rules/{self.document}/{html.slug(self.section)}/" if self.section else f"rules/{self.document}/"


@dataclass(frozen=True, slots=True)
class Spelled:
    """A spelling of a tag on whiteboards, the number of bugs, and the days on which the first and last were opened."""

    words: str
    count: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Forge:
    """Addresses on the forge: what to put before `<year>/<bug>.yaml` to edit or read a record, and the forms."""

    edit: str
    raw: str
    dispute: str
    wrong_fact: str

    @property
    def dispute_of_any(self) -> str:
        """The address of the dispute form without the number of the bug, which comes last."""
        return f"{self.dispute}&bug="

    def dispute_of(self, number: int) -> str:
        """Return the address of the dispute form, filled in for a bug."""
        return f"{self.dispute_of_any}{number}"

    def wrong_fact_of(self, number: int) -> str:
        """Return the address of the form for a wrong fact, filled in for a bug."""
        return f"{self.wrong_fact}&bug={number}"


@dataclass(frozen=True)
class Frame:
    """What pages show that is in no record: the snapshot's day, the registry, vocabularies, and addresses."""

    as_of: str
    registry: Registry
    site_url: str = ""
    forge: Forge | None = None

    @property
    def today(self) -> date:
        """The day of the snapshot, never the machine's."""
        return date.fromisoformat(self.as_of[:10])

    @cached_property
    def tags(self) -> Mapping[str, Term]:
        """All tags by slug."""
        return terms("tag")

    @cached_property
    def topics(self) -> Mapping[str, Term]:
        """All topics by slug."""
        return terms("topic")

    @cached_property
    def policies(self) -> policies.Policies:
        """All rule documents."""
        return policies.standard()

    @cached_property
    def digest(self) -> bytes:
        """The digest of all this, except the vocabularies, which are part of the code."""
        known = self.registry
        # The registry's other fields are computed from these and have no stable order.
        parts = known.as_of, known.owners, known.programs, known.roles, list(known.exceptions.values())
        encoded = msgspec.msgpack.encode((parts, self.as_of, self.site_url, self.forge), order="deterministic")
        return sha256(encoded).digest()


class Catalogue:
    """The dataset as pages look it up; `today` is the day of the snapshot, never the machine's.

    `keep` caches files, `keep_derived` derived facts. A preview is given the catalogue that it `began` with and retains
    its version, its files of the complete dataset and its similar incidents, so that a changed record changes only the
    pages that show it.
    """

    def __init__(
        self,
        dataset: Dataset,
        *,
        site_url: str = "",
        forge: Forge | None = None,
        keep: Keep = uncached,
        keep_derived: KeepDerived = uncached,
        began: "Catalogue | None" = None,
    ) -> None:
        self.dataset = dataset
        self.keep = keep
        self._keep_derived = keep_derived
        self.exported: Sequence[File] | None = began.exported if began else None
        self._version = began.version if began else None
        self._alike_before = began.alike if began else None
        self.frame = Frame(dataset.snapshot.as_of, dataset.registry, site_url, forge)
        self.site_url = site_url
        self.registry = dataset.registry
        self.as_of = dataset.snapshot.as_of
        self.today = self.frame.today
        self.tags = self.frame.tags
        self.topics = self.frame.topics
        self.policies = self.frame.policies
        self.deadlines = deadlines.standard()

    @cached_property
    def version(self) -> str:
        """The dataset's version."""
        return self._version or self.dataset.version

    @cached_property
    def entries(self) -> Mapping[int, Entry]:
        """All incidents by number."""
        return {number: self._entry(record) for number, record in self.dataset.incidents.items()}

    @cached_property
    def newest(self) -> Sequence[Entry]:
        """All incidents, the newest first."""
        return sorted(self.entries.values(), key=lambda e: (e.opened, e.record.bugzilla.opened, e.number), reverse=True)

    @cached_property
    def by_ca(self) -> Mapping[str, list[Entry]]:
        """Incidents, newest first, by the slug of the CA concerned or also named."""
        return _grouped((slug, e) for e in self.newest for slug in self._named(e.record))

    @cached_property
    def by_tag(self) -> Mapping[str, list[Entry]]:
        """Incidents, newest first, by the slug of their tags."""
        return _grouped((tag.slug, e) for e in self.newest for tag in e.tags)

    @cached_property
    def by_topic(self) -> Mapping[str, list[Entry]]:
        """Incidents, newest first, by the slug of their topics."""
        return _grouped((topic.topic, e) for e in self.newest for topic in e.record.topics)

    @cached_property
    def spelled(self) -> Mapping[str, list[Spelled]]:
        """How each tag is written on whiteboards, the most frequent spelling first, by the tag's slug."""
        known = tag_spellings()
        opened = _grouped(
            (w, e.opened) for e in reversed(self.newest) for w in _bracketed(e.record.bugzilla.whiteboard)
        )
        found = _grouped(
            (known[spelling], Spelled(words, len(days), days[0], days[-1]))
            for words, days in opened.items()
            if (spelling := folded_tag(words)) in known
        )
        return {slug: sorted(rows, key=lambda row: (-row.count, row.words)) for slug, rows in found.items()}

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
    def links(self) -> tuple[Mapping[int, tuple[Link, ...]], Mapping[int, tuple[Link, ...]]]:
        """Which incident names which bug, by the naming and by the named one."""
        found = links_of(self.dataset.incidents)
        return found.names, found.named_by

    @cached_property
    def recurrences(self) -> Mapping[int, list[Recurrence]]:
        """The recurrences that each incident is part of, as the earlier or the later one."""
        found = recurrences_of(self.dataset.incidents)
        return _grouped((number, one) for one in found for number in (one.earlier, one.later))

    @cached_property
    def alike(self) -> Mapping[int, list[tuple[int, tuple[str, ...]]]]:
        """The most similar incidents of every incident, with what they share."""
        if self._alike_before is not None and self._alike_before.keys() == self.dataset.incidents.keys():
            return self._alike_before
        return _ALIKE.decode(self.keep(f"alike {ALIKE} {self.dataset.digest}".encode(), self._alike))

    def _alike(self) -> bytes:
        # Importing numpy takes longer than a build with this value cached.
        from ca_incidents.schema.derive.similar import SimilarityIndex  # noqa: PLC0415

        similar = SimilarityIndex(self.dataset)
        found = {
            n: [(r.incident.id, r.reasons) for r in similar.related(n, limit=ALIKE, strong_only=True)]
            for n in self.dataset.incidents
        }
        return msgspec.msgpack.encode(found)

    def rules_of(self, record: Incident) -> list[Rule]:
        """Return the rules that an incident cites: each section, and each document as a whole."""
        cited = record.report.policies if record.report else ()
        sections = [Rule(c.document, c.section) for c in cited if c.section]
        return list(dict.fromkeys([*sections, *(Rule(c.document) for c in cited)]))

    def successors(self, slug: str) -> list[Owner]:
        """Return the registry entries that this one succeeded."""
        return [o for o in self.registry.owners.values() if o.successor and o.successor.slug == slug]

    def children(self, slug: str) -> list[Owner]:
        """Return the subordinates of this organisation."""
        return [o for o in self.registry.owners.values() if o.parent == slug]

    @property
    def reach(self) -> str:
        """Up to when incidents are known, as a sentence: the newest year is never complete."""
        day, later = html.long_day(self.today), sum(entry.is_listed for entry in self.newest)
        if not later:
            return f"The newest year runs to {day} only."
        until = self.dataset.snapshot.later
        end = f" to {html.long_day(date.fromisoformat(until.until))}" if until else ""
        return (
            f"The dataset is complete to {day}. From then{end}, {html.plural(later, 'incident')} "
            f"{'is' if later == 1 else 'are'} known by title, tags and day only; "
            "by whom they were filed and whether they are still open is not known."
        )

    @property
    def tombstones(self) -> Mapping[int, Tombstone]:
        """Records whose bugs are no longer public."""
        return self.dataset.tombstones

    def _named(self, record: Incident) -> list[str]:
        return [s for s in dict.fromkeys([record.ca, *record.also_named]) if s in self.registry.owners and s]

    def _entry(self, record: Incident) -> Entry:
        shown = effective(record)
        owner = self.registry.owners.get(shown.ca or "")
        tags = tuple(self.tags[slug] for slug in shown.tags if slug in self.tags)
        elsewhere = spoken_elsewhere(shown, self.dataset.incidents, as_of=self.as_of, registry=self.registry)
        digest = self.frame.digest + self.dataset.digests[record.id] + sha256(repr(elsewhere).encode()).digest()
        derived = self._keep_derived(
            digest,
            lambda: derive(
                shown, as_of=self.as_of, registry=self.registry, deadlines=self.deadlines, elsewhere=elsewhere
            ),
        )
        lead = lead_of(shown, derived, self.registry)
        dispute = self.frame.forge.dispute_of(record.id) if self.frame.forge else None
        return Entry(shown, derived, owner, tags, digest, lead=lead, dispute=dispute)


def per_year(entries: Iterable[Entry], years: Iterable[int]) -> list[tuple[int, int]]:
    """Count incidents by year, including years without one."""
    counted = Counter(e.record.year for e in entries)
    return [(year, counted[year]) for year in years]


def _bracketed(whiteboard: str | None) -> Iterable[str]:
    """Return the words in brackets, each once."""
    return dict.fromkeys(found.strip() for found in _BRACKETED.findall(whiteboard or ""))


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    found: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return dict(found)
