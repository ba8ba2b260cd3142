"""Action items written as a list: those of a form's section, and those that a later comment adds."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ca_incidents.schema.model import ActionKind
from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.action_mentions import ROMAN, KnownItems
from ca_incidents.scraper.reader.facts.action_progress import is_later, later_day, progress_of
from ca_incidents.scraper.reader.facts.action_status import (
    LONGEST_ITEM,
    LONGEST_MARK,
    days_in,
    done_on,
    due_in,
    status_in_line,
)
from ca_incidents.scraper.reader.facts.fact import Item
from ca_incidents.scraper.reader.facts.word_stems import words_of
from ca_incidents.scraper.reader.form.placeholders import is_nothing_said
from ca_incidents.scraper.reader.text.lines import Line

_KINDS: tuple[tuple[ActionKind, re.Pattern[str]], ...] = (
    ("prevent", re.compile(r"prevent", re.I)),
    ("mitigate", re.compile(r"mitigat", re.I)),
    ("detect", re.compile(r"detect", re.I)),
)
_BRACKETED_KIND = re.compile(
    r"[(\[](prevent|mitigat|detect)[a-z]*[)\],]|\b(prevent|mitigate|detect)(?:ion)?[ ]*[:|–-]"
    r"|[:|–-][ ]*(prevent|mitigate|detect)\b|[.;,] (prevent|mitigate|detect)(?=[.;,])",
    re.I,
)
_FIELD_OF_ITEM = re.compile(
    r"[*_]{0,3}(?:kind|type|category|due(?: date)?|deadline|target(?: date)?|status|completed(?: on)?"
    r"|completion(?: date)?)[*_]{0,3} ?:",
    re.I,
)
_DEEPEST_ITEM, _OPENING = 2, 60
# Markdown has no lists with letters, or with numbers in brackets.
_MARKED = re.compile(
    r"\(?(?P<mark>[a-hA-H]|[0-9]{1,2}|[ivx]{1,4}|[IVX]{1,4})[.)/]{1,2} "
    r"|(?:[Ss]tep|[Ii]tem|[Aa]ction|[Mm]easure) #?(?:[A-H]|[0-9]{1,2})\b(?= ?[:.)(–-])"
)
_DATE_FIRST = re.compile(r"[*_ ]{0,4}(?:[:–|]|- )")
_SET_OFF_BY, _AFTER_LAST = (
    (":", "(", "[", "|", "–", "—", ",", " -"),
    re.compile(r"(?:[,;:–-]? ?\(?(?:already )?(?:done|completed?|finished|closed))?[\s)\].;*_]*", re.I),
)
_IN_THE_PAST = re.compile(r"\b(?:was|were|has been|have been|had|completed|done|finished)\b", re.I)
_IS_NEW = re.compile(r"\W*(?:new|added|additional|further)\b", re.I)
_ADDS = re.compile(
    r"\b(?:add(?:s|ed|ing)?|new|further|additional)\b(?=.{0,80}"
    r"\b(?:items?|steps?|tasks?|measures?|actions?|points?|following|it|them|list)\b)",
    re.I | re.S,
)


def items_in_list(lines: Sequence[Line], document: Document) -> list[Item]:
    """Read the items of a section's list, each with its kind or its date, perhaps in lines of its own.

    In a numbered list where at least half of them have one, the others are items too.
    """
    blocks = list(_blocks(lines))
    is_first = bool(blocks) and lines[0].kind == "text" and not _is_item(lines[0]) and len(enumerated(lines[0])) == 1
    if is_first and item_of_line(lines[0].text, document):
        # The first item is on the line that has the number of the answer.
        blocks.insert(0, _Block(lines[0].text, None))
    items = [(block, item_of_line(block.text, document)) for block in blocks]
    are_items = sum(item is not None for _, item in items) * 2 >= len(items)
    return [
        item or Item(text=block.text, status=status_in_line(block.text), source=document.number)
        for block, item in items
        if item is not None or (are_items and _is_sibling(block))
    ]


def _is_sibling(block: "_Block") -> bool:
    return (block.number is not None and _has_words(block.text)) or status_in_line(block.text) is not None


def loose_lists(document: Document) -> Iterator[list[Item]]:
    """Find lists of steps below a line with a colon, in a comment without the names of a form: some are still due."""
    run, is_announced, above = list[Line](), False, ""
    for line in (*document.lines, Line(number=0, text="")):
        if _is_item(line) and not line.quoted:
            is_announced = is_announced if run else above.endswith(":")
            run.append(line)
            continue
        parts = () if line.quoted or line.kind == "row" else enumerated(line)
        for steps in (run if is_announced else [], parts if len(parts) > 1 else []):
            items = items_in_list(steps, document)
            if len(items) * 2 > len(steps) and any(item.due and is_later(item.due, document) for item in items):
                yield items
        run, above = [], line.text


def enumerated(line: Line) -> Sequence[Line]:
    """Split a line that enumerates within a sentence, "(i) …; (ii) …; and (iii) …", into the items of a list."""
    marks = list(_WITHIN.finditer(line.text[:LONGEST_ITEM])) if "(" in line.text else []
    for names in _ENUMERATIONS:
        if len(marks) > 1 and [mark["mark"].lower() for mark in marks] == list(names[: len(marks)]):
            ends = [*(mark.start() for mark in marks[1:]), None]
            return [
                replace(line, text=line.text[mark.end() : end], kind="item", level=1, ordinal=number)
                for number, (mark, end) in enumerate(zip(marks, ends, strict=True), start=1)
            ]
    return [line]


_WITHIN = re.compile(r"(?:(?<=[\s:;,])|^)(?:and )?\((?P<mark>[ivx]{1,4}|[a-h]|[0-9]{1,2})\) (?=\w)", re.I)
_ENUMERATIONS: tuple[Sequence[str], ...] = (ROMAN, "abcdefgh", tuple(map(str, range(1, 20))))


@dataclass(frozen=True, slots=True)
class _Block:
    """The text of an item of a list, and its number."""

    text: str
    number: int | None


def _has_words(text: str) -> bool:
    return re.search(r"\w{3}", text) is not None and not is_nothing_said(text)


def _blocks(lines: Iterable[Line]) -> Iterator[_Block]:
    held: _Block | None = None
    for line in (part for one in lines if one.kind != "row" for part in enumerated(one)):
        if held and _FIELD_OF_ITEM.match(line.text):
            held = replace(held, text=f"{held.text} – {line.text}")
        elif _is_item(line):
            if held:
                yield held
            held = _Block(line.text, _number_of(line))
    if held:
        yield held


def _is_item(line: Line) -> bool:
    return (line.kind == "item" and line.level <= _DEEPEST_ITEM) or _MARKED.match(line.text) is not None


def added_items(document: Document, known: Sequence[Item]) -> dict[int, Item]:
    """Read the items that a later comment adds as lines of a list, by their line.

    A line adds an item if it says so, if it has the next number, or if the sentence above the list says so.
    """
    added = dict[int, Item]()
    items = KnownItems(known)
    above = ""
    for line in document.lines:
        if line.quoted or line.kind == "row":
            continue
        if not _is_item(line):
            above = line.text
            continue
        item = item_of_line(line.text, document)
        if item is None:
            continue
        is_next = _number_of(line) == len(known) + len(added) + 1
        if _IS_NEW.match(line.text) or is_next or (_ADDS.search(above) and not items.restates(line.text)):
            added[line.number] = item
    return added


_NEW_ITEM = re.compile(
    r"\badd(?:ed|ing)? (?:(?:an?|one|another|new|further|fourth|fifth|sixth) ){1,3}(?:action |remediation )?"
    r"(?:item|step|measure|task|action)\b"
    r"|\badd(?:ed|ing)? (?:item|step|measure|task|action) \(?(?:[A-H]|[0-9]{1,2})\b"
    r"|\b(?:new|further|additional|another) (?:action |remediation )?(?:item|step|measure|task|action)\b(?= ?[:(–-])"
    r"|\bin (?:its|their) place\b|\b(?:in place|instead) of (?:it|this|that|them)\b",
    re.I,
)
_ITS_DAY = re.compile(r"\W*(?:(?:the|its) )?(?:new )?(?:due(?: date)?|deadline|target(?: date)?|date)\b", re.I)


def new_items_among(sentences: Iterable[str], document: Document) -> tuple[list[str], list[Item]]:
    """Return the items that sentences add with a day to come, perhaps told by the next sentence; and the others."""
    others, items = list[str](), list[Item]()
    held: str | None = None
    for sentence in sentences:
        if held is not None and _ITS_DAY.match(sentence) and (item := _new_item(f"{held} {sentence}", document)):
            others.pop()
            items.append(item)
            held = None
            continue
        item = _new_item(sentence, document)
        if item:
            items.append(item)
        else:
            others.append(sentence)
        held = sentence if item is None and _NEW_ITEM.search(sentence) else None
    return others, items


def _new_item(text: str, document: Document) -> Item | None:
    match = _NEW_ITEM.search(text[:LONGEST_ITEM])
    item = item_of_line(text[match.end() :].lstrip(" :,(–-"), document) if match else None
    return item if item and item.due and is_later(item.due, document) else None


def _number_of(line: Line) -> int | None:
    marked = _MARKED.match(line.text)
    return int(marked["mark"]) if marked and (marked["mark"] or "").isdigit() else line.ordinal


def item_of_line(text: str, document: Document) -> Item | None:
    """Read an item from a line of a list that states its kind, its due date or its completion."""
    bracketed = _BRACKETED_KIND.search(text)
    first = _promised_first(text, document)
    last = _promised_last(text, document)
    due = due_in(text, document) or first or last or later_day(text, document)
    status = status_in_line(text)
    completed = done_on(text, document) or (None if last else _completed(text, document))
    if status == "complete" and due == first and first and not is_later(first, document):
        completed = completed or first
    if not (bracketed or due or completed):
        return None
    return Item(
        text=text,
        kind=kind_in(bracketed[0]) if bracketed else None,
        due=None if due == completed else due,
        status="complete" if completed else status,
        completed=completed,
        source=document.number,
    )


def _completed(text: str, document: Document) -> str | None:
    """Return the day on which a line says that its step was done: "The list was corrected on 3 May"."""
    told = progress_of(text, document, words_of(text)) if _IN_THE_PAST.search(text) else None
    return told.completed if told and told.status == "complete" else None


def kind_in(text: str) -> ActionKind | None:
    """Read the kind of an item; a cell that names two kinds counts only if it begins with one of them."""
    found = sorted((m.start(), kind) for kind, pattern in _KINDS if (m := pattern.search(text)))
    return found[0][1] if found and (len(found) == 1 or found[0][0] <= 2) else None


def _promised_first(text: str, document: Document) -> str | None:
    """Return the day that an item begins with, "2021-10-15: Letter to all customers", unless it tells of the past."""
    first = next(iter(days_in(text[:_OPENING], document)), None)
    if first is None or first.start > LONGEST_MARK or not first.is_certain or _IN_THE_PAST.search(text):
        return None
    return first.at if _DATE_FIRST.match(text, first.end) else None


def _promised_last(text: str, document: Document) -> str | None:
    """Return the day that an item ends with, set off: "Letter to customers (2021-10-15)", "(2021-10-15, done)"."""
    if len(text) > LONGEST_ITEM:
        return None
    last = next(reversed(days_in(text, document)), None)
    if last is None or not last.is_certain or _IN_THE_PAST.search(text, 0, last.start):
        return None
    before = text[: last.start].rstrip(" *_")
    is_set_off = before.endswith(_SET_OFF_BY) and _AFTER_LAST.fullmatch(text, last.end)
    return last.at if is_set_off and re.search(r"\w", before) else None
