"""Mentions: the places in prose that may state a fact, and the evidence that their words and their place give."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.evidence.word_classes import passed
from ca_incidents.scraper.reader.form.fields import TIMELINES, TITLES
from ca_incidents.scraper.reader.text.sentences import LONGEST_SENTENCE, sentences_of, without_quotations

Value = int | str | bool
# No real comment says so much; the limit keeps hostile texts cheap.
_MOST = 400
_FARTHEST, _HEADING = 160, 40
# Places around a mention, each with its number of words.
_BEFORE = {"governs": 12, "before": 12, "close before": 3}
_AFTER = {"follows": 12, "after": 16, "close after": 3, "next after": 1}
ANSWERS = ("impact", "q-summary")
_DESCRIBES = ("", "other", "summary", "incident-description", "q-aware", *TITLES)
VETOES = frozenset({"said to be unconcerned", "about another CA"})
_FILE = re.compile(r"\w\.(?:pdf|csv|txt|xlsx?|docx?|zip|crt|pem)\W*\Z", re.I)
_OPENING = re.compile(r"\W*(?:for|in|all|only|the|there (?:are|were|is|was)|in total|a total of)?\W*", re.I)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the author's own words, the field that it is in, and the sentence before it."""

    text: str
    slug: str = ""
    is_first: bool = False
    last: str = ""


def sentences_in(document: Document) -> Iterator[Sentence]:
    """Yield the sentences of a document's own prose and then of its timeline, without quotations and names of files."""
    events = ((one.slug, line.text) for one in document.named(*TIMELINES) for line in one.lines() if not line.quoted)
    first, last = True, ""
    for slug, text in (*((one.slug, one.text) for one in document.prose), *events):
        for sentence in sentences_of(without_quotations(text)):
            if not _FILE.search(sentence):
                yield Sentence(sentence[:LONGEST_SENTENCE], slug, first, last)
            first, last = first and len(sentence) < _HEADING, sentence[:LONGEST_SENTENCE]


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of a sentence that would state a value; `notes` are the tests that the grammar itself answers."""

    value: Value
    sentence: Sentence
    start: int
    end: int
    notes: frozenset[str] = frozenset()

    def evidence(self) -> frozenset[str]:
        """Name the tests that this mention passes."""
        opens = _OPENING.fullmatch(self.sentence.text[: self.start]) is not None
        answers = self.sentence.slug in ANSWERS
        place = {
            "opens the answer": opens and answers,
            "in the answer that asks for it": answers,
            "outside the description": self.sentence.slug not in (*ANSWERS, *_DESCRIBES, *TIMELINES),
        }
        return frozenset(passed(self._around())) | holding(place) | self.notes

    def _around(self) -> Mapping[str, str]:
        text = self.sentence.text
        before = re.split(r"[;:(]", text[: self.start][-_FARTHEST:])[-1].split()
        after = text[self.end :][:_FARTHEST].split(";")[0].split()
        places = {"phrase": text[self.start : self.end], "sentence": text}
        places |= {place: " ".join(before[-words:]) for place, words in _BEFORE.items()}
        return places | {place: " ".join(after[:words]) for place, words in _AFTER.items()}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A value that a comment may state, and the evidence of all its mentions together."""

    value: Value
    evidence: frozenset[str]


def proposals(mentions: Iterable[Mention]) -> tuple[Proposal, ...]:
    """Put the mentions of each value together, in the order of the text; what is unconcerned is left out."""
    found: dict[Value, frozenset[str]] = {}
    opening: Sentence | None = None
    for mention in islice(mentions, _MOST):
        evidence = mention.evidence()
        if VETOES.isdisjoint(evidence):
            opening = opening or mention.sentence
            evidence |= holding({"first mention": mention.sentence is opening})
            found[mention.value] = found.get(mention.value, frozenset()) | evidence
    only = holding({"only mention": len(found) == 1})
    return tuple(Proposal(value, evidence | only) for value, evidence in found.items())


def holding(tests: Mapping[str, bool]) -> frozenset[str]:
    """Name the tests that hold."""
    return frozenset(name for name, holds in tests.items() if holds)
