"""What a record tells the clocks: when the CA noticed, spoke and reported, and how sure that is.

A time is a `Moment`: as it is written, all that it can mean, and the values it follows from.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Literal

from ca_incidents.schema.derive.parties import Party, family, party
from ca_incidents.schema.model import UNKNOWN_STATUS, Comment, Form, Incident, Report
from ca_incidents.schema.record.effective import curated_paths
from ca_incidents.schema.record.reading import Reading
from ca_incidents.schema.record.time_spans import Span, span_of
from ca_incidents.schema.tables.deadlines import Deadlines, Kind, Rule
from ca_incidents.schema.tables.registry import Registry
from ca_incidents.schema.tables.vocabulary import full_reports

CLOSED = frozenset({"RESOLVED", "VERIFIED", "CLOSED"})
BEGINNING_OF_TIME = datetime.min.replace(tzinfo=UTC)
END_OF_TIME = datetime.max.replace(tzinfo=UTC)
ANY_TIME = Span(BEGINNING_OF_TIME, END_OF_TIME)

_OF_CERTIFICATE: Mapping[str, Kind] = {
    **dict.fromkeys(("dv", "ov", "iv", "ev", "tls", "qwac"), "tls-leaf"),
    "smime": "smime",
    "code-signing": "code-signing",
    "ca": "ca",
}
_OF_MISISSUANCE: Mapping[str, Kind] = {
    **dict.fromkeys(("dv-misissuance", "ov-misissuance", "iv-misissuance", "ev-misissuance"), "tls-leaf"),
    "smime-misissuance": "smime",
    "code-signing-misissuance": "code-signing",
    "ca-misissuance": "ca",
}
_OF_TAG: Mapping[str, Kind] = {
    **_OF_MISISSUANCE,
    "audit-finding": "audit-finding",
    "leaf-revocation-delay": "delayed-revocation",
    "ca-revocation-delay": "delayed-revocation",
}
_OF_DOCUMENT: Mapping[str, Kind] = {
    "tls-br": "tls-leaf",
    "ev-guidelines": "tls-leaf",
    "smime-br": "smime",
    "cs-br": "code-signing",
}


@dataclass(frozen=True, slots=True)
class Input:
    """One value that a derived fact rests on: its path in the effective record, and the comment that gave it."""

    path: str
    value: str
    comment: int | None = None


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
    def reported_kinds(self) -> tuple[str, ...]:
        """The kinds of certificates that the report names."""
        return self.report.certificates.kinds if self.report.certificates else ()

    @cached_property
    def certificate_kinds(self) -> frozenset[Kind | None]:
        """The kinds of certificates concerned, by report and tags; None for a kind that no deadline is about."""
        tagged = {_OF_MISISSUANCE[tag] for tag in self.record.tags if tag in _OF_MISISSUANCE}
        return frozenset({*(_OF_CERTIFICATE.get(kind) for kind in self.reported_kinds), *tagged})

    @cached_property
    def kinds(self) -> frozenset[Kind]:
        """The kinds of incident that this is."""
        found = {*self.certificate_kinds, *(_OF_TAG.get(tag) for tag in self.record.tags)}
        found |= {"audit-finding"} if self.report.disclosure_source == "audit" else set()
        return frozenset(kind for kind in found if kind is not None)

    @cached_property
    def hierarchy(self) -> Kind | None:
        """Which kind of certificates the CA certificates concerned issue, by the requirements that the CA cites.

        None where the CA cites no such requirements, or where those of several kinds are cited.
        """
        cited = [c for c in self.report.policies if c.document in _OF_DOCUMENT]
        told = {_OF_DOCUMENT[c.document] for c in cited}
        sure = "report.policies" in self.by_person or any(self.said_by_ca(c.source) for c in cited)
        return told.pop() if sure and len(told) == 1 else None

    @cached_property
    def whiteboard_since(self) -> Moment | None:
        """When the whiteboard got its present text; None where its history is not known.

        None also where a contributor gave the tags: they need not be on the whiteboard.
        """
        changes = [(i, c) for i, c in enumerate(self.record.bugzilla.history) if c.field == "whiteboard"]
        if not changes or "tags" in self.by_person:
            return None
        last, change = changes[-1]
        return _instant(f"bugzilla.history[{last}].at", change.at)

    def ended_by_closure(self, rule: Rule) -> Literal["no", "perhaps", "yes"]:
        """Return whether a closure report has ended a duty, as of the day as of which the record is judged.

        A program cannot tell which comments ask something, so any later one that is not the CA's own may do so.
        """
        closure, day = self.report.closure, rule.closure_ends_from
        if closure is None or day is None or self.as_of.span.latest.date().isoformat() < day:
            return "no"
        spoken = zip(self.record.bugzilla.comments, self.parties, strict=True)
        return "perhaps" if any(c.number > closure.source and p != "ca" for c, p in spoken) else "yes"

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
        """When the CA noticed: its answer to the form's field, as a span where the text says otherwise."""
        dates = self.report.noncompliance
        found = self.value("noncompliance.identified", dates.identified if dates else None)
        told = self.value("aware", self.report.aware)
        if found is None or told is None:
            return found
        span = Span(min(found.span.earliest, told.span.earliest), max(found.span.latest, told.span.latest))
        return Moment(found.text if span == found.span else None, span, (*found.inputs, *told.inputs))

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
        since = [self.opened.span.earliest] if self.opened else [BEGINNING_OF_TIME]
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
            return Moment(None, Span(first.span.earliest, END_OF_TIME), first.inputs)
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
            return Moment(None, Span(before, END_OF_TIME), self.identified.inputs)
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
            last = Moment(None, Span(last.span.earliest, END_OF_TIME))
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
