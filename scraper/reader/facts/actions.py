"""Action items: read from tables, lists and prose, and tracked through a thread to their latest state."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from ca_incidents.schema.model import ActionStatus
from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.action_lists import (
    added_items,
    items_in_list,
    kind_in,
    loose_lists,
    new_items_among,
)
from ca_incidents.scraper.reader.facts.action_mentions import CODE, SETTLED, KnownItems, code_of
from ca_incidents.scraper.reader.facts.action_progress import LONGEST_DAY
from ca_incidents.scraper.reader.facts.action_status import days_in, done_on, last_certain, status_in
from ca_incidents.scraper.reader.facts.actions_in_prose import promises_in, steps_in, told_in_prose
from ca_incidents.scraper.reader.facts.all_done import announces_all_done
from ca_incidents.scraper.reader.facts.fact import Context, Found, Item
from ca_incidents.scraper.reader.facts.word_stems import words_of
from ca_incidents.scraper.reader.form.fields import folded
from ca_incidents.scraper.reader.form.placeholders import is_nothing_said
from ca_incidents.scraper.reader.form.templates import has_steps_in_prose

ALIKE = 78.0
NEARLY_ALIKE = 55.0
_MOST_ITEMS, _FEWEST_WORDS = 100, 2


_PLACEHOLDER = re.compile(r"(?:example|<|\[?(?:action item|describe|description)\]?\b|\.\.\.|…|\[.*\]$)", re.I)
_COLUMNS = (
    (
        "item",
        re.compile(
            r"(?:updated )?(?:action(?:s| items?)?(?: description)?|description(?: of action)?|item(?:"
            r" description)?|task|measure|remediation(?: item)?|step|corrective action"
            r"|counter ?measure|improvement|commitment|mitigation)s?$"
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
            r"|timeframe|when|due date utc|day|until|by|by when|planned|planned for|target day)(?: utc)?$"
        ),
    ),
    ("status", re.compile(r"(?:current )?(?:status|state|progress)$")),
    ("criteria", re.compile(r"evaluation criteri(?:a|on)$")),
)


def read(document: Document, context: Context) -> Found:
    """Read the action items that a comment states, and update those that are already known.

    Tables count first, then lists, then promises in prose. Only a comment without a form says in prose that items are
    done.
    """
    known, statements = context.known.items, _stated(document, context)
    items = followed(known, _told_once(statements))
    if known and not (context.is_form and any(statements)):
        added = {} if any(statements) else added_items(document, items)
        told = told_in_prose(document, items, added.keys(), context.title)
        items = tuple(_retold(item, told[n], document) if n in told else item for n, item in enumerate(items))
        promised = [] if any(statements) else new_items_among(document.sentences, document)[1]
        items = followed(items, [*added.values(), *promised])
        if announces_all_done(document.sentences):
            items = tuple(_done(item, document.number) for item in items)
    day = (document.comment.at or "")[:LONGEST_DAY] or None
    newest = (replace(item, told=day) if item.source == document.number else item for item in items)
    return Found(items=tuple(item if item.stated else replace(item, stated=day) for item in newest))


def _stated(document: Document, context: Context) -> list[list[Item]]:
    """Return the items that a comment states, one list per table or section."""
    sections = document.named("action-items", "q-steps")
    inside = frozenset(line.number for section in sections for line in section.body)
    tables = [items for items in _tables(document, inside) if items]
    lists = tables or [items for section in sections if (items := items_in_list(section.lines(), document))]
    if not (lists or context.is_form or context.known.items):
        lists = list(loose_lists(document))
    if lists:
        return lists
    if context.is_form:
        return [steps_in(section, document) for section in sections]
    if not has_steps_in_prose(context.template):
        return []
    known = KnownItems(context.known.items)
    promised = [one for one in promises_in(document.sentences, document) if not known.named_in(one.text).places]
    # A deed that nobody had promised answers a question.
    return [[one for one in promised if one.status is None]]


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


def _retold(item: Item, told: Item, document: Document) -> Item:
    """Update an item by the words of a comment; beside its row in a table they only add the day."""
    if item.source != document.number:
        return _newer(item, told)
    if item.status != told.status:
        return item
    if item.status == "delayed":
        return replace(item, due=told.due or item.due)
    return replace(item, completed=item.completed or told.completed)


def _done(item: Item, source: int) -> Item:
    """Take an item for done, unless it was dropped, or the same comment says that it is not."""
    is_told_otherwise = item.source == source and item.status in {"ongoing", "delayed"}
    is_done = item.status in SETTLED or is_told_otherwise
    return item if is_done else replace(item, status="complete", source=source)


_NO_ITEM = re.compile(r"(?:no|nr|number|id|owner|responsible|who|root causes?|comments?|remarks?|notes?)?$")


_PLANNED = re.compile(r"(?:\w+ )?(?:due|deadline|target|planned|eta|by|until|till)\b")


def columns_of(cells: Sequence[str], *, of_section: bool = False) -> dict[str, int] | None:
    """Recognise the header of an action item table: an item column and at least one of kind, due date and status.

    In the section for action items, or beside a due date and a status, the first column with another name has them.
    """
    columns: dict[str, int] = {}
    if any(folded(cell) in {"bug", "event", "bugs"} for cell in cells):
        return None
    for n, cell in enumerate(cells[:12]):
        name = folded(cell)
        slug = next((slug for slug, pattern in _COLUMNS if slug not in columns and pattern.match(name)), None)
        if slug:
            columns[slug] = n
    if "due" not in columns and "completed" in columns and re.match("completion", folded(cells[columns["completed"]])):
        # When it is to be completed, or in a later table when it was.
        columns["due"] = columns["completion"] = columns.pop("completed")
    told = {"kind", "due", "status"} & set(columns)
    is_plan = "status" in columns and "due" in columns and _PLANNED.match(folded(cells[columns["due"]]))
    if (is_plan or (of_section and told)) and "item" not in columns:
        others = [n for n, cell in enumerate(cells) if n not in columns.values() and not _NO_ITEM.match(folded(cell))]
        columns |= dict(zip(["item"], others, strict=False))
    if "item" not in columns or not told:
        return None
    # An update may repeat nothing but the items and how they stand.
    is_update = not re.match("description", folded(cells[columns["item"]]))
    return columns if told != {"status"} or is_update else None


def _tables(document: Document, inside: frozenset[int]) -> Iterator[list[Item]]:
    """Read every action item table of a comment; `inside` are the lines of the sections for action items."""
    columns: dict[str, int] | None = None
    items, is_first = list[Item](), True
    for line in document.lines:
        if line.kind != "row":
            columns, is_first = None, True
            continue
        if not any(line.cells):
            continue
        header = columns_of(line.cells, of_section=(line.header or is_first) and line.number in inside)
        is_first = False
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
        completed = completed or last_certain(days_in(status_cell, document))
    elif status == "delayed":
        # "Delayed to 2025-11-01"
        due = last_certain(days_in(status_cell, document)) or due
    if status == "complete" and due and re.match(r"[*_ (]*(?:complete|done|finished)", due_cell, re.I):
        due, completed = None, completed or due
    if status == "complete" and document.rank is None and "completion" in columns:
        due, completed = None, completed or due
    if completed and status is None:
        status = "complete"
    codes = (cell for cell in cells[: columns["item"]] if CODE.fullmatch(cell.strip("*_ #")))
    return Item(
        text=": ".join((*codes, text)),
        criteria=cell_of(cells, columns, "criteria"),
        kind=kind_in(kind_cell),
        due=due,
        status=status,
        completed=completed,
        source=document.number,
    )


def _status_of_due(cell: str) -> ActionStatus | None:
    status = status_in(cell)
    return (
        status if status in {"complete", "canceled", "delayed"} or (status and not re.search("[0-9]", cell)) else None
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
    code = code_of(new.text)
    same = [n for n in sorted(free) if code and code_of(items[n].text) == code]
    if same:
        return same[0]
    text, words = folded(new.text)[:400], words_of(new.text)
    scores = sorted(((max(_alike(text, items[n]), _contained(words, items[n])), -n) for n in free), reverse=True)
    if scores and scores[0][0] >= ALIKE:
        return -scores[0][1]
    if restated and place in free and place < len(items):
        old = items[place]
        is_repeated = new.due is not None and (new.due, new.kind) == (old.due, old.kind) and new.source != old.source
        return place if is_repeated or _alike(text, items[place]) >= NEARLY_ALIKE else None
    return None


def _alike(text: str, item: Item) -> float:
    return fuzz.token_sort_ratio(text, folded(item.text)[:400])


def _contained(words: frozenset[str], item: Item) -> float:
    """Return how much of the shorter text is in the longer one: an update often shortens the words of an item."""
    known = words_of(item.text)
    shorter = min(len(words), len(known))
    return 100 * len(words & known) / shorter if shorter >= _FEWEST_WORDS else 0


def _newer(old: Item, new: Item) -> Item:
    return replace(
        new,
        text=max(new.text, old.text, key=len),
        criteria=new.criteria or old.criteria,
        stated=old.stated,
        told=old.told,
        kind=new.kind or old.kind,
        due=new.due or old.due,
        status=new.status or old.status,
        completed=new.completed or (old.completed if (new.status or old.status) == "complete" else None),
    )
