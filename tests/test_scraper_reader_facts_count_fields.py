"""Counts in the fields of a form."""

import pytest

from ca_incidents.scraper.reader.facts.count_fields import count_in_field, is_estimate, is_lone_count


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ("4,051", 4051),
        ("4.051", 4051),
        ("three (3)", 3),
        ("None", 0),
        ("0", 0),
        ("N/A", None),
        ("~1.7 million", 1_700_000),
        ("1,2 million", 1_200_000),
        ("TBD", None),
        ("150 certificates", 150),
        ("about 30", 30),
        ("approximately 1,250 certificates", 1250),
        ("up to 30", None),
        ("at least 3", None),
        ("", None),
        ("12 (all revoked)", 12),
    ],
)
def test_a_count_in_a_field(value: str, count: int | None) -> None:
    assert count_in_field(value)[0] == count


def test_an_estimate_is_told_from_a_count_and_a_lone_count_from_a_sentence() -> None:
    assert is_estimate("about 30")
    assert not is_estimate("30")
    assert is_lone_count("9 OV")
    assert not is_lone_count("9 OV certificates were issued in the month of May, and more of them were found.")
