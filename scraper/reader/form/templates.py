"""The generations of report forms: which fields prove each. Its rank is in `$defs/template` of the schema.

Sources: Mozilla's questions of 2017 (wiki, Responding To An Incident), CCADB Incident Reporting Guidelines 1.0 (the
same questions), 2.0 and 3.0 to 3.2. A field is recognised by its name alone, whatever its level, number, quoting or
emphasis.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.tables import vocabulary
from ca_incidents.scraper.reader.form.fields import QUESTIONS, folded
from ca_incidents.scraper.reader.form.sections import Section


class TwoTemplates(CaIncidentsError):
    """Two rows of the table claim the same text: an error in the table, not in the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What proves a generation of the forms: for each group, at least this many of its fields, and none of `without`.

    A text older than `since` cannot follow the form, which was not published yet. `is_empty_unless_answered`: the
    fields may be there without any answer. `has_steps_in_prose`: it asks for the remediation in prose, not in a table.
    """

    template: str
    groups: tuple[tuple[int, frozenset[str]], ...]
    without: frozenset[str] = frozenset()
    since: str = ""
    is_empty_unless_answered: bool = True
    has_steps_in_prose: bool = False


_V3_ONLY = frozenset(
    {"ca-owner-id", "timeline-summary", "nc-start", "nc-identified", "nc-end", "remaining", "heuristic"}
)
_V3_COMMON = frozenset({"incident-description", "relevant-policies", "disclosure-source"})
_CLOSURE = frozenset({"closure-causes", "closure-remediation", "closure-commitments"})
_V2 = frozenset(
    {"summary", "impact", "timeline", "root-cause", "lessons", "went-well", "went-badly", "lucky", "action-items"}
)
_TITLED = frozenset({"title", "title-preliminary", "title-full"})

# Fields that a row needs are disjoint from those that another forbids, so that no text has two templates.
# CCADB 2.0 came in October 2023, 3.0 in March 2025; its draft was in use from autumn 2024.
_V2_SINCE, _V3_SINCE = "2023-10-01", "2024-09-01"
ROWS = (
    Row(
        template="ccadb-3-closure",
        groups=((2, frozenset({"title-closure", *_CLOSURE})), (1, _CLOSURE)),
        without=_V3_ONLY,
        since=_V3_SINCE,
    ),
    Row(template="ccadb-3-full", groups=((1, _V3_ONLY),), without=frozenset({"says-preliminary"}), since=_V3_SINCE),
    Row(
        template="ccadb-3-preliminary",
        groups=((1, _V3_COMMON), (2, frozenset({"title-preliminary", "summary", *_V3_COMMON}))),
        without=_V3_ONLY | _CLOSURE,
        since=_V3_SINCE,
    ),
    Row(template="ccadb-3-preliminary", groups=((1, _V3_ONLY), (1, frozenset({"says-preliminary"}))), since=_V3_SINCE),
    Row(
        template="ccadb-3-preliminary",
        groups=((1, frozenset({"preliminary-in-prose"})),),
        without=_V3_ONLY | _V3_COMMON | _CLOSURE | {"title-audit", "finding", "questions"},
        since=_V3_SINCE,
    ),
    Row(
        template="ccadb-2-audit",
        groups=((1, frozenset({"title-audit", "finding"})), (1, frozenset({"root-cause", "action-items", "finding"}))),
        without=_V3_ONLY | _CLOSURE | {"two-of-v3", "questions"},
        since=_V2_SINCE,
    ),
    Row(
        template="ccadb-2",
        groups=((1, frozenset({"titled-section", "three-sections"})),),
        without=_V3_ONLY | _CLOSURE | {"title-audit", "finding", "two-of-v3", "questions", "preliminary-in-prose"},
        since=_V2_SINCE,
    ),
    Row(
        template="questions",
        groups=((1, frozenset({"questions"})),),
        without=_V3_ONLY | _CLOSURE | {"two-of-v3"},
        is_empty_unless_answered=False,
        has_steps_in_prose=True,
    ),
)


def template_of(sections: Sequence[Section], *, cut: bool = False, since: str | None = None) -> str:
    """Return the generation of the form that a comment follows; an empty form is no report.

    `since` is the time of the comment, `cut` tells that its end is missing. Raises TwoTemplates where two rows claim
    the comment; the tests show that no text brings that about.
    """
    claims = {row.template: row for row in claiming(marks_of(sections, cut=cut, since=since), since)}
    if len(claims) > 1:
        raise TwoTemplates(f"the table of templates is not disjoint: {', '.join(sorted(claims))}")
    for template, row in claims.items():
        if not row.is_empty_unless_answered or is_answered(sections):
            return template
    return vocabulary.no_form()


def has_steps_in_prose(template: str) -> bool:
    """Return whether a form asks for the remediation in prose."""
    return any(row.has_steps_in_prose for row in ROWS if row.template == template)


def is_answered(sections: Sequence[Section]) -> bool:
    """Return whether a form contains more than its own words and placeholders."""
    for section in sections:
        for line in section.lines():
            if line.kind == "row" and (line.header or not any(c.strip("-: ") for c in line.cells)):
                continue
            words = folded(line.text)
            if words and not _OWN_WORDS.fullmatch(words) and section.slug not in {"", "other"}:
                return True
    return False


_OWN_WORDS = re.compile(
    r"(?:all times (?:are|in) (?:in )?utc|yyyy mm dd(?: hh mm)?(?: example)?(?: utc)?|hh mm"
    r" example|example.{0,40}|n a|tbd|to be determined|action items? kind.*|bug date description"
    r"|prevent|mitigate|detect|prevent mitigate detect|self reported third party reported (?:or"
    r" )?audit|this is a preliminary report)"
)


def claiming(marks: frozenset[str], since: str | None = None) -> tuple[Row, ...]:
    """Return the rows that claim a text with these marks, written at `since` if that is known."""
    return tuple(
        row
        for row in ROWS
        if (since is None or since >= row.since)
        and not marks & row.without
        and all(len(marks & group) >= least for least, group in row.groups)
    )


def marks_of(sections: Sequence[Section], *, cut: bool = False, since: str | None = None) -> frozenset[str]:
    """Return the fields of a text and the marks that follow from several of them, as the rows name them.

    A preliminary report in prose has that title and no other heading of a form but the summary; before there was a
    form for it, it was a report of the older form.
    """
    marks = {section.slug for section in sections if section.slug not in {"", "other"}}
    if _answers_questions(sections, cut=cut):
        marks.add("questions")
    titled = any(s.slug in _TITLED and s.line.kind == "heading" for s in sections)
    if marks & _TITLED and (marks & _V2 or titled):
        marks.add("titled-section")
    if len(marks & _V2) >= 3:
        marks.add("three-sections")
    if len(marks & _V3_COMMON) >= (1 if marks & {"title-preliminary", "summary"} else 2):
        marks.add("two-of-v3")
    if "title-preliminary" in marks and marks & _V3_COMMON and "title-full" not in marks and len(marks & _V3_ONLY) <= 2:
        marks.add("says-preliminary")
    in_prose = "title-preliminary" in marks and not marks & (_TITLED - {"title-preliminary"} | _V2 - {"summary"})
    if in_prose and (since is None or since >= _V3_SINCE):
        marks.add("preliminary-in-prose")
    return frozenset(marks)


def _answers_questions(sections: Sequence[Section], *, cut: bool) -> bool:
    """Return whether questions are answered: a bare list of questions asks for a report and is not one."""
    asked = [section for section in sections if section.slug in QUESTIONS]
    distinct = {section.slug for section in asked}
    if len(distinct) < 2 and not any(section.label.long or section.label.number for section in asked):
        return False
    if len(distinct) < 2 and distinct and not distinct & {"q-aware", "q-timeline", "q-stopped"}:
        return False
    last = asked[-1] if asked else None
    if cut and last is sections[-1] and len(distinct) == 1 and last.label.long:
        return True
    answered = {
        section.slug for section in asked if _is_answered(section) and (section is not last or len(distinct) == 1)
    }
    return len(answered) * 2 >= len(distinct) - 1 and bool(answered)


_QUESTION_WORDS = re.compile(
    r"(?:this may include events before|a timeline is a date|a statement that you have|for each"
    r" problem|the recommended way"
    r"|e\.g\.|\(e\.g\.|or a bug was introduced|becoming applicable|in other incidents|when your"
    r" ca expects)",
    re.I,
)


def _is_answered(section: Section) -> bool:
    # The next number in a list of questions is the next question, whatever its words.
    asked = section.label.number or len(QUESTIONS)
    words = [
        line.text
        for line in section.lines()
        if not _QUESTION_WORDS.search(line.text) and not (line.ordinal and line.ordinal > asked)
    ]
    return any(any(c.isalnum() for c in text) for text in words)
