"""The words that classify events, action items and discoveries, read from `words.yaml`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec

from ca_incidents.schema.record.yaml_text import load_trusted

_AT_START = "^ "


class _Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    kind: str = ""
    subject: str = ""
    channel: str = ""
    words: tuple[str, ...]
    example: str
    rank: int = 0


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    classes: dict[str, tuple[str, ...]]
    event_kinds: tuple[_Row, ...]
    action_subjects: tuple[_Row, ...]
    channels: tuple[_Row, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A word of a vocabulary with the pattern of its phrases, an example, and the rank, lowest for the surest."""

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
    for name, phrases in raw.classes.items():
        classes[name] = f"(?:{'|'.join(_expanded(phrase, classes) for phrase in phrases)})"
    return Table(
        event_kinds=_rows(raw.event_kinds, classes),
        action_subjects=_rows(raw.action_subjects, classes),
        channels=_rows(raw.channels, classes),
    )


def _rows(rows: tuple[_Row, ...], classes: Mapping[str, str]) -> tuple[Row, ...]:
    return tuple(
        Row(row.kind or row.subject or row.channel, compiled(row.words, classes), row.example, row.rank) for row in rows
    )


def compiled(phrases: Iterable[str], classes: Mapping[str, str]) -> re.Pattern[str]:
    """Compile the phrases of a row, of which one that begins with `^` is searched only at the start of a text."""
    anywhere = [_expanded(phrase, classes) for phrase in phrases if not phrase.startswith(_AT_START)]
    at_start = [_expanded(phrase[len(_AT_START) :], classes) for phrase in phrases if phrase.startswith(_AT_START)]
    parts = [rf"\b(?:{'|'.join(anywhere)})\b"] if anywhere else []
    parts += [rf"^\W*(?:{'|'.join(at_start)})\b"] if at_start else []
    return re.compile("|".join(parts), re.I)


def _expanded(phrase: str, classes: Mapping[str, str]) -> str:
    """Write out the abbreviations of a phrase, as explained at the top of `words.yaml`."""
    phrase = re.sub(r"(?<=[\w)])\*", r"\\w*", phrase)
    phrase = phrase.replace(" ... ", r"\b.{0,90}?\b").replace(" .. ", r"(?: [\w'-]+){0,4}? ")
    return re.sub(r"<(\w+)>", lambda match: classes[match[1]], phrase)
