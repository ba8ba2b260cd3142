"""The option `--dataset`, which has one name and meaning in all commands."""

import argparse
from pathlib import Path

from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.findings import visible


class InsideDataset(CaIncidentsError):
    """Files would be written among the records."""


def add_dataset_option(parser: argparse.ArgumentParser, *, formerly: str | None = None) -> None:
    """Add the option; `formerly` is the name that it had in this command, which still works."""
    parser.add_argument(
        "--dataset",
        type=Path,
        default=Path("incidents"),
        metavar="FOLDER",
        help="folder of the dataset (default: incidents)",
    )
    if formerly:
        parser.add_argument(formerly, type=Path, dest="dataset", default=argparse.SUPPRESS, help=argparse.SUPPRESS)


def check_outside(dataset: Path, target: Path) -> None:
    """Raise InsideDataset where a folder to write into is the dataset's, or inside of it."""
    if target.resolve().is_relative_to(dataset.resolve()):
        raise InsideDataset(f"{visible(str(target))}: is in the dataset's folder, which only has records: name another")
