"""The tab key completes commands, options, words and paths in bash and zsh, each tried in a terminal."""

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ca_incidents.schema.cli import command
from ca_incidents.schema.cli.command import Command, MissingExtra, complete_parser
from ca_incidents.schema.cli.completion import SHELLS, script

START = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"]}
SET_UP = {"bash": "", "zsh": "autoload -Uz compinit; compinit -u -D; "}
READY = "ready-to-complete"


class Terminal:
    """A shell that runs in a terminal; what is typed is read by its line editor."""

    def __init__(self, shell: str, place: Path) -> None:
        (place / "completion").write_text(script(complete_parser(), shell), "utf-8")
        (place / "records").mkdir()
        (place / "report.md").write_text("")
        ours, theirs = pty.openpty()
        environment = {"PATH": os.environ["PATH"], "TERM": "dumb", "HOME": str(place), "PS1": "$ ", "LC_ALL": "C.UTF-8"}
        self.process = subprocess.Popen(
            START[shell], cwd=place, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
        )
        os.close(theirs)
        self.file = ours
        # The word that is awaited is not in what is typed, which the terminal echoes.
        self.type(f'{SET_UP[shell]}eval "$(cat completion)"; echo "{READY[:5]}""{READY[5:]}"\n')
        self.await_text(READY)

    def type(self, text: str) -> None:
        os.write(self.file, text.encode())

    def await_text(self, wanted: str, seconds: float = 20) -> str:
        text, end = "", time.monotonic() + seconds
        while wanted not in text and (left := end - time.monotonic()) > 0:
            if select.select([self.file], [], [], left)[0]:
                text += os.read(self.file, 4096).decode("utf-8", "replace")
        assert wanted in text, text
        return text

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.file)


@pytest.fixture(params=SHELLS)
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    if not shutil.which(request.param):
        pytest.skip(f"{request.param} is not installed")
    found = Terminal(request.param, tmp_path)
    yield found
    found.close()


def test_the_tab_key_completes(terminal: Terminal) -> None:
    for typed, completed in (
        ("ca-incidents explai", "explain"),
        ("ca-incidents show --datas", "--dataset"),
        ("ca-incidents completion zs", "zsh"),
        ("ca-incidents export --dataset rec", "records"),
        ("ca-incidents lint-report rep", "report.md"),
        ("ca-incidents sync --form", "--format"),
    ):
        terminal.type(f"{typed}\t")
        terminal.await_text(completed)
        # Start the next line afresh.
        terminal.type("\x15")


@pytest.mark.parametrize("shell", SHELLS)
def test_the_command_prints_what_a_shell_can_read(shell: str, tmp_path: Path) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    ask = [sys.executable, "-c", "from ca_incidents.scraper.cli.main import main; main()", "completion", shell]
    printed = subprocess.run(ask, capture_output=True, text=True, check=True).stdout
    (tmp_path / "script").write_text(printed)
    assert subprocess.run([shell, "-n", str(tmp_path / "script")], check=False).returncode == 0
    assert "--to" not in printed.replace("--to-", "").split(), "an option's former name is not offered"


def test_a_command_whose_library_is_missing_is_completed_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_sync(self: Command) -> command.Program:
        if self.name == "sync":
            raise MissingExtra(self, "requests")
        return program(self)

    program = Command.program
    monkeypatch.setattr(Command, "program", without_sync)
    printed = script(complete_parser(), "bash")
    assert "sync" in printed and "--may-withdraw" not in printed and "--dataset" in printed
