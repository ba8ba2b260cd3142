"""Which incident names which other, both ways, and what the named one is to it, computed once for a dataset."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from ca_incidents.schema.model import Incident
from ca_incidents.schema.record.effective import effective
from ca_incidents.schema.tables.vocabulary import terms

# What the named bug is to the naming one. Bugzilla says the first five; the others follow from both records, and
# `cited` is all that is left.
Kind = Literal[
    "depends-on",
    "blocks",
    "see-also",
    "duplicate",
    "duplicate-of",
    "delayed-revocation-of",
    "handling-of",
    "learned-from",
    "same-topic",
    "same-topic-elsewhere",
    "cited",
]

# The field of a bug's relations, and what it says about the bug that it names.
_OF_BUGZILLA: tuple[tuple[str, Kind], ...] = (
    ("depends_on", "depends-on"),
    ("blocks", "blocks"),
    ("see_also", "see-also"),
    ("duplicates", "duplicate"),
)

_IN_TITLE = re.compile(r"\b(?:bug|bugzilla|ticket|incident)\s?#?([0-9]{6,8})\b", re.I)

_LATE_REVOCATION = frozenset({"leaf-revocation-delay", "ca-revocation-delay", "revocation-late"})
_HANDLING = frozenset({"incident-report", "problem-report-late"})
_LEARNED = "other-ca-incident"
# Topics that two incidents can share without the same failure.
UNSPECIFIC = frozenset({"several-faults", "audit-opinion"})
_SPECIFIC_GROUPS = frozenset({"what", "process"})


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Link:
    """One bug names another: `relation` says in which way, `kind` what the named one is to it.

    `comment` is the one that says so. A link of one record alone, without the record that it names, has the kind that
    Bugzilla says, or `cited`.
    """

    source: int
    target: int
    relation: str
    path: str
    comment: int | None = None
    kind: Kind = "cited"


@dataclass(frozen=True, slots=True)
class Links:
    """All links of a dataset by the naming and by the named bug; the named may lie outside of the dataset."""

    names: Mapping[int, tuple[Link, ...]]
    named_by: Mapping[int, tuple[Link, ...]]


def links_of(incidents: Mapping[int, Incident]) -> Links:
    """Collect every link of the effective records with its kind, in the order of the bug numbers."""
    records = {number: effective(incidents[number]) for number in sorted(incidents)}
    names: dict[int, list[Link]] = {}
    named_by: dict[int, list[Link]] = {}
    for record in records.values():
        for link in _with_kinds(record, list(links_in(record)), records):
            names.setdefault(link.source, []).append(link)
            named_by.setdefault(link.target, []).append(link)
    return Links({n: tuple(found) for n, found in names.items()}, {n: tuple(found) for n, found in named_by.items()})


def specific_topics(record: Incident) -> frozenset[str]:
    """Return the topics that name what failed closely enough to be the same failure elsewhere."""
    topics = {topic.topic for topic in record.topics} - UNSPECIFIC
    return frozenset(topic for topic in topics if terms("topic")[topic].group in _SPECIFIC_GROUPS)


def _with_kinds(record: Incident, links: list[Link], records: Mapping[int, Incident]) -> Iterator[Link]:
    named = {link.target: records[link.target] for link in links if link.target in records}
    same_ca = {n: other for n, other in named.items() if record.ca is not None and other.ca == record.ca}
    in_title = {link.target for link in links if link.relation == "named-in-title"}
    revoked_late = _revoked_late(record, same_ca, in_title)
    learned_from = _learned_from(record, links, named.keys() - same_ca.keys())
    for link in links:
        other = named.get(link.target)
        if link.kind != "cited" or other is None:
            yield link
        elif link.target == revoked_late:
            yield replace(link, kind="delayed-revocation-of")
        elif link.target in in_title and link.target in same_ca and _words(record) & _HANDLING:
            yield replace(link, kind="handling-of")
        elif link.target == learned_from:
            yield replace(link, kind="learned-from")
        elif specific_topics(record) & specific_topics(other):
            yield replace(link, kind="same-topic" if link.target in same_ca else "same-topic-elsewhere")
        else:
            yield link


def _revoked_late(record: Incident, same_ca: Mapping[int, Incident], in_title: Collection[int]) -> int | None:
    """Return the incident whose certificates a record about a late revocation is about.

    The title names it, or it is the only other one of the same CA that the record names, or the only one of them with
    which it shares what failed; among several nobody chooses.
    """
    if not _words(record) & _LATE_REVOCATION:
        return None
    named = [n for n, other in same_ca.items() if n in in_title and not _words(other) & _LATE_REVOCATION]
    found = [n for n, other in same_ca.items() if not _words(other) & (_LATE_REVOCATION | _HANDLING)]
    sharing = [n for n in found if specific_topics(record) & specific_topics(same_ca[n])]
    return next((only[0] for only in (named, found, sharing) if len(only) == 1), None)


def _learned_from(record: Incident, links: list[Link], elsewhere: Collection[int]) -> int | None:
    """Return the only bug of another CA that is named where the report says that such a bug led to the discovery."""
    report = record.report
    if report is None or report.discovery != _LEARNED:
        return None
    comment = report.sources.get("discovery")
    found = {one.target for one in links if one.target in elsewhere and comment in {None, one.comment}}
    return found.pop() if len(found) == 1 else None


def _words(record: Incident) -> frozenset[str]:
    return frozenset(record.tags) | {topic.topic for topic in record.topics}


def links_in(record: Incident) -> Iterator[Link]:
    """List the bugs that one record names, never itself: in Bugzilla's relations, its title, its report, by a person.

    A bug that is named in two ways has two links.
    """
    record = effective(record)
    relations = record.bugzilla.relations
    if relations is not None:
        for field, relation in _OF_BUGZILLA:
            for bug in getattr(relations, field):
                yield from _link(record, bug, relation, f"bugzilla.relations.{field}", kind=relation)
        if relations.duplicate_of is not None:
            path = "bugzilla.relations.duplicate_of"
            yield from _link(record, relations.duplicate_of, "duplicate-of", path, kind="duplicate-of")
    for match in _IN_TITLE.finditer(record.title):
        yield from _link(record, int(match[1]), "named-in-title", "title")
    for i, item in enumerate(record.report.related if record.report else ()):
        yield from _link(record, item.bug, item.relation or "related", f"report.related[{i}]", comment=item.source)


def _link(
    record: Incident, bug: int, relation: str, path: str, *, comment: int | None = None, kind: Kind = "cited"
) -> Iterator[Link]:
    if bug != record.id:
        yield Link(source=record.id, target=bug, relation=relation, path=path, comment=comment, kind=kind)
