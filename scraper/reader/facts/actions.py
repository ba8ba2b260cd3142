"""Action items: read from tables, lists and prose, and tracked through a thread to their latest state."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from ca_incidents.schema.model import ActionKind, ActionStatus
from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.action_status import (
    LONGEST_ITEM,
    LONGEST_MARK,
    done_on,
    due_in,
    last_certain,
    status_in,
    status_in_line,
)
from ca_incidents.scraper.reader.facts.actions_in_prose import announces_all_done, promises_in, told_in_prose
from ca_incidents.scraper.reader.facts.fact import Context, Found, Item
from ca_incidents.scraper.reader.form.fields import folded
from ca_incidents.scraper.reader.form.placeholders import is_nothing_said
from ca_incidents.scraper.reader.form.sections import Section
from ca_incidents.scraper.reader.form.templates import has_steps_in_prose
from ca_incidents.scraper.reader.text.lines import Line
from ca_incidents.scraper.reader.text.sentences import sentences_of

ALIKE = 78.0
NEARLY_ALIKE = 55.0
_MOST_ITEMS = 100


_KINDS: tuple[tuple[ActionKind, re.Pattern[str]], ...] = (
    ("prevent", re.compile(r"prevent", re.I)),
    ("mitigate", re.compile(r"mitigat", re.I)),
    ("detect", re.compile(r"detect", re.I)),
)
_PLACEHOLDER = re.compile(r"(?:example|<|\[?(?:action item|describe|description)\]?\b|\.\.\.|…|\[.*\]$)", re.I)
_COLUMNS = (
    (
        "item",
        re.compile(
            r"(?:updated )?(?:action(?:s| items?)?(?: description)?|description(?: of action)?|item(?:"
            r" description)?|task|measure|remediation(?: item)?|step|corrective action)s?$"
        ),
    ),
    ("kind", re.compile(r"(?:kind|type|category)(?: of action)?$|prevent mitigate(?: or)? detect$")),
    (
        "completed",
        re.compile(
            r"(?:completed|completion|completed on|completion date|date completed|date of completion"
            r"|completed date|actual date|done date|finished)$"
        ),
    ),
    (
        "due",
        re.compile(
            r"(?:(?:new|updated|planned|expected|target|revised) )?(?:due|due dates?|deadline|target"
            r"|target date|planned date|eta|due by|date|completion|completion date|timeline|time frame"
            r"|timeframe|when|due date utc)(?: utc)?$"
        ),
    ),
    ("status", re.compile(r"(?:current )?(?:status|state|progress)$")),
)


def read(document: Document, context: Context) -> Found:
    """Read the action items that a comment states, and update those that are already known.

    Tables count first, then lists, then promises in prose. Only a comment without a form says in prose that items are
    done.
    """
    known, statements = context.known.items, _stated(document, context)
    stated = _told_once(statements)
    items = followed(known, stated)
    if not context.is_form and known:
        told = told_in_prose(document, items)
        items = tuple(
            _retold(item, told[n], is_in_table=bool(stated)) if n in told else item for n, item in enumerate(items)
        )
        if announces_all_done(document.sentences):
            items = tuple(item if item.status == "canceled" else _done(item, document.number) for item in items)
    return Found(items=items)


def _stated(document: Document, context: Context) -> list[list[Item]]:
    """Return the items that a comment states, one list per table or section."""
    sections = document.named("action-items", "q-steps")
    inside = frozenset(line.number for section in sections for line in section.body)
    tables = [items for items in _tables(document, inside) if items]
    lists = tables or [items for section in sections if (items := list(_items_in_list(section, document)))]
    if lists or not has_steps_in_prose(context.template):
        return lists
    steps = [sentence for section in sections for sentence in sentences_of(section.value)]
    return [list(promises_in(steps if context.is_form else document.sentences, document))]


def _told_once(statements: Sequence[Sequence[Item]]) -> tuple[Item, ...]:
    """Merge the tables of one comment: one that repeats most items of those above updates them, another adds its own.

    Two findings of an audit may have items that sound alike.
    """
    told: tuple[Item, ...] = ()
    for statement in statements:
        merged = followed(told, statement)
        repeated = len(told) + len(statement) - len(merged)
        told = merged if repeated * 2 > len(statement) else (*told, *statement)
    return told


def _retold(item: Item, told: Item, *, is_in_table: bool) -> Item:
    """Update an item by the words of a comment; beside a table they only say when what is complete was completed."""
    if not is_in_table:
        return _newer(item, told)
    is_dated = item.status == told.status == "complete" and item.completed is None
    return replace(item, completed=told.completed) if is_dated else item


def _done(item: Item, source: int) -> Item:
    return item if item.status == "complete" else replace(item, status="complete", source=source)


def kind_in(text: str) -> ActionKind | None:
    """Read the kind of an item; a cell that names two kinds counts only if it begins with one of them."""
    found = sorted((m.start(), kind) for kind, pattern in _KINDS if (m := pattern.search(text)))
    return found[0][1] if found and (len(found) == 1 or found[0][0] <= 2) else None


def columns_of(cells: Sequence[str]) -> dict[str, int] | None:
    """Recognise the header of an action item table: an item column and at least one of kind, due date and status."""
    columns: dict[str, int] = {}
    if any(folded(cell) in {"bug", "event", "bugs"} for cell in cells):
        return None
    for n, cell in enumerate(cells[:12]):
        name = folded(cell)
        slug = next((slug for slug, pattern in _COLUMNS if slug not in columns and pattern.match(name)), None)
        if slug:
            columns[slug] = n
    if "due" not in columns and "completed" in columns and re.match("completion", folded(cells[columns["completed"]])):
        columns["due"] = columns.pop("completed")
    told = {"kind", "due", "status"} & set(columns)
    if "item" not in columns or not told:
        return None
    # An update may repeat nothing but the items and how they stand.
    is_update = not re.match("description", folded(cells[columns["item"]]))
    return columns if told != {"status"} or is_update else None


def _tables(document: Document, inside: frozenset[int]) -> Iterator[list[Item]]:
    """Read every action item table of a comment; `inside` are the lines of the sections for action items."""
    columns: dict[str, int] | None = None
    items = list[Item]()
    for line in document.lines:
        if line.kind != "row":
            columns = None
            continue
        if not any(line.cells):
            continue
        header = columns_of(line.cells)
        if header is not None and ("kind" in header or line.number in inside or "status" in header):
            columns = header
            yield items
            items = []
        elif line.header:
            columns = None
        elif columns is not None:
            item = _item_of_row(line.cells, columns, document)
            if item is not None:
                items.append(item)
    yield items


def cell_of(cells: Sequence[str], columns: Mapping[str, int], name: str) -> str:
    """Return the cell of a named column, empty where the row or the table lacks it."""
    return cells[columns[name]].strip() if name in columns and columns[name] < len(cells) else ""


def _item_of_row(cells: Sequence[str], columns: Mapping[str, int], document: Document) -> Item | None:
    text = cell_of(cells, columns, "item").strip("*_ ")
    kind_cell, due_cell, status_cell = (cell_of(cells, columns, name) for name in ("kind", "due", "status"))
    if not text or is_nothing_said(text) or _PLACEHOLDER.match(text) or not (kind_cell or due_cell or status_cell):
        return None
    done = done_on(due_cell, document)
    due = last_certain(one for one in document.moments(due_cell) if one.at != done)
    status = status_in(status_cell) or _status_of_due(due_cell)
    completed = last_certain(document.moments(cell_of(cells, columns, "completed"))) or done
    if status_in(status_cell) == "complete":
        completed = completed or last_certain(document.moments(status_cell))
    elif status == "delayed":
        # "Delayed to 2025-11-01"
        due = last_certain(document.moments(status_cell)) or due
    if status == "complete" and due and re.match(r"[*_ (]*(?:complete|done|finished)", due_cell, re.I):
        due, completed = None, completed or due
    if completed and status is None:
        status = "complete"
    return Item(text=text, kind=kind_in(kind_cell), due=due, status=status, completed=completed, source=document.number)


def _status_of_due(cell: str) -> ActionStatus | None:
    status = status_in(cell)
    return (
        status if status in {"complete", "canceled", "delayed"} or (status and not re.search("[0-9]", cell)) else None
    )


_BRACKETED_KIND = re.compile(
    r"[(\[](prevent|mitigat|detect)[a-z]*[)\]]|\b(prevent|mitigate|detect)(?:ion)?[ ]*[:|–-]"
    r"|[:|–-][ ]*(prevent|mitigate|detect)\b",
    re.I,
)


def _items_in_list(section: Section, document: Document) -> Iterator[Item]:
    """Read action items written as a list, each with its kind or its date, perhaps in lines of its own."""
    blocks = list[str]()
    for line in section.lines():
        if blocks and _FIELD_OF_ITEM.match(line.text):
            blocks[-1] = f"{blocks[-1]} – {line.text}"
        elif is_list_item(line):
            blocks.append(line.text)
    for text in blocks:
        item = item_of_line(text, document)
        if item is not None:
            yield item


_FIELD_OF_ITEM = re.compile(
    r"[*_]{0,3}(?:kind|type|category|due(?: date)?|deadline|target(?: date)?|status|completed(?: on)?"
    r"|completion(?: date)?)[*_]{0,3} ?:",
    re.I,
)


def is_list_item(line: Line) -> bool:
    """Return whether a line is an item of a list: numbered, lettered or with a mark."""
    return (line.kind == "item" and line.level <= _DEEPEST_ITEM) or _LETTERED.match(line.text) is not None


_DEEPEST_ITEM, _OPENING = 2, 60
# Markdown has no lists with letters.
_LETTERED = re.compile(r"\(?[a-h][.)] ")
_DATE_FIRST = re.compile(r"[*_ ]{0,4}(?:[:–|]|- )")
_SET_OFF_BY, _AFTER_LAST = (":", "(", "[", "|", "–", "—", ",", " -"), re.compile(r"[\s)\].;*_]*")
_IN_THE_PAST = re.compile(r"\b(?:was|were|has been|have been|had|completed|done|finished)\b", re.I)


def _promised_first(text: str, document: Document) -> str | None:
    """Return the day that an item begins with, "2021-10-15: Letter to all customers", unless it tells of the past."""
    first = next(iter(document.moments(text[:_OPENING])), None)
    if first is None or first.start > LONGEST_MARK or not first.is_certain or _IN_THE_PAST.search(text):
        return None
    return first.at if _DATE_FIRST.match(text, first.end) else None


def _promised_last(text: str, document: Document) -> str | None:
    """Return the day that an item ends with, set off: "Letter to all customers (2021-10-15)"."""
    if len(text) > LONGEST_ITEM:
        return None
    last = next(reversed(document.moments(text)), None)
    if last is None or not last.is_certain or _IN_THE_PAST.search(text):
        return None
    before = text[: last.start].rstrip(" *_")
    is_set_off = before.endswith(_SET_OFF_BY) and _AFTER_LAST.fullmatch(text, last.end)
    return last.at if is_set_off and re.search(r"\w", before) else None


def item_of_line(text: str, document: Document) -> Item | None:
    """Read an item from a line of a list that states its kind, its due date or its completion."""
    bracketed = _BRACKETED_KIND.search(text)
    due = due_in(text, document) or _promised_first(text, document) or _promised_last(text, document)
    completed, status = done_on(text, document), status_in_line(text)
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


def followed(known: Sequence[Item], stated: Sequence[Item]) -> tuple[Item, ...]:
    """Merge newer statements about action items into the known ones: the latest statement about an item wins.

    Items match if their descriptions are similar; if a complete table is repeated, also by their order.
    """
    items = list(known[:_MOST_ITEMS])
    free = set(range(len(items)))
    for place, new in enumerate(stated[:_MOST_ITEMS]):
        match = _match(new, place, items, free, restated=len(stated) == len(known))
        if match is None:
            items.append(new)
        else:
            free.discard(match)
            items[match] = _newer(items[match], new)
    return tuple(items)


def _match(new: Item, place: int, items: Sequence[Item], free: set[int], *, restated: bool) -> int | None:
    text = folded(new.text)[:400]
    scores = sorted(((fuzz.token_sort_ratio(text, folded(items[n].text)[:400]), -n) for n in free), reverse=True)
    if scores and scores[0][0] >= ALIKE:
        return -scores[0][1]
    if restated and place in free and place < len(items):
        same = fuzz.token_sort_ratio(text, folded(items[place].text)[:400])
        return place if same >= NEARLY_ALIKE else None
    return None


def _newer(old: Item, new: Item) -> Item:
    return replace(
        new,
        text=max(new.text, old.text, key=len),
        kind=new.kind or old.kind,
        due=new.due or old.due,
        status=new.status or old.status,
        completed=new.completed or (old.completed if (new.status or old.status) == "complete" else None),
    )
