"""Prints the bad-input table: case, finding, exit status, peak memory and time of a process of its own for each.

Run it by hand: `python tests/measure_input.py`.
"""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from test_schema_check import LEDGER, ONE, OTHER, SNAPSHOT, STONE, incident, put
from test_schema_input import CASES

CHECK = (
    "import re, sys\n"
    "from pathlib import Path\n"
    "from schema import command\n"
    "from schema.commands import COMMANDS\n"
    "status = command.main(['check'], COMMANDS)\n"
    # Not getrusage, whose peak starts with that of the process that forked.
    "print(re.search(r'VmHWM:\\s+([0-9]+)', Path('/proc/self/status').read_text())[1], file=sys.stderr)\n"
    "sys.exit(status)\n"
)


def main() -> None:
    """Measure every case, a sound dataset first."""
    for name, case in {"(a sound dataset)": None, **CASES}.items():
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "incidents"
            (root / "2020").mkdir(parents=True)
            put(root, "snapshot.yaml", SNAPSHOT)
            put(root, "excluded.yaml", LEDGER)
            for data in (incident(), incident(OTHER), STONE):
                put(root, f"2020/{data['id']}.yaml", data)
            if case:
                case[0](root / "2020" / f"{ONE}.yaml")
            before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
            here = Path(__file__).parent.parent
            environment = {**os.environ, "PYTHONPATH": str(here)}
            done = subprocess.run(
                [sys.executable, "-c", CHECK], cwd=folder, env=environment, capture_output=True, text=True, check=False
            )
            took = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
            peak = int(done.stderr.split()[-1]) // 1024
            code = case[1] if case else ""
            print(f"| {name} | {code} | {done.returncode} | {peak} MB | {took:.2f} s |", flush=True)


if __name__ == "__main__":
    main()
