"""A sync: what bugs say now, against what the folder holds, becomes changes of files. The same for every source."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
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
    ReadFrom,
    Record,
    Snapshot,
    Tombstone,
)
from ca_incidents.schema.record.yaml_text import MAX_ITEMS
from ca_incidents.scraper.sources.bug import Person, UnreadableAnswer, WireBug
from ca_incidents.scraper.sources.bug_list import BugList
from ca_incidents.scraper.sources.dump import last_moment
from ca_incidents.scraper.sync.assemble import Assembled, Tools, assemble, mark_foreign
from ca_incidents.scraper.sync.difference import Difference, differences, fields_of
from ca_incidents.scraper.sync.store import Store


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


def sync_saved(store: Store, bugs: Mapping[int, WireBug], as_of: str, source: str, tools: Tools) -> Outcome:
    """Bring a folder up to a saved copy of the whole component and write its ledger and snapshot.

    A bug of which the record knows something newer than the source is left as it is, and so is one that was withdrawn:
    the source may be older than its withdrawal. The watermark, which belongs to a live server's clock, stays where it
    was. Records that the source does not tell of keep the moment up to which they were read.
    """
    outcome, before = Outcome(), store.snapshot
    made = {}
    for number, bug in bugs.items():
        if _is_older(bug, store.records.get(number)):
            outcome.older.append(number)
            continue
        with one_bug(number, outcome.unread):
            result = assembled(bug, store, tools)
            if before and as_of < before.as_of and not _is_covered(store.records.get(number)):
                result = _read_until(result, None, as_of)
            made[number] = result
    write_assembled(store, made, outcome)
    moved = not before or (as_of > before.as_of and not outcome.unread)
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


def sync_partial(store: Store, bugs: Mapping[int, WireBug], tools: Tools, *, source: str, now: str) -> Outcome:
    """Take in single bugs: pages, or one answer of a server. The snapshot's moment stays where it is.

    Each record says what it was read from and up to when, where that goes beyond the snapshot. `source` and `now` are
    those of a snapshot that has to be made because there is none.
    """
    outcome, before = Outcome(), store.snapshot
    reached = before.as_of if before else ""
    made = {}
    for number, bug in bugs.items():
        known = store.records.get(number)
        # The server's own answer is never older than what was read before.
        asked = bug.read_from == "rest"
        if not asked and _is_older(bug, known):
            outcome.older.append(number)
            continue
        with one_bug(number, outcome.unread):
            made[number] = _with_reach(assembled(bug, store, tools, whole=asked), bug, known, reached)
    write_assembled(store, made, outcome)
    moments = [moment for bug in bugs.values() if (moment := last_moment(bug))]
    write_snapshot(
        store,
        source=before.source if before else source,
        as_of=before.as_of if before else max(moments, default=now),
        watermark=before.watermark if before else None,
        full_pass=before.full_pass if before else None,
        later=before.later if before else None,
    )
    return outcome


def sync_list(store: Store, found: BugList, tools: Tools) -> Outcome:
    """Take in a list of bugs: those that have no better record get one, and the snapshot says how far the list reaches.

    Raises NoSnapshot where nothing was read before: a list completes a dataset and does not begin one.
    """
    before = store.snapshot
    if before is None:
        raise NoSnapshot("there is no snapshot yet: sync a dump or a server first, then the list of later bugs")
    outcome, made = Outcome(), {}
    for bug in found.bugs:
        known = store.records.get(bug.id)
        if known is not None and not (isinstance(known, Incident) and known.bugzilla.read_from == "list"):
            outcome.older.append(bug.id)
            continue
        with one_bug(bug.id, outcome.unread):
            made[bug.id] = _read_until(assembled(bug, store, tools, whole=True), "list", None)
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


def _read_until(made: Assembled, read_from: ReadFrom | None, until: str | None) -> Assembled:
    if made.record is None:
        return made
    state = msgspec.structs.replace(made.record.bugzilla, read_from=read_from, read_until=until)
    return replace(made, record=msgspec.structs.replace(made.record, bugzilla=state))


def _with_reach(made: Assembled, bug: WireBug, known: Record | None, reached: str) -> Assembled:
    """Note in a record what it was read from and up to when, unless the snapshot says as much of it."""
    reach = _thread_until(bug)
    if _is_covered(known) and (reach is None or reach <= reached):
        return made
    old = known.bugzilla if isinstance(known, Incident) else None
    if old and old.read_until and (reach is None or reach < old.read_until):
        return _read_until(made, old.read_from, old.read_until)
    return _read_until(made, bug.read_from, reach)


def _thread_until(bug: WireBug) -> str | None:
    """Return the moment up to which a source shows the thread; a page that leaves out comments, to its last comment."""
    if bug.read_from == "rest":
        return last_moment(bug)
    return max((comment.at for comment in bug.comments or () if comment.at), default=None)


def _is_covered(record: Record | None) -> bool:
    """Return whether the snapshot vouches for a record, so that the record itself says nothing of its source."""
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


def assembled(bug: WireBug, store: Store, tools: Tools, *, whole: bool = False) -> Assembled:
    """Make of a bug its record or its entry in the ledger.

    A source that is `whole` tells everything that there is: what it does not give is gone, and nothing is kept from the
    record as it was. Raises UnreadableAnswer for a bug with more comments than a record can hold, before they are read.
    """
    if len(bug.comments or ()) > MAX_ITEMS:
        raise UnreadableAnswer(f"{len(bug.comments or ()):,} comments; a record holds at most {MAX_ITEMS:,}")
    kept = store.excluded.get(bug.id)
    if kept is not None and bug.id not in tools.registry.exceptions and not bug.summary.startswith("[meta]"):
        # Somebody put this bug into the ledger by hand.
        return Assembled(excluded=kept)
    before = store.records.get(bug.id)
    known = before if isinstance(before, Incident) and not whole else None
    bug = with_known_numbers(bug, known)
    if known and last_moment(bug) is None:
        bug = with_known_state(bug, known)
    return assemble(bug, known, tools)


def with_known_numbers(bug: WireBug, before: Incident | None) -> WireBug:
    """Number comments that came without numbers by their times, which the record knows; the others are left out.

    Their places are no numbers: a private comment before them would shift all (BMO, `show_bug.cgi?ctype=xml`).
    """
    if bug.numbered or bug.comments is None:
        return bug
    state = before.bugzilla if before else None
    known: dict[str | None, list[int]] = {}
    for comment in state.comments if state else ():
        known.setdefault(comment.at, []).append(comment.number)
    if bug.opened and not known:
        known[bug.opened] = [0]
    times = Counter(comment.at for comment in bug.comments)
    comments = (
        replace(comment, number=known[comment.at][0])
        for comment in bug.comments
        if comment.at and times[comment.at] == len(known.get(comment.at, ())) == 1
    )
    return replace(bug, comments=tuple(sorted(comments, key=lambda c: c.number)), numbered=True)


def with_known_state(bug: WireBug, before: Incident) -> WireBug:
    """Keep the state of the record where a source does not tell how old it is: it may be older than the record."""
    state = before.bugzilla
    return replace(
        bug,
        summary=before.title,
        status=state.status,
        resolution=state.resolution,
        whiteboard=state.whiteboard,
        product=state.product or bug.product,
        component=state.component or bug.component,
        reporter=Person(nick=state.reporter.nick, affiliation=state.reporter.affiliation)
        if state.reporter
        else bug.reporter,
    )


def _is_older(bug: WireBug, before: object) -> bool:
    if isinstance(before, Tombstone):
        return True
    if not isinstance(before, Incident):
        return False
    state = before.bugzilla
    known = [m for m in (state.changed, state.resolved, *(c.at for c in state.comments)) if m]
    moment = last_moment(bug)
    return bool(known) and moment is not None and moment < max(known)
