"""The command `agreement`: how far independent coders agree, as a table or JSON."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from ca_incidents.schema import dataset
from ca_incidents.schema.cli.command import Surroundings
from ca_incidents.schema.cli.dataset_option import add_dataset_option
from ca_incidents.schema.derive import agreement
from ca_incidents.schema.derive.agreement import Agreement


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `agreement`."""
    add_dataset_option(parser)
    # As the folder was named before there was an option for it.
    parser.add_argument("folder", nargs="?", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--format", choices=("table", "json"), default="table", help="how to print (default: table)")


def run(arguments: argparse.Namespace, around: Surroundings) -> int:
    """Print the agreement of each field that two people coded."""
    coded = agreement.coded_twice(dataset.read(around.folder / (arguments.folder or arguments.dataset)).incidents)
    measured = agreement.agreements(coded) if coded else []
    if arguments.format == "json":
        print(json.dumps({"fields": [asdict(field) for field in measured]}, indent=2), file=around.out)
    elif measured:
        print("\n".join(_table(measured)), file=around.out)
    else:
        print("No incident has been coded by two people yet.", file=around.out)
    return 0


def _table(measured: Sequence[Agreement]) -> list[str]:
    width = max(len(field.field) for field in measured)
    lines = [f"{'field':{width}}  incidents  codings   alpha  differ"]
    for field in measured:
        alpha = "-" if field.alpha is None else f"{field.alpha:.3f}"
        bugs = ", ".join(map(str, field.differ)) or "-"
        lines.append(f"{field.field:{width}}  {field.incidents:9}  {field.codings:7}  {alpha:>6}  {bugs}")
    return lines
