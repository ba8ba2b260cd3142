"""The command line `ca-incidents`: each package lists its commands; only the called one is imported."""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import entry_points, version
from pathlib import Path
from typing import Protocol, TextIO, cast

from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.findings import visible
from ca_incidents.schema.messages import nearest, shown

GROUP = "ca_incidents.commands"
DISTRIBUTION = "ca-incidents"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a command may use of its environment: the streams, the clock and the current folder."""

    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    folder: Path = field(default_factory=Path.cwd)


class Program(Protocol):
    """The module of a command."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's arguments to its parser."""

    def run(self, arguments: argparse.Namespace, surroundings: Surroundings) -> int:
        """Run the command and return its exit status: 0 done, 1 findings, 2 could not run.

        `sync` also ends with 3, blocked by the server, and 4, done except for some bugs that could not be read.
        """


@dataclass(frozen=True, slots=True)
class Command:
    """A subcommand: its name, its help, its module, and the extra that installs the libraries it imports."""

    name: str
    help: str
    module: str
    extra: str | None = None

    def program(self) -> Program:
        """Import the command's module; raises MissingExtra where a library of its extra is not installed."""
        try:
            return cast("Program", import_module(self.module))
        except ModuleNotFoundError as error:
            if self.extra is None or (error.name or "").startswith("ca_incidents"):
                raise
            raise MissingExtra(self, error.name or "a library") from None


class MissingExtra(CaIncidentsError):
    """A command needs a library that is not installed."""

    def __init__(self, command: Command, library: str) -> None:
        super().__init__(
            f"`{command.name}` needs {library}, which is not installed: pip install '{DISTRIBUTION}[{command.extra}]'"
        )


class UnknownCommand(CaIncidentsError):
    """There is no command of this name."""

    def __init__(self, word: str, known: Iterable[str]) -> None:
        names = list(known)
        hint = nearest(word, names) or f"; the commands are: {', '.join(names)}"
        super().__init__(f"there is no command {shown(word)}{hint}")


def installed() -> list[Command]:
    """List the commands of this distribution's packages, found by its entry points."""
    return [command for point in entry_points(group=GROUP) for command in point.load()]


def main(argv: Sequence[str] | None = None, commands: Iterable[Command] | None = None) -> int:
    """Run one command; an error that a user can act on becomes one message and its exit status."""
    given = sys.argv[1:] if argv is None else list(argv)
    surroundings = Surroundings()
    by_name = {c.name: c for c in sorted(installed() if commands is None else commands, key=lambda c: c.name)}
    chosen = next((by_name[word] for word in given[:1] if word in by_name), None)
    try:
        if given and chosen is None and not given[0].startswith("-"):
            raise UnknownCommand(given[0], by_name)
        program = chosen.program() if chosen else None
        arguments = _parser(by_name.values(), {chosen.name: program} if chosen and program else {}).parse_args(given)
        assert program is not None, "the parser accepts nothing but a command"
        status = program.run(arguments, surroundings)
        surroundings.out.flush()
        return status
    except CaIncidentsError as error:
        _say(str(error), surroundings)
        return error.exit_status
    except BrokenPipeError:
        # The reader of a pipe has gone (`| head`): not an error.
        sys.stderr.close()
        return 0
    except OSError as error:
        # A full disk, a read-only folder: nothing that a command did is lost, and nothing is wrong with the program.
        place = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
        _say(f"{place}{error.strerror or error}", surroundings)
        return CaIncidentsError.exit_status


def _say(message: str, surroundings: Surroundings) -> None:
    """Print a message; texts of files and servers in it cannot steer the terminal."""
    print("\n".join(map(visible, message.split("\n"))), file=surroundings.err)


def complete_parser() -> argparse.ArgumentParser:
    """Build the parser with the arguments of all commands, except those whose extra is not installed."""
    commands = sorted(installed(), key=lambda command: command.name)
    programs = {}
    for command in commands:
        with suppress(MissingExtra):
            programs[command.name] = command.program()
    return _parser(commands, programs)


def _parser(commands: Iterable[Command], programs: Mapping[str, Program]) -> argparse.ArgumentParser:
    """Build the parser; only programs' arguments are added, because `main` imports only the chosen command's."""
    parser = argparse.ArgumentParser(
        prog="ca-incidents", description="A public, checked dataset and site of Web PKI compliance incidents."
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in commands:
        subparser = subparsers.add_parser(command.name, help=command.help, description=command.help)
        if command.name in programs:
            programs[command.name].arguments(subparser)
    return parser


class _Version(argparse.Action):
    """Look the version up only when it is asked for: that reads the installed metadata."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        print(f"{DISTRIBUTION} {version(DISTRIBUTION)}")
        parser.exit()
