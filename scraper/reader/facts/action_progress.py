"""What a clause says about an action item: done, moved, dropped or under way, and on which day.

Fitted weights judge the words of the clause and the order of its sorts of words. Rules only read its days.
"""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import pairwise

import msgspec

from ca_incidents.schema.model import ActionStatus
from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.evidence.word_scores import Evidence, of_words, verdict
from ca_incidents.scraper.reader.facts.action_status import days_in, done_on, due_in, status_in_line
from ca_incidents.scraper.reader.facts.fact import Item
from ca_incidents.scraper.reader.facts.word_stems import stem
from ca_incidents.scraper.reader.text.dates import Moment
from ca_incidents.scraper.reader.text.sentences import without_quotations

FACT = "action_items.progress"
NO_NEWS = "none"
LONGEST_DAY = len("2024-03-25")
_MOST_SORTS, _FARTHEST = 14, 6
# Words of one sort say the same about the progress of an item: the weights are fitted to the sorts and their order.
_SORTS = {
    "past": "daypast monthpast",
    "ahead": "dayahead monthahead",
    "own deed": "itsed",
    "own": "its itsing",
    "set off": "setoff",
    "comma": "comma",
    "part": r"some most half partly partially almost nearly except apart percent ofnumber remaining",
    "dropped": r"cancel\w* withdraw\w* abandon\w* drop(?:ped)? scrap\w* obsolete superfluous unnecessary moot redundant"
    r" superseded g[ai]ven?_up no_longer pursu\w* discontinu\w* decided_against off_the not_needed",
    "late": r"till slower missed misses shift\w* did_not_make not_manage put_off gone_off delay\w* postpon\w* defer\w*"
    r" overdue reschedul\w* slip\w* push\w* later? longer extension extend(?:ed)? more_time two_more"
    r" new_(?:date|due|deadline) revised behind patience instead moved? needs?_until additional_time",
    "under way": r"progress on-?going pending open under_?way track schedule continu\w* still remain\w* being working"
    r" started begun so_far yet test(?:ing)? draft preparation development planned scheduled incomplete begin\w* starts"
    r" waiting",
    "done": r"live active operational effective completion completed? completes done finish\w* online production"
    r" operation force use closed closes concluded over ready tickmark in_place worked_off through place running",
    "not": r"not? never nobody nothing without neither nor none cannot",
    "until": "until up_to",
    "need": "needs? needed time weeks? months? allow",
    "if": "once when unless if whether as_soon before after_which",
    "to come": r"will would shall should can could may might must plans? hope want intend expect(?:s|ed)? aim going_to"
    r" to_be like ask request follows due target eta by",
    "auxiliary": "has have had been was were is are be got",
    "since": "since from as_of",
    "question": "why how what askmark please",
    "we": "we our us",
    "deed": r"done made told built held given gave written rewritten wrote put set sent taught brought bought r[au]n"
    r" drawn taken took kept met read shown found gone went came sold split won paid hired \w{3,}ed",
    "doing": r"\w{3,}ing",
}

_SIGNS = (
    (re.compile(r"[✅✔✓☑]|\[[xX]\]"), " tickmark "),
    (re.compile(r"\?"), " askmark "),
    (re.compile("%"), " percent "),
    (re.compile(r"[:–—|-] | - |\("), " setoff "),
    (re.compile("[,;]"), " comma "),
)
_SORT = re.compile(
    r"(?<![\w-])(?:"
    + "|".join(
        f"(?P<s{n}>{'|'.join(word.replace('_', ' ') for word in words.split())})"
        for n, words in enumerate(_SORTS.values())
    )
    + r")(?![\w-])"
)
_SHORT_FORMS = (
    (re.compile(r"\b(ca)n't\b", re.I), r"\1n not"),
    (re.compile(r"\bwon't\b", re.I), "will not"),
    (re.compile(r"n't\b", re.I), " not"),
    (re.compile(r"'ll\b"), " will"),
    (re.compile(r"'ve\b"), " have"),
    (re.compile(r"'re\b"), " are"),
    (
        re.compile(r"'s (?=(?:now |also |already )?(?:complete|done|finished|live|delayed|late|not|been|over)\b)"),
        " is ",
    ),
)
_SHARE = re.compile(r"\b(?P<part>[0-9]{1,6}) (?:out )?of (?:the |our |all )?(?P<all>[0-9]{1,6})\b", re.I)
_CONDITION = re.compile(r"\W*(?:if|once|when|whether|unless|as soon as|until|should)\b", re.I)
# "It is not delayed", "we have no intention to abandon it", "asked whether it is done", "but it was not".
_UNTRUE = re.compile(
    r"\b(?:not|never|no longer|no intention to|den(?:y|ies) that)"
    r"(?: (?:is|be|been|being|yet|it|they|was|were|has|have|the \w+))*"
    r" (?:delayed|late(?!r)|overdue|postponed|cancel+ed|abandon(?:ed)?|dropped)\b"
    r"|\bwhether\b|\b(?:false|untrue)\b|\bbut (?:it|they|this|that) (?:is|was|were|are) not\b",
    re.I,
)
_DUE_BEFORE = re.compile(
    r"\b(?:due|deadline|target|(?<!as )planned|until|before|(?:date|plan|it|which|this|that) was)"
    r"\W*(?:date |for |on )?$",
    re.I,
)
_RANGE = re.compile(r"\W*(?:and|to|until|till)?\W*", re.I)
_REVOKED = stem("revoked")


def progress_of(text: str, document: Document, own: Set[str], stated: str | None = None) -> Item | None:
    """Read how a clause says that an item stands, None if it does not say it; `own` are the stems of the item's words.

    A deed before the day on which the item was `stated` counts only if its verb is the item's.
    """
    if _CONDITION.match(text) or text.rstrip().endswith("?"):
        return None
    said = plain(text)
    if _UNTRUE.search(said):
        return None
    days = [one for one in days_in(said, document) if one.is_certain and one.at]
    status = status_in_line(text) or _judged(said, document, own)
    if status == "complete" and any(_is_part(match) for match in _SHARE.finditer(said)):
        status = "ongoing"
    if status == "complete":
        day = done_on(said, document) or _day_of_deed(said, days, document, own)
        is_older = day is not None and stated is not None and day[:LONGEST_DAY] < stated[:LONGEST_DAY]
        return None if is_older and not _own_deeds(said, own) else _item(document, "complete", done=day)
    due = due_in(said, document) or (None if status == "ongoing" else _only_later(days, document))
    if status == "canceled":
        # What is cancelled and has another day is moved.
        return _item(document, "delayed" if due else "canceled", due=due)
    return _item(document, status, due=due) if status else None


def _judged(said: str, document: Document, own: Set[str]) -> ActionStatus | None:
    told = verdict(FACT, evidence(said, document, own))
    status = str(told.value) if told.counts else NO_NEWS
    return None if status == NO_NEWS else msgspec.convert(status, ActionStatus)


def evidence(said: str, document: Document, own: Set[str]) -> Evidence:
    """Return the words of a clause, and the sorts of its words with their order; the item's own words have no names."""
    marked = _marked(said, document, own)
    sorts = [list(_SORTS)[int((match.lastgroup or "s0")[1:])] for match in _SORT.finditer(marked.casefold())]
    found = {*sorts, *(f"{a} > {b}" for a, b in pairwise(["", *sorts, ""]))}
    first = sorts[:_MOST_SORTS]
    found |= {f"{a} .. {b}" for n, a in enumerate(first) for b in first[n + 1 : n + _FARTHEST]}
    return {**of_words(marked), **{f"sort: {one}": len(found) ** -0.5 for one in sorted(found)}}


def _marked(said: str, document: Document, own: Set[str]) -> str:
    """Put marks for the days, signs and shares of a clause, and for the words of the item."""
    parts, end = list[str](), 0
    # Where the day of writing is not known, a day lies ahead if a word such as "by" announces it.
    promised = due_in(said, document) if document.comment.at is None and not done_on(said, document) else None
    for one in days_in(said, document):
        if one.at and one.start >= end:
            unit = "day" if one.precision in {"day", "minute"} else "month"
            time = "ahead" if one.at == promised or is_later(one.at, document) else "past"
            parts += [said[end : one.start], f" {unit}{time} " if one.is_certain else " dayunsure "]
            end = one.end
    text = _SHARE.sub(_part_or_all, "".join([*parts, said[end:]]).replace(",000", "000"))
    for sign, mark in _SIGNS:
        text = sign.sub(mark, text)
    return re.sub(r"[A-Za-z][\w']*", lambda word: _own_mark(word[0]) if stem(word[0].lower()) in own else word[0], text)


def _part_or_all(match: re.Match[str]) -> str:
    return " ofnumber " if _is_part(match) else " "


def _is_part(share: re.Match[str]) -> bool:
    return int(share["part"]) < int(share["all"])


def _own_mark(word: str) -> str:
    return f"its{next((ending for ending in ('ed', 'ing') if word.endswith(ending)), '')}"


def plain(text: str) -> str:
    """Return a clause as it is judged: without quotations and short forms."""
    return without_quotations(in_full(text))


def in_full(text: str) -> str:
    """Write out the short forms of verbs: "we'll" is "we will"."""
    if "'" in text:
        for pattern, full in _SHORT_FORMS:
            text = pattern.sub(full, text)
    return text


def later_day(text: str, document: Document) -> str | None:
    """Return the only day of a text that is later than its comment."""
    return _only_later([one for one in days_in(text, document) if one.is_certain], document)


def _only_later(days: Sequence[Moment], document: Document) -> str | None:
    later = {one.at for one in days if one.at and is_later(one.at, document)}
    return later.pop() if len(later) == 1 else None


def past_days(text: str, document: Document) -> Iterator[str]:
    """Yield the days of a text up to its comment, apart from due dates."""
    for one in _past(text, days_in(text, document), document):
        yield (one.at or "")[:LONGEST_DAY]


def _past(text: str, days: Iterable[Moment], document: Document) -> list[Moment]:
    return [
        one
        for one in days
        if one.is_certain and one.at and one.precision in {"day", "minute"} and not is_later(one.at, document)
        if not _DUE_BEFORE.search(text[: one.start])
    ]


def is_later(at: str, document: Document) -> bool:
    """Return whether a day or month is later than the comment."""
    written = document.comment.at
    return written is not None and at[:LONGEST_DAY] > written[: min(len(at), LONGEST_DAY)]


def _item(document: Document, status: ActionStatus, *, due: str | None = None, done: str | None = None) -> Item:
    completed = done[:LONGEST_DAY] if done else None
    return Item(text="", status=status, due=due, completed=completed, source=document.number)


def _own_deeds(said: str, own: Set[str]) -> list[int]:
    """Return where the item's own verbs end: every thread tells of certificates that were revoked before."""
    verbs = own - {_REVOKED}
    return [one.end() for one in re.finditer(r"\b[a-z]{2,}(?:ed|en|t)\b", said) if stem(one[0]) in verbs]


def _day_of_deed(said: str, days: Sequence[Moment], document: Document, own: Set[str]) -> str | None:
    """Return the day of the item's own verb, "was bought on 3 May and installed on 4 May", or the first.

    What took days was done on the last of them.
    """
    past = _past(said, days, document)
    for start in reversed(_own_deeds(said, own)):
        past = [one for one in past if one.start >= start] or past
    if len(past) > 1 and _RANGE.fullmatch(said, past[0].end, past[1].start):
        return past[1].at
    return past[0].at if past else None
