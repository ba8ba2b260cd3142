"""Check a draft report against the current CCADB form before a CA posts it.

Source of every rule: CCADB Incident Reporting Guidelines 3.2, the section that each message names.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ca_incidents.schema.findings import Finding, in_order
from ca_incidents.scraper.reader.document import Document, document_of
from ca_incidents.scraper.reader.facts.actions import columns_of, kind_in, status_in
from ca_incidents.scraper.reader.facts.disclosure import disclosure_source
from ca_incidents.scraper.reader.form.fields import folded
from ca_incidents.scraper.reader.form.placeholders import is_nothing_said
from ca_incidents.scraper.reader.form.sections import Section
from ca_incidents.scraper.reader.text.dates import Moment
from ca_incidents.scraper.reader.text.lines import Line

GUIDELINES = "CCADB Incident Reporting Guidelines 3.2"

_SUMMARY = (
    ("incident-description", "Incident description"),
    ("relevant-policies", "Relevant policies"),
    ("disclosure-source", "Source of incident disclosure"),
)
_FULL_SUMMARY = (
    ("ca-owner-id", "CA Owner CCADB unique ID"),
    ("timeline-summary", "Timeline summary"),
    ("nc-start", "Non-compliance start date"),
    ("nc-identified", "Non-compliance identified date"),
    ("nc-end", "Non-compliance end date"),
)
_IMPACT = (
    ("total", "Total number of certificates"),
    ("remaining", 'Total number of "remaining valid" certificates'),
    ("types", "Affected certificate types"),
    ("heuristic", "Incident heuristic"),
    ("stopped", "Was issuance stopped in response to this incident, and why or why not?"),
    ("analysis", "Analysis"),
    ("considerations", "Additional considerations"),
)
_FACTOR = (
    ("description", "Description"),
    ("factor-timeline", "Timeline"),
    ("detection", "Detection"),
    ("interaction", "Interaction with other factors"),
    ("methodology", "Root Cause Analysis methodology used"),
)
_LESSONS = (
    ("went-well", "What went well"),
    ("went-badly", "What didn't go well"),
    ("lucky", "Where we got lucky"),
)
_CLOSURE = (
    ("incident-description", "Incident description"),
    ("closure-causes", "Incident Root Cause(s)"),
    ("closure-remediation", "Remediation description"),
    ("closure-commitments", "Commitment summary"),
)
_SECTIONS = (
    ("impact", "Impact"),
    ("timeline", "Timeline"),
    ("related-incidents", "Related Incidents"),
    ("root-cause", "Root Cause Analysis"),
    ("lessons", "Lessons Learned"),
    ("action-items", "Action Items"),
    ("appendix", "Appendix"),
)
_HOLDERS = frozenset({"timeline-summary", "impact", "root-cause", "lessons", "appendix", "factor"})
# Full report, Appendix: the order in which the guideline wants the columns of a list of certificates.
CERTIFICATE_COLUMNS = (
    ("precertificate fingerprint", re.compile(r"pre-?certificate.*(?:sha-?256|hash|fingerprint)", re.I)),
    (
        "certificate fingerprint",
        re.compile(r"(?:final |leaf )?certificate.*(?:sha-?256|hash|fingerprint)|^sha-?256", re.I),
    ),
    ("subject", re.compile(r"^subject", re.I)),
    ("issuer", re.compile(r"^issuer", re.I)),
    ("not before", re.compile(r"not ?before", re.I)),
    ("not after", re.compile(r"not ?after", re.I)),
    ("serial number", re.compile(r"serial", re.I)),
    ("dNSNames", re.compile(r"dns|san\b", re.I)),
    ("is revoked", re.compile(r"revoked\??$|is ?revoked", re.I)),
    ("revocation date", re.compile(r"revocation date|revoked (?:on|date)", re.I)),
    ("revocation reason", re.compile(r"revocation reason|reason", re.I)),
)
# Full report, Action Items: the columns that the form has beside kind, due date and status.
_ACTION_COLUMNS = (
    ("Corresponding Root Cause(s)", re.compile(r"(?:corresponding )?root cause")),
    ("Evaluation Criteria", re.compile(r"evaluation criteri")),
)
_DATE_FIELDS = frozenset({"nc-start", "nc-identified", "nc-end"})
_UNFILLED = re.compile(r"\b(?:YYYY|HH:MM|TBD)\b|^\W*\.\.\.\W*$")


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft, or a part of it: the file's name, the annotated text, and the sections of the part."""

    file: str
    document: Document
    sections: tuple[Section, ...]

    def first(self, slug: str) -> Section | None:
        """Give the first section of a field."""
        return next((section for section in self.sections if section.slug == slug), None)

    def finding(self, line: int, code: str, where: str, message: str) -> Finding:
        """Make a finding that names the guideline's section."""
        return Finding(
            file=self.file,
            line=max(line, 1),
            column=1,
            path=where,
            code=code,
            message=f"{message} ({GUIDELINES}, {_place(where)})",
        )


def lint_report(text: str, *, today: date, file: str) -> list[Finding]:
    """Find what a draft of a CCADB 3.2 report lacks; lines count from 1 in the draft.

    A draft without the marks of a form gives one finding: `not-a-report`.
    """
    document = document_of(text)
    draft = Draft(file, document, document.sections)
    slugs = {section.slug for section in draft.sections}
    if "title-closure" in slugs or slugs & {"closure-causes", "closure-remediation", "closure-commitments"}:
        return in_order(_fields(draft, _CLOSURE, "Report Closure Summary"))
    if not slugs & {"title", "title-preliminary", "title-full", "summary", *(slug for slug, _ in _SUMMARY)}:
        return [draft.finding(1, "not-a-report", "Report", "the text follows none of the three forms")]
    full = "title-full" in slugs or ("title-preliminary" not in slugs and bool(slugs & {s for s, _ in _FULL_SUMMARY}))
    found = [*_fields(draft, _SUMMARY, "Summary"), *_disclosure(draft)]
    if full:
        found += _full(draft, today)
    return in_order(found)


def _place(where: str) -> str:
    return f'section "{where.split(" > ", 1)[0]}"'


def _full(draft: Draft, today: date) -> Iterator[Finding]:
    yield from _fields(draft, _FULL_SUMMARY, "Summary")
    for slug, title in _SECTIONS:
        if draft.first(slug) is None:
            yield draft.finding(1, "missing-section", title, f"the section {title} is missing")
    if draft.first("impact") is not None:
        yield from _fields(draft, _IMPACT, "Impact")
    if draft.first("root-cause") is not None:
        yield from _factors(draft)
    if draft.first("lessons") is not None:
        yield from _fields(draft, _LESSONS, "Lessons Learned")
    yield from _owner_id(draft)
    yield from _dates_of_fields(draft)
    yield from _timeline(draft)
    yield from _related(draft)
    yield from _actions(draft, today)
    yield from _appendix(draft)
    appendix = draft.first("appendix")
    if appendix is not None and draft.first("affected") is None and not _says_something(appendix):
        message = "the appendix is empty; write N/A where there are no certificates to list"
        yield draft.finding(appendix.line.number, "empty-field", "Appendix", message)


def _fields(draft: Draft, fields: Sequence[tuple[str, str]], where: str) -> Iterator[Finding]:
    anchor = next((s.line.number for s in draft.sections if s.slug == where.lower()), 1)
    for slug, title in fields:
        section = draft.first(slug)
        if section is None:
            yield draft.finding(anchor, "missing-field", f"{where} > {title}", f"the field {title} is missing")
        elif slug not in _HOLDERS and not _says_something(section):
            message = f"the field {title} is empty; write N/A where it does not apply"
            yield draft.finding(section.line.number, "empty-field", f"{where} > {title}", message)


def _says_something(section: Section) -> bool:
    words = [line.text for line in section.lines() if not (line.kind == "row" and line.header)]
    return any(any(c.isalnum() for c in text) and not _UNFILLED.search(text) for text in words)


def _disclosure(draft: Draft) -> Iterator[Finding]:
    section = draft.first("disclosure-source")
    if section is not None and _says_something(section) and disclosure_source(section.value) is None:
        message = "the source must be one of Self Reported, Third Party Reported, Audit"
        yield draft.finding(section.line.number, "unknown-source", "Summary > Source of incident disclosure", message)


def _owner_id(draft: Draft) -> Iterator[Finding]:
    section = draft.first("ca-owner-id")
    if section is not None and _says_something(section) and not re.search(r"\bA[0-9]{6}\b", section.value):
        message = "the CA Owner's identifier is the letter A and six digits"
        yield draft.finding(section.line.number, "bad-owner-id", "Summary > CA Owner CCADB unique ID", message)


def _dates_of_fields(draft: Draft) -> Iterator[Finding]:
    titles = dict(_FULL_SUMMARY)
    for section in draft.sections:
        if section.slug not in _DATE_FIELDS or not _says_something(section) or is_nothing_said(section.value):
            continue
        first = next((line for line in section.lines() if line.text.strip()), section.line)
        found = draft.document.moments(first.text)
        where = f"Summary > {titles[section.slug]}"
        if not found:
            yield draft.finding(first.number, "no-date", where, f"no date is recognised in {titles[section.slug]}")
        elif found[0].precision == "ambiguous":
            yield draft.finding(
                first.number, "ambiguous-date", where, "day and month can be confused; write YYYY-MM-DD"
            )


def _timeline(draft: Draft) -> Iterator[Finding]:
    """Check that every event of the timeline has minutes and an offset (full report, Timeline)."""
    section = draft.first("timeline")
    if section is None:
        return
    dated = 0
    day_stands = False
    for line in section.body:
        text = " ".join(line.cells) if line.kind == "row" else line.text
        if line.kind == "row" and line.header:
            continue
        found = draft.document.moments(text[:80])
        first = found[0] if found and found[0].start <= 24 else None
        if first is None:
            if line.kind == "item" and any(c.isalnum() for c in text) and not _UNFILLED.search(text):
                yield draft.finding(line.number, "event-without-time", "Timeline", "the event has no date and time")
            continue
        if _is_heading_of_day(first, text):
            day_stands = True
            continue
        dated += 1
        yield from _event(draft, line, first, day_stands=day_stands)
    if not dated:
        yield draft.finding(section.line.number, "empty-timeline", "Timeline", "the timeline has no dated event")


def _is_heading_of_day(moment: Moment, text: str) -> bool:
    return moment.precision == "day" and not text[moment.end :].strip(" *_:–-")


def _event(draft: Draft, line: Line, moment: Moment, *, day_stands: bool) -> Iterator[Finding]:
    clock = moment.clock or (moment.at[11:] if moment.at and moment.precision == "minute" else "")
    if moment.precision == "ambiguous":
        message = "day and month can be confused; write YYYY-MM-DD"
        yield draft.finding(line.number, "ambiguous-date", "Timeline", message)
    elif not clock:
        message = "the event has no time of day to the minute"
        yield draft.finding(line.number, "time-without-minutes", "Timeline", message)
    elif len(clock) == 5:
        message = "the time has no offset; write UTC or say once that all times are UTC"
        yield draft.finding(line.number, "time-without-offset", "Timeline", message)
    if clock and moment.at is None and not day_stands:
        yield draft.finding(line.number, "time-without-day", "Timeline", "the time has no day")


def _rows(section: Section) -> Iterator[Line]:
    return (line for line in section.body if line.kind == "row" and any(line.cells))


def _related(draft: Draft) -> Iterator[Finding]:
    section = draft.first("related-incidents")
    if section is None:
        return
    rows = [line for line in _rows(section) if re.search(r"[0-9]{5,7}", line.cells[0])]
    said = [line for line in section.body if line.kind != "row" and any(c.isalnum() for c in line.text)]
    if not rows and not said:
        message = "list similar incidents of the last two years (Bug, Date, Description), or write that there are none"
        yield draft.finding(section.line.number, "no-related-incidents", "Related Incidents", message)
    for row in rows:
        if not all(cell.strip() for cell in row.cells[:3]) or len(row.cells) < 3:
            yield draft.finding(
                row.number, "incomplete-row", "Related Incidents", "a row needs Bug, Date and Description"
            )


def _actions(draft: Draft, today: date) -> Iterator[Finding]:
    section = draft.first("action-items")
    if section is None:
        return
    columns: dict[str, int] = {}
    items = []
    for row in _rows(section):
        header = columns_of(row.cells)
        if header is not None:
            columns = {**header, **_action_columns(row.cells)}
        elif columns and row.cells[columns["item"]].strip():
            items.append(row)
            yield from _action(draft, row, columns, today)
    if not items:
        yield draft.finding(section.line.number, "no-action-items", "Action Items", "the table has no action item")
        if _is_regretted(draft.first("went-badly")):
            line = draft.first("went-badly")
            message = "what didn't go well has no action item that answers it"
            yield draft.finding(line.line.number if line else 1, "regret-without-action", "Lessons Learned", message)


def _action_columns(header: Sequence[str]) -> dict[str, int]:
    names = [folded(cell) for cell in header]
    return {
        title: next((n for n, name in enumerate(names) if pattern.match(name)), len(names))
        for title, pattern in _ACTION_COLUMNS
    }


def _is_regretted(section: Section | None) -> bool:
    return (
        section is not None
        and _says_something(section)
        and not re.match(r"\W*(?:n/?a|none|nothing)\b", section.value, re.I)
    )


def _action(draft: Draft, row: Line, columns: dict[str, int], today: date) -> Iterator[Finding]:
    def cell(name: str) -> str:
        return row.cells[columns[name]].strip() if name in columns and columns[name] < len(row.cells) else ""

    if not kind_in(cell("kind")):
        message = "the item has no kind: Prevent, Mitigate or Detect"
        yield draft.finding(row.number, "action-without-kind", "Action Items", message)
    status = status_in(cell("status"))
    if not status:
        message = "the item has no status: Ongoing, Complete, Delayed or Canceled"
        yield draft.finding(row.number, "action-without-status", "Action Items", message)
    for title, _ in _ACTION_COLUMNS:
        if not cell(title):
            message = f"the item has nothing in the column {title}; write N/A where it does not apply"
            yield draft.finding(row.number, "incomplete-action", "Action Items", message)
    due = next((m for m in draft.document.moments(cell("due")) if m.at and m.precision in {"day", "minute"}), None)
    if due is None or due.at is None:
        yield draft.finding(
            row.number, "action-without-due-date", "Action Items", "the item has no due date (YYYY-MM-DD)"
        )
    elif due.at[:10] < today.isoformat() and status not in {"complete", "canceled", "delayed"}:
        yield draft.finding(row.number, "deadline-past", "Action Items", f"the due date {due.at[:10]} is past")


def _factors(draft: Draft) -> Iterator[Finding]:
    starts = [n for n, section in enumerate(draft.sections) if section.slug == "factor"]
    anchor = draft.first("root-cause")
    if not starts:
        line = anchor.line.number if anchor else 1
        yield draft.finding(line, "no-contributing-factor", "Root Cause Analysis", "no contributing factor is named")
    for position, start in enumerate(starts):
        end = starts[position + 1] if position + 1 < len(starts) else len(draft.sections)
        part = Draft(draft.file, draft.document, draft.sections[start:end])
        for finding in _fields(part, _FACTOR, "Root Cause Analysis"):
            line = finding.line if finding.line > 1 else draft.sections[start].line.number
            yield Finding(
                file=finding.file, line=line, column=1, path=finding.path, message=finding.message, code=finding.code
            )


def _appendix(draft: Draft) -> Iterator[Finding]:
    """Check the order of the columns of a list of certificates (full report, Appendix)."""
    for section in draft.sections:
        if section.slug not in {"appendix", "affected"}:
            continue
        for row in _rows(section):
            known = [_column(cell) for cell in row.cells]
            places = [n for n in known if n is not None]
            if len(places) >= 3 and (row.header or not re.search(r"[0-9a-f]{16}", row.text)):
                if places != sorted(places):
                    right = ", ".join(CERTIFICATE_COLUMNS[n][0] for n in sorted(set(places)))
                    message = f"the columns stand in the wrong order; the guideline's is {right}"
                    yield draft.finding(row.number, "columns-out-of-order", "Appendix", message)
                break


def _column(cell: str) -> int | None:
    name = folded(cell)
    return next((n for n, (_, pattern) in enumerate(CERTIFICATE_COLUMNS) if name and pattern.search(name)), None)
