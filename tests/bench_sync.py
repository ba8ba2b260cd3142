"""What the bench fetches: the same 1,690 invented bugs by our sync and by the peers, from one server of our own."""

import atexit
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BUGS = 1690

BY_PYTHON_BUGZILLA = """
import sys, bugzilla
server = bugzilla.Bugzilla(sys.argv[1] + "/rest", use_creds=False, force_rest=True)
found = server.query({"product": "CA Program", "component": "CA Certificate Compliance", "limit": 0})
for bug in found:
    bug.getcomments()
    bug.get_history_raw()
"""

BY_PERCEVAL = """
import sys
from perceval.backends.core.bugzillarest import BugzillaREST
for bug in BugzillaREST(sys.argv[1]).fetch():
    pass
"""


def lines(root: Path, work: Path, peers: Path | None) -> Iterator[dict[str, Any]]:
    """Give the syncs to measure; each notes how many requests its last run made."""
    server = Server(root)
    target = work / "synced"
    program = str(Path(sys.executable).parent / "ca-incidents")
    ours = "ca-incidents sync"
    command = [program, "sync", "--url", server.url, "--to", str(target), "--pause", "0"]
    yield _line(ours, command, ours, server, target)
    if peers:
        for peer, script in (("python-bugzilla", BY_PYTHON_BUGZILLA), ("perceval", BY_PERCEVAL)):
            yield _line(peer, [str(peers), "-c", script, server.url], ours, server, target) | {"most_runs": 2}


def _line(name: str, command: list[str], against: str, server: "Server", target: Path) -> dict[str, Any]:
    counted = {"before": 0, "asked": 0}

    def before() -> None:
        shutil.rmtree(target, ignore_errors=True)
        counted["before"] = server.requests()

    def after() -> None:
        counted["asked"] = server.requests() - counted["before"]

    def note() -> str:
        return f"{counted['asked']:,} requests"

    return {"name": name, "command": command, "against": against, "before": before, "after": after, "note": note}


class Server:
    """The fake Bugzilla as a process of its own, so that its work is not charged to who asks it."""

    def __init__(self, root: Path) -> None:
        fake = root / "tests" / "fake_bugzilla.py"
        # The peers ask for single bugs; a server with the real one's limit would block them after 75.
        options = ["--latency-ms", "20", "--count", str(BUGS), "--no-rate-limit"]
        self.process = subprocess.Popen([sys.executable, str(fake), *options], stdout=subprocess.PIPE, text=True)
        atexit.register(self.process.kill)
        assert self.process.stdout
        self.url = self.process.stdout.readline().strip()

    def requests(self) -> int:
        """Ask how many requests there have been; this one is not counted."""
        with urllib.request.urlopen(f"{self.url}/requests") as answer:
            return int(answer.read())
