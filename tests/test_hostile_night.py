"""A night on which strangers wrote fifty hostile bugs: the others are proposed, and the summary acts on nobody.

`PYTHONPATH=tests python -m tests.test_hostile_night` does it among 1,690 bugs, and prints what became of the fifty.
"""

import contextlib
import io
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fake_bugzilla import FakeBugzilla, add_comment, make_bug, make_bugs
from test_scraper_sync_summary import ACTIVE, SAFE, in_code_and_outside

from ca_incidents.schema.check.files import check_files, read_files
from ca_incidents.schema.cli.command import main
from ca_incidents.schema.findings import UNSEEN
from ca_incidents.schema.tables import registry
from ca_incidents.scraper.cli.all import COMMANDS
from ca_incidents.scraper.sync.store import open_store

FIRST, HOSTILE = 1_700_001, 1_900_001
ADDRESS = "john.doe%example.com"

# What a title can hold; all of it ends up in a record, a refusal or nothing.
TITLES = [
    "DigiCert: a@b'c@d",
    "[meta] x a@b'c@d",
    "[meta] \u202e\u0000hidden",
    "DigiCert: @everyone Fixes #1 https://evil.example",
    "DigiCert: ``` `` ` \\` [x](y) ![x](y) <b> <!-- -->",
    "DigiCert: 0123456789abcdef0123456789abcdef01234567 owner/repo#1 GH-1",
    "DigiCert: ::add-mask::x \n::set-output name=x::y",
    "DigiCert: wrong \u041eID",
    f"DigiCert: write to {ADDRESS} or jane AT host.example",
    "DigiCert: {{ 7*7 }} </title><script>alert(1)</script>",
    "x" * 1001,
    "\ud800 DigiCert: half a pair",
    "DigiCert: \x1b[2J\x9b31m",
    "=cmd|' /C calc'!A0: x",
    "DigiCert: " + "(" * 900,
    "",
    ":",
    "\u2028\u2029",
    "[meta] wrong \u041eID",
    "DigiCert: +1 (555) 010-0199",
]
COMMENTS = [
    "We noticed this on 5 Sepember 2023.",
    "We noticed this on 5 \u017feptember 2023 at 25:61 XYZT.",
    "## Timeline\n" + "- 2023-99-99 99:99 UTC x\n" * 2000,
    "| " * 5000 + "\n" + "| --- " * 5000,
    "> " * 5000,
    "- " * 3000,
    "9" * 60_000,
    "`" * 60_000,
    "<b>" * 15_000,
    "[" * 30_000,
    "https://crt.sh/?id=" + "1" * 40_000,
    "Bug 1" + "0" * 40_000,
    " \u00a0\u200b\u2028" * 10_000,
    "a@" * 30_000,
    "@".join(["john"] * 20_000),
    "## Incident Report\n### Summary\n" * 2000,
    "1. How your CA first became aware\n" * 2000,
    "BR section " + "4." * 30_000,
]
FIELDS: list[dict[str, Any]] = [
    {"status": 7},
    {"whiteboard": "[" * 10_001},
    {"see_also": ["http://[x", None, {}]},
    {"depends_on": [10**30, -1, "x", True]},
    {"creation_time": "9999-99-99T99:99:99Z"},
    {"cf_last_resolved": {"x": 1}},
    {"history": [{"when": 5, "changes": [{}]}]},
    {"history": 5},
    {"comments": [{**make_bug(HOSTILE)["comments"][0], "count": -1}]},
    {"comments": [{**make_bug(HOSTILE)["comments"][0], "count": 10**12}]},
    {"history": None},
]


def hostile_bugs() -> dict[int, dict[str, Any]]:
    """Invent fifty bugs, each hostile in one way."""
    found: list[dict[str, Any]] = [{**make_bug(HOSTILE), "summary": title} for title in TITLES]
    for text in COMMENTS:
        bug = make_bug(HOSTILE)
        add_comment(bug, text)
        bug["comments"][0]["text"] = text
        found.append(bug)
    first = make_bug(HOSTILE)["comments"][0]
    many = {"comments": [{**first, "count": n} for n in range(5_001)]}
    found += [{**make_bug(HOSTILE), **fields} for fields in (*FIELDS, many)]
    return {HOSTILE + n: {**bug, "id": HOSTILE + n} for n, bug in enumerate(found)}


@dataclass(frozen=True, slots=True)
class Night:
    """What a night left: exit status, what was printed, the summary, the numbers on disk, and its cost."""

    status: int
    shown: str
    summary: str
    there: frozenset[int]
    excluded: frozenset[int]
    seconds: float


@contextlib.contextmanager
def served(bugs: Mapping[int, dict[str, Any]]) -> Iterator[FakeBugzilla]:
    with FakeBugzilla(dict(bugs), clock=datetime(2026, 1, 2, 12, tzinfo=UTC)) as server:
        # The fake must not fall over what it serves.
        server.detail = lambda login, keyed: {"nick": str(login)[:130], "name": str(login)}  # type: ignore[method-assign]
        yield server


def night(root: Path, harmless: int) -> Night:
    """Sync a folder that is empty with harmless bugs and the hostile ones."""
    out, began = io.StringIO(), time.process_time()
    with served({**make_bugs(harmless, FIRST), **hostile_bugs()}) as server:
        place = ["--to", str(root / "incidents"), "--summary", str(root / "summary.md")]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            status = main(["sync", "--url", server.url, "--pause", "0", *place], COMMANDS)
    store = open_store(root / "incidents")
    return Night(
        status=status,
        shown=out.getvalue(),
        summary=(root / "summary.md").read_text("utf-8"),
        there=frozenset(store.records),
        excluded=frozenset(store.excluded),
        seconds=time.process_time() - began,
    )


@pytest.fixture(scope="module")
def a_night(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Night]:
    root = tmp_path_factory.mktemp("night")
    return root, night(root, 60)


def test_there_are_fifty() -> None:
    assert len(hostile_bugs()) == 50


def test_everything_else_is_proposed_and_what_is_left_has_a_reason(a_night: tuple[Path, Night]) -> None:
    root, found = a_night
    assert found.status == 4
    assert set(range(FIRST, FIRST + 60)) <= found.there
    left = hostile_bugs().keys() - found.there - found.excluded
    assert left
    assert all(f"\nbug {number}: " in found.shown for number in left)
    assert all(f"`bug {number}`" in found.summary for number in left)
    assert check_files(read_files(root / "incidents"), registry.standard()).findings == []


def test_nobody_is_addressed_and_nothing_reaches_the_terminal_raw(a_night: tuple[Path, Night]) -> None:
    root, found = a_night
    written = b"".join(file.raw for file in read_files(root / "incidents")).decode()
    for text in (written, found.shown, found.summary):
        assert ADDRESS not in text and "b'c@d" not in text
        assert not UNSEEN.search(text.replace("\n", ""))
    assert "Traceback" not in found.shown


def test_the_summary_is_harmless_in_a_renderer(a_night: tuple[Path, Night]) -> None:
    spans, around = in_code_and_outside(a_night[1].summary)
    assert len(spans) > 50
    assert [words for words in around if not SAFE.fullmatch(words) or ACTIVE.search(words)] == []


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        found = night(Path(folder), 1_690 - 50)
        spans, around = in_code_and_outside(found.summary)
        acting = [words for words in around if not SAFE.fullmatch(words) or ACTIVE.search(words)]
    hostile = hostile_bugs().keys()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    left = hostile - found.there - found.excluded
    print(
        f"exit status {found.status}; {len(found.there - hostile):,} other records; hostile: {len(hostile)}, of which"
    )
    print(f"{len(hostile & found.there)} records, {len(hostile & found.excluded)} in the ledger, {len(left)} left")
    print(
        f"{found.seconds:.0f} s of CPU (server and sync), peak {peak} MiB, active in the summary: {acting or 'nothing'}"
    )
    print("\n".join(line[:200] for line in found.shown.splitlines() if line.startswith("bug ") and "left" not in line))
    sys.exit(bool(acting))
