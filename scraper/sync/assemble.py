"""A bug and what was read of it, put together as a record. A function of its arguments, all of them."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import msgspec

from ca_incidents.schema.model import (
    SCHEMA_VERSION,
    UNKNOWN_STATUS,
    Bugzilla,
    Comment,
    Doubt,
    Excluded,
    Incident,
    RelatedBug,
    Relations,
    Report,
    Reporter,
    Texts,
    Topic,
)
from ca_incidents.schema.tables.registry import Registry
from ca_incidents.scraper.sources.bug import Person, UnreadableAnswer, Whiteboard, WireBug, WireComment
from ca_incidents.scraper.sync.filing_years import year_of

ReadWhiteboard = Callable[[str], Whiteboard]
# A bug with its comments, to what they report.
ReadThread = Callable[[WireBug], tuple[Report | None, tuple[Doubt, ...]]]
# The title, who it names in addition to the CA, the tags and the comments of a bug, to what failed.
ReadTopics = Callable[[str, Collection[str], Sequence[str], Sequence[WireComment]], tuple[Topic, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a sync is handed: the registry, and the readers of whiteboards, threads and topics, not imported."""

    registry: Registry
    read_whiteboard: ReadWhiteboard
    read_thread: ReadThread
    read_topics: ReadTopics


# Doubts of the title and the whiteboard are found anew each time; those of the texts stay until these are read again.
_FROM_THE_BUG = ("title", "bugzilla.")


@dataclass(frozen=True, slots=True)
class Assembled:
    """What became of one bug: a record, or an entry of the coverage ledger."""

    record: Incident | None = None
    excluded: Excluded | None = None


def assemble(bug: WireBug, before: Incident | None, tools: Tools) -> Assembled:
    """Put a record together, without its curated block; what this source cannot tell keeps its value from `before`.

    Raises UnreadableAnswer where neither the source nor the record knows even the year in which the bug was opened, and
    its number does not prove it.
    """
    opened = _opened(bug, before)
    whom = tools.registry.resolve(bug.id, bug.summary)
    board = tools.read_whiteboard(bug.whiteboard)
    if whom.excluded:
        return Assembled(
            excluded=Excluded(
                bug=bug.id,
                opened=opened,
                title=bug.summary,
                kind=whom.excluded,
                reason=whom.reason or "",
                doubts=board.doubts,
            )
        )
    report, doubts = _report(bug, before, tools.read_thread)
    if whom.unmapped:
        doubts = (Doubt(kind="unmapped-name", where="title", text=whom.unmapped[:120]), *doubts)
    record = Incident(
        schema_version=SCHEMA_VERSION,
        id=bug.id,
        title=bug.summary,
        ca=whom.ca,
        also_named=whom.also_named,
        tags=board.tags,
        topics=_topics(bug, before, tools.read_topics(bug.summary, whom.also_named, board.tags, bug.comments or ())),
        bugzilla=_state(bug, opened, board, before.bugzilla if before else None),
        report=report,
        doubts=(*board.doubts, *doubts),
    )
    return Assembled(record=record)


def _opened(bug: WireBug, before: Incident | None) -> str:
    known = before.bugzilla.opened if before else None
    opened = bug.opened or known or _year_between(bug) or year_of(bug.id)
    if opened is None:
        raise UnreadableAnswer(f"bug {bug.id}: the source does not say when it was opened, not even in which year")
    return _more_exact(opened, known) or opened


def _year_between(bug: WireBug) -> str | None:
    if bug.opened_between is None:
        return None
    first, last = bug.opened_between
    if first[:4] != last[:4]:
        raise UnreadableAnswer(f"bug {bug.id}: opened between {first} and {last}, so the year is not known")
    return first[:4]


def _state(bug: WireBug, opened: str, board: Whiteboard, before: Bugzilla | None) -> Bugzilla:
    return Bugzilla(
        product=bug.product or (before.product if before else None),
        component=bug.component or (before.component if before else None),
        status=bug.status or (before.status if before else UNKNOWN_STATUS),
        resolution=bug.resolution if bug.status or before is None else before.resolution,
        whiteboard=bug.whiteboard,
        next_update=board.next_update,
        close_on=board.close_on,
        opened=opened,
        opened_between=_between(bug, before) if len(opened) == len("2020") else None,
        changed=_more_exact(bug.changed, before.changed if before else None),
        resolved=bug.resolved or (before.resolved if before and (bug.resolution or not bug.status) else None),
        reporter=_reporter(bug.reporter, before.reporter if before else None, partial=bug.partial),
        relations=_relations(bug, before.relations if before else None),
        comments=_comments(bug, before),
        history=bug.history if bug.history is not None else before.history if before else (),
    )


def _between(bug: WireBug, before: Bugzilla | None) -> tuple[str, str] | None:
    return bug.opened_between or (before.opened_between if before else None)


def _comments(bug: WireBug, before: Bugzilla | None) -> tuple[Comment, ...]:
    """Put the comments together; what a page leaves out, a comment or its time, stays as the record knows it."""
    known = {c.number: c for c in before.comments} if before else {}
    if bug.comments is not None and not bug.partial:
        known = {c.number: known[c.number] for c in bug.comments if c.number in known}
    found = {c.number: _comment(c, known.get(c.number) if bug.partial else None) for c in bug.comments or ()}
    return tuple((known | found)[number] for number in sorted(known | found))


def _comment(comment: WireComment, known: Comment | None) -> Comment:
    told = Comment(
        number=comment.number, at=comment.at, nick=comment.person.nick, affiliation=comment.person.affiliation
    )
    if known is None:
        return told
    return Comment(
        number=told.number,
        at=_more_exact(told.at, known.at),
        nick=known.nick or told.nick,
        affiliation=known.affiliation or told.affiliation,
    )


def _more_exact(told: str | None, known: str | None) -> str | None:
    """Keep the known time where the other only says the same less exactly (the minute, the year), or nothing."""
    return known if known and known.startswith((told or "").removesuffix("Z")) else told


def _reporter(person: Person, known: Reporter | None, *, partial: bool) -> Reporter | None:
    if partial and known is not None:
        return Reporter(nick=known.nick or person.nick, affiliation=known.affiliation or person.affiliation)
    if person.nick is None and person.affiliation is None:
        return known
    return Reporter(nick=person.nick, affiliation=person.affiliation)


def _relations(bug: WireBug, before: Relations | None) -> Relations | None:
    old = before or Relations()
    found = Relations(
        depends_on=old.depends_on if bug.depends_on is None else bug.depends_on,
        blocks=old.blocks if bug.blocks is None else bug.blocks,
        see_also=old.see_also if bug.see_also is None else bug.see_also,
        duplicates=old.duplicates if bug.duplicates is None else bug.duplicates,
        duplicate_of=bug.duplicate_of or (old.duplicate_of if bug.resolution == "DUPLICATE" else None),
    )
    return found if found != Relations() else None


def _report(bug: WireBug, before: Incident | None, read_thread: ReadThread) -> tuple[Report | None, tuple[Doubt, ...]]:
    """Read the thread, unless the record was made from more of it than this source gives."""
    report, doubts = read_thread(bug)
    if report is not None and report.texts is not None:
        too_long = {doubt.source for doubt in doubts if doubt.kind == "text-too-long"}
        report = msgspec.structs.replace(report, texts=_texts(bug, report.texts, too_long))
    if before and before.report and (_reads_less(report, before.report) or _says_the_same(report, before.report)):
        return before.report, tuple(d for d in before.doubts if not d.where.startswith(_FROM_THE_BUG))
    return report, doubts


def _topics(bug: WireBug, before: Incident | None, found: tuple[Topic, ...]) -> tuple[Topic, ...]:
    """Keep what a text said that this source does not give, as long as the title says nothing."""
    known = before.topics if before else ()
    has_texts = any(comment.text is not None for comment in bug.comments or ())
    title_says = bool(found) and found[0].read_in == "title"
    return known if any(one.read_in == "text" for one in known) and not (has_texts or title_says) else found


def _texts(bug: WireBug, texts: Texts, too_long: Collection[int | None]) -> Texts:
    """List which comments were read, and which of them only in part: shortened by the source, or by the reader."""
    read = [comment for comment in bug.comments or () if comment.text is not None]
    shortened = tuple(c.number for c in read if c.cut or c.number in too_long)
    return Texts(
        read=texts.read,
        cut=texts.cut,
        complete=tuple(c.number for c in read if c.number not in shortened),
        shortened=shortened,
        read_from=bug.read_from,
    )


def _reads_less(new: Report | None, old: Report) -> bool:
    read, had = (new.texts if new else None), old.texts
    if had is None:
        return False
    return read is None or read.read < had.read or (read.cut and not had.cut)


def _says_the_same(new: Report | None, old: Report) -> bool:
    """Return whether two reports differ in no more than what their texts were read from."""
    if new is None or new.texts is None or old.texts is None:
        return False
    texts = msgspec.structs.replace(new.texts, read_from=old.texts.read_from)
    return msgspec.structs.replace(new, texts=texts) == old


def mark_foreign(record: Incident, known: Collection[int]) -> Incident:
    """Mark the bugs that a record names and that lie outside the component; `known` are all bugs of the component."""
    relations, report = record.bugzilla.relations, record.report
    if relations is not None:
        named = {*relations.depends_on, *relations.blocks, *relations.see_also, *relations.duplicates}
        named |= {relations.duplicate_of} if relations.duplicate_of else set()
        relations = msgspec.structs.replace(relations, foreign=tuple(sorted(named - set(known))))
    if report is not None and report.related:
        report = msgspec.structs.replace(report, related=tuple(_marked(report.related, known)))
    state = msgspec.structs.replace(record.bugzilla, relations=relations)
    return msgspec.structs.replace(record, bugzilla=state, report=report)


def _marked(items: Iterable[RelatedBug], known: Collection[int]) -> Iterable[RelatedBug]:
    return (msgspec.structs.replace(item, foreign=item.bug not in known) for item in items)
