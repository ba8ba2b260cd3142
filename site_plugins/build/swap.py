"""A site is built in a folder of its own and takes the place of the old one when it is complete.

A build that is killed leaves the old site as it was. The one moment without a site is between two renames.
"""

import shutil
from pathlib import Path


def fresh(site: Path) -> Path:
    """Return the empty folder, next to the site's own, in which to build. Raises OSError."""
    folder = _next_to(site, "partial")
    _remove(folder)
    folder.mkdir(parents=True)
    return folder


def show(site: Path) -> None:
    """Put the complete site in place of the old one. Raises OSError."""
    site = site.resolve()
    old = _next_to(site, "old")
    _remove(old)
    if site.exists():
        site.rename(old)
    _next_to(site, "partial").rename(site)
    _remove(old)


def discard(site: Path) -> None:
    """Delete what a build that failed has written."""
    shutil.rmtree(_next_to(site, "partial"), ignore_errors=True)


def _next_to(site: Path, what: str) -> Path:
    # Of a link, next to what it leads to: only there is a rename sure to stay on one disk.
    site = site.resolve()
    return site.with_name(f".{site.name}.{what}")


def _remove(folder: Path) -> None:
    """Delete a folder; of a link, only the link."""
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
