"""The command line itself: errors become one message and an exit status, whatever they contain."""

import errno
import os
from types import SimpleNamespace

import pytest

from ca_incidents.schema.cli.command import Command, main
from ca_incidents.schema.errors import CaIncidentsError


def status_of(error: BaseException, monkeypatch) -> int:
    def run(*_: object) -> int:
        raise error

    program = SimpleNamespace(arguments=lambda parser: None, run=run)
    monkeypatch.setattr(Command, "program", lambda self: program)
    return main(["x"], commands=[Command("x", "try it", "nowhere")])


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "out.md"), "out.md: No space left on device\n"),
        (OSError(errno.EROFS, os.strerror(errno.EROFS), b"out.md"), "out.md: Read-only file system\n"),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "No space left on device\n"),
        (CaIncidentsError("one\ntwo \x1b[31mred"), "one\ntwo \\x1b[31mred\n"),
    ],
)
def test_an_error_is_one_harmless_message_and_exit_2(error, said, capsys, monkeypatch):
    assert status_of(error, monkeypatch) == 2
    assert capsys.readouterr().err == said


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("chek", 'there is no command "chek"; did you mean "check"?\n'),
        ("frobnicate", 'there is no command "frobnicate"; the commands are: check, show\n'),
    ],
)
def test_a_misspelt_command_is_answered_with_the_closest_one(word, said, capsys):
    commands = [Command("check", "check it", "nowhere"), Command("show", "show it", "nowhere")]
    assert main([word], commands=commands) == 2
    assert capsys.readouterr().err == said
