"""The words that pages use for the values of vocabularies."""

from typing import Final

from ca_incidents.schema.derive.parties import ReporterKind
from ca_incidents.schema.derive.phrases import RESOLUTIONS
from ca_incidents.schema.model import UNKNOWN_STATUS, Bugzilla
from ca_incidents.schema.record.reading import Reading

# Who filed a bug, where the bug is about a CA.
REPORTERS: Final[dict[ReporterKind, str]] = {
    "ca": "the CA itself",
    "other-ca": "another CA",
    "root-program": "a root program",
    "auditor": "an auditor",
    "other": "somebody else",
    "unknown": "not known",
}

# The same kinds in the plural, for the comments of a thread.
WRITERS: Final[dict[ReporterKind, str]] = {
    "ca": "the CA itself",
    "root-program": "root programs",
    "other-ca": "other CAs, subordinates or resellers",
    "auditor": "auditors",
    "other": "others",
    "unknown": "affiliation not known",
}

# What differs where the bug is about an auditor, to whom the kind "ca" then refers.
_ABOUT_AN_AUDITOR: Final[tuple[dict[ReporterKind, str], dict[ReporterKind, str]]] = (
    {"ca": "the auditor itself", "other-ca": "a CA", "auditor": "another auditor"},
    {
        "ca": "the auditor itself",
        "other-ca": "CAs, subordinates or resellers",
        "auditor": "other auditors",
    },
)


def reporters(owner_kind: str) -> dict[ReporterKind, str]:
    """Return who can have filed a bug about a CA or, by `owner_kind`, an auditor."""
    return {**REPORTERS, **_ABOUT_AN_AUDITOR[0]} if owner_kind == "auditor" else REPORTERS


def writers(owner_kind: str) -> dict[ReporterKind, str]:
    """Return who can have commented on a bug about a CA or, by `owner_kind`, an auditor."""
    return {**WRITERS, **_ABOUT_AN_AUDITOR[1]} if owner_kind == "auditor" else WRITERS


# What a status means. Its word on pages is the published value.
STATUSES = {
    "unknown": "Open, progress unknown.",
    "unreported": "Open. No incident report found in the comments we have read",
    "investigating": "Open, with a preliminary report only.",
    "remediating": "Open. At least one promised action is not known to be done.",
    "remediated": "Open. Every promised action is done, or a closure report is posted.",
    "closed": "The bug is resolved.",
}

# The same in a list of choices.
STATUS_LABELS = {
    "unknown": "progress unknown: open, or known from a list only",
    "unreported": "unreported: open, no report found",
    "investigating": "investigating: open, preliminary report only",
    "remediating": "remediating: open, actions not known to be done",
    "remediated": "remediated: open, actions done",
    "closed": "closed",
}


def status_in_words(status: str, bug: Bugzilla, reading: Reading) -> str:
    """Say what a status means for one bug, as a sentence: whether it is open only where that is known."""
    if bug.status == UNKNOWN_STATUS:
        return "Whether the bug is still open is not known."
    if status == "unreported":
        return f"{STATUSES[status]} ({reading.complete + reading.shortened} of {reading.listed})."
    how = RESOLUTIONS.get(bug.resolution or "")
    if status != "closed" or how is None:
        return STATUSES[status]
    of = bug.relations.duplicate_of if bug.relations else None
    named = "" if bug.resolution != "DUPLICATE" else f" of bug {of}" if of else " (of which bug is not recorded)"
    return f"The bug was closed {how}{named}."


FLAGS = {
    "overdue_update": "update overdue",
    "overdue_action": "action item overdue",
    "late_disclosure": "disclosed late",
    "late_full_report": "full report late",
}

# Why a record is empty: its bug…
WITHDRAWN = {
    "restricted": "is no longer public",
    "moved": "was moved out of the component",
    "vanished": "is no longer there",
    "removed-on-request": "was the subject of a request for removal",
}


# Who acted, for the kinds of events whose definition names the actor and whose title does not.
EVENT_ACTORS: Final = {
    "problem-report": "from outside the CA",
    "investigation": "by the CA",
    "notification": "by the CA",
}
