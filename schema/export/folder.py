"""A folder of files that belong together: a run that is killed leaves the old ones, the new ones, or a clear notice.

All files are written to `.partial/` first, and only when all are there are they moved into place. While they are moved,
`SHA256SUMS` is missing and `SHA256SUMS.incomplete` lists the old and the new files. `SHA256SUMS` comes last and lists
what was written.
"""

import contextlib
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.record.atomic_write import PARTIAL, clear

SUMS = "SHA256SUMS"
INCOMPLETE = f"{SUMS}.incomplete"
_LINE = re.compile(r"(?P<digest>[0-9a-f]{64})  (?P<name>.+)\Z")
# As many bytes as a list of a million files would have.
_MOST_SUMS = 100_000_000


class CannotWrite(CaIncidentsError):
    """A file cannot be written."""


def sums(digests: Iterable[tuple[str, str]]) -> bytes:
    """Write pairs of name and digest as `sha256sum --check` reads them, in the order of the names."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests)).encode()


def replace(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write files into a folder and delete those of the run before that are no longer among them.

    Nothing else in the folder is touched. Raises CannotWrite.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        clear(folder)
        digests = _staged(folder / PARTIAL, files)
        before = _listed(folder, SUMS) | _listed(folder, INCOMPLETE)
        _put(folder, INCOMPLETE, sums([*before.items(), *digests.items()]))
        (folder / SUMS).unlink(missing_ok=True)
        for name in digests:
            _move(folder / PARTIAL / name, folder / name)
        for name in before.keys() - digests.keys():
            (folder / name).unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                (folder / name).parent.rmdir()
        _put(folder, SUMS, sums(digests.items()))
        (folder / INCOMPLETE).unlink()
    except OSError as error:
        raise CannotWrite(f"{error.filename or folder}: cannot be written: {error.strerror}") from None
    finally:
        clear(folder)


def _put(folder: Path, name: str, raw: bytes) -> None:
    written = folder / PARTIAL / name
    written.write_bytes(raw)
    written.replace(folder / name)


def _staged(folder: Path, files: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """Write the files into an own folder; return their digests by name."""
    folder.mkdir()
    digests = {}
    for name, raw in files:
        place = folder / name
        if name not in digests:
            place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(raw)
        digests[name] = hashlib.sha256(raw).hexdigest()
    return digests


def _move(written: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    written.replace(target)


def _listed(folder: Path, sums_name: str) -> dict[str, str]:
    """Return the files in a list that are regular ones inside the folder; anybody may have written the list."""
    try:
        with (folder / sums_name).open("rb") as stream:
            text = stream.read(_MOST_SUMS).decode("utf-8", "replace")
    except (FileNotFoundError, IsADirectoryError):
        return {}
    root = folder.resolve()
    found = (match for line in text.splitlines() if (match := _LINE.match(line)))
    return {match["name"]: match["digest"] for match in found if _is_inside(root, match["name"])}


def _is_inside(root: Path, name: str) -> bool:
    path = PurePosixPath(name)
    plain = not path.is_absolute() and ".." not in path.parts and "\0" not in name and name not in {SUMS, INCOMPLETE}
    return plain and (root / name).is_file() and (root / name).resolve().is_relative_to(root)
