"""The days and times that a comment mentions, each with the evidence of what happened then."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.evidence.mentions import Proposal
from ca_incidents.scraper.reader.facts import timeline
from ca_incidents.scraper.reader.facts.discovery import is_about_delay, is_about_silence, speaks_of_delay
from ca_incidents.scraper.reader.facts.event_kinds import with_kinds
from ca_incidents.scraper.reader.facts.fact import Happening
from ca_incidents.scraper.reader.facts.stated_days import EXACT, WHOLE_DAY, dated
from ca_incidents.scraper.reader.text.dates import Moment
from ca_incidents.scraper.reader.text.sentences import sentences_of

_MOST = 80
_LONGEST_PARAGRAPH, _LONGEST_SENTENCE, _MOST_SENTENCES = 4_000, 600, 300
_SHORTEST_HEAD, _HEAD = 20, 40
_WORDS_BESIDE, _WORDS_OF_SUBJECT, _WORDS_OF_LINE, _FIRST_WORDS = 5, 3, 30, 3
_LONG, _SHORT = 6, 4
_LATER_SENTENCE = 3
_NEAR, _FAR = 5, 12
_FARTHEST = 60
# Days from a mention to the comment: each step ends before its bound.
_GAPS = {0: "after the comment", 1: "that day", 2: "a day", 6: "days", 21: "weeks", 91: "months"}
_KNOWN = frozenset({"awareness", "problem-report"})
_CLAUSE_END = re.compile(
    r",\s+(?:and|but|which|who|so|after|before|when|while|where)\s+|[;:.]\s+|\s[–-]\s"
    r"|\s(?:and|but|after|before|until|when|because|since|which|that)\s+"
)
_WE = re.compile(r"\b(?:we|our|us)\b", re.I)
_ANOTHER = re.compile(r"\b(?:another|other|similar|previous|earlier)\b", re.I)
_WORD = re.compile(r"[a-z][a-z']*|[0-9]+")


@dataclass(frozen=True, slots=True)
class _Mention:
    """A day or time in a sentence or line; `tests` are what its words and its place say, `words` those near it."""

    at: str
    text: str
    tests: frozenset[str]
    words: frozenset[str]


def of_awareness(document: Document, title: str, *, is_outside: bool) -> tuple[Proposal, ...]:
    """Return the days and times on which the CA may have become aware.

    `is_outside`: the comment is by somebody who is not of the CA. What a CA became aware of is not the fault that it
    corrected too late, nor the report that it did not answer: in the one case only what speaks of the delay counts, in
    the other nothing.
    """
    if is_about_silence(title):
        return ()
    is_delay = is_about_delay(document, title)
    found = [one for one in _mentions(document) if not is_delay or speaks_of_delay(one.text)]
    topics = [topic for topic, holds in (("an outsider", is_outside), ("a delay", is_delay)) if holds]
    return _proposed(found, document, topics)


def _mentions(document: Document) -> tuple[_Mention, ...]:
    """Return every day and time that a comment mentions up to its writing."""
    return (*islice(_in_prose(document), _MOST), *islice(_in_timeline(document), _MOST))


def _proposed(found: Sequence[_Mention], document: Document, topics: Sequence[str]) -> tuple[Proposal, ...]:
    """Add to each day its place among the others, and everything once more for each topic."""
    days = sorted({one.at[:WHOLE_DAY] for one in found})
    proposed = []
    for one in found:
        tests = {*one.tests, *_order(one.at, days), _gap(one.at, document.comment.at)}
        tests |= {f"{test} & {topic}" for test in tests for topic in topics}
        proposed.append(Proposal(one.at, frozenset({*tests, *one.words, *topics})))
    return tuple(proposed)


def _order(at: str, days: Sequence[str]) -> Iterator[str]:
    tests = {"earliest": at.startswith(days[0]), "latest": at.startswith(days[-1]), "only day": len(days) == 1}
    yield from (test for test, holds in tests.items() if holds)


def _gap(at: str, written: str | None) -> str:
    try:
        gap = (date.fromisoformat((written or "")[:WHOLE_DAY]) - date.fromisoformat(at[:WHOLE_DAY])).days
    except ValueError:
        return "no gap"
    return next((name for bound, name in _GAPS.items() if gap < bound), "long before")


def _in_prose(document: Document) -> Iterator[_Mention]:
    """Find the days of sentences that are no lines of the timeline; a weekday alone may be of any week."""
    lines = islice(timeline.events_in(document), _MOST)
    heads = [one.text[:_HEAD] for one in lines if len(one.text) >= _SHORTEST_HEAD]
    mentions = Counter[str]()
    for place, number, sentence in islice(_sentences(document), _MOST_SENTENCES):
        is_left_out = _DENIED.search(sentence) or any(head in sentence for head in heads)
        found = () if is_left_out else dated(sentence, document)
        told = [one for one in found if not _WEEKDAY.fullmatch(sentence, one[0].start, one[0].end)]
        for rank, (moment, at) in enumerate(sorted(told, key=lambda one: one[0].start)):
            tests = {f"in {place}", f"sentence {number} in {place}", *_said(sentence, moment, place)}
            tests |= {"not first in sentence"} if rank else set()
            tests |= set() if mentions[place] else {"first", f"first in {place}"}
            mentions[place] += 1
            yield _Mention(at, sentence, frozenset(tests), frozenset(_words_near(sentence, moment)))


# What is denied, claimed by others, or did not happen.
_DENIED = re.compile(
    r"\b(?:den(?:y|ies|ied) that|not true|untrue|(?:is|was) (?:false|wrong) that|which is (?:false|wrong)"
    r"|cannot confirm that|(?:could|should|would) (?:\w+ )?have(?: been)? \w+(?:ed|en|nd|ght|rnt|wn)\b"
    r"|without \w+ing (?:aware|told))"
    r"|^\W*had (?:we|the|our)\b",
    re.I,
)
_WEEKDAY = re.compile(r"(?:mon|tues|wednes|thurs|fri|satur|sun)day", re.I)


def _sentences(document: Document) -> Iterator[tuple[str, int, str]]:
    """Return the sentences of prose, each with its place and its number there; from the fourth on they are alike."""
    numbers = Counter[str]()
    for prose in document.prose:
        place = prose.slug or "prose"
        for text in sentences_of(prose.text[:_LONGEST_PARAGRAPH]):
            yield place, min(numbers[place], _LATER_SENTENCE), text[:_LONGEST_SENTENCE]
            numbers[place] += 1


def _said(sentence: str, moment: Moment, place: str) -> Iterator[str]:
    """Name what the clause and the sentence of a day would be as lines of a timeline, and who did what."""
    ends = [*_CLAUSE_END.finditer(sentence)]
    begin = max((one.end() for one in ends if one.end() <= moment.start), default=0)
    end = min((one.start() for one in ends if one.start() >= moment.end), default=len(sentence))
    clause = _kind(f"{sentence[begin : moment.start]} {sentence[moment.end : end]}")
    yield from (f"clause {clause}", f"clause {clause} in {place}")
    yield f"says {_kind(f'{sentence[: moment.start]} {sentence[moment.end :]}')}"
    yield "first person" if _WE.search(sentence) else "no first person"
    yield "another matter" if _ANOTHER.search(sentence) else "this matter"
    verbs = [*_verbs(sentence)]
    if not verbs:
        yield "no verb"
    for one in [one for one in verbs if one.end() <= moment.start][-1:]:
        yield from _at_distance(f"before {one.lastgroup}", sentence[one.end() : moment.start])
    for one in [one for one in verbs if one.start() >= moment.end][:1]:
        yield from _at_distance(f"after {one.lastgroup}", sentence[moment.end : one.start()])


def _at_distance(verb: str, gap: str) -> Iterator[str]:
    words = len(gap.split())
    distance = "near" if words < _NEAR else "apart" if words < _FAR else "far"
    yield from (verb, f"{verb} {distance}", f"{verb.split(maxsplit=1)[0]} {distance}")


def _kind(text: str) -> str:
    """Return the kind of event that a text tells of, `awareness` for every confirmation."""
    return next(str(one.kind) for one in with_kinds([Happening(at="", precision="day", text=text.strip())]))


def _words_near(sentence: str, moment: Moment) -> Iterator[str]:
    """Return the words beside a day, and the verb nearest before it, else after it, with the words before that."""
    yield from _named(_beginnings(sentence[: moment.start])[-_WORDS_BESIDE:], "before: ")
    yield from _named(_beginnings(sentence[moment.end :])[:_WORDS_BESIDE], "after: ")
    verbs = [*_verbs(sentence)]
    before = [one for one in verbs if one.end() <= moment.start][-1:]
    for verb in before or [one for one in verbs if one.start() >= moment.end][:1]:
        yield from _named(_beginnings(sentence[: verb.start()])[-_WORDS_OF_SUBJECT:], "subject: ")
        yield from _named(_beginnings(verb[0]), "verb: ")


def _beginnings(text: str) -> list[str]:
    return ["#" if word[0].isdigit() else word[:_LONG] for word in _WORD.findall(text.casefold())]


def _named(words: Sequence[str], part: str) -> Iterator[str]:
    yield from (part + word for word in words)
    yield from (f"{part}{word[:_SHORT]}-" for word in words if len(word) > _SHORT)


def _in_timeline(document: Document) -> Iterator[_Mention]:
    """Return the lines of the timeline, each with its kind and what earlier lines say."""
    kinds = set[str]()
    for event in timeline.events_in(document):
        kind = event.kind or ""
        tests = {"in timeline", f"line {kind}", f"line {kind} {'again' if kind in kinds else 'first'}"}
        tests |= {"known before", f"line {kind}, known before"} if kinds & _KNOWN else set()
        kinds.add(kind)
        words = _beginnings(event.text[:_LONGEST_SENTENCE])[:_WORDS_OF_LINE]
        named = {*_named(words, "line: "), *(f"line: ^{word}" for word in words[:_FIRST_WORDS])}
        if event.precision in EXACT:
            yield _Mention(event.at, event.text, frozenset(tests), frozenset(named))


_LEARNED = re.compile(
    r"\b(?P<sure>aware|(?<!lessons )learn(?:ed|t|s)|knew)\b"
    r"|\b(?P<told>receiv\w*|receipt|arriv\w+|heard|informed|notified|alerted|contacted|warned|told|communicated"
    r"|pointed out|reach(?:ed|es)|(?!(?:of|let|for|with|by|the)\b)[\w-]{1,20} (?-i:us)"
    r"|(?:to|at|called|e?-?mailed) (?:our|the CA's))\b"
    r"|\b(?P<seen>discover\w*|notic(?:ed|es)|identif(?:ied|ies)|(?:un)?detect(?:ed|s|ion)|found|finds?|observ(?:ed|es)"
    r"|recogni[sz](?:ed|es)|reali[sz](?:ed|es)|determin(?:ed|es)|confirmed|uncovered|spotted|saw|sees|seen|indicated"
    r"|reveal(?:ed|s)|showed|surfaced|unnoticed|(?:came|comes?) (?:to|upon|across)"
    r"|bec[ao]mes? (?:clear|apparent|evident|known))\b"
    r"|\b(?P<by>notification|alert|reported|reports?|rais(?:ed|es)|flag(?:ged|s)|brought|pointed|review\w*|asked|noted"
    r"|mentioned|wrote|read|reading|e?-?mail(?:ed)?|submitted|post(?:s|ed)?(?! ?-?(?:issuance|sign)))\b",
    re.I,
)
# What did not happen, or may happen; "not noticed until 3 May" says when it was.
_UNREAL = re.compile(
    r"\b(?:not|never|nobody|no[ -]one|neither|n't|without|deny|denies|denied|false|untrue|if|unless|whether|could|may"
    r"|might|would|should|will|shall|must|can|cannot)(?: [\w']+){0,3} $",
    re.I,
)
_UNTIL = re.compile(r"(?:\W+\w+){0,2}?\W+until\b", re.I)


def _verbs(sentence: str) -> Iterator[re.Match[str]]:
    """Find the words that say what the CA learned, if they are neither denied nor supposed."""
    for match in _LEARNED.finditer(sentence):
        is_unreal = _UNREAL.search(sentence[max(0, match.start() - _FARTHEST) : match.start()])
        if not is_unreal or _UNTIL.match(sentence, match.end()):
            yield match
