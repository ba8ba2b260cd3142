"""What was found or made before, by the content that it follows from, so that a build need not do it again.

A cache stands outside what git tracks. It is keyed by content and by this package's own code and data: another
rule, another schema or another registry makes it void. It can be deleted at any time, and a broken one is as good as
none.
"""

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from ca_incidents.schema.model import Incident, Record, Tombstone

Value = TypeVar("Value")
# What reading a file raises that somebody damaged; msgspec's errors and those of UTF-8 are ValueErrors.
_BROKEN = (OSError, ValueError, RecursionError, MemoryError)


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
        with contextlib.suppress(*_BROKEN):
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
        _write(self._place, msgspec.msgpack.encode(kept))


class KeptValues(Generic[Value]):
    """Values of one kind that were made before, each by what it follows from; all are read and written at once.

    `code` is the digest of the programs that make them. Without a place nothing is written.
    """

    def __init__(self, place: Path | None, code: str, kind: type[Value]) -> None:
        self._place = place
        self._code = code
        self._known: dict[str, Value] = {}
        self._asked: dict[str, Value] = {}
        decoder = msgspec.msgpack.Decoder(tuple[str, dict[str, kind]])  # type: ignore[valid-type]
        with contextlib.suppress(*_BROKEN):
            kept_code, kept = decoder.decode(place.read_bytes()) if place else ("", {})
            self._known = kept if kept_code == code else {}

    def __call__(self, source: bytes, make: Callable[[], Value]) -> Value:
        """Give what `make` gives for this source, without asking it where that is known."""
        key = source.hex()
        value = self._asked[key] = self._known[key] if key in self._known else make()
        return value

    def save(self) -> None:
        """Write what was asked for since the last time, if it differs from what is kept; a full disk is no error."""
        asked, self._asked = self._asked, {}
        if asked.keys() == self._known.keys():
            return
        self._known = asked
        if self._place is not None:
            _write(self._place, msgspec.msgpack.encode((self._code, asked)))


class KeptBytes:
    """Bytes that were made before, each by the digest of what they are made from; those not asked for are dropped.

    `code` is the digest of the programs that make them.
    """

    def __init__(self, folder: Path, code: str) -> None:
        self._folder = folder
        self._code = code
        self._asked: set[str] = set()

    def __call__(self, source: bytes, make: Callable[[], bytes]) -> bytes:
        """Give what `make` gives for this source, without asking it where that is known."""
        digest = _digest(self._code, source)
        path = self._folder / digest
        self._asked.add(digest)
        try:
            return path.read_bytes()
        except OSError:
            raw = make()
        _write(path, raw)
        return raw

    def sweep(self) -> None:
        """Drop what was not asked for since the last time."""
        asked, self._asked = self._asked, set()
        with contextlib.suppress(OSError):
            for path in self._folder.iterdir():
                if path.name not in asked:
                    path.unlink()


class KeptTexts:
    """Texts that were made before, each by the digest of what it is made from, in one SQLite file.

    Only what is asked for is in memory. `code` is the digest of the programs that make the texts. Where the file cannot
    be used, because it is broken, locked or on a full disk, every text is made anew.
    """

    def __init__(self, place: Path, code: str) -> None:
        self._code = code
        self._asked: set[str] = set()
        self._base: sqlite3.Connection | None = None
        for attempt in (1, 2):
            try:
                self._base = _texts_at(place)
                break
            except sqlite3.OperationalError:
                # Another build holds it, or the folder cannot be written: nothing that is mended by removing the file.
                break
            except (OSError, sqlite3.Error):
                if attempt == 1:
                    with contextlib.suppress(OSError):
                        place.unlink()

    def __call__(self, source: bytes, make: Callable[[], str]) -> str:
        """Give what `make` gives for this source, without asking it where that is known."""
        if self._base is None:
            return make()
        digest = _digest(self._code, source)
        self._asked.add(digest)
        try:
            row = self._base.execute("SELECT text FROM texts WHERE digest = ?", (digest,)).fetchone()
            if row is not None:
                return str(row[0])
            text = make()
            if not self._base.in_transaction:
                self._base.execute("BEGIN")
            self._base.execute("INSERT OR IGNORE INTO texts VALUES (?, ?)", (digest, text))
        except sqlite3.Error:
            self._base = None
            return make()
        return text

    def save(self, *, drop: bool = True) -> None:
        """Keep what was made since the last time, and drop what was not asked for, unless more will be asked for."""
        asked, self._asked = self._asked, set()
        if self._base is None:
            return
        with contextlib.suppress(sqlite3.Error):
            there = {digest for (digest,) in self._base.execute("SELECT digest FROM texts")} if drop else set()
            if there - asked:
                if not self._base.in_transaction:
                    self._base.execute("BEGIN")
                gone = [(digest,) for digest in sorted(there - asked)]
                self._base.executemany("DELETE FROM texts WHERE digest = ?", gone)
            if self._base.in_transaction:
                self._base.execute("COMMIT")


def _texts_at(place: Path) -> sqlite3.Connection:
    place.parent.mkdir(parents=True, exist_ok=True)
    base = sqlite3.connect(place, timeout=1, isolation_level=None, check_same_thread=False)
    # What is lost with the power is made anew.
    base.execute("PRAGMA synchronous = OFF")
    base.execute("CREATE TABLE IF NOT EXISTS texts (digest TEXT PRIMARY KEY, text TEXT NOT NULL)")
    columns = [name for _, name, *_ in base.execute("PRAGMA table_info(texts)")]
    if columns != ["digest", "text"]:
        raise sqlite3.DatabaseError("the table has another shape")
    return base


def _write(place: Path, raw: bytes) -> None:
    partial = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(raw)
        partial.replace(place)
    except OSError:
        with contextlib.suppress(OSError):
            partial.unlink()


def made_anew(_source: bytes, make: Callable[[], Value]) -> Value:
    """Keep nothing."""
    return make()


def _digest(name: str, raw: bytes) -> str:
    return hashlib.blake2b(name.encode() + b"\0" + raw, digest_size=20).hexdigest()


def _code() -> str:
    return code_of("ca_incidents.schema")


@cache
def code_of(package: str) -> str:
    """Give the digest of everything in a package that decides what it makes: its code, templates and tables."""
    root = Path(str(files(package)))
    found = hashlib.blake2b(digest_size=20)
    for path in sorted(root.rglob("*")):
        if path.suffix in {".py", ".json", ".yaml", ".html"} and path.is_file():
            name = path.relative_to(root).as_posix()
            found.update(name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()
