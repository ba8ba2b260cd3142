"""The command `changes`: every value that differs between two versions of the dataset."""

import argparse
from pathlib import Path

from ca_incidents.schema import dataset
from ca_incidents.schema.cli.command import Surroundings
from ca_incidents.schema.export.changes import as_csv, as_ndjson, changes_between

_FORMATS = {"csv": as_csv, "ndjson": as_ndjson}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `changes`."""
    parser.add_argument("before", type=Path, metavar="BEFORE", help="folder of the older version")
    parser.add_argument(
        "after",
        type=Path,
        metavar="AFTER",
        nargs="?",
        default=Path("incidents"),
        help="folder of the newer version (default: incidents)",
    )
    parser.add_argument("--format", choices=sorted(_FORMATS), default="csv", help="format (default: csv)")


def run(arguments: argparse.Namespace, around: Surroundings) -> int:
    """Print the changes."""
    before, after = (dataset.read_version(around.folder / folder) for folder in (arguments.before, arguments.after))
    print(_FORMATS[arguments.format](changes_between(before, after)).decode(), end="", file=around.out)
    return 0
