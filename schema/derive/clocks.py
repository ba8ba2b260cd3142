"""Clocks: one deadline each, when it began, when it ran out, what happened, and from which values that follows.

A new clock is a row of `deadlines.yaml` with its name, and a function that `clocks_of` calls.

A clock says `late` or `overdue` only where that holds under every reading of the times (see `record.time_spans`), `met`
likewise; all else is `unknown`. A rule is applied only where it was in force when the clock began, under every reading.
`late` and `overdue` also hold whatever the comments say that were not read and whoever the unknown writers are: they
are said only of threads that were read to the end.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ca_incidents.schema.derive.case import BEGINNING_OF_TIME, END_OF_TIME, Case, Input, Moment, moment_of
from ca_incidents.schema.model import ActionItem
from ca_incidents.schema.record.time_spans import Span, later_text, span_of
from ca_incidents.schema.tables.deadlines import ClockName, Kind, Rule
from ca_incidents.schema.tables.vocabulary import full_reports

State = Literal["met", "late", "pending", "overdue", "unknown"]

Reservation = Literal["recommended", "exempt", "closure", "whiteboard", "hierarchy"]

# The clocks of a hierarchy's subscriber and CA certificates.
_REVOCATION: Mapping[Kind, tuple[ClockName, ClockName]] = {
    "tls-leaf": ("revocation-leaf", "revocation-ca"),
    "smime": ("revocation-smime", "revocation-smime-ca"),
    "code-signing": ("revocation-code-signing", "revocation-code-signing-ca"),
}


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline: times in the form in which the inputs gave them, None where not known or not sayable.

    `reservation` says why nobody can be called late or overdue, however the times compare: the rule only recommended;
    it has an exemption, and no record tells whether that applies; somebody may have asked something after the closure
    report; the whiteboard's tag may be younger than its day for the next update; the hierarchy of a CA certificate is
    not known.
    """

    rule: Rule
    started: str | None
    due: str | None
    happened: str | None
    state: State
    inputs: tuple[Input, ...] = ()
    reservation: Reservation | None = None

    @property
    def says_something(self) -> bool:
        """Whether a time or the state is known; a clock of which nothing is known is not shown to anybody."""
        return self.state != "unknown" or any((self.started, self.due, self.happened))

    @property
    def is_expected(self) -> bool:
        """Whether something is still to come that the rule only recommends."""
        return self.state == "pending" and self.reservation == "recommended"


def clocks_of(case: Case) -> tuple[Clock, ...]:
    """Return every clock that the record's facts start, in the order of the process, if anything of it is known."""
    found = [disclosure_clock(case), full_report_clock(case), revocation_clock(case)]
    if case.is_open:
        found += [answer_clock(case), *update_clocks(case)]
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


def revocation_clock(case: Case) -> Clock | None:
    """Judge the day of revocation against the CA's awareness (section 4.9.1 of the Baseline Requirements of a kind).

    None where certificates of several kinds are concerned: one day of revocation does not show which were late. CA
    certificates of an unknown hierarchy are compared with the TLS rule, and never called late.
    """
    revoked = case.value("revoked", case.report.revoked)
    if revoked is None or len(case.certificate_kinds) != 1:
        return None
    kind = next(iter(case.certificate_kinds))
    hierarchy = case.hierarchy if kind == "ca" else kind
    if kind not in {"ca", *_REVOCATION}:
        return None
    subscriber, ca = _REVOCATION[hierarchy or "tls-leaf"]
    stated = ("noncompliance.identified", "revoked", *(("certificates.kinds",) if case.reported_kinds else ()))
    return _judged(
        case,
        ca if kind == "ca" else subscriber,
        case.identified,
        revoked,
        missing=False,
        sure=case.reading.whole and all(case.stated(path) for path in stated),
        reservation=None if hierarchy else "hierarchy",
    )


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
    return Clock(rule, asked.text, due, None, "unknown" if over else "pending", inputs, _reservation(rule, asked.span))


def update_clocks(case: Case) -> Iterator[Clock | None]:
    """Say by when the next update is due: the whiteboard's day, else a week after the last one.

    A day on the whiteboard that has passed is followed by the weekly rule again. A delayed revocation is reported on
    every seven days, whatever day the whiteboard gives. No update is asked for once closing is announced; what a
    closure report ends is a matter of the rule.
    """
    bug, last = case.record.bugzilla, case.last_words
    if last is None or bug.close_on is not None:
        return
    named = moment_of("bugzilla.next_update", bug.next_update) if bug.next_update else None
    ahead = named is not None and not case.as_of.span.surely_after(named.span)
    weekly = last if named is None or ahead else _later(last, named)
    delayed = _delayed_revocation_clock(case, last, weekly, replaced=ahead)
    yield delayed
    if named is not None and ahead:
        yield _named_update(case, named)
    elif delayed is None:
        yield _judged(case, "update", weekly, None, missing=True, sure=case.reading.whole)


def _delayed_revocation_clock(case: Case, last: Moment, weekly: Moment, *, replaced: bool) -> Clock | None:
    """Judge the updates of a bug with a tag for delayed revocation.

    The tag has been there at least since the last change in the whiteboard's history. Without a history the tag may be
    new, and until it was set the weekly rule held, which a day for the next update may have replaced (`replaced`).
    """
    if "delayed-revocation" not in case.kinds:
        return None
    tagged = case.whiteboard_since
    return _judged(
        case,
        "update-delayed-revocation",
        _later(last, tagged) if tagged else weekly,
        None,
        missing=True,
        sure=case.reading.whole,
        reservation="whiteboard" if replaced and tagged is None else None,
    )


def _named_update(case: Case, named: Moment) -> Clock | None:
    rule = case.deadlines.rule("next-update", case.as_of.span)
    if rule is None or case.ended_by_closure(rule) == "yes":
        return None
    inputs = (*named.inputs, *case.as_of.inputs)
    return Clock(rule, None, named.text, None, "pending", inputs, _reservation(rule, case.as_of.span))


def _later(one: Moment, other: Moment) -> Moment:
    """Return the later of two times, as a span where nobody can tell which it is."""
    text = other.text if other.span.latest > one.span.latest else one.text
    span = Span(max(one.span.earliest, other.span.earliest), max(one.span.latest, other.span.latest))
    return Moment(text, span, (*one.inputs, *other.inputs))


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
    reservation = _reservation(rule, case.opened.span) if case.opened else None
    sure = case.reading.whole and (by_person or case.said_by_ca(item.source)) and reservation is None
    done = _done(case, item)
    if done is not None:
        inputs += [Input(f"{path}.completed", item.completed, item.source)] if item.completed else list(done.inputs)
        state = _claimed(_state_of(due, done.span), sure=sure)
        return Clock(rule, None, item.due, item.completed, state, tuple(inputs), reservation)
    state = "unknown"
    if case.is_open and item.status != "complete":
        state = _claimed(_state_without(due, case.as_of.span), sure=sure)
    return Clock(rule, None, item.due, None, state, (*inputs, *case.as_of.inputs), reservation)


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
    case: Case,
    clock: ClockName,
    started: Moment | None,
    happened: Moment | None,
    *,
    missing: bool,
    sure: bool,
    reservation: Reservation | None = None,
) -> Clock | None:
    """Judge one deadline. `missing` says that nothing hints at what is due, `sure` that nothing unread can hold it."""
    rule = case.deadlines.rule(clock, started.span) if started else None
    ended = case.ended_by_closure(rule) if rule else "yes"
    if started is None or rule is None or ended == "yes":
        return None
    last = max(moment.span.latest for moment in (started, happened) if moment)
    reservation = reservation or _reservation(rule, Span(started.span.earliest, last))
    reservation = reservation or ("closure" if ended == "perhaps" else None)
    sure = sure and reservation is None
    due = started.span.shifted(rule.allowed)
    text = later_text(started.text, rule.allowed) if started.text else None
    if happened is not None:
        inputs = tuple(dict.fromkeys((*started.inputs, *happened.inputs)))
        if started.span.surely_after(happened.span):
            # What came before the clock began is not what the clock waits for, or one of the two days is wrong.
            return Clock(rule, started.text, text, None, "unknown", inputs, reservation)
        state = _claimed(_state_of(due, happened.span), sure=sure)
        return Clock(rule, started.text, text, happened.text, state, inputs, reservation)
    state = _state_without(due, case.as_of.span) if missing and case.is_open else "unknown"
    inputs = (*started.inputs, *case.as_of.inputs)
    return Clock(rule, started.text, text, None, _claimed(state, sure=sure), inputs, reservation)


def _reservation(rule: Rule, period: Span) -> Reservation | None:
    """Say why nobody can be called late by a rule, from when its clock began to when it ended.

    Certificates that an exemption covers from a day on may have been issued until they were revoked.
    """
    first, last = period.earliest.date().isoformat(), period.latest.date().isoformat()
    if rule.must_from is not None and first < rule.must_from:
        return "recommended"
    exempt = any(e.since <= last and (e.until is None or first <= e.until) for e in rule.exemptions)
    return "exempt" if exempt else None


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
