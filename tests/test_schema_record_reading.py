"""How much of a thread was read, in numbers and in words."""

import pytest

from ca_incidents.schema.model import Bugzilla, Comment, Incident, Report, Texts
from ca_incidents.schema.record.reading import Reading, reading_of


def record(numbers: tuple[int, ...], texts: Texts | None) -> Incident:
    comments = tuple(Comment(number=number) for number in numbers)
    return Incident(
        id=1,
        title="A CA: something",
        bugzilla=Bugzilla(status="NEW", opened="2020", comments=comments),
        report=Report(texts=texts) if texts else None,
    )


@pytest.mark.parametrize(
    ("numbers", "texts", "expected", "whole"),
    [
        ((0, 1), Texts(read=2, complete=(0, 1)), Reading(listed=2, complete=2, shortened=0, hidden=0), True),
        ((0, 1), Texts(read=2, cut=True, complete=(0,), shortened=(1,)), Reading(2, 1, 1, 0), False),
        ((0, 1), Texts(read=1, complete=(0,)), Reading(2, 1, 0, 0), False),
        ((0, 2), Texts(read=2, complete=(0, 2)), Reading(2, 2, 0, 1), False),
        ((1, 2), Texts(read=2, complete=(1, 2)), Reading(2, 2, 0, 1), False),
        # What a text was read of that is no longer listed does not count.
        ((0, 1), Texts(read=2, complete=(0, 5)), Reading(2, 1, 0, 0), False),
        ((0, 1), None, Reading(2, 0, 0, 0), False),
        ((), Texts(read=1, complete=(0,)), Reading(0, 0, 0, 0), False),
        # Records that list no comments say how many were read.
        ((0, 1), Texts(read=2), Reading(2, 2, 0, 0), True),
        ((0, 1), Texts(read=1), Reading(2, 1, 0, 0), False),
        ((0, 1), Texts(read=2, cut=True), Reading(2, 0, 2, 0), False),
    ],
)
def test_a_thread_is_read_whole_only_where_nothing_is_missing(
    numbers: tuple[int, ...], texts: Texts | None, expected: Reading, whole: bool
) -> None:
    found = reading_of(record(numbers, texts))
    assert (found, found.whole) == (expected, whole)


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (Reading(0, 0, 0, 0), "its comments are not known"),
        (Reading(76, 0, 0, 0), "none of the 76 comments has been read"),
        (Reading(1, 0, 0, 0), "the only comment has not been read"),
        (Reading(1, 0, 1, 0), "the only comment was cut off by the source"),
        (Reading(1, 1, 0, 0), "the only comment has been read"),
        (Reading(5, 5, 0, 0), "all 5 comments have been read"),
        (Reading(5, 1, 0, 0), "only 1 of the 5 comments has been read to the end"),
        (Reading(5, 0, 1, 0), "only the beginning of 1 of the 5 comments has been read"),
        (Reading(5, 2, 2, 0), "only 2 of the 5 comments have been read to the end and 2 in part"),
        (Reading(5, 5, 0, 2), "all 5 comments have been read, but 2 more are not public"),
        (Reading(5, 4, 0, 1), "only 4 of the 5 comments have been read to the end, and 1 more is not public"),
    ],
)
def test_what_was_not_read_is_said_in_words(reading: Reading, words: str) -> None:
    assert str(reading) == words
