"""The command `add`: one bug, from the server or from a saved page, becomes its record."""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from ca_incidents.schema.cli.command import Surroundings
from ca_incidents.schema.cli.dataset_option import add_dataset_option
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.findings import visible
from ca_incidents.schema.model import UNKNOWN_STATUS, Incident, Record
from ca_incidents.scraper.cli.interruption import interruptible
from ca_incidents.scraper.cli.saved_sources import ANSWERS
from ca_incidents.scraper.cli.server_options import add_server_arguments, add_verbosity, client_of
from ca_incidents.scraper.cli.sync_tools import tools as standard_tools
from ca_incidents.scraper.cli.talk import Talk
from ca_incidents.scraper.sources.bug import WireBug, bug_number_in
from ca_incidents.scraper.sources.dump import read_answer
from ca_incidents.scraper.sources.sandbox import load_page
from ca_incidents.scraper.sync.apply import Outcome, sync_partial
from ca_incidents.scraper.sync.live import fetch_one, is_removed
from ca_incidents.scraper.sync.store import Store, open_store


class CannotAdd(CaIncidentsError):
    """The bug cannot become a record; the text says why."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `add`."""
    parser.add_argument("bug", nargs="?", metavar="BUG", help="number or address of the bug")
    parser.add_argument("--from", dest="page", type=Path, metavar="PAGE", help="read a saved page, not the server")
    parser.add_argument(
        "--opened", type=_day, metavar="DAY", help="the day on which the bug was filed, where the page does not tell it"
    )
    parser.add_argument(
        "--replace", action="store_true", help="let the page replace what better or newer sources gave, not add to it"
    )
    add_dataset_option(parser, formerly="--to")
    parser.add_argument("--dry-run", action="store_true", help="say what would change and write nothing")
    parser.add_argument("--quotes", action="store_true", help="keep quotations of at most 280 characters")
    add_verbosity(parser)
    add_server_arguments(parser)


def _bug(text: str, server: str) -> int:
    number = int(text) if text.isdecimal() and len(text) <= 9 else bug_number_in(text, server)
    if not number:
        raise CannotAdd(f"{visible(text)} is not a bug's number or address: write 1700001, or the address of its page")
    return number


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day: write YYYY-MM-DD") from None


def run(arguments: argparse.Namespace, surroundings: Surroundings) -> int:
    """Make or update the record of one bug."""
    if arguments.bug is None and arguments.page is None:
        raise CannotAdd("which bug? Give its number, or a saved page with --from")
    store = open_store(surroundings.folder / arguments.dataset, writable=not arguments.dry_run)
    tools = standard_tools(keep_quotes=arguments.quotes)
    number = _bug(arguments.bug, arguments.url) if arguments.bug is not None else None
    talk = Talk(surroundings.err, quiet=arguments.quiet, verbose=arguments.verbose)
    with interruptible():
        if arguments.page is None and number is not None:
            client = client_of(arguments, surroundings, watch=talk.say)
            bug, source = _wanted(store, fetch_one(client, number)), client.url
        else:
            bug, source = _wanted(store, _from_page(arguments.page, number)), "saved pages"
        bug = _with_day(bug, arguments.opened)
        now = f"{surroundings.now():%Y-%m-%dT%H:%M:%SZ}"
        asked = arguments.page is None
        outcome = sync_partial(store, [bug], tools, source=source, now=now, asked=asked, replace=arguments.replace)
    if outcome.unread:
        raise CannotAdd("\n".join(outcome.unread.values()))
    for line in () if arguments.quiet else report(bug, store, outcome, arguments.dataset):
        print(visible(line), file=surroundings.out)
    return 0


def _with_day(bug: WireBug, day: str | None) -> WireBug:
    """Add the day of filing that the user gave; the page's own moment must not contradict it by more than a zone."""
    if day is None:
        return bug
    if bug.opened is None:
        return replace(bug, opened_between=(day, day))
    if abs(date.fromisoformat(day) - date.fromisoformat(bug.opened[:10])) > timedelta(days=1):
        raise CannotAdd(f"bug {bug.id} was opened at {bug.opened}, as the source tells; leave out --opened {day}")
    return bug


def _from_page(page: Path, number: int | None) -> WireBug:
    bugs = read_answer(page) if page.suffix in ANSWERS else load_page(page, number)
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
        yield f"bug {bug.id}: the record has everything that this source gives, from newer ones; it was left as it is"
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


def _known_of_day(between: tuple[str, str] | None) -> str:
    if between is None:
        return "the year follows from the bug's number"
    first, last = between
    return f"the day is {first}" if first == last else f"the day is between {first} and {last}; --opened tells it"


def _to_review(record: Record | None) -> Iterator[str]:
    if not isinstance(record, Incident):
        return
    if record.ca is None:
        yield "ca: no CA of the registry is named in the title; write curated.ca"
    if len(record.bugzilla.opened) == len("2020"):
        yield f"bugzilla.opened: the source tells no moment; {_known_of_day(record.bugzilla.opened_between)}"
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
