"""The words that pages use for statuses, flags and reporters."""

REPORTERS = {
    "ca": "the CA itself",
    "other-ca": "another CA",
    "root-program": "a root program",
    "auditor": "an auditor",
    "other": "somebody else",
    "unknown": "not known",
}


STATUSES = {
    "unknown": ("open", "The bug is open; what its comments say of the remediation has not been read."),
    "unreported": ("no report yet", "The bug is open and no comment follows a report form."),
    "investigating": ("investigating", "The bug is open and holds a preliminary report only."),
    "remediating": ("remediating", "The bug is open and something that was promised is not known to be done."),
    "remediated": ("remediated", "The bug is open; all that was promised is done, or a closure report is posted."),
    "closed": ("closed", "The bug is resolved."),
}


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
