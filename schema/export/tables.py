"""The tables of an export: their columns, keys and rows.

A column that shows a field of the record takes its meaning and its type from `incident.schema.json`, the only place
where they are written; what the export computes is described here. Times are text in the record's own notation, for
they are not equally exact. A cell that the source does not give is empty.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median
from typing import Any, Literal

from ca_incidents.schema import addresses
from ca_incidents.schema.dataset import Dataset
from ca_incidents.schema.derive.clocks import Clock
from ca_incidents.schema.derive.lead import lead_of
from ca_incidents.schema.derive.links import Links, links_of
from ca_incidents.schema.derive.parties import family, party
from ca_incidents.schema.derive.status import Derived, derive_among
from ca_incidents.schema.model import Certificates, Incident, Noncompliance, Report
from ca_incidents.schema.record.effective import curated_paths, effective
from ca_incidents.schema.tables import deadlines
from ca_incidents.schema.tables.registry import Owner
from ca_incidents.schema.tables.vocabulary import incident_schema

HOME = incident_schema()["$id"].partition("data/")[0]

Kind = Literal["integer", "number", "string", "boolean"]
Cell = int | float | str | bool | None
Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Material:
    """What an export is made of: a dataset, its effective records, what follows from them, and their links."""

    dataset: Dataset
    shown: Mapping[int, Incident]
    derived: Mapping[int, Derived]
    links: Links

    @cached_property
    def owners(self) -> Mapping[str, Owner]:
        """The registry's entries by slug, in the order of the slugs."""
        return dict(sorted(self.dataset.registry.owners.items()))


def prepared(dataset: Dataset) -> Material:
    """Compute what an export needs."""
    rules, day = deadlines.standard(), dataset.snapshot.as_of
    shown = {number: effective(record) for number, record in dataset.incidents.items()}
    derived = {
        number: derive_among(record, dataset.incidents, as_of=day, registry=dataset.registry, deadlines=rules)
        for number, record in shown.items()
    }
    return Material(dataset, shown, derived, links_of(dataset.incidents))


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, type and meaning; `path` is the record's field that it shows, if it shows one."""

    name: str
    kind: Kind
    description: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: `key` names its rows, `references` maps a column to the table whose key it holds."""

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: Callable[[Material], Iterable[Row]]
    references: Mapping[str, str] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """The name of the table's files."""
        return self.name.replace("_", "-")


def _of(path: str, name: str = "", *, joined: bool = False) -> Column:
    """Make the column of a field of the record, by its dotted path in the schema."""
    node = described(path)
    kind = node.get("type", "string")
    text = str(node["description"])
    if joined:
        text, kind = f"{text} Joined by blanks.", "string"
    return Column(name or path.rpartition(".")[2], kind, text, path)


def _own(name: str, kind: Kind, description: str) -> Column:
    return Column(name, kind, description)


def described(path: str) -> dict[str, Any]:
    """Give what the schema says of a field, references resolved; raises KeyError where there is none."""
    node: dict[str, Any] = incident_schema()
    for name in path.split("."):
        node = _resolved(node)
        node = _resolved(node["items"]) if "items" in node else node
        node = node["properties"][name]
    return {**_resolved(node), "description": node["description"]}


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    definitions: dict[str, Any] = incident_schema()["$defs"]
    return definitions[node["$ref"].rpartition("/")[2]] if "$ref" in node else node


_INCIDENT = _own("incident", "integer", "Number of the bug.")
_POSITION = _own("position", "integer", "Place in the record's own list, from 0.")

INCIDENTS = (
    _of("id"),
    _own("year", "integer", "Year in which the bug was opened (UTC)."),
    _of("bugzilla.opened"),
    _of("title"),
    _of("ca"),
    _of("also_named", joined=True),
    _of("tags", joined=True),
    _own("status", "string", "How far the remediation is, derived; unknown where the thread was not read."),
    _own("flags", "string", "What is or was late, derived: names, each once, joined by spaces."),
    _of("bugzilla.status", "bug_status"),
    _of("bugzilla.resolution"),
    _of("bugzilla.resolved"),
    _of("bugzilla.changed"),
    _of("bugzilla.whiteboard"),
    _of("bugzilla.next_update"),
    _of("bugzilla.close_on"),
    _of("bugzilla.reporter.nick", "reporter"),
    _of("bugzilla.reporter.affiliation", "reporter_affiliation"),
    _own("reporter_kind", "string", "Who filed the bug, derived from the affiliation and the registry."),
    _own("comments", "integer", "Number of public comments, the description included."),
    _of("report.template"),
    _of("report.disclosure_source"),
    _of("report.noncompliance.start", "noncompliance_start"),
    _of("report.noncompliance.identified", "noncompliance_identified"),
    _of("report.noncompliance.end", "noncompliance_end"),
    _of("report.issuance_stopped"),
    _of("report.revoked"),
    _of("report.certificates.total", "certificates_total"),
    _of("report.certificates.remaining_valid", "certificates_remaining_valid"),
    _of("report.certificates.kinds", "certificate_kinds", joined=True),
    _own("rules", "string", "Rules cited: document, or document:section; each once, joined by spaces."),
    _own("action_items", "integer", "Number of action items."),
    _of("curated.root_causes", joined=True),
    _of("curated.summary"),
    _own("days_open", "number", "Days from filing to resolving, or to the snapshot while the bug is open; derived."),
    _own("days_to_disclosure", "number", "Days from the CA's awareness to its first post on the bug; derived."),
    _own("days_to_full_report", "number", "Days from the CA's awareness to its first full report; derived."),
    _own("days_to_closure", "number", "Days from the CA's awareness to the resolving of the bug; derived."),
    _own("days_to_revocation", "number", "Days from the CA's awareness to the last revocation; derived."),
    _own("responses", "integer", "Number of answers of the CA to others whose waiting time is known; derived."),
    _own("median_response_days", "number", "Median of the days that these answers took; derived."),
    _own("next_due", "string", "When the next thing is due, as of the snapshot; derived."),
    _own("next_due_rule", "string", "Slug of the deadline that says so."),
    _own("curated", "string", "Paths of the values that a person gave, joined by spaces."),
    _own("reviewed_on", "string", "Day on which a person reviewed the whole record."),
    _own("url", "string", "Address of the incident's page."),
    _own("bug_url", "string", "Address of the bug."),
    _of("bugzilla.opened_between", joined=True),
    _own("days_to_last_comment", "number", "Days from filing to the last public comment; derived."),
    _own("comments_read", "integer", "Number of comments whose text was read to its end."),
    _own("comments_shortened", "integer", "Number of comments of whose text only the beginning was read."),
    _own("read_until", "string", "Moment as of which the incident is judged; empty where it is not known."),
    _own("topics", "string", "What failed: slugs of topics, the most telling first, joined by spaces."),
    _of("report.discovery"),
    _of("report.aware"),
    _own("lead", "string", "The incident in two or three sentences, made of its facts; derived."),
)


def _incidents(material: Material) -> Iterator[Row]:
    for number, record in material.shown.items():
        derived = material.derived[number]
        yield _incident(number, record, derived, lead_of(record, derived, material.dataset.registry))


def _incident(number: int, record: Incident, derived: Derived, lead: str) -> Row:
    bug, report, curated = record.bugzilla, record.report or _NO_REPORT, record.curated
    dates, certificates = report.noncompliance or _NO_DATES, report.certificates or _NO_CERTIFICATES
    reporter, due, answers = bug.reporter, derived.next_due, [m.value for m in derived.response_days]
    return (
        number,
        record.year,
        bug.opened,
        record.title,
        record.ca,
        _joined(record.also_named),
        _joined(record.tags),
        derived.status,
        _joined(dict.fromkeys(flag.name for flag in derived.flags)),
        bug.status,
        bug.resolution,
        bug.resolved,
        bug.changed,
        bug.whiteboard or None,
        bug.next_update,
        bug.close_on,
        reporter.nick if reporter else None,
        reporter.affiliation if reporter else None,
        derived.reporter_kind,
        len(bug.comments),
        report.template,
        report.disclosure_source,
        dates.start,
        dates.identified,
        dates.end,
        report.issuance_stopped,
        report.revoked,
        certificates.total,
        certificates.remaining_valid,
        _joined(certificates.kinds),
        _joined(dict.fromkeys(f"{c.document}:{c.section}" if c.section else c.document for c in report.policies)),
        len(report.action_items),
        _joined(curated.root_causes or ()) if curated else None,
        curated.summary if curated else None,
        derived.days_open,
        derived.days_to_disclosure,
        derived.days_to_full_report,
        derived.days_to_closure,
        derived.days_to_revocation,
        len(answers),
        round(median(answers), 2) if answers else None,
        due.due if due else None,
        due.rule.slug if due else None,
        _joined(sorted(curated_paths(record))),
        curated.reviewed.on if curated and curated.reviewed else None,
        f"{HOME}incidents/{number}/",
        addresses.bug(number),
        _joined(bug.opened_between or ()),
        derived.days_to_last_comment,
        derived.reading.complete,
        derived.reading.shortened,
        derived.read_until,
        _joined(one.topic for one in record.topics),
        report.discovery,
        report.aware,
        lead,
    )


_NO_REPORT, _NO_DATES, _NO_CERTIFICATES = Report(), Noncompliance(), Certificates()


def _joined(words: Iterable[str]) -> str | None:
    return " ".join(words) or None


EVENTS = (
    _INCIDENT,
    _own("position", "integer", "Place among the incident's events, from 0: Bugzilla's by time, then the report's."),
    _own("at", "string", "When; as written where it is ambiguous."),
    _of("report.timeline.precision"),
    _own("origin", "string", "Where the event is from: bugzilla, or the CA's report."),
    _own("kind", "string", "opened, comment, change or resolved; of a report's event its kind, where one is known."),
    _of("bugzilla.history.field"),
    _of("bugzilla.history.removed"),
    _of("bugzilla.history.added"),
    _own("comment", "integer", "Number of the comment that was posted, or that the value was read in."),
    _of("bugzilla.comments.nick"),
    _of("bugzilla.comments.affiliation"),
    _own("party", "string", "Who spoke: ca, other or unknown; derived from the affiliation and the registry."),
    _of("report.timeline.quote"),
)


def _events(material: Material) -> Iterator[Row]:
    for number, record in material.shown.items():
        told = [
            (e.at, e.precision, "report", e.kind, None, None, None, e.source, None, None, None, e.quote)
            for e in (record.report.timeline if record.report else ())
        ]
        happened = sorted(_on_bugzilla(record, material), key=lambda pair: pair[0])
        for position, row in enumerate((*(row for _, row in happened), *told)):
            yield (number, position, *row)


def _on_bugzilla(record: Incident, material: Material) -> Iterator[tuple[str, Row]]:
    """Give what happened on Bugzilla and the time to order it by; an undated comment has that of the one before."""
    bug, registry = record.bugzilla, material.dataset.registry
    own = family(record, registry)
    nick, affiliation = (bug.reporter.nick, bug.reporter.affiliation) if bug.reporter else (None, None)
    who, last = party(affiliation, bug.opened, own, registry), bug.opened
    opened = (last, _precision(last), "bugzilla", "opened", None, None, None, 0, nick, affiliation, who, None)
    yield last, opened
    for c in bug.comments:
        if c.number:
            at, side, last = c.at, party(c.affiliation, c.at, own, registry), c.at or last
            said = (
                at,
                _precision(at),
                "bugzilla",
                "comment",
                None,
                None,
                None,
                c.number,
                c.nick,
                c.affiliation,
                side,
                None,
            )
            yield last, said
    for h in bug.history:
        changed = (h.at, _precision(h.at), "bugzilla", "change", h.field, h.removed, h.added, *_NOBODY)
        yield h.at, changed
    if bug.resolved:
        yield bug.resolved, (bug.resolved, _precision(bug.resolved), "bugzilla", "resolved", None, None, None, *_NOBODY)


_NOBODY = (None, None, None, None, None)


def _precision(at: str | None) -> str | None:
    """Say how exact a time of Bugzilla's is, by its length; None where there is none."""
    return {0: None, 4: "year", 7: "month", 10: "day"}.get(len(at or ""), "minute")


ACTION_ITEMS = (
    _INCIDENT,
    _POSITION,
    _of("report.action_items.kind"),
    _of("report.action_items.due"),
    _of("report.action_items.status"),
    _of("report.action_items.completed"),
    _own(
        "state",
        "string",
        "How it stands with the due day as of the snapshot, derived: met, late, pending, overdue, unknown.",
    ),
    _of("report.action_items.source", "comment"),
    _of("report.action_items.quote"),
    _of("report.action_items.subject"),
)
_OF_ITEM = re.compile(r"report\.action_items\[([0-9]+)\]\.due\Z")


def _action_items(material: Material) -> Iterator[Row]:
    for number, record in material.shown.items():
        items = record.report.action_items if record.report else ()
        states = dict(_states(material.derived[number].clocks)) if items else {}
        for i, item in enumerate(items):
            state = states.get(i)
            told = (item.kind, item.due, item.status, item.completed, state, item.source, item.quote, item.subject)
            yield (number, i, *told)


def _states(clocks: Iterable[Clock]) -> Iterator[tuple[int, str]]:
    for clock in clocks:
        found = _OF_ITEM.match(clock.inputs[0].path) if clock.inputs else None
        if found:
            yield int(found[1]), clock.state


TAGS = (
    _INCIDENT,
    _own("position", "integer", "Place among the incident's tags, from 0."),
    _own("tag", "string", "The tag's slug."),
)


def _tags(material: Material) -> Iterator[Row]:
    return ((number, i, tag) for number, record in material.shown.items() for i, tag in enumerate(record.tags))


INCIDENT_TOPICS = (
    _INCIDENT,
    _own("position", "integer", "Place among the incident's topics, from 0, the most telling first."),
    _of("topics.topic"),
    _of("topics.read_in"),
    _of("topics.source", "comment"),
)


def _incident_topics(material: Material) -> Iterator[Row]:
    for number, record in material.shown.items():
        for i, one in enumerate(record.topics):
            yield (number, i, one.topic, one.read_in, one.source)


INCIDENT_CAS = (
    _INCIDENT,
    _own("ca", "string", "Slug of the CA or auditor in the registry."),
    _own("role", "string", "concerned: the incident is its own; also-named: the title names it beside."),
)


def _incident_cas(material: Material) -> Iterator[Row]:
    for number, record in material.shown.items():
        named = dict.fromkeys([*([record.ca] if record.ca else []), *record.also_named])
        for slug in named:
            yield (number, slug, "concerned" if slug == record.ca else "also-named")


CITATIONS = (
    _INCIDENT,
    _POSITION,
    _of("report.policies.document"),
    _of("report.policies.section"),
    _of("report.policies.version"),
    _of("report.policies.source", "comment"),
)


def _citations(material: Material) -> Iterator[Row]:
    for number, record in material.shown.items():
        for i, c in enumerate(record.report.policies if record.report else ()):
            yield (number, i, c.document, c.section, c.version, c.source)


CERTIFICATES = (
    _INCIDENT,
    _own("position", "integer", "Place among the identifiers of the incident's certificates, from 0."),
    _own("scheme", "string", "What identifies the certificate: crtsh-id or sha256."),
    _own("value", "string", "The identifier."),
    _own("url", "string", "Address of the certificate on crt.sh."),
)


def _certificates(material: Material) -> Iterator[Row]:
    for number, record in material.shown.items():
        found = record.report.certificates if record.report else None
        if found:
            keys: list[tuple[str, int | str]] = [("crtsh-id", key) for key in found.crtsh_ids]
            keys += [("sha256", key) for key in found.sha256]
            for i, (scheme, key) in enumerate(keys):
                yield (number, i, scheme, str(key), addresses.certificate(key))


RELATIONS = (
    _INCIDENT,
    _own("position", "integer", "Place among the incident's relations, from 0."),
    _own("other", "integer", "Number of the bug that it names; it may lie outside of the dataset."),
    _own("relation", "string", "What the named bug is to this one."),
    _own("path", "string", "The record's field that names it."),
    _own("comment", "integer", "Number of the comment that names it."),
    _own("kind", "string", "What the named bug is to this one, as far as both records tell; derived."),
)


def _relations(material: Material) -> Iterator[Row]:
    for number in material.shown:
        for i, link in enumerate(material.links.names.get(number, ())):
            yield (number, i, link.target, link.relation, link.path, link.comment, link.kind)


CLOCKS = (
    _INCIDENT,
    _own("position", "integer", "Place among the incident's clocks, from 0."),
    _own("rule", "string", "Slug of the deadline."),
    _own("clock", "string", "What the deadline is about."),
    _own("started", "string", "When the time began to run."),
    _own("due", "string", "When it ran out."),
    _own("happened", "string", "When what was due was done."),
    _own("state", "string", "met, late, pending, overdue or unknown, each under every reading of the times."),
)


def _clocks(material: Material) -> Iterator[Row]:
    for number, derived in material.derived.items():
        for i, c in enumerate(derived.clocks):
            yield (number, i, c.rule.slug, c.rule.clock, c.started, c.due, c.happened, c.state)


CAS = (
    _own("slug", "string", "The identity's slug, which never changes its meaning."),
    _own("name", "string", "Its present name, or the last one."),
    _own("kind", "string", "ca, auditor or subordinate."),
    _own("country", "string", "Country of its seat, ISO 3166-1."),
    _own("ccadb_owner", "string", "Its name as CA Owner in the CCADB."),
    _own("root_programs", "string", "Root programs that include it, joined by spaces."),
    _own("successor", "string", "Slug of who stands in its place."),
    _own("parent", "string", "Slug of the organisation that it stands below."),
)


def _cas(material: Material) -> Iterator[Row]:
    for slug, o in material.owners.items():
        successor = o.successor.slug if o.successor else None
        yield (slug, o.name, o.kind, o.country, o.ccadb_owner, _joined(o.root_programs), successor, o.parent)


WITHDRAWN = (_INCIDENT, _of("withdrawn.on"), _of("withdrawn.reason"))


def _withdrawn(material: Material) -> Iterator[Row]:
    return ((number, t.withdrawn.on, t.withdrawn.reason) for number, t in material.dataset.tombstones.items())


_BY_PLACE = ("incident", "position")
_TO_INCIDENT = {"incident": "incidents"}

TABLES: tuple[Table, ...] = (
    Table("cas", "CAs and auditors", "One row per identity in the registry.", CAS, ("slug",), _cas),
    Table(
        "incidents",
        "Incidents",
        "One row per incident: effective values and what is computed from them.",
        INCIDENTS,
        ("id",),
        _incidents,
        {"ca": "cas"},
    ),
    Table(
        "incident_cas",
        "Incidents and CAs",
        "One row per CA or auditor that an incident concerns or names.",
        INCIDENT_CAS,
        ("incident", "ca"),
        _incident_cas,
        {**_TO_INCIDENT, "ca": "cas"},
    ),
    Table("tags", "Tags", "One row per tag of an incident.", TAGS, _BY_PLACE, _tags, _TO_INCIDENT),
    Table(
        "incident_topics",
        "Incidents and topics",
        "One row per topic of an incident: what failed.",
        INCIDENT_TOPICS,
        _BY_PLACE,
        _incident_topics,
        _TO_INCIDENT,
    ),
    Table(
        "citations",
        "Citations",
        "One row per rule that an incident's report cites.",
        CITATIONS,
        _BY_PLACE,
        _citations,
        _TO_INCIDENT,
    ),
    Table(
        "events",
        "Events",
        "One row per event: from Bugzilla or from the timeline of a report.",
        EVENTS,
        _BY_PLACE,
        _events,
        _TO_INCIDENT,
    ),
    Table(
        "action_items",
        "Action items",
        "One row per action item.",
        ACTION_ITEMS,
        _BY_PLACE,
        _action_items,
        _TO_INCIDENT,
    ),
    Table(
        "clocks",
        "Clocks",
        "One row per deadline that applies to an incident.",
        CLOCKS,
        _BY_PLACE,
        _clocks,
        _TO_INCIDENT,
    ),
    Table(
        "certificates",
        "Certificates",
        "One row per certificate identifier that a report names.",
        CERTIFICATES,
        _BY_PLACE,
        _certificates,
        _TO_INCIDENT,
    ),
    Table(
        "relations",
        "Relations",
        "One row per bug that an incident names.",
        RELATIONS,
        _BY_PLACE,
        _relations,
        _TO_INCIDENT,
    ),
    Table(
        "withdrawn",
        "Withdrawn records",
        "One row per record whose bug is no longer public.",
        WITHDRAWN,
        ("incident",),
        _withdrawn,
    ),
)
