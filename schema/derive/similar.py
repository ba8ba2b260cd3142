"""Related incidents: which are most like one, and why.

Two incidents are alike by structure (one names the other, the same rule, topics, tags, certificates, organisation) and
by the words of their titles. `WEIGHTS` is the whole formula: each thing that two share adds its weight; topics, tags,
rules and organisations count the less the more records share them (`_rarity`), two incidents of one organisation the
more the nearer their days (`near`), and the words' BM25 score is scaled. What is common, such as an organisation years
apart or a single word, is a weak reason; a list can be limited to incidents with a strong one (`_STRONG`).
CCADB Incident Reporting Guidelines 3.x, "Related Incidents", asks for the incidents of the last two years, also of
other CAs.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from ca_incidents.schema.dataset import Dataset, UnknownIncident
from ca_incidents.schema.derive import title_index as texts
from ca_incidents.schema.derive.links import UNSPECIFIC, Link, links_of
from ca_incidents.schema.model import Bugzilla, Incident
from ca_incidents.schema.record.effective import effective
from ca_incidents.schema.tables import policies
from ca_incidents.schema.tables.registry import prefix_of
from ca_incidents.schema.tables.vocabulary import terms

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEIGHTS: Mapping[str, float] = {
    "duplicate": 12.0,
    "certificate": 10.0,
    "named": 12.0,
    "linked": 8.0,
    "topic": 3.0,
    "section": 2.0,
    "document": 0.5,
    "category": 1.0,
    "qualifier": 0.5,
    "organisation": 2.0,
    "near": 5.0,
    "words": 0.4,
}
# Strong reasons, with links, several words that titles share, and days at most so far apart at one organisation.
_STRONG = frozenset({"certificate", "section", "topic", "category"})
ENOUGH_WORDS = 2
NEAR_DAYS = 90
_LINKED = frozenset({"depends-on", "blocks", "see-also"})
_DUPLICATE = frozenset({"duplicate", "duplicate-of"})

# A thing that incidents share: its kind (a key of WEIGHTS) and its value.
Feature = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Related:
    """One related incident, how alike it is (only the order means something), and why."""

    incident: Incident
    score: float
    reasons: tuple[str, ...]


def related(
    dataset: Dataset,
    *,
    bug: int | None = None,
    ca: str | None = None,
    tag: str | None = None,
    policy: str | None = None,
    years: int | None = 2,
    limit: int | None = 20,
) -> list[Related]:
    """List the incidents most like a bug's, or those of a CA, tag or rule document, or both conditions together.

    With `bug`, the most alike come first, opened at most `years` before or after it; without it the newest come first,
    opened at most `years` before the snapshot. `policy` is a document, or document and section (`tls-br 4.9.1`, which
    also means 4.9.1.1). `years` and `limit` None mean all. Raises UnknownIncident where the bug has no record.
    """
    index = SimilarityIndex(dataset)
    wanted = _Conditions(ca, tag, policy)
    if bug is None:
        return index.newest(wanted, since=_years_before(dataset.snapshot.as_of, years), limit=limit)
    found = index.related(bug, years=years, limit=None)
    kept = [one for one in found if wanted.met_by(one.incident)]
    return kept[:limit]


@dataclass(frozen=True, slots=True)
class _Conditions:
    ca: str | None = None
    tag: str | None = None
    policy: str | None = None

    def met_by(self, record: Incident) -> bool:
        return (
            (self.ca is None or self.ca in (record.ca, *record.also_named))
            and (self.tag is None or self.tag in record.tags)
            and (self.policy is None or any(_cites(self.policy, *cited) for cited in _citations(record)))
        )

    def reasons(self) -> tuple[str, ...]:
        said = (("same CA", self.ca), ("same tag", self.tag), ("same rule", self.policy))
        return tuple(f"{what}: {value}" for what, value in said if value is not None)


def _cites(policy: str, document: str, section: str | None) -> bool:
    wanted, _, part = policy.replace(":", " ").partition(" ")
    part = part.strip()
    return document == wanted and (not part or section == part or (section or "").startswith((f"{part}.", f"{part}(")))


def _citations(record: Incident) -> Iterator[tuple[str, str | None]]:
    for citation in record.report.policies if record.report else ():
        yield citation.document, citation.section


class SimilarityIndex:
    """Everything needed to compare incidents, computed once for a dataset."""

    def __init__(self, dataset: Dataset) -> None:
        # In the order of the days, so that a reach of years is one slice of every list.
        self._records = sorted(map(effective, dataset.incidents.values()), key=lambda r: (_day(r.bugzilla), r.id))
        self._place = {record.id: i for i, record in enumerate(self._records)}
        self._days = [_day(record.bugzilla) for record in self._records]
        self._all_days = np.array(self._days)
        self._features = [list(dict.fromkeys(_features(record))) for record in self._records]
        self._holders = _holders(self._features)
        self._weights = self._weighed()
        self._words = texts.index_words(
            {i: _own_words(record) for i, record in enumerate(self._records)},
            {i: [topic.topic for topic in record.topics] for i, record in enumerate(self._records)},
        )
        self._word_scores = {
            stem: (np.array([i for i, _ in found]), np.array([score for _, score in found]))
            for stem, found in self._words.scores.items()
        }
        self._links = links_of({record.id: record for record in self._records})

    def related(
        self, bug: int, *, years: int | None = 2, limit: int | None = 10, strong_only: bool = False
    ) -> list[Related]:
        """List the incidents most like a bug's, the most alike first; equal ones newest first.

        With `strong_only`, each of them has at least one strong reason.
        Raises UnknownIncident where the bug has no record.
        """
        if bug not in self._place:
            raise UnknownIncident(f"there is no record of bug {bug}")
        subject = self._place[bug]
        low, high = self._reach(subject, years)
        scores, strong = self._scores(subject, low, high)
        if strong_only:
            scores[~strong] = 0
        scores[subject - low] = 0
        # Places are in the order of the days: of two equal scores the newer one wins.
        ranked = _highest(scores, limit)
        return [
            Related(self._records[low + i], round(float(scores[i]), 4), tuple(self._reasons(subject, low + i)))
            for i in ranked
        ]

    def newest(self, wanted: _Conditions, *, since: int | None, limit: int | None) -> list[Related]:
        """List the incidents that meet conditions, opened on or after a day, the newest first."""
        found = [
            Related(record, 0.0, wanted.reasons())
            for i, record in enumerate(self._records)
            if (since is None or self._days[i] >= since) and wanted.met_by(record)
        ]
        return sorted(found, key=lambda one: _newness(one.incident), reverse=True)[:limit]

    def _weighed(self) -> dict[Feature, float]:
        return {f: WEIGHTS[f[0]] * _rarity(len(held), len(self._records)) for f, held in self._holders.items()}

    def _reach(self, subject: int, years: int | None) -> tuple[int, int]:
        """Give the slice of the records that were opened at most that many years before or after one."""
        if years is None:
            return 0, len(self._records)
        day, reach = self._days[subject], _days_of(years)
        return bisect_left(self._days, day - reach), bisect_right(self._days, day + reach)

    def _scores(self, subject: int, low: int, high: int) -> "tuple[NDArray[np.float64], NDArray[np.bool_]]":
        """Score the records of a slice against one, and return which share something strong; 0 means nothing shared."""
        scores, strong, words = np.zeros(high - low), np.zeros(high - low, bool), np.zeros(high - low, int)
        for feature in self._features[subject]:
            places = _between(self._holders[feature], low, high)
            scores[places - low] += self._weights[feature]
            if feature[0] in _STRONG:
                strong[places - low] = True
            if feature[0] == "organisation":
                apart = np.abs(self._all_days[places] - self._days[subject])
                scores[places - low] += WEIGHTS["near"] * np.exp(-apart / NEAR_DAYS)
                strong[places - low] |= apart <= NEAR_DAYS
        for stem in self._words.words.get(subject, ()):
            if stem in self._word_scores:
                places, found = self._word_scores[stem]
                first, last = np.searchsorted(places, (low, high))
                scores[places[first:last] - low] += WEIGHTS["words"] * found[first:last]
                words[places[first:last] - low] += 1
        strong |= words >= ENOUGH_WORDS
        for kind, i in sorted(self._linked(subject)):
            if low <= i < high:
                scores[i - low] += WEIGHTS[kind]
                strong[i - low] = True
        return scores, strong

    def _linked(self, subject: int) -> set[tuple[str, int]]:
        """Give the kind of every link from or to a record, and the other's place; each kind once."""
        number = self._records[subject].id
        found = [(_kind(link), link.target) for link in self._links.names.get(number, ())]
        found += [(_kind(link), link.source) for link in self._links.named_by.get(number, ())]
        return {(kind, self._place[bug]) for kind, bug in found if bug in self._place}

    def _reasons(self, subject: int, other: int) -> Iterator[str]:
        """Say what two incidents share, the weightiest kind first."""
        number, found = self._records[other].id, self._records[subject].id
        yield from _said_of_links(self._links.names.get(found, ()), number, found)
        shared = set(self._features[other])
        held = [feature for feature in self._features[subject] if feature in shared]
        yield from _said(held)
        apart = abs(self._days[other] - self._days[subject])
        if apart <= NEAR_DAYS and any(kind == "organisation" for kind, _ in held):
            yield "opened on the same day" if not apart else f"opened {apart} day{'s' if apart > 1 else ''} apart"
        own, theirs = self._words.words.get(subject, {}), self._words.words.get(other, {})
        common = [theirs[stem] for stem in own if stem in theirs and stem in self._words.scores]
        if common:
            yield f"words in the title: {', '.join(common)}"
        yield from _said_of_links(self._links.names.get(number, ()), found, found)


def _said_of_links(links: Sequence[Link], target: int, subject: int) -> Iterator[str]:
    for kind in dict.fromkeys(_kind(link) for link in links if link.target == target):
        if kind == "duplicate":
            yield "duplicate"
        elif kind == "linked":
            yield "linked on Bugzilla"
        else:
            yield f"cites bug {subject}" if target == subject else f"cited by bug {subject}"


def _kind(link: Link) -> str:
    return "duplicate" if link.relation in _DUPLICATE else "linked" if link.relation in _LINKED else "named"


_TITLES = {
    "section": "same rule",
    "topic": "same topics",
    "document": "same document",
    "category": "same tags",
    "qualifier": "same tags",
    "organisation": "same CA",
}


def _said(features: Iterable[Feature]) -> Iterator[str]:
    by_title: dict[str, list[str]] = {}
    certificates = 0
    for kind, value in features:
        if kind == "certificate":
            certificates += 1
        else:
            by_title.setdefault(_TITLES[kind], []).append(value)
    if certificates:
        yield f"same certificates: {certificates}"
    cited = " ".join(by_title.get("same rule", ()))
    for title, values in by_title.items():
        told = [v for v in values if title != "same document" or f"{v} " not in f"{cited} "]
        if told:
            yield f"{title}: {', '.join(told)}"


def _features(record: Incident) -> Iterator[Feature]:
    certificates = record.report.certificates if record.report else None
    if certificates is not None:
        for fingerprint in certificates.sha256:
            yield "certificate", fingerprint
        for number in certificates.crtsh_ids:
            yield "certificate", f"crt.sh {number}"
    for document, section in _citations(record):
        name = _shared_name(document, record.ca)
        if name and section is not None:
            yield "section", f"{name} {section}"
        if name:
            yield "document", name
    for topic in record.topics:
        if topic.topic not in UNSPECIFIC:
            yield "topic", topic.topic
    known = terms("tag")
    for tag in record.tags:
        group = known[tag].group if tag in known else None
        if group in WEIGHTS and tag != "uncategorized":
            yield str(group), tag
    for slug in (record.ca, *record.also_named):
        if slug is not None:
            yield "organisation", slug


def _shared_name(document: str, ca: str | None) -> str | None:
    """Name a document so that equal names mean the same text; None where its text is not known."""
    known = policies.standard()
    if known.is_one_text(document):
        return document
    return f"{document} of {ca}" if ca and known.document(document) else None


def _holders(features: Sequence[Sequence[Feature]]) -> "dict[Feature, NDArray[np.int64]]":
    found: dict[Feature, list[int]] = {}
    for i, held in enumerate(features):
        for feature in held:
            found.setdefault(feature, []).append(i)
    return {feature: np.array(places) for feature, places in found.items()}


def _between(places: "NDArray[np.int64]", low: int, high: int) -> "NDArray[np.int64]":
    first, last = np.searchsorted(places, (low, high))
    return places[first:last]


def _highest(scores: "NDArray[np.float64]", limit: int | None) -> list[int]:
    """Give the places of the highest scores above 0, the highest first, of equal ones the last first."""
    places = np.flatnonzero(scores)
    if limit is not None and len(places) > limit > 0:
        least = np.partition(scores[places], -limit)[-limit]
        places = places[scores[places] >= least]
    order = np.lexsort((-places, -scores[places]))
    return [int(i) for i in places[order][:limit]]


def _rarity(holders: int, records: int) -> float:
    """Weigh what few records hold as 1, what all hold as little."""
    return math.log1p(records / holders) / math.log1p(records)


def _own_words(record: Incident) -> str:
    prefix = prefix_of(record.title)
    rest = record.title[len(prefix) :]
    return rest or record.title


def _newness(record: Incident) -> tuple[int, str, int]:
    return _day(record.bugzilla), record.bugzilla.opened, record.id


def _day(bug: Bugzilla) -> int:
    """Number the day on which a bug was opened; where only bounds or the year are known, the day in their middle."""
    if bug.opened_between is not None:
        first, last = (date.fromisoformat(day).toordinal() for day in bug.opened_between)
        return (first + last) // 2
    if len(bug.opened) < len("2020-01-31"):
        return date(int(bug.opened[:4]), 7, 1).toordinal()
    return date.fromisoformat(bug.opened[:10]).toordinal()


def _days_of(years: int) -> int:
    return math.ceil(years * 365.25)


def _years_before(as_of: str, years: int | None) -> int | None:
    return None if years is None else date.fromisoformat(as_of[:10]).toordinal() - _days_of(years)
