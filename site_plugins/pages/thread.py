"""The timeline of an incident: the report's events and what happened on Bugzilla, in one order and told apart."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup, escape

from ca_incidents.schema import addresses
from ca_incidents.schema.derive.parties import ReporterKind, family, kind_of
from ca_incidents.schema.derive.phrases import capitalised
from ca_incidents.schema.model import Change, Comment, Event, Incident
from ca_incidents.schema.tables.registry import Registry
from ca_incidents.schema.tables.vocabulary import no_form, terms
from ca_incidents.site_plugins.pages import html
from ca_incidents.site_plugins.pages.wording import EVENT_ACTORS, WRITERS

# A timeline of at most this many entries is shown as one list, a longer one by month.
FLAT = 12
_TIME = re.compile(r"T([0-9]{2}:[0-9]{2})(?::[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?\Z")


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of a timeline: an event from the report, what one person wrote on one day, or a change of the bug."""

    at: str
    event: Event | None = None
    comments: tuple[Comment, ...] = ()
    writer: ReporterKind = "unknown"
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """One month of a timeline: everything in order, and how much there is of each sort."""

    month: str
    happenings: tuple[Happening, ...]
    events: int
    changes: int
    tally: tuple[tuple[ReporterKind, int], ...]


def timeline(record: Incident, registry: Registry) -> list[Happening]:
    """Return the report's events, the comments and the changes of the bug by day, undated ones last."""
    own = family(record, registry)
    found = [Happening(event.at, event=event) for event in (record.report.timeline if record.report else ())]
    for (on, _, affiliation), spoken in groupby(record.bugzilla.comments, key=_turn):
        found.append(Happening(on, comments=tuple(spoken), writer=kind_of(affiliation, on, own, registry)))
    found += [Happening(at, changes=tuple(made)) for at, made in groupby(_changes(record), key=lambda c: c.at)]
    return sorted(found, key=lambda h: h.at[:10] if re.match(r"\d{4}", h.at) else "9999")


def _turn(comment: Comment) -> tuple[str, str | None, str | None]:
    return (comment.at or "")[:10], comment.nick, comment.affiliation


def _changes(record: Incident) -> Iterator[Change]:
    """Yield the changes that the bug's history lists; without a history, the closing where its day is known."""
    bug = record.bugzilla
    yield from bug.history
    if not bug.history and bug.resolved:
        yield Change(at=bug.resolved, field="status", added=bug.status)


def stretches(happenings: list[Happening]) -> list[Stretch]:
    """Group a long timeline by month; return nothing for a short one."""
    if len(happenings) <= FLAT:
        return []
    grouped = [(month, tuple(found)) for month, found in groupby(happenings, key=_month)]
    return [
        Stretch(month, found, sum(h.event is not None for h in found), changes(found), tuple(tally(found)))
        for month, found in grouped
    ]


def tally(happenings: Iterable[Happening]) -> list[tuple[ReporterKind, int]]:
    """Count comments by the kind of their writers, kinds without a comment left out."""
    counted = Counter(h.writer for h in happenings for _ in h.comments)
    return [(kind, counted[kind]) for kind in WRITERS if counted[kind]]


def changes(happenings: Iterable[Happening]) -> int:
    """Count the changes of the bug."""
    return sum(len(h.changes) for h in happenings)


def _month(happening: Happening) -> str:
    found = re.match(r"\d{4}(-\d{2})?", happening.at)
    return found[0] if found else ""


def labels(record: Incident) -> Mapping[int, str]:
    """Say what single comments are: the filing of the bug, a report by its form."""
    forms = record.report.forms if record.report else ()
    known = terms("template")
    found = {0: ["bug filed"]}
    for form in forms:
        if form.template != no_form():
            found.setdefault(form.source, []).append(known[form.template].title)
    return {number: ", ".join(said) for number, said in found.items()}


def item(number: int, labelled: Mapping[int, str], happening: Happening, inside_month: bool) -> Markup:
    """Write one entry as an item of a list; not a template, since it is used most.

    `labelled` is what `labels` returns; `inside_month` leaves the year out, which the month's heading says.
    """
    on = f"<i>{escape(_day(happening, inside_month))}</i> " if happening.at else ""
    if happening.event is not None:
        return Markup(f'<li class="ci-event">{on}{_event(number, happening.event)}</li>\n')  # noqa: S704
    if happening.changes:
        said = "; ".join(_change(change) for change in happening.changes)
        return Markup(f'<li class="ci-change">{on}{said}</li>\n')  # noqa: S704
    return Markup(  # noqa: S704
        f'<li class="ci-voice ci-voice--{happening.writer}">{on}{_comments(number, labelled, happening)}</li>\n'
    )


def _day(happening: Happening, inside_month: bool) -> str:
    """Write the day of an entry and, for an event, the time of day with its zone where they are known."""
    time = _TIME.search(happening.at) if happening.event is not None else None
    zone = "" if time is None or time[2] is None else " UTC" if time[2] == "Z" else f" UTC{time[2]}"
    return html.day(happening.at, inside_month) + (f", {time[1]}{zone}" if time else "")


def _event(number: int, event: Event) -> str:
    kind = terms("event_kind").get(event.kind or "")
    # People may use words that the vocabulary does not have yet.
    word = capitalised((event.kind or "event of unknown kind").replace("-", " "))
    said = f'<span title="{escape(kind.description)}">{escape(kind.title)}</span>' if kind else str(escape(word))
    if event.kind in EVENT_ACTORS:
        said += f" <small>{EVENT_ACTORS[event.kind]}</small>"
    if event.precision == "ambiguous":
        said += " <em>(day ambiguous)</em>"
    if event.quote:
        said += f" <q>{html.said(event.quote)}</q>"
    return said + (f" {_link(number, event.source, f'comment {event.source}')}" if event.source is not None else "")


def _change(change: Change) -> str:
    """Say what changed on the bug: both values of the status, what came and went of other fields."""
    if change.field in {"status", "resolution"} and change.added:
        return f"{change.field.capitalize()}: {html.said(change.added)}"
    parts = (("removed", change.removed), ("added", change.added))
    told = [f"{what} {html.said(text)}" for what, text in parts if text] or ["emptied"]
    return f"{change.field.capitalize()}: {', '.join(told)}"


def _comments(number: int, labelled: Mapping[int, str], happening: Happening) -> str:
    first = happening.comments[0]
    who = html.said(first.nick) if first.nick else '<span class="ci-none">no name</span>'
    of = f" <small>{escape(first.affiliation)}</small>" if first.affiliation else ""
    links = (_link(number, c.number, f"#{c.number}") + _label(labelled.get(c.number)) for c in happening.comments)
    return f"{who}{of} {' '.join(links)}"


def _label(text: str | None) -> str:
    return f" <small>{escape(text)}</small>" if text else ""


def _link(number: int, comment: int, text: str) -> str:
    return f'<a href="{escape(addresses.bug(number))}#c{comment}">{text}</a>'
