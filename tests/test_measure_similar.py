"""The measure of similar incidents hides every link, and the records reach its goal."""

from pathlib import Path

import pytest
from measure_similar import GOAL, cited, shares, without_links

from ca_incidents.schema.dataset import read
from ca_incidents.schema.derive.links import links_of
from ca_incidents.schema.derive.similar import SimilarityIndex

INCIDENTS = Path(__file__).parent.parent / "incidents"


@pytest.fixture(scope="module")
def data():
    return read(INCIDENTS)


def test_no_link_is_left(data):
    assert links_of(data.incidents).names
    assert not links_of(without_links(data).incidents).names


def test_pairs_whose_titles_name_each_other_are_left_out(data):
    pairs = cited(data)
    assert pairs
    assert not [pair for pair in pairs if str(pair[1]) in data.incidents[pair[0]].title]


def test_what_reports_cite_is_found(data):
    _, found = shares(data)
    assert {place: found[place] for place, goal in GOAL.items() if found[place] < goal} == {}


def test_words_for_anything_are_no_reason(data):
    index = SimilarityIndex(data)
    words = {
        word
        for number in data.incidents
        for one in index.related(number, limit=6, strong_only=True)
        for reason in one.reasons
        if reason.startswith("words in the title: ")
        for word in reason.partition(": ")[2].split(", ")
    }
    assert words & {"ocsp", "localityname", "underscores"}
    assert not words & {"long", "between", "compliance", "report", "failure", "within", "incorrect", "invalid"}
