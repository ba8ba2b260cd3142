"""A sync: what bugs say now, against what the folder holds, becomes changes of files. The same for every source."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from traceback import walk_tb

import msgspec

from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.model import (
    SCHEMA_VERSION,
    Doubt,
    Excluded,
    Incident,
    Later,
    Layer,
    ReadFrom,
    Record,
    Snapshot,
    Tombstone,
)
from ca_incidents.schema.record.yaml_text import MAX_ITEMS
from ca_incidents.scraper.sources.bug import UnreadableAnswer, WireBug
from ca_incidents.scraper.sources.bug_list import BugList
from ca_incidents.scraper.sources.dump import last_moment
from ca_incidents.scraper.sync.assemble import Assembled, Known, Tools, assemble, mark_foreign
from ca_incidents.scraper.sync.difference import Difference, differences, fields_of
from ca_incidents.scraper.sync.layers import layers_of
from ca_incidents.scraper.sync.store import Store

_A_DAY = "2021-02-03"


class Incomplete(CaIncidentsError):
    """Everything that could be read is on disk, but some bugs could not be read; the next run tries them again.

    No other error has this exit status: what is on disk can be proposed.
    """

    exit_status = 4

    def __init__(self, unread: Mapping[int, str], remark: str = "") -> None:
        lines = [f"bug {number}: {why}" for number, why in sorted(unread.items())]
        super().__init__("\n".join([f"some bugs could not be read{remark}:", *lines]))


@contextmanager
def one_bug(number: int, unread: dict[int, str]) -> Iterator[None]:
    """Note in `unread` whatever goes wrong with one bug, so that it stops no other; a disk that fails stops the run."""
    try:
        yield
    except OSError:
        raise
    except CaIncidentsError as error:
        unread[number] = "; ".join(str(error).split("\n"))
    except Exception as error:
        unread[number] = _fault(error)


def _fault(error: Exception) -> str:
    """Describe an error of this program by its type and place; its message may quote the text that was read."""
    frames = [(frame.f_globals.get("__name__", ""), line) for frame, line in walk_tb(error.__traceback__)]
    module, line = [place for place in frames if place[0].startswith("ca_incidents.")][-1]
    return f"{type(error).__name__} in {module}, line {line}; this is a fault of the program, please report it"


class NoSnapshot(CaIncidentsError):
    """A list was given before any source that a dataset can be made of."""


@dataclass(slots=True)
class Outcome:
    """What a sync did: numbers of bugs by what became of them, the fields that changed, and all doubts.

    `withdrawn` gives the reason, `unread` why a bug could not be read, `differences` every changed field.
    """

    added: list[int] = field(default_factory=list)
    changed: dict[int, tuple[str, ...]] = field(default_factory=dict)
    unchanged: list[int] = field(default_factory=list)
    excluded: list[int] = field(default_factory=list)
    older: list[int] = field(default_factory=list)
    doubts: dict[int, tuple[Doubt, ...]] = field(default_factory=dict)
    withdrawn: dict[int, str] = field(default_factory=dict)
    unread: dict[int, str] = field(default_factory=dict)
    differences: dict[int, tuple[Difference, ...]] = field(default_factory=dict)

    def doubts_by_kind(self) -> dict[str, int]:
        """Count the doubts of each kind, in the order of the kinds."""
        counted = Counter(doubt.kind for doubts in self.doubts.values() for doubt in doubts)
        return dict(sorted(counted.items()))


def sync_saved(
    store: Store,
    bugs: Mapping[int, WireBug],
    as_of: str,
    source: str,
    tools: Tools,
    *,
    replace: bool = False,
    outcome: Outcome | None = None,
) -> Outcome:
    """Bring a folder up to a saved copy of the whole component and write its ledger and snapshot.

    Where the records know something newer or better, that stays, unless `replace`. A bug that was withdrawn is left
    alone: the source may be older than its withdrawal. The watermark, which belongs to a live server's clock, stays
    where it was. Records that the source does not tell of keep the moment up to which they were read.
    """
    outcome, before = outcome or Outcome(), store.snapshot
    moved = not before or as_of > before.as_of
    reached = as_of if moved or not before else before.as_of
    made = {}
    for number, bug in bugs.items():
        if isinstance(store.records.get(number), Tombstone):
            outcome.older.append(number)
            continue
        with one_bug(number, outcome.unread):
            result = assembled(bug, store, tools, until=as_of, reached=reached, whole=replace)
            if result.is_older:
                outcome.older.append(number)
                continue
            made[number] = result
    write_assembled(store, made, outcome)
    moved = moved and not outcome.unread
    if before and moved:
        _pin(store, before.as_of, outcome, but=made)
    elif before:
        say_how_far(store, made.keys() - outcome.unread.keys(), before.as_of, outcome, read_from=None, until=as_of)
    write_snapshot(
        store,
        source=before.source if before and before.watermark else source,
        as_of=as_of if moved or not before else before.as_of,
        watermark=before.watermark if before else None,
        full_pass=before.full_pass if before else None,
        later=before.later if before else None,
    )
    return outcome


def sync_partial(
    store: Store,
    bugs: Iterable[WireBug],
    tools: Tools,
    *,
    source: str,
    now: str,
    asked: bool = False,
    replace: bool = False,
    outcome: Outcome | None = None,
) -> Outcome:
    """Take in single bugs: pages, or answers of a server; of one bug there may be several. The snapshot stays.

    Each record says what it was read from and up to when, where that goes beyond the snapshot. `source` and `now` are
    those of a snapshot that has to be made because there is none. `asked`: a server gave them just now, so that nothing
    known is newer. `replace` drops what other sources gave.
    """
    outcome, before = outcome or Outcome(), store.snapshot
    moments = []
    for bug in bugs:
        moments.append(last_moment(bug) or "")
        known = store.records.get(bug.id)
        if isinstance(known, Tombstone) and not asked:
            outcome.older.append(bug.id)
            continue
        until = _thread_until(bug)
        if asked and before and _is_covered(known):
            until = max(until or "", before.as_of)
        with one_bug(bug.id, outcome.unread):
            result = assembled(bug, store, tools, until=until, today=now[:10], whole=asked or replace)
            if result.is_older:
                outcome.older.append(bug.id)
            else:
                write_assembled(store, {bug.id: result}, outcome)
    write_snapshot(
        store,
        source=before.source if before else source,
        as_of=before.as_of if before else max(filter(None, moments), default=now),
        watermark=before.watermark if before else None,
        full_pass=before.full_pass if before else None,
        later=before.later if before else None,
    )
    return outcome


def sync_list(store: Store, found: BugList, tools: Tools, *, outcome: Outcome | None = None) -> Outcome:
    """Take in a list of bugs: those that have no better record get one, and the snapshot says how far the list reaches.

    Raises NoSnapshot where nothing was read before: a list completes a dataset and does not begin one.
    """
    before = store.snapshot
    if before is None:
        raise NoSnapshot("there is no snapshot yet: sync a dump or a server first, then the list of later bugs")
    outcome, made = outcome or Outcome(), {}
    for bug in found.bugs:
        known = store.records.get(bug.id)
        if isinstance(known, Tombstone):
            outcome.older.append(bug.id)
            continue
        with one_bug(bug.id, outcome.unread):
            result = assembled(bug, store, tools)
            if result.is_older:
                outcome.older.append(bug.id)
            else:
                made[bug.id] = result
    write_assembled(store, made, outcome)
    write_snapshot(
        store,
        source=before.source,
        as_of=before.as_of,
        watermark=before.watermark,
        full_pass=before.full_pass,
        later=Later(until=found.until, complete=found.complete),
    )
    return outcome


def _thread_until(bug: WireBug) -> str | None:
    """Return the moment up to which a source shows the thread; a page that leaves out comments, to its last comment."""
    if bug.read_from in ("rest", None):
        return last_moment(bug)
    return max((comment.at for comment in bug.comments or () if comment.at), default=None)


def recount(outcome: Outcome, before: Mapping[int, Record], store: Store) -> None:
    """Say of each bug what became of it in a whole run, however many sources told of it."""
    touched = {*outcome.added, *outcome.changed}
    outcome.differences = {
        number: differences(before.get(number), store.records[number]) for number in touched if number in store.records
    }
    outcome.added = sorted(number for number in touched if number not in before)
    outcome.changed = {
        number: fields_of(found) or ("form",)
        for number, found in sorted(outcome.differences.items())
        if number in before and store.records[number] != before[number]
    }
    for numbers in (outcome.unchanged, outcome.older):
        numbers[:] = sorted(set(numbers) - touched)
    outcome.unchanged[:] = sorted(set(outcome.unchanged) - set(outcome.older))


def _is_covered(record: Record | None) -> bool:
    """Return whether a snapshot vouches for a record, so that the record itself says nothing of its source."""
    if not isinstance(record, Incident):
        return False
    return record.bugzilla.read_from is None and record.bugzilla.read_until is None


def _pin(store: Store, as_of: str, outcome: Outcome, *, but: Collection[int]) -> None:
    """Write into records that a new snapshot does not cover that the one before covered them."""
    for number, record in list(store.records.items()):
        if number not in but and isinstance(record, Incident) and _is_covered(record):
            state = msgspec.structs.replace(record.bugzilla, read_until=as_of)
            write_one(store, msgspec.structs.replace(record, bugzilla=state), outcome, asked=False)


def say_how_far(
    store: Store, numbers: Collection[int], as_of: str, outcome: Outcome, *, read_from: ReadFrom | None, until: str
) -> None:
    """Note in records that know more than the snapshot, which stays where it was, up to when they were read."""
    for number in numbers:
        record = store.records.get(number)
        if isinstance(record, Incident) and max(moments_of(record), default="") > as_of:
            state = msgspec.structs.replace(record.bugzilla, read_from=read_from, read_until=until)
            write_one(store, msgspec.structs.replace(record, bugzilla=state), outcome, asked=False)


def moments_of(record: Incident) -> Iterator[str]:
    """Yield the moments that a record knows; an opening of which only the year is known is none."""
    state = record.bugzilla
    inner = (*(comment.at for comment in state.comments), *(change.at for change in state.history))
    times = (state.opened, state.changed, state.resolved, *inner)
    yield from (time for time in times if time and len(time) > len("2020"))


def write_assembled(store: Store, made: Mapping[int, Assembled], outcome: Outcome) -> None:
    """Write records and ledger, marking in every record which bugs lie outside the component."""
    for result in made.values():
        if result.excluded:
            exclude(store, result.excluded, outcome)
    store.write_ledger()
    new = {number: result.record for number, result in made.items() if result.record}
    known = {*store.records, *store.excluded, *new}
    for number in sorted({*store.records, *new}):
        if number in store.excluded and number not in new:
            store.remove_record(number)
            continue
        record = new.get(number, store.records.get(number))
        if not isinstance(record, Incident):
            continue
        if write_one(store, mark_foreign(record, known), outcome, asked=number in new):
            store.excluded.pop(number, None)
    store.write_ledger()


def exclude(store: Store, entry: Excluded, outcome: Outcome) -> bool:
    """Enter a bug in the ledger, which the caller writes before it removes the bug's record; False if refused."""
    with one_bug(entry.bug, outcome.unread):
        entry = store.names.without(entry)
        store.enter(entry)
        outcome.excluded.append(entry.bug)
        if entry.doubts:
            outcome.doubts[entry.bug] = entry.doubts
        return True
    return False


def write_one(store: Store, record: Record, outcome: Outcome, *, asked: bool) -> bool:
    """Write one record, or its tombstone, and note what became of it; `asked` where its bug was read in this run.

    Returns False, with the reason in `outcome.unread`, where it was refused and the file is as it was.
    """
    before = store.records.get(record.id)
    with one_bug(record.id, outcome.unread):
        if isinstance(record, Incident):
            record = store.names.without(record)
        # What was removed is not repeated in what is said of the change.
        found = differences(store.names.without(before) if isinstance(before, Incident) else before, record)
        written = store.write_record(record)
        if written:
            outcome.differences[record.id] = found
        if isinstance(record, Incident) and record.doubts:
            outcome.doubts[record.id] = record.doubts
        if before is None:
            outcome.added.append(record.id)
        elif written:
            outcome.changed[record.id] = fields_of(found) or ("form",)
        elif asked:
            outcome.unchanged.append(record.id)
        return True
    return False


def write_snapshot(
    store: Store, *, source: str, as_of: str, watermark: str | None, full_pass: str | None, later: Later | None
) -> None:
    """Write the snapshot last: it vouches for everything before it. A list that it has caught up with is forgotten."""
    store.write_snapshot(
        Snapshot(
            schema_version=SCHEMA_VERSION,
            source=source,
            as_of=as_of,
            watermark=watermark,
            full_pass=full_pass,
            later=later if later and later.until > as_of[:10] else None,
        )
    )


def assembled(
    bug: WireBug,
    store: Store,
    tools: Tools,
    *,
    until: str | None = None,
    reached: str | None = None,
    today: str | None = None,
    whole: bool = False,
) -> Assembled:
    """Make of a bug its record or its entry in the ledger.

    `until` is the moment up to which the source shows the thread, `reached` the one for which the snapshot vouches. A
    source that is `whole` gives everything that there is: what it does not give is gone, and nothing is kept from the
    record as it was. Raises UnreadableAnswer for a bug with more comments than a record can hold, before they are read.
    """
    if len(bug.comments or ()) > MAX_ITEMS:
        raise UnreadableAnswer(f"{len(bug.comments or ()):,} comments; a record holds at most {MAX_ITEMS:,}")
    kept = store.excluded.get(bug.id)
    if kept is not None and not _is_made_by_program(kept, tools):
        return Assembled(excluded=kept)
    before, snapshot = store.records.get(bug.id), store.snapshot
    layers: tuple[Layer, ...] = ()
    if isinstance(before, Incident) and not whole:
        is_live = snapshot is not None and snapshot.watermark is not None
        layers = layers_of(before, snapshot.as_of if snapshot else "", from_server=is_live)
    known = Known(
        layers=layers,
        is_covered=_is_covered(before),
        reached=reached if reached is not None else snapshot.as_of if snapshot else "",
        bounds=lambda: filed_between(bug.id, store, today),
    )
    return assemble(with_sure_numbers(bug), known, tools, until=until)


def _is_made_by_program(entry: Excluded, tools: Tools) -> bool:
    """Return whether a ledger's entry follows from the bug's title or the registry, so that it is judged anew."""
    whom = tools.registry.resolve(entry.bug, entry.title or "")
    return (whom.excluded, whom.reason or "") == (entry.kind, entry.reason)


def filed_between(bug: int, store: Store, today: str | None) -> tuple[str, str] | None:
    """Return the first and the last day on which a bug can have been filed; None where nothing bounds it.

    Bugs are numbered in the order in which they are filed: the days of its neighbours bound its own, and no bug was
    filed after `today`.
    """
    days = {entry.bug: (entry.opened, entry.opened) for entry in store.excluded.values()}
    for number, record in store.records.items():
        if isinstance(record, Incident):
            days[number] = record.bugzilla.opened_between or (record.bugzilla.opened, record.bugzilla.opened)
    dated = {number: (first[:10], last[:10]) for number, (first, last) in days.items() if len(first) >= len(_A_DAY)}
    before, after = (n for n in dated if n < bug), (n for n in dated if n > bug)
    lower, upper = max(before, default=None), min(after, default=None)
    first = dated[lower][0] if lower is not None else None
    last = dated[upper][1] if upper is not None else today
    return (first, last) if first and last and first <= last else None


def with_sure_numbers(bug: WireBug) -> WireBug:
    """Keep of comments that came without numbers only the description, which the bug's own time tells.

    Their places are no numbers: a private comment before them would shift all (BMO, `show_bug.cgi?ctype=xml`).
    """
    if bug.numbered or bug.comments is None:
        return bug
    first = [replace(comment, number=0) for comment in bug.comments if comment.at and comment.at == bug.opened]
    return replace(bug, comments=tuple(first[:1] if len(first) == 1 else ()), numbered=True)
