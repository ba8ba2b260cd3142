"""Words that titles share, weighed by BM25; the index lives in memory.

SQLite's FTS5 splits, stems (Porter) and ranks. BM25 adds up over the words of a query, so each word is ranked once
against all titles and the sums are made from that: a whole dataset costs as much as a thousand queries.
"""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

from ca_incidents.schema.errors import CaIncidentsError

# A word in more than this share of the titles tells nothing about which are alike; nor do words that only bind others.
TOO_COMMON = 0.1
AT_LEAST = 12
_BINDING = frozenset(
    "a after all an and any are as at be been before but by can did do does due during for from had has have if in "
    "into is it its more no non not of on one only or other out over per s some such than that the their there this to "
    "too under up upon use used using was were when where which while with without".split()
)


class NoFullTextIndex(CaIncidentsError):
    """This Python's SQLite was built without FTS5, which ranks the words of titles."""


@dataclass(frozen=True, slots=True)
class WordIndex:
    """For each title its words by stem, and for each stem the titles that hold it with their BM25 score."""

    words: Mapping[int, Mapping[str, str]]
    scores: Mapping[str, tuple[tuple[int, float], ...]]


def index_words(titles: Mapping[int, str]) -> WordIndex:
    """Index titles by their numbers; words that are too common or bind others are left out."""
    with closing(sqlite3.connect(":memory:")) as db:
        try:
            _fill(db, titles)
        except sqlite3.OperationalError as error:
            raise NoFullTextIndex(f"SQLite cannot index titles: {error}") from None
        words, spelling, counts = _stems(db)
        most = max(AT_LEAST, int(len(titles) * TOO_COMMON))
        telling = [stem for stem in sorted(spelling) if 1 < counts[stem] <= most]
        query = "SELECT rowid, rank FROM stemmed WHERE stemmed MATCH ? ORDER BY rowid"
        scores = {
            stem: tuple((number, -rank) for number, rank in db.execute(query, (f'"{spelling[stem]}"',)))
            for stem in telling
        }
    return WordIndex(words, scores)


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
