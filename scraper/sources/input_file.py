"""Files named by a user or a source: regular files only, and no more than a stated number of bytes."""

import os
import stat
from pathlib import Path

from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.findings import visible


class UnreadableFile(CaIncidentsError):
    """A file cannot be read; the text says which and why."""


def read_file(path: Path, limit: int) -> bytes:
    """Read a regular file of at most `limit` bytes. Raises UnreadableFile."""
    name = visible(str(path))
    try:
        # A pipe without a writer would block the opening for ever.
        with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UnreadableFile(f"{name}: is not a regular file")
            raw = file.read(limit + 1)
    except (OSError, ValueError) as error:
        raise UnreadableFile(f"{name}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(raw) > limit:
        raise UnreadableFile(f"{name}: has more than {limit:,} bytes")
    return raw
