"""The phrases that name a channel of discovery."""

import pytest

from ca_incidents.scraper.reader.facts.channel_phrases import compiled


@pytest.mark.parametrize(
    ("phrase", "text", "matches"),
    [
        pytest.param("revok*", "It was Revoked", True, id="the rest of a word"),
        pytest.param("revok*", "unrevoked", False, id="whole words"),
        pytest.param("seen", "unseen things", False, id="a word is no part of one"),
        pytest.param("<tree> .. fell", "the elm in the yard fell", True, id="a class, and few words"),
        pytest.param("<tree> .. fell", "the elm in the yard of the house fell", False, id="too many words"),
        pytest.param("<tree> ... fell", "the ash, old and hollow, at last fell", True, id="some characters"),
        pytest.param("^ elm", "- elm", True, id="at the start"),
        pytest.param("^ elm", "an elm", False, id="not at the start"),
    ],
)
def test_the_abbreviations_of_a_phrase(phrase: str, text: str, matches: bool) -> None:
    assert bool(compiled([phrase], {"tree": "(?:elm|ash)"}).search(text)) is matches
