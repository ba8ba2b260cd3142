"""Write files below the site's folder."""

import os
from collections.abc import Iterable
from pathlib import Path


def write(site: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write files below the site's folder; each with as few system calls as possible, for there are thousands."""
    made: dict[str, str] = {}
    for name, raw in files:
        folder, _, own = name.rpartition("/")
        if folder not in made:
            made[folder] = os.path.join(site, folder)  # noqa: PTH118 - a Path costs more than the file
            _make_folder(made[folder])
        file = os.open(f"{made[folder]}/{own}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        try:
            _write_all(file, raw)
        finally:
            os.close(file)


def _make_folder(folder: str) -> None:
    try:
        os.mkdir(folder)  # noqa: PTH102
    except FileExistsError:
        return
    except FileNotFoundError:
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103


def _write_all(file: int, raw: bytes) -> None:
    done = os.write(file, raw)
    while done < len(raw):
        done += os.write(file, memoryview(raw)[done:])
