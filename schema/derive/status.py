"""Derived facts: status, flags, clocks and measures, each with its rule and its inputs.

Everything here is a function of one effective record, the registry, the deadlines and a day. A value whose inputs are
not known is absent, never estimated.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import msgspec

from ca_incidents.schema.derive.case import ANY_TIME, Case, Input, Moment, moment_of
from ca_incidents.schema.derive.clocks import Clock, clocks_of, due_order
from ca_incidents.schema.derive.parties import ReporterKind, reporter_kind
from ca_incidents.schema.derive.spoken_elsewhere import spoken_elsewhere
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.model import UNKNOWN_STATUS, Incident
from ca_incidents.schema.record.reading import Reading, reading_of
from ca_incidents.schema.record.time_spans import Span, days_between, span_of
from ca_incidents.schema.tables.deadlines import Deadlines, FlagName, Rule
from ca_incidents.schema.tables.registry import Registry
from ca_incidents.schema.tables.vocabulary import full_reports

Status = Literal["unknown", "unreported", "investigating", "remediating", "remediated", "closed"]

_MINUTE = timedelta(minutes=1)


class DerivationError(CaIncidentsError):
    """The day from which to look cannot be read."""


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that is or was late, the rule that says so, and the values it follows from."""

    name: FlagName
    rule: Rule
    inputs: tuple[Input, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """A number of days: a fraction where both ends are moments, whole calendar days where one end is a day."""

    value: int | float
    inputs: tuple[Input, ...]


@dataclass(frozen=True, slots=True)
class Derived:
    """Everything derived from one record as of one day.

    `reading` explains why no claim is made about a thread that was not read to the end. `read_until` is the time as of
    which the record is judged, None if it is not known up to when its thread was read.
    """

    status: Status
    status_inputs: tuple[Input, ...]
    flags: tuple[Flag, ...]
    clocks: tuple[Clock, ...]
    next_due: Clock | None
    measures: Mapping[str, Measure]
    response_days: tuple[Measure, ...]
    reporter_kind: ReporterKind
    reading: Reading
    read_until: str | None

    def _days(self, name: str) -> float | None:
        found = self.measures.get(name)
        return found.value if found else None

    @property
    def days_open(self) -> float | None:
        """Days from filing to resolving, or to the day of looking while the bug is open."""
        return self._days("days_open")

    @property
    def days_to_last_comment(self) -> float | None:
        """Days from filing to the last public comment."""
        return self._days("days_to_last_comment")

    @property
    def days_to_disclosure(self) -> float | None:
        """Days from the CA's awareness to its first post on the bug."""
        return self._days("days_to_disclosure")

    @property
    def days_to_full_report(self) -> float | None:
        """Days from the CA's awareness to its first full report."""
        return self._days("days_to_full_report")

    @property
    def days_to_closure(self) -> float | None:
        """Days from the CA's awareness to the resolving of the bug."""
        return self._days("days_to_closure")

    @property
    def days_to_revocation(self) -> float | None:
        """Days from the CA's awareness to the revocation of the last certificate."""
        return self._days("days_to_revocation")


def derive(
    record: Incident, *, as_of: str, registry: Registry, deadlines: Deadlines, elsewhere: tuple[Span, ...]
) -> Derived:
    """Derive from an effective record what readers ask first.

    `as_of` is the snapshot's day or moment; `elsewhere` is what `spoken_elsewhere` returns for the record. A record
    that was not read from the snapshot's source is judged as of the moment up to which its own thread was read.

    Raises DerivationError where `as_of` is no date.
    """
    case = case_of(record, as_of=as_of, registry=registry, deadlines=deadlines, elsewhere=elsewhere)
    clocks = clocks_of(case)
    status, status_inputs = _status(case)
    return Derived(
        status=status,
        status_inputs=status_inputs,
        flags=tuple(_flags(clocks)),
        clocks=clocks,
        next_due=_next_due(clocks),
        measures=dict(_measures(case)),
        response_days=tuple(_responses(case)),
        reporter_kind=reporter_kind(case.record, case.family, registry),
        reading=case.reading,
        read_until=case.as_of.text,
    )


def case_of(
    record: Incident, *, as_of: str, registry: Registry, deadlines: Deadlines, elsewhere: tuple[Span, ...]
) -> Case:
    """Return what the clocks of an effective record are judged by; the arguments and errors are those of `derive`."""
    today = moment_of("snapshot.as_of", as_of)
    if today is None:
        raise DerivationError(f"{as_of!r} is no day or moment (YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ)")
    today = _read_until(record) or today
    return Case(_up_to(record, today), today, registry, deadlines, reading_of(record), elsewhere)


def derive_among(
    record: Incident, incidents: Mapping[int, Incident], *, as_of: str, registry: Registry, deadlines: Deadlines
) -> Derived:
    """Derive from an effective record of a dataset, whose other records it may name; see `derive`."""
    elsewhere = spoken_elsewhere(record, incidents, as_of=as_of, registry=registry)
    return derive(record, as_of=as_of, registry=registry, deadlines=deadlines, elsewhere=elsewhere)


def _read_until(record: Incident) -> Moment | None:
    """Return up to when a record's own thread was read; None where it goes by the snapshot."""
    bug = record.bugzilla
    if bug.read_until is not None:
        return moment_of("bugzilla.read_until", bug.read_until)
    return Moment(None, ANY_TIME) if bug.read_from is not None else None


def _up_to(record: Incident, today: Moment) -> Incident:
    """Leave out comments that were posted after the moment as of which the record is judged."""
    spans = [span_of(comment.at) if comment.at else None for comment in record.bugzilla.comments]
    if not any(span and span.surely_after(today.span) for span in spans):
        return record
    kept = tuple(
        comment
        for comment, span in zip(record.bugzilla.comments, spans, strict=True)
        if span is None or not span.surely_after(today.span)
    )
    return msgspec.structs.replace(record, bugzilla=msgspec.structs.replace(record.bugzilla, comments=kept))


def _status(case: Case) -> tuple[Status, tuple[Input, ...]]:
    """Say how far the remediation is; `unknown` where comments that were not read to the end could say otherwise."""
    bug, report = case.record.bugzilla, case.report
    state = Input("bugzilla.status", bug.status)
    if bug.status == UNKNOWN_STATUS:
        return "unknown", (state,)
    if not case.is_open:
        return "closed", (state,)
    if report.closure is not None:
        return "remediated", (state, Input("report.closure", "posted", report.closure.source))
    items = tuple(
        Input(f"report.action_items[{i}].status", item.status or "not stated", item.source)
        for i, item in enumerate(report.action_items)
    )
    if items and all(item.status == "complete" for item in report.action_items):
        return "remediated", (state, *items)
    texts = Input("report.texts.complete", str(case.reading.complete))
    if not case.reading.whole:
        return "unknown", (state, texts)
    if items:
        return "remediating", (state, *items)
    forms = [f for f in report.forms if f.template != "none" and case.author_of(f) != "other"]
    told = tuple(Input("report.forms", form.template, form.source) for form in forms)
    if any(form.template in full_reports() for form in forms):
        return "remediating", (state, *told)
    return ("investigating" if forms else "unreported"), (state, texts, *told)


def _flags(clocks: tuple[Clock, ...]) -> Iterator[Flag]:
    for clock in clocks:
        name = clock.rule.flag
        wanted = {"overdue"} if name in {"overdue_update", "overdue_action"} else {"late", "overdue"}
        if name is not None and clock.state in wanted:
            yield Flag(name, clock.rule, clock.inputs)


def _next_due(clocks: tuple[Clock, ...]) -> Clock | None:
    pending = [clock for clock in clocks if clock.state == "pending" and clock.due is not None]
    return min(pending, key=due_order, default=None)


def _measures(case: Case) -> Iterator[tuple[str, Measure]]:
    resolved = moment_of("bugzilla.resolved", case.record.bugzilla.resolved) if case.record.bugzilla.resolved else None
    aware, comments = case.identified, case.record.bugzilla.comments
    last = case.posted(len(comments) - 1) if comments else None
    ends: tuple[tuple[str, Moment | None, Moment | None], ...] = (
        ("days_open", case.opened, case.as_of if case.is_open else resolved),
        ("days_to_last_comment", case.opened, last),
        ("days_to_disclosure", aware, _exact(case.disclosed_anywhere)),
        ("days_to_full_report", aware, _exact(case.full_report)),
        ("days_to_closure", aware, None if case.is_open else resolved),
        ("days_to_revocation", aware, case.value("revoked", case.report.revoked)),
    )
    for name, start, end in ends:
        measure = _measured(start, end)
        if measure is not None:
            yield name, measure


def _exact(moment: Moment | None) -> Moment | None:
    """Keep a moment of Bugzilla's clock only where it has one reading, to the minute."""
    return moment if moment is not None and moment.span.latest - moment.span.earliest < _MINUTE else None


def _measured(start: Moment | None, end: Moment | None) -> Measure | None:
    if start is None or end is None or start.text is None or end.text is None:
        return None
    days = days_between(start.text, end.text)
    return None if days is None else Measure(days, (*start.inputs, *end.inputs))


def _responses(case: Case) -> Iterator[Measure]:
    """Measure from the first comment of others that waits to the CA's next.

    A comment of unknown people, and one that is not public, may be the CA's answer: nothing is measured across it.
    """
    waiting: Moment | None = None
    comments = case.record.bugzilla.comments
    for index, speaker in enumerate(case.parties):
        if index and comments[index].number > comments[index - 1].number + 1:
            waiting = None
        if speaker == "other":
            waiting = waiting or case.posted(index)
            continue
        measure = _measured(waiting, case.posted(index)) if speaker == "ca" else None
        if measure is not None:
            yield measure
        waiting = None
