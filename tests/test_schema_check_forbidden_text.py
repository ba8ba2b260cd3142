"""Addresses, mentions, hidden and posing letters are found in any disguise, fast, and nothing else is taken for one."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ca_incidents.schema.check import forbidden_text


def codes(text: str, *, typed: bool = True) -> list[str]:
    return [code for code, _ in forbidden_text.flaws(text, typed=typed)]


ADDRESSES = [
    "jane@example.org",
    "ask jane@host now",
    '"jane doe"@example.org',
    "jane@[192.0.2.1]",
    "jane\uff20example.org",
    "jane\ufe6bexample.org",
    "jane(at)example.org",
    "jane [AT] example.org",
    "jane {at} example.org",
    "jane <at> example.org",
    "jane (@) example.org",
    "jane at example dot org",
    "jane&#64;example.org",
    "jane&#x40;example.org",
    "jane&commat;example.org",
    "jäne@exämple.org",
    "jane@@example.org",
    "jane @ example.org",
    "jane.doe%example.com",
    "jane AT example.org",
    "jane_at_example.org",
    "jane_at_example_dot_org",
    "DigiCert: a@b'c@d",
]
TELEPHONES = [
    "+1 (555) 010-0199",
    "+44 20 7946 0958",
    "555-010-0199",
    "(555) 010.0199",
    "Tel.: 030 1234567",
    "phone: 0301234567",
]
FINE = {
    "at sign as a word": "4 certificates @ 3 CAs",
    "at and dot as words": "at example.org, dot by dot",
    "at in brackets": "look at (at last) it",
    "profile in a link": "https://example.org/@someone/1",
    "ampersand": "R&D; A&B",
    "accents and dashes": "Certificação Digital: “OU=-” – D’Oh",
    "micro sign": "5 μs, 5 µs",
    "East Asian with Latin": "セコムCA, 한국CA",
    "Greek and Cyrillic words": "Αθήνα and Москва",
    "ordinal and trade mark": "TÜViT ª º №1 ™",
    "host after the word at": "hosted at www.example.org since 2020-10-14",
    "escapes in a link": "https://example.org/?q=a%20example.org%2Fx.com&r=%E2%80%99host.org",
    "per cent": "100% of the 2.5 million",
    "at sign before a number": "4 certificates @ 3.5 hours",
    "at in an identifier": "signed_at_time, created_at_",
    "times with an offset": "2020-09-21T09:00-05:00 and 2020-01-01 00:00:00+0000",
    "serial, OID and IP address": "serial 12345-678-90123, OID 1.2.840.113.5493, 192.168.100.2000",
    "bug numbers and counts": "bug 1671037, 1671038-1671040; +10,000 certificates",
}


@pytest.mark.parametrize("text", ADDRESSES)
def test_an_address_is_found_in_each_disguise(text: str) -> None:
    assert codes(text, typed=False) == codes(text) == ["e-mail-address"]
    assert not forbidden_text.is_plain(text)
    assert "(gone)" in forbidden_text.without_addresses(text, "(gone)")
    assert codes(forbidden_text.without_addresses(text, "(gone)")) == []


def test_what_hangs_together_with_an_address_goes_and_the_rest_stays() -> None:
    text = "Write to jane.doe+x@mail.example.org, or to bob (at) example.org."
    assert forbidden_text.without_addresses(text, "(gone)") == "Write to (gone), or to (gone)."


@pytest.mark.parametrize("text", TELEPHONES)
def test_a_telephone_number_is_found_and_removed(text: str) -> None:
    assert codes(f"call {text} now", typed=False) == ["telephone-number"]
    assert not forbidden_text.is_plain(text)
    assert codes(forbidden_text.without_addresses(text, "(gone)")) == []


@given(st.text(alphabet="ab.@%'\"_-+ [](){}&#;AT\n04", max_size=60).map(lambda t: t.replace("A", "_at_")))
def test_nothing_is_left_of_an_address(text: str) -> None:
    rest = codes(forbidden_text.without_addresses(text, "(gone)"), typed=False)
    assert not {"e-mail-address", "telephone-number"} & set(rest)


@pytest.mark.parametrize("text", FINE.values(), ids=FINE)
def test_what_is_none_is_left_alone(text: str) -> None:
    assert codes(text) == []
    assert forbidden_text.without_addresses(text, "") == text


@pytest.mark.parametrize("text", ["as @jane said", "@j", "(@jane)", "\uff20jane"])
def test_people_who_type_mention_nobody(text: str) -> None:
    assert codes(text) == ["at-mention"]
    assert codes(text, typed=False) == []


@pytest.mark.parametrize("text", ["a\u200bb", "a\u3164", "\u2800", "a\ufe0f", "a\U000e0041", "a\xad", "a\x1b"])
def test_what_cannot_be_seen_is_found_and_named(text: str) -> None:
    [(code, message)] = forbidden_text.flaws(text, typed=False)
    assert code == "control-character"
    assert "U+" in message


@pytest.mark.parametrize(
    ("text", "word", "letter"),
    [
        ("by Glob\u0430lSign", "Glob\u0430lSign", "\u0430"),
        ("S\u03b5ctigo", "S\u03b5ctigo", "\u03b5"),
        ("D\u0456giCert", "D\u0456giCert", "\u0456"),
        ("\uff33ECOM", "\uff33ECOM", "\uff33"),
        ("\U0001d402omodo", "\U0001d402omodo", "\U0001d402"),
        ("\u212aPN", "\u212aPN", "\u212a"),
    ],
    ids=["Cyrillic a", "Greek epsilon", "Cyrillic i", "fullwidth", "mathematical", "Kelvin sign"],
)
def test_a_posing_letter_is_named_with_its_word(text: str, word: str, letter: str) -> None:
    assert forbidden_text.posing_letter(text) == (word, letter)
    assert codes(text) == ["look-alike"]
    assert codes(text, typed=False) == []


pieces = st.lists(
    st.sampled_from(["a", "@", " ", "at", "(", ")", ".", "dot", "\uff20", "&#64;", '"', "[", "]", "-", "é"])
)


@given(pieces)
def test_nothing_that_was_cut_out_is_still_an_address(parts: list[str]) -> None:
    assert "e-mail-address" not in codes(forbidden_text.without_addresses("".join(parts), "(gone)"))


@given(st.text() | pieces.map("".join))
def test_a_plain_text_has_no_flaw_but_controls(text: str) -> None:
    if forbidden_text.is_plain(text):
        assert set(codes(text)) <= {"control-character"}


LONG = {
    "one word": "a" * 900_000,
    "one word, then a sign": "a" * 900_000 + " @",
    "signs": "@" * 900_000,
    "half addresses": "a@ " * 300_000,
    "at without an end": "a (at " * 150_000,
    "at words": "a at b " * 130_000,
    "entities": "a&#64 " * 150_000,
    "zeros of an entity": "a&#" + "0" * 900_000,
    "other letters": "\u0430" * 300_000,
    "quotes": '"' * 900_000,
    "brackets": "a@[" * 300_000,
    "hosts": "a@b." * 220_000,
    "hosts with spaces": "a @ b." * 150_000,
    "words joined by at": "a_at_b" * 60_000,
    "per cent": "a%b." * 220_000,
    "capital at": "a AT b." * 130_000,
    "addresses in a row": "a@b'" * 220_000,
    "digits": "+1" + "23" * 450_000,
    "digits in groups": "+1 (2" * 180_000,
    "area codes": "(555) 555-" * 90_000,
    "labels": "tel: 1 2 3" * 90_000,
}


@pytest.mark.parametrize("case", LONG)
def test_a_long_text_takes_no_longer_than_its_length(case: str) -> None:
    text = LONG[case]

    def cost(part: str) -> float:
        start = time.process_time()
        list(forbidden_text.flaws(part, typed=True))
        forbidden_text.without_addresses(part, "")
        return time.process_time() - start

    # A quadratic search would take four times as long at twice the length, and minutes at this one.
    assert cost(text) < 3
