"""The command `completion`: print a script that completes commands, options and files in a shell. Imports shtab."""

import argparse
from pathlib import Path

import shtab

from ca_incidents.schema.cli.command import Surroundings, complete_parser

SHELLS = ("bash", "zsh")
# Names of arguments in help texts.
_FOLDERS = {"DIR", "FOLDER"}
_FILES = {"BUG|DRAFT", "FILE", "PATH"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `completion`."""
    parser.add_argument("shell", choices=SHELLS, help="the shell that you use")


def run(arguments: argparse.Namespace, around: Surroundings) -> int:
    """Print the script; options of commands whose libraries are not installed are left out."""
    print(script(complete_parser(), arguments.shell), file=around.out)
    return 0


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """Return a shell's completion script for a parser and its subcommands."""
    _with_files(parser)
    return shtab.complete(parser, shell=shell)


def _with_files(parser: argparse.ArgumentParser) -> None:
    """Mark the arguments that are files and folders, so that shells complete their paths."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                _with_files(inner)
        elif action.metavar in _FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
        elif action.type is Path or action.metavar in _FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
