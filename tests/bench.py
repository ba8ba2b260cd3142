"""The measurements behind docs/benchmarks.md: `make bench`, or `python -m tests.bench --help`.

Every row is a program run in a process of its own; our program and its peers take turns, so that a noisy machine is
equally noisy for all. CPU time is what the kernel charged the process and its children; peak memory is that of the
largest of them. The peers have an environment of their own, which needs a package index; without one their rows are
left out, and the page says so.
"""

import argparse
import importlib.metadata
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from ca_incidents.schema.dataset import read
from tests import bench_browser, bench_site, bench_sync, measure_reports, measure_similar

ROOT = Path(__file__).parent.parent
WORK = ROOT / ".cache" / "bench"
PEERS = ROOT / "requirements" / "bench.txt"
_CASES = {
    "reports": "own reports",
    "whole": "whole threads",
    "second": "reports by others",
    "openings": "first comments by others",
    "mixed": "reports and comments by others",
}
# The number of characters at which the saved copy cuts comments.
CUT = 1000

# Name, expected facts and facts read of every text in a set.
Rows = Iterable[tuple[str, Mapping[str, object], Mapping[str, object]]]


@dataclass(frozen=True)
class Run:
    cpu: float
    wall: float
    peak: float


@dataclass
class Line:
    """One program to measure; `against` names the line that its ratio is computed from."""

    name: str
    command: Sequence[str]
    group: str
    scale: str
    folder: Path = ROOT
    against: str | None = None
    before: Callable[[], None] | None = None
    after: Callable[[], None] | None = None
    note: Callable[[], str] | None = None
    most_runs: int = 1000
    runs: list[Run] = field(default_factory=list)
    failed: str = ""


class Failed(Exception):
    """A measured program failed; the text is the end of its output."""


def measured(command: Sequence[str], folder: Path) -> Run:
    """Run a program and measure it; raises Failed."""
    log = WORK / "last.log"
    with log.open("wb") as out:
        start = time.monotonic()
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Failed(log.read_text(errors="replace").strip()[-3000:])
    return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def peers_python() -> Path | None:
    """Return the Python of the peers' environment, created once; None if it cannot be created."""
    place = WORK / "peers"
    python = place / "bin" / "python"
    if not python.exists():
        made = subprocess.run([sys.executable, "-m", "venv", str(place)], check=False)
        if made.returncode:
            return None
    install = [str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(PEERS)]
    return python if subprocess.run(install, check=False).returncode == 0 else None


PLAIN_READING = """
import sys, yaml
from pathlib import Path
for path in sorted(Path(sys.argv[1]).rglob("*.yaml")):
    yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
"""


def ours(*arguments: str) -> list[str]:
    return [str(Path(sys.executable).parent / "ca-incidents"), *arguments]


def check_lines(data: Path, scale: str, peers: Path | None) -> Iterator[Line]:
    group = "read and check the dataset"
    plain = f"plain CSafeLoader reading, {scale}"
    yield Line(plain, [sys.executable, "-c", PLAIN_READING, str(data)], group, scale, against=plain)
    yield Line(f"ca-incidents check, {scale}", ours("check", str(data)), group, scale, against=plain)
    if peers and scale == "1x":
        records = [str(p) for p in sorted(data.glob("*/*.yaml"))]
        command = [str(peers.parent / "check-jsonschema"), "--schemafile", "schema/incident.schema.json", *records]
        yield Line(f"check-jsonschema, {scale}", command, group, scale, against=plain)


def parse_lines() -> Iterator[Line]:
    cases = sorted((ROOT / "tests" / "cases" / "reports").glob("*.md"))
    size = sum(p.stat().st_size for p in cases)
    many = [str(p) for p in cases] * 20

    def note() -> str:
        return f"{len(many):,} reports, {size * 20 / 1e6:.1f} MB"

    yield Line("ca-incidents parse-report", ours("parse-report", *many), "parse reports", "1x", note=note)


def all_lines(arguments: argparse.Namespace, peers: Path | None) -> Iterator[Line]:
    for scale in arguments.scale:
        times = int(scale.removesuffix("x"))
        data = ROOT / "incidents" if times == 1 else bench_site.grown(ROOT / "incidents", WORK / scale, times)
        if "check" in arguments.only:
            yield from check_lines(data, scale, peers)
        if "site" in arguments.only:
            for line in bench_site.lines(ROOT, data, WORK, scale, peers, in_nav=arguments.in_nav):
                yield Line(group="build the site", scale=scale, **line)
    if "parse" in arguments.only:
        yield from parse_lines()
    if "sync" in arguments.only:
        for line in bench_sync.lines(ROOT, WORK, peers):
            yield Line(group="first sync of 1,690 bugs, 20 ms a request", scale="1x", **line)


def measure(lines: Sequence[Line], turn: int, runs: int) -> None:
    """Measure all lines once, one after the other, so that no line has the machine's quiet minutes to itself."""
    for line in lines:
        if turn >= line.most_runs or line.failed:
            continue
        if line.before:
            line.before()
        try:
            line.runs.append(measured(line.command, line.folder))
        except Failed as error:
            line.failed = str(error)
            print(f"{turn + 1}/{runs} {line.name} failed:\n{error}", file=sys.stderr, flush=True)
            continue
        if line.after:
            line.after()
        print(f"{turn + 1}/{runs} {line.name}: {line.runs[-1].cpu:.2f} s CPU", file=sys.stderr, flush=True)


def table(lines: Sequence[Line]) -> Iterator[str]:
    cpu = {line.name: statistics.median(run.cpu for run in line.runs) for line in lines if line.runs}
    for group in dict.fromkeys(line.group for line in lines):
        yield f"\n## {group[0].upper()}{group[1:]}\n"
        yield "| program | runs | CPU s, median (min to max) | wall s, median | peak MiB | ratio of CPU | |"
        yield "| --- | --- | --- | --- | --- | --- | --- |"
        for line in (line for line in lines if line.group == group):
            if not line.runs:
                yield f"| {line.name} | 0 | | | | | failed: {line.failed.splitlines()[-1] if line.failed else ''} |"
                continue
            times = [run.cpu for run in line.runs]
            ratio = f"{cpu[line.name] / cpu[line.against]:.2f}" if line.against in cpu else ""
            wall, peak = statistics.median(run.wall for run in line.runs), max(run.peak for run in line.runs)
            spread = f"{cpu[line.name]:.2f} ({min(times):.2f} to {max(times):.2f})"
            note = line.note() if line.note else ""
            yield f"| {line.name} | {len(times)} | {spread} | {wall:.2f} | {peak:.0f} | {ratio} | {note} |"
    grown = [(line, line.name.replace("10x", "1x")) for line in lines if line.scale == "10x" and line.runs]
    factors = [
        f"| {small.replace(', 1x', '')} | {cpu[line.name] / cpu[small]:.1f} |" for line, small in grown if small in cpu
    ]
    if factors:
        yield from ("\n## Growth from 1x to 10x\n", "| program | times the CPU time |", "| --- | --- |", *factors)


def seen(arguments: argparse.Namespace) -> Iterator[str]:
    """Yield the tables of response times and page sizes."""
    timings: list[bench_browser.Timing] = []
    for scale in arguments.scale:
        site = WORK / "out" / scale
        if site.is_dir():
            timings += bench_browser.in_browser(site, scale, arguments.runs)
    place, record = WORK / "edited", bench_site.EDITED
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(ROOT / "incidents", place / "incidents")
    config = bench_site.our_config(ROOT, place / "incidents", place)
    timings.append(bench_browser.preview(ROOT, config, place / "incidents", record, arguments.runs))
    yield "\n## Response times\n"
    yield "| what | runs | ms, median (min to max) | |"
    yield "| --- | --- | --- | --- |"
    for timing in timings:
        ms = timing.milliseconds
        spread = f"{statistics.median(ms):.0f} ({min(ms):.0f} to {max(ms):.0f})"
        yield f"| {timing.name} | {len(ms)} | {spread} | {timing.note} |"
    if (WORK / "out" / "1x").is_dir():
        yield "\n## Page sizes, bytes gzipped, 1x\n"
        yield "| kind | pages | median | largest | page |"
        yield "| --- | --- | --- | --- | --- |"
        yield from (f"| {kind} | {row}" for kind, row in bench_browser.weights(WORK / "out" / "1x"))


def versions(peers: Path | None) -> str:
    names = ("mkdocs", "mkdocs-material", "pyyaml", "jsonschema-rs", "msgspec")
    known = [f"{name} {importlib.metadata.version(name)}" for name in names]
    if peers:
        listed = subprocess.run([str(peers), "-m", "pip", "freeze"], capture_output=True, text=True, check=True).stdout
        wanted = ("zensical", "check-jsonschema", "python-bugzilla", "perceval")
        known += [row.replace("==", " ") for row in listed.splitlines() if row.split("==")[0].lower() in wanted]
    return ", ".join(known)


PROFILE = "## Where the time goes"


def _written_by_hand(output: Path) -> Iterator[str]:
    """Yield the part of the page that is written by hand."""
    _, found, rest = output.read_text("utf-8").partition(f"{PROFILE}\n") if output.exists() else ("", "", "")
    if found:
        yield f"\n{PROFILE}\n{rest.rstrip()}"


INTRODUCTION = """\
The results of the latest `make bench`. Compare ratios rather than seconds: all rows of a table come from one run on one
machine, where our program and the others took turns, and such machines are noisy. Our site is built three times: with
an empty cache (`.cache/ca-incidents`), with the cache of an earlier build of the same records, and with one record
changed since that build. At 10x, the others run twice, with pages of more than 1,500 words excluded from their search,
because Material's plugin refuses to index them at that size.
"""


def _head(peers: Path | None) -> Iterator[str]:
    yield "# Benchmarks\n"
    yield INTRODUCTION
    yield f"Machine: {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}."
    yield f"Versions: {versions(peers)}."
    if peers is None:
        yield "\nThe peers could not be installed; their lines are missing."


def _write(output: Path, *parts: Iterable[str]) -> None:
    output.write_text("\n".join([*chain(*parts), *_written_by_hand(output), ""]), "utf-8")


def read_well(comments: Path | None) -> Iterator[str]:
    """Yield the F1 of each field that is read in reports, against invented reports and hand labels of real ones."""
    folders = {ROOT / "tests" / "cases" / name: what for name, what in _CASES.items()}
    invented = {
        f"{len(list(folder.glob('*.md')))} {what}": measure_reports.cases(folder) for folder, what in folders.items()
    }
    yield "\n## Accuracy of the reader: F1\n"
    yield "Invented texts:\n"
    yield from _accuracy(invented)
    if comments:
        labels = sorted((ROOT / "tests" / "labels").glob("set*.ndjson"))
        yield "\nReal first comments:\n"
        yield from _accuracy({path.stem: measure_reports.labelled(path, comments, CUT) for path in labels})


def similar_found() -> Iterator[str]:
    """Yield how often the incident that a report cites is found as a similar one, with every link hidden."""
    pairs, shares = measure_similar.shares(read(ROOT / "incidents"))
    yield "\n## Similar incidents\n"
    yield f"The place of each of {pairs} incidents that reports cite, among the similar incidents of the citing one:\n"
    yield f"| {' | '.join('first' if place == 1 else f'first {place}' for place in shares)} |"
    yield f"|{' --- |' * len(shares)}"
    yield f"| {' | '.join(f'{share:.0%}' for share in shares.values())} |"


def _accuracy(sets: Mapping[str, Rows]) -> Iterator[str]:
    counted = [measure_reports.score(rows, errors=False) for rows in sets.values()]
    yield f"| field | {' | '.join(sets)} |"
    yield f"| --- |{' --- |' * len(sets)}"
    for name in measure_reports.ORDER:
        field = name.replace(".", ": ").replace("_", " ")
        yield f"| {field} | {' | '.join(_f1(*counts[name]) for counts in counted)} |"


def _f1(right: int, wrong: int, missing: int) -> str:
    return f"{2 * right / (2 * right + wrong + missing):.2f}" if right + wrong + missing else ""


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure, and write the results to docs/benchmarks.md.")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--scale", nargs="+", default=["1x", "10x"], choices=["1x", "10x"])
    parser.add_argument("--only", nargs="+", default=["check", "parse", "read", "similar", "sync", "site", "browser"])
    parser.add_argument("--comments", type=Path, help="texts of real comments, for the hand labels of real reports")
    parser.add_argument("--in-nav", action="store_true", help="also plain MkDocs with all pages in nav (minutes a run)")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "benchmarks.md")
    arguments = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    peers = peers_python()
    lines = list(all_lines(arguments, peers))
    for turn in range(arguments.runs):
        measure(lines, turn, arguments.runs)
        # Written after every turn, so that an interrupted bench leaves its results so far.
        _write(arguments.output, _head(peers), table(lines))
    rest = chain(
        read_well(arguments.comments) if "read" in arguments.only else (),
        similar_found() if "similar" in arguments.only else (),
        seen(arguments) if "browser" in arguments.only else (),
    )
    _write(arguments.output, _head(peers), table(lines), rest)
    for built in ("out", bench_site.ASIDE):
        shutil.rmtree(WORK / built, ignore_errors=True)
    print(f"Written to {arguments.output}")
    sys.exit(any(line.failed for line in lines))


if __name__ == "__main__":
    main()
