"""The command `add`: one bug, from the server or from a saved page, becomes its record."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from ca_incidents.schema.cli.command import Surroundings
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.findings import visible
from ca_incidents.schema.model import UNKNOWN_STATUS, Incident, Record
from ca_incidents.scraper.cli.server_options import add_server_arguments, client_of
from ca_incidents.scraper.cli.sync_tools import tools as standard_tools
from ca_incidents.scraper.sources.bug import WireBug, bug_number_in
from ca_incidents.scraper.sources.sandbox import load_page
from ca_incidents.scraper.sync.apply import Outcome, sync_partial
from ca_incidents.scraper.sync.live import fetch_one, is_removed
from ca_incidents.scraper.sync.store import Store, open_store


class CannotAdd(CaIncidentsError):
    """The bug cannot become a record; the text says why."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `add`."""
    parser.add_argument("bug", nargs="?", type=_bug, metavar="BUG", help="number or address of the bug")
    parser.add_argument("--from", dest="page", type=Path, metavar="PAGE", help="read a saved page, not the server")
    parser.add_argument("--to", type=Path, default=Path("incidents"), help="folder of the dataset (default: incidents)")
    parser.add_argument("--dry-run", action="store_true", help="say what would change and write nothing")
    parser.add_argument("--quotes", action="store_true", help="keep quotations of at most 280 characters")
    add_server_arguments(parser)


def _bug(text: str) -> int:
    number = int(text) if text.isdecimal() and len(text) <= 9 else bug_number_in(text)
    if not number:
        raise argparse.ArgumentTypeError(f"{text!r} is no bug's number or address")
    return number


def run(arguments: argparse.Namespace, surroundings: Surroundings) -> int:
    """Make or update the record of one bug."""
    if arguments.bug is None and arguments.page is None:
        raise CannotAdd("which bug? Give its number, or a saved page with --from")
    store = open_store(surroundings.folder / arguments.to, writable=not arguments.dry_run)
    tools = standard_tools(keep_quotes=arguments.quotes)
    if arguments.page is None:
        client = client_of(arguments, surroundings)
        bug, source = _wanted(store, fetch_one(client, arguments.bug)), client.url
    else:
        bug, source = _wanted(store, _from_page(arguments.page, arguments.bug)), "saved pages"
    now = f"{surroundings.now():%Y-%m-%dT%H:%M:%SZ}"
    outcome = sync_partial(store, {bug.id: bug}, tools, source=source, now=now)
    if bug.id in outcome.unread:
        raise CannotAdd(outcome.unread[bug.id])
    for line in report(bug, store, outcome, arguments.to):
        print(visible(line), file=surroundings.out)
    return 0


def _from_page(page: Path, number: int | None) -> WireBug:
    bugs = load_page(page, number)
    if number is not None:
        bugs = [bug for bug in bugs if bug.id == number]
    if len(bugs) != 1:
        what = f"bug {number}" if number is not None else "exactly one bug; say which"
        raise CannotAdd(f"{page}: does not hold {what}")
    return bugs[0]


def _wanted(store: Store, bug: WireBug) -> WireBug:
    if is_removed(store.records.get(bug.id)):
        raise CannotAdd(f"bug {bug.id} was removed on request and stays so")
    return bug


def report(bug: WireBug, store: Store, outcome: Outcome, folder: Path) -> Iterator[str]:
    """Say where the record lies, what changed and what a person should look at."""
    record = store.records.get(bug.id)
    if bug.id in store.excluded:
        entry = store.excluded[bug.id]
        yield f"bug {bug.id} is no incident ({entry.kind}: {entry.reason}); it stands in {folder / 'excluded.yaml'}"
        return
    if bug.id in outcome.older:
        yield f"bug {bug.id}: the record knows something newer than this source and was left as it is"
    place = store.places.get(bug.id)
    if place is not None:
        what = "added" if bug.id in outcome.added else "changed" if bug.id in outcome.changed else "unchanged"
        yield f"{folder / place}: {what}"
    if bug.id in outcome.changed:
        yield from (f"  {difference}" for difference in outcome.differences.get(bug.id, ()))
    found = list(_to_review(record))
    if found:
        yield "to review:"
        yield from (f"- {line}" for line in found)


def _to_review(record: Record | None) -> Iterator[str]:
    if not isinstance(record, Incident):
        return
    if record.ca is None:
        yield "ca: no CA of the registry is named in the title; write curated.ca"
    if len(record.bugzilla.opened) == len("2020"):
        yield "bugzilla.opened: the source tells no date; the year follows from the bug's number"
    if record.bugzilla.status == UNKNOWN_STATUS:
        yield "bugzilla.status: the source does not tell it"
    if any(comment.at is None for comment in record.bugzilla.comments):
        yield "bugzilla.comments: the source does not tell when they were posted"
    if record.report is None:
        yield "report: no facts were read in the comments"
    for doubt in record.doubts:
        source = f" (comment {doubt.source})" if doubt.source is not None else ""
        yield f"{doubt.where}{source}: {doubt.kind}: {doubt.text or ''}".rstrip(": ")
    if record.curated is None:
        yield "curated: add a summary in your own words and the root causes"
