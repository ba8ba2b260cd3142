"""Write a draft of a report: the current form, with what is known filled in and everything else marked as a gap."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ca_incidents.schema import addresses
from ca_incidents.schema.model import ActionItem, Certificates, Citation, Incident, Noncompliance, Report
from ca_incidents.schema.tables.vocabulary import terms
from ca_incidents.scraper.reader.form.current import (
    ACTION_COLUMNS,
    CLOSURE,
    FACTOR,
    FULL_SUMMARY,
    IMPACT,
    LESSONS,
    RELATED_COLUMNS,
    SUMMARY,
)

Form = Literal["preliminary", "full", "closure"]
TITLES: Mapping[Form, str] = {
    "preliminary": "Preliminary Incident Report",
    "full": "Full Incident Report",
    "closure": "Report Closure Summary",
}
# `lint-report` takes this for an answer that is missing.
GAP = "TBD"
_SOURCES = {"self-reported": "Self Reported", "third-party": "Third Party Reported", "audit": "Audit"}
# The one field of the summary that holds others.
_HOLDER = "timeline-summary"
_WITHIN_HOLDER = frozenset({"nc-start", "nc-identified", "nc-end"})
# The order of a full report's summary, which mixes the fields of both reports.
_ORDER = (
    "ca-owner-id",
    "incident-description",
    _HOLDER,
    "nc-start",
    "nc-identified",
    "nc-end",
    "relevant-policies",
    "disclosure-source",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One related incident: its bug, the day on which it was opened, and what it has in common."""

    bug: int
    day: str
    description: str


def draft_of(form: Form, record: Incident | None, related: Sequence[Row] = ()) -> str:
    """Return the text of a form in Markdown; without a record every answer is a gap.

    Dates, numbers and identifiers are taken from the effective record. Prose is never written: it is the CA's.
    """
    known = _known(record)
    lines = [f"## {TITLES[form]}", ""]
    if form == "closure":
        return "\n".join([*lines, *_fields(CLOSURE, known), ""])
    lines += ["### Summary", ""]
    if form == "preliminary":
        return "\n".join([*lines, *_fields(SUMMARY, known), ""])
    titles = dict((*SUMMARY, *FULL_SUMMARY))
    lines += _fields(tuple((slug, titles[slug]) for slug in _ORDER), known)
    for title, body in _sections(record, known, related):
        lines += ["", f"### {title}", "", *body]
    return "\n".join([*lines, ""])


def _fields(fields: Sequence[tuple[str, str]], known: Mapping[str, str]) -> list[str]:
    return [
        f"{'  ' * (slug in _WITHIN_HOLDER)}- **{title}:** {'' if slug == _HOLDER else known.get(slug, GAP)}".rstrip()
        for slug, title in fields
    ]


def _known(record: Incident | None) -> dict[str, str]:
    report = (record and record.report) or Report()
    times = report.noncompliance or Noncompliance()
    certificates = report.certificates or Certificates()
    rules = "; ".join(map(_citation, report.policies))
    found = {
        "ca-owner-id": report.ca_owner_id,
        "nc-start": times.start,
        "nc-identified": times.identified or report.aware,
        "nc-end": times.end,
        "relevant-policies": rules or None,
        "disclosure-source": _SOURCES.get(report.disclosure_source or ""),
        "total": _number(certificates.total),
        "remaining": _number(certificates.remaining_valid),
        "types": ", ".join(terms("certificate_kind")[kind].title for kind in certificates.kinds) or None,
        "stopped": {True: f"Yes. {GAP}: why", False: f"No. {GAP}: why not", None: None}[report.issuance_stopped],
    }
    return {slug: value for slug, value in found.items() if value is not None}


def _number(count: int | None) -> str | None:
    return None if count is None else str(count)


def _citation(rule: Citation) -> str:
    names = terms("policy_document")
    document = names[rule.document].title if rule.document in names else rule.document.upper()
    version = f" {rule.version}" if rule.version else ""
    return f"{document}{version}{f', section {rule.section}' if rule.section else ''}"


def _sections(
    record: Incident | None, known: Mapping[str, str], related: Sequence[Row]
) -> Iterator[tuple[str, list[str]]]:
    report = (record and record.report) or Report()
    yield "Impact", _fields(IMPACT, known)
    yield "Timeline", _timeline(report)
    rows = [(f"[{row.bug}]({addresses.bug(row.bug)})", row.day, row.description) for row in related]
    yield "Related Incidents", _table(RELATED_COLUMNS, rows)
    yield "Root Cause Analysis", [f"#### Contributing Factor #1: {GAP}", "", *_fields(FACTOR, known)]
    yield "Lessons Learned", _fields(LESSONS, known)
    yield "Action Items", _table(ACTION_COLUMNS, list(map(_action, report.action_items)))
    ids = (report.certificates or Certificates()).crtsh_ids
    yield "Appendix", [f"- {addresses.certificate(number)}" for number in ids] or [GAP]


def _timeline(report: Report) -> list[str]:
    """Write one line per event; a time without a zone stays without, so that `lint-report` asks for it."""
    kinds = terms("event_kind")
    lines = []
    for event in report.timeline:
        what = f"{kinds[event.kind].title}: {GAP}" if event.kind in kinds else GAP
        lines.append(f"- {event.at.replace('T', ' ')} {what}")
    return lines or [f"- YYYY-MM-DD HH:MM UTC {GAP}"]


def _action(item: ActionItem) -> tuple[str, ...]:
    kind, status = (item.kind or GAP).title(), (item.status or GAP).title()
    return GAP, kind if item.kind else GAP, GAP, GAP, item.due or GAP, status if item.status else GAP


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    empty = tuple("" for _ in columns)
    return [_row(columns), _row(["---"] * len(columns)), *map(_row, rows or [empty])]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
