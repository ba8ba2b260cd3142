"""Scores of all words of a text: features, the sum, and that the weights belong to their sources."""

import pytest
from word_sources import sources_digest

from ca_incidents.schema.tables.vocabulary import terms
from ca_incidents.scraper.reader.evidence.word_scores import (
    BY_RULE,
    MOST_WORDS,
    Weights,
    features,
    fitted,
    judged,
    verdict,
)

WEIGHTS = Weights(
    classes=("cat", "dog"),
    rule=1.5,
    threshold=0.6,
    bias=(0.0, 0.0),
    words={"purr": (4.0, 0.0), "bark": (0.0, 4.0), "^bark": (0.0, 2.0)},
)


def test_features_are_beginnings_of_words_and_pairs() -> None:
    assert features("Revoked 12") == {"revoke", "revo-", " revoke", "^revoke", "#", "#-", "revoke #", "^#"}
    assert features("revocation") & features("revoked") == {"revo-"}


def test_what_comes_late_in_a_text_is_not_read() -> None:
    assert "zebra" not in features("word " * MOST_WORDS + "zebra")
    assert "zebra" in features("word " * (MOST_WORDS - 1) + "zebra")


def test_the_sum_decides_and_says_why() -> None:
    told = judged(WEIGHTS, "Hear it purr", "dog")
    assert (told.value, told.counts) == ("cat", True)
    assert told.reasons == (("purr", 4.0),)
    both = judged(WEIGHTS, "the purr and the bark", "dog")
    assert both.value == "dog"
    assert dict(both.reasons) == {"bark": 2.31, BY_RULE: 1.5, "^bark": 1.15, "purr": 0.0}


def test_a_close_sum_does_not_count() -> None:
    assert not judged(WEIGHTS, "while one can purr, another one may bark", "").counts


def test_without_a_known_word_the_rules_decide() -> None:
    assert judged(WEIGHTS, "zebra", "horse").value == "horse"


@pytest.mark.parametrize("fact", sorted(fitted().facts))
def test_every_class_is_of_the_vocabulary(fact: str) -> None:
    vocabulary = {"discovery": "discovery", "timeline.kind": "event_kind", "action_items.subject": "action_subject"}
    assert set(fitted().facts[fact].classes) - {"none"} == set(terms(vocabulary[fact]))


def test_the_weights_belong_to_their_sources() -> None:
    assert fitted().labels == sources_digest(), "the labels or lines changed: run `make fit`"


def test_words_outweigh_a_rule_that_saw_one_phrase() -> None:
    assert (
        verdict("action_items.subject", "Nobody may release a profile alone any more", "software").value == "procedure"
    )
