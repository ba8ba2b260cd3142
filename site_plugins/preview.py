"""A preview's folder, in which only what changed is written: most of a build's files are as they were."""

import contextlib
import os
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path

from site_plugins import downloads

# Where MkDocs builds under a preview: a folder that it empties itself, inside the one that is shown.
FRESH = ".fresh"


class Preview:
    """The folder that a preview shows, and what is in it: the digest of every file by its path."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._shown: dict[str, bytes] = {}

    def show(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Write files that are new or differ, and take away what is no longer among them."""
        found: dict[str, bytes] = {}

        def changed() -> Iterator[tuple[str, bytes]]:
            for name, raw in files:
                found[name] = blake2b(raw, digest_size=20).digest()
                if self._shown.get(name) != found[name]:
                    yield name, raw

        downloads.write(self.root, changed())
        for name in self._shown.keys() - found.keys():
            with contextlib.suppress(FileNotFoundError):
                (self.root / name).unlink()
        self._shown = found


def built(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Give every file below a folder as its path there and its bytes, in the order of the paths."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(place, name)
            yield path.relative_to(folder).as_posix(), path.read_bytes()
