"""Action items in prose: what is promised, and how what was promised stands."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ca_incidents.schema.model import ActionStatus
from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.action_status import due_in, moved_to, status_in, status_in_line
from ca_incidents.scraper.reader.facts.action_subjects import subject_of
from ca_incidents.scraper.reader.facts.fact import Item
from ca_incidents.scraper.reader.form.fields import folded
from ca_incidents.scraper.reader.text.lines import Line, paragraphs
from ca_incidents.scraper.reader.text.numbers import ONES, ORDINALS
from ca_incidents.scraper.reader.text.sentences import LONGEST_SENTENCE, sentences_of, without_quotations

_DEED = (
    r"(?:install|implement|add|deploy|introduc|record|automat|replac|upgrad|migrat|train|creat"
    r"|build|develop|configur|enforc|disabl|remov|block"
    r"|restrict|integrat|establish|expand|improv|extend|purchas|chang|updat|strengthen|enhanc"
    r"|revis|perform|conduct|enabl|mov|revok|approv|open)"
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


def promises_in(sentences: Iterable[str], document: Document) -> Iterator[Item]:
    """Read plain commitments in prose ("we will install …"); what concerns the bug itself is not a commitment."""
    for sentence in sentences:
        part = sentence[:LONGEST_SENTENCE]
        if _PROMISE.search(part) and not _NO_PROMISE.search(part):
            if _PROMISE_KEPT.search(part):
                yield replace(_told(part, "complete", document), text=part)
            else:
                yield Item(text=part, due=due_in(part, document), source=document.number)


_PROMISE_KEPT = re.compile(rf"\bwe have (?:now |already |also )?{_DEED}", re.I)

_GROUP = (
    r"(?:all|both|every|each)(?: one)? (?:of )?(?:our |the |these |those |planned |remaining |remediation |outstanding "
    r"|open |other |listed |committed |corrective |above |aforementioned |\w+ (?=action|item|step|measure))*"
)
_THINGS = r"(?:action )?(?:items?|steps?|tasks?|measures?|actions?|commitments?|remediations?|points?)"
_ALL_DONE = re.compile(
    r"\b(?:complet(?:es|ed|ing)|conclud(?:es|ed)|finish(?:es|ed)|implemented|done) (?:all )?(?:of )?(?:our|the|all)"
    rf"(?: of our)? (?:planned |remaining |outstanding |committed )*(?:remediation|{_THINGS})\b(?!\W*#?[0-9])"
    rf"|\b{_GROUP}{_THINGS} (?:[\w-]+ ){{0,6}}?(?:have been|are|has been|were|are now|was|is) (?:now |all |already "
    r"|thus |therefore |also |fully |successfully )*(?:completed?|done|implemented|finished|closed)\b"
    rf"|\bno (?:more |further |other )?(?:(?:open|outstanding|remaining) )?{_THINGS}"
    r" (?:is|are|left|remain\w*|open|outstanding)\b"
    rf"|\bno (?:more |further )?(?:open|outstanding|remaining) {_THINGS}\b"
    r"|\b(?:nothing|none)(?: of \w+)? (?:(?:is|remains) )?(?:left )?(?:open|outstanding|left|to do)\b"
    rf"|\b(?:this|that|it) (?:was|completes|concludes) (?:the|our) (?:last|final) (?:open |remaining )*"
    rf"{_THINGS}\b",
    re.I,
)

_NOT_YET = re.compile(
    r"\b(?:not|once|when|after|until|unless|if|will|should|expect\w*|plan to|as soon as|before|nor|far"
    r"|how|what|why)\b|n't\b",
    re.I,
)
_CLAUSE_END = re.compile(
    rf"{''.join(f'(?<! {word})' for word in ORDINALS)}"
    r",? (?:and|but|while|whereas) (?=(?:the|our|we|item|action|step|number|no\.|another)\b)"
    r"|,? (?:but|whereas|while) |,? (?:and )?(?=the (?:second|third|fourth|fifth|other|last) (?:on|was|is|has)\b)|; ",
    re.I,
)
_CONTINUED = re.compile(r"; (?=(?:the new|new|now|it|its|with)\b)", re.I)
_NUMBER = rf"(?:no\. ?|nos\. ?|numbers? )?[#(]?(?:[0-9]{{1,2}}|(?-i:[a-hA-H])\b|{'|'.join(ONES)})\)?"
_BETWEEN = r"(?: ?[,&/] ?(?:and )?| and | ?[–-] ?| (?:to|through) )"
_NUMBERED = re.compile(
    rf"\b(?:items?|steps?|tasks?|measures?|actions?|points?)(?: (?:items?|no\.?|numbers?))?"
    rf" (?P<numbers>{_NUMBER}(?:{_BETWEEN}{_NUMBER})*)",
    re.I,
)
_NTH = re.compile(
    rf"\b(?P<nth>(?:{'|'.join(ORDINALS)})(?:(?:, | and |, and )(?:the )?(?:{'|'.join(ORDINALS)}))*)"
    r" (?:of the |open |planned )*(?:action |remediation )?(?:items?|steps?|tasks?|measures?|actions?|ones?)\b",
    re.I,
)
# "The first item is done, and the second was delayed."
_BARE_NTH = re.compile(rf"^\W*(?:the )?(?P<nth>{'|'.join(ORDINALS)}) (?=(?:is|was|has|will)\b)", re.I)
_REST = re.compile(
    r"\b(?:last|remaining|only (?:open|remaining)|final)(?: \w+)?"
    r" (?:open |outstanding |remaining |action |remediation )*(?:items?|steps?|tasks?|measures?|actions?)\b",
    re.I,
)
_MARK = re.compile(r"\W*(?P<mark>[0-9]{1,2}|[a-hA-H])[.):]\s")
_NOW = r"(?:now |also |already |successfully |fully |all )*"
_DEED_DONE = re.compile(
    rf"\b(?:has|have|was|were|is|are|been) {_NOW}(?:been )?{_NOW}(?:completed?|finished|concluded|put in(?:to)? \w+"
    rf"|{_DEED}(?:e?d|en)|rolled out|released|done|held|published|closed|live"
    r"|in (?:place|production|operation|force|use))\b"
    rf"|\bwe (?:have )?{_NOW}(?:completed|finished|concluded|published|rolled out|released|held|{_DEED}e?d)\b"
    r"|\b(?:completes|concludes) (?:the|our|this|item|action|step)\b"
    r"|\bnow (?:live|in (?:place|production|force|operation))\b"
    r"|\b(?:took place|went (?:live|into \w+))\b",
    re.I,
)
_DUE_WORD = re.compile(r"\b(?:due|deadline|target|planned|until|by|before|was)\W*(?:date |for |on )?$", re.I)


def announces_all_done(sentences: Iterable[str]) -> bool:
    """Tell whether a text says that everything promised is done."""
    return any(
        (match := _ALL_DONE.search(sentence[:LONGEST_SENTENCE])) and not _NOT_YET.search(sentence[: match.start()])
        for sentence in sentences
    )


def told_in_prose(document: Document, known: Sequence[Item]) -> Mapping[int, Item]:
    """Read how a comment says that known items stand: which ones by number, letter or words, and since when."""
    told: dict[int, _Statement] = {}
    words = [_words(item.text) for item in known]
    undated = list[str]()
    for paragraph in _paragraphs(document):
        more, days = _told_in(paragraph, document, known, words)
        undated += days
        told |= {n: _clearer(told.get(n), one) for n, one in more.items()}
    if announces_all_done(document.sentences):
        stated = {n: one.item for n, one in told.items()}
        left = [n for n, item in enumerate(known) if (stated.get(n) or item).status not in _SETTLED]
        told |= _dated(left, undated, document)
    return {n: one.item for n, one in told.items()}


@dataclass(frozen=True, slots=True)
class _Statement:
    """What a clause says of an item, and whether it names the item by its number."""

    item: Item
    is_numbered: bool


def _told_in(
    paragraph: Sequence[str], document: Document, known: Sequence[Item], words: Sequence[set[str]]
) -> tuple[dict[int, _Statement], list[str]]:
    """Read one paragraph: what it says of items, and the days of deeds that it does not connect with an item.

    "The contract was signed on 3 May. The first item is complete.": the day is told before the item. "The first item
    is delayed. […] The new date is 3 May.": the item is told before the day.
    """
    told: dict[int, _Statement] = {}
    days = list[str]()
    before, last = set[str](), set[int]()
    for text in paragraph:
        status = _status_of(text, document)
        named = _named(text, known, words) if status else _numbered(text, len(known))
        if status and not named and _THE_ITEM.search(text):
            named = _meant(before | _words(text), known, words)
        if not named and _is_new_date_of(last, told, text, status, document):
            status, named = "delayed", last
        last = named or last
        before |= _words(text)
        item = _told(text, status, document) if status else None
        if item is not None and item.completed and not named:
            days.append(item.completed)
        elif item is not None and item.status == "complete" and not item.completed:
            dated = _dated([n for n in sorted(named) if n not in told or not told[n].item.completed], days, document)
            told, days = told | dated, [] if dated else days
        if item is not None:
            statement = _Statement(item, is_numbered=bool(_numbered(text, len(known))))
            told |= {n: _clearer(told.get(n), statement) for n in named}
    return told, days


def _is_new_date_of(
    last: set[int], told: Mapping[int, _Statement], text: str, status: ActionStatus | None, document: Document
) -> bool:
    """Tell whether a clause that names no item has the new date of the items named before it."""
    if status == "delayed":
        return due_in(text, document) is not None
    are_delayed = all(n in told and told[n].item.status == "delayed" and not told[n].item.due for n in last)
    return status != "complete" and bool(last) and are_delayed and due_in(text, document) is not None


def _clearer(old: _Statement | None, new: _Statement) -> _Statement:
    """Choose between two statements about an item: one that names it by its number, else one that says it is done."""
    if old is None or old.item.status != "complete":
        return new
    if new.item.status == "complete":
        return new if new.item.completed else old
    return new if new.is_numbered else old


def _dated(items: Sequence[int], days: Sequence[str], document: Document) -> dict[int, _Statement]:
    """Give each of as many items its day of completion, in their order."""
    if len(items) != len(days):
        return {}
    return {
        n: _Statement(Item(text="", status="complete", completed=day, source=document.number), is_numbered=False)
        for n, day in zip(items, days, strict=True)
    }


def _paragraphs(document: Document) -> Iterator[list[str]]:
    """Yield the clauses of each paragraph, and the lines of lists, that are the writer's own."""
    prose = list[Line]()
    for line in document.lines:
        if line.quoted or line.kind == "row":
            continue
        mark = _MARK.match(line.text)
        if line.kind == "item" or mark:
            number = mark["mark"] if mark else line.ordinal
            # "2. Done": the number is all that names the item.
            is_bare = number is not None and not _words(line.text)
            yield [f"item {number}: {line.text}" if is_bare else line.text[:LONGEST_SENTENCE]]
        else:
            prose.append(line)
    for paragraph in paragraphs(prose):
        sentences = sentences_of(_CONTINUED.sub(", ", paragraph))
        yield [clause for one in sentences for clause in _CLAUSE_END.split(one[:LONGEST_SENTENCE])]


def _status_of(text: str, document: Document) -> ActionStatus | None:
    set_off = status_in_line(text)
    if set_off:
        return set_off
    if moved_to(text, document):
        return "delayed"
    # The words of an item are often quoted, and say nothing of how it stands.
    said = without_quotations(text)
    deed = _DEED_DONE.search(said)
    if deed and not _NOT_YET.search(said[: deed.start()]):
        return status_in(deed[0]) or "complete"
    if _holds_since(said, document):
        return "complete"
    status = status_in(said)
    is_about_item = bool(_numbers_of(said)) or status in {"delayed", "canceled"}
    return status if is_about_item and not (deed and status == "complete") else None


def _holds_since(text: str, document: Document) -> bool:
    """Tell whether something was done on a day, or holds since: "The alarm has been active since 3 May"."""
    if _STILL.search(text):
        return False
    return any(
        moment.is_certain
        and (before := _SINCE.search(text[: moment.start])) is not None
        and not _NOT_YET.search(text[: before.start()])
        for moment in document.moments(text)
    )


_SINCE = re.compile(
    r"\bsince(?: today,?)? (?:the )?[(]?$"
    r"|\b(?:is|are|has been|have been)\b(?: (?!not\b)[\w-]+){1,8}?,? (?:as of|from)(?: today,?)? (?:the )?[(]?$"
    r"|\b(?:was|were|has been|have been) (?:\w+ly )?\w+ed(?: [\w-]+){0,6}? on (?:the )?$"
    r"|^\W*(?:[\w-]+ ){1,4}?(?:\w{2,}ed)(?: [\w-]+){0,6}? on (?:the )?$",
    re.I,
)
_STILL = re.compile(
    r"^\W*(?:no|nothing|there)\b|\b(?:continu\w+|remain\w*|progress\w*|in progress|on-?going|delayed|postponed"
    r"|being|waiting|working|testing|under ?way|pending|planned|scheduled"
    r"|expected|started|not"
    # To talk of an item is not to do it.
    r"|discussed|asked|requested|reported|mentioned|described|agreed|decided|noticed|disclosed|opened|posted)\b",
    re.I,
)
_THE_ITEM = re.compile(
    r"\b(?:the|this|that) (?:action )?(?:item|step|task|measure|action)\b(?! (?:no|number|[#0-9]))", re.I
)
_SETTLED = frozenset({"complete", "canceled"})
_LONGEST_DAY = len("2024-03-25")


def _told(text: str, status: ActionStatus, document: Document) -> Item:
    completed = due = None
    if status == "complete":
        days = (one for one in document.moments(text) if one.is_certain and not _DUE_WORD.search(text[: one.start]))
        completed = next((one.at for one in reversed([*days]) if one.precision in {"day", "minute"}), None)
    elif status != "canceled":
        due = due_in(text, document)
    return Item(
        text="", due=due, status=status, completed=(completed or "")[:_LONGEST_DAY] or None, source=document.number
    )


def _numbered(text: str, count: int) -> set[int]:
    """Find the items that a statement names by their numbers, letters or order."""
    return {number for number in _numbers_of(text) if number < count}


def _numbers_of(text: str) -> list[int]:
    return [number for match in _NUMBERED.finditer(text) for number in _numbers_in(match["numbers"])] + [
        ORDINALS.index(word)
        for match in (*_NTH.finditer(text), *_BARE_NTH.finditer(text))
        for word in re.findall(r"\w+", match["nth"].lower())
        if word in ORDINALS
    ]


def _meant(said: set[str], known: Sequence[Item], words: Sequence[set[str]]) -> set[int]:
    """Find the open item that "the item" means: the only one, or the one that shares most words with the paragraph."""
    shared = sorted(
        ((len(said & words[n]), n) for n, item in enumerate(known) if item.status not in _SETTLED), reverse=True
    )
    if not shared or (len(shared) > 1 and (shared[0][0] < _FEWEST_SHARED or shared[0][0] == shared[1][0])):
        return set()
    return {shared[0][1]}


_FEWEST_SHARED = 2


def _named(text: str, known: Sequence[Item], words: Sequence[set[str]]) -> set[int]:
    """Find the items that a statement names: by their words, else by their numbers or letters, else the last one."""
    if _numbers_of(text):
        return _numbered(text, len(known))
    open_items = [n for n, item in enumerate(known) if item.status not in _SETTLED]
    said = _words(text)
    alike = _most_alike(said, words, open_items)
    if not alike and len(said) <= _SHORT:
        subject = subject_of(text)
        alike = {n for n, item in enumerate(known) if subject in _SPECIAL and subject_of(item.text) == subject}
        alike = alike if len(alike) == 1 else set()
    if not alike and _REST.search(text) and len(open_items) == 1:
        return set(open_items)
    return alike


def _numbers_in(text: str) -> Iterator[int]:
    found = [_number(word) for word in re.findall(r"[0-9]+|[A-Za-z]+", text.lower()) if word not in _NO_NUMBERS]
    is_range = len(found) == 2 and re.search(r"[–-]|\b(?:to|through)\b", text)
    yield from range(found[0], min(found[1], _MOST_NUMBERS) + 1) if is_range else found


def _number(word: str) -> int:
    if word.isdigit():
        return int(word) - 1
    return ONES.index(word) if word in ONES else ord(word[0]) - ord("a")


_NO_NUMBERS = frozenset("no nos number numbers and to through".split())
_MOST_NUMBERS = 40


def _most_alike(said: set[str], every: Sequence[set[str]], open_items: Collection[int]) -> set[int]:
    """Find the item that shares at least half of its words with a statement, and more than any other.

    Of two that share as many the open one is meant.
    """
    scores = sorted(((_likeness(said, words), n in open_items, n) for n, words in enumerate(every)), reverse=True)
    alone = len(scores) == 1 or scores[1][:2] < scores[0][:2]
    return {scores[0][2]} if scores and scores[0][0] >= _ENOUGH_WORDS and alone else set()


def _likeness(said: set[str], words: set[str]) -> float:
    return len(said & words) / max(_FEWEST_WORDS, min(len(said), len(words)))


_FEWEST_WORDS, _ENOUGH_WORDS = 3, 0.5
# "The training is over": few words, which name the subject of one item only.
_SHORT = 5
_SPECIAL = frozenset({"linting", "monitoring", "training", "revocation"})

_COMMON = frozenset(
    "the a an and or of to in on for with by as at be is are was were has have had been will"
    " shall we our us it its this that these those from into not all any complete completed done finished ongoing due"
    " status which who during next also now new additional january february march april may june july august september"
    " october november december".split()
)


def _words(text: str) -> set[str]:
    return {_stem(w) for w in folded(text).split() if len(w) > 2 and w not in _COMMON and not w[0].isdigit()}


def _stem(word: str) -> str:
    """Return what "linter", "linting" and "lint" have in common."""
    return _ENDING.sub("", word)[:6]


_ENDING = re.compile(r"(?<=\w{3})(?:ings?|ers?|ed|es|s|e)$")
