"""Clocks: one deadline each, when it began, when it ran out, what happened, and from which values that follows.

A clock says `late` or `overdue` only where that holds under every reading of the times (see `record.time_spans`), `met`
likewise; all else is `unknown`. A rule is applied only where it was in force when the clock began, under every reading.
`late` and `overdue` also hold whatever the comments say that were not read and whoever the unknown writers are: they
are said only of threads that were read to the end.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ca_incidents.schema.derive.case import BEGINNING_OF_TIME, END_OF_TIME, Case, Input, Moment, moment_of
from ca_incidents.schema.model import ActionItem
from ca_incidents.schema.record.time_spans import Span, later_text, span_of
from ca_incidents.schema.tables.deadlines import ClockName, Rule
from ca_incidents.schema.tables.vocabulary import full_reports

State = Literal["met", "late", "pending", "overdue", "unknown"]

_LEAF = frozenset({"dv", "ov", "iv", "ev", "tls", "qwac"})
_LEAF_TAGS = frozenset({"dv-misissuance", "ov-misissuance", "iv-misissuance", "ev-misissuance"})


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
    return Moment(None, Span(BEGINNING_OF_TIME, said.span.latest), said.inputs) if said else None


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
    return (span.latest if span else END_OF_TIME, clock.rule.slug)
