"""The build's one cache: values on disk, keyed by a digest of what they are made from and of the code that makes them.

Deleting it is always safe. Each entry carries a digest of its key and value, so that a truncated or foreign one is a
miss. A file that cannot be used, because it is damaged, locked or on a full disk, makes every lookup a miss.

A kind of entry is here because a build with everything cached takes at least a tenth longer without it: checked
records, derived facts, bodies of pages, and downloads. Compiled templates are not: a cache holds data, never code.
"""

import contextlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from platform import python_version
from typing import Generic, TypeVar

import msgspec

Value = TypeVar("Value")
_COLUMNS = ["key", "digest", "value"]
_LIBRARIES = ("jinja2", "jsonschema", "jsonschema-rs", "markupsafe", "msgspec", "pyyaml")


class Cache:
    """The entries of one SQLite file, read one at a time. `code` is the digest of the programs that make the values."""

    def __init__(self, path: Path, code: str) -> None:
        self._code = code.encode()
        self._used: set[bytes] = set()
        self._database = _opened(path)

    def get(self, kind: str, inputs: bytes) -> bytes | None:
        """Return the value cached for these inputs, None on a miss."""
        if self._database is None:
            return None
        key = self._key(kind, inputs)
        try:
            row = self._database.execute("SELECT digest, value FROM entries WHERE key = ?", (key,)).fetchone()
        except (ValueError, sqlite3.Error):
            self._database = None
            return None
        if row is None or not isinstance(row[1], bytes) or row[0] != _digest(key, row[1]):
            return None
        self._used.add(key)
        return row[1]

    def put(self, kind: str, inputs: bytes, value: bytes) -> None:
        """Store a value; it is on disk once `save` has been called."""
        if self._database is None:
            return
        key = self._key(kind, inputs)
        try:
            if not self._database.in_transaction:
                self._database.execute("BEGIN")
            self._database.execute("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", (key, _digest(key, value), value))
        except sqlite3.Error:
            self._database = None
            return
        self._used.add(key)

    def save(self, *, drop: bool = True) -> None:
        """Commit what was stored, and with `drop` delete every entry that nobody asked for since the last save."""
        used, self._used = self._used, set()
        if self._database is None:
            return
        with contextlib.suppress(sqlite3.Error):
            present = {key for (key,) in self._database.execute("SELECT key FROM entries")} if drop else set()
            if present - used:
                if not self._database.in_transaction:
                    self._database.execute("BEGIN")
                unused = [(key,) for key in present - used]
                self._database.executemany("DELETE FROM entries WHERE key = ?", unused)
            if self._database.in_transaction:
                self._database.execute("COMMIT")

    def _key(self, kind: str, inputs: bytes) -> bytes:
        return _digest(b"\0".join((self._code, kind.encode())), inputs)


@dataclass(frozen=True, slots=True)
class Entries(Generic[Value]):
    """The entries of one kind, as values."""

    cache: Cache
    kind: str
    encode: Callable[[Value], bytes]
    decode: Callable[[bytes], Value]

    def __call__(self, inputs: bytes, make: Callable[[], Value]) -> Value:
        """Return what `make` makes from these inputs; it is called on a miss only."""
        value = self.get(inputs)
        if value is None:
            value = make()
            self.put(inputs, value)
        return value

    def get(self, inputs: bytes) -> Value | None:
        """Return the value cached for these inputs, None on a miss."""
        raw = self.cache.get(self.kind, inputs)
        try:
            return None if raw is None else self.decode(raw)
        except (ValueError, RecursionError):
            return None

    def put(self, inputs: bytes, value: Value) -> None:
        """Store the value made from these inputs."""
        self.cache.put(self.kind, inputs, self.encode(value))


def structs(cache: Cache, kind: str, of: type[Value]) -> Entries[Value]:
    """Return the entries of a kind whose values are of a type that msgspec encodes."""
    return Entries(cache, kind, msgspec.msgpack.Encoder().encode, msgspec.msgpack.Decoder(of).decode)


def texts(cache: Cache, kind: str) -> Entries[str]:
    """Return the entries of a kind whose values are texts."""
    return Entries(cache, kind, str.encode, bytes.decode)


def raw(cache: Cache, kind: str) -> Entries[bytes]:
    """Return the entries of a kind whose values are bytes."""
    return Entries(cache, kind, bytes, bytes)


@cache
def code() -> str:
    """Digest what decides a value besides its inputs: our code, templates and tables, and the libraries."""
    found = sha256()
    for package in ("ca_incidents.schema", "ca_incidents.site_plugins"):
        root = Path(str(files(package)))
        for path in sorted(root.rglob("*")):
            if path.suffix in {".py", ".json", ".yaml", ".html"} and path.is_file():
                found.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return " ".join([found.hexdigest(), python_version(), *(f"{name} {version(name)}" for name in _LIBRARIES)])


def _digest(key: bytes, value: bytes) -> bytes:
    found = sha256(key + b"\0")
    found.update(value)
    return found.digest()


def _opened(path: Path) -> sqlite3.Connection | None:
    """Open the file, once more after deleting it where it is no database of this shape."""
    for attempt in (1, 2):
        try:
            return _connected(path)
        except sqlite3.OperationalError:
            # Locked by another build, or the folder cannot be written: deleting the file would not help.
            break
        except (OSError, ValueError, sqlite3.Error):
            # ValueError: names in a damaged file that are no text.
            if attempt == 1:
                with contextlib.suppress(OSError):
                    path.unlink()
    return None


def _connected(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path, timeout=1, isolation_level=None, check_same_thread=False)
    # What a power cut loses is made again; the digests catch what it damages.
    database.execute("PRAGMA synchronous = OFF")
    # Most values are longer than a page of SQLite's usual 4 kB.
    database.execute("PRAGMA page_size = 16384")
    database.execute(
        "CREATE TABLE IF NOT EXISTS entries (key BLOB PRIMARY KEY, digest BLOB NOT NULL, value BLOB NOT NULL)"
    )
    if [name for _, name, *_ in database.execute("PRAGMA table_info(entries)")] != _COLUMNS:
        database.close()
        raise sqlite3.DatabaseError("the table has another shape")
    return database
