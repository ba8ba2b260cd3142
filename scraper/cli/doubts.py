"""The command `doubts`: list the fragments that the reader found but could not interpret."""

import argparse
import json
from collections.abc import Iterable

from rich.console import Console

from ca_incidents.schema.check.files import SNAPSHOT, NoDataset
from ca_incidents.schema.cli.command import Surroundings
from ca_incidents.schema.cli.dataset_option import add_dataset_option
from ca_incidents.schema.findings import visible
from ca_incidents.schema.model import Doubt
from ca_incidents.scraper.sync.apply import Outcome
from ca_incidents.scraper.sync.store import open_store


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `doubts`."""
    add_dataset_option(parser, formerly="--to")
    parser.add_argument("--kind", help="only doubts of this kind")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="output format (default: text)")


def run(arguments: argparse.Namespace, surroundings: Surroundings) -> int:
    """Print the doubts of all records, or those of one kind."""
    root = surroundings.folder / arguments.dataset
    if not (root / SNAPSHOT).is_file():
        raise NoDataset(arguments.dataset)
    store = open_store(root)
    outcome = Outcome()
    for number in sorted({*store.records, *store.excluded}):
        found = getattr(store.records.get(number) or store.excluded.get(number), "doubts", ())
        wanted = tuple(doubt for doubt in found if arguments.kind in {None, doubt.kind})
        if wanted:
            outcome.doubts[number] = wanted
    if arguments.format == "json":
        rows = [
            {"bug": number, "kind": d.kind, "where": d.where, "text": d.text, "source": d.source}
            for number, found in outcome.doubts.items()
            for d in found
        ]
        print(json.dumps(rows, indent=2, ensure_ascii=False), file=surroundings.out)
        return 0
    console = Console(file=surroundings.out)
    print_doubts(outcome.doubts.items(), console)
    kinds = {"unmapped-name": 0, **outcome.doubts_by_kind()}
    summary = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    console.print(f"{sum(kinds.values())} doubts: {summary}", markup=False, highlight=False, soft_wrap=True)
    return 0


def print_doubts(doubts: Iterable[tuple[int, tuple[Doubt, ...]]], console: Console) -> None:
    """Print each doubt with its bug and comment, one per line."""
    for number, found in doubts:
        for doubt in found:
            source = f" (comment {doubt.source})" if doubt.source is not None else ""
            line = f"bug {number}: {doubt.where}{source}: {doubt.kind}: {doubt.text or ''}"
            console.print(visible(line), markup=False, highlight=False, soft_wrap=True)
