"""What a JSON Schema cannot say: rules of one record, and rules between records. Each has one code and one function."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from schema.findings import Path
from schema.model import Citation, Curated, Incident, Record, RelatedBug, Report, Tombstone
from schema.registry import Registry


@dataclass(frozen=True, slots=True)
class Broken:
    """One rule that data breaks, at one path."""

    path: Path
    code: str
    message: str
    at_key: bool = False
    other: int | None = None


def of_record(record: Record, name: str, registry: Registry) -> list[Broken]:
    """Check one record by itself; `name` is its place in the dataset, `2020/1671037.yaml`."""
    found = list(_place(record, name))
    if isinstance(record, Incident):
        found += [broken for rule in INCIDENT_RULES for broken in rule(record, registry)]
    return found


def _place(record: Record, name: str) -> Iterator[Broken]:
    folder, _, file = name.rpartition("/")
    if file != f"{record.id}.yaml":
        yield Broken(("id",), "id-not-file-name", f"the file is called {file}, so the id must be {file.split('.')[0]}")
    if isinstance(record, Incident) and folder != str(record.year):
        message = f"opened in {record.year}, but the record lies in folder {folder}"
        yield Broken(("bugzilla", "opened"), "wrong-year-folder", message)


def _known_slugs(record: Incident, registry: Registry) -> Iterator[Broken]:
    curated = record.curated or Curated()
    named: list[tuple[Path, str | None]] = [(("ca",), record.ca), (("curated", "ca"), curated.ca)]
    named += [(("also_named", i), slug) for i, slug in enumerate(record.also_named)]
    named += [(("curated", "also_named", i), slug) for i, slug in enumerate(curated.also_named or ())]
    for path, slug in named:
        if slug is not None and slug not in registry.owners:
            yield Broken(path, "unknown-ca", f'no entry of the registry is called "{slug}"')


def _dates_in_order(record: Incident, registry: Registry) -> Iterator[Broken]:  # noqa: ARG001
    bug = record.bugzilla
    for i, comment in enumerate(bug.comments):
        if comment.at is not None and comment.at < bug.opened:
            message = f"{comment.at} is before the bug was opened ({bug.opened})"
            yield Broken(("bugzilla", "comments", i, "at"), "date-order", message)
    for i, (before, after) in enumerate(pairwise(bug.comments), 1):
        if after.number <= before.number:
            message = f"comment {after.number} follows comment {before.number}; each number stands once, in order"
            yield Broken(("bugzilla", "comments", i, "number"), "comment-order", message)
        elif before.at and after.at and after.at < before.at:
            message = f"comment {after.number} is older than comment {before.number}"
            yield Broken(("bugzilla", "comments", i, "at"), "date-order", message)
    for key, value in (("resolved", bug.resolved), ("changed", bug.changed)):
        if value is not None and value < bug.opened:
            yield Broken(("bugzilla", key), "date-order", f"{value} is before the bug was opened ({bug.opened})")
    if bug.resolved and bug.changed and bug.resolved > bug.changed:
        message = f"{bug.resolved} is after the last change ({bug.changed})"
        yield Broken(("bugzilla", "resolved"), "date-order", message)


def _state(record: Incident, registry: Registry) -> Iterator[Broken]:  # noqa: ARG001
    bug = record.bugzilla
    closed = bug.status in {"RESOLVED", "VERIFIED", "CLOSED"}
    if closed and bug.resolution is None:
        message = f"a bug that is {bug.status} has a resolution"
        yield Broken(("bugzilla", "status"), "resolution-missing", message)
    if not closed and bug.resolution is not None:
        message = f"a bug that is {bug.status} has no resolution"
        yield Broken(("bugzilla", "resolution"), "resolution-of-open-bug", message)
    if not closed and bug.resolved is not None:
        message = f"a bug that is {bug.status} has not been resolved"
        yield Broken(("bugzilla", "resolved"), "resolution-of-open-bug", message)


def _sources(record: Incident, registry: Registry) -> Iterator[Broken]:  # noqa: ARG001
    numbers = {comment.number for comment in record.bugzilla.comments}
    for path, source in _named_comments(record):
        if numbers and source not in numbers:
            yield Broken(path, "unknown-comment", f"the bug has no public comment {source}")


def _named_comments(record: Incident) -> Iterator[tuple[Path, int]]:
    for block, part in (("report", record.report), ("curated", record.curated)):
        for key in ("forms", "policies", "timeline", "action_items", "related"):
            for i, item in enumerate(getattr(part, key, None) or ()):
                if item.source is not None:
                    yield (block, key, i, "source"), item.source
    report = record.report or Report()
    if report.closure:
        yield ("report", "closure", "source"), report.closure.source
    for key, source in report.sources.items():
        yield ("report", "sources", key), source


def _certificate_counts(record: Incident, registry: Registry) -> Iterator[Broken]:  # noqa: ARG001
    for block, part in (("report", record.report), ("curated", record.curated)):
        counts = part.certificates if part else None
        if not counts or counts.total is None or counts.remaining_valid is None:
            continue
        if counts.remaining_valid > counts.total:
            message = f"{counts.remaining_valid} of {counts.total} certificates cannot still be valid"
            yield Broken((block, "certificates", "remaining_valid"), "counts-contradict", message)


_ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+\.[\w.-]+")
_MENTION = re.compile(r"(?<![\w/])@[A-Za-z]\w+")


def _no_person(record: Incident, registry: Registry) -> Iterator[Broken]:  # noqa: ARG001
    curated = record.curated or Curated()
    texts: list[tuple[Path, str | None]] = [
        (("title",), record.title),
        (("bugzilla", "whiteboard"), record.bugzilla.whiteboard),
        (("curated", "summary"), curated.summary),
        (("curated", "notes"), curated.notes),
    ]
    for path, text in texts:
        if text and _ADDRESS.search(text):
            yield Broken(path, "e-mail-address", "holds an e-mail address; no address is ever stored")
        elif text and path[0] == "curated" and _MENTION.search(text):
            yield Broken(path, "at-mention", "mentions somebody with an @; name no person")


def _repeated(record: Incident, registry: Registry) -> Iterator[Broken]:  # noqa: ARG001
    for block, part in (("report", record.report), ("curated", record.curated)):
        for key in ("policies", "related"):
            seen: set[object] = set()
            for i, item in enumerate(getattr(part, key, None) or ()):
                same = item.bug if isinstance(item, RelatedBug) else _cited(item)
                if same in seen:
                    yield Broken((block, key, i), "not-unique", "says what an item above says")
                seen.add(same)


def _cited(item: Citation) -> tuple[str | None, ...]:
    return item.document, item.section, item.version


# The order is the order of the findings' documentation; add a rule by adding its function here.
INCIDENT_RULES: Sequence[Callable[[Incident, Registry], Iterator[Broken]]] = (
    _known_slugs,
    _dates_in_order,
    _state,
    _sources,
    _certificate_counts,
    _no_person,
    _repeated,
)


def of_ledger(bugs: Sequence[int]) -> list[Broken]:
    """Check that the coverage ledger lists each bug once, in the order of the numbers."""
    wrong = []
    for i, (before, after) in enumerate(pairwise(bugs), 1):
        if after == before:
            wrong.append(Broken(("excluded", i, "bug"), "duplicate-id", f"bug {after} stands twice"))
        elif after < before:
            wrong.append(Broken(("excluded", i, "bug"), "ledger-order", f"bug {after} must stand before {before}"))
    return wrong


def of_snapshot_day(record: Record, as_of: str) -> list[Broken]:
    """Check that a record knows nothing later than the moment that the snapshot says it reaches."""
    if not isinstance(record, Incident):
        return []
    bug = record.bugzilla
    times: list[tuple[Path, str | None]] = [
        (("bugzilla", key), getattr(bug, key)) for key in ("opened", "changed", "resolved")
    ]
    times += [(("bugzilla", "comments", i, "at"), comment.at) for i, comment in enumerate(bug.comments)]
    times += [(("bugzilla", "history", i, "at"), change.at) for i, change in enumerate(bug.history)]
    return [
        Broken(path, "after-snapshot", f"{at} is later than the snapshot, which reaches to {as_of}")
        for path, at in times
        if at is not None and at > as_of
    ]


def of_counts(stated: Mapping[str, int], counted: Mapping[str, int]) -> list[Broken]:
    """Check that the snapshot counts what is there."""
    return [
        Broken(("counts", key), "wrong-count", f"says {stated[key]}, but there are {number}")
        for key, number in counted.items()
        if stated[key] != number
    ]


def across_records(
    records: Mapping[int, Record], excluded: Iterable[int], unsound: Iterable[int] = ()
) -> Iterator[tuple[int, list[Broken]]]:
    """Check records against each other and the ledger; gives (record's number, what it breaks).

    `unsound` are bugs whose records are there but could not be read; naming them is no fault of their neighbours.
    """
    ledger = set(excluded)
    known = ledger | records.keys() | set(unsound)
    for number, record in records.items():
        broken = []
        if number in ledger:
            message = "the coverage ledger excludes this bug; it is either an incident or not"
            broken.append(Broken(("id",), "excluded-and-recorded", message))
        if not isinstance(record, Tombstone):
            broken += [
                Broken(path, *_unlinked(bug, foreign, bug in known), other=bug)
                for path, bug, foreign in _named_bugs(record)
                if foreign == (bug in known)
            ]
        if broken:
            yield number, broken


def _unlinked(bug: int, foreign: bool, known: bool) -> tuple[str, str]:
    if foreign and known:
        return "foreign-but-known", f"bug {bug} has a record here, so it is not foreign"
    return "unknown-bug", f"bug {bug} has no record here; if it lies outside the component, mark it as foreign"


def _named_bugs(record: Incident) -> Iterator[tuple[Path, int, bool]]:
    relations = record.bugzilla.relations
    if relations:
        foreign = set(relations.foreign)
        for key in ("depends_on", "blocks", "see_also", "duplicates"):
            for i, bug in enumerate(getattr(relations, key)):
                yield ("bugzilla", "relations", key, i), bug, bug in foreign
        if relations.duplicate_of is not None:
            yield ("bugzilla", "relations", "duplicate_of"), relations.duplicate_of, relations.duplicate_of in foreign
    for block, part in (("report", record.report), ("curated", record.curated)):
        for i, item in enumerate((part.related or ()) if part else ()):
            yield (block, "related", i, "bug"), item.bug, item.foreign
