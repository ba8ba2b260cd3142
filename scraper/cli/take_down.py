"""The command `take-down`: empty a record on request, or remove a nick or name from all of them for good."""

import argparse
import secrets
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from ca_incidents.schema.check.files import read_files
from ca_incidents.schema.cli.command import Surroundings
from ca_incidents.schema.cli.dataset_option import add_dataset_option
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.model import SCHEMA_VERSION, Incident, Removed, RemovedList, Tombstone, Withdrawal
from ca_incidents.schema.record.removed_names import LONGEST_NAME, MOST_WORDS, digest_of, folded, words_in
from ca_incidents.schema.tables import registry
from ca_incidents.scraper.sync.apply import Outcome, exclude, write_one
from ca_incidents.scraper.sync.store import Store, open_store

_MOST_NAMES = 100
_SALT_BYTES = 16


class CannotTakeDown(CaIncidentsError):
    """The request cannot be carried out; the text says why and does not repeat a name."""


class LeftOver(CaIncidentsError):
    """A name is still in texts that people wrote, which no program changes."""

    exit_status = 1


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments. A name is none of them: it would stay in the shell's history and the list of processes."""
    parser.add_argument(
        "bug",
        nargs="?",
        type=int,
        metavar="BUG",
        help="number of the bug whose record is to be emptied; without it, nicks and names to be removed from all "
        "records are read from standard input, one per line",
    )
    add_dataset_option(parser, formerly="--to")


def run(arguments: argparse.Namespace, around: Surroundings) -> int:
    """Empty one record, or remove names."""
    store = open_store(around.folder / arguments.dataset)
    today = f"{around.now():%Y-%m-%d}"
    if arguments.bug is not None:
        _empty(store, arguments.bug, today)
        print(f"bug {arguments.bug}: the record is empty, and no sync restores it", file=around.out)
        return 0
    if sys.stdin.isatty():
        print("type nicks or names, one per line, then Ctrl-D:", file=around.err)
    names = _names_in(sys.stdin.buffer.read(_MOST_NAMES * LONGEST_NAME))
    changed = remove(store, names, today)
    store.clear_partial()
    print(f"names in the list: {len(names):,}; records changed: {changed:,}", file=around.out)
    left = list(_left_over(store.root, names))
    if left:
        raise LeftOver("\n".join(["a name is still in these files; edit what people wrote in them:", *left]))
    return 0


def _empty(store: Store, number: int, today: str) -> None:
    if not isinstance(store.records.get(number), Incident):
        raise CannotTakeDown(f"there is no record of bug {number}")
    stone = Tombstone(
        schema_version=SCHEMA_VERSION, id=number, withdrawn=Withdrawal(on=today, reason="removed-on-request")
    )
    store.write_record(stone)
    store.clear_partial()


def _names_in(raw: bytes) -> list[str]:
    try:
        names = [line.strip() for line in raw.decode("utf-8-sig").splitlines() if line.strip()]
    except UnicodeDecodeError:
        raise CannotTakeDown("standard input is not UTF-8") from None
    if not names or len(names) > _MOST_NAMES:
        raise CannotTakeDown(f"write 1 to {_MOST_NAMES} nicks or names to standard input, one per line")
    for place, name in enumerate(names, 1):
        if not 1 <= words_in(name) <= MOST_WORDS or len(name) > LONGEST_NAME:
            raise CannotTakeDown(f"name {place}: must have 1 to {MOST_WORDS} words and at most {LONGEST_NAME} letters")
        if registry.standard().slug_of(name):
            raise CannotTakeDown(f"name {place}: is the name of a CA or an auditor, which is not removed")
    return names


def remove(store: Store, names: Sequence[str], today: str) -> int:
    """Enter names in the list and rewrite every record and ledger entry that has one; return how many changed.

    The list comes first: a run that is killed is completed by running it again, or by the next sync.
    """
    known = store.removed or RemovedList(schema_version=SCHEMA_VERSION, salt=secrets.token_hex(_SALT_BYTES), removed=())
    entries = {entry.digest: entry for entry in known.removed}
    for name in names:
        digest = digest_of(name, bytes.fromhex(known.salt))
        entries.setdefault(digest, Removed(digest=digest, words=words_in(folded(name)), on=today))
    ordered = tuple(entries[digest] for digest in sorted(entries))
    store.write_removed(RemovedList(schema_version=SCHEMA_VERSION, salt=known.salt, removed=ordered))
    outcome = Outcome()
    for record in list(store.records.values()):
        write_one(store, record, outcome, asked=False)
    for entry in list(store.excluded.values()):
        exclude(store, entry, outcome)
    changed = len(outcome.changed) + store.write_ledger()
    if outcome.unread:
        raise CannotTakeDown("\n".join(f"bug {number}: {why}" for number, why in sorted(outcome.unread.items())))
    return changed


def _left_over(root: Path, names: Sequence[str]) -> Iterator[str]:
    wanted = [f" {folded(name)} " for name in names]
    for file in read_files(root):
        text = f" {folded(file.raw.decode('utf-8', 'replace'))} "
        if any(name in text for name in wanted):
            yield f"{root.name}/{file.name}"
