"""Saved pages of every shape are read as bugs; others are refused with the reason.

Covers: scraper/sources/sandbox.py, scraper/sources/input_file.py, scraper/sources/html_as_markdown.py,
scraper/sources/page_text.py, scraper/sources/page_times.py.
"""

import os
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from fake_bugzilla import START, add_change, add_comment, make_bug, set_field
from fake_pages import (
    ERROR_PAGE,
    archived,
    classic_page,
    mhtml,
    modern_page,
    multiple_page,
    open_text_page,
    revisions_page,
    text_page,
    xml_page,
)

from ca_incidents.scraper.reader.thread import thread_reader
from ca_incidents.scraper.sources import saved_page
from ca_incidents.scraper.sources.bug import Person, WireBug, bug_from_rest
from ca_incidents.scraper.sources.html_as_markdown import comment_text
from ca_incidents.scraper.sources.input_file import UnreadableFile
from ca_incidents.scraper.sources.page_times import from_epoch, from_written
from ca_incidents.scraper.sources.sandbox import load_page, read_page_confined
from ca_incidents.scraper.sources.saved_page import AmbiguousPage, ErrorPage, UnreadablePage, read_page

REPORT = """# Incident Report

## Summary

Forty leaf certificates carried a *wrong* locality, see section 3.2.2.1 of our CPS.

## Impact

- **Total number of certificates**: 40
- second point with [one](https://crt.sh/?id=7000001) link and https://crt.sh/?id=7000002 bare

## Timeline

All times are UTC.

* 2023-05-02 09:15 - a linter was switched on
* 2023-05-03 - the last certificate was revoked

## Action Items

| Action Item | Kind | Due Date |
| ----------- | ---- | -------- |
| Switch the new linter on | Prevent | 2023-06-30 |
| Train two people | Mitigate | 2023-07-31 |

> quoted words of somebody
"""


def bug() -> dict:
    """One bug with all that pages show: relations, a report, an attachment, gaps, spam, plain text, history."""
    made = make_bug(1_700_002, comments=1)
    made["summary"] = 'DigiCert: "quotes" & <angles> in 40 certificates'
    made |= {"depends_on": [1_600_001, 1_600_002], "blocks": [1_600_003], "duplicates": [1_600_004]}
    made["see_also"] = ["https://bugzilla.mozilla.org/show_bug.cgi?id=1600005", "https://other.example/9"]
    at = START + timedelta(days=300)
    add_comment(made, REPORT, at=at)
    add_comment(made, "for insiders", "secret.person@hidden.test", at=at + timedelta(hours=1), private=True)
    add_comment(made, "Buy things", "watch.er@public.test", at=at + timedelta(hours=2), tags=("spam",))
    attached = "Created attachment 9000001\nlist of serial numbers\n\nHere is the list."
    add_comment(made, attached, "mod@rootprogram.test", at=at + timedelta(hours=3))
    add_comment(made, "#[markdown(off)]\nplain *text*\n  as typed", at=at + timedelta(hours=4), tags=("off-topic",))
    set_field(made, at + timedelta(hours=5), "whiteboard", "[ca-compliance] [dv-misissuance] Next update 2024-12-01")
    add_change(made, at + timedelta(hours=6), "assigned_to", "nobody", "filer")
    return made


def closed_bug() -> dict:
    made = bug()
    at = START + timedelta(days=320)
    add_change(made, at, "status", "ASSIGNED", "RESOLVED", more=[("resolution", "", "FIXED")])
    made |= {"status": "RESOLVED", "resolution": "FIXED", "cf_last_resolved": made["last_change_time"]}
    return made


def from_rest(data: dict) -> WireBug:
    detail = {"nick": "filer", "name": "filer", "email": "filer"}
    filtered = [{**c, "creator": c["creator"].split("@")[0], "author": ""} for c in data["comments"]]
    return bug_from_rest({**data, "creator": "filer", "creator_detail": detail, "comments": filtered})


def one(text: str, **more: object) -> WireBug:
    [found] = read_page(text.encode(), "page.html", **more)
    return found


def texts(bug: WireBug) -> list[str]:
    """All texts but that of the comment tagged as spam, which REST empties."""
    return [c.text for c in bug.comments if c.number != 3]


def facts(bug: WireBug) -> object:
    return thread_reader()(replace(bug, comments=tuple(c for c in bug.comments if c.text)))


@pytest.mark.parametrize("data", [bug(), closed_bug()], ids=["open", "closed"])
def test_mozillas_page_says_what_rest_says(data):
    page, rest = one(modern_page(data)), from_rest(data)
    for field in ("id", "summary", "status", "resolution", "whiteboard", "opened", "resolved", "product", "component"):
        assert getattr(page, field) == getattr(rest, field), field
    for field in ("reporter", "depends_on", "blocks", "see_also", "duplicates", "duplicate_of", "history"):
        assert getattr(page, field) == getattr(rest, field), field
    assert page.changed == (None if data["resolution"] else rest.changed)
    shown = {c.number: c for c in rest.comments if c.number != 3}
    assert [(c.number, c.at) for c in page.comments] == [(c.number, c.at) for c in shown.values()]
    assert {c.number: c.person for c in page.comments if c.person != Person()} == {
        n: c.person for n, c in shown.items() if c.person.nick in {"filer", "mod"}
    }
    assert facts(page) == facts(rest)
    assert facts(page)[0].certificates.crtsh_ids == (17000020, 7000001, 7000002)


def test_text_without_markdown_is_the_same_in_page_and_rest():
    page, rest = one(modern_page(bug())), from_rest(bug())
    assert page.comments[-1].text == rest.comments[-1].text == "plain *text*\n  as typed"


def test_classic_page_says_what_rest_says():
    data = closed_bug()
    page, rest = one(classic_page(data)), from_rest(data)
    for field in ("id", "summary", "status", "resolution", "whiteboard", "opened", "product", "component"):
        assert getattr(page, field) == getattr(rest, field), field
    assert (page.depends_on, page.blocks) == (rest.depends_on, rest.blocks)
    assert page.changed == f"{rest.changed[:16]}Z"
    assert [(c.number, c.at) for c in page.comments] == [(c.number, c.at) for c in rest.comments]
    assert [c.text for c in page.comments if c.number != 3] == [
        c.text.rstrip("\n") for c in rest.comments if c.number != 3
    ]
    assert {c.person for c in page.comments} == {Person()}
    assert (page.resolved, page.history) == (None, None)


@pytest.mark.parametrize("numbers", [True, False])
def test_xml_says_what_rest_says(numbers):
    data = closed_bug()
    page, rest = one(xml_page(data, numbers=numbers)), from_rest(data)
    for field in ("id", "summary", "status", "resolution", "whiteboard", "opened", "changed", "product", "component"):
        assert getattr(page, field) == getattr(rest, field), field
    for field in ("reporter", "depends_on", "blocks", "duplicate_of"):
        assert getattr(page, field) == getattr(rest, field), field
    assert page.numbered is numbers
    assert [(c.at, c.person) for c in page.comments] == [(c.at, c.person) for c in rest.comments]
    if numbers:
        same = replace(page, comments=tuple(replace(c, text="") if c.number == 3 else c for c in page.comments))
        assert same.comments == rest.comments


def test_xml_of_several_bugs():
    first, second = bug(), make_bug(1_700_005)
    assert [b.id for b in read_page(xml_page(first, second).encode(), "x.xml")] == [first["id"], second["id"]]


def test_plain_text_gives_words_and_no_times():
    data = bug()
    page, rest = one(text_page(data), number=data["id"]), from_rest(data)
    assert (page.summary, page.whiteboard, page.reporter) == (rest.summary, rest.whiteboard, rest.reporter)
    assert (page.status, page.opened, page.changed, page.history) == (None, None, None, None)
    assert [(c.number, c.at) for c in page.comments] == [(n, None) for n in (0, 1, 3, 4, 5)]
    assert texts(page) == [text.strip() for text in texts(rest)]


def test_duplicates_name_their_bug():
    data = closed_bug() | {"resolution": "DUPLICATE", "dupe_of": 1_600_009}
    for page in (one(modern_page(data)), one(classic_page(data)), one(xml_page(data))):
        assert (page.resolution, page.duplicate_of) == ("DUPLICATE", 1_600_009)


def test_times_are_as_exact_as_the_page():
    data = bug()
    minutes = one(modern_page(data, exact=False))
    assert minutes.opened == f"{data['creation_time'][:16]}Z"
    ages = one(modern_page(data, titles=False))
    assert (ages.opened, ages.changed, {c.at for c in ages.comments}) == (None, None, {None})
    assert ages.history is None


def test_no_real_name_and_no_private_comment_is_taken():
    for text in (modern_page(bug()), classic_page(bug()), xml_page(bug()), text_page(bug())):
        found = repr([(c.person, c.text) for c in one(text, number=1_700_002).comments])
        assert not [name for name in ("Derator", "Example CA Office", "Geheime", "insiders") if name in found]


def test_a_private_comment_on_an_insiders_page_is_dropped():
    text = modern_page(bug()).replace('<div class="change-set" id="c5"><div class="comment"', PRIVATE)
    assert 5 not in [c.number for c in one(text).comments]
    text = classic_page(bug()).replace(
        '<div class="bz_comment" id="c5">', '<div class="bz_comment bz_private" id="c5">'
    )
    assert 5 not in [c.number for c in one(text).comments]


PRIVATE = '<div class="change-set" id="c5"><div class="comment bz_private"'


def test_a_restricted_bug_is_refused_in_every_layout():
    insiders = '<body class="bz_group_core-security ', '<input type="checkbox" name="groups" value="x" checked>'
    for text in (modern_page(bug()), classic_page(bug())):
        with pytest.raises(ErrorPage):
            one(text.replace('<body class="', insiders[0]))
        with pytest.raises(ErrorPage):
            one(text.replace("</body>", insiders[1] + "</body>"))
    with pytest.raises(ErrorPage, match="NotPermitted"):
        one(xml_page(bug() | {"groups": ["x"]}))
    with pytest.raises(ErrorPage):
        one(xml_page(bug()).replace("<bug_status>", '<group id="1">core-security</group><bug_status>'))


def test_the_servers_error_page_is_no_bug():
    with pytest.raises(ErrorPage, match="Access Denied"):
        one(ERROR_PAGE)


@pytest.mark.parametrize(
    "text",
    ["", "<html><title>Hello</title></html>", "just words", "{}", "\x00"],
    ids=["nothing", "other page", "words", "JSON", "control character"],
)
def test_other_documents_are_refused(text):
    with pytest.raises(UnreadablePage):
        one(text)


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(UnreadablePage, match="UTF-8"):
        read_page(b"\xff\xfe\x00", "x")


def test_two_readers_that_claim_one_document_are_an_error():
    both = modern_page(bug()).replace("</body>", '<span id="static_bug_status">NEW</span></body>')
    with pytest.raises(AmbiguousPage, match=r"Mozilla's page or Bugzilla's classic page"):
        one(both)


def test_a_bug_of_another_component_is_refused():
    with pytest.raises(UnreadablePage, match="Firefox"):
        one(modern_page(bug() | {"product": "Firefox"}))


@pytest.mark.parametrize(
    ("cut", "text"),
    [("whiteboard", "Whiteboard: a → b → c"), ("arrow", "Whiteboard: [ca-compliance] → [ca-compliance] and so on…")],
)
def test_a_history_that_is_cut_or_ambiguous_is_absent(cut, text):
    page = modern_page(bug()).replace('<div class="change">assigned_to', f'<div class="change">{text}</div><div>x')
    assert one(page).history is None


def test_the_number_of_plain_text_comes_from_the_file_name_or_the_command(tmp_path):
    place = tmp_path / "bug-1700002-page-text.txt"
    place.write_text(text_page(bug()), "utf-8")
    assert [b.id for b in load_page(place)] == [1_700_002]
    other = tmp_path / "saved.txt"
    other.write_text(text_page(bug()), "utf-8")
    assert [b.id for b in load_page(other, 1_700_009)] == [1_700_009]
    with pytest.raises(UnreadablePage, match="number"):
        load_page(other)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2020-10-14 08:00:01 PDT", "2020-10-14T15:00:01Z"),
        ("2020-10-14 08:00 PDT", "2020-10-14T15:00Z"),
        ("2020-12-31 20:00:00 -0800", "2021-01-01T04:00:00Z"),
        ("2020-10-14 08:00 +05:30", "2020-10-14T02:30Z"),
        ("Reported: 2020-10-14 08:00 UTC by x", "2020-10-14T08:00Z"),
        ("2020-10-14 08:00 CST", None),
        ("2020-10-14 08:00", None),
        ("2020-02-30 08:00 UTC", None),
        ("4 years ago", None),
    ],
)
def test_written_times(text, time):
    assert from_written(text) == time


def test_epoch_seconds():
    assert from_epoch("1602687600") == "2020-10-14T15:00:00Z"
    assert from_epoch("soon") is None


def test_every_reader_recognises_its_own_page_only():
    texts = [modern_page(bug()), classic_page(bug()), multiple_page(bug(), bug()), revisions_page(bug(), 0, "a")]
    texts += [xml_page(bug()), text_page(bug())]
    documents = [saved_page._document(text.encode(), "x", 1) for text in texts]
    claims = [[reader.name for reader in saved_page.READERS if reader.recognises(d)] for d in documents]
    assert claims == [[reader.name] for reader in saved_page.READERS]


def hostile(count: int) -> dict[str, bytes]:
    """Small files that cost a parser much: each a few hundred kilobytes for `count` = 150,000."""
    return {
        "nested tags": b"<b>" * count,
        "unclosed quotes": b"<a b='" * count,
        "unclosed comments": b"<!--" * count,
        "attributes": b"<a " + b"b " * 12 * count + b">",
    }


@pytest.mark.parametrize("case", hostile(1))
def test_a_hostile_page_costs_no_more_than_the_limits(case):
    start = time.monotonic()
    with pytest.raises(UnreadablePage, match=r"within 2 seconds and 256 MiB|levels of tags"):
        read_page_confined(hostile(150_000)[case], "x.html", seconds=2)
    assert time.monotonic() - start < 30


def test_a_confined_page_says_what_the_page_says():
    raw = modern_page(bug()).encode()
    assert read_page_confined(raw, "x.html") == read_page(raw, "x.html")
    with pytest.raises(ErrorPage):
        read_page_confined(ERROR_PAGE.encode(), "x.html")


def test_900_nested_tags_are_refused():
    page = modern_page(bug()).replace("<body", "<body><div>" + "<i>" * 900 + "<p ", 1)
    with pytest.raises(UnreadablePage, match="levels of tags"):
        read_page(page.encode(), "x.html")


def test_tables_inside_tables_are_read_once():
    nested = "<table><tr><td>" * 40 + "x" + "</td></tr></table>" * 40
    tag = BeautifulSoup(f'<div class="markdown-body">{nested}</div>', "html.parser").div
    assert "x" in comment_text(tag)


@pytest.mark.parametrize("digits", ["9" * 5_000, "\u0661\u0662"])
def test_a_number_that_is_none_is_left_out(digits):
    data = {**bug(), "see_also": [f"https://bugzilla.mozilla.org/{digits}", "http://[x"]}
    for page in (modern_page(data), classic_page(data), xml_page(data)):
        odd = page.replace('data-no="1"', f'data-no="{digits}"').replace('id="c1"', f'id="c{digits}"')
        (read,) = read_page(odd.encode(), "x.html")
        assert read.see_also == ()
    assert comment_text(BeautifulSoup(f'<p class="markdown-body"><ol start="{digits}"><li>x</ol>', "html.parser").p)


@pytest.mark.parametrize("kind", ["pipe", "folder", "endless", "missing", "nul"])
def test_only_a_regular_file_is_read(tmp_path, kind):
    path = {"endless": Path("/dev/zero"), "nul": Path("a\0b")}.get(kind, tmp_path / "page")
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    said = "cannot be read" if kind in {"missing", "nul"} else "is not a regular file"
    with pytest.raises(UnreadableFile, match=said):
        load_page(path)


def test_a_text_that_begins_with_the_state_is_read_with_and_without_heads():
    data = bug()
    rest = from_rest(data)
    for heads in (True, False):
        page = one(open_text_page(data, heads=heads))
        for field in ("id", "summary", "status", "resolution", "whiteboard", "product", "component", "reporter"):
            assert getattr(page, field) == getattr(rest, field), field
    with_heads, without = (one(open_text_page(data, heads=heads)).comments for heads in (True, False))
    assert [c.number for c in with_heads] == [c.number for c in rest.comments]
    assert [c.cut for c in with_heads] == [False] * (len(with_heads) - 1) + [True]
    assert [(c.number, c.cut) for c in without] == [(0, True)]
    assert "Ever confirmed" not in without[0].text
    assert rest.comments[-1].text.split()[-1] in without[0].text


@pytest.mark.parametrize("shape", [text_page, open_text_page])
def test_a_text_that_is_cut_off_anywhere_is_read_as_far_as_it_goes(shape):
    text = shape(bug())
    whole = one(text, number=1_700_002)
    for length in range(text.index("Tracking"), len(text), 7):
        read = one(text[:length], number=1_700_002)
        assert read.summary == whole.summary
        assert all(c.text in text or c.cut for c in read.comments)
        assert {c.number for c in read.comments} <= {c.number for c in whole.comments}
    with pytest.raises(UnreadablePage):
        one(text[:9], number=1_700_002)


def test_the_number_in_a_text_counts_before_the_files_name():
    assert one(open_text_page(bug()), number=42).id == 1_700_002


def test_the_time_of_an_edited_comment_is_never_taken_for_the_time_it_was_posted():
    data = bug()
    edited = '<div class="change-revisions"><a href="x">Edited</a></div>'
    late = modern_page(data | {"comments": [c | {"time": "2030-01-01T00:00:00Z"} for c in data["comments"]]})
    page = one(late.replace('<div class="change-time">', f'{edited}<div class="change-time">'))
    assert page.comments[0].at == page.opened == data["creation_time"]
    assert [c.at for c in page.comments[1:]] == [None] * (len(page.comments) - 1)


def test_a_page_saved_while_logged_in_gives_its_reporter_and_no_relations():
    data = bug()
    seen = modern_page(data).replace('<span class="fna">filer', '<span class="fn">filer')
    page = one(seen)
    assert page.reporter == one(modern_page(data)).reporter
    assert (page.depends_on, page.blocks, page.see_also, page.duplicates) == (None,) * 4
    xml = xml_page(data).replace("<bugzilla ", '<bugzilla exporter="somebody" ')
    assert (one(xml).depends_on, one(xml).blocks) == (None, None)
    assert one(xml_page(data)).depends_on


def test_a_commenters_own_nick_is_read_and_no_name():
    people = {c.number: c.person for c in one(modern_page(bug())).comments}
    assert Person(nick="mod") in people.values()
    assert "Derator" not in str(people)


def test_spaces_have_one_form_in_every_source():
    data = bug()
    odd = data | {"summary": "DigiCert:  two  spaces ", "whiteboard": " [ca-compliance]  [policy-failure] "}
    bugs = [from_rest(odd), one(modern_page(odd)), one(xml_page(odd)), one(multiple_page(odd))]
    assert {(b.summary, b.whiteboard) for b in bugs} == {("DigiCert: two spaces", "[ca-compliance] [policy-failure]")}


def test_lines_that_bugzilla_generates_are_nobodys_words():
    data = make_bug(1_700_002, comments=1)
    add_comment(data, "We did it too.\n\n*** This bug has been marked as a duplicate of bug 1600001 ***")
    add_comment(data, "*** Bug 1600002 has been marked as a duplicate of this bug. ***")
    assert [c.text for c in from_rest(data).comments[1:]] == ["We did it too.", ""]


def test_a_joined_picture_stays_one_picture():
    family = "\U0001f468\u200d\U0001f469"
    assert from_rest(bug() | {"summary": f"DigiCert: {family} a\u200db"}).summary == f"DigiCert: {family} ab"


def test_a_page_of_several_bugs():
    first, second = bug(), make_bug(1_700_003, comments=2)
    read = read_page(multiple_page(first, second).encode(), "several")
    for got, data in zip(read, (first, second), strict=True):
        rest = from_rest(data)
        for field in ("id", "summary", "status", "resolution", "whiteboard", "opened", "product", "component"):
            assert getattr(got, field) == getattr(rest, field), field
        assert [(c.number, c.at) for c in got.comments] == [(c.number, c.at) for c in rest.comments]
    with pytest.raises(ErrorPage):
        read_page(b'<h1>Bug <a href="/show_bug.cgi?id=5">5</a></h1><table class="bugfields"><td class="error">', "x")


def test_the_history_of_a_comment_gives_its_newest_text_and_its_first_time():
    data = bug()
    read = one(revisions_page(data, 1, "As posted.", "As it became."))
    [comment] = read.comments
    assert (read.id, read.summary, comment.number, comment.text) == (data["id"], "", 1, "As it became.")
    assert comment.at == data["comments"][1]["time"]


def test_a_page_in_a_browsers_archive_or_a_web_archive_says_what_the_page_says():
    plain = one(modern_page(bug()))
    assert read_page(mhtml(modern_page(bug())), "x.mhtml") == [plain]
    assert one(archived(modern_page(bug()))) == plain


def test_the_servers_internal_error_is_named():
    with pytest.raises(ErrorPage, match="Internal Error"):
        one("<html><head><title>Internal Error</title></head><body>x</body></html>")
