"""From the comments of one bug to its report: which facts are read in which comments, and which statement counts.

Comments are read in order. Nothing is converted and nothing is guessed: what was seen but not understood is returned as
a doubt.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from ca_incidents.schema.derive.parties import family_of, kind_of
from ca_incidents.schema.model import (
    ActionItem,
    Certificates,
    Citation,
    Closure,
    Doubt,
    Event,
    Form,
    Noncompliance,
    RelatedBug,
    Report,
    Texts,
)
from ca_incidents.schema.tables import policies, registry, vocabulary
from ca_incidents.schema.tables.policies import Policies
from ca_incidents.schema.tables.registry import Registry
from ca_incidents.scraper.reader.document import Document, author_of, documents_of
from ca_incidents.scraper.reader.facts import (
    action_subjects,
    actions,
    awareness,
    ca_owner_id,
    certificate_counts,
    certificate_ids,
    certificate_kinds,
    citations,
    disclosure,
    discovery,
    issuance_stops,
    noncompliance_dates,
    related_bugs,
    revocation,
    timeline,
)
from ca_incidents.scraper.reader.facts.action_lists import items_in_list, loose_lists
from ca_incidents.scraper.reader.facts.fact import SINGLE, Context, Fact, Found, Happening, Item, Why, doubt
from ca_incidents.scraper.reader.facts.timeline_lines import lists_events
from ca_incidents.scraper.sources.bug import WireBug, WireComment, one_line

_MOST_DOUBTS = 60
_LONGEST_QUOTE = 280
_SAME_EVENT = 60
_LONGEST_DAY = len("2024-03-25")
_NOTHING = Found()


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in one thread: the report, None if no text could be read; what was not understood; the evidence."""

    report: Report | None
    doubts: tuple[Doubt, ...]
    why: tuple[Why, ...] = ()


def read_thread(
    comments: Sequence[WireComment],
    *,
    bug: int | None,
    policies: Policies,
    keep_quotes: bool = False,
    title: str = "",
    whiteboard: str = "",
    of_ca: frozenset[str] = frozenset(),
) -> Reading:
    """Read the facts of a thread's reports; without any text there is no report.

    `bug` is the thread's own number, which is not a related bug. Its title and whiteboard are evidence. `of_ca` are the
    nicks of people who are known to speak for the CA.
    """
    documents = documents_of([comment for comment in comments if comment.text is not None])
    if not documents:
        return Reading(None, ())
    thread = _Thread.of(documents, of_ca)
    gathered = _Gathered()
    for document in documents:
        place = Context(
            bug=bug,
            policies=policies,
            template=thread.template,
            is_form=document.rank is not None,
            is_opening=document is documents[0],
            is_by_reporter=document.author in thread.reporters,
            is_by_answerer=document.author in thread.answerers,
            known=gathered.known,
            is_by_ca=document.author in of_ca,
            title=title,
            whiteboard=whiteboard,
        )
        for read in _facts_of(place):
            gathered.add(read(document, place), document.number)
        if document.is_too_long:
            gathered.add(Found(doubts=(doubt("text-too-long", "texts", None, document),)), document.number)
    report = _report(gathered, thread, documents, keep_quotes=keep_quotes)
    return Reading(report, tuple(gathered.doubts), tuple(gathered.why))


@dataclass(frozen=True, slots=True)
class _Thread:
    """The fullest report form of a thread, the comment that first follows it, and who may revise what is reported.

    `answerers`: who told, without any form, what happened: who answered somebody else's bug, or else its opener.
    """

    template: str
    source: int
    reporters: frozenset[str]
    answerers: frozenset[str] = frozenset()

    @classmethod
    def of(cls, documents: Sequence[Document], of_ca: frozenset[str]) -> "_Thread":
        forms = [document for document in documents if document.rank is not None]
        # Where nobody used a form, the one who opened the bug may revise what it says.
        reporters = frozenset(document.author for document in forms or documents[:1])
        if forms:
            fullest = min(forms, key=lambda document: document.rank or 0)
            return cls(fullest.template, fullest.number, reporters)
        first = next((one for one in documents if not one.follows_form), documents[0])
        others = (document for document in documents if document.author not in reporters)
        answerers = frozenset(document.author for document in others if _answers(document, of_ca))
        if not answerers and _OWN_CASE.search(documents[0].comment.text or ""):
            # The CA opened the bug itself, and reports there or in a later comment.
            own = [document for document in documents if document.author in reporters]
            answerers = frozenset(one.author for one in own if _answers(one, of_ca) or (not of_ca and _promises(one)))
        return cls(vocabulary.no_form(), first.number, reporters, answerers)


_OWN_CASE = re.compile(r"\b(?:we|our|us)\b", re.I)


def _answers(document: Document, of_ca: frozenset[str]) -> bool:
    """Return whether a comment lists what happened, or what the CA did: others may list what they wish it to do."""
    if of_ca:
        return document.author in of_ca
    sections = [items_in_list(one.lines(), document) for one in document.named("action-items", "q-steps")]
    steps = (item for items in (*sections, *loose_lists(document)) for item in items)
    return lists_events(document) or any(item.status == "complete" for item in steps)


def _promises(document: Document) -> bool:
    """Return whether a comment of the opener has a section for action items, or a list below "What we will do:"."""
    sections = document.named("action-items", "q-steps")
    has_items = any(line.kind in {"item", "row"} for one in sections for line in one.body)
    is_announced = any(line.text.endswith(":") and _OWN_CASE.search(line.text) for line in document.lines)
    has_plan = any(loose_lists(document)) or any(one.header and actions.columns_of(one.cells) for one in document.lines)
    return has_items or (is_announced and has_plan)


def _facts_of(place: Context) -> Iterator[Fact]:
    """Decide by its place in the thread which facts a comment may state."""
    by_author_of_form = place.is_by_reporter and place.template != vocabulary.no_form()
    yield related_bugs.read
    if place.is_report or place.is_by_reporter or place.is_by_answerer or place.is_by_ca:
        yield revocation.read
    if place.is_report:
        yield from (certificate_ids.read, citations.read)
    if place.is_form:
        yield from (ca_owner_id.read, noncompliance_dates.read, disclosure.read)
    if place.is_report or place.is_by_reporter or place.is_by_ca:
        yield from (certificate_counts.read, certificate_kinds.read, issuance_stops.read)
    if place.is_by_reporter and not place.is_report:
        yield citations.read
    if place.is_report or by_author_of_form or place.is_by_answerer:
        yield timeline.read
    if place.is_report:
        yield discovery.read
    if place.is_report or by_author_of_form or place.is_by_answerer or place.is_by_ca:
        yield awareness.read
    if place.is_form or by_author_of_form or place.is_by_answerer:
        yield actions.read


@dataclass(slots=True)
class _Gathered:
    """What the thread says so far, and the comment that each single value comes from.

    `known` has the single values and the action items, which readers ask for; lists grow by what each comment adds.
    """

    known: Found = field(default_factory=Found)
    sources: dict[str, int] = field(default_factory=dict)
    crtsh_ids: dict[int, None] = field(default_factory=dict)
    sha256: dict[str, None] = field(default_factory=dict)
    attachments: dict[int, None] = field(default_factory=dict)
    citations: list[Citation] = field(default_factory=list)
    timeline: dict[tuple[str, str], Happening] = field(default_factory=dict)
    related: dict[int, RelatedBug] = field(default_factory=dict)
    doubts: dict[Doubt, None] = field(default_factory=dict)
    why: list[Why] = field(default_factory=list)

    def add(self, found: Found, source: int) -> None:
        """Take what a comment says: its single values replace older ones, its lists add to what is known."""
        if found == _NOTHING:
            return
        newer = {name: value for name in SINGLE if (value := getattr(found, name)) is not None}
        if newer or found.items:
            self.sources |= {SINGLE[name]: source for name in newer}
            self.known = msgspec.structs.replace(self.known, **newer, items=found.items or self.known.items)
        self.crtsh_ids |= dict.fromkeys(found.crtsh_ids)
        self.sha256 |= dict.fromkeys(found.sha256)
        self.attachments |= dict.fromkeys(found.attachments)
        self.citations += found.citations
        self.why += found.why
        self._tell(found.timeline)
        self._relate(found.related)
        for one in found.doubts:
            if len(self.doubts) < _MOST_DOUBTS:
                self.doubts[one] = None

    def _tell(self, timeline: tuple[Happening, ...]) -> None:
        """Replace a timeline by a later one that is as long at least and has most of its days.

        Both together would count its events twice; one of other days goes on with it.
        """
        known = {one.at[:_LONGEST_DAY] for one in self.timeline.values()}
        repeated = known & {one.at[:_LONGEST_DAY] for one in timeline}
        if len(timeline) >= len(self.timeline) and len(repeated) * 2 > len(known):
            self.timeline = {}
        for one in timeline:
            self.timeline.setdefault((one.at, one.text[:_SAME_EVENT]), one)

    def _relate(self, related: Iterable[RelatedBug]) -> None:
        """Keep one relation per bug: the first that lists it as a related incident, else the first that mentions it."""
        for one in related:
            known = self.related.get(one.bug)
            if known is None or (known.relation == "cited" and one.relation != "cited"):
                self.related[one.bug] = one


def _report(gathered: _Gathered, thread: _Thread, documents: Sequence[Document], *, keep_quotes: bool) -> Report:
    known = gathered.known
    counted = Certificates(
        total=known.total,
        remaining_valid=known.remaining_valid,
        kinds=known.kinds or (),
        crtsh_ids=tuple(gathered.crtsh_ids),
        sha256=tuple(gathered.sha256),
        attachments=tuple(gathered.attachments),
    )
    dates = Noncompliance(start=known.start, identified=known.identified, end=known.end)
    closures = [one.number for one in documents if one.is_closure]
    quote = _quote if keep_quotes else _no_quote
    return Report(
        texts=Texts(read=len(documents), cut=any(one.is_cut for one in documents)),
        template=thread.template,
        forms=tuple(Form(source=one.number, template=one.template) for one in documents if one.follows_form),
        disclosure_source=known.disclosure_source,
        discovery=known.discovery,
        ca_owner_id=known.ca_owner_id,
        noncompliance=dates if dates != Noncompliance() else None,
        aware=known.aware,
        issuance_stopped=known.issuance_stopped,
        revoked=known.revoked,
        certificates=counted if counted != Certificates() else None,
        policies=citations.merged(tuple(gathered.citations)),
        timeline=tuple(_event(one, quote(one.text)) for one in gathered.timeline.values()),
        action_items=tuple(_action_item(one, quote(one.text)) for one in known.items),
        related=tuple(sorted(gathered.related.values(), key=lambda one: one.bug)),
        closure=Closure(source=closures[-1]) if closures else None,
        sources=dict(sorted({**gathered.sources, "template": thread.source}.items())),
    )


def _event(one: Happening, quote: str | None) -> Event:
    return Event(at=one.at, precision=one.precision, kind=one.kind, quote=quote, source=one.source)


def _action_item(one: Item, quote: str | None) -> ActionItem:
    return ActionItem(
        kind=one.kind,
        subject=action_subjects.subject_of(one.text),
        due=one.due,
        status=one.status,
        completed=one.completed,
        quote=quote,
        source=one.source,
    )


def _quote(text: str) -> str | None:
    """Shorten a text to a quotation that a record may hold."""
    line = one_line(text)
    return (line if len(line) <= _LONGEST_QUOTE else f"{line[: _LONGEST_QUOTE - 1].rstrip()}…") or None


def _no_quote(text: str) -> None:  # noqa: ARG001
    return None


ThreadReader = Callable[[WireBug], tuple[Report | None, tuple[Doubt, ...]]]


def thread_reader(*, keep_quotes: bool = False) -> ThreadReader:
    """Return the reader of threads that a sync uses, with the policy documents of this distribution."""
    known, owners = policies.standard(), registry.standard()

    def read(bug: WireBug) -> tuple[Report | None, tuple[Doubt, ...]]:
        reading = read_thread(
            bug.comments or (),
            bug=bug.id,
            policies=known,
            keep_quotes=keep_quotes,
            title=bug.summary,
            whiteboard=bug.whiteboard,
            of_ca=_of_ca(bug, owners),
        )
        return reading.report, reading.doubts

    return read


def _of_ca(bug: WireBug, owners: Registry) -> frozenset[str]:
    """Return the nicks of those whose domain speaks for the CA that the title names."""
    named = owners.resolve(bug.id, bug.summary)
    own = family_of((named.ca, *named.also_named), owners) if named.ca is not None else frozenset[str]()
    return frozenset(
        author_of(comment)
        for comment in bug.comments or ()
        if kind_of(comment.person.affiliation, comment.at, own, owners) == "ca"
    )
