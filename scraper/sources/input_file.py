"""Files named by a user or a source: regular files only, and no more than a stated number of bytes."""

import os
import stat
from pathlib import Path

from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.findings import visible


class UnreadableFile(CaIncidentsError):
    """A file cannot be read; the text says which and why."""


def read_file(path: Path, limit: int, *, shown_as: str | None = None) -> bytes:
    """Read a regular file of at most `limit` bytes; errors name it by its path or `shown_as`. Raises UnreadableFile."""
    name = visible(shown_as or str(path))
    try:
        # Without O_NONBLOCK, opening a pipe that nobody writes to never returns.
        opened = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        try:
            if not stat.S_ISREG(os.fstat(opened).st_mode):
                raise UnreadableFile(f"{name}: is not a regular file")
            with os.fdopen(opened, "rb", closefd=False) as file:
                raw = file.read(limit + 1)
        finally:
            os.close(opened)
    except (OSError, ValueError) as error:
        raise UnreadableFile(f"{name}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(raw) > limit:
        raise UnreadableFile(f"{name}: has more than {limit:,} bytes")
    return raw
