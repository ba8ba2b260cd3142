"""The command `explain`: what the code of a finding means and how to fix it."""

import argparse

from ca_incidents.schema.check import codes
from ca_incidents.schema.cli.command import Surroundings


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `explain`."""
    parser.add_argument(
        "code", nargs="?", metavar="CODE", help="the code in brackets at the end of a finding (default: list all codes)"
    )


def run(arguments: argparse.Namespace, around: Surroundings) -> int:
    """Print the explanation of one code, or the list of all."""
    code = arguments.code
    print(codes.page_text(codes.code_named(code)) if code else codes.listing(), file=around.out)
    return 0
