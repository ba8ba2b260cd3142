"""Files of a dataset are replaced in one step: written beside the others, in `.partial/`, then moved into place.

Whatever lies at `.partial` before is somebody else's, perhaps a link that leads out of the dataset: it is removed,
never written through.
"""

import os
import shutil
from pathlib import Path

PARTIAL = ".partial"


def put(root: Path, name: str, raw: bytes) -> None:
    """Put bytes at a place of the dataset, so that whoever looks finds the old file or the new one whole.

    A file that was there passes on its permissions. Raises OSError.
    """
    target, folder = root / name, root / PARTIAL
    if folder.is_symlink() or not folder.is_dir():
        clear(root)
        folder.mkdir(parents=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    written = folder / name.replace("/", "-")
    written.unlink(missing_ok=True)
    # O_EXCL: what appears at this place in the meantime is not followed either.
    with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as stream:
        stream.write(raw)
    if target.is_file() and not target.is_symlink():
        shutil.copymode(target, written)
    written.replace(target)


def clear(root: Path) -> None:
    """Drop what lies at `.partial`, such as what an interrupted run left; a link is dropped, not what it leads to."""
    folder = root / PARTIAL
    if folder.is_symlink() or folder.is_file():
        folder.unlink(missing_ok=True)
    else:
        shutil.rmtree(folder, ignore_errors=True)
