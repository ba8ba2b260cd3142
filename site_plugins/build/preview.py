"""A preview's folder: only files whose inputs changed are made, and only changed files are written."""

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from ca_incidents.site_plugins.build import write

# Where MkDocs builds under a preview: a folder that it empties itself, inside the one that is shown.
FRESH = ".fresh"


@dataclass(frozen=True, slots=True)
class Planned:
    """A file to be shown: `cache_key` is the digest of its inputs, None where it is not known."""

    name: str
    make: Callable[[], bytes]
    cache_key: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Shown:
    digest: bytes
    cache_key: bytes | None


class Preview:
    """The folder that a preview shows, and what is in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._shown: dict[str, _Shown] = {}

    def show(self, files: Iterable[Planned]) -> None:
        """Write files that are new or differ, and delete those that are no longer planned."""
        wanted: set[str] = set()
        write.write(self.root, self._changed(files, wanted))
        for name in self._shown.keys() - wanted:
            del self._shown[name]
            with contextlib.suppress(FileNotFoundError):
                (self.root / name).unlink()

    def _changed(self, files: Iterable[Planned], wanted: set[str]) -> Iterator[tuple[str, bytes]]:
        for planned in files:
            name, cache_key = planned.name, planned.cache_key
            wanted.add(name)
            before = self._shown.get(name)
            if before and cache_key and before.cache_key == cache_key:
                continue
            raw = planned.make()
            digest = blake2b(raw, digest_size=20).digest()
            if before is None or before.digest != digest:
                # If the build is aborted here, the file's content is unknown.
                self._shown.pop(name, None)
                yield name, raw
            self._shown[name] = _Shown(digest, cache_key)


def held(files: Iterable[tuple[str, bytes]]) -> Iterator[Planned]:
    """Plan files whose bytes are in memory."""
    for name, raw in files:
        yield Planned(name, lambda raw=raw: raw)  # type: ignore[misc]


def built(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every file below a folder as its relative path and its bytes, ordered by path."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(place, name)
            yield path.relative_to(folder).as_posix(), path.read_bytes()
