"""Prints the bad-input table: case, finding, exit status, peak memory and CPU time, by a process of its own for each.

Run it by hand: `python tests/measure_input.py`. Peak and time are those of `check`, then those of `check --fix`.
"""

import os
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from test_schema_check import LEDGER, ONE, OTHER, SNAPSHOT, STONE, incident, put
from test_schema_check_input import CASES

CHECK = (
    "import re, sys\n"
    "from pathlib import Path\n"
    "from ca_incidents.schema.cli import command\n"
    "from ca_incidents.schema.cli.all import COMMANDS\n"
    "status = command.main(['check', *sys.argv[1:]], COMMANDS)\n"
    # Not getrusage, whose peak starts with that of the process that forked.
    "print(re.search(r'VmHWM:\\s+([0-9]+)', Path('/proc/self/status').read_text())[1], file=sys.stderr)\n"
    "sys.exit(status)\n"
)


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run gave: exit status, codes in the order of the findings, peak in MB, CPU seconds."""

    status: int
    codes: tuple[str, ...]
    peak: int
    seconds: float


def measured(change: Callable[[Path], object] | None, *options: str) -> Measured:
    """Check a small dataset after a change to its first record's file."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "incidents"
        (root / "2020").mkdir(parents=True)
        put(root, "snapshot.yaml", SNAPSHOT)
        put(root, "excluded.yaml", LEDGER)
        for data in (incident(), incident(OTHER), STONE):
            put(root, f"2020/{data['id']}.yaml", data)
        if change:
            change(root / "2020" / f"{ONE}.yaml")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-c", CHECK, *options]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    codes = tuple(dict.fromkeys(re.findall(r"\[([a-z0-9-]+)\]$", done.stdout, re.M)))
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(done.returncode, codes, int(done.stderr.split()[-1]) // 1024, seconds)


def main() -> None:
    """Measure every case, a sound dataset first; say the largest peak and time last."""
    print("| case | finding | exit | peak MB | CPU s | peak MB, --fix | CPU s, --fix |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    every = []
    for name, case in {"(a sound dataset)": None, **CASES}.items():
        change, wanted = case[:2] if case else (None, None)
        one, mended = measured(change), measured(change, "--fix")
        every += [(one, name), (mended, f"{name}, --fix")]
        finding = wanted if wanted in one.codes else ", ".join(one.codes) or "none"
        cells = (name, finding, one.status, one.peak, f"{one.seconds:.2f}", mended.peak, f"{mended.seconds:.2f}")
        print(f"| {' | '.join(map(str, cells))} |", flush=True)
    highest, slowest = max(every, key=lambda m: m[0].peak), max(every, key=lambda m: m[0].seconds)
    print(f"\n{len(CASES)} cases; largest peak {highest[0].peak} MB ({highest[1]}), ", end="")
    print(f"longest {slowest[0].seconds:.2f} s ({slowest[1]})")


if __name__ == "__main__":
    main()
