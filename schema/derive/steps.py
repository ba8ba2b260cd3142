"""The steps of an incident that have a date, from the first fault to the last comment, and the days between them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ca_incidents.schema.model import Bugzilla, Form, Incident, Noncompliance, Report
from ca_incidents.schema.record.time_spans import days_between
from ca_incidents.schema.tables.vocabulary import generations, no_form


@dataclass(frozen=True, slots=True)
class Step:
    """One dated step: what happened, when as written, and where that is from.

    `path` is the value's path in the effective record, `comment` the one that gave it. `days` counts from the step
    before, None for the first and where one of the two days is not known exactly.
    """

    title: str
    at: str
    path: str
    comment: int | None = None
    days: float | None = None


def steps_of(record: Incident) -> tuple[Step, ...]:
    """Return the dated steps of an effective record in the order of their days, each once.

    Steps of one day are in the order of the process, since many have no time of day.
    """
    found = sorted({step.title: step for step in _steps(record)}.values(), key=lambda step: step.at[:10])
    return tuple(replace(step, days=_days(found[i - 1], step) if i else None) for i, step in enumerate(found))


def _days(before: Step, step: Step) -> float | None:
    # Of the two days that the reader sees, so that they can be subtracted.
    return days_between(before.at[:10], step.at[:10])


def _steps(record: Incident) -> Iterator[Step]:
    report = record.report or Report()
    found = report.noncompliance or Noncompliance()
    posted = {comment.number: comment.at for comment in record.bugzilla.comments}
    yield from _of_report("Non-compliance began", found.start, "noncompliance.start", report)
    yield from _of_report("CA became aware", report.aware, "aware", report)
    yield from _of_report("CA became aware", found.identified, "noncompliance.identified", report)
    for i, event in enumerate(report.timeline):
        if event.kind == "issuance-stopped" and event.precision != "ambiguous":
            yield Step("Issuance stopped", event.at, f"report.timeline[{i}]", event.source)
            break
    forms = [(i, f) for i, f in enumerate(report.forms) if f.template != no_form() and posted.get(f.source)]
    yield from _filed(record.bugzilla, with_report=any(form.source == 0 for _, form in forms))
    yield from _reports(forms, posted)
    yield from _of_report("Last certificate revoked", report.revoked, "revoked", report)
    yield from _of_report("Non-compliance ended", found.end, "noncompliance.end", report)
    yield from _ended(record.bugzilla)


def _of_report(title: str, at: str | None, path: str, report: Report) -> Iterator[Step]:
    if at is not None:
        yield Step(title, at, f"report.{path}", report.sources.get(path))


def _filed(bug: Bugzilla, *, with_report: bool) -> Iterator[Step]:
    first, last = bug.opened_between or (bug.opened, bug.opened)
    if first == last:
        path = "bugzilla.opened_between" if bug.opened_between else "bugzilla.opened"
        yield Step(f"Bug filed{', with a report' if with_report else ''}", first, path)


def _reports(forms: Sequence[tuple[int, Form]], posted: Mapping[int, str | None]) -> Iterator[Step]:
    """Yield the first report after the filing, the first full one where that is another, and the closure report."""
    known = generations()
    reports = [(i, form) for i, form in forms if not known[form.template].is_closure]
    full = [(i, form) for i, form in reports if known[form.template].is_full_report][:1]
    closures = [(i, form) for i, form in forms if known[form.template].is_closure]
    titled = (
        ("First report", reports[:1]),
        ("First full report", [one for one in full if one not in reports[:1]]),
        ("Closure report", closures[-1:]),
    )
    for title, found in titled:
        for i, form in found:
            if form.source:
                yield Step(title, posted[form.source] or "", f"report.forms[{i}]", form.source)


def _ended(bug: Bugzilla) -> Iterator[Step]:
    last = bug.comments[-1] if bug.comments else None
    if last is not None and last.number and last.at:
        yield Step("Last comment", last.at, f"bugzilla.comments[{len(bug.comments) - 1}].at", last.number)
    if bug.resolved:
        yield Step("Bug closed", bug.resolved, "bugzilla.resolved")
