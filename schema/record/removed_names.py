"""Nicks and names that were removed on request: known by salted digests only, and taken out of what a sync writes.

The digests keep readers and search engines from finding the names. They do not keep a name from someone who tries it:
nicks are public on Bugzilla, there are few of them, and no cost of a digest changes that.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from typing import TypeVar

import msgspec

from ca_incidents.schema.model import Excluded, Incident, RemovedList, record_to_data

# A pass over every bug looks up some 2,000 words and nicks for removed nicks, and 6,000 pairs of words for names of two
# words. At 0.2 milliseconds each that is one second more, or two; a higher cost would protect no better.
_COST = {"n": 64, "r": 8, "p": 1}
_BYTES = 16
LONGEST_NAME, MOST_WORDS = 120, 4

INSTEAD = "(name removed)"
# Texts that people write on Bugzilla. All other values are words of a vocabulary, dates and identifiers.
_TEXTS = frozenset({"title", "whiteboard", "text", "quote", "added", "removed"})
_WORD = re.compile(r"\w(?:[\w.|+'\u2019`^-]*\w)?")

_Written = TypeVar("_Written", Incident, Excluded)


class RemovedNames:
    """Looks names up in the list, each only once."""

    def __init__(self, found: RemovedList | None) -> None:
        self._salt = bytes.fromhex(found.salt) if found else b""
        self._digests = frozenset(entry.digest for entry in found.removed) if found else frozenset()
        self._lengths = sorted({entry.words for entry in found.removed}, reverse=True) if found else []
        self._known: dict[str, bool] = {}

    def __bool__(self) -> bool:
        return bool(self._digests)

    def __contains__(self, name: str) -> bool:
        key = folded(name)
        if key not in self._known:
            self._known[key] = digest_of(name, self._salt) in self._digests
        return self._known[key]

    def without(self, written: _Written) -> _Written:
        """Return a record or an entry of the ledger without the removed nicks and names."""
        if not self:
            return written
        before = record_to_data(written)
        after = self._value("", before)
        return written if after == before else msgspec.convert(after, type(written))

    def _value(self, key: str, value: object) -> object:
        if isinstance(value, dict):
            inner = {name: self._value(name, part) for name, part in value.items()}
            if isinstance(nick := inner.get("nick"), str) and words_in(nick) in self._lengths and nick in self:
                del inner["nick"]
            # A reporter of whom nothing is left is not named at all.
            return {name: part for name, part in inner.items() if (name, part) != ("reporter", {})}
        if isinstance(value, list | tuple):
            return type(value)(self._value(key, part) for part in value)
        return self._text(value) if key in _TEXTS and isinstance(value, str) else value

    def _text(self, text: str) -> str:
        for length in self._lengths:
            left = len(text)
            for start, end in reversed(list(_runs(text, length))):
                if end <= left and text[start:end] in self:
                    text, left = f"{text[:start]}{INSTEAD}{text[end:]}", start
        return text


def _runs(text: str, length: int) -> Iterator[tuple[int, int]]:
    """Yield every span of so many words in a row."""
    words = [found.span() for found in _WORD.finditer(text)]
    for first, last in zip(words, words[length - 1 :], strict=False):
        yield first[0], last[1]


def words_in(name: str) -> int:
    """Count the words of a name."""
    return len(_WORD.findall(name))


def folded(name: str) -> str:
    """Return a name as it is compared: letters of one case and form, single spaces between the words."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", name).casefold()))


def digest_of(name: str, salt: bytes) -> str:
    """Return the digest of a name, in hexadecimal."""
    return hashlib.scrypt(folded(name).encode("utf-8", "replace"), salt=salt, dklen=_BYTES, **_COST).hex()
