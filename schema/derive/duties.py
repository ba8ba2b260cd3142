"""Duties: the deadlines that apply to an incident, each with what starts it and when it is due.

How time is counted: hours are elapsed hours. A period of days that starts at a moment ends that many times 24 hours
later, at the same time of day in the same offset from UTC. That is the strictest reading of "within 7 days", and the
one that `schema.derive.clocks` uses; the rules count calendar days, weekends and holidays included. A period that
starts on a day without a time ends on a day. Offsets are fixed, so no change to summer time shifts a deadline.

A rule applies if it was in force when its period started; while that is not known, when the CA became aware. The
table of rules is plain data, and `duties_of` reads nothing else: a page that gets it as JSON can do the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from ca_incidents.schema.derive.case import CLOSED, Case
from ca_incidents.schema.record.time_spans import Span, later_text, span_of
from ca_incidents.schema.tables.deadlines import Deadlines, Exemption, Kind, Rule, Start

Binding = Literal["must", "should"]

EVENTS: Mapping[Start, str] = {
    "awareness": "the CA becomes aware",
    "disclosure": "the CA's first post about the incident",
    "question": "a question is asked on the bug",
    "update": "the CA's last update on the bug",
    "next-update": "the day for the next update on the whiteboard",
    "action-due": "the due date of an action item",
    "action-change": "an action item is changed, completed or delayed",
    "problem-report": "a certificate problem report arrives",
    "template": "a newer report template takes effect",
    "ccadb-change": "something changes that the CCADB records",
    "policy-document": "a new version of a CP or CPS takes effect",
    "ca-issuance": "a subordinate CA certificate is issued",
    "ca-revocation": "a subordinate CA certificate is revoked",
    "audit-period": "an audit period ends",
    "first-certificate": "a CA issues its first certificate",
    "always": "nothing; it applies at all times",
}

_ON_OPEN_BUG: frozenset[Start] = frozenset({"question", "update", "next-update", "action-due", "action-change"})


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an incident: when its events happened, as written times, and of which kinds it is.

    No kinds means every kind. On a bug that is not open, the duties of an open bug no longer apply.
    """

    events: Mapping[Start, tuple[str, ...]]
    kinds: frozenset[Kind] = frozenset()
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Duty:
    """One deadline of an incident: `started` and `due` in the precision that is known, None while nothing started it.

    `binding` is None where the source said "should" at first and "must" later, and `started` can mean either time.
    """

    rule: Rule
    started: str | None
    due: str | None
    binding: Binding | None
    exemptions: tuple[Exemption, ...] = ()

    @property
    def start(self) -> Start:
        """The event that starts the deadline."""
        return self.rule.starts

    @property
    def due_span(self) -> Span | None:
        """All moments that `due` can mean."""
        return span_of(self.due) if self.due else None


def duties_of(known: Known, deadlines: Deadlines) -> tuple[Duty, ...]:
    """Return every duty that applies, those with a due time first, in its order, then those that nothing started yet.

    `known` must include the time of awareness: it decides which rules are in force where an event is not known.
    """
    found = [duty for rule in deadlines.rules.values() for duty in _duties(rule, known)]
    dated = sorted((duty for duty in found if duty.due is not None), key=_due_order)
    return (*dated, *(duty for duty in found if duty.due is None))


def _duties(rule: Rule, known: Known) -> Iterable[Duty]:
    start = rule.starts
    if rule.kinds and known.kinds and not known.kinds & set(rule.kinds):
        return
    if not known.is_open and start in _ON_OPEN_BUG:
        return
    times = known.events.get(start, ())
    for text in times or known.events["awareness"]:
        span = span_of(_promised(known) if start == "action-due" else text)
        if span is None or not rule.in_force(span):
            continue
        started = text if times else None
        due = later_text(text, rule.allowed) if started else None
        yield Duty(rule, started, due, _binding(rule, span), _exemptions(rule, span))


def _promised(known: Known) -> str:
    """Return when action items were promised: with the first post, at the earliest when the CA became aware."""
    return (known.events.get("disclosure") or known.events["awareness"])[0]


def _binding(rule: Rule, span: Span) -> Binding | None:
    if rule.must_from is None or span.earliest.date().isoformat() >= rule.must_from:
        return "must"
    return "should" if span.latest.date().isoformat() < rule.must_from else None


def _exemptions(rule: Rule, span: Span) -> tuple[Exemption, ...]:
    """Return the exemptions that may have been in force: a reader decides whether one covers the case."""
    first, last = span.earliest.date().isoformat(), span.latest.date().isoformat()
    return tuple(e for e in rule.exemptions if e.since <= last and (e.until is None or first <= e.until))


def _due_order(duty: Duty) -> tuple[datetime, timedelta]:
    span = duty.due_span
    assert span is not None, "only duties that are due are sorted"
    return span.earliest, duty.rule.allowed


def known_from(case: Case) -> Known:
    """Collect what a record knows: when the CA became aware, first posted, last posted, and what it promised."""
    record = case.record
    bug = record.bugzilla
    rules = [rule for rule in case.deadlines.rules.values() if rule.starts in {"update", "next-update"}]
    # An announced closing ends the duty to update the bug, and so may a closure report.
    updating = bug.close_on is None and any(case.ended_by_closure(rule) != "yes" for rule in rules)
    times = {
        "awareness": [case.identified.text if case.identified else None],
        "disclosure": [case.disclosure.text if case.disclosure else None],
        "update": [case.last_words.text if case.last_words and updating else None],
        "next-update": [bug.next_update if updating else None],
        "action-due": [i.due for i in case.report.action_items if i.status not in {"complete", "canceled"}],
    }
    return Known(
        {event: found for event, texts in times.items() if (found := _written(texts))},  # type: ignore[misc]
        case.kinds,
        bug.status not in CLOSED,
    )


def _written(texts: Sequence[str | None]) -> tuple[str, ...]:
    return tuple(sorted({text for text in texts if text is not None and span_of(text) is not None}))
