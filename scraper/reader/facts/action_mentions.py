"""Which of the known action items a clause names: by number, by code, or by the words that it shares with an item."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ca_incidents.scraper.reader.facts.fact import Item
from ca_incidents.scraper.reader.facts.word_stems import stem, words_in_order, words_of
from ca_incidents.scraper.reader.text.dates import MONTH
from ca_incidents.scraper.reader.text.numbers import ONES, ORDINALS

SETTLED = frozenset({"complete", "canceled"})

ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii")
_NUMBER = rf"(?:no\. ?|nos\. ?|numbers? )?[#(]?(?:[0-9]{{1,2}}|(?-i:[a-hA-H]|{'|'.join(ROMAN)})\b|{'|'.join(ONES)})\)?"
_BETWEEN = r"(?: ?[,&/] ?(?:and )?| and | ?[–-] ?| (?:to|through) )"
# "We move step 2 to 30 September."
_NO_DATE = rf"(?![0-9]|[./-][0-9]|(?:st|nd|rd|th)?[. ]{{1,2}}(?:of )?{MONTH}\b)"
_NUMBERED = re.compile(
    rf"(?<!\bby )\b(?:(?:items?|steps?|tasks?|measures?|actions?|points?)(?: (?:items?|no\.?|numbers?))?"
    r"|number(?= [a-z0-9])|improvements?|commitments?|promises?)"
    rf" (?P<numbers>{_NUMBER}(?:{_BETWEEN}{_NUMBER}{_NO_DATE})*)",
    re.I,
)
# "No. 3 was done", "(2) was done", "#4: done"
_BARE_NUMBER = re.compile(
    r"(?:\b(?:no\. ?|nos\. ?)|(?:^|: )\W*[#(])"
    rf"(?P<numbers>[0-9]{{1,2}}\b(?![.:/-][0-9])(?:{_BETWEEN}[#(]?[0-9]{{1,2}}\b)*)",
    re.I,
)
_NTH = re.compile(
    rf"(?<!\ba )\b(?P<nth>(?:{'|'.join(ORDINALS)})(?:(?:, | and |, and )(?:the )?(?:{'|'.join(ORDINALS)}))*)"
    r" (?:of the |open |planned )*(?:action |remediation )?(?:items?|steps?|tasks?|measures?|actions?|points?|ones?)\b",
    re.I,
)
# "The first item is done, and the second was delayed."
_BARE_NTH = re.compile(rf"^\W*(?:the )?(?P<nth>{'|'.join(ORDINALS)}) (?=(?:is|was|has|will)\b)", re.I)
_REST = re.compile(
    r"\b(?:last|remaining|only (?:open|remaining)|final)(?: \w+)?"
    r" (?:open |outstanding |remaining |action |remediation )*(?:items?|steps?|tasks?|measures?|actions?|points?)\b",
    re.I,
)
CODE = re.compile(r"(?<![\w.-])(?P<code>(?:[A-Z]{1,3}[-. ]?|[0-9]{1,2}\.)[0-9]{1,2})\b(?![.-][0-9])")
_OWN_CODE = re.compile(rf"\W*(?:{CODE.pattern})(?=\W*$|\W{{0,4}}[:.)|–-]|\W{{1,4}}[A-Z])")
# "A went live", "C: done": a capital letter where a clause begins.
_BARE_LETTER = re.compile(
    r"^\W*(?P<numbers>[A-H])(?=\)?:|\)? (?:is|was|has|had|went|will|needs?|takes?|took|remains?|now|still)\b)"
)
# "II. is running", "Regarding II., the reading takes longer": where items have such marks of their own.
_MARK_FIRST = re.compile(
    r"^\W{0,3}(?:(?i:regarding|concerning|ad|as (?:to|for|regards)|for|on):? )?"
    rf"(?:(?P<mark>[a-hA-H]|(?i:{'|'.join(ROMAN)}))[.):/]|(?P<digit>[0-9]{{1,2}})/)(?=[ ,])"
)
# "Step A: a second camera", "(b) a second camera"
_OWN_MARK = re.compile(
    r"\W{0,6}(?:(?:step|item|action|measure|task) #?|\(?(?=\w{1,4}[.)/] ))"
    rf"(?P<mark>[a-h]|[0-9]{{1,2}}|{'|'.join(ROMAN)})\b",
    re.I,
)
_LETTERED = re.compile(r"\W*[A-H][.):] ")
_NO_NUMBERS = frozenset("no nos number numbers and to through".split())
_MOST_NUMBERS = 40


def _weighted(weight: float, words: str) -> dict[str, float]:
    return dict.fromkeys(map(stem, words.split()), weight)


# Words of many reports, which tell less about which item is meant: what reports are about, and what every item does.
_LESS = {
    **_weighted(
        0.35,
        "certificate issue issuance reissue revoked revocation customer subscriber affected problem report incident bug"
        " comment question root program policy requirement rule ballot baseline section version mozilla chrome apple"
        " google error fault cause result request value field name user event compliance community"
        " week month year day time date team system",
    ),
    **_weighted(
        0.6,
        "add change update check review use create implement introduce install improve extend ensure provide include"
        " follow contain process ask look find",
    ),
}
_ENOUGH, _MARGIN = 0.95, 0.7
# What a clause is about comes first; later words count less, so that two of them are needed.
_FIRST_WORDS, _LATER = 5, 0.6
_DEFINITE = 0.7
_CODED = 2.0
_NEARLY_ALL, _FEWEST_WORDS = 0.75, 2


_REVOKED = stem("revoked")
_LAST_REVOKED = re.compile(
    r"\b(?:last|all|both|remaining|rest)\b[^.;]{0,60}?\b(?:was|were|are|is|has been|have been) (?:\w+ ){0,2}?revoked\b",
    re.I,
)
_SUBJECTS = re.compile(
    r"(?P<subjects>(?:[\w/'-]+,? ){1,8}?and (?:[\w/'-]+,? ){1,6}?)(?:are|were|have|will|need|remain|both)\b", re.I
)


# Every part is bounded: text of signs alone would be searched again from each of them.
_TITLE = re.compile(r"\W{0,20}(?:\(?[a-h0-9]{1,2}[.)] \W{0,5})?(?P<title>\w[^:]{2,59}?)\W{0,5}:")


def code_of(text: str) -> str | None:
    """Return the code that an item begins with, such as "A3" in "A3: Alarm before expiry"."""
    match = _OWN_CODE.match(text)
    return re.sub(r"\W", "", match["code"]) if match else None


def numbers_of(text: str) -> list[int]:
    """Return the places, from 0, of the items that a text names by their numbers, letters or order."""
    return [
        number
        for match in (*_NUMBERED.finditer(text), *_BARE_NUMBER.finditer(text))
        for number in _numbers_in(match["numbers"])
    ] + [
        ORDINALS.index(word)
        for match in (*_NTH.finditer(text), *_BARE_NTH.finditer(text))
        for word in re.findall(r"\w+", match["nth"].lower())
        if word in ORDINALS
    ]


def _numbers_in(text: str) -> Iterator[int]:
    found = [_number(word) for word in re.findall(r"[0-9]+|[A-Za-z]+", text.lower()) if word not in _NO_NUMBERS]
    is_range = len(found) == 2 and re.search(r"[–-]|\b(?:to|through)\b", text)
    yield from range(found[0], min(found[1], _MOST_NUMBERS) + 1) if is_range else found


def _number(word: str) -> int:
    if word.isdigit():
        return int(word) - 1
    if word in ROMAN:
        return ROMAN.index(word)
    return ONES.index(word) if word in ONES else ord(word[0]) - ord("a")


_THE_WORD = re.compile(r"\W*(?:the|our|this) (?P<word>[\w-]+)", re.I)


def _definite(text: str) -> str:
    match = _THE_WORD.match(text)
    return next(iter(words_in_order(match["word"])), "") if match else ""


@dataclass(frozen=True, slots=True)
class Named:
    """The places of the items that a clause names; `is_sure` if it names them by number or code."""

    places: frozenset[int] = frozenset()
    is_sure: bool = False


@dataclass(frozen=True)
class KnownItems:
    """The items known so far, with the words that tell them apart."""

    items: Sequence[Item]
    _named: dict[str, Named] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def words(self) -> tuple[frozenset[str], ...]:
        """The stems of each item's words and of its evaluation criteria."""
        return tuple(words_of(f"{item.text} {item.criteria}") for item in self.items)

    @cached_property
    def _codes(self) -> dict[str, int]:
        return {code: n for n, item in enumerate(self.items) if (code := code_of(item.text))}

    @cached_property
    def _weights(self) -> tuple[dict[str, float], ...]:
        """The weight of each word of each item: a word of several items tells less, one of every report little."""
        spread = Counter(word for words in self.words for word in words)
        return tuple(
            {word: self._own_weight(word, n) / spread[word] for word in words} for n, words in enumerate(self.words)
        )

    def _own_weight(self, word: str, place: int) -> float:
        is_subject = word == _REVOKED and self._is_of_revocation(place)
        return _CODED if word[-1].isdigit() else 1.0 if is_subject else _LESS.get(word, 1.0)

    def _is_of_revocation(self, place: int) -> bool:
        text = self.items[place].text
        return _REVOKED in words_of(text)

    @cached_property
    def open(self) -> frozenset[int]:
        """The places of the items that are neither done nor dropped."""
        return frozenset(n for n, item in enumerate(self.items) if item.status not in SETTLED)

    def named_in(self, text: str) -> Named:
        """Find the items that a clause names: by number or code, else by their words, else as the last one."""
        if text not in self._named:
            self._named[text] = self._find(text)
        return self._named[text]

    def _find(self, text: str) -> Named:
        numbers = self.places_of(text) or self._lettered(text)
        by_number = frozenset(number for number in numbers if number < len(self.items))
        by_code = frozenset(
            self._codes[code] for match in CODE.finditer(text) if (code := re.sub(r"\W", "", match[1])) in self._codes
        )
        if by_number or by_code:
            return Named(by_code or by_number, is_sure=True)
        if _REST.search(text) and len(self.open) == 1:
            return Named(self.open)
        alike = self._titled(text) or self._each_of(text) or self.most_alike(words_in_order(text), _definite(text))
        if not alike and _LAST_REVOKED.search(text):
            revocations = [n for n in self.open if self._is_of_revocation(n)]
            alike = frozenset(revocations) if len(revocations) == 1 else alike
        return Named(alike)

    def places_of(self, text: str) -> list[int]:
        """Return the places of the items that a text names by number: an item's own mark counts before its place."""
        return [self._by_mark.get(number, number) for number in numbers_of(text)]

    @cached_property
    def _by_mark(self) -> dict[int, int]:
        marks = ((_OWN_MARK.match(item.text), place) for place, item in enumerate(self.items))
        return {_number(mark["mark"].lower()): place for mark, place in reversed([*marks]) if mark}

    def _lettered(self, text: str) -> list[int]:
        """Return the place of the item that a clause begins with, if the items are marked with capital letters."""
        marked = _MARK_FIRST.match(text)
        number = _number((marked["mark"] or marked["digit"]).lower()) if marked else None
        if number in self._by_mark:
            return [self._by_mark[number]]
        match = _BARE_LETTER.match(text)
        return [ord(match["numbers"]) - ord("A")] if match and any(_LETTERED.match(i.text) for i in self.items) else []

    @cached_property
    def _titles(self) -> tuple[frozenset[str], ...]:
        """The words before the colon of an item, such as "Filter" in "Filter: reject underscores"."""
        return tuple(
            words_of(match["title"]) if (match := _TITLE.match(item.text)) else frozenset() for item in self.items
        )

    def _titled(self, text: str) -> frozenset[int]:
        """Find the item with a title that a line repeats before its colon."""
        match = _TITLE.match(text)
        said = words_of(match["title"]) if match else frozenset[str]()
        same = [n for n, title in enumerate(self._titles) if said and title == said]
        return frozenset(same) if len(same) == 1 else frozenset()

    def _each_of(self, text: str) -> frozenset[int]:
        """Find the items of "the alarm and the linter are …": one for each part before the verb."""
        subject = _SUBJECTS.match(text)
        parts = re.split(r", (?:and )?| and ", subject["subjects"]) if subject else []
        found = [self.most_alike(words_in_order(part)) for part in parts]
        return frozenset().union(*found) if len(found) > 1 and all(found) else frozenset()

    def most_alike(self, said: Sequence[str], definite: str = "") -> frozenset[int]:
        """Find the item whose words a text shares, enough of them and clearly more than those of any other.

        Of two that share as many the open one is meant.
        """
        places = {word: place for place, word in reversed([*enumerate(said)])}
        scores = sorted(((*self._score(n, places, definite), n) for n in range(len(self.items))), reverse=True)
        enough = [one for one in scores if one[2]]
        if not enough:
            return frozenset()
        best, is_open, _, place = enough[0]
        rivals = [one for one in scores if one[3] != place and one[0] > best * _MARGIN and one[1] >= is_open]
        return frozenset() if rivals else frozenset({place})

    def _score(self, place: int, said: Mapping[str, int], definite: str) -> tuple[float, bool, bool]:
        """Return how much a text is like an item, whether this is open, and whether they share enough words.

        `definite` is the word of a text that begins "The check …": what is known already, so that it tells more.
        """
        weights = self._weights[place]
        shared = self.words[place] & said.keys()
        weight = sum(weights[word] * (1 if said[word] < _FIRST_WORDS else _LATER) for word in shared)
        weight += _DEFINITE * weights[definite] if definite in shared else 0
        covered = weight / (sum(weights.values()) or 1)
        is_enough = weight >= _ENOUGH or (covered >= _NEARLY_ALL and len(shared) >= _FEWEST_WORDS)
        return weight * (0.6 + 0.4 * min(covered, 1)), place in self.open, is_enough

    def restates(self, text: str) -> bool:
        """Return whether a text names an item by half at least of the words of the shorter of both."""
        said = words_of(text)
        return any(
            len(said & self.words[n]) * 2 >= min(len(said), len(self.words[n])) for n in self.named_in(text).places
        )

    def meant_by(self, said: Sequence[str]) -> frozenset[int]:
        """Find the open item that "the item" means: the only one, or the one that the words before it are about."""
        if len(self.open) == 1:
            return self.open
        return self.most_alike(said) & self.open
