"""What a source says, freed of what must never be kept."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ca_incidents.scraper.sources import bug as wire

BUG: dict[str, Any] = {
    "id": 700001,
    "summary": "Example CA: wrong OID in certificates",
    "status": "RESOLVED",
    "resolution": "FIXED",
    "is_open": False,
    "whiteboard": "[ca-compliance]",
    "creation_time": "2021-02-03T04:05:06Z",
    "last_change_time": "2021-05-06T07:08:09Z",
    "cf_last_resolved": "2021-05-06T07:08:09Z",
    "product": "CA Program",
    "component": "CA Certificate Compliance",
    "creator": "someone@digicert.com",
    "creator_detail": {"id": 7, "nick": "someone", "real_name": "Some One", "email": "someone@digicert.com"},
    "depends_on": [700003, 700002],
    "blocks": [],
    "see_also": ["https://bugzilla.mozilla.org/show_bug.cgi?id=700009", "https://github.com/example/x/issues/1"],
    "dupe_of": None,
    "groups": [],
}


def test_a_bug_is_read_whole() -> None:
    bug = wire.bug_from_rest(BUG)
    assert bug.reporter == wire.Person(nick="someone", affiliation="digicert.com")
    assert (bug.depends_on, bug.blocks, bug.see_also, bug.duplicates) == ((700002, 700003), (), (700009,), None)
    assert (bug.opened, bug.changed, bug.resolved) == (
        "2021-02-03T04:05:06Z",
        "2021-05-06T07:08:09Z",
        "2021-05-06T07:08:09Z",
    )
    assert bug.comments is None and bug.history is None


def test_a_reopened_bug_has_no_time_of_resolution() -> None:
    assert wire.bug_from_rest({**BUG, "is_open": True, "resolution": "", "status": "REOPENED"}).resolved is None


def test_no_name_and_no_address_passes() -> None:
    leaky = {
        **BUG,
        "summary": "Example CA: write to boss@example.org",
        "comments": [
            {"count": 0, "creation_time": "2021-02-03T04:05:06Z", "creator": "a.b@digicert.com", "text": "x"},
            {"count": 1, "creation_time": "2021-02-03T05:05:06Z", "creator": "c@gmail.com", "is_private": True},
            {"count": 2, "creation_time": "2021-02-03T06:05:06Z", "creator": "d@gmail.com", "text": "x"},
        ],
        "history": [
            {
                "when": "2021-02-04T00:00:00Z",
                "who": "e@example.com",
                "changes": [
                    {"field_name": "assigned_to", "removed": "", "added": "f@example.com"},
                    {"field_name": "whiteboard", "removed": "", "added": "[ca-compliance] ask g@example.com"},
                ],
            }
        ],
    }
    bug = wire.bug_from_rest(leaky)
    shown = repr(bug) + repr(bug.comments) + repr(bug.history)
    assert "@" not in shown and "Some One" not in shown
    assert [c.number for c in bug.comments or ()] == [0, 2]
    assert [c.person.affiliation for c in bug.comments or ()] == ["digicert.com", None]
    assert [h.field for h in bug.history or ()] == ["whiteboard"]


def test_text_of_a_comment_stays_out_of_its_representation() -> None:
    assert "secret" not in repr(wire.WireComment(number=0, at=None, text="secret"))


@pytest.mark.parametrize(
    "broken",
    [
        {"id": None},
        {"id": "12"},
        {"id": True},
        {"id": 10**30},
        {"summary": None},
        {"status": 3},
        {"status": [[["x"] * 9] * 9] * 9},
        {"whiteboard": {"a": 1}},
        {"creation_time": "yesterday"},
        {"creation_time": 20_210_203},
        {"comments": {}},
        {"comments": [7]},
        {"comments": [{"count": 10**12}]},
        {"history": [{"changes": 7}]},
        {"history": [{"changes": [7]}]},
    ],
    ids=lambda broken: str(*broken),
)
def test_another_shape_is_an_error(broken: dict[str, Any]) -> None:
    with pytest.raises(wire.UnreadableAnswer):
        wire.bug_from_rest({**BUG, **broken})


def test_the_reduced_shape_of_a_dump_is_enough() -> None:
    bug = wire.bug_from_rest(
        {"id": 1, "summary": "A: b", "status": "NEW", "creator": "nick", "creator_domain": "digicert.com"}
    )
    assert bug.reporter == wire.Person(nick="nick", affiliation="digicert.com")
    assert bug.depends_on is None and bug.product is None


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("https://bugzilla.mozilla.org/show_bug.cgi?id=12", 12),
        ("https://bugzilla.mozilla.org/12", 12),
        ("https://bugzil.la/12", 12),
        ("https://bugs.example.org/show_bug.cgi?id=12", None),
        ("https://bugzilla.mozilla.org/attachment.cgi?id=12", None),
        ("https://bugzilla.mozilla.org/show_bug.cgi?id=12345678901", None),
        ("https://bugzilla.mozilla.org/" + "1" * 5_000, None),
        ("https://bugzilla.mozilla.org/show_bug.cgi?" + "a=1&" * 200, None),
        ("http://[x", None),
        ("", None),
    ],
)
def test_bug_number_in_an_address(url: str, number: int | None) -> None:
    assert wire.bug_number_in(url) == number


@given(st.text(), st.text() | st.none(), st.text() | st.none())
def test_a_person_never_keeps_an_address(nick: str, address: str | None, domain: str | None) -> None:
    found = wire.person(nick, address, domain)
    assert "@" not in (found.nick or "") + (found.affiliation or "")


@pytest.mark.parametrize(
    ("name", "nick"),
    [
        ("jd", "jd"),
        (":jd", "jd"),
        ("John Doe [:jd] (UTC+2)", "jd"),
        ("John Doe :jd", "jd"),
        ("john.doe+bugs@example.com", "john.doe+bugs"),
        ("John Doe", None),
        ("john.doe%example.com", "john.doe"),
        ("john_at_example.com", None),
        ("john AT example.com", None),
        ("555-010-0199", None),
        ("+44 20 7946 0958", None),
        ("j" * 121, None),
        ("j\u200bd\n", "jd"),
        (" ", None),
    ],
)
def test_a_nick_is_one_word_and_no_name(name: str, nick: str | None) -> None:
    assert wire.person(name).nick == nick


@pytest.mark.parametrize(
    ("domain", "affiliation"),
    [
        ("digicert.com", "digicert.com"),
        ("Mail.DigiCert.com.", "mail.digicert.com"),
        ("john-doe.name", None),
        ("yahoo.de", None),
        ("gmail.com", None),
        ("notdigicert.com", None),
        ("a b.digicert.com", None),
        ("x." * 200 + "digicert.com", None),
    ],
)
def test_an_affiliation_is_an_organisation_that_the_registry_knows(domain: str, affiliation: str | None) -> None:
    assert wire.person("jd", f"jd@{domain}").affiliation == wire.person("jd", None, domain).affiliation == affiliation


def test_an_address_in_a_title_leaves_nothing() -> None:
    assert wire.bug_from_rest({**BUG, "summary": "DigiCert: a@b'c@d"}).summary == "DigiCert: (address removed)"
    assert wire.bug_from_rest({**BUG, "summary": "DigiCert: call +1 555 010 0199"}).summary.endswith(
        "(address removed)"
    )


def test_a_hundred_thousand_comments_are_read_in_seconds() -> None:
    comments = [
        {"count": n, "time": "2021-02-03T04:05:06Z", "creator": "j@digicert.com", "text": "x"} for n in range(100_000)
    ]
    start = time.process_time()
    bug = wire.bug_from_rest({**BUG, "comments": comments})
    assert len(bug.comments or ()) == 100_000
    assert time.process_time() - start < 10


@given(st.text())
def test_visible_text_is_visible(text: str) -> None:
    assert not any((ord(c) < 32 and c not in "\t\n\r") or 0x7F <= ord(c) <= 0x9F for c in wire.visible_text(text))
    assert wire.one_line(text) == wire.one_line(wire.one_line(text))


@pytest.mark.parametrize("field", ["summary", "whiteboard"])
def test_a_text_that_is_far_too_long_is_no_bug(field: str) -> None:
    data = {"id": 1, "summary": "x", "status": "NEW", field: "x" * 10_001}
    with pytest.raises(wire.UnreadableAnswer, match="too long"):
        wire.bug_from_rest(data)
