"""The arguments of `pages`: the site's pages as Markdown files, and all that they link."""

import argparse
import shutil
from itertools import chain
from pathlib import Path

from ca_incidents.schema import dataset
from ca_incidents.schema.cli.command import Surroundings
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.site_plugins.build import write
from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.files import downloads, markdown_files, script_data
from ca_incidents.site_plugins.statistics import csv_tables
from ca_incidents.site_plugins.views import all_pages


class CannotWritePages(CaIncidentsError):
    """A file cannot be written."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `pages`."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="folder to write into; made where it is missing")
    parser.add_argument("--dataset", type=Path, default=Path("incidents"), help="its folder (default: incidents)")
    parser.add_argument("--docs", type=Path, default=Path("docs"), help="pages written by hand (default: docs)")
    parser.add_argument("--site-url", default="", metavar="URL", help="where the site will stand, for feeds")


def run(arguments: argparse.Namespace, around: Surroundings) -> int:
    """Write the pages, and everything that they link to, into a folder."""

    catalogue = Catalogue(dataset.read(around.folder / arguments.dataset), site_url=arguments.site_url)
    target = around.folder / arguments.folder
    others = (script_data, csv_tables, downloads)
    try:
        target.mkdir(parents=True, exist_ok=True)
        if (around.folder / arguments.docs).is_dir():
            shutil.copytree(around.folder / arguments.docs, target, dirs_exist_ok=True)
        shutil.copytree(Path(__file__).parent / "assets", target / "assets", dirs_exist_ok=True)
        pages = list(all_pages(catalogue))
        files = chain(markdown_files.written(iter(pages)), *(part.written(catalogue) for part in others))
        write.write(target, files)
    except OSError as error:
        raise CannotWritePages(f"{error.filename or target}: cannot be written: {error.strerror}") from None
    print(f"{arguments.folder}: {len(pages):,} pages", file=around.out)
    return 0
