"""What a command of the command line is: a name, its arguments and a function. Each package offers its own."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import TextIO

from ca_incidents.schema.errors import CaIncidentsError

GROUP = "ca_incidents.commands"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a command may touch: the streams, the clock and the folder that it was called in."""

    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    folder: Path = field(default_factory=Path.cwd)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One subcommand; `run` gives the exit status: 0 done, 1 findings, 2 could not run."""

    name: str
    help: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, Surroundings], int]


def offered() -> list[Command]:
    """Collect the commands that the installed packages offer, by the entry points of this distribution."""
    found = [command for point in entry_points(group=GROUP) for command in point.load()]
    return sorted(found, key=lambda command: command.name)


def main(argv: Sequence[str] | None = None, commands: Sequence[Command] | None = None) -> int:
    """Run one command; an error that a person can act on becomes one message and its exit status."""
    parser = argparse.ArgumentParser(
        prog="ca-incidents", description="A public, checked dataset and site of Web PKI compliance incidents."
    )
    chosen = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    by_name = {command.name: command for command in (offered() if commands is None else commands)}
    for command in by_name.values():
        command.arguments(chosen.add_parser(command.name, help=command.help, description=command.help))
    arguments = parser.parse_args(argv)
    surroundings = Surroundings()
    try:
        return by_name[arguments.command].run(arguments, surroundings)
    except CaIncidentsError as error:
        print(error, file=surroundings.err)
        return error.exit_status
    except KeyboardInterrupt:
        print("interrupted; run the same command again to go on", file=surroundings.err)
        return 130
    except BrokenPipeError:
        # The reader of a pipe went away (`| head`); nothing is wrong on this side.
        sys.stderr.close()
        return 0
