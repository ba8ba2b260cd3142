"""What differs between two states of a record, field by field, as text for people."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import msgspec

from ca_incidents.schema.model import Incident, ReadFrom, Record, record_to_data

LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that changed: its path, what was there and what is there now, each None where there is nothing.

    The sources are named where they are not the snapshot's own.
    """

    path: str
    old: str | None
    new: str | None
    old_from: ReadFrom | None = None
    new_from: ReadFrom | None = None

    def __str__(self) -> str:
        old, new = _with_source(self.old, self.old_from), _with_source(self.new, self.new_from)
        if self.old is None:
            return f"{self.path}: + {new}"
        if self.new is None:
            return f"{self.path}: - {old}"
        return f"{self.path}: {old} → {new}"


_NAMES = {"rest": "the server", "page": "a page", "xml": "XML", "text": "a page's text", "list": "a list"}


def _with_source(value: str | None, read_from: ReadFrom | None) -> str:
    return f"{value} (from {_NAMES[read_from]})" if read_from else f"{value}"


def differences(before: Record | None, after: Record) -> tuple[Difference, ...]:
    """List the fields in which two states differ; items of a list that came or went are listed one by one.

    The curated block is people's and no part of this, and the layers of a record are not what it says.
    """
    old = record_to_data(before) if before is not None else {}
    new = record_to_data(after)
    for data in (old, new):
        data.pop("curated", None)
        data.pop("layers", None)
    found = _compared("", old, new)
    return tuple(
        replace(one, old_from=_giver(one.path, one.old, before), new_from=_giver(one.path, one.new, after))
        for one in found
    )


# Fields that are read in another one.
_READ_IN = {"ca": "title", "also_named": "title", "tags": "whiteboard", "next_update": "whiteboard"}
_READ_IN |= {"close_on": "whiteboard"}
_ABOUT_SOURCES = {"bugzilla.read_from", "bugzilla.read_until", "report.texts.read_from"}


def _giver(path: str, value: str | None, record: Record | None) -> ReadFrom | None:
    """Return the kind of source that gave a value of a record; None for the snapshot's own, and where unclear."""
    if value is None or path in _ABOUT_SOURCES or not isinstance(record, Incident):
        return None
    if not record.layers:
        texts = record.report.texts if record.report else None
        return texts.read_from if path.startswith("report.") and texts else record.bugzilla.read_from
    names = path.removeprefix("bugzilla.").split(".")
    names[0] = _READ_IN.get(names[0], names[0])
    for layer in record.layers:
        found: object = record_to_data(layer)
        for name in names:
            found = found.get(name) if isinstance(found, dict) else None
        is_there = found is not None and names[0] in {"title", "whiteboard"}
        if is_there or value in _texts_of(found):
            return layer.read_from
    return None


def _texts_of(value: object) -> list[str | None]:
    return [as_text(item) for item in value] if isinstance(value, list | tuple) else [as_text(value)]


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
