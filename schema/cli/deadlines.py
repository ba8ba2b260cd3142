"""The command `deadlines`: when an incident's duties are due, as text, JSON or a calendar."""

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import get_args

from ca_incidents.schema import addresses, dataset
from ca_incidents.schema.cli.command import DISTRIBUTION, Surroundings
from ca_incidents.schema.cli.dataset_option import add_dataset_option
from ca_incidents.schema.dataset import UnknownIncident
from ca_incidents.schema.derive.duties import EVENTS, Duty, Known, duties_of, known_from
from ca_incidents.schema.derive.status import case_of
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.findings import visible
from ca_incidents.schema.record.effective import effective
from ca_incidents.schema.record.time_spans import Span, span_of
from ca_incidents.schema.tables import deadlines, registry
from ca_incidents.schema.tables.deadlines import Kind

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?\Z")
_EXAMPLE = "2026-08-01T10:00Z"


class WrongTime(CaIncidentsError):
    """An argument is not a moment, so that no hours can be counted from it."""


class NoAwareness(CaIncidentsError):
    """Nothing says when the CA became aware."""


class NoCalendar(CaIncidentsError):
    """The library that writes calendars is not installed."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `deadlines`."""
    parser.add_argument(
        "--aware", metavar="TIME", help=f"when the CA became aware, with its offset from UTC, as {_EXAMPLE}"
    )
    parser.add_argument(
        "--opened", metavar="TIME", help="when the CA first posted on the bug; starts the full report and the updates"
    )
    parser.add_argument(
        "--kind",
        action="append",
        choices=get_args(Kind),
        help="only the duties of this kind of incident; can be repeated (default: every kind)",
    )
    parser.add_argument("--bug", type=int, metavar="N", help="take what is not given here from the record of this bug")
    parser.add_argument("--format", choices=("text", "json", "ics"), default="text", help="default: text")
    add_dataset_option(parser)


def run(arguments: argparse.Namespace, around: Surroundings) -> int:
    """Print every duty that applies, with the time at which it is due."""
    known = _known(arguments, around)
    found = duties_of(known, deadlines.standard())
    if arguments.format == "ics":
        around.out.write(as_calendar(found, known, arguments.bug))
    else:
        write = as_json if arguments.format == "json" else as_text
        print(write(found, known), file=around.out)
    return 0


def _known(arguments: argparse.Namespace, around: Surroundings) -> Known:
    """Combine the arguments with the record of a bug: what is typed is used first."""
    record = _recorded(arguments, around) if arguments.bug is not None else Known({})
    events = dict(record.events)
    if arguments.aware is not None:
        events["awareness"] = (_moment("--aware", arguments.aware),)
    if arguments.opened is not None:
        opened = (_moment("--opened", arguments.opened),)
        # The first post is an update, too, until a later one is known.
        events = {**events, "disclosure": opened, "update": events.get("update", opened)}
    if arguments.aware is not None and arguments.opened is not None and _is_before(arguments.opened, arguments.aware):
        raise WrongTime(
            "--opened is before --aware: it is the CA's own first post, not the day on which a bug was filed"
        )
    if "awareness" not in events:
        where = f"the record of bug {arguments.bug} does not say" if arguments.bug is not None else "nothing says"
        raise NoAwareness(f"{where} when the CA became aware: add --aware {_EXAMPLE}")
    return Known(events, frozenset(arguments.kind or record.kinds), record.is_open)


def _recorded(arguments: argparse.Namespace, around: Surroundings) -> Known:
    owners = registry.standard()
    data = dataset.read(around.folder / arguments.dataset, owners)
    record = data.incidents.get(arguments.bug)
    if record is None:
        raise UnknownIncident(f"there is no record of bug {arguments.bug}")
    day, rules = data.snapshot.as_of, deadlines.standard()
    return known_from(case_of(effective(record), as_of=day, registry=owners, deadlines=rules, elsewhere=()))


def _moment(option: str, text: str) -> str:
    """Check that a time is one moment; raises WrongTime, which says what to type."""
    match = _TIME.match(text)
    if match is not None and match["zone"] is None:
        raise WrongTime(
            f"{option} {text} has no offset from UTC: write {text}Z if the time is in UTC, or {text}+02:00 with yours"
        )
    if match is None or span_of(text) is None:
        raise WrongTime(f"{option} {visible(text)} is not a moment: write a day, a time and its offset, as {_EXAMPLE}")
    return text


def _is_before(first: str, second: str) -> bool:
    one, two = span_of(first), span_of(second)
    return one is not None and two is not None and two.surely_after(one)


def as_text(found: Sequence[Duty], known: Known) -> str:
    """Write the duties that are due, then those that nothing has started yet."""
    lines = [f"the CA became aware: {_both(known.events['awareness'][0])}"]
    lines += [f"the CA first posted: {_both(text)}" for text in known.events.get("disclosure", ())]
    lines.append(f"kinds of incident: {', '.join(sorted(known.kinds)) or 'all'}")
    for duty in found:
        lines += ["", *_paragraph(duty)]
    return "\n".join(map(visible, lines))


def _paragraph(duty: Duty) -> Iterator[str]:
    rule = duty.rule
    yield f"{_both(duty.due) if duty.due else 'no due time'}  {rule.title}{_said(duty)}"
    yield f"    {_counted(duty)}"
    yield f"    {rule.document}, {rule.section} [{rule.slug}]"
    yield f"    {rule.url}"
    for exemption in duty.exemptions:
        yield f"    exempt: {exemption.title}: {exemption.description} ({exemption.document}, {exemption.section})"


def _said(duty: Duty) -> str:
    return {"must": "", "should": " (should)", None: " (should or must)"}[duty.binding]


def _counted(duty: Duty) -> str:
    rule, event = duty.rule, EVENTS[duty.start]
    amount = f"{rule.hours} hours" if rule.hours is not None else f"{rule.days} days" if rule.days else ""
    if duty.start == "always":
        return f"every {amount}, at all times"
    if not amount:
        return f"on {event}" if duty.started else f"once this is known: {event}"
    return f"{amount} from: {event}" + (f" ({duty.started})" if duty.started else "")


def _both(text: str) -> str:
    """Write a time as given, and in UTC where its offset is another."""
    if "T" not in text or text.endswith("Z"):
        return text
    moment = _instant(span_of(text))
    return f"{text} ({_utc(moment)})" if moment is not None else text


def _instant(span: Span | None) -> datetime | None:
    """Return the moment of a time that names a minute and an offset; None for a day and for a time without offset."""
    return span.earliest if span is not None and span.latest - span.earliest < timedelta(minutes=1) else None


def _utc(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes" if moment.second == 0 else "seconds").replace("+00:00", "Z")


def as_json(found: Sequence[Duty], known: Known) -> str:
    """Write one object: the events, the kinds, and every duty with its rule."""
    data = {
        "events": {event: list(texts) for event, texts in known.events.items()},
        "kinds": sorted(known.kinds),
        "duties": [_duty_to_data(duty) for duty in found],
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def _duty_to_data(duty: Duty) -> dict[str, object]:
    rule, moment = duty.rule, _instant(duty.due_span)
    return {
        "slug": rule.slug,
        "title": rule.title,
        "binding": duty.binding,
        "starts": {"event": duty.start, "title": EVENTS[duty.start], "at": duty.started},
        "allowed": {"hours": rule.hours} if rule.hours is not None else {"days": rule.days},
        "due": duty.due,
        "due_utc": _utc(moment) if moment is not None else None,
        "document": rule.document,
        "section": rule.section,
        "url": rule.url,
        "description": rule.description,
        "exemptions": [
            {key: getattr(exemption, key) for key in ("title", "document", "section", "url", "description")}
            for exemption in duty.exemptions
        ],
    }


def _calendar_start(duty: Duty) -> date:
    """Return a moment where the due time is one, else its day as written."""
    return _instant(duty.due_span) or date.fromisoformat((duty.due or "")[:10])


def as_calendar(found: Sequence[Duty], known: Known, bug: int | None) -> str:
    """Write a calendar (RFC 5545) of the duties that are due; a day without a time is an event of the whole day.

    Every event is stamped with the time of awareness instead of the clock, so the output is deterministic.
    """
    try:
        from icalendar import Calendar, Event  # noqa: PLC0415
    except ModuleNotFoundError:
        message = f"--format ics needs icalendar, which is not installed: pip install '{DISTRIBUTION}[site]'"
        raise NoCalendar(message) from None
    aware = span_of(known.events["awareness"][0])
    made = Calendar()
    made.add("prodid", "-//ca-incidents//duties//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    for number, duty in enumerate(duty for duty in found if duty.due is not None):
        event = Event()
        event.add("uid", f"{bug or 'draft'}-{known.events['awareness'][0]}-{number}-{duty.rule.slug}@ca-incidents")
        event.add("dtstamp", aware.earliest if aware else datetime(1970, 1, 1, tzinfo=UTC))
        start = _calendar_start(duty)
        event.add("dtstart", start)
        if not isinstance(start, datetime):
            event.add("dtend", start + timedelta(days=1))
        event.add("summary", f"{f'Bug {bug}: ' if bug else ''}{duty.rule.title}{_said(duty)}")
        event.add("description", "\n".join(_paragraph(duty)))
        event.add("url", addresses.bug(bug) if bug else duty.rule.url)
        event.add("transp", "TRANSPARENT")
        made.add_component(event)
    written: bytes = made.to_ical()
    return written.decode()
