"""Answers to what a reader asks first, as far as a record has them: what failed, how big it was, who found it.

The lead and the page of an incident word the same answers. What the report does not say, the title may.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice

from ca_incidents.schema.derive.phrases import TOPICS, listed
from ca_incidents.schema.derive.title_facts import certificates_in_title
from ca_incidents.schema.derive.topic_evidence import Evidence, evidence_of
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
# Topics whose object is none to count certificates of, whatever else failed with it.
_OBJECTS = frozenset({"crl", "status-unavailable", "cps-content", "ccadb-data", "test-website"})
_OF_REVOCATIONS = frozenset({"revocation-late", "revocation-incomplete"})
# Who was involved, or of which kind the certificates were, is a circumstance where another topic says what failed.
_CIRCUMSTANCES = frozenset({"supplier", "smime-validation", "ca-certificate"})
# A third topic mostly names the same fault once more.
_MOST_FAILURES = 2
_MENU = re.compile(r"\{([^}]*)\}")
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
    False where the topics are none that are counted in certificates and neither report nor title has a number.
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
    return tuple(islice(_failures(record), _MOST_FAILURES)) if is_confirmed(record) else ()


def matters_of(record: Incident) -> list[str]:
    """Return what an effective record is about, whether or not anything failed."""
    return [TOPICS[topic.topic].matter for topic in _telling(record)]


def _telling(record: Incident) -> tuple[Topic, ...]:
    return tuple(topic for topic in record.topics if topic.topic not in _CIRCUMSTANCES) or record.topics


def sentence_of(topic: str) -> str | None:
    """Return what is said to have failed in an incident of which only the topic is known."""
    failed = TOPICS[topic].failed
    return failed and _narrowed(failed, frozenset())


def _failures(record: Incident) -> Iterator[Failure]:
    told = _told_by(record.title)
    for topic in _telling(record):
        one = told.get(topic.topic) if topic.read_in == "title" else None
        text = (one and one.failed) or TOPICS[topic.topic].failed
        if text is not None and topic.read_in != "tags":
            yield Failure(topic, _narrowed(text, one.says if one else frozenset()))


# A build asks for the lead, for the page and for the exports.
@cache
def _told_by(title: str) -> Mapping[str, Evidence]:
    """Return what the words of a title say, by topic."""
    return {one.topic.topic: one for one in evidence_of(title)}


def _narrowed(text: str, says: frozenset[str]) -> str:
    """Keep the alternatives of each menu (`{late|missing}`) that the title has a word for, or all of them."""

    def chosen(menu: re.Match[str]) -> str:
        alternatives = menu[1].split("|")
        return listed([one for one in alternatives if one in says] or alternatives, "or")

    return _MENU.sub(chosen, text)


def size_of(record: Incident) -> Size:
    """Return how big the incident of an effective record is, as far as that is known."""
    found = (record.report and record.report.certificates) or Certificates()
    of_title = certificates_in_title(record.title) if found.total is None else None
    total = of_title if found.total is None else found.total
    # One certificate may be named both ways.
    linked = max(len(found.crtsh_ids), len(found.sha256))
    return Size(
        total=total,
        estimated=found.total is not None and "certificates.total" in estimated_counts(record),
        from_title=of_title is not None,
        linked=linked,
        has_lists=bool(found.attachments),
        kinds=found.kinds,
        counted=total is not None or bool(found.kinds) or _is_counted({topic.topic for topic in record.topics}),
    )


def _is_counted(topics: set[str]) -> bool:
    """Return whether an incident of these topics can be counted in certificates."""
    of_objects = bool(topics & _OBJECTS) and not topics & _OF_REVOCATIONS
    return not (of_objects or (topics and topics <= _NOT_COUNTED))


def disclosure_in_tags(record: Incident) -> DisclosureSource | None:
    """Return how the incident came to light by its tags."""
    return "audit" if _FOUND_BY_AUDIT in record.tags else None
