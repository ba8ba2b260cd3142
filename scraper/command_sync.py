"""The commands `sync` and `doubts`: arguments in, a table out."""

import argparse
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from schema import policies, registry
from schema.command import Command, Surroundings
from schema.model import Doubt, Report
from scraper.assemble import ReadThread
from scraper.facts import read_thread
from scraper.saved import read_saved
from scraper.store import open_store
from scraper.sync import Outcome, Tools, sync_saved
from scraper.wire import WireBug, WireComment


def thread_reader(*, keep_quotes: bool = False) -> ReadThread:
    """Give the reader of threads that a sync uses, with the policy documents of this distribution."""
    known = policies.standard()

    def read(bug: int, comments: Sequence[WireComment]) -> tuple[Report | None, tuple[Doubt, ...]]:
        reading = read_thread(comments, bug=bug, policies=known, keep_quotes=keep_quotes)
        return reading.report, reading.doubts

    return read


def _sync_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="source", type=Path, required=True, help="folder of a saved dump")
    parser.add_argument("--to", type=Path, default=Path("incidents"), help="folder of the dataset (default: incidents)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to report (default: text)")
    parser.add_argument("--quotes", action="store_true", help="keep quotations of at most 280 characters")


def _sync(arguments: argparse.Namespace, surroundings: Surroundings) -> int:
    saved = read_saved(arguments.source)
    store = open_store(surroundings.folder / arguments.to)
    console = Console(file=surroundings.err)
    bugs = {bug.id: bug for bug in _shown(saved.bugs, console)}
    tools = Tools(registry=registry.standard(), read_thread=thread_reader(keep_quotes=arguments.quotes))
    outcome = sync_saved(store, bugs, saved.as_of, "saved dump", tools)
    if arguments.format == "json":
        print(json.dumps(outcome_data(outcome), indent=2, sort_keys=True), file=surroundings.out)
    else:
        print_outcome(outcome, Console(file=surroundings.out))
    return 0


def _shown(bugs: Sequence[WireBug], console: Console) -> Iterable[WireBug]:
    return track(bugs, "Reading bugs", console=console, disable=not console.is_terminal, transient=True)


def outcome_data(outcome: Outcome) -> dict[str, object]:
    """Give what a sync did as plain data, for programs."""
    return {
        "added": outcome.added,
        "changed": {str(number): list(fields) for number, fields in outcome.changed.items()},
        "unchanged": len(outcome.unchanged),
        "excluded": outcome.excluded,
        "older": outcome.older,
        "doubts": outcome.doubts_by_kind(),
    }


def print_outcome(outcome: Outcome, console: Console) -> None:
    """Print what a sync did as a table, the doubts with their bugs first."""
    _print_doubts(outcome.doubts.items(), console)
    table = Table("", "bugs", title="Sync")
    rows = [
        ("added", len(outcome.added)),
        ("changed", len(outcome.changed)),
        ("unchanged", len(outcome.unchanged)),
        ("excluded", len(outcome.excluded)),
        ("older than the record", len(outcome.older)),
        *((f"doubts: {kind}", count) for kind, count in outcome.doubts_by_kind().items()),
    ]
    for name, count in rows:
        table.add_row(name, f"{count:,}")
    table.columns[1].justify = "right"
    console.print(table)


def _print_doubts(doubts: Iterable[tuple[int, tuple[Doubt, ...]]], console: Console) -> None:
    for number, found in doubts:
        for doubt in found:
            source = f" (comment {doubt.source})" if doubt.source is not None else ""
            line = f"bug {number}: {doubt.where}{source}: {doubt.kind}: {doubt.text or ''}"
            console.print(line, markup=False, highlight=False, soft_wrap=True)


def _doubts_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", type=Path, default=Path("incidents"), help="folder of the dataset (default: incidents)")
    parser.add_argument("--kind", help="only doubts of this kind")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to report (default: text)")


def _doubts(arguments: argparse.Namespace, surroundings: Surroundings) -> int:
    store = open_store(surroundings.folder / arguments.to)
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
    _print_doubts(outcome.doubts.items(), console)
    kinds = {"unmapped-name": 0, **outcome.doubts_by_kind()}
    summary = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    console.print(f"{sum(kinds.values())} doubts: {summary}", markup=False, highlight=False, soft_wrap=True)
    return 0


SYNC = Command(name="sync", help="bring the records up to a source", arguments=_sync_arguments, run=_sync)
DOUBTS = Command(
    name="doubts",
    help="list what the programs saw and did not understand",
    arguments=_doubts_arguments,
    run=_doubts,
)
