"""Whiteboards as people type them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ca_incidents.schema.model import Doubt
from ca_incidents.schema.tables import vocabulary
from ca_incidents.scraper.reader.whiteboard import Whiteboard, read_whiteboard


def doubt(kind: str, text: str) -> Doubt:
    return Doubt(kind=kind, where="bugzilla.whiteboard", text=text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Whiteboard()),
        ("[ca-compliance]", Whiteboard()),
        ("[ca compliance] [disclosure failure]", Whiteboard(tags=("disclosure-failure",))),
        ("[CA-Compliance] [OV-Misissuance]", Whiteboard(tags=("ov-misissuance",))),
        ("[[ca-compliance]] [[crl-failure]]", Whiteboard(tags=("crl-failure",))),
        ("[ca-compliance] audit-finding]", Whiteboard(tags=("audit-finding",))),
        ("[ca-compliance] [audit-finding", Whiteboard(tags=("audit-finding",))),
        (
            "[delayed-revocation-leaf] [delayed-revocation-ca]",
            Whiteboard(("leaf-revocation-delay", "ca-revocation-delay")),
        ),
        ("[leaf-revocation-delay][delayed-revocation-leaf]", Whiteboard(tags=("leaf-revocation-delay",))),
        ("[ca\u2011compliance] [policy_failure]", Whiteboard(tags=("policy-failure",))),
        ("[ca-compliance] Expired CRLs", Whiteboard(doubts=(doubt("unknown-fragment", "Expired CRLs"),))),
        # Nobody filled in of which kind; what is left of the word is no tag.
        ("[__-misissuance]", Whiteboard(doubts=(doubt("unknown-fragment", "__-misissuance"),))),
        ("[__-audit-finding]", Whiteboard(doubts=(doubt("unknown-fragment", "__-audit-finding"),))),
        ("[___ crl failure]", Whiteboard(doubts=(doubt("unknown-fragment", "___ crl failure"),))),
        ("[_crl_failure_]", Whiteboard(tags=("crl-failure",))),
        ("[verif?]", Whiteboard(doubts=(doubt("unknown-fragment", "verif?"),))),
        ("[close on 2026-03-12]", Whiteboard(close_on="2026-03-12")),
        ("[close as INVALID on 2026-09-01]", Whiteboard(close_on="2026-09-01")),
        ("[closing as wontfix after 1-Sep-2026]", Whiteboard(close_on="2026-09-01")),
        ("[close as INVALID]", Whiteboard(doubts=(doubt("unknown-fragment", "close as INVALID"),))),
        # A slip of the keyboard: 2026-08-17 would be a guess.
        ("[close on 20-26-08-17]", Whiteboard(doubts=(doubt("unreadable-date", "20-26-08-17"),))),
        ("[close as FIXED on 20-26-08-17]", Whiteboard(doubts=(doubt("unreadable-date", "20-26-08-17"),))),
        ("[close on soon]", Whiteboard(doubts=(doubt("unreadable-date", "soon"),))),
        ("Next update 2023-10-23", Whiteboard(next_update="2023-10-23")),
        ("[ca-compliance] Next update 31-Oct-2023", Whiteboard(next_update="2023-10-31")),
        ("Next update 2-Oct-2023", Whiteboard(next_update="2023-10-02")),
        ("[Next update 2023-Oct-27]", Whiteboard(next_update="2023-10-27")),
        ("Next update: 2023-10-23", Whiteboard(next_update="2023-10-23")),
        ("Next update at 23.2.2024", Whiteboard(next_update="2024-02-23")),
        ("Next update 3-1-2023", Whiteboard(doubts=(doubt("ambiguous-date", "3-1-2023"),))),
        ("Next update 2023-02-30", Whiteboard(doubts=(doubt("unreadable-date", "2023-02-30"),))),
        ("Next update", Whiteboard(doubts=(doubt("unreadable-date", "next_update"),))),
    ],
)
def test_spelling(text: str, expected: Whiteboard) -> None:
    assert read_whiteboard(text) == expected


@pytest.mark.parametrize("spelling", sorted(vocabulary.tag_spellings()))
def test_every_spelling_of_the_vocabulary_is_read(spelling: str) -> None:
    assert read_whiteboard(f"[{spelling.upper()}]").tags == (vocabulary.tag_spellings()[spelling],)


@given(st.from_regex(r"[b-z0-9]{1,12}( [b-z0-9]{1,12}){0,3}", fullmatch=True))
def test_a_fragment_that_is_nothing_known_is_told(text: str) -> None:
    board = read_whiteboard(f"[ca-compliance] [{text}]")
    assert board.tags or board.next_update or board.close_on or [d.where for d in board.doubts]


@given(st.text(max_size=400))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert read_whiteboard(text) == read_whiteboard(text)


@pytest.mark.parametrize(
    "text", ["[" * 900_000, "[x" * 400_000, "next update" + " " * 900_000 + "é", "]" * 900_000, "close on " * 100_000]
)
def test_a_hostile_whiteboard_takes_time_in_proportion_to_it(text: str) -> None:
    start = time.process_time()
    read = read_whiteboard(text)
    assert time.process_time() - start < 5
    assert read.tags == () and read.next_update is None
