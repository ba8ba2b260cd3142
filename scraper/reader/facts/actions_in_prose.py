"""Action items in prose: what is promised, and what is said to be done."""

import re
from collections.abc import Iterable, Iterator, Sequence

from ca_incidents.scraper.reader.facts.fact import Item
from ca_incidents.scraper.reader.form.fields import folded
from ca_incidents.scraper.reader.text.numbers import ORDINALS
from ca_incidents.scraper.reader.text.sentences import LONGEST_SENTENCE

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


def promises_in(sentences: Iterable[str], source: int) -> Iterator[Item]:
    """Read plain commitments in prose ("we will install …"); what concerns the bug itself is not a commitment."""
    for sentence in sentences:
        part = sentence[:LONGEST_SENTENCE]
        if _PROMISE.search(part) and not _NO_PROMISE.search(part):
            yield Item(text=part, status="complete" if _PROMISE_KEPT.search(part) else None, source=source)


_PROMISE_KEPT = re.compile(rf"\bwe have (?:now |already |also )?{_DEED}", re.I)

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
    rf"|\bwe (?:have )?(?:now |also |already |successfully |fully )*"
    rf"(?:completed|finished|deployed|implemented|installed|rolled out|released|trained|introduced|enabled|added)\b"
    rf"|\b(?:was|were) (?:finished|completed|deployed|implemented|installed|put in(?:to)? \w+)"
    rf" (?:today|yesterday|on\b|last\b|this\b)",
    re.I,
)

_NUMBERED_DONE = re.compile(
    rf"\b(?P<nth>{'|'.join(ORDINALS)}) (?:action )?item (?:(?:as|is|was|has been|to be|now) ){{0,2}}"
    r"(?:complete|completed|done|finished|closed)\b",
    re.I,
)


def announces_all_done(sentences: Iterable[str]) -> bool:
    """Tell whether a text says that everything promised is done."""
    return any(
        (match := _ALL_DONE.search(sentence[:LONGEST_SENTENCE])) and not _NEGATED.search(sentence[: match.start()])
        for sentence in sentences
    )


def done_in_prose(sentences: Iterable[str], items: Sequence[Item]) -> frozenset[int]:
    """Find the items that a text says are done: by their number, or in a sentence with most of one item's words."""
    done: set[int] = set()
    if not items:
        return frozenset()
    for sentence in sentences:
        part = sentence[:LONGEST_SENTENCE]
        for named in _NUMBERED_DONE.finditer(part):
            number = ORDINALS.index(named["nth"].lower())
            if number < len(items) and not _NEGATED.search(part[: named.start()]):
                done.add(number)
        match = _ONE_DONE.search(part)
        if match and not _NEGATED.search(part[: match.start()]):
            done |= _most_alike(_words(part), items)
    return frozenset(done)


def _most_alike(said: set[str], items: Sequence[Item]) -> set[int]:
    """Find the one item that shares at least half of its words with a sentence, and more than any other item."""
    scores = sorted(
        (
            (len(said & words) / max(_FEWEST_WORDS, min(len(said), len(words))), n)
            for n, words in enumerate(_words(item.text) for item in items)
        ),
        reverse=True,
    )
    alone = len(scores) == 1 or scores[1][0] < scores[0][0]
    return {scores[0][1]} if scores[0][0] >= _ENOUGH_WORDS and alone else set()


_FEWEST_WORDS, _ENOUGH_WORDS = 4, 0.5

_COMMON = frozenset(
    "the a an and or of to in on for with by as at be is are was were has have had been will"
    " shall we our us it its this that these those from into not all any "
    "which who during next also now new additional".split()
)


def _words(text: str) -> set[str]:
    return {w[:6] for w in folded(text).split() if len(w) > 2 and w not in _COMMON}
