"""Split a comment into the sections of its form."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from rapidfuzz import fuzz, process

from ca_incidents.scraper.reader.form.fields import FIELDS, QUESTIONS, folded
from ca_incidents.scraper.reader.text.lines import Line

LONGEST_NAME = 90


ALIKE = 90.0


_BY_NUMBER = {
    2: ("timeline", "q-timeline"),
    4: ("summary", "q-summary"),
    6: ("root-cause", "q-why"),
    7: ("action-items", "q-steps"),
}


# Reporters who leave out the words of the third question begin with its answer.
_ABOUT_STOPPING = 3


_STOPPING = re.compile(
    r"(?:(?:certificate )?issuance (?:has|was|had|is)\b|we (?:have|had|did) (?:not )?(?:\w+ )?stop)", re.I
)


_WEAK = frozenset(
    {"description", "additional", "detection", "analysis", "heuristic", "q-why", "appendix", "actions", "factor"}
)


_LEADING = re.compile(r"^[\s#>*_=~`+•·▪\-–|]+")


_NUMBERED = re.compile(
    r"^(?:(?:[Qq](?:uestion)?|[Tt]opic|[Pp]oint|[Aa]nswer(?: to)?|[Aa]d)[\s.:#]*)?"
    r"\(?(?:(?:[0-9]\.(?=[1-9][.)] ))?([0-9]{1,2})(?![0-9]"
    r"|[./-][0-9])|(I(?=[.):–-])|(?:I{2,3}|IV|VI{0,2})(?=[.):\s–-])))\s*[.):\-–]*\s*(?=\S)"
)


_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7}


_EMPTY_VALUE = "*_: \t–-=#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """The name of a field found on a line: which field, the value after it, and whether it is a long question."""

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
    """Return the field that a line names, None if it names none."""
    if line.kind == "row":
        return None
    text = _LEADING.sub("", line.text)
    number = line.ordinal
    numbered = _NUMBERED.match(text)
    if numbered:
        number, text = _ROMAN.get(numbered[2]) or int(numbered[1]), _LEADING.sub("", text[numbered.end() :])
    # Leading emphasis was removed; a bold name is searched where the marks are still there.
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
    """Return what follows the question on its line: an answer written after it."""
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
    """Accept a common word such as "Analysis" as a field only with a heading, emphasis or colon."""
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
    """A field with its value: the label, its line, and the lines up to the next field."""

    slug: str
    label: Label
    line: Line
    body: tuple[Line, ...] = ()
    parent: str | None = None

    @property
    def value(self) -> str:
        """The text after the name and in the lines below."""
        return "\n".join(part for part in (self.label.value, *(line.text for line in self.body)) if part)

    def lines(self) -> tuple[Line, ...]:
        """Return the lines of the value; the text after the name comes first."""
        if not self.label.value:
            return self.body
        return (Line(number=self.line.number, text=self.label.value, quoted=self.line.quoted), *self.body)


_ABOUT_FACTOR = frozenset({"factor", "description", "detection", "interaction", "methodology"})


_DATED = re.compile(r"[0-9]{1,2}[:./-][0-9]{1,2}|[0-9]{4}")


def sections_of(lines: Sequence[Line]) -> tuple[Section, ...]:
    """Split the lines of a comment at the names of fields; lines before the first one form a section `""`.

    An unknown heading at the level of the field, or above, ends it too, unless it is a day of a timeline.
    """
    lines = [part for line in lines for part in _parted(line)]
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


# Pages that lost their line ends, and terse writers, have several fields of a list on one line.
_LISTED = frozenset(
    {"nc-start", "nc-identified", "nc-end", "total", "remaining", "types", "disclosure-source", "ca-owner-id"}
)
_NEXT_FIELD = re.compile(r"(?: [-–•]|[.;:,][*_]*) +[*_]*(?=([A-Z][\w\"'/() -]{8,80}?)[*_]* ?:)")


def _parted(line: Line) -> Iterator[Line]:
    """Yield a line in parts, so that each field with its name and colon begins one."""
    named = (match for match in _NEXT_FIELD.finditer(line.text) if _slug_of(match[1], fuzzy=False) in _LISTED)
    cuts = [(match.start(), match.end()) for match in named] if line.kind != "row" else []
    start = 0
    for end, after in cuts:
        yield replace(line, text=line.text[start:end])
        start = after
    yield replace(line, text=line.text[start:]) if cuts else line


def _in_its_place(found: Label | None, line: Line, above: Label, cause: int) -> Label | None:
    """Distinguish a factor's own timeline from the report's, and a common word among events from a field."""
    if found is None:
        return None
    if found.slug == "timeline":
        of_factor = cause and (line.kind != "heading" or line.level > cause)
        if of_factor or (found.value and above.slug in _ABOUT_FACTOR):
            return Label(slug="factor-timeline", value=found.value)
    return None if above.slug == "timeline" and found.slug in _WEAK and line.kind != "heading" else found


def _labels_of(lines: Sequence[Line]) -> tuple[Label | None, ...]:
    """Return the field of each line; in a numbered report, a line without the question is recognised by its number."""
    labels = [label_of(line) for line in lines]
    asked = {label.slug: label.number for label in labels if label and label.slug in _NUMBER_OF and label.number}
    if len(asked) < _SURELY_NUMBERED or any(_NUMBER_OF[slug] != number for slug, number in asked.items()):
        return tuple(labels)
    pairs = [(line, label) for line, label in zip(lines, labels, strict=True) if label and label.slug in asked]
    are_items = all(line.ordinal and line.kind == "item" for line, _ in pairs)
    taken, last, is_nested = set(asked), 0, False
    for at, (line, label) in enumerate(zip(lines, labels, strict=True)):
        if label is not None:
            last = label.number if label.slug in asked and label.number else last
            is_nested = False
            continue
        number = _headed_number(line) or (line.ordinal if are_items else None)
        # A list within an answer begins again with 1.
        is_nested = is_nested or (number is not None and number <= last)
        slug = _QUESTION_OF.get(number or 0)
        is_headed = _headed_number(line) is not None
        if slug is None or number is None or slug in taken or is_nested or (is_headed and number != last + 1):
            continue
        labels[at], last = Label(slug=slug, number=number, value="" if is_headed else line.text), number
        taken.add(slug)
    return tuple(labels)


def _headed_number(line: Line) -> int | None:
    """Return the number of a heading, or of a line that is completely bold."""
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
