"""Answers to what a reader asks first, as far as a record has them: what failed, how big it was, who found it.

The lead and the page of an incident word the same answers. What the report does not say, the title may.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ca_incidents.schema.derive.phrases import TOPICS
from ca_incidents.schema.derive.title_facts import certificates_in_title
from ca_incidents.schema.derive.topic_evidence import evidence_of
from ca_incidents.schema.model import Certificates, DisclosureSource, Incident, Topic
from ca_incidents.schema.record.effective import estimated_counts

# A bug that was closed so is not said to report a failure.
_NOT_CONFIRMED = frozenset({"INVALID", "WORKSFORME"})


# Topics of which no incident is counted in certificates.
_NOT_COUNTED = frozenset(
    {
        "problem-report-late",
        "problem-report-contact",
        "audit-late",
        "audit-opinion",
        "ccadb-data",
        "cps-content",
        "incident-report",
        "root-program-request",
        "test-website",
        "outage",
        "security-controls",
        "records",
        "staffing-training",
        "internal-procedure",
        "trust-in-ca",
        "supplier",
        "collection",
    }
)
# The tag of what an audit found.
_FOUND_BY_AUDIT = "audit-finding"


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong, as a clause that follows "reports that", and the topic that says so."""

    topic: Topic
    text: str


@dataclass(frozen=True, slots=True)
class Size:
    """How many certificates an incident concerns, and of which kinds.

    `total` is the number that the report or, where `from_title`, the title states. `linked` is how many different
    certificates the comments that were read link or list at least: those of the incident may be more. `counted` is
    False where the topics are none that are counted in certificates and the report names no certificates either.
    """

    total: int | None
    estimated: bool
    from_title: bool
    linked: int
    has_lists: bool
    kinds: tuple[str, ...]
    counted: bool


def is_confirmed(record: Incident) -> bool:
    """Return whether a bug was not closed as one that is no incident."""
    return record.bugzilla.resolution not in _NOT_CONFIRMED


def failures_of(record: Incident) -> tuple[Failure, ...]:
    """Return what went wrong by an effective record, the most telling first.

    Empty where nothing is said to have failed: where the bug was closed as no incident, where it only gathers other
    bugs, and where the topics are those of tags, which name an area and no failure.
    """
    return tuple(_failures(record)) if is_confirmed(record) else ()


def _failures(record: Incident) -> Iterator[Failure]:
    told = _told_by_title(record)
    for topic in record.topics:
        text = told.get(topic.topic) if topic.read_in == "title" else None
        text = text or TOPICS[topic.topic].failed
        if text is not None and topic.read_in != "tags":
            yield Failure(topic, text)


def _told_by_title(record: Incident) -> Mapping[str, str]:
    """Return what the words of the title say went wrong, by topic, where they say more than the topic."""
    return {one.topic.topic: one.failed for one in evidence_of(record.title) if one.failed is not None}


def size_of(record: Incident) -> Size:
    """Return how big the incident of an effective record is, as far as that is known."""
    found = (record.report and record.report.certificates) or Certificates()
    of_title = certificates_in_title(record.title) if found.total is None else None
    total = of_title if found.total is None else found.total
    # One certificate may be named both ways.
    linked = max(len(found.crtsh_ids), len(found.sha256))
    named = total is not None or linked or found.kinds
    return Size(
        total=total,
        estimated=found.total is not None and "certificates.total" in estimated_counts(record),
        from_title=of_title is not None,
        linked=linked,
        has_lists=bool(found.attachments),
        kinds=found.kinds,
        counted=bool(named) or not record.topics or any(one.topic not in _NOT_COUNTED for one in record.topics),
    )


def disclosure_in_tags(record: Incident) -> DisclosureSource | None:
    """Return how the incident came to light by its tags."""
    return "audit" if _FOUND_BY_AUDIT in record.tags else None
