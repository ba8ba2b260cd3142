"""Proposals: curated values that a record's own facts suggest, each with its evidence, for a person to review.

A topic says what failed and an action item what was changed; both hint at a cause and prove none.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ca_incidents.schema.model import Incident, Report
from ca_incidents.schema.tables.vocabulary import terms

_CAUSES_OF_TOPICS: Mapping[str, tuple[str, ...]] = {
    "domain-validation": ("validation-weakness",),
    "caa": ("validation-weakness",),
    "identity-vetting": ("validation-weakness",),
    "smime-validation": ("validation-weakness",),
    "revocation-late": ("subscriber-impact",),
    "problem-report-late": ("communication-failure",),
    "audit-scope": ("audit-coverage",),
    "cps-deviation": ("procedure-not-followed",),
    "software-fault": ("software-defect", "configuration-error"),
    "outage": ("infrastructure-failure",),
    "monitoring-gap": ("monitoring-gap", "linting-gap"),
    "human-step": ("procedure-not-followed",),
    "supplier": ("third-party-failure",),
    "missed-requirement": ("missed-change", "misread-requirement"),
    "staffing-training": ("staffing-or-training",),
    "internal-procedure": ("process-gap", "procedure-not-followed"),
}
_CAUSES_OF_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "software": ("software-defect", "configuration-error"),
    "linting": ("linting-gap",),
    "monitoring": ("monitoring-gap",),
    "procedure": ("process-gap",),
    "training": ("staffing-or-training",),
    "supplier": ("third-party-failure",),
}
_CAUSES_OF_DISCOVERIES: Mapping[str, tuple[str, ...]] = {
    "supplier": ("third-party-failure",),
    "subscriber": ("monitoring-gap",),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a record says that suggests a value, in words, and the comment that says so."""

    said: str
    comment: int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """One value for a field of `curated`, and everything that suggests it."""

    field: str
    value: str
    evidence: tuple[Evidence, ...]


def proposals_for(record: Incident) -> tuple[Proposal, ...]:
    """Return what an effective record suggests for `topics`, `discovery` and `root_causes`.

    Candidates for a root cause come with the best supported first. What people gave already is not proposed again.
    """
    given = record.curated
    report = record.report or Report()
    found: list[Proposal] = []
    if given is None or given.topics is None:
        found += _topics(record)
    if report.discovery is not None and (given is None or given.discovery is None):
        evidence = (Evidence("read in the text", report.sources.get("discovery")),)
        found.append(Proposal("discovery", report.discovery, evidence))
    if given is None or given.root_causes is None:
        found += _root_causes(record, report)
    return tuple(found)


def _topics(record: Incident) -> Iterator[Proposal]:
    for topic in record.topics:
        evidence = Evidence(f"read in the {topic.read_in}" if topic.read_in else "in the record", topic.source)
        yield Proposal("topics", topic.topic, (evidence,))


def _root_causes(record: Incident, report: Report) -> list[Proposal]:
    evidence: dict[str, list[Evidence]] = defaultdict(list)
    for cause, one in _hints(record, report):
        if one not in evidence[cause]:
            evidence[cause].append(one)
    order = list(terms("root_cause"))
    best = sorted(evidence, key=lambda cause: (-len(evidence[cause]), order.index(cause)))
    return [Proposal("root_causes", cause, tuple(evidence[cause])) for cause in best]


def _hints(record: Incident, report: Report) -> Iterator[tuple[str, Evidence]]:
    for topic in record.topics:
        for cause in _CAUSES_OF_TOPICS.get(topic.topic, ()):
            yield cause, Evidence(f"topic \u201c{terms('topic')[topic.topic].title}\u201d", topic.source)
    for item in report.action_items:
        for cause in _CAUSES_OF_ACTIONS.get(item.subject or "", ()):
            yield (
                cause,
                Evidence(f"action item \u201c{terms('action_subject')[item.subject or ''].title}\u201d", item.source),
            )
    for cause in _CAUSES_OF_DISCOVERIES.get(report.discovery or "", ()):
        title = terms("discovery")[report.discovery or ""].title
        yield cause, Evidence(f"found by \u201c{title}\u201d", report.sources.get("discovery"))
