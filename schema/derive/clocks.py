"""Clocks: one deadline each, when it began, when it ran out, what happened, and from which values that follows.

A clock says `late` or `overdue` only where that holds under every reading of the times (see `record.time_spans`), `met`
likewise; all else is `unknown`. A rule is applied only where it was in force when the clock began, under every reading.
`late` and `overdue` also hold whatever the comments say that were not read and whoever the unknown writers are: they
are said only of threads that were read to the end.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Literal

from ca_incidents.schema.derive.parties import Party, family, party
from ca_incidents.schema.model import UNKNOWN_STATUS, ActionItem, Comment, Form, Incident, Report
from ca_incidents.schema.record.effective import curated_paths
from ca_incidents.schema.record.reading import Reading
from ca_incidents.schema.record.time_spans import Span, later_text, span_of
from ca_incidents.schema.tables.deadlines import ClockName, Deadlines, Rule
from ca_incidents.schema.tables.registry import Registry
from ca_incidents.schema.tables.vocabulary import full_reports

State = Literal["met", "late", "pending", "overdue", "unknown"]

CLOSED = frozenset({"RESOLVED", "VERIFIED", "CLOSED"})
_LEAF = frozenset({"dv", "ov", "iv", "ev", "tls", "qwac"})
_LEAF_TAGS = frozenset({"dv-misissuance", "ov-misissuance", "iv-misissuance", "ev-misissuance"})
_BEGINNING_OF_TIME = datetime.min.replace(tzinfo=UTC)
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)
ANY_TIME = Span(_BEGINNING_OF_TIME, _END_OF_TIME)


@dataclass(frozen=True, slots=True)
class Input:
    """One value that a derived fact rests on: its path in the effective record, and the comment that gave it."""

    path: str
    value: str
    comment: int | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline: times in the form in which the inputs gave them, None where not known or not sayable."""

    rule: Rule
    started: str | None
    due: str | None
    happened: str | None
    state: State
    inputs: tuple[Input, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether a time or the state is known; a clock of which nothing is known is not shown to anybody."""
        return self.state != "unknown" or any((self.started, self.due, self.happened))


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was: as written, all that it can mean, and the values that say so."""

    text: str | None
    span: Span
    inputs: tuple[Input, ...] = ()


@dataclass(frozen=True)
class Case:
    """One effective record and what its clocks ask of it.

    The record holds no comment that was posted after `as_of`. `reading` says how much of the thread was read: nothing
    is called late, overdue or missing unless all of it was. `elsewhere` are the times at which the CA spoke, or may
    have spoken, on bugs that the record names.
    """

    record: Incident
    as_of: Moment
    registry: Registry
    deadlines: Deadlines
    reading: Reading
    elsewhere: tuple[Span, ...]

    @cached_property
    def report(self) -> Report:
        """The report block, empty where there is none."""
        return self.record.report or Report()

    @property
    def is_open(self) -> bool:
        """Whether the bug is known not to be resolved."""
        return self.record.bugzilla.status not in {*CLOSED, UNKNOWN_STATUS}

    @cached_property
    def family(self) -> frozenset[str]:
        """Slugs whose people speak for the CA."""
        return family(self.record, self.registry)

    @cached_property
    def reporter(self) -> Party:
        """Who filed the bug, as the bug and its description tell."""
        reporter, comments = self.record.bugzilla.reporter, self.record.bugzilla.comments
        said = {self._party(reporter.affiliation if reporter else None, self.record.bugzilla.opened)}
        if comments and comments[0].number == 0:
            said.add(self._party(comments[0].affiliation, comments[0].at))
        known = said - {"unknown"}
        return known.pop() if len(known) == 1 else "unknown"

    @cached_property
    def parties(self) -> tuple[Party, ...]:
        """Who wrote each comment, in their order."""
        comments = self.record.bugzilla.comments
        return tuple(self._party(c.affiliation, c.at) if c.number else self.reporter for c in comments)

    def _party(self, affiliation: str | None, at: str | None) -> Party:
        return party(affiliation, at, self.family, self.registry)

    @cached_property
    def read_so_far(self) -> bool:
        """Whether the CA's comments were read, be it only in part: what is due may be listed, but not called late."""
        comments = zip(self.record.bugzilla.comments, self.parties, strict=True)
        later = any(c.number > 0 and p != "other" for c, p in comments)
        read = self.reading.complete + self.reading.shortened
        return read > 0 and (read >= self.reading.listed or not later)

    @cached_property
    def by_person(self) -> frozenset[str]:
        """Paths of the values that a person gave."""
        return curated_paths(self.record)

    def said_by_ca(self, source: int | None) -> bool:
        """Return whether a value was read in a comment that is surely the CA's own."""
        index = self._index.get(source) if source is not None else None
        return index is not None and self.parties[index] == "ca"

    def stated(self, path: str) -> bool:
        """Return whether the CA itself, or a person who corrected the record, gave a single value of the report."""
        return f"report.{path}" in self.by_person or self.said_by_ca(self.report.sources.get(path))

    def value(self, path: str, text: str | None) -> Moment | None:
        """Return a time of the report block by its path there; None where it is absent or cannot be read."""
        span = span_of(text) if text is not None else None
        if text is None or span is None:
            return None
        return Moment(text, span, (Input(f"report.{path}", text, self.report.sources.get(path)),))

    @cached_property
    def opened(self) -> Moment | None:
        """When the bug was filed."""
        bug = self.record.bugzilla
        if bug.opened_between is None:
            return _instant("bugzilla.opened", bug.opened)
        first, last = (_instant(f"bugzilla.opened_between[{i}]", day) for i, day in enumerate(bug.opened_between))
        if first is None or last is None:
            return None
        same = first.text if first.text == last.text else None
        return Moment(same, Span(first.span.earliest, last.span.latest), (*first.inputs, *last.inputs))

    @cached_property
    def identified(self) -> Moment | None:
        """When the CA noticed, as it says."""
        found = self.report.noncompliance
        return self.value("noncompliance.identified", found.identified if found else None)

    def posted(self, index: int) -> Moment | None:
        """When a comment was posted, by its index in the record; None where the source does not tell."""
        comment: Comment = self.record.bugzilla.comments[index]
        return _instant(f"bugzilla.comments[{index}].at", comment.at, comment.number) if comment.at else None

    def _posted_by(self, index: int) -> Moment:
        """When a comment was posted; where the source does not tell, between the dated comments before and after it."""
        known = self.posted(index)
        if known is not None:
            return known
        dated = [(i, moment.span) for i in range(len(self.parties)) if (moment := self.posted(i)) is not None]
        since = [self.opened.span.earliest] if self.opened else [_BEGINNING_OF_TIME]
        since += [span.earliest for i, span in dated if i < index]
        until = [span.latest for i, span in dated if i > index] or [self.as_of.span.latest]
        return Moment(None, Span(since[-1], max(since[-1], until[0])))

    @cached_property
    def disclosure(self) -> Moment | None:
        """When the CA first spoke on the bug: by filing it, or by its first comment on somebody else's.

        Where somebody of unknown affiliation spoke before, that may have been the CA: the span says so and the text
        is the last of the readings. None where the CA has not spoken, or nobody can tell.
        """
        if self.reporter == "ca" or self.opened is None:
            return self.opened
        spoke = [i for i, p in enumerate(self.parties) if p != "other" and self.record.bugzilla.comments[i].number > 0]
        known = next((i for i in spoke if self.parties[i] == "ca"), None)
        first = self.opened if self.reporter == "unknown" else self._posted_by(spoke[0]) if spoke else None
        last = self._posted_by(known) if known is not None else None
        if first is None:
            return None
        if last is None:
            return Moment(None, Span(first.span.earliest, _END_OF_TIME), first.inputs)
        inputs = last.inputs if last == first else (*first.inputs, *last.inputs)
        return Moment(last.text, Span(first.span.earliest, last.span.latest), inputs)

    @cached_property
    def disclosed_anywhere(self) -> Moment | None:
        """When the CA first spoke on the bug, or perhaps before on another bug that the record names."""
        if self.identified is None:
            return self.disclosure
        aware = self.identified.span.earliest
        before = min((max(spoke.earliest, aware) for spoke in self.elsewhere if spoke.latest >= aware), default=None)
        if before is None:
            return self.disclosure
        if self.disclosure is None:
            return Moment(None, Span(before, _END_OF_TIME), self.identified.inputs)
        span = self.disclosure.span
        return Moment(self.disclosure.text, Span(min(before, span.earliest), span.latest), self.disclosure.inputs)

    @cached_property
    def surely_silent(self) -> bool:
        """Whether nobody who could be the CA has spoken on the bug."""
        comments = self.record.bugzilla.comments
        return bool(comments) and self.reporter == "other" and all(p == "other" for p in self.parties)

    @cached_property
    def full_report(self) -> Moment | None:
        """When the CA posted its first full report; a span where it may have been another text or another author.

        An author of unknown affiliation is taken for the CA no sooner than in `disclosure`: the text is the day of the
        first full report that is surely the CA's, and None where there is none.
        """
        full = sorted((f for f in self.report.forms if f.template in full_reports()), key=lambda f: f.source)
        forms = [form for form in full if self.author_of(form) != "other"]
        if not forms:
            return None
        known = next((i for i, form in enumerate(forms) if self.author_of(form) == "ca"), None)
        posted = [self._form_posted(form) for form in forms[: (known or 0) + 1]]
        first, last = posted[0], posted[-1]
        if first is None or last is None:
            return None
        if known is None:
            last = Moment(None, Span(last.span.earliest, _END_OF_TIME))
        inputs = (*first.inputs, Input("report.forms", forms[0].template, forms[0].source))
        sure = forms[0].source == 0 or (self.reading.whole and None not in posted)
        earliest = first.span.earliest if sure or self.opened is None else self.opened.span.earliest
        return Moment(last.text, Span(earliest, last.span.latest), inputs)

    def author_of(self, form: Form) -> Party:
        """Return who posted a form."""
        index = self._index.get(form.source)
        return self.parties[index] if index is not None else self.reporter if form.source == 0 else "unknown"

    def _form_posted(self, form: Form) -> Moment | None:
        index = self._index.get(form.source)
        if index is not None:
            return self.posted(index)
        return self.opened if form.source == 0 else None

    @cached_property
    def _index(self) -> dict[int, int]:
        return {comment.number: i for i, comment in enumerate(self.record.bugzilla.comments)}

    @cached_property
    def last_words(self) -> Moment | None:
        """When the CA last spoke: from its last comment to the last one that may be its own. None if it never did."""
        last = max((i for i, p in enumerate(self.parties) if p == "ca"), default=None)
        sure = self._posted_by(last) if last is not None else self.opened if self.reporter == "ca" else None
        maybe = max((i for i, p in enumerate(self.parties) if p != "other"), default=None)
        latest = self._posted_by(maybe) if maybe is not None else sure
        if sure is None or latest is None or latest.span.latest <= sure.span.latest:
            return sure
        return Moment(latest.text, Span(sure.span.earliest, latest.span.latest), (*sure.inputs, *latest.inputs))


def _instant(path: str, text: str, comment: int | None = None) -> Moment | None:
    span = span_of(text)
    return Moment(text, span, (Input(path, text, comment),)) if span else None


def moment_of(path: str, text: str) -> Moment | None:
    """Give a time outside of the report block; None where it cannot be read."""
    return _instant(path, text)


def clocks_of(case: Case) -> tuple[Clock, ...]:
    """Return every clock that the record's facts start, in the order of the process, if anything of it is known."""
    found = [disclosure_clock(case), full_report_clock(case), *_revocation_clocks(case)]
    if case.is_open:
        found += [answer_clock(case), update_clock(case)]
    return tuple(clock for clock in (*found, *_action_clocks(case)) if clock is not None and clock.says_something)


def disclosure_clock(case: Case) -> Clock | None:
    """Judge the CA's first post on the bug against its awareness (CCADB IRG 3.x, "When are reports expected?").

    An audit's findings have a rule of their own.
    """
    finding = case.report.disclosure_source == "audit" or "audit-finding" in case.record.tags
    clock: ClockName = "finding-disclosure" if finding else "disclosure"
    silent = case.surely_silent and case.disclosed_anywhere is None
    sure = case.reading.whole and case.stated("noncompliance.identified")
    return _judged(case, clock, case.identified, case.disclosed_anywhere, missing=silent, sure=sure)


def full_report_clock(case: Case) -> Clock | None:
    """Judge the first full report against the CA's first post (CCADB IRG 1.0 and later)."""
    authors = {case.author_of(form) for form in case.report.forms if form.template in full_reports()} - {"other"}
    # Whoever posted a full report may have posted it for the CA.
    sure = case.reading.whole and authors != {"unknown"} and (case.full_report is not None or not authors)
    # The rest of a text that was cut off hardly hides a second form where the part that was read shows one.
    shown = case.read_so_far and any(form.source == 0 for form in case.report.forms)
    missing = case.reading.whole or shown
    return _judged(case, "full-report", case.disclosure, case.full_report, missing=missing, sure=sure)


def _revocation_clocks(case: Case) -> Iterator[Clock | None]:
    revoked = case.value("revoked", case.report.revoked)
    clock = _revocation_rule(case)
    if revoked is not None and clock is not None:
        sure = case.reading.whole and case.stated("noncompliance.identified") and case.stated("revoked")
        yield _judged(case, clock, case.identified, revoked, missing=False, sure=sure)


def _revocation_rule(case: Case) -> ClockName | None:
    """Tell subscriber from CA certificates; where both are concerned, one day of revocation cannot be judged."""
    certificates = case.report.certificates
    kinds = set(certificates.kinds) if certificates else set()
    tags = set(case.record.tags)
    if not kinds:
        kinds = {"tls"} if tags & _LEAF_TAGS else set()
        kinds |= {"ca"} if "ca-misissuance" in tags else set()
    if kinds and kinds <= _LEAF:
        return "revocation-leaf"
    return "revocation-ca" if kinds == {"ca"} else None


def answer_clock(case: Case) -> Clock | None:
    """Say until when the CA answers what others wrote since it last spoke; never late, for not all of it asks."""
    bug = case.record.bugzilla
    if bug.close_on is not None or case.last_words is None:
        return None
    spoke = max((i for i, p in enumerate(case.parties) if p != "other"), default=-1)
    asked = case.posted(spoke + 1) if spoke + 1 < len(bug.comments) else None
    rule = case.deadlines.rule("answer", asked.span) if asked else None
    if asked is None or rule is None:
        return None
    over = case.as_of.span.surely_after(asked.span.shifted(rule.allowed))
    inputs = (*asked.inputs, *case.as_of.inputs)
    due = later_text(asked.text or "", rule.allowed)
    return Clock(rule, asked.text, due, None, "unknown" if over else "pending", inputs)


def update_clock(case: Case) -> Clock | None:
    """Say by when the next update is due: the whiteboard's day, else a week after the last one.

    A day on the whiteboard that has passed is followed by the weekly rule again. No update is asked for once closing
    is announced or a closure report is posted; where unread comments may hold one, nothing is overdue.
    """
    bug = case.record.bugzilla
    last = case.last_words
    if last is None or bug.close_on is not None or case.report.closure is not None:
        return None
    named = moment_of("bugzilla.next_update", bug.next_update) if bug.next_update else None
    if named is not None and not case.as_of.span.surely_after(named.span):
        return _named_update(case, named)
    start = last
    if named is not None:
        latest = named if named.span.latest > last.span.latest else last
        earliest = max(named.span.earliest, last.span.earliest)
        start = Moment(latest.text, Span(earliest, latest.span.latest), (*last.inputs, *named.inputs))
    return _judged(case, "update", start, None, missing=True, sure=case.reading.whole)


def _named_update(case: Case, named: Moment) -> Clock | None:
    rule = case.deadlines.rule("next-update", case.as_of.span)
    if rule is None:
        return None
    return Clock(rule, None, named.text, None, "pending", (*named.inputs, *case.as_of.inputs))


def _action_clocks(case: Case) -> Iterator[Clock | None]:
    rule = case.deadlines.rule("action-item", case.opened.span) if case.opened else None
    for i, item in enumerate(case.report.action_items):
        if rule is not None and item.due is not None and item.status != "canceled":
            yield _action_clock(case, rule, i, item)


def _action_clock(case: Case, rule: Rule, index: int, item: ActionItem) -> Clock | None:
    path = f"report.action_items[{index}]"
    due = span_of(item.due or "")
    if due is None:
        return None
    inputs = [Input(f"{path}.due", item.due or "", item.source)]
    inputs += [Input(f"{path}.status", item.status, item.source)] if item.status else []
    by_person = "report.action_items" in case.by_person and item.source is None
    sure = case.reading.whole and (by_person or case.said_by_ca(item.source))
    done = _done(case, item)
    if done is not None:
        inputs += [Input(f"{path}.completed", item.completed, item.source)] if item.completed else list(done.inputs)
        state = _claimed(_state_of(due, done.span), sure=sure)
        return Clock(rule, None, item.due, item.completed, state, tuple(inputs))
    state = "unknown"
    if case.is_open and item.status != "complete":
        state = _claimed(_state_without(due, case.as_of.span), sure=sure)
    return Clock(rule, None, item.due, None, state, (*inputs, *case.as_of.inputs))


def _done(case: Case, item: ActionItem) -> Moment | None:
    """Say when an item was done: on its day, or at some time before the comment that calls it complete."""
    if item.completed is not None:
        span = span_of(item.completed)
        return Moment(item.completed, span) if span else None
    if item.status != "complete" or item.source is None:
        return None
    index = next((i for i, c in enumerate(case.record.bugzilla.comments) if c.number == item.source), None)
    said = case.posted(index) if index is not None else None
    return Moment(None, Span(_BEGINNING_OF_TIME, said.span.latest), said.inputs) if said else None


def _judged(
    case: Case, clock: ClockName, started: Moment | None, happened: Moment | None, *, missing: bool, sure: bool
) -> Clock | None:
    """Judge one deadline. `missing` says that nothing hints at what is due, `sure` that nothing unread can hold it."""
    rule = case.deadlines.rule(clock, started.span) if started else None
    if started is None or rule is None:
        return None
    sure = sure and binds(rule, started.span)
    due = started.span.shifted(rule.allowed)
    text = later_text(started.text, rule.allowed) if started.text else None
    if happened is not None:
        inputs = tuple(dict.fromkeys((*started.inputs, *happened.inputs)))
        if started.span.surely_after(happened.span):
            # What came before the clock began is not what the clock waits for, or one of the two days is wrong.
            return Clock(rule, started.text, text, None, "unknown", inputs)
        state = _claimed(_state_of(due, happened.span), sure=sure)
        return Clock(rule, started.text, text, happened.text, state, inputs)
    state = _state_without(due, case.as_of.span) if missing and case.is_open else "unknown"
    inputs = (*started.inputs, *case.as_of.inputs)
    return Clock(rule, started.text, text, None, _claimed(state, sure=sure), inputs)


def binds(rule: Rule, begun: Span) -> bool:
    """Return whether a rule is a duty of everybody: binding on the first possible day, and without exemptions since.

    Whether an exemption applies cannot be seen in a record.
    """
    first, last = begun.earliest.date().isoformat(), begun.latest.date().isoformat()
    exempt = any(e.since <= last and (e.until is None or first <= e.until) for e in rule.exemptions)
    return first >= (rule.must_from or rule.since) and not exempt


def _claimed(state: State, *, sure: bool) -> State:
    """Withhold what would hurt somebody and may be wrong."""
    return "unknown" if state in {"late", "overdue"} and not sure else state


def _state_of(due: Span, happened: Span) -> State:
    if happened.surely_after(due):
        return "late"
    return "met" if happened.surely_not_after(due) else "unknown"


def _state_without(due: Span, as_of: Span) -> State:
    return "overdue" if as_of.surely_after(due) else "pending"


def due_order(clock: Clock) -> tuple[datetime, str]:
    """Order clocks by the last moment at which they can be due."""
    span = span_of(clock.due) if clock.due else None
    return (span.latest if span else _END_OF_TIME, clock.rule.slug)
