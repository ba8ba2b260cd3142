"""Where else a CA may have spoken about an incident: on the bugs that the incident's record names."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from ca_incidents.schema.derive.links import links_in
from ca_incidents.schema.derive.parties import family, party
from ca_incidents.schema.model import Incident
from ca_incidents.schema.record.time_spans import Span, span_of
from ca_incidents.schema.tables.registry import Registry

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def spoken_elsewhere(
    record: Incident, incidents: Mapping[int, Incident], *, as_of: str, registry: Registry
) -> tuple[Span, ...]:
    """Return when the CA spoke, or may have spoken, on bugs that an effective record names, one span per occasion.

    A bug without a record may say anything at any time, and so may a comment that is not public or not dated. Only a
    record that says when the CA became aware is judged by this; for all others nothing is looked up.
    """
    if record.report is None or record.report.noncompliance is None or record.report.noncompliance.identified is None:
        return ()
    own = family(record, registry)
    spans: set[Span] = set()
    for bug in {link.target for link in links_in(record)}:
        named = incidents.get(bug)
        spans.update(_spoken_on(named, own, as_of, registry) if named else [Span(_FIRST, _LAST)])
    return tuple(sorted(spans, key=lambda span: (span.earliest, span.latest)))


def _spoken_on(named: Incident, own: frozenset[str], as_of: str, registry: Registry) -> Iterator[Span]:
    bug = named.bugzilla
    opened = _span(bug.opened)
    if party(bug.reporter.affiliation if bug.reporter else None, bug.opened, own, registry) != "other":
        yield opened
    before, at = -1, opened
    for comment in bug.comments:
        posted = _span(comment.at) if comment.at else Span(at.earliest, _LAST)
        if comment.number > before + 1:
            yield Span(at.earliest, posted.latest)
        if comment.number > 0 and party(comment.affiliation, comment.at, own, registry) != "other":
            yield posted
        before, at = comment.number, posted if comment.at else at
    yield Span(_read_until(named, as_of), _LAST)


def _read_until(named: Incident, as_of: str) -> datetime:
    """Return from when on nothing is known of a thread."""
    bug = named.bugzilla
    until = bug.read_until or (as_of if bug.read_from is None else None)
    return _span(until or bug.opened).earliest


def _span(text: str) -> Span:
    return span_of(text) or Span(_FIRST, _LAST)
