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
    Layer,
    ReadFrom,
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
from ca_incidents.scraper.sync.layers import FROM_THE_BUG, key, laid, merged, of_a_text
from ca_incidents.scraper.sync.merged_report import merged_report

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


@dataclass(frozen=True, slots=True)
class Assembled:
    """What became of one bug: a record, or an entry of the coverage ledger.

    `is_older`: what is known is newer than the source, and covers everything that it gave.
    """

    record: Incident | None = None
    excluded: Excluded | None = None
    is_older: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a bug before a source is read.

    `layers` are those of its record; `is_covered`: the snapshot vouches for the record; `reached` is the moment for
    which it vouches. `bounds` returns the first and the last day on which the bug can have been filed, from the bugs
    with neighbouring numbers.
    """

    layers: tuple[Layer, ...] = ()
    is_covered: bool = False
    reached: str = ""
    bounds: Callable[[], tuple[str, str] | None] = lambda: None


def assemble(bug: WireBug, known: Known, tools: Tools, *, until: str | None = None) -> Assembled:
    """Put a record together, without its curated block, from the layers that are known and what this source gives.

    `until` is the moment up to which the source shows the thread. Raises UnreadableAnswer where neither a source nor
    the numbers of other bugs tell even the year in which the bug was opened.
    """
    new = layer_of(bug, tools, until=until)
    layers = laid(known.layers, new)
    state = merged(layers)
    if not state.title:
        raise UnreadableAnswer(f"bug {bug.id}: the source gives no title, and there is no record yet that has one")
    opened, between = _opened(bug.id, state, known)
    whom = tools.registry.resolve(bug.id, state.title)
    board = tools.read_whiteboard(state.whiteboard)
    if whom.excluded:
        return Assembled(
            excluded=Excluded(
                bug=bug.id,
                opened=opened,
                title=state.title,
                kind=whom.excluded,
                reason=whom.reason or "",
                doubts=board.doubts,
            )
        )
    public = {comment.number for comment in state.comments}
    report, doubts = (state.report, state.doubts) if len(layers) == 1 else merged_report(layers, public)
    if whom.unmapped:
        doubts = (Doubt(kind="unmapped-name", where="title", text=whom.unmapped[:120]), *doubts)
    read_from, read_until = _reach(state, known)
    record = Incident(
        schema_version=SCHEMA_VERSION,
        id=bug.id,
        title=state.title,
        ca=whom.ca,
        also_named=whom.also_named,
        tags=board.tags,
        topics=_topics(layers, tools.read_topics(state.title, whom.also_named, board.tags, ())),
        bugzilla=Bugzilla(
            read_from=read_from,
            read_until=read_until,
            product=state.product,
            component=state.component,
            status=state.status or UNKNOWN_STATUS,
            resolution=state.resolution,
            whiteboard=state.whiteboard,
            next_update=board.next_update,
            close_on=board.close_on,
            opened=opened,
            opened_between=between,
            changed=state.changed,
            resolved=state.resolved,
            reporter=state.reporter,
            relations=state.relations,
            comments=state.comments,
            history=state.history,
        ),
        report=report,
        doubts=(*board.doubts, *doubts),
        layers=layers if len(layers) > 1 else (),
    )
    return Assembled(record=record, is_older=key(new) < key(layers[0]) and layers == known.layers)


def layer_of(bug: WireBug, tools: Tools, *, until: str | None = None) -> Layer:
    """Return what one source gives of a bug, its texts read."""
    report, doubts = tools.read_thread(bug)
    named, tags = tools.registry.resolve(bug.id, bug.summary).also_named, tools.read_whiteboard(bug.whiteboard).tags
    topics = tools.read_topics(bug.summary, named, tags, bug.comments or ())
    if report is not None and report.texts is not None:
        too_long = {doubt.source for doubt in doubts if doubt.kind == "text-too-long"}
        report = msgspec.structs.replace(report, texts=_texts(bug, report.texts, too_long))
    relations = Relations(
        depends_on=bug.depends_on or (),
        blocks=bug.blocks or (),
        see_also=bug.see_also or (),
        duplicates=bug.duplicates or (),
        duplicate_of=bug.duplicate_of if bug.resolution == "DUPLICATE" else None,
    )
    return Layer(
        read_from=bug.read_from,
        read_until=until,
        title=bug.summary,
        product=bug.product,
        component=bug.component,
        status=bug.status,
        resolution=bug.resolution,
        whiteboard=bug.whiteboard,
        opened=bug.opened,
        opened_between=None if bug.opened else bug.opened_between,
        changed=bug.changed,
        resolved=bug.resolved if bug.resolution else None,
        reporter=_reporter(bug.reporter),
        relations=relations if relations != Relations() else None,
        comments=tuple(_comment(comment) for comment in bug.comments or ()),
        history=bug.history or (),
        report=report,
        topics=of_a_text(topics),
        doubts=tuple(doubt for doubt in doubts if not doubt.where.startswith(FROM_THE_BUG)),
    )


def _topics(layers: Sequence[Layer], found: tuple[Topic, ...]) -> tuple[Topic, ...]:
    """Return what failed: what the title or else the best texts say, and the tags where neither says it."""
    if found and found[0].read_in == "title":
        return found
    told = next((layer.topics for layer in layers if layer.topics), ())
    return told or found


def _opened(bug: int, state: Layer, known: Known) -> tuple[str, tuple[str, str] | None]:
    """Return when a bug was filed: its moment, or its year and the bounds of its day."""
    if state.opened:
        return state.opened, None
    between = state.opened_between or known.bounds()
    if between is None:
        year = year_of(bug)
        if year is None:
            raise UnreadableAnswer(f"bug {bug}: the source does not say when it was opened; add --opened YYYY-MM-DD")
        return year, None
    first, last = between
    if first[:4] == last[:4]:
        return first[:4], between
    year = year_of(bug)
    if year is None:
        raise UnreadableAnswer(
            f"bug {bug}: it was opened between {first} and {last}, so the year is not known; add --opened YYYY-MM-DD"
        )
    return year, (max(first, f"{year}-01-01"), min(last, f"{year}-12-31"))


def _reach(state: Layer, known: Known) -> tuple[ReadFrom | None, str | None]:
    """Return what a record was read from and up to when, unless the snapshot says as much of it."""
    vouches = state.read_from is None or (state.read_from == "rest" and known.is_covered)
    if vouches and state.read_until in (None, known.reached):
        return None, None
    return state.read_from, state.read_until


def _comment(comment: WireComment) -> Comment:
    return Comment(
        number=comment.number, at=comment.at, nick=comment.person.nick, affiliation=comment.person.affiliation
    )


def _reporter(person: Person) -> Reporter | None:
    if person.nick is None and person.affiliation is None:
        return None
    return Reporter(nick=person.nick, affiliation=person.affiliation)


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
