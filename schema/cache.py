"""What was found or made before, by the content that it follows from, so that a build need not do it again.

A cache stands outside what git tracks. It is keyed by content and by this package's own code and data: another
rule, another schema or another registry makes it void. It can be deleted at any time, and a broken one is as good as
none.
"""

import contextlib
import hashlib
import os
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec

from schema.model import Incident, Record, Tombstone


class _Kept(msgspec.Struct):
    code: str
    incidents: dict[str, Incident]
    tombstones: dict[str, Tombstone]


class SoundRecords:
    """Sound records by the digest of their file's name and bytes; `save` keeps those that were asked for since."""

    def __init__(self, place: Path | None = None) -> None:
        self._place = place
        self._known: dict[str, Record] = {}
        self._asked: dict[str, Record] = {}
        with contextlib.suppress(OSError, msgspec.DecodeError):
            kept = msgspec.msgpack.decode(place.read_bytes(), type=_Kept) if place else None
            if kept and kept.code == _code():
                self._known = {**kept.incidents, **kept.tombstones}

    def get(self, name: str, raw: bytes) -> Record | None:
        """Give the record of a file of this name and content, if it was found sound before."""
        digest = _digest(name, raw)
        record = self._known.get(digest)
        if record is not None:
            self._asked[digest] = record
        return record

    def put(self, name: str, raw: bytes, record: Record) -> None:
        """Remember that a file of this name and content holds a sound record."""
        self._asked[_digest(name, raw)] = record

    def save(self) -> None:
        """Write what was asked for since the last time, if it differs from what is kept; a full disk is no error."""
        asked, self._asked = self._asked, {}
        if asked.keys() == self._known.keys():
            return
        self._known = asked
        if self._place is None:
            return
        kept = _Kept(
            code=_code(),
            incidents={key: record for key, record in asked.items() if isinstance(record, Incident)},
            tombstones={key: record for key, record in asked.items() if isinstance(record, Tombstone)},
        )
        with contextlib.suppress(OSError):
            self._place.parent.mkdir(parents=True, exist_ok=True)
            partial = self._place.with_suffix(f".{os.getpid()}")
            partial.write_bytes(msgspec.msgpack.encode(kept))
            partial.replace(self._place)


class KeptBytes:
    """Bytes that were made before, each by the digest of what they are made from; those not asked for are dropped."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._asked: set[str] = set()

    def __call__(self, source: bytes, make: Callable[[], bytes]) -> bytes:
        """Give what `make` gives for this source, without asking it where that is known."""
        digest = _digest(_code(), source)
        path = self._folder / digest
        self._asked.add(digest)
        try:
            return path.read_bytes()
        except OSError:
            raw = make()
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            partial = self._folder / f"{digest}.{os.getpid()}"
            partial.write_bytes(raw)
            partial.replace(path)
        return raw

    def sweep(self) -> None:
        """Drop what was not asked for since the last time."""
        asked, self._asked = self._asked, set()
        with contextlib.suppress(OSError):
            for path in self._folder.iterdir():
                if path.name not in asked:
                    path.unlink()


def made_anew(_source: bytes, make: Callable[[], bytes]) -> bytes:
    """Keep nothing."""
    return make()


def _digest(name: str, raw: bytes) -> str:
    return hashlib.blake2b(name.encode() + b"\0" + raw, digest_size=20).hexdigest()


@cache
def _code() -> str:
    """Give the digest of everything in this package that decides whether a record is sound."""
    found = hashlib.blake2b(digest_size=20)
    for part in sorted(files("schema").iterdir(), key=lambda part: part.name):
        if part.is_file() and part.name.endswith((".py", ".json", ".yaml")):
            found.update(part.name.encode() + b"\0" + part.read_bytes())
    return found.hexdigest()
