"""The words that name topics: the table is sound, every row is needed, invented titles are read as a person would."""

import re
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from ca_incidents.schema.tables import topic_words
from ca_incidents.schema.tables.topic_words import TopicWords
from ca_incidents.schema.tables.vocabulary import terms

WORDS = topic_words.standard()
ROWS = [(place, number) for place, entry in enumerate(WORDS.entries) for number, _ in enumerate(entry.rows)]
TITLES = [line.split("\t") for line in (Path(__file__).parent / "cases" / "topics.tsv").read_text("utf-8").splitlines()]
TABLE = """
classes:
  late: [late, delay*]
topics:
- topic: crl
  over: [ocsp]
  rows:
  - example: 'Alder CA: CRL delayed'
    words: [[crl], [(late)]]
    without: [audit]
- topic: ocsp
  rows:
  - example: 'Alder CA: OCSP'
    words: [[ocsp]]
- topic: extensions
  rows:
  - example: 'Alder CA: Key usage wrong'
    words: [[key * usage]]
- topic: several-faults
  weak: true
  joins: [extensions]
  rows:
  - example: 'Alder CA: Problem'
    words: [[problem]]
- topic: trust-in-ca
  weak: true
  rows:
  - example: 'Alder CA: Problem of trust'
    words: [[problem]]
tags:
  crl-failure: crl
"""
SMALL = topic_words.read(TABLE.encode())


def named(text: str, words: TopicWords = SMALL) -> list[str]:
    return [one.topic for one in words.named_in(text)]


def test_a_row_needs_all_of_its_words_in_any_order() -> None:
    assert named("Delayed CRLs") == named("crl was late") == ["crl"]
    assert named("CRL") == named("late") == []


def test_a_row_falls_away_where_another_word_is_there() -> None:
    assert named("Late CRL, says the audit") == []


def test_a_phrase_needs_its_words_side_by_side_but_for_a_gap() -> None:
    assert named("key usage") == named("key and its wrong usage") == ["extensions"]
    assert named("usage of a key") == named("key that has one two three usage") == []


def test_one_topic_covers_another() -> None:
    assert named("OCSP") == ["ocsp"]
    assert named("Late CRL and OCSP") == ["crl"]


def test_a_weak_topic_stands_alone_or_with_those_that_it_joins() -> None:
    assert named("Problems") == ["several-faults"]
    assert named("Problem of OCSP") == ["ocsp"]
    assert named("Problem of a key usage") == ["extensions", "several-faults"]


def test_the_longest_text_that_is_read_takes_no_time() -> None:
    assert named("delayed" * 14_000) == named("key " * 24_000) == []
    assert max(len(word) for phrases in WORDS.starts.values() for phrase, _ in phrases for word in phrase) <= 40


def test_the_words_are_given_as_the_text_has_them() -> None:
    assert [one.words for one in SMALL.named_in("Delayed CRLs")] == [("crls", "delayed")]


def test_a_key_that_the_table_does_not_know_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="exmple"):
        topic_words.read(TABLE.replace("example", "exmple", 1).encode())


def test_every_topic_of_the_table_is_in_the_vocabulary() -> None:
    used = {entry.topic for entry in WORDS.entries}
    named_beside = {topic for entry in WORDS.entries for topic in entry.over | entry.joins}
    assert used | named_beside | set(WORDS.tags.values()) <= terms("topic").keys()
    assert terms("topic").keys() - used == set()
    assert WORDS.tags.keys() <= terms("tag").keys()


@pytest.mark.parametrize(("place", "number"), ROWS)
def test_every_row_is_needed_for_its_example(place: int, number: int) -> None:
    entry = WORDS.entries[place]
    example = entry.rows[number].example
    rest = msgspec.structs.replace(entry, rows=entry.rows[:number] + entry.rows[number + 1 :])
    without = replace(WORDS, entries=(*WORDS.entries[:place], rest, *WORDS.entries[place + 1 :]))
    title = example.partition(": ")[2]
    assert entry.topic in named(title, WORDS), example
    assert WORDS.named_in(title) != without.named_in(title), example


@pytest.mark.parametrize("meaning", WORDS.meanings, ids=lambda meaning: meaning.example)
def test_every_example_of_a_meaning_has_it(meaning: topic_words.Meaning) -> None:
    found = {one.topic: one.meaning for one in WORDS.named_in(meaning.example.partition(": ")[2])}
    assert found.get(meaning.topic) == meaning.says
    assert re.fullmatch(r"[A-Z].*\.", meaning.says)


def test_a_meaning_needs_its_words() -> None:
    assert [one.meaning for one in WORDS.named_in("Serial numbers of 60 bits")] == [None]


def test_every_unspecific_word_can_be_found() -> None:
    assert not [
        word
        for word in WORDS.unspecific | WORDS.verdicts | WORDS.things
        if not re.fullmatch(r"[a-z0-9]+(\*|( [a-z0-9]+)*)", word)
    ]


@pytest.mark.parametrize(("topics", "title"), TITLES)
def test_an_invented_title_is_read_as_a_person_would(topics: str, title: str) -> None:
    assert set(named(title.partition(": ")[2], WORDS)) == set(topics.split(","))
