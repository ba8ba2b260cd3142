"""Rules beyond the JSON Schema: of one record, and between records. Each has one code and one function."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from ca_incidents.schema.check import curated, forbidden_text
from ca_incidents.schema.findings import Broken, Path
from ca_incidents.schema.messages import nearest, shown
from ca_incidents.schema.model import Citation, Curated, Incident, Record, RelatedBug, Report, Tombstone
from ca_incidents.schema.record.reading import reading_of
from ca_incidents.schema.tables.registry import Registry, folded, prefix_of


def of_record(record: Record, name: str, registry: Registry) -> list[Broken]:
    """Check one record by itself; `name` is its file in the dataset, `2020/1671037.yaml`."""
    found = list(_place(record, name))
    if isinstance(record, Incident):
        found += [broken for rule in INCIDENT_RULES for broken in rule(record, registry)]
    return found


def _place(record: Record, name: str) -> Iterator[Broken]:
    folder, _, file = name.rpartition("/")
    if file != f"{record.id}.yaml":
        yield Broken(("id",), "id-not-file-name", f"the file is {file}, so the id must be {file.split('.')[0]}")
    if isinstance(record, Incident) and folder != str(record.year):
        message = f"opened in {record.year}, but the record is in folder {folder}; move it"
        yield Broken(("bugzilla", "opened"), "wrong-year-folder", message)


def _known_slugs(record: Incident, registry: Registry) -> Iterator[Broken]:
    by_hand = record.curated or Curated()
    named: list[tuple[Path, str | None]] = [(("ca",), record.ca), (("curated", "ca"), by_hand.ca)]
    named += [(("also_named", i), slug) for i, slug in enumerate(record.also_named)]
    named += [(("curated", "also_named", i), slug) for i, slug in enumerate(by_hand.also_named or ())]
    for path, slug in named:
        if slug is not None and slug not in registry.owners:
            yield unknown_ca(path, slug, registry)


def unknown_ca(path: Path, written: str, registry: Registry) -> Broken:
    """Explain what was written where the slug of a CA belongs, with the slug that was probably meant."""
    near = registry.slug_of(written) or registry.slug_of(written.replace("-", " "))
    hint = f'; did you mean "{near}"?' if near else nearest(written, sorted(registry.owners))
    return Broken(path, "unknown-ca", f"the registry has no {shown(written)}{hint}")


# Letters of other scripts that a reader takes for a Latin one, from the confusables of Unicode Technical Standard 39.
_LOOK_ALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u04bb\u0501\u051b\u051d"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0405\u0406\u0408"
    "\u03bf\u03b1\u03bd\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u0131\u0261",
    "aeopcyxsijhdqwABEKMHOPCTXSIJoavABEZHIKMNOPTYXig",
)


def _look_alikes(record: Incident, registry: Registry) -> Iterator[Broken]:
    prefix = prefix_of(record.title)
    plain = folded(prefix.translate(_LOOK_ALIKES))
    # `of_texts` finds words with letters of two scripts.
    whole = plain != folded(prefix) and not forbidden_text.posing_letter(prefix)
    if whole and registry.slug_of(plain) and not registry.slug_of(prefix):
        odd = next(c for c in prefix if c.translate(_LOOK_ALIKES) != c)
        message = f"{shown(prefix)} only looks like {shown(plain)}: it contains {forbidden_text.named(odd)}"
        yield Broken(("title",), "look-alike", message)


def earlier(one: str, other: str) -> bool:
    """Return whether a time is before another, at the precision of the less precise one; both in UTC."""
    one, other = one.removesuffix("Z"), other.removesuffix("Z")
    length = min(len(one), len(other))
    return one[:length] < other[:length]


def _dates_in_order(record: Incident, registry: Registry) -> Iterator[Broken]:  # noqa: ARG001
    bug = record.bugzilla
    dated = [(i, comment.number, comment.at) for i, comment in enumerate(bug.comments) if comment.at is not None]
    for (_, above, before), (i, number, after) in pairwise([(0, None, bug.opened), *dated]):
        if earlier(after, before):
            what = f"comment {above} ({before})" if above is not None else f"the bug was opened ({before})"
            yield Broken(("bugzilla", "comments", i, "at"), "date-order", f"comment {number} is older than {what}")
    for i, (one, other) in enumerate(pairwise(bug.history), 1):
        if earlier(other.at, one.at):
            message = f"{other.at} is before the previous change ({one.at})"
            yield Broken(("bugzilla", "history", i, "at"), "date-order", message)
    for key, value in (("resolved", bug.resolved), ("changed", bug.changed)):
        if value is not None and earlier(value, bug.opened):
            yield Broken(("bugzilla", key), "date-order", f"{value} is before the bug was opened ({bug.opened})")
    if bug.resolved and bug.changed and earlier(bug.changed, bug.resolved):
        message = f"{bug.resolved} is after the last change ({bug.changed})"
        yield Broken(("bugzilla", "resolved"), "date-order", message)


def _comments_in_order(record: Incident, registry: Registry) -> Iterator[Broken]:  # noqa: ARG001
    for i, (before, after) in enumerate(pairwise(record.bugzilla.comments), 1):
        if after.number <= before.number:
            message = f"comment {after.number} follows comment {before.number}; sort comments by number, each once"
            yield Broken(("bugzilla", "comments", i, "number"), "comment-order", message)


_CALENDAR = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?(.*))?)?)?\Z")
_OFFSET = re.compile(r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?\Z")


def _possible_dates(record: Incident, registry: Registry) -> Iterator[Broken]:  # noqa: ARG001
    for path, text in _dates_of(record):
        if text is not None and not _is_possible(text):
            yield Broken(path, "impossible-date", f"there is no {text} in the calendar")


def _dates_of(record: Incident) -> Iterator[tuple[Path, str | None]]:
    bug = record.bugzilla
    for key in ("opened", "changed", "resolved"):
        yield ("bugzilla", key), getattr(bug, key)
    for i, comment in enumerate(bug.comments):
        # The schema has checked times with seconds.
        if comment.at is not None and len(comment.at) < 20:
            yield ("bugzilla", "comments", i, "at"), comment.at
    for block, part in (("report", record.report), ("curated", record.curated)):
        if part is None:
            continue
        yield (block, "revoked"), part.revoked
        for key in ("start", "identified", "end"):
            yield (block, "noncompliance", key), getattr(part.noncompliance, key, None)
        for i, event in enumerate(part.timeline or ()):
            if event.precision != "ambiguous":
                yield (block, "timeline", i, "at"), event.at
        for i, item in enumerate(part.action_items or ()):
            yield (block, "action_items", i, "due"), item.due
            yield (block, "action_items", i, "completed"), item.completed


def _is_possible(text: str) -> bool:
    found = _CALENDAR.match(text)
    if not found:
        return False
    year, month, day, hour, minute, second, offset = found.groups()
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return False
    return int(hour or 0) < 24 and int(minute or 0) < 60 and int(second or 0) < 60 and bool(_OFFSET.match(offset or ""))


def _state(record: Incident, registry: Registry) -> Iterator[Broken]:  # noqa: ARG001
    bug = record.bugzilla
    closed = bug.status in {"RESOLVED", "VERIFIED", "CLOSED"}
    if closed and bug.resolution is None:
        message = f"a bug that is {bug.status} must have a resolution"
        yield Broken(("bugzilla", "status"), "resolution-missing", message)
    if not closed and bug.resolution is not None:
        message = f"a bug that is {bug.status} cannot have a resolution"
        yield Broken(("bugzilla", "resolution"), "resolution-of-open-bug", message)
    if not closed and bug.resolved is not None:
        message = f"a bug that is {bug.status} cannot have been resolved"
        yield Broken(("bugzilla", "resolved"), "resolution-of-open-bug", message)


def _bounds_of_opening(record: Incident, registry: Registry) -> Iterator[Broken]:  # noqa: ARG001
    bug, path = record.bugzilla, ("bugzilla", "opened_between")
    if bug.opened_between is None:
        return
    first, last = bug.opened_between
    if not first[:4] == last[:4] == bug.opened[:4]:
        message = f"{first} and {last} must both be in the year of opened ({bug.opened[:4]})"
        yield Broken(path, "bounds-of-opening", message)
    elif first > last:
        yield Broken(path, "bounds-of-opening", f"{first} is after {last}")
    elif len(bug.opened) > len("2020"):
        yield Broken(path, "bounds-of-opening", "`opened` has the exact time, so `opened_between` must be left out")


def _reviewed_unread(record: Incident, registry: Registry) -> Iterator[Broken]:  # noqa: ARG001
    reading = reading_of(record)
    if record.curated and record.curated.reviewed and not reading.whole:
        message = f"a reviewed record was compared with the whole thread, but {reading}"
        yield Broken(("curated", "reviewed"), "reviewed-unread", message)


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
            message = f"{counts.remaining_valid} certificates cannot still be valid if only {counts.total} are affected"
            yield Broken((block, "certificates", "remaining_valid"), "counts-contradict", message)


def _texts_within(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts_within(inner, (*path, key))
    elif isinstance(value, list | tuple):
        for i, inner in enumerate(value):
            yield from _texts_within(inner, (*path, i))


def _repeated(record: Incident, registry: Registry) -> Iterator[Broken]:  # noqa: ARG001
    for block, part in (("report", record.report), ("curated", record.curated)):
        for key in ("policies", "related"):
            seen: set[object] = set()
            for i, item in enumerate(getattr(part, key, None) or ()):
                same = item.bug if isinstance(item, RelatedBug) else _cited(item)
                if same in seen:
                    yield Broken((block, key, i), "not-unique", "an item above says the same; keep one of them")
                seen.add(same)


def _cited(item: Citation) -> tuple[str | None, ...]:
    return item.document, item.section, item.version


# To add a rule, add its function here.
INCIDENT_RULES: Sequence[Callable[[Incident, Registry], Iterator[Broken]]] = (
    _known_slugs,
    _look_alikes,
    _comments_in_order,
    _dates_in_order,
    _possible_dates,
    _bounds_of_opening,
    _state,
    _sources,
    _reviewed_unread,
    _certificate_counts,
    _repeated,
    *curated.RULES,
)


def of_texts(data: object) -> Iterator[Broken]:
    """Check every text in the data of a file."""
    for path, text in _texts_within(data, ()):
        # Texts that a sync copies from a bug may mention people by nick, and keep their spelling.
        typed = "curated" in path or path[-1:] == ("reason",)
        for code, message in forbidden_text.flaws(text, typed=typed or path[-1:] == ("title",)):
            if typed or code != "at-mention":
                yield Broken(path, code, message, row=_row(text, code))


def _row(text: str, code: str) -> int | None:
    """Return which line of a text has such a flaw by itself, from 0."""
    for row, line in enumerate(text.split("\n")):
        if any(found == code for found, _ in forbidden_text.flaws(line, typed=True)):
            return row
    return None


def of_ledger(bugs: Sequence[int]) -> list[Broken]:
    """Check that the coverage ledger lists each bug once, sorted by number."""
    wrong = []
    for i, (before, after) in enumerate(pairwise(bugs), 1):
        if after == before:
            wrong.append(Broken(("excluded", i, "bug"), "duplicate-id", f"bug {after} is listed twice"))
        elif after < before:
            wrong.append(Broken(("excluded", i, "bug"), "ledger-order", f"bug {after} must be above bug {before}"))
    return wrong


def of_snapshot_day(record: Record, as_of: str) -> list[Broken]:
    """Check that a record knows nothing later than the moment up to which it was read: its own, or the snapshot's."""
    if not isinstance(record, Incident):
        return []
    bug = record.bugzilla
    if bug.read_from is not None and bug.read_until is None:
        return []
    reach, whose = (bug.read_until, "this record") if bug.read_until else (as_of, "the snapshot")
    times: list[tuple[Path, str | None]] = [(("bugzilla", "opened"), bug.opened)]
    times += [(("bugzilla", "comments", i, "at"), comment.at) for i, comment in enumerate(bug.comments)]
    if bug.read_until is None:
        # A page that leaves out comments may know of later changes than its last comment.
        times += [(("bugzilla", key), getattr(bug, key)) for key in ("changed", "resolved")]
        times += [(("bugzilla", "history", i, "at"), change.at) for i, change in enumerate(bug.history)]
    return [
        Broken(path, "after-snapshot", f"{at} is later than {whose}, which reaches to {reach}")
        for path, at in times
        if at is not None and earlier(reach, at)
    ]


def of_counts(stated: Mapping[str, int], counted: Mapping[str, int]) -> list[Broken]:
    """Check the counts of a snapshot that states them; a sync no longer writes any."""
    return [
        Broken(("counts", key), "wrong-count", f"says {number}, but there are {counted.get(key, 0)}")
        for key, number in stated.items()
        if number != counted.get(key, 0)
    ]


def across_records(
    records: Mapping[int, Record], excluded: Iterable[int], unsound: Iterable[int] = ()
) -> Iterator[tuple[int, list[Broken]]]:
    """Check records against each other and the ledger; yields (record's number, violations).

    `unsound` are bugs that have a record that was not read; links to them are valid.
    """
    ledger = set(excluded)
    known = ledger | records.keys() | set(unsound)
    for number, record in records.items():
        broken = []
        if number in ledger:
            message = "the coverage ledger excludes this bug; delete the entry or the record"
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
        return "foreign-but-known", f"bug {bug} has a record here, so it is not foreign: delete the mark"
    return "unknown-bug", f"bug {bug} has no record here; if it is outside the component, mark it as foreign"


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
