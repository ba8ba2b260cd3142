"""What differs between two states of a record, field by field, as text for people: a dry run's output, a summary."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from ca_incidents.schema.model import Incident, Record, record_to_data

LONGEST_VALUE = 200
# GitHub takes at most 65,536 characters as the text of a pull request.
LONGEST_SUMMARY = 60_000

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~@&-])")


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
        yield Difference(path, _shown(old), _shown(new))


def _items(path: str, old: list[object], new: list[object]) -> Iterator[Difference]:
    gone = [item for item in old if item not in new]
    come = [item for item in new if item not in old]
    if not gone and not come:
        yield Difference(path, "another order", "this order")
    yield from (Difference(path, _shown(item), None) for item in gone)
    yield from (Difference(path, None, _shown(item)) for item in come)


def _shown(value: object) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode("utf-8")
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def summary(
    title: str,
    counts: Mapping[str, int],
    changes: Iterable[tuple[Record, tuple[Difference, ...]]],
    notes: Iterable[str],
) -> str:
    """Write Markdown for a pull request: counts, notes, then every changed record with its fields.

    What bugs say stands in code spans or is escaped, so that it can neither format nor mention anybody. Cut to a length
    that GitHub takes, saying how many records are left out.
    """
    rows = "".join(f"| {name} | {count:,} |\n" for name, count in counts.items())
    parts = [f"# {_escaped(title)}\n\n", f"| | bugs |\n| --- | ---: |\n{rows}\n"]
    parts += [f"- {_escaped(note)}\n" for note in notes]
    sections = [_section(record, found) for record, found in changes]
    size = sum(map(len, parts))
    for written, section in enumerate(sections):
        size += len(section)
        if size > LONGEST_SUMMARY:
            parts.append(f"\n{len(sections) - written:,} more bugs changed; see the files.\n")
            break
        parts.append(section)
    return "".join(parts)


def _section(record: Record, found: tuple[Difference, ...]) -> str:
    title = record.title if isinstance(record, Incident) else "withdrawn"
    link = f"[Bug {record.id}](https://bugzilla.mozilla.org/show_bug.cgi?id={record.id})"
    lines = "".join(f"- {_code(str(difference))}\n" for difference in found)
    return f"\n### {link}: {_escaped(title)}\n\n{lines}"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _code(text: str) -> str:
    """Put text into a code span whose fence is longer than any run of backticks inside."""
    plain = " ".join(text.split())
    fence = "`" * (max((len(run) for run in re.findall("`+", plain)), default=0) + 1)
    return f"{fence} {plain} {fence}" if len(fence) > 1 else f"`{plain}`"
