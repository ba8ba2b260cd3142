"""How an action item stands, when it was done, and when it is due, as a cell, a list item or a sentence says it."""

import re
from collections.abc import Iterable

from ca_incidents.schema.model import ActionStatus
from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.text.dates import Moment
from ca_incidents.scraper.reader.text.relative_days import days_told

_NEAR, _BESIDE, LONGEST_ITEM = 40, 8, 1_500
LONGEST_MARK = 2

_NOT_DONE = re.compile(
    r"\b(?:not|in)[ -]?(?:yet )?(?:be |been |fully )?(?:complete|started|done|finished)|\bincomplete|\bto do\b"
    r"|\bin (?:progress|work)\b|\bon-?going|\bWIP\b|\bpending|\bopen\b|\bplanned|\bstarted|\bunder way"
    r"|\bon (?:track|schedule)\b|\bunderway|\bcontinuous|\bscheduled"
    r"|\b(?:to|will|should|shall|can) be \w+|\bexpected|\bremains?\b",
    re.I,
)
_NEW_DATE = (
    r"\bnew (?:due |target |planned |completion |expected )*(?:date|deadline|target|eta)"
    r"(?: (?:for|of)(?: [\w#]+){1,6}?)? ?(?:is|will be|:|to)\b"
)
_STATUS: tuple[tuple[ActionStatus, re.Pattern[str]], ...] = (
    (
        "canceled",
        re.compile(r"\bcancel\w*|\bwithdrawn\b|\babandoned\b|\bdrop(?:ped)?\b|\bno longer (?:needed|pursued)", re.I),
    ),
    (
        "delayed",
        re.compile(
            r"\bdelayed\b|\bpostponed\b|\bdeferred\b|\boverdue\b|\brescheduled\b|\bslipped\b"
            r"|\b(?:moved|extended) (?:to|until)\b|\bbehind schedule|\b(?:be|is|are|running) late\b"
            rf"|\bneeds? more time|\btakes? longer|{_NEW_DATE}",
            re.I,
        ),
    ),
    ("ongoing", _NOT_DONE),
    (
        "complete",
        re.compile(
            r"\bcomplete[d]?\b|\bcompletion\b|\bdone\b|\bfinished\b|\bclosed\b|\bimplemented\b"
            r"|\bdeployed\b|\bresolved\b|\bin place\b|\blive\b|\bfulfilled\b"
            r"|\bin (?:production|operation|force)\b|✅|✔|✓|☑",
            re.I,
        ),
    ),
)
_DUE = re.compile(
    r"\b(?:due(?: ?date)?|deadline|target(?: date)?|planned(?: for)?|eta|no later than"
    r"|(?:completed|done|finished|complete|implemented|deployed) (?:by|before|until|on)|by"
    r"|before|until|till|scheduled for|expected)\b[ :*]*",
    re.I,
)
_DONE_ON = re.compile(
    r"(?<!be )(?<!\w)(?:completed?|done|finished|closed|implemented|deployed|resolved|live|✅|✔|✓|☑)"
    r"(?: date| on| as of| since)?[ :(*–-]{1,4}(?=[0-9A-Z])",
    re.I,
)
_MOVED = re.compile(
    r"(?:\b(?:delay|postpone|reschedule|move|extend|slip(?:pe)?)(?:d|ed|s)?(?: \w+){0,4}? (?:until|till|to|by)\b"
    r"|\b(?:chang|mov|shift|postpon|extend|set|push|adjust)\w* (?:\w+ ){0,4}?(?:date|deadline|target)"
    rf"(?: (?:of|for)(?: [\w.#]+){{1,5}}?)?(?: from [\w./, -]{{4,20}}?)? (?:to|until)\b|{_NEW_DATE}"
    r"|\b(?:date|deadline|target) (?:is|was|has been|had to be|must be|will be) (?:now )?"
    r"(?:chang|mov|shift|postpon|extend|set|push|put|adjust)\w*(?: back| out)? (?:to|until)\b)[ :*]*",
    re.I,
)
_INSTEAD = re.compile(r"\b(?:instead of|rather than|as (?:the|our) new (?:due |target )?(?:date|day|deadline))\b", re.I)
# In a line of a list the status is set off by punctuation, or has a label.
_LABELLED = re.compile(r"\b(?:status|state|progress)[\W_]{1,6}(?P<said>.{2,40})", re.I)
_SET_OFF = re.compile(
    r"(?:[(\[–:.,-]|^|(?<=[0-9]{4})|(?<=[-/.][0-9]{2}))[ *_]*"
    r"(?:(?P<complete>completed?|done|finished|closed)(?! (?:by|before|until)\b)"
    r"|(?P<ongoing>in (?:progress|work)|ongoing|under ?way|open)"
    r"|(?P<delayed>delayed|postponed)|(?P<canceled>cancell?ed|withdrawn|dropped))\b",
    re.I,
)


_TICKED = re.compile(r"^\W{0,4}\[[xX]\]|[✅✔✓☑]")


def days_in(text: str, document: Document) -> tuple[Moment, ...]:
    """Return the days of a text, completed by the day of its comment."""
    return days_told(text, document.moments(text), document.comment.at)


def status_in(text: str) -> ActionStatus | None:
    """Read the status of an item from a cell."""
    return next((status for status, pattern in _STATUS if pattern.search(text)), None)


def status_in_line(text: str) -> ActionStatus | None:
    """Read the status that a line of a list sets off from the item's words."""
    part = text[:LONGEST_ITEM]
    labelled = _LABELLED.search(part)
    if labelled:
        return status_in(labelled["said"])
    if _TICKED.search(part):
        return "complete"
    found = list(_SET_OFF.finditer(part))
    return next((status for status, _ in _STATUS if found and found[-1][status]), None)


def due_in(text: str, document: Document) -> str | None:
    """Return the first day that a word such as "by" or "due" announces, or the one that it was moved to."""
    return _moved_to(text, document) or _day_after(_DUE, text, document)


def _moved_to(text: str, document: Document) -> str | None:
    """Return the day that a due date was moved to: "postponed to 2025-11-01", "2025-11-01 instead of 2025-10-01"."""
    return _day_after(_MOVED, text, document) or _day_before(_INSTEAD, text, document)


def _day_before(words: re.Pattern[str], text: str, document: Document) -> str | None:
    match = words.search(text[:LONGEST_ITEM])
    days = days_in(text[: match.start()], document) if match else ()
    is_beside = match and days and days[-1].is_certain and match.start() - days[-1].end <= LONGEST_MARK
    return days[-1].at if is_beside else None


def _day_after(words: re.Pattern[str], text: str, document: Document) -> str | None:
    for match in words.finditer(text[:LONGEST_ITEM]):
        for moment in days_in(text[match.end() : match.end() + _NEAR], document):
            if moment.start <= _BESIDE and moment.is_certain:
                return moment.at
    return None


def done_on(text: str, document: Document) -> str | None:
    """Return the day of completion in "Done 2025-09-02" or "completed on 2 September 2025"."""
    for match in _DONE_ON.finditer(text[:LONGEST_ITEM]):
        first = next(iter(days_in(text[match.end() : match.end() + _NEAR], document)), None)
        if first is not None and first.start <= LONGEST_MARK and first.is_certain:
            return first.at
    return None


def last_certain(moments: Iterable[Moment]) -> str | None:
    """Return the last certain day or time: a date that was moved is written after the old one."""
    return next((moment.at for moment in reversed(tuple(moments)) if moment.is_certain), None)
