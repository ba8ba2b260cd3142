"""The evidence: word classes, the named test that each makes at a place, the weights, and the score.

Covers: scraper/reader/evidence/word_classes.py, scraper/reader/evidence/mentions.py,
scraper/reader/evidence/scores.py, scraper/reader/evidence/bug.py, scraper/reader/evidence/wholes.py.
"""

import pytest
from measure_reports import labels_digest

from ca_incidents.scraper.reader.document import document_of
from ca_incidents.scraper.reader.evidence.bug import tag_tests, without_ca_name
from ca_incidents.scraper.reader.evidence.mentions import Mention, Proposal, Sentence, proposals, sentences_in
from ca_incidents.scraper.reader.evidence.scores import Weights, fitted, judged
from ca_incidents.scraper.reader.evidence.word_classes import word_classes
from ca_incidents.scraper.reader.facts.certificate_numbers import mentions_in

# A sentence for each test of the table; the mention is the number with its noun.
SENTENCES = {
    "said to be concerned": "Nine mis-issued certificates were valid.",
    "said to be unconcerned": "We saw no impact on nine certificates.",
    "about another CA": "Another CA had nine certificates.",
    "told what is wrong": "Nine certificates had a wrong name.",
    "after a fault": "A wrong name is in nine certificates.",
    "object of issuing": "We issued nine certificates.",
    "said to be issued": "Nine certificates were issued.",
    "object of finding": "We found nine certificates.",
    "object of examining": "We reviewed nine certificates.",
    "said to be examined": "Nine certificates were sampled.",
    "object of another verb": "We revoked nine certificates.",
    "subject of another verb": "Nine certificates have been revoked.",
    "nothing governs": "Nine certificates.",
    "nothing follows": "We issued nine certificates.",
    "called a remainder": "Nine additional certificates came to light.",
    "negated after": "Nine certificates do not name it.",
    "told more about": "Nine certificates with a name.",
    "beside a status service": "The CRL lists nine certificates.",
    "said to be disclosed": "Nine certificates were disclosed.",
    "named as the issuer of others": "Certificates beneath nine roots have it.",
    "beside a test page": "The test page lists nine certificates.",
    "pointed at": "The following nine certificates have it.",
    "beside another incident": "The bug before it is on nine certificates.",
}


def evidence_of(text: str) -> frozenset[str]:
    (mention,) = mentions_in(Sentence(text))
    return mention.evidence()


@pytest.mark.parametrize("test", SENTENCES)
def test_each_test_has_a_sentence_that_passes_it_and_one_that_does_not(test: str) -> None:
    assert test in evidence_of(SENTENCES[test])
    assert not all(test in evidence_of(text) for text in SENTENCES.values())


def test_every_test_of_the_table_has_a_sentence() -> None:
    named = {test for one in word_classes() for test in one.tests.values()}
    assert named | {"nothing governs", "nothing follows"} == set(SENTENCES)


def test_a_class_has_words_and_an_example_with_one_of_them() -> None:
    assert len({one.name for one in word_classes()}) == len(word_classes())
    assert [one.name for one in word_classes() if not one.pattern.search(one.example)] == []


def test_only_the_nearest_word_governs_a_mention() -> None:
    evidence = evidence_of("We checked the list and found nine certificates.")
    assert "object of finding" in evidence
    assert "object of examining" not in evidence


def test_a_clause_ends_what_governs() -> None:
    assert "nothing governs" in evidence_of("We found it: nine certificates.")


def test_the_place_in_the_comment_is_evidence() -> None:
    document = document_of("## Incident Report\n### Summary\nWe saw it.\n### Impact\n9 certificates have a fault.\n")
    (proposal,) = proposals(mention for sentence in sentences_in(document) for mention in mentions_in(sentence))
    assert {"in the answer that asks for it", "opens the answer", "first mention", "only mention"} <= proposal.evidence


def test_the_mentions_of_a_value_share_their_evidence_and_unconcerned_ones_have_none() -> None:
    sentences = ("We issued 9 certificates.", "The 9 certificates were disclosed.", "No impact on 7 certificates.")
    found = proposals(mention for text in sentences for mention in mentions_in(Sentence(text)))
    assert [one.value for one in found] == [9]
    assert {"object of issuing", "said to be disclosed"} <= found[0].evidence


def test_tags_are_evidence_and_the_name_of_the_ca_is_none() -> None:
    assert tag_tests("[ca-compliance] [OV-misissuance]") == {"tagged as mis-issuance"}
    assert without_ca_name("SSL.com: a late list") == " a late list"
    assert without_ca_name("a late list") == "a late list"


WEIGHTS = Weights(rivals=True, threshold=0.6, bias=-1.0, weights={"plain": 3.0, "other": -2.0})


def test_a_score_is_a_sum_that_is_compared_with_rivals() -> None:
    plain, other = Proposal(1, frozenset({"plain"})), Proposal(2, frozenset({"plain", "other", "unknown"}))
    alone = judged("a", [plain], WEIGHTS)[0]
    assert (alone.counts, round(alone.share, 2), alone.reasons) == (True, 0.88, (("plain", 3.0),))
    first, second = judged("a", [plain, other], WEIGHTS)
    assert first.share + second.share < 1
    assert (first.counts, second.counts) == (True, False)
    assert second.reasons == (("plain", 3.0), ("other", -2.0))


def test_near_the_threshold_is_a_doubt() -> None:
    twins = judged("a", [Proposal(1, frozenset({"plain"})), Proposal(2, frozenset({"plain"}))], WEIGHTS)
    assert [(one.counts, one.is_doubtful) for one in twins] == [(False, True), (False, True)]
    assert [one.is_doubtful for one in judged("a", [Proposal(1, frozenset({"other"}))], WEIGHTS)] == [False]


def test_values_that_are_no_rivals_may_all_count() -> None:
    weights = Weights(rivals=False, threshold=0.6, bias=-1.0, weights={"plain": 3.0})
    assert all(one.counts for one in judged("a", [Proposal("ov", frozenset({"plain"}))] * 2, weights))


def test_the_weights_belong_to_the_labels() -> None:
    assert fitted().labels == labels_digest(), "the labels changed: run `make fit`"


def test_every_weight_is_of_a_test_that_can_be_passed_and_the_figures_are_there() -> None:
    for weights in fitted().facts.values():
        assert 15 <= len(weights.weights) <= 33
        assert {"fit", "sets", "invented", "cross-validated", "choose"} <= set(weights.figures)
        assert 0.9 <= weights.figures["cross-validated"]["precision"] <= 1


def test_a_mention_is_a_span_with_a_value() -> None:
    sentence = Sentence("We issued 9 OV certificates in May.")
    (mention,) = mentions_in(sentence)
    assert isinstance(mention, Mention)
    assert (mention.value, sentence.text[mention.start : mention.end]) == (9, "9 OV certificates")
