"""Atomic writes: a file is written to `.partial/` in the dataset's folder, then moved into place.

Anything already at `.partial`, perhaps a link that leads out of the dataset, is removed and never written through.
"""

import os
import shutil
from pathlib import Path

PARTIAL = ".partial"


def put(root: Path, name: str, raw: bytes) -> None:
    """Write a file of the dataset; readers see either the old file or the complete new one.

    An existing file's permissions are kept. Raises OSError.
    """
    target, folder = root / name, root / PARTIAL
    if folder.is_symlink() or not folder.is_dir():
        clear(root)
        folder.mkdir(parents=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    written = folder / name.replace("/", "-")
    written.unlink(missing_ok=True)
    try:
        # O_EXCL: a link that appears here in the meantime is not followed either.
        with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as stream:
            stream.write(raw)
    except OSError as error:
        # A full disk: give back the space, and say which file it was.
        written.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(target)) from None
    if target.is_file() and not target.is_symlink():
        shutil.copymode(target, written)
    written.replace(target)


def clear(root: Path) -> None:
    """Remove `.partial`, for example after an interrupted run; of a link, only the link itself."""
    folder = root / PARTIAL
    if folder.is_symlink() or folder.is_file():
        folder.unlink(missing_ok=True)
    else:
        shutil.rmtree(folder, ignore_errors=True)
