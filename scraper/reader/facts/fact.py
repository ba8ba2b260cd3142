"""The contract of a fact: what it is given, and what it returns."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import msgspec

from ca_incidents.schema.model import (
    ActionKind,
    ActionStatus,
    Citation,
    DisclosureSource,
    Doubt,
    Precision,
    RelatedBug,
)
from ca_incidents.schema.tables.policies import Policies
from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.evidence.scores import Judged
from ca_incidents.scraper.reader.text.dates import Moment
from ca_incidents.scraper.sources.bug import one_line

_LONGEST_FIELD = 1_000
_LONGEST_FRAGMENT = 40
_MOST_WORDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One action item as one comment states it; its `text` is stored only where quotations are kept.

    `criteria` is what the form asks for besides: how it will be seen that the item is done. `stated` is the day on
    which the item was first stated, `told` the day of the newest statement.
    """

    text: str
    criteria: str = ""
    kind: ActionKind | None = None
    due: str | None = None
    status: ActionStatus | None = None
    completed: str | None = None
    stated: str | None = None
    told: str | None = None
    source: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One event of a timeline; its `text` is stored only where quotations are kept."""

    at: str
    precision: Precision
    text: str
    kind: str | None = None
    source: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a proposed value counts or does not: its share of the score and what each test added to it."""

    path: str
    value: int | str | bool
    share: float
    counts: bool
    reasons: tuple[tuple[str, float], ...]
    source: int


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, in one comment by one fact or in a thread so far; whatever was not found is None or empty."""

    disclosure_source: DisclosureSource | None = None
    discovery: str | None = None
    aware: str | None = None
    ca_owner_id: str | None = None
    start: str | None = None
    identified: str | None = None
    end: str | None = None
    issuance_stopped: bool | None = None
    revoked: str | None = None
    total: int | None = None
    remaining_valid: int | None = None
    kinds: tuple[str, ...] | None = None
    crtsh_ids: tuple[int, ...] = ()
    sha256: tuple[str, ...] = ()
    attachments: tuple[int, ...] = ()
    citations: tuple[Citation, ...] = ()
    timeline: tuple[Happening, ...] = ()
    items: tuple[Item, ...] = ()
    related: tuple[RelatedBug, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    why: tuple[Why, ...] = ()


# The values of `Found` that a report has once, with their path in the record.
SINGLE = {
    "disclosure_source": "disclosure_source",
    "discovery": "discovery",
    "aware": "aware",
    "ca_owner_id": "ca_owner_id",
    "start": "noncompliance.start",
    "identified": "noncompliance.identified",
    "end": "noncompliance.end",
    "issuance_stopped": "issuance_stopped",
    "revoked": "revoked",
    "total": "certificates.total",
    "remaining_valid": "certificates.remaining_valid",
    "kinds": "certificates.kinds",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The place of a comment in its thread, and what the comments before it are known to say.

    `is_form`: the comment follows a report form other than a closure report. `is_opening`: it is the first one that
    could be read. `is_by_reporter`: its author wrote one of the thread's forms or, where there is none, opened the bug.
    `is_by_answerer`: its author answered, without a form, a bug that somebody else opened. `is_by_ca`: its author is
    known to speak for the CA concerned.
    """

    bug: int | None
    policies: Policies
    template: str
    is_form: bool
    is_opening: bool
    is_by_reporter: bool
    known: Found
    is_by_answerer: bool = False
    is_by_ca: bool = False
    title: str = ""
    whiteboard: str = ""

    @property
    def is_report(self) -> bool:
        """True for a comment that reports the incident, be it in a form or in prose."""
        return self.is_form or self.is_opening


class Fact(Protocol):
    """A function that reads one fact in one comment."""

    def __call__(self, document: Document, context: Context) -> Found:
        """Return what the comment says."""
        ...


def why(path: str, every: Iterable[Judged], document: Document) -> tuple[Why, ...]:
    """Keep the reasons of judged values, with the number of their comment."""
    return tuple(
        Why(path=path, value=one.value, share=one.share, counts=one.counts, reasons=one.reasons, source=document.number)
        for one in every
    )


def doubt(kind: str, where: str, text: str | None, document: Document) -> Doubt:
    """Note something that was not understood, with its first words: other people's prose stays where it is."""
    fragment = _fragment(one_line(text[:_LONGEST_FIELD])) if text else ""
    return Doubt(kind=kind, where=where, text=fragment or None, source=document.number)


def _fragment(text: str) -> str:
    words = text.split(" ")
    fragment = " ".join(words[:_MOST_WORDS])
    if len(words) <= _MOST_WORDS and len(fragment) <= _LONGEST_FRAGMENT:
        return fragment
    return fragment[: _LONGEST_FRAGMENT - 1].rstrip() + "…"


def doubts_about(moments: Iterable[Moment], where: str, document: Document) -> tuple[Doubt, ...]:
    """Note the dates that can be read two ways, and the time zones that mean several."""
    return tuple(
        doubt(
            "ambiguous-date" if one.precision == "ambiguous" else "zone-means-several", where, one.unsettled, document
        )
        for one in moments
        if one.unsettled
    )
