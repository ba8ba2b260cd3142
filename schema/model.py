"""The typed record: frozen structures in the order in which a record's file writes them.

Times are kept as text, exactly as the source gave them: Bugzilla's own times are UTC seconds
(`2020-10-14T15:00:00Z`; from a saved page perhaps `2020-10-14T15:00Z`, and `opened` perhaps `2020`); a time read in a
report keeps its written offset and is never converted (`2020-09-21T09:00-05:00`). A field that the source does not give
is absent: `None` or empty here, no key in the file.
The meaning of every field stands in `incident.schema.json`; a test holds the two side by side.
"""

from typing import Literal

import msgspec

SCHEMA_VERSION = 1
UNKNOWN_STATUS = "UNKNOWN"

Precision = Literal["minute", "day", "month", "year", "ambiguous"]
DisclosureSource = Literal["self-reported", "third-party", "audit"]
# What a block was read from, where that is not what the snapshot names: an answer of the server, a page, its XML, the
# plain text of a page, or a list that gives no more than titles, whiteboards and days.
ReadFrom = Literal["rest", "page", "xml", "text", "list"]
TopicSource = Literal["title", "tags", "text"]
ActionKind = Literal["prevent", "mitigate", "detect"]
ActionStatus = Literal["ongoing", "complete", "delayed", "canceled"]


class Structure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A part of a record: immutable, named fields only, absent fields left out when written."""


class Topic(Structure, frozen=True, kw_only=True):
    """What failed, and where a program read it; `source` is the comment, where it was one.

    Without `read_in` a person gave it.
    """

    topic: str
    read_in: TopicSource | None = None
    source: int | None = None


class Reporter(Structure, frozen=True, kw_only=True):
    """Who filed the bug: a public nick and the domain of the organisation, where known."""

    nick: str | None = None
    affiliation: str | None = None


class Comment(Structure, frozen=True, kw_only=True):
    """One public comment: its number on the bug, when, and who; never its text."""

    number: int
    at: str | None = None
    nick: str | None = None
    affiliation: str | None = None


class Change(Structure, frozen=True, kw_only=True):
    """One change of a field that a record follows, as Bugzilla's history gives it."""

    at: str
    field: Literal["product", "component", "status", "resolution", "whiteboard"]
    removed: str = ""
    added: str = ""


class Relations(Structure, frozen=True, kw_only=True):
    """Bugs that Bugzilla itself links; `foreign` lists those among them that lie outside the component."""

    depends_on: tuple[int, ...] = ()
    blocks: tuple[int, ...] = ()
    see_also: tuple[int, ...] = ()
    duplicates: tuple[int, ...] = ()
    duplicate_of: int | None = None
    foreign: tuple[int, ...] = ()


class Bugzilla(Structure, frozen=True, kw_only=True):
    """The bug's own state; always written by a sync.

    Without `read_from` it was read from the snapshot's source, up to the snapshot's moment. With it, it was read up to
    `read_until`; nobody knows up to when where that is absent.
    """

    read_from: ReadFrom | None = None
    read_until: str | None = None
    product: str | None = None
    component: str | None = None
    status: str
    resolution: str | None = None
    whiteboard: str = ""
    next_update: str | None = None
    close_on: str | None = None
    opened: str
    opened_between: tuple[str, str] | None = None
    changed: str | None = None
    resolved: str | None = None
    reporter: Reporter | None = None
    relations: Relations | None = None
    comments: tuple[Comment, ...] = ()
    history: tuple[Change, ...] = ()


class Texts(Structure, frozen=True, kw_only=True):
    """How much of the thread a program could read: the number of comment texts, and whether one was cut off.

    `complete` and `shortened` list the comments themselves: those read to their end, and those cut off.
    """

    read: int
    cut: bool = False
    complete: tuple[int, ...] = ()
    shortened: tuple[int, ...] = ()
    read_from: ReadFrom | None = None


class Form(Structure, frozen=True, kw_only=True):
    """A comment that follows a report form, and which."""

    source: int
    template: str


class Noncompliance(Structure, frozen=True, kw_only=True):
    """When the rule was first broken, when the CA noticed, when it ended."""

    start: str | None = None
    identified: str | None = None
    end: str | None = None


class Certificates(Structure, frozen=True, kw_only=True):
    """The certificates concerned: counts, kinds and identifiers."""

    total: int | None = None
    remaining_valid: int | None = None
    kinds: tuple[str, ...] = ()
    crtsh_ids: tuple[int, ...] = ()
    sha256: tuple[str, ...] = ()
    attachments: tuple[int, ...] = ()


class Citation(Structure, frozen=True, kw_only=True):
    """A rule that the report says was broken or applied: document, section, version."""

    document: str
    section: str | None = None
    version: str | None = None
    source: int | None = None


class Event(Structure, frozen=True, kw_only=True):
    """One dated event of the report's timeline; `quote` only where a sync was told to keep quotations."""

    at: str
    precision: Precision
    kind: str | None = None
    quote: str | None = None
    source: int | None = None


class ActionItem(Structure, frozen=True, kw_only=True):
    """One thing that the CA promised to do, with its newest known state."""

    kind: ActionKind | None = None
    subject: str | None = None
    due: str | None = None
    status: ActionStatus | None = None
    completed: str | None = None
    quote: str | None = None
    source: int | None = None


class RelatedBug(Structure, frozen=True, kw_only=True):
    """Another bug that a report names; `foreign` where it lies outside the component."""

    bug: int
    relation: str | None = None
    foreign: bool = False
    source: int | None = None


class Closure(Structure, frozen=True, kw_only=True):
    """The closure report: the comment that holds it."""

    source: int


class Report(Structure, frozen=True, kw_only=True):
    """What a program read in the comments; `sources` maps each single value to the comment that gave it."""

    texts: Texts | None = None
    template: str | None = None
    forms: tuple[Form, ...] = ()
    disclosure_source: DisclosureSource | None = None
    discovery: str | None = None
    ca_owner_id: str | None = None
    noncompliance: Noncompliance | None = None
    aware: str | None = None
    issuance_stopped: bool | None = None
    revoked: str | None = None
    certificates: Certificates | None = None
    policies: tuple[Citation, ...] = ()
    timeline: tuple[Event, ...] = ()
    action_items: tuple[ActionItem, ...] = ()
    related: tuple[RelatedBug, ...] = ()
    closure: Closure | None = None
    sources: dict[str, int] = {}


class Doubt(Structure, frozen=True, kw_only=True):
    """Something that a program saw and did not understand: its kind, the field, and the fragment itself."""

    kind: str
    where: str
    text: str | None = None
    source: int | None = None


class Layer(Structure, frozen=True, kw_only=True):
    """What one source gave of a bug, with nothing from elsewhere; whatever it did not give is absent.

    A record stores its layers only where no single source covers all others.
    """

    read_from: ReadFrom | None = None
    read_until: str | None = None
    title: str = ""
    product: str | None = None
    component: str | None = None
    status: str | None = None
    resolution: str | None = None
    whiteboard: str = ""
    opened: str | None = None
    opened_between: tuple[str, str] | None = None
    changed: str | None = None
    resolved: str | None = None
    reporter: Reporter | None = None
    relations: Relations | None = None
    comments: tuple[Comment, ...] = ()
    history: tuple[Change, ...] = ()
    report: Report | None = None
    topics: tuple[Topic, ...] = ()
    doubts: tuple[Doubt, ...] = ()


class Review(Structure, frozen=True, kw_only=True):
    """Who looked at the whole record, by public nick, and on which day."""

    by: str
    on: str


class Coding(Structure, frozen=True, kw_only=True):
    """One person's independent choice of root causes."""

    by: str
    on: str
    causes: tuple[str, ...]


class Curated(Structure, frozen=True, kw_only=True):
    """What people added or corrected; no program ever writes here."""

    ca: str | None = None
    also_named: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None
    topics: tuple[str, ...] | None = None
    summary: str | None = None
    root_causes: tuple[str, ...] | None = None
    disclosure_source: DisclosureSource | None = None
    discovery: str | None = None
    ca_owner_id: str | None = None
    noncompliance: Noncompliance | None = None
    aware: str | None = None
    issuance_stopped: bool | None = None
    revoked: str | None = None
    certificates: Certificates | None = None
    policies: tuple[Citation, ...] | None = None
    timeline: tuple[Event, ...] | None = None
    action_items: tuple[ActionItem, ...] | None = None
    related: tuple[RelatedBug, ...] | None = None
    coding: tuple[Coding, ...] | None = None
    notes: str | None = None
    reviewed: Review | None = None


class Incident(Structure, frozen=True, kw_only=True):
    """One incident: one bug of the component, as one file keeps it."""

    schema_version: int = msgspec.field(default=0)
    id: int
    title: str
    ca: str | None = None
    also_named: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    bugzilla: Bugzilla
    report: Report | None = None
    doubts: tuple[Doubt, ...] = ()
    layers: tuple[Layer, ...] = ()
    curated: Curated | None = None

    @property
    def year(self) -> int:
        """The year in which the bug was opened (UTC), which is also the record's folder."""
        return int(self.bugzilla.opened[:4])


class Withdrawal(Structure, frozen=True, kw_only=True):
    """Why and since when a record is empty."""

    on: str
    reason: Literal["restricted", "moved", "vanished", "removed-on-request"]


class Tombstone(Structure, frozen=True, kw_only=True):
    """What stays of a record whose bug is no longer public: its number and the reason."""

    schema_version: int = msgspec.field(default=0)
    id: int
    withdrawn: Withdrawal


Record = Incident | Tombstone


def record_from_data(data: dict[str, object]) -> Record:
    """Turn a record's validated plain data into its type.

    Raises msgspec.ValidationError where the data does not have the record's shape; `schema.validate` says it better.
    """
    if "withdrawn" in data:
        return msgspec.convert(data, Tombstone)
    return msgspec.convert(data, Incident)


def record_to_data(record: Structure) -> dict[str, object]:
    """Turn a record, or a part of one, into plain data in the canonical key order; absent fields are left out."""
    data: dict[str, object] = msgspec.to_builtins(record)
    return data


class Counts(Structure, frozen=True, kw_only=True):
    """How the bugs of the component are accounted for; `listed` of the records are known from a list only."""

    records: int
    withdrawn: int
    excluded: int
    listed: int = 0


class Later(Structure, frozen=True, kw_only=True):
    """A list of later bugs that was taken in: the day that it reaches, and whether it names every bug."""

    until: str
    complete: bool


class Snapshot(Structure, frozen=True, kw_only=True):
    """Where the records come from and up to when; `as_of` is the site's today.

    `counts` are computed when the dataset is read; no sync writes them.
    """

    schema_version: int
    source: str
    as_of: str
    watermark: str | None = None
    full_pass: str | None = None
    later: Later | None = None
    counts: Counts | None = None


class Excluded(Structure, frozen=True, kw_only=True):
    """One bug of the component that is no incident, and why."""

    bug: int
    opened: str
    title: str | None = None
    kind: str
    reason: str
    doubts: tuple[Doubt, ...] = ()


class Ledger(Structure, frozen=True, kw_only=True):
    """The coverage ledger: every bug of the component that has no record."""

    schema_version: int
    excluded: tuple[Excluded, ...]


class Removed(Structure, frozen=True, kw_only=True):
    """A nick or name that was removed on request: its digest, how many words it has, and the day of its removal."""

    digest: str
    words: int
    on: str


class RemovedList(Structure, frozen=True, kw_only=True):
    """The nicks and names that no sync writes, and the salt of their digests in hexadecimal."""

    schema_version: int
    salt: str
    removed: tuple[Removed, ...]
