"""Check the files that the user named: each by itself, and by the rules between records."""

import os
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ca_incidents.schema.check import files as files_module
from ca_incidents.schema.check.git_changes import CACHES, committed_caches
from ca_incidents.schema.check.output_formats import Result
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.findings import Finding, in_order, visible
from ca_incidents.schema.tables.registry import Registry

# Maps a dataset's folder to the names in it that changed, or None for all.
Changed = Callable[[Path], frozenset[str] | None]
# Maps a dataset's folder to a function from a name in it to the text that the file had.
Before = Callable[[Path], Callable[[str], str | None]]


class CannotCheck(CaIncidentsError):
    """A named path cannot be checked; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Target:
    """One path to check: the dataset's root, the path inside it (empty for all of it), and as the user wrote it."""

    root: Path
    inside: str
    shown: str

    def covers(self, name: str) -> bool:
        """Return whether a file of the dataset is at or below this path, or is a link above it."""
        inside = self.inside
        return not inside or name == inside or name.startswith(f"{inside}/") or inside.startswith(f"{name}/")

    def name_of(self, name: str) -> str:
        """Return the name of a covered file relative to what the user wrote."""
        rest = name[len(self.inside) :].lstrip("/")
        return os.path.normpath(f"{self.shown}/{rest}" if rest else self.shown)


def targets(paths: Sequence[str], folder: Path) -> list[Target]:
    """Find the dataset of each path: the nearest folder at or above it with a snapshot.

    Raises CannotCheck if a path does not exist or does not belong to a dataset.
    """
    return [_target(path, folder) for path in paths]


def _target(path: str, folder: Path) -> Target:
    place = Path(os.path.normpath(folder / path))
    if not os.path.lexists(place):
        raise CannotCheck(f"{visible(path)}: there is no such file or folder")
    for root in (place, *place.parents):
        if (root / files_module.SNAPSHOT).is_file():
            inside = place.relative_to(root).as_posix()
            return Target(root, "" if inside == "." else inside, path)
    raise CannotCheck(f"{visible(path)}: does not belong to a dataset, which is a folder with {files_module.SNAPSHOT}")


def _cache_in_git(target: Target, name: str) -> Finding:
    """Return the finding about a committed cache, named relative to what the user wrote."""
    place = os.path.normpath(os.path.join(target.shown, os.pardir, name))  # noqa: PTH118 - purely lexical
    message = f"a cache is in git: run `git rm -r --cached {CACHES}` and add it to .gitignore"
    return Finding(file=place, line=0, column=0, path="", message=message, code="committed-cache")


def by_root(wanted: Iterable[Target]) -> dict[Path, list[Target]]:
    """Group the targets by dataset, in the given order."""
    found: dict[Path, list[Target]] = {}
    for target in wanted:
        found.setdefault(target.root, []).append(target)
    return found


def check(
    wanted: Iterable[Target],
    registry: Registry,
    changed: Changed | None = None,
    *,
    today: str | None = None,
    before: Before | None = None,
) -> Result:
    """Check the targets and return the findings about them; `today` is a day such as 2026-11-28.

    With `changed`, return only findings in a changed file, or of a rule between records that involves one. With
    `before`, edits of what a sync writes are found in files that changed. Hints are about files that changed, or are
    targets themselves.
    """
    findings: list[Finding] = []
    names: list[str] = []
    sources: dict[str, bytes] = {}
    for root, places in by_root(wanted).items():
        there = files_module.file_names(root)
        shown = {name: t.name_of(name) for name in there for t in reversed(places) if t.covers(name)}
        touched = changed(root) if changed else None
        whole = touched is None or not touched.isdisjoint({files_module.SNAPSHOT, files_module.LEDGER})
        close = shown.keys() if whole or touched is None else shown.keys() & touched
        numbers = set() if whole or touched is None else {files_module.number_of(name) for name in touched} - {None}
        # A record that did not change can still name one that did.
        needed = files_module.needed_for(shown.keys() if numbers else close, there)
        files = files_module.read_files(root, only=needed)
        compared = _earlier(root, close, before) if before and touched is not None else None
        checked = files_module.check_files(files, registry, only=close, today=today, earlier=compared)
        # A hint is for whoever is at work on a file.
        asked = {target.inside for target in places} if touched is None else touched
        everything = [*checked.findings, *(hint for hint in checked.hints if hint.file in asked)]
        kept = [f for f in everything if f.file in close or (f.file in shown and f.other in numbers)]
        findings += [replace(f, file=shown[f.file]) for f in kept]
        findings += [_cache_in_git(t, name) for t in places if not t.inside for name in committed_caches(root)]
        names += [shown[name] for name in there if name in close]
        about = {f.file for f in kept}
        sources |= {shown[f.name]: f.raw for f in files if f.name in about}
    return Result(tuple(in_order(findings)), tuple(dict.fromkeys(names)), sources)


def _earlier(root: Path, names: Collection[str], before: Before) -> files_module.Earlier:
    text_of = before(root)
    return lambda name: files_module.read_earlier(text_of(name)) if name in names else None
