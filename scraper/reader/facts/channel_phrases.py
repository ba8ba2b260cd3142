"""The phrases that name a channel of discovery, read from `channels.yaml`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec

from ca_incidents.schema.record.yaml_text import load_trusted

_AT_START = "^ "


class _Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    channel: str
    words: tuple[str, ...]
    example: str


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    classes: dict[str, tuple[str, ...]]
    channels: tuple[_Row, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A channel with the pattern of its phrases, and an example."""

    slug: str
    pattern: re.Pattern[str]
    example: str


@cache
def rows() -> tuple[Row, ...]:
    """Return the rows of this distribution."""
    raw = msgspec.convert(load_trusted(files(__package__).joinpath("channels.yaml").read_bytes()), _Table)
    classes: dict[str, str] = {}
    for name, phrases in raw.classes.items():
        classes[name] = f"(?:{'|'.join(_expanded(phrase, classes) for phrase in phrases)})"
    return tuple(Row(row.channel, compiled(row.words, classes), row.example) for row in raw.channels)


def compiled(phrases: Iterable[str], classes: Mapping[str, str]) -> re.Pattern[str]:
    """Compile the phrases of a row, of which one that begins with `^` is searched only at the start of a text."""
    anywhere = [_expanded(phrase, classes) for phrase in phrases if not phrase.startswith(_AT_START)]
    at_start = [_expanded(phrase[len(_AT_START) :], classes) for phrase in phrases if phrase.startswith(_AT_START)]
    parts = [rf"\b(?:{'|'.join(anywhere)})\b"] if anywhere else []
    parts += [rf"^\W*(?:{'|'.join(at_start)})\b"] if at_start else []
    return re.compile("|".join(parts), re.I)


def _expanded(phrase: str, classes: Mapping[str, str]) -> str:
    """Write out the abbreviations of a phrase, as explained at the top of `channels.yaml`."""
    phrase = re.sub(r"(?<=[\w)])\*", r"\\w*", phrase)
    phrase = phrase.replace(" ... ", r"\b.{0,90}?\b").replace(" .. ", r"(?: [\w'-]+){0,4}? ")
    return re.sub(r"<(\w+)>", lambda match: classes[match[1]], phrase)
