"""Action items: read from tables, lists and prose, and tracked through a thread to their latest state."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from ca_incidents.schema.model import ActionKind, ActionStatus
from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.actions_in_prose import announces_all_done, done_in_prose, promises_in
from ca_incidents.scraper.reader.facts.fact import Context, Found, Item
from ca_incidents.scraper.reader.facts.words import table
from ca_incidents.scraper.reader.form.fields import folded
from ca_incidents.scraper.reader.form.placeholders import is_nothing_said
from ca_incidents.scraper.reader.form.sections import Section
from ca_incidents.scraper.reader.form.templates import has_steps_in_prose
from ca_incidents.scraper.reader.text.dates import Moment
from ca_incidents.scraper.reader.text.sentences import sentences_of

ALIKE = 78.0
NEARLY_ALIKE = 55.0
_MOST_ITEMS = 100


_KINDS: tuple[tuple[ActionKind, re.Pattern[str]], ...] = (
    ("prevent", re.compile(r"prevent", re.I)),
    ("mitigate", re.compile(r"mitigat", re.I)),
    ("detect", re.compile(r"detect", re.I)),
)
_NOT_DONE = re.compile(
    r"\b(?:not|in)[ -]?(?:yet )?(?:complete|started|done|finished)|\bincomplete|\bto do\b|\bin"
    r" progress|\bon-?going|\bpending|\bopen\b|\bplanned|\bstarted|\bunder way|\bon track"
    r"|\bunderway|\bcontinuous|\bscheduled|\b(?:to|will) be \w+|\bexpected",
    re.I,
)
_STATUS: tuple[tuple[ActionStatus, re.Pattern[str]], ...] = (
    ("canceled", re.compile(r"\bcancell?ed\b|\bwithdrawn\b|\babandoned\b", re.I)),
    ("delayed", re.compile(r"\bdelayed\b|\bpostponed\b|\boverdue\b", re.I)),
    ("ongoing", _NOT_DONE),
    (
        "complete",
        re.compile(
            r"\bcomplete[d]?\b|\bcompletion\b|\bdone\b|\bfinished\b|\bclosed\b|\bimplemented\b"
            r"|\bdeployed\b|\bresolved\b|✅|✔|☑",
            re.I,
        ),
    ),
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
    if not context.is_form:
        done = frozenset[int]() if stated else done_in_prose(document.sentences, known)
        if announces_all_done(document.sentences):
            done |= {n for n, item in enumerate(items) if item.status != "canceled"}
        items = tuple(_done(item, document.number) if n in done else item for n, item in enumerate(items))
    return Found(items=items)


def subject_of(text: str) -> str:
    """Return what an item changes: the most special subject whose words it has; among equals the first word counts."""
    part = text[:_LONGEST_ITEM]
    found = [
        (row.rank, match.start() if row.rank == _BY_FIRST_WORD else place, row.slug)
        for place, row in enumerate(table().action_subjects)
        if (match := row.pattern.search(part))
    ]
    return min(found)[-1] if found else OTHER


OTHER = "other"
_BY_FIRST_WORD = 1


def _stated(document: Document, context: Context) -> list[list[Item]]:
    """Return the items that a comment states, one list per table or section."""
    sections = document.named("action-items", "q-steps")
    inside = frozenset(line.number for section in sections for line in section.body)
    tables = [items for items in _tables(document, inside) if items]
    lists = tables or [items for section in sections if (items := list(_items_in_list(section, document)))]
    if lists or not has_steps_in_prose(context.template):
        return lists
    steps = [sentence for section in sections for sentence in sentences_of(section.value)]
    return [list(promises_in(steps if context.is_form else document.sentences, document.number))]


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


def _done(item: Item, source: int) -> Item:
    return item if item.status == "complete" else replace(item, status="complete", source=source)


def kind_in(text: str) -> ActionKind | None:
    """Read the kind of an item; a cell that names two kinds counts only if it begins with one of them."""
    found = sorted((m.start(), kind) for kind, pattern in _KINDS if (m := pattern.search(text)))
    return found[0][1] if found and (len(found) == 1 or found[0][0] <= 2) else None


def status_in(text: str) -> ActionStatus | None:
    """Read the status of an item from a cell."""
    return next((status for status, pattern in _STATUS if pattern.search(text)), None)


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
    is_update = re.match("(?:updated )?action", folded(cells[columns["item"]]))
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
    done_on = _done_on(due_cell, document)
    due = _last_certain(one for one in document.moments(due_cell) if one.at != done_on)
    status = status_in(status_cell) or _status_of_due(due_cell)
    completed = _last_certain(document.moments(cell_of(cells, columns, "completed"))) or done_on
    if status_in(status_cell) == "complete":
        completed = completed or _last_certain(document.moments(status_cell))
    elif status == "delayed":
        # "Delayed to 2025-11-01"
        due = _last_certain(document.moments(status_cell)) or due
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


def _last_certain(moments: Iterable[Moment]) -> str | None:
    """Return the last certain day or time: a date that was moved is written after the old one."""
    return next((moment.at for moment in reversed(tuple(moments)) if moment.is_certain), None)


_BRACKETED_KIND = re.compile(
    r"[(\[](prevent|mitigat|detect)[a-z]*[)\]]|\b(prevent|mitigate|detect)(?:ion)?[ ]*[:|–-]"
    r"|[:|–-][ ]*(prevent|mitigate|detect)\b",
    re.I,
)
_DUE = re.compile(
    r"\b(?:due(?: date)?|deadline|target(?: date)?|planned(?: for)?|eta|no later than"
    r"|(?:completed|done|finished|complete|implemented|deployed) (?:by|before|until|on)|by"
    r"|before|until|expected)\b[ :*]*",
    re.I,
)


def _items_in_list(section: Section, document: Document) -> Iterator[Item]:
    """Read action items written as a list, each with its kind or its date."""
    for line in section.lines():
        if (line.kind == "item" and line.level <= _DEEPEST_ITEM) or _LETTERED.match(line.text):
            item = _item_of_bullet(line.text, document)
            if item is not None:
                yield item


_DEEPEST_ITEM = 2
# Markdown has no lists with letters.
_LETTERED = re.compile(r"\(?[a-h][.)] ")
_DATE_FIRST = re.compile(r"[*_ ]{0,4}(?:[:–|]|- )")
_IN_THE_PAST = re.compile(r"\b(?:was|were|has been|have been|had|completed|done|finished)\b", re.I)


def _promised_first(text: str, document: Document) -> str | None:
    """Return the day that an item begins with, "2021-10-15: Letter to all customers", unless it tells of the past."""
    first = next(iter(document.moments(text[:_OPENING])), None)
    if first is None or first.start > _LONGEST_MARK or not first.is_certain or _IN_THE_PAST.search(text):
        return None
    return first.at if _DATE_FIRST.match(text, first.end) else None


def _due_in(text: str, document: Document) -> str | None:
    """Return the first day that a word such as "by" or "due" announces."""
    for match in _DUE.finditer(text[:_LONGEST_ITEM]):
        for moment in document.moments(text[match.end() : match.end() + _NEAR]):
            if moment.start <= _BESIDE and moment.is_certain:
                return moment.at
    return None


_OPENING, _LONGEST_MARK, _LONGEST_ITEM, _NEAR, _BESIDE = 60, 2, 1_500, 40, 8
_DONE_ITEM = re.compile(
    r"[(\[–:-][ *]*(?:completed?|done|finished)\b|\b(?:completed|done|finished) on\b|^\W*(?:completed?|done)\b", re.I
)
_DONE_ON = re.compile(
    r"(?<!be )\b(?:completed?|done|finished|closed|implemented|deployed|resolved)(?: on)?[ :(*–-]{1,4}(?=[0-9A-Z])",
    re.I,
)
_ONGOING_ITEM = re.compile(r"[(\[–:,-][ *]*(?:in progress|ongoing)\b", re.I)


def _done_on(text: str, document: Document) -> str | None:
    """Return the day of completion in "Done 2025-09-02" or "completed on 2 September 2025"."""
    for match in _DONE_ON.finditer(text[:_LONGEST_ITEM]):
        first = next(iter(document.moments(text[match.end() : match.end() + _NEAR])), None)
        if first is not None and first.start <= _LONGEST_MARK and first.is_certain:
            return first.at
    return None


def _item_of_bullet(text: str, document: Document) -> Item | None:
    bracketed = _BRACKETED_KIND.search(text)
    due = _due_in(text, document) or _promised_first(text, document)
    done, done_on = _DONE_ITEM.search(text), _done_on(text, document)
    if not (bracketed or due or done_on):
        return None
    status: ActionStatus | None = "complete" if done or done_on else "ongoing" if _ONGOING_ITEM.search(text) else None
    return Item(
        text=text,
        kind=kind_in(bracketed[0]) if bracketed else None,
        due=None if due == done_on else due,
        status=status,
        completed=done_on,
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
        text=old.text if len(old.text) > len(new.text) else new.text,
        kind=new.kind or old.kind,
        due=new.due or old.due,
        status=new.status or old.status,
        completed=new.completed or (old.completed if (new.status or old.status) == "complete" else None),
    )
