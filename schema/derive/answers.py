"""Answers to what a reader asks first, as far as a record has them: what failed, how big it was, who found it.

The lead and the page of an incident word the same answers. What the report does not say, the title may.
"""

import re
from dataclasses import dataclass
from itertools import accumulate

from ca_incidents.schema.derive.certificate_words import Mention, described_in, names_precertificates, stated_in
from ca_incidents.schema.derive.title_facts import (
    certificates_in_title,
    documents_in_title,
    is_of_issued_certificates,
    is_unspecific,
)
from ca_incidents.schema.derive.topic_evidence import evidence_of
from ca_incidents.schema.model import Certificates, DisclosureSource, Event, Incident
from ca_incidents.schema.record.effective import curated_paths, estimated_counts
from ca_incidents.schema.tables.vocabulary import terms

# Nothing says that a bug with one of these resolutions reports a failure.
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
# Topics about something else than certificates, which are not counted even if other topics are named too.
_OBJECTS = frozenset({"crl", "status-unavailable", "cps-content", "ccadb-data", "test-website"})
_OF_REVOCATIONS = frozenset({"revocation-late", "revocation-incomplete"})
_MESSAGE_FROM_OUTSIDE = "problem-report"
# What tags say of how an incident came to light, the more exact first.
_TAGS_OF_DISCLOSURE: dict[str, DisclosureSource] = {"audit-finding": "audit", "external": "third-party"}
_OF_CERTIFICATES = "-misissuance"
_BRIEF = 240
# A full stop ends a sentence after a word, a number, an acronym, a quotation or a bracket, but not in "e.g.".
_NEXT_SENTENCE = re.compile(
    r"(?:(?<=[^.\s][a-z]\.)|(?<=[0-9)'\"\u2019\u201d]\.)|(?<=[A-Z]{2}\.)) (?=[A-Z0-9'\"\u201c])"
)


@dataclass(frozen=True, slots=True)
class Found:
    """Who found an incident, by each source that says so.

    `reported` is the first event of the report's timeline at which a message from outside about the problem came in,
    where it contradicts the rest.
    """

    discovery: str | None
    disclosure_source: DisclosureSource | None
    in_tags: DisclosureSource | None
    reported: Event | None
    agrees: bool


@dataclass(frozen=True, slots=True)
class Size:
    """How many certificates an incident concerns, and of which kinds.

    `total` is the number that the report or, where `from_title`, the title states. `linked` is how many different
    certificates the comments that were read link or list at least: those of the incident may be more. `mentioned` is
    what the summary speaks of where no total is known: those of the incident may be more. `counted` is
    False where the topics are none that are counted in certificates and neither report, title nor summary has a number.
    `noun` is what is counted: where the title names precertificates, not all of it need be certificates.
    """

    total: int | None
    estimated: bool
    from_title: bool
    mentioned: Mention | None
    linked: int
    has_lists: bool
    kinds: tuple[str, ...]
    counted: bool
    noun: str

    @property
    def nouns(self) -> str:
        """What is counted, in the plural."""
        return self.noun.replace("certificate", "certificates")


def is_confirmed(record: Incident) -> bool:
    """Return whether a bug was not closed as one that is no incident."""
    return record.bugzilla.resolution not in _NOT_CONFIRMED


def gathers_others(record: Incident) -> bool:
    """Return whether an effective record only gathers other bugs or follows a project."""
    return bool(record.topics) and all(topic.topic == "collection" for topic in record.topics)


def summary_of(record: Incident) -> str | None:
    """Return the summary that a contributor wrote."""
    return record.curated.summary if record.curated else None


def summary_in_brief(record: Incident) -> str | None:
    """Return the first sentence of the summary and those that fit beside it; None for a bug that is no incident."""
    summary = summary_of(record)
    if summary is None or not is_confirmed(record):
        return None
    beginnings = accumulate(_NEXT_SENTENCE.split(" ".join(summary.split())), "{} {}".format)
    first = next(beginnings)
    return max((one for one in beginnings if len(one) <= _BRIEF), key=len, default=first)


def is_unsaid(record: Incident) -> bool:
    """Return whether the title does not say what went wrong, and nobody has added it."""
    curated = record.curated
    return is_unspecific(record.title) and not (curated and (curated.summary or curated.topics))


def meaning_of(record: Incident) -> str | None:
    """Return what the title's words for a topic mean, unless a summary says it: a rule or a definition for any CA."""
    if summary_of(record):
        return None
    of_title = {topic.topic for topic in record.topics if topic.read_in == "title"}
    if not of_title:
        return None
    found = (one.meaning for one in evidence_of(record.title) if one.topic.topic in of_title)
    return next(filter(None, found), None)


def found_of(record: Incident) -> Found:
    """Return who found the incident of an effective record."""
    report = record.report
    discovery, source = (report.discovery, report.disclosure_source) if report else (None, None)
    # A problem report that was not answered in time told of another problem.
    if discovery == "problem-report" and _is_of_unanswered_report(record):
        discovery = None
    inside = discovery is not None and terms("discovery")[discovery].group == "inside"
    events = (event for event in (report.timeline if report else ()) if event.kind == _MESSAGE_FROM_OUTSIDE)
    reported = next(events, None) if inside else None
    outside = discovery is not None and not inside
    differs = reported or (inside and source == "third-party") or (outside and source == "self-reported")
    in_tags = next((told for tag, told in _TAGS_OF_DISCLOSURE.items() if tag in record.tags), None)
    return Found(discovery, source, in_tags, reported, agrees=not differs)


def _is_of_unanswered_report(record: Incident) -> bool:
    return "report.discovery" not in curated_paths(record) and any(
        topic.topic == "problem-report-late" for topic in record.topics
    )


def rules_in_title(record: Incident) -> tuple[str, ...]:
    """Return the rule documents that the title of an effective record names as such."""
    # The title of another incident names the CA's own document as what was wrong.
    own = any(topic.topic == "cps-deviation" for topic in record.topics)
    return tuple(document for document in documents_in_title(record.title) if own or document != "cp-cps")


def size_of(record: Incident) -> Size:
    """Return how big the incident of an effective record is, as far as that is known."""
    found = (record.report and record.report.certificates) or Certificates()
    of_title = certificates_in_title(record.title) if found.total is None else None
    total = of_title if found.total is None else found.total
    # One certificate may be named both ways.
    linked = max(len(found.crtsh_ids), len(found.sha256))
    topics = {topic.topic for topic in record.topics}
    stated = stated_in(summary_of(record) or "")
    counted = (
        total is not None
        or stated is not None
        or bool(found.kinds)
        or is_of_issued_certificates(record.title)
        or any(tag.endswith(_OF_CERTIFICATES) for tag in record.tags)
        or _is_counted(topics)
    )
    # A certificate that a summary about something else describes is an example.
    described = described_in(summary_of(record) or "") if counted and not topics & _OBJECTS else None
    return Size(
        total=total,
        estimated=found.total is not None and "certificates.total" in estimated_counts(record),
        from_title=of_title is not None,
        mentioned=(stated or described) if total is None else None,
        linked=linked,
        has_lists=bool(found.attachments),
        kinds=found.kinds,
        counted=counted,
        noun="certificate or precertificate" if names_precertificates(record.title) else "certificate",
    )


def _is_counted(topics: set[str]) -> bool:
    """Return whether an incident of these topics can be counted in certificates."""
    of_objects = bool(topics & _OBJECTS) and not topics & _OF_REVOCATIONS
    return not (of_objects or (topics and topics <= _NOT_COUNTED))
