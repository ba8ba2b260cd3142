"""The sections and fields of the current report forms, by slug and title.

Source: CCADB Incident Reporting Guidelines 3.2, the forms of the preliminary report, full report and closure summary.
"""

GUIDELINES = "CCADB Incident Reporting Guidelines 3.2"

# The summary of both reports, and what a full one has besides.
SUMMARY = (
    ("incident-description", "Incident description"),
    ("relevant-policies", "Relevant policies"),
    ("disclosure-source", "Source of incident disclosure"),
)
FULL_SUMMARY = (
    ("ca-owner-id", "CA Owner CCADB unique ID"),
    ("timeline-summary", "Timeline summary"),
    ("nc-start", "Non-compliance start date"),
    ("nc-identified", "Non-compliance identified date"),
    ("nc-end", "Non-compliance end date"),
)
IMPACT = (
    ("total", "Total number of certificates"),
    ("remaining", 'Total number of "remaining valid" certificates'),
    ("types", "Affected certificate types"),
    ("heuristic", "Incident heuristic"),
    ("stopped", "Was issuance stopped in response to this incident, and why or why not?"),
    ("analysis", "Analysis"),
    ("considerations", "Additional considerations"),
)
FACTOR = (
    ("description", "Description"),
    ("factor-timeline", "Timeline"),
    ("detection", "Detection"),
    ("interaction", "Interaction with other factors"),
    ("methodology", "Root Cause Analysis methodology used"),
)
LESSONS = (
    ("went-well", "What went well"),
    ("went-badly", "What didn't go well"),
    ("lucky", "Where we got lucky"),
    ("additional", "Additional"),
)
CLOSURE = (
    ("incident-description", "Incident description"),
    ("closure-causes", "Incident Root Cause(s)"),
    ("closure-remediation", "Remediation description"),
    ("closure-commitments", "Commitment summary"),
)
SECTIONS = (
    ("impact", "Impact"),
    ("timeline", "Timeline"),
    ("related-incidents", "Related Incidents"),
    ("root-cause", "Root Cause Analysis"),
    ("lessons", "Lessons Learned"),
    ("action-items", "Action Items"),
    ("appendix", "Appendix"),
)
# Full report, Action Items.
ACTION_COLUMNS = (
    "Action Item",
    "Kind",
    "Corresponding Root Cause(s)",
    "Evaluation Criteria",
    "Due Date",
    "Status",
)
RELATED_COLUMNS = ("Bug", "Date", "Description")
