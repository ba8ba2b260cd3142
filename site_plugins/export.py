"""Write the dataset's files into a folder, the same bytes as the site offers."""

import argparse
from pathlib import Path

from schema import dataset
from schema.command import Surroundings
from site_plugins import downloads
from site_plugins.catalogue import Catalogue

SITE = "https://ca-incidents.github.io/ca-incidents/"
FORMATS = {"ndjson": (".ndjson",), "csv": (".csv", "datapackage.json"), "sqlite": (".sqlite",), "json": (".json",)}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("target", metavar="DIR", help="folder to write to; it is made where it is not there")
    parser.add_argument("--format", action="append", choices=sorted(FORMATS), help="only this format; may be repeated")
    parser.add_argument("--dataset", default="incidents", help="folder of the dataset (default: incidents)")


def run(given: argparse.Namespace, around: Surroundings) -> int:
    """Write the files that are asked for and name them; raises DatasetError or InvalidDataset for a bad dataset."""
    catalogue = Catalogue(dataset.read(around.folder / given.dataset), site_url=SITE)
    wanted = tuple(end for name in given.format or FORMATS for end in FORMATS[name])
    target: Path = around.folder / given.target
    target.mkdir(parents=True, exist_ok=True)
    for name, raw in downloads.whole(catalogue):
        if name.endswith(wanted):
            (target / name).write_bytes(raw)
            print(target / name, file=around.out)
    return 0
