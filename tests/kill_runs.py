"""Runs that are killed at random moments: whatever they leave is whole, and the next run ends in the same bytes.

`make kill` kills each command two hundred times and prints a table. `test_kill_runs.py` kills a few.
Every run is a fork of a process that has imported everything, so that most kills hit a run while it works.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fake_bugzilla import make_bug
from mkdocs.__main__ import cli as mkdocs

from ca_incidents.schema.check.files import check_files, read_files
from ca_incidents.schema.cli.command import installed, main
from ca_incidents.schema.export.folder import INCOMPLETE, SUMS
from ca_incidents.schema.record.atomic_write import PARTIAL
from ca_incidents.schema.tables import registry
from tests.built_site import configured

SITE = ["build", "--strict", "--quiet"]
Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Killing:
    """A command to kill: how its folder begins, where it writes, and what may be there after a kill."""

    name: str
    run: Callable[[], object]
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
    run_to_its_end(command(*words), place)


def command(*words: str) -> Callable[[], object]:
    return lambda: main(list(words))


def site() -> object:
    # Standalone, MkDocs ends the process; here it returns or raises.
    return mkdocs.main(SITE, standalone_mode=False)


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
    run_to_its_end(site, place)
    finish(place, "sync", "--from", "saved")


KILLINGS = (
    Killing("sync", command("sync", "--from", "saved"), begin_sync, "incidents", records_problem),
    Killing("check --fix", command("check", "--fix"), begin_fix, "incidents", records_problem),
    Killing("export", command("export", "out"), begin_export, "out", export_problem),
    Killing("site build", site, begin_site, "site", site_problem),
)


def kill_runs(
    killing: Killing, kills: int, *, bugs: int = 40, seed: int = 1, report: Callable[[Killed], None] | None = None
) -> Killed:
    """Kill a command at random moments of its run, then let it run to its end; each time from the old state."""
    for one in installed():
        one.program()
    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    dice, found, began = random.Random(f"{killing.name} {seed}"), Killed(killing.name), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        start, place = Path(folder) / "start", Path(folder) / "place"
        start.mkdir()
        killing.begin(start, bugs)
        shutil.copytree(start, place)
        old = contents(place / killing.target)
        run_to_its_end(killing.run, place)
        new = contents(place / killing.target)
        assert old != new, "a run that changes nothing shows nothing"
        whole = 0.0
        for number in range(kills):
            shutil.rmtree(place)
            shutil.copytree(start, place, symlinks=True)
            # Every other run is killed at a moment after it began to write.
            after = whole * dice.random() * (dice.choice((0.02, 0.1, 0.4, 1.0)) if number % 2 else 1.05)
            found.finished += not kill_once(killing, place, after, writing=bool(number % 2))
            found.kills += 1
            left = contents(place / killing.target)
            found.old, found.new = found.old + (left == old), found.new + (left == new)
            found.between += left not in (old, new)
            if problem := killing.problem(old, new, left):
                found.problems.append(problem)
            began_again = time.monotonic()
            run_to_its_end(killing.run, place)
            # What the run takes at present, on a machine that others use too.
            whole = time.monotonic() - began_again
            if contents(place / killing.target) != new:
                found.problems.append("the next run did not end in the same bytes")
            if check_files(read_files(place / "incidents"), registry.standard()).findings:
                found.problems.append("the records have findings")
            if report:
                report(found)
    found.seconds = time.monotonic() - began
    return found


def run_to_its_end(run: Callable[[], object], place: Path) -> None:
    _, status = os.waitpid(forked(run, place), 0)
    assert status == 0, f"a run that nobody killed ended with {status}"


def kill_once(killing: Killing, place: Path, after: float, *, writing: bool) -> bool:
    """Kill a run some seconds after its start or, if `writing`, its first write; return whether it was running."""
    folders = place, place / killing.target
    before = [folder.stat().st_mtime_ns for folder in folders]
    process, end = forked(killing.run, place), 0.0
    while not end or time.monotonic() < end:
        if os.waitpid(process, os.WNOHANG)[0]:
            return False
        if not end and (not writing or [folder.stat().st_mtime_ns for folder in folders] != before):
            end = time.monotonic() + after
        time.sleep(0.0005)
    os.kill(process, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(process, 0)[1])


def forked(run: Callable[[], object], place: Path) -> int:
    """Start a run in a folder and return its process."""
    process = os.fork()
    if process:
        return process
    status = 1
    try:
        os.chdir(place)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        status = int(run() or 0)  # type: ignore[call-overload]
    finally:
        os._exit(status)


def table(found: Sequence[Killed]) -> str:
    lines = [
        "| command | kills | left the old | left the new | between, each file whole or with a notice | problems | s |"
    ]
    lines += ["| --- " * 7 + "|"]
    for k in found:
        problems = "; ".join(sorted(set(k.problems))) or "none"
        lines.append(f"| {k.name} | {k.kills} | {k.old} | {k.new} | {k.between} | {problems} | {k.seconds:.0f} |")
    return "\n".join(lines)


def progress(found: Killed) -> None:
    if found.kills % 10 == 0:
        print(
            f"{found.name}: {found.kills} kills, {found.finished} too late, {found.problems or 'no problem'}",
            flush=True,
        )


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
            found.append(kill_runs(killing, arguments.kills, bugs=arguments.bugs, seed=arguments.seed, report=progress))
            print(table(found[-1:]), flush=True)
    return 1 if any(killed.problems for killed in found) else 0


if __name__ == "__main__":
    sys.exit(_main())
