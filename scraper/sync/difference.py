"""What differs between two states of a record, field by field, as text for people."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from ca_incidents.schema.model import Record, record_to_data

LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that changed: its path, what was there and what is there now, each None where there is nothing."""

    path: str
    old: str | None
    new: str | None

    def __str__(self) -> str:
        if self.old is None:
            return f"{self.path}: + {self.new}"
        if self.new is None:
            return f"{self.path}: - {self.old}"
        return f"{self.path}: {self.old} → {self.new}"


def differences(before: Record | None, after: Record) -> tuple[Difference, ...]:
    """List the fields in which two states differ; items of a list that came or went are listed one by one.

    The curated block is people's and no part of this.
    """
    old = record_to_data(before) if before is not None else {}
    new = record_to_data(after)
    for data in (old, new):
        data.pop("curated", None)
    return tuple(_compared("", old, new))


def fields_of(found: Iterable[Difference]) -> tuple[str, ...]:
    """Name the fields that differ, each once, those inside `bugzilla`, `report` and other blocks with the block."""
    return tuple(dict.fromkeys(".".join(one.path.split(".")[:2]) for one in found))


def _compared(path: str, old: object, new: object) -> Iterator[Difference]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            yield from _compared(f"{path}.{key}" if path else str(key), old.get(key), new.get(key))
    elif (isinstance(old, list | tuple) or old is None) and isinstance(new, list | tuple):
        yield from _items(path, list(old or ()), list(new))
    elif isinstance(old, list | tuple) and new is None:
        yield from _items(path, list(old), [])
    else:
        yield Difference(path, as_text(old), as_text(new))


def _items(path: str, old: list[object], new: list[object]) -> Iterator[Difference]:
    gone = [item for item in old if item not in new]
    come = [item for item in new if item not in old]
    if not gone and not come:
        yield Difference(path, "another order", "this order")
    yield from (Difference(path, as_text(item), None) for item in gone)
    yield from (Difference(path, None, as_text(item)) for item in come)


def as_text(value: object) -> str | None:
    """Return a value of a record as text, at most LONGEST_VALUE characters of it; None for no value."""
    if value is None:
        return None
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode("utf-8")
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
