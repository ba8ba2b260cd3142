"""A sync from a live Bugzilla: what must be fetched, what must be withdrawn, and in which order it reaches the disk.

Each run lists the whole component by number and last change, which is one small request; what is new or differs from
the records is fetched, what is missing is looked up and withdrawn. The watermark is the server's clock before the list.
It moves last, after everything before it is on disk, so that a run may be killed at any moment.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.model import SCHEMA_VERSION, Incident, Record, Snapshot, Tombstone, Withdrawal
from ca_incidents.scraper.sources.bug import UnreadableAnswer, WireBug, bug_from_rest
from ca_incidents.scraper.sources.rest import COMPONENT, Bugzilla, BugzillaError, Listed, NotBugzilla
from ca_incidents.scraper.sync.apply import (
    Incomplete,
    Outcome,
    assembled,
    exclude,
    moments_of,
    one_bug,
    say_how_far,
    write_one,
    write_snapshot,
)
from ca_incidents.scraper.sync.assemble import Tools, mark_foreign
from ca_incidents.scraper.sync.store import Store

# A change in the second of the list, or a database whose clock differs a little from the web server's.
OVERLAP = timedelta(minutes=15)
# So many bugs may leave the component between two runs before a person must look.
FEW = 20
FEW_IN_A_HUNDRED = 2


class TooManyGone(CaIncidentsError):
    """The list lacks so many known bugs that the list is more likely wrong than the records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a run was asked for: a pass over every bug, how often there must be one, and how many may be withdrawn."""

    full: bool = False
    full_every: int = 7
    may_withdraw: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run has to do: the bugs to fetch, and the known bugs that the list lacks, each in order."""

    full: bool
    fetch: tuple[int, ...]
    missing: tuple[int, ...]


def plan(
    listed: Sequence[Listed],
    records: Mapping[int, Record],
    excluded: Collection[int],
    *,
    snapshot: Snapshot | None,
    clock: datetime,
    wishes: Wishes,
) -> Plan:
    """Decide what to fetch and what is missing.

    A bug is fetched where it is new, where its last change differs from the record's, where its record was not read by
    a sync, or where it changed so shortly before the last run that the record may hold an earlier state of the same
    second. A clock that went backwards makes
    the pass a full one. Bugs withdrawn on request are never fetched again.
    """
    full = wishes.full or full_pass_due(snapshot, clock, wishes.full_every)
    since = stamp(min(moment(snapshot.watermark), clock) - OVERLAP) if snapshot and snapshot.watermark else ""
    there = {line.id for line in listed}
    fetch = tuple(
        line.id
        for line in listed
        if not is_removed(records.get(line.id))
        and (full or line.changed >= since or _is_new(line, records.get(line.id), excluded))
    )
    known = {number for number, record in records.items() if isinstance(record, Incident)} | set(excluded)
    return Plan(full=full, fetch=fetch, missing=tuple(sorted(known - there)))


def _is_new(line: Listed, record: Record | None, excluded: Collection[int]) -> bool:
    if isinstance(record, Incident):
        state = record.bugzilla
        return state.changed != line.changed or bool(state.read_from or state.read_until)
    return line.id not in excluded


def full_pass_due(snapshot: Snapshot | None, clock: datetime, every: int) -> bool:
    """Say whether every bug must be read: edits and tags of comments do not move a bug's last change."""
    if snapshot is None or snapshot.watermark is None or snapshot.full_pass is None:
        return True
    return clock < moment(snapshot.watermark) or clock - moment(snapshot.full_pass) >= timedelta(days=every)


def is_removed(record: Record | None) -> bool:
    """Say whether a record was emptied on somebody's request, which no sync undoes."""
    return isinstance(record, Tombstone) and record.withdrawn.reason == "removed-on-request"


def check_missing(missing: Collection[int], known: int, wishes: Wishes) -> None:
    """Stop where the list lacks more bugs than can have left. Raises TooManyGone."""
    allowed = max(FEW, known * FEW_IN_A_HUNDRED // 100) if wishes.may_withdraw is None else wishes.may_withdraw
    if len(missing) > allowed:
        raise TooManyGone(
            f"the server no longer lists {len(missing)} of {known} known bugs; that is more than {allowed}, so nothing "
            f"was changed. Look at the server; if it is right, allow it with --may-withdraw {len(missing)}"
        )


def sync_live(store: Store, client: Bugzilla, tools: Tools, wishes: Wishes, outcome: Outcome) -> None:
    """Bring a folder up to a live Bugzilla; `outcome` is filled as the run goes on.

    Raises a BugzillaError where the server cannot be read on, with everything before on disk and the watermark where it
    was, TooManyGone before anything is written, and Incomplete at the end where single bugs could not be read.
    """
    if client.has_key:
        # A mistyped key must not look like a server without the bugs that it would show.
        client.check_key()
    clock = clock_of(client)
    listed = client.listing(*COMPONENT)
    if not listed:
        raise NotBugzilla(f"{client.url} lists no bug of {' :: '.join(COMPONENT)}; is it the right server?")
    todo = plan(listed, store.records, store.excluded, snapshot=store.snapshot, clock=clock, wishes=wishes)
    check_missing(todo.missing, len({*store.records, *store.excluded}), wishes)
    known = {*store.records, *store.excluded, *(line.id for line in listed)}
    run = _Run(store, client, tools, outcome, known=known, clock=clock)
    try:
        run.fetch(todo.missing)
        run.fetch(todo.fetch)
    except BugzillaError:
        run.close(full=False, whole=False)
        raise
    run.close(full=todo.full, whole=not outcome.unread)
    if outcome.unread:
        raise Incomplete(outcome.unread, "; the watermark stays where it was")


def fetch_one(client: Bugzilla, number: int) -> WireBug:
    """Fetch one public bug of the component, without the key, as everybody sees it.

    Raises NotPublic where it is none, UnreadableAnswer for a broken one or one that is too large.
    """
    fetched = client.bugs([number], anonymous=True)
    if number in fetched.unread:
        raise UnreadableAnswer(f"bug {number}: {fetched.unread[number]}")
    data = fetched.bugs.get(number)
    bug = replace(bug_from_rest(data), read_from="rest") if data is not None else None
    if bug is None or bug.restricted:
        raise NotPublic(f"bug {number} is not public: it does not exist, or not everybody may see it")
    if not in_component(bug):
        raise NotPublic(f"bug {number} belongs to {bug.product} :: {bug.component}, not to {' :: '.join(COMPONENT)}")
    return bug


class NotPublic(CaIncidentsError):
    """A bug that has no place in the dataset: hidden, unknown, or of another component."""


def in_component(bug: WireBug) -> bool:
    """Say whether a bug is one of the component's."""
    return (bug.product, bug.component) == COMPONENT


def clock_of(client: Bugzilla) -> datetime:
    """Ask the server for its clock. Raises NotBugzilla where it has none: without it no watermark can be set."""
    clock = client.version().clock
    if clock is None:
        raise NotBugzilla(f"{client.url} does not tell the time (no Date header)")
    return clock


class _Run:
    """One run on its way: fetched batches in, files out."""

    def __init__(
        self, store: Store, client: Bugzilla, tools: Tools, outcome: Outcome, *, known: set[int], clock: datetime
    ) -> None:
        self.store = store
        self.client = client
        self.tools = tools
        self.outcome = outcome
        self.known = known
        self.clock = clock
        self.fetched: set[int] = set()

    def fetch(self, numbers: Sequence[int]) -> None:
        """Fetch and write bugs, batch by batch."""
        size = max(1, self.client.manners.bugs_at_once)
        batches = [numbers[start : start + size] for start in range(0, len(numbers), size)]
        for batch, fetched in self.client.each(batches):
            self.outcome.unread |= fetched.unread
            read = list(self._read(fetched.bugs))
            public = [bug for bug in read if in_component(bug) and not bug.restricted]
            self._write(_public_relations(self.client, public, self.known))
            for bug in read:
                if bug.restricted:
                    self._withdraw(bug.id, "restricted")
                elif not in_component(bug):
                    self._withdraw(bug.id, "moved")
            for number in batch:
                if number not in fetched.bugs and number not in fetched.unread:
                    self._look_up(number)

    def _read(self, bugs: Mapping[int, dict[str, object]]) -> Iterator[WireBug]:
        for number, data in sorted(bugs.items()):
            with one_bug(number, self.outcome.unread):
                bug = bug_from_rest(data)
                if bug.comments is None or bug.history is None:
                    raise UnreadableAnswer("the server gives no comments or no history in a search")
                yield without_domains(bug) if self.client.has_key and not self.client.shows_addresses else bug

    def _write(self, bugs: Iterable[WireBug]) -> None:
        for bug in bugs:
            if is_removed(self.store.records.get(bug.id)):
                continue
            with one_bug(bug.id, self.outcome.unread):
                result = assembled(bug, self.store, self.tools, whole=True)
                if result.excluded and exclude(self.store, result.excluded, self.outcome):
                    self.store.write_ledger()
                    self.store.remove_record(bug.id)
                elif result.record:
                    marked = mark_foreign(result.record, self.known)
                    if write_one(self.store, marked, self.outcome, asked=True):
                        self.fetched.add(bug.id)
                        self.store.excluded.pop(bug.id, None)
        self.store.write_ledger()

    def _look_up(self, number: int) -> None:
        """Find out why a bug is hidden, but only where that matters: this kind of request counts towards the limit."""
        if not isinstance(self.store.records.get(number), Incident) and number not in self.store.excluded:
            return
        match self.client.access(number):
            case "public":
                self.outcome.unread[number] = "the search does not give it, though it is public"
            case "vanished":
                self._withdraw(number, "vanished")
            case _:
                self._withdraw(number, "restricted")

    def _withdraw(self, number: int, reason: str) -> None:
        before = self.store.records.get(number)
        if self.store.excluded.pop(number, None) is not None:
            self.store.write_ledger()
            self.outcome.withdrawn[number] = reason
        if not isinstance(before, Incident):
            return
        withdrawn = Withdrawal(on=f"{self.clock:%Y-%m-%d}", reason=reason)  # type: ignore[arg-type]
        stone = Tombstone(schema_version=SCHEMA_VERSION, id=number, withdrawn=withdrawn)
        write_one(self.store, stone, self.outcome, asked=True)
        self.outcome.withdrawn[number] = reason

    def close(self, *, full: bool, whole: bool) -> None:
        """Mark what lies outside the component in all records, then write the snapshot; move the watermark if whole."""
        for record in list(self.store.records.values()):
            if isinstance(record, Incident):
                marked = mark_foreign(record, self.known)
                if marked != record:
                    write_one(self.store, marked, self.outcome, asked=False)
        self.store.write_ledger()
        before = self.store.snapshot
        if before and not whole:
            until = stamp(self.clock)
            say_how_far(self.store, self.fetched, before.as_of, self.outcome, read_from="rest", until=until)
        incidents = [record for record in self.store.records.values() if isinstance(record, Incident)]
        newest = max((moment for record in incidents for moment in moments_of(record)), default="")
        write_snapshot(
            self.store,
            source=self.client.url if whole or not before else before.source,
            as_of=max(newest, stamp(self.clock)) if whole or not before else before.as_of,
            watermark=stamp(self.clock) if whole else before.watermark if before else None,
            full_pass=stamp(self.clock) if full and whole else before.full_pass if before else None,
            later=None if whole or not before else before.later,
        )


def _public_relations(client: Bugzilla, bugs: Sequence[WireBug], known: set[int]) -> Iterable[WireBug]:
    """Drop relations to bugs that the public cannot see, which the server shows to the holder of a key."""
    if not client.has_key:
        return bugs
    named = {n for bug in bugs for n in _named(bug)} - known
    seen = client.public_among(named) | known if named else known
    return [_only(bug, seen) for bug in bugs]


def without_domains(bug: WireBug) -> WireBug:
    """Drop what only an address tells, where the public sees no addresses and the holder of a key does."""
    comments = tuple(replace(c, person=replace(c.person, affiliation=None)) for c in bug.comments or ())
    return replace(bug, reporter=replace(bug.reporter, affiliation=None), comments=comments)


def _named(bug: WireBug) -> set[int]:
    lists = (bug.depends_on, bug.blocks, bug.see_also, bug.duplicates)
    return {n for numbers in lists for n in numbers or ()} | ({bug.duplicate_of} if bug.duplicate_of else set())


def _only(bug: WireBug, seen: Collection[int]) -> WireBug:
    def among(numbers: tuple[int, ...] | None) -> tuple[int, ...] | None:
        return None if numbers is None else tuple(n for n in numbers if n in seen)

    return replace(
        bug,
        depends_on=among(bug.depends_on),
        blocks=among(bug.blocks),
        see_also=among(bug.see_also),
        duplicates=among(bug.duplicates),
        # The public sees this number, whatever it may see of the bug: with a key and without, the record is the same.
        duplicate_of=bug.duplicate_of,
    )


def moment(text: str) -> datetime:
    """Read an instant of a snapshot."""
    return datetime.fromisoformat(text)


def stamp(time: datetime) -> str:
    """Write an instant the way records do."""
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"
