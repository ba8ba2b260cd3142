"""Action items: read from tables, lists and plain commitments, and followed through a thread to their newest state."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from ca_incidents.schema.model import ActionKind, ActionStatus
from ca_incidents.scraper.reader.form.fields import folded
from ca_incidents.scraper.reader.form.placeholders import is_nothing_said
from ca_incidents.scraper.reader.form.sections import Section
from ca_incidents.scraper.reader.gathered import Item
from ca_incidents.scraper.reader.text.dates import Setting, moments
from ca_incidents.scraper.reader.text.lines import Line

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
    r"|\bunderway|\bcontinuous|\bscheduled",
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


def kind_in(text: str) -> ActionKind | None:
    """Read the kind of an item; a cell that names two kinds says none for certain, unless it begins with one."""
    found = sorted((m.start(), kind) for kind, pattern in _KINDS if (m := pattern.search(text)))
    return found[0][1] if found and (len(found) == 1 or found[0][0] <= 2) else None


def status_in(text: str) -> ActionStatus | None:
    """Read the status of an item from a cell."""
    return next((status for status, pattern in _STATUS if pattern.search(text)), None)


def columns_of(cells: Sequence[str]) -> dict[str, int] | None:
    """Recognise the header of an action item table: an item column and one at least of kind, due date, status."""
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
    return columns if "item" in columns and told and ("kind" in told or len(told) >= 2 or "due" in told) else None


def items_in_tables(lines: Iterable[Line], setting: Setting, source: int, *, inside: frozenset[int]) -> Iterator[Item]:
    """Read every action item table of a comment; `inside` are the lines that lie in an action item section."""
    columns: dict[str, int] | None = None
    for line in lines:
        if line.kind != "row":
            columns = None
            continue
        if not any(line.cells):
            continue
        header = columns_of(line.cells)
        if header is not None and ("kind" in header or line.number in inside or "status" in header):
            columns = header
        elif line.header:
            columns = None
        elif columns is not None:
            item = _item_of_row(line.cells, columns, setting, source)
            if item is not None:
                yield item


def _item_of_row(cells: Sequence[str], columns: dict[str, int], setting: Setting, source: int) -> Item | None:
    def cell(name: str) -> str:
        return cells[columns[name]].strip() if name in columns and columns[name] < len(cells) else ""

    text = cell("item").strip("*_ ")
    if not text or is_nothing_said(text) or _PLACEHOLDER.match(text):
        return None
    due_cell, status_cell = cell("due"), cell("status")
    due = _day_in(due_cell, setting)
    status = status_in(status_cell) or _status_of_due(due_cell)
    completed = _day_in(cell("completed"), setting)
    if status == "complete" and status_in(status_cell) == "complete":
        completed = completed or _day_in(status_cell, setting)
    if status == "complete" and due and re.match(r"[*_ (]*(?:complete|done|finished)", due_cell, re.I):
        due, completed = None, completed or due
    if completed and status is None:
        status = "complete"
    if not (cell("kind") or due_cell or status_cell):
        return None
    return Item(text=text, kind=kind_in(cell("kind")), due=due, status=status, completed=completed, source=source)


def _status_of_due(cell: str) -> ActionStatus | None:
    status = status_in(cell)
    return (
        status if status in {"complete", "canceled", "delayed"} or (status and not re.search("[0-9]", cell)) else None
    )


def _day_in(cell: str, setting: Setting) -> str | None:
    """Give the last certain day or time of a cell: a date that was moved is written behind the old one."""
    certain = [m.at for m in moments(cell, setting) if m.at and m.precision != "ambiguous"]
    return certain[-1] if certain else None


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


def items_in_lists(sections: Iterable[Section], setting: Setting, source: int) -> Iterator[Item]:
    """Read action items written as a list, each with its kind or its date."""
    for section in sections:
        if section.slug in {"action-items", "q-steps"}:
            for line in section.lines():
                if (line.kind == "item" and line.level <= 2) or _LETTERED.match(line.text):
                    item = _item_of_bullet(line.text, setting, source)
                    if item is not None:
                        yield item


# Markdown knows no list of letters.
_LETTERED = re.compile(r"\(?[a-h][.)] ")
_DATE_FIRST = re.compile(r"[*_ ]{0,4}(?:[:–|]|- )")
_IN_THE_PAST = re.compile(r"\b(?:was|were|has been|have been|had|completed|done|finished)\b", re.I)


def _promised_first(text: str, setting: Setting) -> str | None:
    """Give the day that an item begins with, "2021-10-15: Letter to all customers", unless it tells of the past."""
    first = next(iter(moments(text[:60], setting)), None)
    if first is None or first.start > 2 or first.precision == "ambiguous" or _IN_THE_PAST.search(text):
        return None
    return first.at if _DATE_FIRST.match(text, first.end) else None


def _item_of_bullet(text: str, setting: Setting, source: int) -> Item | None:
    bracketed = _BRACKETED_KIND.search(text)
    due = None
    for match in _DUE.finditer(text[:1500]):
        due = due or next(
            (
                m.at
                for m in moments(text[match.end() : match.end() + 40], setting)
                if m.start <= 8 and m.precision != "ambiguous"
            ),
            None,
        )
    due = due or _promised_first(text, setting)
    if not bracketed and not due:
        return None
    done = re.search(
        r"[(\[–:-][ *]*(?:completed?|done|finished)\b|\b(?:completed|done|finished) on\b|^\W*(?:completed?|done)\b",
        text,
        re.I,
    )
    ongoing = re.search(r"[(\[–:-][ *]*(?:in progress|ongoing)\b", text, re.I)
    status: ActionStatus | None = "complete" if done else "ongoing" if ongoing else None
    completed = due if done and re.search(r"(?:completed|done|finished) on\b", text, re.I) else None
    return Item(
        text=text,
        kind=kind_in(bracketed[0]) if bracketed else None,
        due=None if completed else due,
        status=status,
        completed=completed,
        source=source,
    )


_DEED = (
    r"(?:install|implement|add|deploy|introduc|record|automat|replac|upgrad|migrat|train|creat"
    r"|build|develop|configur|enforc|disabl|remov|block"
    r"|restrict|integrat|establish|expand|improv|extend|purchas|chang|updat|strengthen|enhanc"
    r"|revis|perform|conduct|enabl)"
)
_PROMISE = re.compile(
    rf"\b(?:we (?:will|shall|plan to|intend to|are going to|have (?:now |already |also )?)(?:"
    rf" also| now| then| further)? ?{_DEED}[a-z]*\b|we are (?:now |currently |also"
    rf" )?{_DEED}[a-z]*ing\b)",
    re.I,
)
_NO_PROMISE = re.compile(
    r"\bwe (?:will|shall|are)(?: also| now| currently| be)* (?:(?:be )?(?:updat|provid|post|shar"
    r"|report|examin|investigat|review|monitor|keep|continu|follow|work|evaluat|assess|analy"
    r"|look))|updat\w* (?:this|the) (?:bug|ticket|thread|issue)|\bupdate the community\b",
    re.I,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])|\n")


def promises_in(text: str, source: int) -> Iterator[Item]:
    """Read plain commitments in prose ("we will install …"); what concerns the bug itself is none."""
    for sentence in _SENTENCE_END.split(text):
        if _PROMISE.search(sentence[:600]) and not _NO_PROMISE.search(sentence[:600]):
            done = re.search(rf"\bwe have (?:now |already |also )?{_DEED}", sentence[:600], re.I)
            yield Item(text=sentence[:600], status="complete" if done else None, source=source)


_ALL_DONE = re.compile(
    r"\b(?:complet(?:es|ed|ing)|conclud(?:es|ed)|finish(?:es|ed)) (?:all )?(?:of )?(?:our|the"
    r"|all)(?: of our)? (?:planned |remaining |outstanding |committed )*(?:remediation|action"
    r" items|actions)\b"
    r"|\b(?:all|both|every|each) (?:of )?(?:our |the |planned |remaining |remediation |outstanding |listed "
    r"|committed |two |three |four )*(?:action items?|remediation (?:items|steps|actions|tasks)|remediations?"
    r"|actions|commitments) (?:[\w-]+ ){0,6}?(?:have been|are|has been|were|are now|was|is) (?:now |all "
    r"|already |also |fully |successfully )*(?:completed?|done|implemented|finished|closed)\b"
    r"|\bthere are no (?:more |further )?(?:open|outstanding|remaining) (?:action )?items\b"
    r"|\bno (?:open|outstanding|remaining)"
    r" action items (?:are left|remain)\b"
    r"|\b(?:we|have|has) (?:have |now |also )*completed all (?:of )?(?:our |the |planned "
    r"|remaining |outstanding )*(?:action items|remediation|actions|commitments)\b",
    re.I,
)
_NEGATED = re.compile(
    r"\b(?:not|once|when|after|until|unless|if|will|should|expect\w*|plan to|as soon as|before)\b", re.I
)
_ONE_DONE = re.compile(
    rf"\b(?:has|have) (?:now |also |already |successfully )*been (?:now |successfully |fully"
    rf" )*(?:completed|finished|{_DEED}e?d|rolled out|released|done)\b|\bis now (?:complete|in"
    rf" place|installed|live|deployed)\b"
    rf"|\b(?:was|were) (?:finished|completed|deployed|implemented|installed|put in(?:to)? \w+)"
    rf" (?:today|yesterday|on\b|last\b|this\b)",
    re.I,
)


_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_NUMBERED_DONE = re.compile(
    rf"\b(?P<nth>{'|'.join(_ORDINALS)}) (?:action )?item (?:(?:as|is|was|has been|to be|now) ){{0,2}}"
    r"(?:complete|completed|done|finished|closed)\b",
    re.I,
)


def announces_all_done(text: str) -> bool:
    """Tell whether a text says that everything promised is done."""
    return any(_ALL_DONE.search(s[:800]) and not _NEGATED.search(_before(s[:800])) for s in _SENTENCE_END.split(text))


def _before(sentence: str) -> str:
    match = _ALL_DONE.search(sentence)
    return sentence[: match.start()] if match else sentence


def done_in_prose(text: str, items: Sequence[Item]) -> frozenset[int]:
    """Find the items that a text says are done: a sentence that says so and shares most of one item's words."""
    done: set[int] = set()
    for sentence in _SENTENCE_END.split(text):
        part = sentence[:600]
        for named in _NUMBERED_DONE.finditer(part):
            if not _NEGATED.search(part[: named.start()]) and _ORDINALS.index(named["nth"].lower()) < len(items):
                done.add(_ORDINALS.index(named["nth"].lower()))
        match = _ONE_DONE.search(part)
        if match is None or _NEGATED.search(part[: match.start()]):
            continue
        said = _words(part)
        scores = sorted(
            (
                (len(said & _words(i.text)) / max(4, min(len(said), len(_words(i.text)))), n)
                for n, i in enumerate(items)
            ),
            reverse=True,
        )
        if scores and scores[0][0] >= 0.5 and (len(scores) == 1 or scores[1][0] < scores[0][0]):
            done.add(scores[0][1])
    return frozenset(done)


_COMMON = frozenset(
    "the a an and or of to in on for with by as at be is are was were has have had been will"
    " shall we our us it its this that these those from into not all any "
    "which who during next also now new additional".split()
)


def _words(text: str) -> set[str]:
    return {w[:6] for w in folded(text).split() if len(w) > 2 and w not in _COMMON}


def followed(known: Sequence[Item], stated: Sequence[Item]) -> tuple[Item, ...]:
    """Lay a newer statement about action items over what is known: the newest statement about an item wins.

    Items match by the likeness of their descriptions; where a whole table is restated, also by their order.
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
