"""Runs that are killed at random moments: whatever they leave is whole, and the next run ends in the same bytes.

`python -m tests.kill_runs --kills 200` kills each command so often and prints a table. `test_kill_runs.py` kills a few.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fake_bugzilla import make_bug

from ca_incidents.schema.check.files import check_files, read_files
from ca_incidents.schema.export.folder import INCOMPLETE, SUMS
from ca_incidents.schema.record.atomic_write import PARTIAL
from ca_incidents.schema.tables import registry
from tests.built_site import configured

PROGRAM = [sys.executable, "-c", "import sys; from ca_incidents.schema.cli.command import main; sys.exit(main())"]
SITE = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Killing:
    """A command to kill: how its folder begins, where it writes, and what may be there after a kill."""

    name: str
    command: Sequence[str]
    begin: Callable[[Path, int], None]
    target: str
    problem: Callable[[Files, Files, Files], str | None]


@dataclass(slots=True)
class Killed:
    """What the kills of one command left."""

    name: str
    kills: int = 0
    finished: int = 0
    old: int = 0
    new: int = 0
    between: int = 0
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and PARTIAL not in path.parts
    }


# What may be there


def records_problem(old: Files, new: Files, found: Files) -> str | None:
    """Each record, and the ledger, is the old one or the new one; the snapshot is new only if everything is."""
    for name, raw in found.items():
        if raw not in (old.get(name), new.get(name)):
            return f"{name} is neither the old nor the new one"
    if lost := [name for name in old.keys() & new.keys() if name not in found]:
        return f"{lost[0]} is lost"
    if old.get("snapshot.yaml") != new["snapshot.yaml"] == found.get("snapshot.yaml") and found != new:
        return "the snapshot vouches for more than is there"
    return None


def export_problem(old: Files, new: Files, found: Files) -> str | None:
    """All files are the old ones or all are the new ones, or the list says that they are incomplete."""
    if SUMS not in found:
        return None if INCOMPLETE in found or not found else "a mixture without a notice"
    listed = dict(line.split("  ")[::-1] for line in found[SUMS].decode().splitlines())
    there = {name: hashlib.sha256(raw).hexdigest() for name, raw in found.items() if name not in {SUMS, INCOMPLETE}}
    return None if listed == there and found[SUMS] in (old[SUMS], new[SUMS]) else "the list differs from what is there"


def site_problem(old: Files, new: Files, found: Files) -> str | None:
    """The old site, the new one, or none between two renames."""
    return None if found in (old, new, {}) else "the site is a mixture"


# How folders begin: step 0 is the old state, step 1 what the command makes of it


def dump(place: Path, count: int, *, later: bool) -> None:
    bugs = [make_bug(1_700_001 + n, comments=2 + n % 5) for n in range(count)]
    if later:
        for bug in bugs[::2]:
            bug["whiteboard"], bug["last_change_time"] = "[ca-compliance] [audit-delay]", "2026-01-02T00:00:00Z"
    bugs = bugs if later else bugs[: count - count // 5]
    place.mkdir(exist_ok=True)
    (place / "bugs.json").write_text(json.dumps({"bugs": bugs}), "utf-8")


def finish(place: Path, *words: str) -> None:
    done = subprocess.run([*PROGRAM, *words], cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def begin_sync(place: Path, count: int) -> None:
    dump(place / "saved", count, later=False)
    finish(place, "sync", "--from", "saved")
    dump(place / "saved", count, later=True)


def begin_fix(place: Path, count: int) -> None:
    begin_sync(place, count)
    for path in place.glob("incidents/*/*.yaml"):
        path.write_text(path.read_text("utf-8").replace('opened: "', "opened:   '").replace('Z"\n', "Z'\n", 1), "utf-8")


def begin_export(place: Path, count: int) -> None:
    begin_sync(place, count)
    finish(place, "export", "out")
    finish(place, "sync", "--from", "saved")
    (place / "out" / "mine.txt").unlink(missing_ok=True)


def begin_site(place: Path, count: int) -> None:
    begin_sync(place, count)
    configured(place / "incidents", place)
    build(place)
    finish(place, "sync", "--from", "saved")


def build(place: Path) -> None:
    done = subprocess.run(SITE, cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


KILLINGS = (
    Killing("sync", [*PROGRAM, "sync", "--from", "saved"], begin_sync, "incidents", records_problem),
    Killing("check --fix", [*PROGRAM, "check", "--fix"], begin_fix, "incidents", records_problem),
    Killing("export", [*PROGRAM, "export", "out"], begin_export, "out", export_problem),
    Killing("site build", SITE, begin_site, "site", site_problem),
)


def kill_runs(killing: Killing, kills: int, *, bugs: int = 40, seed: int = 1) -> Killed:
    """Kill a command at random moments of its run, then let it run to its end; each time from the old state."""
    dice, found, began = random.Random(f"{killing.name} {seed}"), Killed(killing.name), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        start, place = Path(folder) / "start", Path(folder) / "place"
        start.mkdir()
        killing.begin(start, bugs)
        shutil.copytree(start, place)
        old = contents(place / killing.target)
        started = time.monotonic()
        run_to_its_end(killing, place)
        whole = time.monotonic() - started
        new = contents(place / killing.target)
        assert old != new, "a run that changes nothing shows nothing"
        for number in range(kills):
            shutil.rmtree(place)
            shutil.copytree(start, place, symlinks=True)
            # Importing takes half of the time, and writes nothing.
            earliest = 0.4 if number % 4 else 0.0
            found.finished += not kill_once(killing, place, whole * dice.uniform(earliest, 1.05))
            found.kills += 1
            left = contents(place / killing.target)
            found.old, found.new = found.old + (left == old), found.new + (left == new)
            found.between += left not in (old, new)
            if problem := killing.problem(old, new, left):
                found.problems.append(problem)
            run_to_its_end(killing, place)
            if contents(place / killing.target) != new:
                found.problems.append("the next run did not end in the same bytes")
            if (
                killing.target == "incidents"
                and check_files(read_files(place / "incidents"), registry.standard()).findings
            ):
                found.problems.append("the records have findings")
    found.seconds = time.monotonic() - began
    return found


def run_to_its_end(killing: Killing, place: Path) -> None:
    done = subprocess.run(killing.command, cwd=place, env=surroundings(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def kill_once(killing: Killing, place: Path, after: float) -> bool:
    """Kill the command after some seconds; return whether it was still running."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(killing.command, cwd=place, env=surroundings(), stdout=quiet, stderr=quiet) as process:
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.kill()
            return True
    return False


def surroundings() -> dict[str, str]:
    return {**os.environ, "NO_MKDOCS_2_WARNING": "1"}


def table(found: Sequence[Killed]) -> str:
    lines = [
        "| command | kills | left the old | left the new | between, each file whole or with a notice | problems | s |"
    ]
    lines += ["| --- " * 7 + "|"]
    for k in found:
        problems = "; ".join(sorted(set(k.problems))) or "none"
        lines.append(f"| {k.name} | {k.kills} | {k.old} | {k.new} | {k.between} | {problems} | {k.seconds:.0f} |")
    return "\n".join(lines)


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--bugs", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    found = []
    for killing in KILLINGS:
        if arguments.only in killing.name:
            found.append(kill_runs(killing, arguments.kills, bugs=arguments.bugs, seed=arguments.seed))
            print(table(found[-1:]), flush=True)
    return 1 if any(killed.problems for killed in found) else 0


if __name__ == "__main__":
    sys.exit(_main())
