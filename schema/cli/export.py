"""The command `export`: write the dataset's files into a folder."""

import argparse
from pathlib import Path

from ca_incidents.schema import dataset
from ca_incidents.schema.cli.command import Surroundings
from ca_incidents.schema.cli.dataset_option import add_dataset_option, check_outside
from ca_incidents.schema.export import folder
from ca_incidents.schema.export.descriptions import describing_files
from ca_incidents.schema.export.encoders import can_write_parquet
from ca_incidents.schema.export.files import FORMATS, data_files, schema_files
from ca_incidents.schema.export.tables import prepared


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `export`."""
    parser.add_argument(
        "folder",
        type=Path,
        metavar="DIR",
        help="folder to write to, created if missing; files of an earlier export that this one lacks are deleted",
    )
    parser.add_argument(
        "--format",
        choices=(*FORMATS, "all"),
        default="all",
        help="default: all, with descriptions and checksums",
    )
    add_dataset_option(parser)


def run(arguments: argparse.Namespace, around: Surroundings) -> int:
    """Write the files of the dataset into a folder."""
    check_outside(around.folder / arguments.dataset, around.folder / arguments.folder)
    wanted: tuple[str, ...] = FORMATS if arguments.format == "all" else (arguments.format,)
    if arguments.format == "all" and not can_write_parquet():
        print("Parquet is left out: it needs pyarrow (pip install 'ca-incidents[parquet]')", file=around.err)
        wanted = tuple(name for name in FORMATS if name != "parquet")
    data = dataset.read(around.folder / arguments.dataset)
    found = data_files(prepared(data), wanted)
    if arguments.format == "all":
        found += [*describing_files(data, found), *schema_files()]
    folder.replace(around.folder / arguments.folder, ((file.name, file.raw) for file in found))
    for file in found:
        print(f"{arguments.folder / file.name}: {file.size:,} bytes", file=around.out)
    return 0
