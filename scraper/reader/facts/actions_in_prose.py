"""Action items in prose: what is promised, and how what was promised stands."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.action_lists import new_items_among
from ca_incidents.scraper.reader.facts.action_mentions import SETTLED, KnownItems, Named
from ca_incidents.scraper.reader.facts.action_progress import in_full, later_day, past_days, progress_of
from ca_incidents.scraper.reader.facts.action_status import days_in, due_in
from ca_incidents.scraper.reader.facts.all_done import announces_all_done
from ca_incidents.scraper.reader.facts.fact import Item
from ca_incidents.scraper.reader.facts.word_stems import words_in_order, words_of
from ca_incidents.scraper.reader.form.sections import Section
from ca_incidents.scraper.reader.text.lines import Line, paragraphs
from ca_incidents.scraper.reader.text.numbers import ORDINALS
from ca_incidents.scraper.reader.text.sentences import LONGEST_SENTENCE, sentences_of

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
    r"|look|open (?:a|an|another|one)\b))|updat\w* (?:this|the) (?:bug|ticket|thread|issue)|\bupdate the community\b",
    re.I,
)
_PROMISE_KEPT = re.compile(rf"\bwe have (?:now |already |also )?{_DEED}", re.I)


def promises_in(sentences: Iterable[str], document: Document) -> Iterator[Item]:
    """Read plain commitments in prose ("we will install …"); what concerns the bug itself is not a commitment."""
    for sentence in sentences:
        part = in_full(sentence[:LONGEST_SENTENCE])
        if _PROMISE.search(part) and not _NO_PROMISE.search(part):
            if _PROMISE_KEPT.search(part):
                yield _kept(part, document)
            else:
                yield Item(text=part, due=due_in(part, document) or later_day(part, document), source=document.number)


def _kept(part: str, document: Document) -> Item:
    told = progress_of(part, document, frozenset())
    completed = told.completed if told else None
    return Item(text=part, status="complete", completed=completed, source=document.number)


def steps_in(section: Section, document: Document) -> list[Item]:
    """Read the steps that an answer tells in prose: each sentence with the day until or on which a step is done.

    A single day may only explain something: then, and without days, only plain promises are steps.
    """
    texts = list(paragraphs(line for line in section.lines() if line.kind != "row" and not line.quoted))
    steps = [step for text in texts for sentence in _SENTENCE_END.split(text) for step in _steps_of(sentence, document)]
    if sum(bool(step.due or step.completed) for step in steps) >= _A_PLAN:
        return steps
    return list(promises_in((sentence for text in texts for sentence in sentences_of(text)), document))


def _steps_of(sentence: str, document: Document) -> Iterator[Item]:
    """Read the steps of one sentence; a part without a day belongs to the one after it."""
    held = ""
    for part in _PART_END.split(sentence[:LONGEST_SENTENCE]):
        text = f"{held} {part}".strip()
        item = _step(in_full(text), document)
        held = "" if item else text
        if item:
            yield item


_A_PLAN = 2
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"])|\n")
_PART_END = re.compile(r";\s+|,? and (?=(?:we|our|the|a|an|all|by)\b)")


def _step(text: str, document: Document) -> Item | None:
    told = progress_of(text, document, words_of(text))
    if told is not None and told.status == "complete" and told.completed:
        return replace(told, text=text)
    if _NO_PROMISE.search(text):
        return None
    due = due_in(text, document) or later_day(text, document)
    if due:
        return Item(text=text, due=due, source=document.number)
    return next(promises_in([text], document), None)


@dataclass(frozen=True, slots=True)
class _Statement:
    """What a clause says of an item, and whether it names the item by its number."""

    item: Item
    is_sure: bool


def told_in_prose(
    document: Document, items: Sequence[Item], without: Collection[int] = (), title: str = ""
) -> Mapping[int, Item]:
    """Read how a comment says that known items stand: which ones by number, letter or words, and since when.

    `without` are the lines that add items. What a CA did that the `title` of the bug does not name is left out.
    """
    known = KnownItems(items)
    told: dict[int, _Statement] = {}
    undated, mentioned = list[str](), dict[int, frozenset[str]]()
    lines = [line for line in document.lines if not line.quoted and line.kind != "row" and line.number not in without]
    for paragraph in _paragraphs(lines, known, document):
        reading = _Reading(document, known)
        for sentence in paragraph:
            if not _is_of_another(sentence[0], title):
                reading.read_sentence(sentence)
        undated += reading.days
        for n, seen in reading.mentioned.items():
            mentioned[n] = mentioned.get(n, frozenset()) | seen
        for n, one in reading.told.items():
            told[n] = _clearer(told.get(n), one)
    told = {n: one for n, one in told.items() if _adds(one, items[n])}
    if announces_all_done(document.sentences):
        stated = {n: one.item for n, one in told.items()}
        left = [n for n, item in enumerate(items) if (stated.get(n) or item).status not in SETTLED]
        # What started or was looked at on a day ended there if everything is done.
        named = {n: days for n in left if len(days := mentioned.get(n, frozenset())) == 1}
        told |= {n: _done_on(day, document) for n, days in named.items() for day in days}
        left = [n for n in left if n not in named]
        told |= _dated(left, undated, document)
    return {n: one.item for n, one in told.items()}


# "Oak CA has updated its linter."
_ANOTHER_CA = re.compile(
    r"\W*(?!(?:Our|The|This|Each|Every|As|All|Both|New|Issuing)\b)(?P<name>[A-Z][\w-]+) CA(?:'s)?\b"
)


def _is_of_another(sentence: str, title: str) -> bool:
    match = _ANOTHER_CA.match(sentence)
    return match is not None and match["name"].casefold() not in title.casefold()


@dataclass(slots=True)
class _Reading:
    """One paragraph as it is read: what it says of items, and the days of deeds that it connects with no item.

    "The contract was signed on 3 May. The first item is complete.": the day is told before the item. "The first item
    is delayed. […] The new date is 3 May.": the item is told before the day.
    """

    document: Document
    known: KnownItems
    told: dict[int, _Statement] = field(default_factory=dict)
    days: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    mentioned: dict[int, frozenset[str]] = field(default_factory=dict)
    topic: Named = field(default_factory=Named)
    mention: frozenset[int] = frozenset()

    def read_sentence(self, clauses: Sequence[str]) -> None:
        """Read the clauses of a sentence in their order."""
        parts = [part for clause in clauses for one in self._parts(clause, _END) for part in self._parts(one, _COMMA)]
        for place, part in enumerate(parts):
            self._read(part, goes_on=place > 0)

    def _parts(self, text: str, end: re.Pattern[str]) -> Sequence[str]:
        """Split a text where its parts name different items."""
        parts = end.split(text)
        named = [self.known.named_in(part) for part in parts] if len(parts) > 1 else []
        is_each_alone = all(len(one.places) <= 1 and not one.is_sure for one in named)
        return parts if is_each_alone and len(frozenset().union(*(one.places for one in named))) > 1 else [text]

    def _read(self, text: str, *, goes_on: bool) -> None:
        named = self.known.named_in(text)
        own = frozenset().union(*(self.known.words[n] for n in named.places))
        stated = max((self.known.items[n].stated or "" for n in named.places), default="") if not named.is_sure else ""
        said = progress_of(text, self.document, own, stated or None)
        if said and not named.places:
            named = self._meant(text, said)
        if said and said.completed and not named.is_sure:
            named = Named(frozenset(n for n in named.places if not self._is_older(self.known.items[n], said.completed)))
        self.mention = named.places or self.mention
        # What has no news may have been taken for an item by a word alone.
        self.topic = named if named.places and (said or named.is_sure) else self.topic
        self.before += words_in_order(text)
        if len(named.places) == 1:
            self.mentioned[min(named.places)] = frozenset(past_days(text, self.document))
        if not named.places:
            self._go_on(text, said, goes_on=goes_on)
        elif said is not None and _RESPECTIVELY.search(text):
            self._tell_each(self.known.places_of(text), text, said)
        elif said is not None:
            self._tell(named, said)

    def _meant(self, text: str, said: Item) -> Named:
        """Find the items that "this item", a pronoun or a bare "Done." means: those of the clause before."""
        if _THE_ITEM.search(text):
            meant = self.topic.places or self.known.meant_by([*self.before, *words_in_order(text)])
            return Named(meant, is_sure=bool(meant) and meant <= self.known.open)
        goes_back = (said.status != "ongoing" and _PRONOUN.match(text)) or _BARE_STATUS.fullmatch(text)
        return Named(self.topic.places) if goes_back else Named()

    def _is_older(self, item: Item, day: str) -> bool:
        """Return whether an item was done already when it was last told of, before this day."""
        is_earlier = item.source != self.document.number and item.told is not None and item.told < day
        return item.status in SETTLED and is_earlier

    def _tell_each(self, numbers: Sequence[int], text: str, said: Item) -> None:
        """Read "Items 1 and 2 were done on 3 and 4 May respectively": without a day for each no day counts."""
        days = [one.at for one in days_in(text, self.document) if one.is_certain]
        each = days if len(days) == len(numbers) else [None] * len(numbers)
        for number, day in zip(numbers, each, strict=True):
            one = replace(said, completed=day if said.completed else None)
            self._tell(Named(frozenset({number}) & frozenset(range(len(self.known.items))), is_sure=True), one)

    def _tell(self, named: Named, said: Item) -> None:
        if said.status == "complete" and not said.completed and self.days:
            stated = {n: self.told[n].item if n in self.told else self.known.items[n] for n in named.places}
            undated = [n for n in sorted(named.places) if not stated[n].completed]
            dated = _dated(undated, self.days, self.document)
            self.told |= dated
            self.days = [] if dated else self.days
        for n in named.places:
            one = _of_date(said, self.known.items[n])
            self.told[n] = _clearer(self.told.get(n), _Statement(one, is_sure=named.is_sure))

    def _go_on(self, text: str, said: Item | None, *, goes_on: bool) -> None:
        """Take the day of a clause that names no item: the new date of those named before, or the day of a deed."""
        told = {n: self.told[n].item for n in self.topic.places if n in self.told}
        due = due_in(text, self.document) or later_day(text, self.document)
        waiting = [n for n, item in told.items() if item.status == "delayed" and (not item.due or _AIMS.search(text))]
        if due and waiting and (said is None or said.status != "complete"):
            for n in waiting:
                self.told[n] = replace(self.told[n], item=replace(told[n], due=due))
        elif said is None or said.completed:
            undated = [n for n, item in told.items() if item.status == "complete" and not item.completed]
            days = [said.completed] if said and said.completed else [*past_days(text, self.document)]
            if goes_on and len(days) == 1 and undated:
                self.told |= {n: _done_on(days[0], self.document) for n in undated}
            elif said:
                self.days += days
        elif said.status in {"canceled", "complete"}:
            if said.status == "canceled" and self.topic.is_sure:
                self._tell(self.topic, said)
        elif due or (said.status == "delayed" and goes_on):
            self._tell(Named(self.mention), said)


def _of_date(said: Item, item: Item) -> Item:
    """Compare a day to come with the due date: only a later one is a new date, and then the item is delayed."""
    if not (said.due and item.due):
        return said
    is_later = said.due > item.due
    return replace(said, due=said.due if is_later else None, status="delayed" if is_later else "ongoing")


def _adds(new: _Statement, item: Item) -> bool:
    """Return whether a statement counts: what is done or dropped stays so, unless the item is named surely."""
    if new.is_sure or item.status not in SETTLED:
        return True
    return item.status == new.item.status == "complete" and not item.completed


def _clearer(old: _Statement | None, new: _Statement) -> _Statement:
    """Choose between two statements about an item: one that names it by its number, else one that says it is done."""
    if old is not None and old.is_sure and not (new.is_sure or new.item.completed or new.item.due):
        return old
    if old is None or old.item.status != "complete":
        # What replaces a dropped item may be done.
        is_dropped = old is not None and old.item.status == "canceled" and new.item.status == "complete"
        return old if old is not None and is_dropped and not new.is_sure else new
    # A new date, or that it was dropped, says that what was told before was only a part.
    is_left = new.item.status == "canceled" or (new.item.status == "delayed" and new.item.due)
    if is_left and not old.item.completed:
        return new
    if new.item.status == "complete":
        return new if new.item.completed else old
    return new if new.is_sure else old


def _dated(items: Sequence[int], days: Sequence[str], document: Document) -> dict[int, _Statement]:
    """Give each of as many items its day of completion, in their order."""
    if len(items) != len(days):
        return {}
    return {n: _done_on(day, document) for n, day in zip(items, days, strict=True)}


def _done_on(day: str, document: Document) -> _Statement:
    return _Statement(Item(text="", status="complete", completed=day, source=document.number), is_sure=False)


_AIMS = re.compile(r"\b(?:(?:target|aim)(?:s|ing)?|new (?:due )?date|now (?:plan|expect|due))\b", re.I)
_PRONOUN = re.compile(
    r"\W*(?:we (?:count|regard|consider|treat|see) )?(?:it|they|this|these|he|she)\b(?! (?:bug|report|thread))", re.I
)
# "The handbook has a new chapter. Complete."
_BARE_STATUS = re.compile(
    r"\W*(?:(?:status|state|now)\W+)?(?:completed?|done|finished|closed|ongoing|in progress|delayed|canc?ell?ed)\W*",
    re.I,
)
_RESPECTIVELY = re.compile(r"\brespectively\b", re.I)
_CLAUSE_END = re.compile(
    rf"{''.join(f'(?<! {word})' for word in ORDINALS)}"
    r",? (?:and|but|while|whereas) (?=(?:the|our|we|item|action|step|number|no\.|another)\b)"
    r"|,? (?:but|whereas|while) |,? (?:and )?(?=the (?:second|third|fourth|fifth|other|last) (?:on|was|is|has)\b)|; "
    # "Items 1 and 3 are done: the camera was installed on 3 May, and …"
    r"|(?<=\bdone): |(?<=\bcomplete): |(?<=\bcompleted): |(?<=\bfinished): ",
    re.I,
)
_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9])|;\s")
_COMMA = re.compile(r", (?:and |but )?")
_CONTINUED = re.compile(r"; (?=(?:the new|new|now|it|its|with|we)\b)", re.I)
_MARK = re.compile(r"\W*(?P<mark>[0-9]{1,2}|[a-hA-H])[.):]\s")
_THE_ITEM = re.compile(
    r"\b(?:the|this|that) (?:action )?(?:item|step|task|measure|action|point|one|issue)\b(?! (?:no|number|[#0-9]))"
    r"|\bthat one(?=\b)",
    re.I,
)


def _paragraphs(lines: Sequence[Line], known: KnownItems, document: Document) -> Iterator[list[list[str]]]:
    """Yield the sentences of each paragraph as clauses, and the lines of lists, without what adds an item."""
    prose, repeats_numbers = list[Line](), _repeats_numbers(lines, known)
    for line in lines:
        number = _number_of(line)
        if line.kind == "item" or number is not None:
            # "2. Done": the number is all that names the item.
            is_bare = not words_of(line.text) or (repeats_numbers and not known.named_in(line.text).places)
            text = f"item {number}: {line.text}" if number is not None and is_bare else line.text
            yield [[text[:LONGEST_SENTENCE]]]
        else:
            prose.append(line)
    for paragraph in paragraphs(prose):
        text = _ABBREVIATED.sub("item ", _CONTINUED.sub(", ", paragraph))
        sentences, _ = new_items_among(sentences_of(_BEFORE_NUMBER.sub("\n", text)), document)
        yield [_clauses(one[:LONGEST_SENTENCE]) for one in sentences]


def _clauses(sentence: str) -> list[str]:
    """Split a sentence at its conjunctions, unless what stands before has no verb: "the alarm and the linter are"."""
    clauses = list[str]()
    start = 0
    for match in _CLAUSE_END.finditer(sentence):
        if _VERB.search(sentence, start, match.start()):
            clauses.append(sentence[start : match.start()])
            start = match.end()
    return [*clauses, sentence[start:]]


_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|will|would|can|could|should|need|needs|take|takes|took|goes|go|went|came"
    r"|sent|held|gave|made|\w{2,}ed)\b|'(?:s|re|ve|ll)\b|:",
    re.I,
)


def _number_of(line: Line) -> str | int | None:
    mark = _MARK.match(line.text)
    return mark["mark"] if mark else line.ordinal


def _repeats_numbers(lines: Iterable[Line], known: KnownItems) -> bool:
    """Return whether the numbers of a list are those of the items: none of its lines names another one."""
    numbers = [(number, line) for line in lines if (number := _number_of(line)) and str(number).isdigit()]
    places = [(int(number) - 1, known.named_in(line.text).places) for number, line in numbers]
    # A list that begins elsewhere, or has as many lines, goes by the numbers of the items.
    is_own_count = [place for place, _ in places] == list(range(len(places))) and len(places) != len(known.items)
    names_one = any(named == {place} for place, named in places)
    return (names_one or (bool(places) and not is_own_count)) and all(named <= {place} for place, named in places)


# "(4) was held. (3) was started."
_ABBREVIATED = re.compile(r"\bn(?:o|r)\.? ?(?=[0-9]{1,2}\b)", re.I)
_BEFORE_NUMBER = re.compile(r"(?<=[.;:]) (?=[(#][0-9]|[a-hivx]{1,4}\) )")
