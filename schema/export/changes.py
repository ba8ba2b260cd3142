"""What changed between two versions of the dataset: bug by bug, field by field, of the effective records.

The items of a list, such as the events of a timeline, are compared without their order: an item that was put before
others does not change these.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Literal

import msgspec

from ca_incidents.schema.export.encoders import csv_bytes
from ca_incidents.schema.export.one_record import rows_of
from ca_incidents.schema.export.tables import Column, Table
from ca_incidents.schema.model import Incident, Record, Tombstone

What = Literal["added", "changed", "withdrawn", "gone"]


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One value that changed, or one record that came or went; a value that was or is not there is absent."""

    bug: int
    what: What
    field: str | None = None
    before: str | None = None
    after: str | None = None


def changes_between(before: Mapping[int, Record], after: Mapping[int, Record]) -> Iterator[Change]:
    """Yield every change, in the order of the bugs and of a record's fields.

    A record that was added is one change with its title; one that was withdrawn, with the reason.
    """
    for number in sorted({*before, *after}):
        old, new = before.get(number), after.get(number)
        if isinstance(new, Tombstone):
            if not isinstance(old, Tombstone):
                yield Change(bug=number, what="withdrawn", after=new.withdrawn.reason)
        elif new is None:
            yield Change(bug=number, what="gone", before=old.title if isinstance(old, Incident) else None)
        elif not isinstance(old, Incident):
            yield Change(bug=number, what="added", after=new.title)
        elif old != new:
            yield from _fields(old, new)


def _fields(before: Incident, after: Incident) -> Iterator[Change]:
    old, new = _values(before), _values(after)
    for field in dict.fromkeys((*new, *old)):
        had, has = Counter(old.get(field, ())), Counter(new.get(field, ()))
        for left, right in zip_longest((had - has).elements(), (has - had).elements()):
            yield Change(bug=after.id, what="changed", field=field, before=left, after=right)


def _values(record: Incident) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for row in rows_of(record):
        if row.effective:
            found.setdefault(row.path.partition("[")[0], []).append(row.effective)
    return found


TABLE = Table(
    name="changes",
    title="Changes since the previous version",
    description="Every value of the effective records that differs, and every record that came or went.",
    columns=(
        Column("bug", "integer", "The bug's number."),
        Column("what", "string", "added, changed, withdrawn, or gone: no record and no tombstone."),
        Column("field", "string", "The field's path in the effective record."),
        Column("before", "string", "The value in the older version; a title where a record is gone."),
        Column("after", "string", "The value in the newer version; a title where a record was added."),
    ),
    key=(),
    rows=lambda _: (),
)


def as_csv(changes: Iterable[Change]) -> bytes:
    """Write changes as CSV, one line per change."""
    return csv_bytes(TABLE, (msgspec.structs.astuple(change) for change in changes))


def as_ndjson(changes: Iterable[Change]) -> bytes:
    """Write changes as NDJSON, one object per line; what is absent has no key."""
    return b"".join(msgspec.json.encode(change) + b"\n" for change in changes)
