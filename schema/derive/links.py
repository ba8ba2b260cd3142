"""Which incident names which other, both ways, computed once for a dataset."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ca_incidents.schema.model import Incident
from ca_incidents.schema.record.effective import effective

# The field of a bug's relations, and what it says about the bug that it names.
_OF_BUGZILLA = (
    ("depends_on", "depends-on"),
    ("blocks", "blocks"),
    ("see_also", "see-also"),
    ("duplicates", "duplicate"),
)

_IN_TITLE = re.compile(r"\bbug\s?#?([0-9]{6,8})\b", re.I)


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Link:
    """One bug names another: `relation` is what the named one is to it, `comment` where it says so."""

    source: int
    target: int
    relation: str
    path: str
    comment: int | None = None


@dataclass(frozen=True, slots=True)
class Links:
    """All links of a dataset by the naming and by the named bug; the named may lie outside of the dataset."""

    names: Mapping[int, tuple[Link, ...]]
    named_by: Mapping[int, tuple[Link, ...]]


def links_of(incidents: Mapping[int, Incident]) -> Links:
    """Collect every link of the effective records, in the order of the bug numbers."""
    names: dict[int, list[Link]] = {}
    named_by: dict[int, list[Link]] = {}
    for number in sorted(incidents):
        for link in links_in(incidents[number]):
            names.setdefault(link.source, []).append(link)
            named_by.setdefault(link.target, []).append(link)
    return Links({n: tuple(found) for n, found in names.items()}, {n: tuple(found) for n, found in named_by.items()})


def links_in(record: Incident) -> Iterator[Link]:
    """List the bugs that one record names, never itself: in Bugzilla's relations, its title, its report, by a person.

    A bug that is named in two ways has two links.
    """
    record = effective(record)
    relations = record.bugzilla.relations
    if relations is not None:
        for field, relation in _OF_BUGZILLA:
            for bug in getattr(relations, field):
                yield from _link(record, bug, relation, f"bugzilla.relations.{field}")
        if relations.duplicate_of is not None:
            yield from _link(record, relations.duplicate_of, "duplicate-of", "bugzilla.relations.duplicate_of")
    for match in _IN_TITLE.finditer(record.title):
        yield from _link(record, int(match[1]), "named-in-title", "title")
    for i, item in enumerate(record.report.related if record.report else ()):
        yield from _link(record, item.bug, item.relation or "related", f"report.related[{i}]", item.source)


def _link(record: Incident, bug: int, relation: str, path: str, comment: int | None = None) -> Iterator[Link]:
    if bug != record.id:
        yield Link(source=record.id, target=bug, relation=relation, path=path, comment=comment)
