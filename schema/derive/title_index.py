"""Words that titles share, weighed by BM25; the index lives in memory.

SQLite's FTS5 splits, stems (Porter) and ranks. BM25 adds up over the words of a query, so each word is ranked once
against all titles and the sums are made from that: a whole dataset costs as much as a thousand queries.

No list of stop words could know this field, so the titles' topics decide: a word counts only if two titles that hold
it share a topic several times as often as any two titles do. "localityName" does, "long", "report" and "between" do
not.
"""

import math
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass

from ca_incidents.schema.errors import CaIncidentsError

# A word in more than this share of the titles tells nothing about which are alike; nor do words that only bind others.
TOO_COMMON = 0.1
AT_LEAST = 12
# How many times as often two titles with a telling word share a topic, and how many pairs of titles that share a topic
# no more often than any two are assumed before counting, so that one pair alone proves little.
TELLING = 7.0
_ASSUMED = 2
_BINDING = frozenset(
    "a after all an and any are as at be been before between but by can did do does due during for from had has have "
    "if in into is it its more no non not of on one only or other out over per s some such than that the their there "
    "this to too under up upon use used using was were when where which while with within without".split()
)


class NoFullTextIndex(CaIncidentsError):
    """This Python's SQLite was built without FTS5, which ranks the words of titles."""


@dataclass(frozen=True, slots=True)
class WordIndex:
    """For each title its words by stem, and for each stem the titles that hold it with their BM25 score."""

    words: Mapping[int, Mapping[str, str]]
    scores: Mapping[str, tuple[tuple[int, float], ...]]


def index_words(titles: Mapping[int, str], topics: Mapping[int, Collection[str]]) -> WordIndex:
    """Index titles by their numbers, with the topics of each.

    Words that are too common, that bind others or that say nothing about the topic have no scores.
    """
    with closing(sqlite3.connect(":memory:")) as db:
        try:
            _fill(db, titles)
        except sqlite3.OperationalError as error:
            raise NoFullTextIndex(f"SQLite cannot index titles: {error}") from None
        words, spelling, counts = _stems(db)
        most = max(AT_LEAST, int(len(titles) * TOO_COMMON))
        common = {stem for stem, count in counts.items() if 1 < count <= most}
        telling = sorted(common - _vague(words, topics))
        query = "SELECT rowid, rank FROM stemmed WHERE stemmed MATCH ? ORDER BY rowid"
        scores = {
            stem: tuple((number, -rank) for number, rank in db.execute(query, (f'"{spelling[stem]}"',)))
            for stem in telling
        }
    return WordIndex(words, scores)


def _vague(words: Mapping[int, Iterable[str]], topics: Mapping[int, Collection[str]]) -> set[str]:
    """Return the stems that do not tell which topic a title has; one that no two titles with topics hold may."""
    holders: dict[str, list[int]] = {}
    for number, held in words.items():
        if topics.get(number):
            for stem in held:
                holders.setdefault(stem, []).append(number)
    usual = _agreement([number for number in words if topics.get(number)], topics, assumed=0.0)
    return {
        stem
        for stem, numbers in holders.items()
        if len(numbers) > 1 and _agreement(numbers, topics, assumed=usual) < TELLING * usual
    }


def _agreement(numbers: Collection[int], topics: Mapping[int, Collection[str]], *, assumed: float) -> float:
    """Return how many topics two of these titles share on average, after pairs that share the number assumed."""
    shared = sum(math.comb(n, 2) for n in Counter(topic for number in numbers for topic in topics[number]).values())
    return (shared + _ASSUMED * assumed) / (math.comb(len(numbers), 2) + _ASSUMED)


def _fill(db: sqlite3.Connection, titles: Mapping[int, str]) -> None:
    rows = sorted(titles.items())
    for table, tokenizer in (("plain", "unicode61"), ("stemmed", "porter unicode61")):
        # Table and tokenizer are the two constants above; SQL has no parameters for names.
        db.execute(f"CREATE VIRTUAL TABLE {table} USING fts5(title, tokenize='{tokenizer}')")
        db.execute(f"CREATE VIRTUAL TABLE {table}_words USING fts5vocab({table}, instance)")
        db.executemany(f"INSERT INTO {table}(rowid, title) VALUES (?, ?)", rows)  # noqa: S608


def _stems(db: sqlite3.Connection) -> tuple[dict[int, dict[str, str]], dict[str, str], dict[str, int]]:
    """Give the words of each title by stem, one spelling of each stem, and in how many titles each stem stands."""
    query = "SELECT doc, offset, term FROM {}_words"
    plain = {(doc, offset): term for doc, offset, term in db.execute(query.format("plain"))}
    words: dict[int, dict[str, str]] = {}
    for doc, offset, stem in sorted(db.execute(query.format("stemmed"))):
        word = plain[doc, offset]
        if word not in _BINDING and len(word) > 1:
            words.setdefault(doc, {}).setdefault(stem, word)
    spelling: dict[str, str] = {}
    counts: dict[str, int] = {}
    for found in words.values():
        for stem, word in found.items():
            spelling.setdefault(stem, word)
            counts[stem] = counts.get(stem, 0) + 1
    return words, spelling, counts
