"""The command `sync`: bring the records up to a server or a saved source, and report what changed."""

import argparse
import json
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ca_incidents.schema.cli.command import Surroundings
from ca_incidents.schema.cli.dataset_option import add_dataset_option
from ca_incidents.schema.derive.status import derive_among
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.findings import visible
from ca_incidents.schema.model import Incident, Record
from ca_incidents.schema.tables import deadlines
from ca_incidents.scraper.cli.doubts import print_doubts
from ca_incidents.scraper.cli.interruption import interruptible
from ca_incidents.scraper.cli.saved_sources import read_sources
from ca_incidents.scraper.cli.server_options import add_server_arguments, add_verbosity, client_of
from ca_incidents.scraper.cli.sync_tools import tools as standard_tools
from ca_incidents.scraper.cli.talk import Talk
from ca_incidents.scraper.sync.apply import Incomplete, Outcome, recount, sync_list, sync_partial, sync_saved
from ca_incidents.scraper.sync.assemble import Tools
from ca_incidents.scraper.sync.live import Wishes, sync_live
from ca_incidents.scraper.sync.store import Store, open_store
from ca_incidents.scraper.sync.summary import Change, curated_of, summary


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `sync`."""
    parser.add_argument(
        "--from",
        dest="sources",
        type=Path,
        nargs="+",
        metavar="SAVED",
        help="saved dumps, pages, answers and lists (.json), or folders of them; without it the server is asked",
    )
    add_dataset_option(parser, formerly="--to")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to report (default: text)")
    parser.add_argument("--quotes", action="store_true", help="keep quotations of at most 280 characters")
    parser.add_argument("--dry-run", action="store_true", help="say field by field what would change, write nothing")
    parser.add_argument(
        "--summary", type=Path, metavar="FILE", help="write what changed as Markdown, for a pull request"
    )
    parser.add_argument("--full", action="store_true", help="read every bug, not only those that changed")
    parser.add_argument(
        "--full-every", type=int, default=7, metavar="DAYS", help="read every bug each so many days (default: 7)"
    )
    parser.add_argument(
        "--may-withdraw",
        type=int,
        metavar="N",
        help="how many bugs may be withdrawn (default: 20, or 2 %%)",
    )
    parser.add_argument(
        "--replace", action="store_true", help="let the sources replace what better or newer ones gave, not add to it"
    )
    add_verbosity(parser)
    add_server_arguments(parser)


def run(arguments: argparse.Namespace, surroundings: Surroundings) -> int:
    """Bring the records up to a server or a saved source."""
    store = open_store(surroundings.folder / arguments.dataset, writable=not arguments.dry_run)
    before = dict(store.records)
    tools = standard_tools(keep_quotes=arguments.quotes)
    talk = Talk(surroundings.err, quiet=arguments.quiet, verbose=arguments.verbose)
    outcome, client = Outcome(), None if arguments.sources else client_of(arguments, surroundings, watch=talk.say)
    failure: CaIncidentsError | None = None
    now = f"{surroundings.now():%Y-%m-%dT%H:%M:%SZ}"
    try:
        with interruptible(), talk:
            if client is None:
                failure = _from_saved(arguments, store, tools, outcome=outcome, talk=talk, now=now)
            else:
                wishes = Wishes(
                    full=arguments.full, full_every=arguments.full_every, may_withdraw=arguments.may_withdraw
                )
                sync_live(store, client, tools, wishes, outcome)
    except CaIncidentsError as error:
        # What was done until then is reported as well, and then the error.
        failure = error
    requests = client.requests_sent if client else None
    if arguments.summary:
        title = "Dry run of a sync" if arguments.dry_run else "Sync"
        text = summary_of(outcome, before, store, tools, title=title, failure=failure)
        _write(surroundings.folder / arguments.summary, text)
    _report(arguments, surroundings, outcome, requests=requests, failure=failure)
    if failure:
        raise failure
    return 0


def _write(path: Path, text: str) -> None:
    """Write the summary; half of one, on a full disk, is worse than none."""
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise OSError(error.errno, error.strerror, str(path)) from None


class SomeUnread(Incomplete):
    """Some files, and perhaps some bugs in the others, could not be read; everything else was."""

    def __init__(self, files: Mapping[str, str], bugs: Mapping[int, str]) -> None:
        super().__init__(bugs)
        count = "1 file" if len(files) == 1 else f"{len(files):,} files"
        lines = [f"{name}: {why.removeprefix(f'{name}: ')}" for name, why in files.items()]
        some = [str(self)] if bugs else []
        self.args = ("\n".join([f"{count} could not be read:", *lines, *some]),)


def _from_saved(
    arguments: argparse.Namespace,
    store: Store,
    tools: Tools,
    *,
    outcome: Outcome,
    talk: Talk,
    now: str,
) -> Incomplete | None:
    """Take in saved sources: dumps first, since they make the snapshot, then single bugs, then lists."""
    before, replace = dict(store.records), arguments.replace
    read = read_sources(arguments.sources, partial(talk.track, "Reading files"), talk.say)
    try:
        for saved in read.dumps:
            # Before the others, since a snapshot does not move past what was not read.
            outcome.unread |= saved.unread
            bugs = {bug.id: bug for bug in talk.track("Reading bugs", saved.bugs)}
            sync_saved(store, bugs, saved.as_of, "saved dump", tools, replace=replace, outcome=outcome)
        if read.bugs:
            bugs_of_pages = talk.track("Reading bugs", read.bugs)
            sync_partial(
                store, bugs_of_pages, tools, source="saved pages", now=now, replace=replace, outcome=outcome
            )  # fmt: skip
        for found in read.lists:
            sync_list(store, found, tools, outcome=outcome)
    finally:
        recount(outcome, before, store)
    if read.refused:
        return SomeUnread(read.refused, outcome.unread)
    return Incomplete(outcome.unread) if outcome.unread else None


def _report(
    arguments: argparse.Namespace,
    surroundings: Surroundings,
    outcome: Outcome,
    *,
    requests: int | None,
    failure: CaIncidentsError | None,
) -> None:
    if failure and not (outcome.differences or outcome.unread or outcome.unchanged):
        return
    if arguments.quiet:
        return
    if arguments.format == "json":
        print(json.dumps(outcome_data(outcome), indent=2, sort_keys=True), file=surroundings.out)
        return
    console = Console(file=surroundings.out)
    if arguments.dry_run:
        for number, found in sorted(outcome.differences.items()):
            for difference in found:
                console.print(visible(f"bug {number}: {difference}"), markup=False, highlight=False, soft_wrap=True)
    print_outcome(outcome, console)
    if requests is not None:
        console.print(f"{requests:,} requests", highlight=False)


def summary_of(
    outcome: Outcome,
    before: Mapping[int, Record],
    store: Store,
    tools: Tools,
    *,
    title: str,
    failure: CaIncidentsError | None,
) -> str:
    """Return what a sync did as Markdown, for a pull request."""
    as_of = store.snapshot.as_of if store.snapshot else None
    changes = [
        Change(
            before=before.get(number),
            after=store.records[number],
            differences=found,
            curated=curated_of(store.texts.get(number, "")),
        )
        for number, found in sorted(outcome.differences.items())
        if number in store.records
    ]
    return summary(
        title,
        as_of,
        counts={name: count for name, count in _counts(outcome) if count},
        unread=outcome.unread,
        failure=str(failure) if failure and not isinstance(failure, Incomplete) else None,
        changes=changes,
        derive=partial(
            derive_among,
            incidents={number: record for number, record in store.records.items() if isinstance(record, Incident)},
            as_of=as_of or "",
            registry=tools.registry,
            deadlines=deadlines.standard(),
        ),
    )


def outcome_data(outcome: Outcome) -> dict[str, object]:
    """Give what a sync did as plain data, for programs."""
    return {
        "added": outcome.added,
        "changed": {str(number): list(fields) for number, fields in outcome.changed.items()},
        "unchanged": len(outcome.unchanged),
        "excluded": outcome.excluded,
        "older": outcome.older,
        "withdrawn": {str(number): reason for number, reason in outcome.withdrawn.items()},
        "unread": {str(number): why for number, why in outcome.unread.items()},
        "doubts": outcome.doubts_by_kind(),
    }


def print_outcome(outcome: Outcome, console: Console) -> None:
    """Print what a sync did as a table, the doubts with their bugs first."""
    print_doubts(outcome.doubts.items(), console)
    table = Table("", "bugs", title="Sync")
    for name, count in _counts(outcome):
        table.add_row(name, f"{count:,}")
    table.columns[1].justify = "right"
    console.print(table)


def _counts(outcome: Outcome) -> list[tuple[str, int]]:
    return [
        ("added", len(outcome.added)),
        ("changed", len(outcome.changed)),
        ("unchanged", len(outcome.unchanged)),
        ("excluded", len(outcome.excluded)),
        ("older than the record", len(outcome.older)),
        ("withdrawn", len(outcome.withdrawn)),
        ("not readable", len(outcome.unread)),
        *((f"doubts: {kind}", count) for kind, count in outcome.doubts_by_kind().items()),
    ]
