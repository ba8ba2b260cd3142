"""The command `check`: every finding of every file that was named, with cross-record rules over the whole dataset."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from schema import dataset
from schema.errors import CaIncidentsError
from schema.findings import Finding, in_order, visible
from schema.registry import Registry


class CannotCheck(CaIncidentsError):
    """There is nothing to check at a place that was named; the text says which place and why."""


@dataclass(frozen=True, slots=True)
class Target:
    """One place to check: the dataset's root, the place inside it (empty for all of it), and how the user named it."""

    root: Path
    inside: str
    shown: str

    def covers(self, name: str) -> bool:
        """Say whether a file of the dataset lies at or below this place, or is the link that hides it."""
        inside = self.inside
        return not inside or name == inside or name.startswith(f"{inside}/") or inside.startswith(f"{name}/")

    def name_of(self, name: str) -> str:
        """Name a file that this target covers as the user would."""
        rest = name[len(self.inside) :].lstrip("/")
        return os.path.normpath(f"{self.shown}/{rest}" if rest else self.shown)


@dataclass(frozen=True, slots=True)
class Result:
    """What a check found: the findings in order, and how many files they were looked for in."""

    findings: tuple[Finding, ...]
    files: int


def targets(paths: Sequence[str], folder: Path) -> list[Target]:
    """Find the dataset that each path belongs to: the nearest folder at or above it that holds a snapshot.

    Raises CannotCheck where a path is not there or belongs to no dataset.
    """
    return [_target(path, folder) for path in paths]


def _target(path: str, folder: Path) -> Target:
    place = Path(os.path.normpath(folder / path))
    if not os.path.lexists(place):
        raise CannotCheck(f"{visible(path)}: there is no such file or folder")
    for root in (place, *place.parents):
        if (root / dataset.SNAPSHOT).is_file():
            inside = place.relative_to(root).as_posix()
            return Target(root, "" if inside == "." else inside, path)
    raise CannotCheck(f"{visible(path)}: no dataset here; its folder would hold {dataset.SNAPSHOT}")


def check(wanted: Iterable[Target], registry: Registry) -> Result:
    """Check each dataset as a whole and keep the findings about the places that were named."""
    by_root: dict[Path, list[Target]] = {}
    for target in wanted:
        by_root.setdefault(target.root, []).append(target)
    findings: list[Finding] = []
    count = 0
    for root, places in by_root.items():
        files = dataset.read_files(root)
        shown = {f.name: t.name_of(f.name) for f in files for t in reversed(places) if t.covers(f.name)}
        checked = dataset.check_files(files, registry, only=shown.keys())
        findings += [replace(f, file=shown[f.file]) for f in checked.findings if f.file in shown]
        count += len(shown)
    return Result(tuple(in_order(findings)), count)


def summary(result: Result) -> str:
    """Say in one line what a check came to."""
    files = f"{result.files:,} {'file' if result.files == 1 else 'files'} checked"
    if not result.findings:
        return f"{files}: no findings"
    found, places = len(result.findings), len({f.file for f in result.findings})
    return f"{files}: {found:,} finding{'s' * (found != 1)} in {places:,} file{'s' * (places != 1)}"
