"""Check a draft report against the current CCADB form before a CA posts it.

Every rule comes from the section of the CCADB Incident Reporting Guidelines 3.2 that its message names.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ca_incidents.schema.findings import Finding, in_order
from ca_incidents.schema.record.time_spans import span_of
from ca_incidents.scraper.reader.document import Document, document_of
from ca_incidents.scraper.reader.facts.action_lists import kind_in
from ca_incidents.scraper.reader.facts.action_status import status_in
from ca_incidents.scraper.reader.facts.actions import cell_of, columns_of
from ca_incidents.scraper.reader.facts.ca_owner_id import OWNER_ID
from ca_incidents.scraper.reader.facts.count_fields import count_in_field
from ca_incidents.scraper.reader.facts.issuance_stops import stop_in_prose
from ca_incidents.scraper.reader.facts.timeline_lines import leading_moment
from ca_incidents.scraper.reader.form.current import (
    CLOSURE,
    FACTOR,
    FULL_SUMMARY,
    GUIDELINES,
    IMPACT,
    LESSONS,
    SECTIONS,
    SUMMARY,
)
from ca_incidents.scraper.reader.form.fields import folded
from ca_incidents.scraper.reader.form.placeholders import is_nothing_said
from ca_incidents.scraper.reader.form.sections import Section
from ca_incidents.scraper.reader.text.dates import Moment, impossible_day
from ca_incidents.scraper.reader.text.lines import Line
from ca_incidents.scraper.reader.text.numbers import WORDS, any_of

_SLUGS = {title: slug for slug, title in SECTIONS}
_HOLDERS = frozenset({"timeline-summary", "impact", "root-cause", "lessons", "appendix", "factor"})
# Full report, Appendix: the columns of a list of certificates, in the order of the guidelines.
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
# Full report, Action Items: the columns in addition to kind, due date and status.
_ACTION_COLUMNS = (
    ("Corresponding Root Cause(s)", re.compile(r"(?:corresponding )?root cause")),
    ("Evaluation Criteria", re.compile(r"evaluation criteri")),
)
# The length of `2024-03-25T15:35`; an offset makes it longer.
_WITHOUT_OFFSET = 16
# A date begins its line within this many characters.
_LONGEST_DATE = 24
_DATE_FIELDS = frozenset({"nc-start", "nc-identified", "nc-end"})
_SOURCES = frozenset({"self reported", "third party reported", "audit"})
# "No certificates are affected", "some 40 OCSP responses": any word on the size of the incident will do.
_IMPACT_STATED = re.compile(
    rf"\b(?:un)?(?:affect|impact)\w*|\b(?:[0-9][0-9,.]*|no|all|any|every|each|some|several|{any_of(WORDS)})"
    r"(?: [\w/-]+){0,4}? (?:(?:pre-?)?cert\w*|CRLs?|OCSP|responses?|(?:sub-?)?CAs?|intermediates?|roots?"
    r"|subscribers?)\b",
    re.I,
)
# A certificate that "contained a name" is another matter.
_CONTAINMENT_STATED = re.compile(
    r"\b(?:is|was|are|were|be|been|being|considered|deemed|as|fully|not)(?: \w+){0,2}? contained\b(?! (?:in|within)\b)"
    r"|\b(?:is|was|are|were|been)(?: now| since| already| fully)* (?:fixed|resolved|corrected|remediated)\b"
    r"|\b(?:contained|ongoing) (?:incident|issue|problem)\b|\bcontainment\b|\bon-?going\b"
    r"|(?:^|[:(–-]) *contained\b(?= *(?:[.,;)]|$))",
    re.I | re.M,
)
_UNFILLED = re.compile(r"\b(?:YYYY|HH:MM|TBD)\b|^\W*\.\.\.\W*$")


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft, or a part of it: the file's name, the annotated text, and the sections of the part."""

    file: str
    document: Document
    sections: tuple[Section, ...]

    def first(self, slug: str) -> Section | None:
        """Return the first section of a field."""
        return next((section for section in self.sections if section.slug == slug), None)

    def line_of(self, slug: str) -> int:
        """Return the line of a field, the first of the draft where it is missing."""
        section = self.first(slug)
        return section.line.number if section else 1

    def finding(self, line: int, code: str, where: str, message: str) -> Finding:
        """Return a finding whose message names the section of the guidelines."""
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

    A draft without the fields of any form has one finding: `not-a-report`.
    """
    document = document_of(text)
    draft = Draft(file, document, document.sections)
    slugs = {section.slug for section in draft.sections}
    if "title-closure" in slugs or slugs & {"closure-causes", "closure-remediation", "closure-commitments"}:
        return in_order(_fields(draft, CLOSURE, "Report Closure Summary"))
    if not slugs & {"title", "title-preliminary", "title-full", "summary", *(slug for slug, _ in SUMMARY)}:
        return [draft.finding(1, "not-a-report", "Report", "the text follows none of the three forms")]
    full = "title-full" in slugs or ("title-preliminary" not in slugs and bool(slugs & {s for s, _ in FULL_SUMMARY}))
    found = [*_fields(draft, SUMMARY, "Summary"), *_disclosure(draft)]
    found += _full(draft, today) if full else _preliminary(draft)
    return in_order(found)


def _preliminary(draft: Draft) -> Iterator[Finding]:
    """Check what an initial report must say besides the form's fields ("When are reports expected?")."""
    description = draft.first("incident-description")
    if description is None or not _says_something(description):
        return
    said, line, where = draft.document.own_lines, description.line.number, "When are reports expected?"
    if not _IMPACT_STATED.search(said):
        message = "state the impact as far as it is known, such as the number of certificates"
        yield draft.finding(line, "no-impact", where, message)
    if not _CONTAINMENT_STATED.search(said) and stop_in_prose(said) is None:
        yield draft.finding(line, "no-containment", where, "say whether the incident is contained or ongoing")


def _place(where: str) -> str:
    return f'section "{where.split(" > ", 1)[0]}"'


def _full(draft: Draft, today: date) -> Iterator[Finding]:
    yield from _fields(draft, FULL_SUMMARY, "Summary")
    for slug, title in SECTIONS:
        if draft.first(slug) is None:
            yield draft.finding(1, "missing-section", title, f"the section {title} is missing")
    if draft.first("impact") is not None:
        yield from _fields(draft, IMPACT, "Impact")
    if draft.first("root-cause") is not None:
        yield from _factors(draft)
    if draft.first("lessons") is not None:
        yield from _fields(draft, LESSONS, "Lessons Learned")
    yield from _owner_id(draft)
    yield from _dates_of_fields(draft)
    yield from _counts(draft)
    yield from _timeline(draft)
    yield from _related(draft)
    yield from _actions(draft, today)
    yield from _appendix(draft)
    appendix = draft.first("appendix")
    if appendix is not None and draft.first("affected") is None and not _says_something(appendix):
        message = "the appendix is empty; write N/A where there are no certificates to list"
        yield draft.finding(appendix.line.number, "empty-field", "Appendix", message)


def _fields(draft: Draft, fields: Sequence[tuple[str, str]], where: str) -> Iterator[Finding]:
    anchor = draft.line_of(_SLUGS.get(where, where.lower()))
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
    # A sentence below the form's last field is not part of its answer.
    if section is not None and _says_something(section) and folded(section.lines()[0].text) not in _SOURCES:
        message = "the source must be one of Self Reported, Third Party Reported, Audit, and nothing else"
        yield draft.finding(section.line.number, "unknown-source", "Summary > Source of incident disclosure", message)


def _owner_id(draft: Draft) -> Iterator[Finding]:
    section = draft.first("ca-owner-id")
    if section is not None and _says_something(section) and not OWNER_ID.search(section.value):
        message = "the CA Owner's identifier is the letter A and six digits"
        yield draft.finding(section.line.number, "bad-owner-id", "Summary > CA Owner CCADB unique ID", message)


def _dates_of_fields(draft: Draft) -> Iterator[Finding]:
    titles = dict(FULL_SUMMARY)
    days: dict[str, str] = {}
    for section in draft.sections:
        if section.slug not in _DATE_FIELDS or not _says_something(section) or is_nothing_said(section.value):
            continue
        first = next((line for line in section.lines() if line.text.strip()), section.line)
        where = f"Summary > {titles[section.slug]}"
        found = draft.document.moments(first.text)
        if not found or found[0].precision == "ambiguous":
            yield _unclear_date(draft, first, first.text, where) or draft.finding(
                first.number, "no-date", where, f"no date is recognised in {titles[section.slug]}"
            )
        elif found[0].at:
            days[section.slug] = found[0].at
    if "nc-start" in days and "nc-end" in days and _is_before(days["nc-end"], days["nc-start"]):
        message = f"the non-compliance ended {days['nc-end']}, before it started {days['nc-start']}"
        line = draft.line_of("nc-end")
        yield draft.finding(line, "end-before-start", f"Summary > {titles['nc-end']}", message)


def _is_before(one: str, other: str) -> bool:
    """Compare two times of a draft; of times without an offset only the days are compared, in its writer's zone."""
    spans = span_of(one), span_of(other)
    if spans[0] and spans[1] and len(one) > _WITHOUT_OFFSET and len(other) > _WITHOUT_OFFSET:
        return spans[1].surely_after(spans[0])
    return one[:10] < other[:10]


def _unclear_date(draft: Draft, line: Line, text: str, where: str) -> Finding | None:
    """Report a date that no calendar has, or that can be read two ways."""
    day = impossible_day(text)
    if day is not None:
        return draft.finding(line.number, "impossible-date", where, f"there is no day {day} in the calendar")
    if any(moment.precision == "ambiguous" for moment in draft.document.moments(text)):
        message = "day and month can be confused; write YYYY-MM-DD"
        return draft.finding(line.number, "ambiguous-date", where, message)
    return None


def _counts(draft: Draft) -> Iterator[Finding]:
    total, remaining = (
        count_in_field(section.value)[0] if (section := draft.first(slug)) else None for slug in ("total", "remaining")
    )
    if total is not None and remaining is not None and remaining > total:
        message = f"{remaining:,} certificates remain valid of {total:,} in total"
        where = f"Impact > {dict(IMPACT)['remaining']}"
        yield draft.finding(draft.line_of("remaining"), "more-remaining-than-total", where, message)


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
        leading = leading_moment(text, draft.document)
        if leading is None:
            unclear = _unclear_date(draft, line, text[:_LONGEST_DATE], "Timeline")
            if unclear:
                yield unclear
            elif line.kind == "item" and any(c.isalnum() for c in text) and not _UNFILLED.search(text):
                yield draft.finding(line.number, "event-without-time", "Timeline", "the event has no date and time")
            continue
        first = leading[0]
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
    if _UNFILLED.search(line.text):
        yield draft.finding(line.number, "empty-field", "Timeline", "say what happened")


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
    kind, status_cell, due_cell = (cell_of(row.cells, columns, name) for name in ("kind", "status", "due"))
    if not kind_in(kind):
        message = "the item has no kind: Prevent, Mitigate or Detect"
        yield draft.finding(row.number, "action-without-kind", "Action Items", message)
    status = status_in(status_cell)
    if not status:
        message = "the item has no status: Ongoing, Complete, Delayed or Canceled"
        yield draft.finding(row.number, "action-without-status", "Action Items", message)
    if _UNFILLED.search(cell_of(row.cells, columns, "item")):
        yield draft.finding(row.number, "empty-field", "Action Items", "say what the action is")
    for title, _ in _ACTION_COLUMNS:
        cell = cell_of(row.cells, columns, title)
        if not cell or _UNFILLED.search(cell):
            message = f"the item has nothing in the column {title}; write N/A where it does not apply"
            yield draft.finding(row.number, "incomplete-action", "Action Items", message)
    due = next((m for m in draft.document.moments(due_cell) if m.at and m.precision in {"day", "minute"}), None)
    if due is None or due.at is None:
        yield _unclear_date(draft, row, due_cell, "Action Items") or draft.finding(
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
        for finding in _fields(part, FACTOR, "Root Cause Analysis"):
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
                    message = f"the columns are in the wrong order; the guidelines have {right}"
                    yield draft.finding(row.number, "columns-out-of-order", "Appendix", message)
                break


def _column(cell: str) -> int | None:
    name = folded(cell)
    return next((n for n, (_, pattern) in enumerate(CERTIFICATE_COLUMNS) if name and pattern.search(name)), None)
