"""Scores of all words of a text: evidence, the sum, and that the weights belong to their sources."""

from typing import get_args

import msgspec
import pytest
from word_sources import is_of_name, sources_digest

from ca_incidents.schema.model import ActionStatus
from ca_incidents.schema.tables.vocabulary import terms
from ca_incidents.scraper.reader.evidence.word_scores import (
    MOST_WORDS,
    Weights,
    fitted,
    judged,
    of_words,
)

WEIGHTS = Weights(
    classes=("cat", "dog"),
    threshold=0.6,
    bias=(0.0, 0.0),
    words={"purr": (4.0, 0.0), "bark": (0.0, 4.0), "^bark": (0.0, 2.0)},
)


def test_evidence_is_beginnings_of_words_and_pairs() -> None:
    assert set(of_words("Revoked 12")) == {"revoke", "revo-", " revoke", "^revoke", "#", "#-", "revoke #", "^#"}
    assert of_words("revocation").keys() & of_words("revoked").keys() == {"revo-"}


def test_a_long_text_weighs_as_much_as_a_short_one() -> None:
    for text in ("Revoked", "The last of the certificates was revoked late in the evening"):
        assert sum(value**2 for value in of_words(text).values()) == pytest.approx(1)
    assert of_words("") == {}


def test_a_few_words_weigh_less_than_many() -> None:
    assert sum(value**2 for value in of_words("Revoked", fewest=40).values()) == pytest.approx(4 / 40)


def test_the_words_of_a_part_are_told_apart() -> None:
    assert not of_words("late").keys() & of_words("late", "title: ").keys()


def test_what_comes_late_in_a_text_is_not_read() -> None:
    assert "zebra" not in of_words("word " * MOST_WORDS + "zebra")
    assert "zebra" in of_words("word " * (MOST_WORDS - 1) + "zebra")


def test_the_sum_decides_and_says_why() -> None:
    told = judged(WEIGHTS, {"purr": 1.0, "unknown": 1.0})
    assert (told.value, told.counts) == ("cat", True)
    assert told.reasons == (("purr", 4.0),)
    both = judged(WEIGHTS, {"purr": 0.5, "bark": 0.5, "^bark": 0.5})
    assert both.value == "dog"
    assert dict(both.reasons) == {"bark": 2.0, "^bark": 1.0, "purr": 0.0}


def test_a_close_sum_does_not_count() -> None:
    assert not judged(WEIGHTS, {"purr": 0.5, "bark": 0.5}).counts


def test_without_any_evidence_the_most_frequent_class_decides() -> None:
    assert judged(msgspec.structs.replace(WEIGHTS, bias=(0.0, 1.0)), {}).value == "dog"


@pytest.mark.parametrize("fact", sorted(fitted().facts.keys() - {"aware"}))
def test_every_class_is_of_the_vocabulary(fact: str) -> None:
    vocabulary = {"discovery": "discovery", "timeline.kind": "event_kind", "action_items.subject": "action_subject"}
    known = set(terms(vocabulary[fact])) if fact in vocabulary else set(get_args(ActionStatus))
    assert set(fitted().facts[fact].classes) - {"none"} == known


def test_the_weights_belong_to_their_sources() -> None:
    assert fitted().labels == sources_digest(), "the labels or lines changed: run `make fit`"


@pytest.mark.parametrize("fact", sorted(fitted().facts))
def test_the_name_of_a_ca_is_no_evidence(fact: str) -> None:
    assert is_of_name("title: digice mis-iss") and not is_of_name("title: certif mis-iss")
    assert not [name for name in fitted().facts[fact].words if is_of_name(name)]
