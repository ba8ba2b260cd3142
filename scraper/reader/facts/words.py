"""The words that classify events, action items and discoveries, read from `words.yaml`."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec

from ca_incidents.schema.record.yaml_text import load_trusted


class _Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    kind: str = ""
    subject: str = ""
    channel: str = ""
    words: str
    example: str
    weak: bool = False
    rank: int = 0


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    classes: dict[str, str]
    event_kinds: tuple[_Row, ...]
    action_subjects: tuple[_Row, ...]
    channels: tuple[_Row, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What means a word of a vocabulary: the pattern of its words, an example, and the rank, lowest for the surest."""

    slug: str
    pattern: re.Pattern[str]
    example: str
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """The rows for each vocabulary."""

    event_kinds: tuple[Row, ...]
    action_subjects: tuple[Row, ...]
    channels: tuple[Row, ...]


@cache
def table() -> Table:
    """Return the table of this distribution."""
    raw = msgspec.convert(load_trusted(files(__package__).joinpath("words.yaml").read_bytes()), _Table)
    classes: dict[str, str] = {}
    for name, words in raw.classes.items():
        classes[name] = f"(?:{_filled(words, classes)})"
    return Table(
        event_kinds=_rows(raw.event_kinds, classes),
        action_subjects=_rows(raw.action_subjects, classes),
        channels=_rows(raw.channels, classes),
    )


def _rows(rows: tuple[_Row, ...], classes: dict[str, str]) -> tuple[Row, ...]:
    return tuple(
        Row(
            row.kind or row.subject or row.channel,
            re.compile(_filled(row.words, classes), re.I),
            row.example,
            row.rank or int(row.weak),
        )
        for row in rows
    )


def _filled(words: str, classes: dict[str, str]) -> str:
    return re.sub(r"<(\w+)>", lambda match: classes[match[1]], words)
