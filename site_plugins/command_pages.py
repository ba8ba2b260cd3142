"""The arguments of `pages`: the site's pages as Markdown files, and all that they link."""

import argparse
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from ca_incidents.schema import dataset
from ca_incidents.schema.cli.command import Surroundings
from ca_incidents.schema.cli.dataset_option import add_dataset_option, check_outside
from ca_incidents.schema.export import folder
from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.files import downloads, markdown_files, script_data
from ca_incidents.site_plugins.statistics import csv_tables
from ca_incidents.site_plugins.views import all_pages


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `pages`."""
    parser.add_argument(
        "folder",
        type=Path,
        metavar="DIR",
        help="folder to write into, made where it is missing; files of an earlier run that this one lacks are deleted",
    )
    add_dataset_option(parser)
    parser.add_argument(
        "--docs", type=Path, default=Path("docs"), metavar="FOLDER", help="pages written by hand (default: docs)"
    )
    parser.add_argument("--site-url", default="", metavar="URL", help="where the site will stand, for feeds")


def run(arguments: argparse.Namespace, around: Surroundings) -> int:
    """Write the pages, and everything that they link to, into a folder."""
    check_outside(around.folder / arguments.dataset, around.folder / arguments.folder)
    catalogue = Catalogue(dataset.read(around.folder / arguments.dataset), site_url=arguments.site_url)
    pages = list(all_pages(catalogue))
    by_hand = (around.folder / arguments.docs, ""), (Path(__file__).parent / "assets", "assets/")
    files = chain(
        *(_below(place, prefix) for place, prefix in by_hand),
        markdown_files.written(iter(pages)),
        *(part.written(catalogue) for part in (script_data, csv_tables, downloads)),
    )
    folder.replace(around.folder / arguments.folder, files)
    print(f"{arguments.folder}: {len(pages):,} pages", file=around.out)
    return 0


def _below(place: Path, prefix: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files below a folder, if it is there."""
    for path in sorted(place.rglob("*")):
        if path.is_file():
            yield f"{prefix}{path.relative_to(place).as_posix()}", path.read_bytes()
