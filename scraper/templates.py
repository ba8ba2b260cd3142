"""The report forms: their fields as people write them, and one row a generation that says which fields prove it.

Sources: Mozilla's questions of 2017 (wiki, Responding To An Incident), CCADB Incident Reporting Guidelines 1.0 (the
same questions), 2.0 and 3.0 to 3.2. A field is recognised by its name alone, whatever its level, number, quoting or
emphasis.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz, process

from schema.errors import CaIncidentsError
from schema.model import Template
from scraper.sections import Line

LONGEST_NAME = 90
ALIKE = 90.0


class TwoTemplates(CaIncidentsError):
    """Two rows of the table of templates claim the same text: a fault of the table, not of the text."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the forms: its slug and the spellings of its name, folded; `stems` begin a question's long text."""

    slug: str
    names: tuple[str, ...]
    stems: tuple[str, ...] = ()


FIELDS = (
    Field(
        "summary",
        ("summary", "incident summary", "executive summary", "summary of incident", "summary of the incident"),
    ),
    Field("impact", ("impact", "impacts", "impact analysis", "incident impact")),
    Field(
        "timeline",
        (
            "timeline",
            "incident timeline",
            "timeline of events",
            "timeline of actions",
            "timeline utc",
            "timeline all times are utc",
            "timeline all times in utc",
            "timeline all times utc",
            "events timeline",
            "time line",
            "detailed timeline",
            "timeline of the incident",
            "timelines",
        ),
    ),
    Field(
        "root-cause",
        (
            "root cause analysis",
            "root cause",
            "root causes",
            "root causes analysis",
            "root cause analysis rca",
            "root cause and analysis",
        ),
    ),
    Field("factor", ("contributing factor", "contributing factors")),
    Field("lessons", ("lessons learned", "lesson learned", "lessons learnt")),
    Field("went-well", ("what went well",)),
    Field("went-badly", ("what didnt go well", "what did not go well", "what went wrong", "what went badly")),
    Field("lucky", ("where we got lucky", "where did we get lucky")),
    Field(
        "action-items",
        (
            "action items",
            "action item",
            "actions items",
            "action plan",
            "actions",
            "action items status",
            "updated action items",
            "action items updated",
            "action item update",
            "action items update",
            "remediation action items",
            "action items list",
            "list of action items",
            "remediation items",
            "remaining action items",
            "status of action items",
            "action item status",
        ),
    ),
    Field("appendix", ("appendix", "appendices", "appendix a", "annex")),
    Field(
        "affected",
        (
            "details of affected certificates",
            "detail of affected certificates",
            "affected certificates",
            "list of affected certificates",
            "details of the affected certificates",
            "impacted certificates",
        ),
    ),
    Field("related-incidents", ("related incidents", "related incident", "related bugs", "similar incidents")),
    Field("incident-description", ("incident description", "description of incident", "description of the incident")),
    Field(
        "relevant-policies",
        (
            "relevant policies",
            "relevant policy",
            "relevant policys",
            "relevant polices",
            "relevant policies and requirements",
            "relevant policies requirements",
        ),
    ),
    Field(
        "disclosure-source",
        (
            "source of incident disclosure",
            "source of the incident disclosure",
            "source of disclosure",
            "incident disclosure source",
            "disclosure source",
            "source of incident disclosures",
        ),
    ),
    Field(
        "ca-owner-id",
        (
            "ca owner ccadb unique id",
            "ccadb unique id",
            "ca owner unique id",
            "ca owner ccadb id",
            "ca owners ccadb unique id",
            "ca owner ccadb unique identifier",
        ),
    ),
    Field("timeline-summary", ("timeline summary", "summary of timeline")),
    Field(
        "nc-start",
        (
            "non compliance start date",
            "noncompliance start date",
            "non compliance start",
            "non compliance start time",
            "non compliance start date time",
            "noncompliance start",
            "non conformity start date",
        ),
    ),
    Field(
        "nc-identified",
        (
            "non compliance identified date",
            "noncompliance identified date",
            "non compliance identified",
            "non compliance identification date",
            "non compliance identified time",
            "noncompliance identified",
            "non conformity identified date",
            "non compliance identified date time",
        ),
    ),
    Field(
        "nc-end",
        (
            "non compliance end date",
            "noncompliance end date",
            "non compliance end",
            "non compliance end time",
            "noncompliance end",
            "non conformity end date",
            "non compliance end date time",
        ),
    ),
    Field(
        "total",
        (
            "total number of certificates",
            "total number of certificate",
            "total number of affected certificates",
            "total certificates",
            "number of affected certificates",
            "total number of impacted certificates",
            "number of certificates",
        ),
    ),
    Field(
        "remaining",
        (
            "total number of remaining valid certificates",
            "number of remaining valid certificates",
            "remaining valid certificates",
            "total number of remaining certificates",
            "total number of valid certificates",
            "total number of remaining valid certificate",
        ),
    ),
    Field(
        "types",
        (
            "affected certificate types",
            "affected certificate type",
            "affected certificates types",
            "certificate types",
            "affected certificate type s",
            "impacted certificate types",
        ),
    ),
    Field("heuristic", ("incident heuristic", "incident heuristics", "heuristic")),
    Field(
        "stopped",
        (
            "was issuance stopped in response to this incident and why or why not",
            "was issuance stopped in response to this incident",
            "was issuance stopped and why or why not",
            "was issuance stopped",
            "issuance stopped",
            "was certificate issuance stopped",
        ),
        ("was issuance stopped",),
    ),
    Field("analysis", ("analysis",)),
    Field("considerations", ("additional considerations", "additional consideration", "other considerations")),
    Field("closure-causes", ("incident root cause s", "incident root causes", "incident root cause")),
    Field("closure-remediation", ("remediation description", "description of remediation")),
    Field("closure-commitments", ("commitment summary", "commitments summary", "summary of commitments")),
    Field("additional", ("additional",)),
    Field("description", ("description",)),
    Field("detection", ("detection",)),
    Field("interaction", ("interaction with other factors",)),
    Field(
        "methodology",
        ("root cause analysis methodology used", "root cause analysis methodology", "rca methodology used"),
    ),
    Field(
        "q-aware",
        (
            "how we became aware",
            "how the ca became aware",
            "how your ca became aware",
            "how your ca first became aware",
            "how we first became aware",
            "how we were made aware",
            "how you became aware",
            "how ca first became aware of the problem",
            "how became aware",
        ),
        (
            "how your ca first became aware",
            "how your ca became aware",
            "how the ca first became aware",
            "how our ca first became aware",
            "how we first became aware of",
            "how your ca was first made aware",
            "how did your ca first become aware",
            "how did you first become aware",
        ),
    ),
    Field(
        "q-timeline",
        (),
        (
            "a timeline of the actions",
            "timeline of the actions your ca",
            "a timeline of actions your ca",
            "timeline of actions your ca",
            "timeline of the actions taken",
            "a timeline of the action",
            "timeline of actions taken in response",
        ),
    ),
    Field(
        "q-stopped",
        ("certificate issuance stopped", "whether we have stopped issuance"),
        (
            "whether your ca has stopped",
            "whether or not your ca has stopped",
            "whether we have stopped",
            "whether the ca has stopped",
            "whether ca has stopped",
            "confirmation that your ca has stopped",
            "prompt confirmation that your ca has",
            "whether our ca has stopped",
            "has your ca stopped",
        ),
    ),
    Field(
        "q-summary",
        (
            "summary of problematic certificates",
            "summary of the problematic certificates",
            "summary of affected certificates",
            "summary of the affected certificates",
            "summary of the certificates",
            "summary of certificates",
        ),
        (
            "a summary of the problematic certificates",
            "summary of the problematic certificates",
            "a summary of problematic certificates",
            "summary of problematic certificates",
            "in a case involving certificates a summary",
            "a summary of the affected certificates",
            "in a case involving tls server certificates a summary",
            "complete list of certificates that your ca",
        ),
    ),
    Field(
        "q-data",
        ("complete certificate data", "certificate data", "the complete certificate data"),
        (
            "the complete certificate data",
            "complete certificate data for",
            "in a case involving certificates the complete",
            "in a case involving tls server certificates the complete",
            "the complete data for the problematic",
        ),
    ),
    Field(
        "q-why",
        ("explanation", "explanation of how and why", "how and why", "how and why the mistakes were made"),
        (
            "explanation about how and why",
            "explanation of how and why",
            "an explanation of how and why",
            "explanation on how and why",
            "explanation how and why",
            "an explanation about how and why",
            "explanation about how the mistakes",
        ),
    ),
    Field(
        "q-steps",
        ("list of steps", "steps taken", "list of steps taken", "remediation steps", "list of remediation steps"),
        (
            "list of steps your ca",
            "a list of steps your ca",
            "list of steps the ca",
            "list of steps we are taking",
            "list of steps our ca",
            "list of steps that your ca",
            "list of steps being taken",
            "steps your ca is taking",
        ),
    ),
)

QUESTIONS = ("q-aware", "q-timeline", "q-stopped", "q-summary", "q-data", "q-why", "q-steps")
_BY_NUMBER = {
    2: ("timeline", "q-timeline"),
    4: ("summary", "q-summary"),
    6: ("root-cause", "q-why"),
    7: ("action-items", "q-steps"),
}
# Who leaves out the third question's words begins its answer with what they ask for.
_ABOUT_STOPPING = 3
_STOPPING = re.compile(
    r"(?:(?:certificate )?issuance (?:has|was|had|is)\b|we (?:have|had|did) (?:not )?(?:\w+ )?stop)", re.I
)
TITLES = ("title", "title-preliminary", "title-full", "title-audit", "title-closure", "finding")
_WEAK = frozenset(
    {"description", "additional", "detection", "analysis", "heuristic", "q-why", "appendix", "actions", "factor"}
)

_NOT_WORD = re.compile(r"[^0-9a-z]+")
_LEADING = re.compile(r"^[\s#>*_=~`+•·▪\-–|]+")
_NUMBERED = re.compile(
    r"^(?:[Qq](?:uestion)?[\s.:]*)?\(?(?:(?:[0-9]\.(?=[1-9][.)] ))?([0-9]{1,2})(?![0-9]"
    r"|[./-][0-9])|(I(?=[.):–-])|(?:I{2,3}|IV|VI{0,2})(?=[.):\s–-])))\s*[.):\-–]*\s*(?=\S)"
)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7}
_BOLD = re.compile(r"^(\*\*|__|\*|_)(?=\S)([^*_\n]{2,200}?)\1")
_EMPTY_VALUE = "*_: \t–-=#"


def folded(text: str) -> str:
    """Fold a field's name: lower case, letters and digits only, single blanks."""
    return _NOT_WORD.sub(" ", text.casefold().replace("'", "").replace("’", "")).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A field's name found on a line: which field, the value beside it, whether a long question text stood there."""

    slug: str
    value: str = ""
    long: bool = False
    number: int | None = None


@cache
def _names() -> dict[str, str]:
    return {name: field.slug for field in FIELDS for name in field.names}


@cache
def _long_names() -> tuple[str, ...]:
    return tuple(name for name in _names() if len(name) >= 10)


@cache
def _stems() -> dict[str, tuple[tuple[str, str], ...]]:
    table: dict[str, list[tuple[str, str]]] = {}
    for field in FIELDS:
        for stem in field.stems:
            table.setdefault(stem.split(" ", 1)[0], []).append((stem, field.slug))
    return {first: tuple(stems) for first, stems in table.items()}


def label_of(line: Line) -> Label | None:
    """Recognise the field that a line names, or nothing."""
    if line.kind == "row":
        return None
    text = _LEADING.sub("", line.text)
    number = line.ordinal
    numbered = _NUMBERED.match(text)
    if numbered:
        number, text = _ROMAN.get(numbered[2]) or int(numbered[1]), _LEADING.sub("", text[numbered.end() :])
    # Emphasis was cut from the front; a bold name is looked for where its marks still stand.
    found = _question(text) or _named(line, text, number)
    if found is None:
        is_third = number == _ABOUT_STOPPING and _STOPPING.match(text)
        return Label(slug="q-stopped", value=text, number=number) if is_third else None
    slug = found.slug
    if number in _BY_NUMBER and slug == _BY_NUMBER[number][0] and (line.kind == "heading" or numbered or line.ordinal):
        slug = _BY_NUMBER[number][1]
    return Label(slug=slug, value=found.value, long=found.long, number=number)


_FIRST_LETTERS = frozenset(stem[0] for field in FIELDS for stem in field.stems) | {'"'}


def _question(text: str) -> Label | None:
    if text[:1].lower() not in _FIRST_LETTERS:
        return None
    start = folded(text[:160])
    for stem, slug in _stems().get(start.split(" ", 1)[0], ()):
        if start.startswith(stem):
            return Label(slug=slug, value=_after_question(text), long=len(start) > len(stem) + 12)
    return None


_END_OF_QUESTION = re.compile(
    r"(?:time and date|date and time|and the date|had been done|was done|an audit was (?:done"
    r"|conducted)|requires an explanation"
    r"|with that problem was issued|problem were issued|were issued|per distinct problem|list per distinct problem"
    r"|until now|accomplish these things|in response|why or why not\??)[\s.*_:?)\"]*",
    re.I,
)


def _after_question(text: str) -> str:
    """Give what follows the question's own words on its line: an answer written behind it."""
    ends = [match.end() for match in _END_OF_QUESTION.finditer(text)]
    if ends:
        return text[ends[-1] :].strip(_EMPTY_VALUE)
    head, colon, tail = text.partition(":")
    return tail.strip(_EMPTY_VALUE) if colon and len(head) < LONGEST_NAME else ""


def _named(line: Line, text: str, number: int | None) -> Label | None:
    title = _title(line, text)
    if title:
        return title
    strong = line.kind == "heading" or text != line.text or number is not None
    for name, value, sure in _name_and_value(text):
        slug = _slug_of(name, fuzzy=strong or sure)
        if slug and _is_allowed(line, slug, name, value, strong=strong, sure=sure):
            return Label(slug=slug, value=value)
    return None


def _is_allowed(line: Line, slug: str, name: str, value: str, *, strong: bool, sure: bool) -> bool:
    """Keep weak words (an "Analysis" in a sentence) from passing for fields without a heading, emphasis or colon."""
    if slug in _WEAK:
        return line.kind == "heading" or (sure and not value) or (strong and bool(value or name))
    return line.kind == "heading" or not value or strong or sure


def _name_and_value(text: str) -> Iterable[tuple[str, str, bool]]:
    closing = min((at for at in (text.find("**"), text.find("__")) if at >= 0), default=-1)
    if 0 < closing <= LONGEST_NAME:
        yield text[:closing], text[closing:].lstrip("*_ ").lstrip(":–- ").strip(), True
    head, colon, tail = text.partition(":")
    if colon and len(head) <= LONGEST_NAME:
        yield head, tail.strip(_EMPTY_VALUE), True
    head, question, tail = text.partition("?")
    if question and len(head) <= LONGEST_NAME:
        yield head, tail.strip(_EMPTY_VALUE), True
    if len(text) <= LONGEST_NAME:
        yield text, "", False
        head, dash, tail = text.partition(" – ")
        if dash:
            yield head, tail.strip(), False


def _slug_of(name: str, *, fuzzy: bool) -> str | None:
    fold = folded(name)
    if not fold or len(fold) > LONGEST_NAME:
        return None
    exact = _names().get(fold)
    if exact or not fuzzy or len(fold) < 9:
        return exact
    best = process.extractOne(fold, _long_names(), scorer=fuzz.ratio, score_cutoff=ALIKE)
    return _names()[best[0]] if best and best[0][:3] == fold[:3] else None


_FINDING = re.compile(r"finding (?:no |nr |number )?[0-9]{1,3}\b")


def _title(line: Line, text: str) -> Label | None:
    """Recognise the title of a form, and the heading of an audit form's finding."""
    if len(text) > LONGEST_NAME or (line.kind not in {"heading", "text"}):
        return None
    fold = folded(text)
    if _FINDING.match(fold) and line.kind == "heading":
        return Label(slug="finding")
    words = fold.split(" ")
    heading = line.kind == "heading" or line.text != text
    if not heading and len(words) > 4:
        return None
    if "closure" in words and ("report" in words or "summary" in words) and len(words) <= 8:
        return Label(slug="title-closure")
    if "incident report" in fold:
        if not heading and not fold.endswith("incident report"):
            return None
        for word, slug in (
            ("preliminary", "title-preliminary"),
            ("audit", "title-audit"),
            ("full", "title-full"),
            ("final", "title-full"),
        ):
            if word in words:
                return Label(slug=slug)
        return Label(slug="title")
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A field with what stands under it: the label, its line, and the lines up to the next field."""

    slug: str
    label: Label
    line: Line
    body: tuple[Line, ...] = ()
    parent: str | None = None

    @property
    def value(self) -> str:
        """What stands beside the name and in the lines below, as one text."""
        return "\n".join(part for part in (self.label.value, *(line.text for line in self.body)) if part)

    def lines(self) -> tuple[Line, ...]:
        """The value's lines; what stood beside the name is the first."""
        if not self.label.value:
            return self.body
        return (Line(number=self.line.number, text=self.label.value, quoted=self.line.quoted), *self.body)


_IN_FACTOR = {"timeline", "description", "detection", "interaction", "methodology", "impact", "analysis"}
_ABOUT_FACTOR = frozenset({"factor", "description", "detection", "interaction", "methodology"})
_DATED = re.compile(r"[0-9]{1,2}[:./-][0-9]{1,2}|[0-9]{4}")


def sections_of(lines: Sequence[Line]) -> tuple[Section, ...]:
    """Cut the lines of a comment at the fields' names; lines before the first one form a section `""`.

    An unknown heading at the level of the field, or above, ends it too, unless it is a day of a timeline.
    """
    sections: list[Section] = []
    label, start, body, parent = Label(slug=""), Line(number=0, text=""), list[Line](), None
    cause = 0
    for line, named in zip(lines, _labels_of(lines), strict=True):
        found = _in_its_place(named, line, label, cause)
        if found is None and not _ends(line, label, start):
            body.append(line)
            continue
        sections.append(Section(slug=label.slug, label=label, line=start, body=tuple(body), parent=parent))
        label, start, body = found or Label(slug="other"), line, []
        if line.kind == "heading":
            parent = label.slug
            cause = (line.level or 1) if label.slug in {"root-cause", "factor"} else cause if line.level > cause else 0
    sections.append(Section(slug=label.slug, label=label, line=start, body=tuple(body), parent=parent))
    return tuple(section for section in sections if section.slug or section.body)


def _in_its_place(found: Label | None, line: Line, above: Label, cause: int) -> Label | None:
    """Tell a factor's own timeline from the report's, and a weak word among events from a field."""
    if found is None:
        return None
    if found.slug == "timeline":
        of_factor = cause and (line.kind != "heading" or line.level > cause)
        if of_factor or (found.value and above.slug in _ABOUT_FACTOR):
            return Label(slug="factor-timeline", value=found.value)
    return None if above.slug == "timeline" and found.slug in _WEAK and line.kind != "heading" else found


def _labels_of(lines: Sequence[Line]) -> tuple[Label | None, ...]:
    """Recognise the field of each line; in a numbered report, a heading in other words is known by its number."""
    labels = [label_of(line) for line in lines]
    asked = {label.slug: label.number for label in labels if label and label.slug in _NUMBER_OF and label.number}
    if len(asked) < _SURELY_NUMBERED or any(_NUMBER_OF[slug] != number for slug, number in asked.items()):
        return tuple(labels)
    taken, last = set(asked), 0
    for at, (line, label) in enumerate(zip(lines, labels, strict=True)):
        if label is not None:
            last = label.number if label.slug in asked and label.number else last
            continue
        number = _headed_number(line)
        slug = _QUESTION_OF.get(number or 0)
        if slug is None or slug in taken or number != last + 1:
            continue
        labels[at], last = Label(slug=slug, number=number), number
        taken.add(slug)
    return tuple(labels)


def _headed_number(line: Line) -> int | None:
    """Read the number of a heading, or of a line that is bold as a whole."""
    if line.kind != "heading" and not _ALL_BOLD.fullmatch(line.text):
        return None
    numbered = _NUMBERED.match(_LEADING.sub("", line.text))
    return _ROMAN.get(numbered[2]) or int(numbered[1]) if numbered else None


def _ends(line: Line, label: Label, start: Line) -> bool:
    if line.kind != "heading" or not label.slug or label.slug == "other":
        return False
    in_timeline = label.slug in {"timeline", "q-timeline"}
    return (start.kind != "heading" or line.level <= start.level) and not (in_timeline and _DATED.search(line.text))


_QUESTION_OF = dict(enumerate(QUESTIONS, start=1))
_NUMBER_OF = {slug: number for number, slug in _QUESTION_OF.items()}
_SURELY_NUMBERED = 2
_ALL_BOLD = re.compile(r"(?:\*\*|__)[^*_\n]{1,200}(?:\*\*|__):?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What proves a template: for each group, at least so many of its fields, and none of `without`.

    A text older than `since` cannot follow a form that nobody had seen yet.
    """

    template: Template
    groups: tuple[tuple[int, frozenset[str]], ...]
    without: frozenset[str] = frozenset()
    since: str = ""


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
        template="ccadb-2-audit",
        groups=((1, frozenset({"title-audit", "finding"})), (1, frozenset({"root-cause", "action-items", "finding"}))),
        without=_V3_ONLY | _CLOSURE | {"two-of-v3", "questions"},
        since=_V2_SINCE,
    ),
    Row(
        template="ccadb-2",
        groups=((1, frozenset({"titled-section", "three-sections"})),),
        without=_V3_ONLY | _CLOSURE | {"title-audit", "finding", "two-of-v3", "questions"},
        since=_V2_SINCE,
    ),
    Row(template="questions", groups=((1, frozenset({"questions"})),), without=_V3_ONLY | _CLOSURE | {"two-of-v3"}),
)


def template_of(sections: Sequence[Section], *, cut: bool = False, since: str | None = None) -> Template:
    """Name the form that a comment follows, or `none`; `since` is the comment's time, `cut` whether its end is missing.

    Raises TwoTemplates where two rows claim it; the tests hold that no text brings that about.
    """
    claims = {row.template for row in claiming(marks_of(sections, cut=cut), since)}
    if len(claims) > 1:
        raise TwoTemplates(f"the table of templates is not disjoint: {', '.join(sorted(claims))}")
    template = claims.pop() if claims else "none"
    return template if template in {"none", "questions"} or is_answered(sections) else "none"


def is_answered(sections: Sequence[Section]) -> bool:
    """Tell whether anything but the form's own words and placeholders stands in a form."""
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
    """Give the rows that claim a text with these marks, written at `since` where that is known."""
    return tuple(
        row
        for row in ROWS
        if (since is None or since >= row.since)
        and not marks & row.without
        and all(len(marks & group) >= least for least, group in row.groups)
    )


def marks_of(sections: Sequence[Section], *, cut: bool = False) -> frozenset[str]:
    """Collect the fields of a text, and what follows from several of them, as the table's rows name it."""
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
    return frozenset(marks)


def _answers_questions(sections: Sequence[Section], *, cut: bool) -> bool:
    """Tell whether questions stand there with answers: a bare list of questions asks for a report and is none."""
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
    # The next number of a list of questions is the next question, in whatever words.
    asked = section.label.number or len(QUESTIONS)
    words = [
        line.text
        for line in section.lines()
        if not _QUESTION_WORDS.search(line.text) and not (line.ordinal and line.ordinal > asked)
    ]
    return any(any(c.isalnum() for c in text) for text in words)
