import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ca_incidents.schema import addresses
from ca_incidents.site_plugins.pages import html


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("a\x00b\x1b", "a\u2400b\u241b"),
        ("tab\there", "tab\u2409here"),
        ("del\x7f", "del\u2421"),
        ("abc\u202ecba", "abc[U+202E]cba"),
        ("\ufeffx\u200b", "[U+FEFF]x[U+200B]"),
        ("\U000e0041", "[U+E0041]"),
        ("\u070f\u2800\ufe0f", "[U+070F][U+2800][U+FE0F]"),
        ("two\nlines", "two\nlines"),
        ("naïve שלום", "naïve שלום"),
    ],
)
def test_nothing_invisible_stays_invisible(text: str, shown: str) -> None:
    assert html.visible(text) == shown


@given(st.text())
def test_said_text_is_isolated_and_holds_no_markup(text: str) -> None:
    said = str(html.said(text))
    assert said.startswith("<bdi>") and said.endswith("</bdi>")
    assert not re.search(r"[<>\"']", said[5:-6])


def test_paragraphs_are_split_and_escaped() -> None:
    assert str(html.paragraphs("one\n\n<b>two</b>\n")) == (
        '<p dir="auto">one</p>\n<p dir="auto">&lt;b&gt;two&lt;/b&gt;</p>'
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2020-10-13T21:18:56Z", "13\u00a0Oct\u00a02020"),
        ("2020-10", "Oct\u00a02020"),
        ("2020", "2020"),
        ("3-1-2023", "3-1-2023"),
        ("2020-19-01", "2020-19-01"),
    ],
)
def test_days(text: str, shown: str) -> None:
    assert html.day(text) == shown


def test_a_day_inside_its_month_has_no_year() -> None:
    assert html.day("2020-10-13", True) == "13\u00a0Oct"
    assert html.day("2020", True) == "2020"


@given(
    st.text(alphabet="0123456789ABCabc.()- /ä_", min_size=1), st.text(alphabet="0123456789ABCabc.()- /ä_", min_size=1)
)
def test_addresses_stay_apart_and_plain(one: str, other: str) -> None:
    first, second = html.slug(one), html.slug(other)
    assert re.fullmatch(r"[a-z0-9.()_-]+", first)
    assert (first == second) == (one.lower() == other.lower())


def test_addresses() -> None:
    assert addresses.bug(1, 0) == "https://bugzilla.mozilla.org/show_bug.cgi?id=1#c0"
    assert addresses.certificate(12) == "https://crt.sh/?id=12"
    assert addresses.certificate("ab&c") == "https://crt.sh/?q=ab%26c"
    assert (html.root_of(""), html.root_of("cas/x/")) == ("./", "../../")


def test_backticks_mark_code_and_the_rest_is_text() -> None:
    assert html.with_code("run `check <x>` & see") == "run <code>check &lt;x&gt;</code> &amp; see"
