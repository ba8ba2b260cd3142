"""A preview's folder, in which only what changed is made and written: most of a build's files are as they were."""

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
    """A file to be shown: `follows_from` is a digest of all that its bytes follow from, None where nobody knows."""

    name: str
    make: Callable[[], bytes]
    follows_from: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Shown:
    digest: bytes
    follows_from: bytes | None


class Preview:
    """The folder that a preview shows, and what is in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._shown: dict[str, _Shown] = {}

    def show(self, files: Iterable[Planned]) -> None:
        """Write files that are new or differ, and take away what is no longer among them."""
        wanted: set[str] = set()
        write.write(self.root, self._changed(files, wanted))
        for name in self._shown.keys() - wanted:
            del self._shown[name]
            with contextlib.suppress(FileNotFoundError):
                (self.root / name).unlink()

    def _changed(self, files: Iterable[Planned], wanted: set[str]) -> Iterator[tuple[str, bytes]]:
        for planned in files:
            name, follows_from = planned.name, planned.follows_from
            wanted.add(name)
            before = self._shown.get(name)
            if before and follows_from and before.follows_from == follows_from:
                continue
            raw = planned.make()
            digest = blake2b(raw, digest_size=20).digest()
            if before is None or before.digest != digest:
                # A build may end here; then nobody knows what the file holds.
                self._shown.pop(name, None)
                yield name, raw
            self._shown[name] = _Shown(digest, follows_from)


def held(files: Iterable[tuple[str, bytes]]) -> Iterator[Planned]:
    """Plan files whose bytes are in memory."""
    for name, raw in files:
        yield Planned(name, lambda raw=raw: raw)  # type: ignore[misc]


def built(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Give every file below a folder as its path there and its bytes, in the order of the paths."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(place, name)
            yield path.relative_to(folder).as_posix(), path.read_bytes()
