"""Deadlines: rules as data, each with the days on which it was in force. To add one, edit only `deadlines.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.record import json_schema, yaml_text
from ca_incidents.schema.record.time_spans import Span

ClockName = Literal[
    "disclosure",
    "finding-disclosure",
    "full-report",
    "answer",
    "update",
    "next-update",
    "update-delayed-revocation",
    "action-item",
    "revocation-leaf",
    "revocation-ca",
    "revocation-smime",
    "revocation-smime-ca",
    "revocation-code-signing",
    "revocation-code-signing-ca",
]
FlagName = Literal["overdue_update", "overdue_action", "late_disclosure", "late_full_report"]
# The kinds of incident that a rule can be about, and the events from which its time can run.
Kind = Literal["tls-leaf", "ca", "smime", "code-signing", "audit-finding", "delayed-revocation"]
Start = Literal[
    "awareness",
    "disclosure",
    "question",
    "update",
    "next-update",
    "action-due",
    "action-change",
    "problem-report",
    "template",
    "ccadb-change",
    "policy-document",
    "ca-issuance",
    "ca-revocation",
    "audit-period",
    "first-certificate",
    "always",
]


class DeadlinesError(CaIncidentsError):
    """The deadlines violate their schema or contradict each other; the text lists all errors."""


class Exemption(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"since": "from"}):
    """One case that a rule does not cover, with the days on which that held and where it is stated."""

    title: str
    since: str
    until: str | None = None
    document: str
    section: str
    url: str
    description: str


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"since": "from"}):
    """One deadline: how long, the first and last day on which it was in force, and its source.

    Exactly one of `hours` and `days` is given; 0 days if the source names the day itself. `clock` is absent if records
    do not have enough facts to judge the rule. A rule without `kinds` is about every kind of incident.
    """

    slug: str
    title: str
    clock: ClockName | None = None
    flag: FlagName | None = None
    starts: Start
    kinds: tuple[Kind, ...] = ()
    hours: int | None = None
    days: int | None = None
    since: str
    until: str | None = None
    must_from: str | None = None
    closure_ends_from: str | None = None
    document: str
    section: str
    url: str
    description: str
    exemptions: tuple[Exemption, ...] = ()

    @property
    def allowed(self) -> timedelta:
        """The time that the rule allows."""
        return timedelta(hours=self.hours or 0, days=self.days or 0)

    def in_force(self, span: Span) -> bool:
        """Return whether the rule was in force on every day that a time can mean."""
        first, last = span.earliest.date().isoformat(), span.latest.date().isoformat()
        return self.since <= first and (self.until is None or last <= self.until)


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    schema_version: int
    deadlines: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Deadlines:
    """All rules by slug, in the order of the file."""

    rules: Mapping[str, Rule]

    def rule(self, clock: ClockName, begun: Span) -> Rule | None:
        """Return the rule of a clock that was in force when something began, under every reading of that time."""
        return next((r for r in self.rules.values() if r.clock == clock and r.in_force(begun)), None)


@cache
def standard() -> Deadlines:
    """Read the deadlines of this distribution."""
    return read(files("ca_incidents.schema").joinpath("deadlines.yaml").read_bytes())


def read(raw: bytes) -> Deadlines:
    """Read deadlines from the text of `deadlines.yaml`; raises DeadlinesError with all errors."""
    data = yaml_text.load_trusted(raw)
    wrong = [f"{b.path}: {b.message}" for b in json_schema.breaches(data, "deadlines")]
    if wrong:
        raise DeadlinesError("; ".join(wrong))
    rules = msgspec.convert(data, _File).deadlines
    wrong = _contradictions(rules)
    if wrong:
        raise DeadlinesError("; ".join(wrong))
    return Deadlines({rule.slug: rule for rule in rules})


def _contradictions(rules: tuple[Rule, ...]) -> list[str]:
    wrong = ["a slug is there twice"] if len({rule.slug for rule in rules}) < len(rules) else []
    wrong += [f'"{r.slug}" ends before it begins' for r in rules if r.until is not None and r.until < r.since]
    for i, one in enumerate(rules):
        wrong += [f'"{one.slug}" and "{two.slug}" overlap' for two in rules[i + 1 :] if _overlap(one, two)]
    return wrong


def _overlap(one: Rule, two: Rule) -> bool:
    last = date.max.isoformat()
    return (
        one.clock is not None
        and one.clock == two.clock
        and max(one.since, two.since) <= min(one.until or last, two.until or last)
    )
