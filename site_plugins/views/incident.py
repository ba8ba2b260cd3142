"""The page of one incident, and the tombstone of a withdrawn one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from schema.model import Comment, Incident, Tombstone
from schema.vocabulary import terms
from site_plugins import markup
from site_plugins.catalogue import Catalogue, Entry, relations_of
from site_plugins.page import Page, SearchEntry, Section
from site_plugins.people import SIDES, Side, side_of, tally

FLAT_THREAD = 12


@dataclass(frozen=True, slots=True)
class Voice:
    """One comment and the side that wrote it."""

    comment: Comment
    side: Side


@dataclass(frozen=True, slots=True)
class Stretch:
    """The comments of one month: who wrote how many, and each of them."""

    month: str
    voices: tuple[Voice, ...]
    tally: tuple[tuple[Side, int], ...]


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Give the page of every record, withdrawn ones included."""
    for entry in catalogue.entries.values():
        yield _page(catalogue, entry)
    for tombstone in catalogue.tombstones.values():
        yield _withdrawn(catalogue, tombstone)


def _page(catalogue: Catalogue, entry: Entry) -> Page:
    url = f"incidents/{entry.number}/"
    name = entry.owner.name if entry.owner else "An incident without a named CA"
    tags = ", ".join(tag.title for tag in entry.tags) or "no category"
    return Page(
        url=url,
        kind="incident",
        title=entry.record.title,
        description=f"{name}, opened {markup.day(entry.opened)}: {tags}. Bug {entry.number}.",
        updated=entry.updated,
        sections=_sections(catalogue, entry),
        body=markup.body("incident.html", url, lambda: _values(catalogue, entry)),
        search=SearchEntry(
            title=entry.record.title,
            text=_search_text(entry),
            labels=(*((entry.owner.name,) if entry.owner else ()), str(entry.record.year)),
        ),
    )


def _search_text(entry: Entry) -> str:
    tags = ", ".join(tag.title for tag in entry.tags)
    return f"Bug {entry.number}, {entry.status}. {tags}"


def _sections(catalogue: Catalogue, entry: Entry) -> tuple[Section, ...]:
    found = [Section("facts", "Facts")]
    if entry.record.report:
        found.append(Section("report", "What the report says"))
    found += [Section("activity", "Activity"), Section("related", "Related incidents"), Section("record", "The record")]
    return tuple(found)


def _values(catalogue: Catalogue, entry: Entry) -> Mapping[str, object]:
    record = entry.record
    before, after = catalogue.order_of_ca.get(entry.number, (None, None))
    return {
        "entry": entry,
        "record": record,
        "bugzilla": record.bugzilla,
        "report": record.report,
        "named": [o for s in record.also_named if (o := catalogue.registry.owners.get(s))],
        "voices": voices(catalogue, record),
        "stretches": stretches(catalogue, record),
        "tally": tally(record, record.bugzilla.comments, catalogue.registry),
        "sides": SIDES,
        "before": before,
        "after": after,
        "relations": _relations(catalogue, entry),
        "documents": catalogue.documents,
        "kinds": terms("certificate_kind"),
        "causes": terms("root_cause"),
        "sources_of": terms("disclosure_source"),
        "templates": terms("template"),
        "as_of": catalogue.as_of,
    }


def voices(catalogue: Catalogue, record: Incident) -> list[Voice]:
    """Give every comment with the side that wrote it."""
    return [Voice(c, side_of(c.affiliation, record.ca, catalogue.registry)) for c in record.bugzilla.comments]


def stretches(catalogue: Catalogue, record: Incident) -> list[Stretch]:
    """Group a long thread by month so that it can be looked over; a short one is not grouped."""
    found = voices(catalogue, record)
    if len(found) <= FLAT_THREAD:
        return []
    grouped = [(m, tuple(v)) for m, v in groupby(found, key=lambda v: (v.comment.at or "")[:7])]
    return [
        Stretch(m, v, tuple(tally(record, tuple(each.comment for each in v), catalogue.registry))) for m, v in grouped
    ]


def _relations(catalogue: Catalogue, entry: Entry) -> list[tuple[int, Entry | None, list[str]]]:
    """Give each bug that this one names or that names it: number, its entry where recorded, and the reasons."""
    reasons: dict[int, list[str]] = {}
    for kind, number in relations_of(entry.record):
        reasons.setdefault(number, []).append(f"this bug: {kind}")
    for kind, other in catalogue.named_by.get(entry.number, ()):
        reasons.setdefault(other.number, []).append(f"that bug: {kind}")
    return [(number, catalogue.entries.get(number), why) for number, why in sorted(reasons.items())]


def _withdrawn(catalogue: Catalogue, tombstone: Tombstone) -> Page:
    url = f"incidents/{tombstone.id}/"
    return Page(
        url=url,
        kind="withdrawn",
        title=f"Incident {tombstone.id} (withdrawn)",
        description="This record was withdrawn.",
        updated=tombstone.withdrawn.on[:10],
        sections=(Section("withdrawn", "Withdrawn"),),
        body=markup.body("withdrawn.html", url, lambda: {"tombstone": tombstone}),
    )
