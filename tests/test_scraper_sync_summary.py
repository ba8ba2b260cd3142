"""The text of the bot's pull request: what a reviewer needs first, and nothing in it acts."""

import re
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ca_incidents.schema.derive.status import derive
from ca_incidents.schema.findings import UNSEEN
from ca_incidents.schema.model import Curated, record_from_data
from ca_incidents.schema.tables import deadlines, registry
from ca_incidents.scraper.sync.difference import Difference, differences
from ca_incidents.scraper.sync.summary import (
    LONGEST_SUMMARY,
    Change,
    code,
    curated_of,
    summary,
)

DATA = {
    "schema_version": 1,
    "id": 1_700_002,
    "title": "Example: a title",
    "ca": "digicert",
    "tags": ["policy-failure"],
    "bugzilla": {
        "status": "NEW",
        "opened": "2024-01-01T00:00:00Z",
        "comments": [{"number": 0, "at": "2024-01-01T00:00:00Z"}],
    },
}
STONE = {"schema_version": 1, "id": 1_700_002, "withdrawn": {"on": "2026-01-01", "reason": "removed-on-request"}}
FACTS = partial(
    derive,
    as_of="2025-07-01T00:00:00Z",
    registry=registry.standard(),
    deadlines=deadlines.standard(),
    elsewhere=(),
)

# What a forge or a runner would act on, and what could end a code span, a line or a heading.
BAITS = [
    *(
        "`",
        "``",
        "```",
        "\n",
        "\r",
        "\u2028",
        "\x1b[2J",
        "\u202e",
        "\\",
        "@someone",
        "Fixes #1",
        "GH-1",
        "owner/repo#1",
    ),
    *(
        "https://example.org/x",
        "www.example.org",
        "<b>",
        "<!--",
        "![x](y)",
        "[x](y)",
        "[x]: y",
        "| --- |",
        "# x",
        "- x",
    ),
    *(
        "::add-mask::x",
        "##[error]",
        "0123456789abcdef0123456789abcdef01234567",
        "x@example.org",
        "&#64;",
        "~~~",
        "---",
        "$x$",
    ),
]
HOSTILE = st.lists(st.one_of(st.sampled_from(BAITS), st.text(max_size=4)), max_size=12).map("".join)
# The words around the code spans hold nothing that a forge acts on.
SAFE = re.compile(r"[A-Za-z0-9 ,.:;()+→-]*")
ACTIVE = re.compile(r"[@#]|GH-|www\.|https?:|[0-9a-f]{7,}")


def changed(before=DATA, curated=None, **after):
    old, new = record_from_data(before) if before else None, record_from_data({**DATA, **after})
    return Change(before=old, after=new, differences=differences(old, new), curated=curated)


def written(*changes, unread=None, failure=None, up_to="2024-06-01", counts=None):
    return summary(
        "Sync", up_to, counts=counts or {}, unread=unread or {}, failure=failure, changes=changes, derive=FACTS
    )


def sections(text):
    parts = re.split(r"(?m)^## (.*)\n", text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def in_code_and_outside(text):
    """Render as a forge does; return the contents of the code spans and the texts around them."""
    spans, around = [], []
    for token in MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text):
        assert token.type not in {"fence", "code_block", "html_block", "hr"}, token
        for child in token.children or ():
            assert child.type in {"text", "code_inline"}, child
            (spans if child.type == "code_inline" else around).append(child.content)
    return spans, around


@given(HOSTILE, HOSTILE, HOSTILE)
def test_nothing_that_was_read_acts(title, value, why):
    change = changed(title=title or "x", ca=value or "x", tags=[value], curated=Curated(tags=(title,)))
    untyped = Change(before=change.before, after=change.after, differences=(Difference(value, why, title),))
    text = written(change, untyped, unread={7: why}, failure=value, up_to=title, counts={"changed": 2})
    spans, around = in_code_and_outside(text)
    assert all(SAFE.fullmatch(words) and not ACTIVE.search(words) for words in around), around
    assert {code(given)[1:-1].strip("` ") for given in (value, why) if given.strip()} <= {s.strip("` ") for s in spans}
    assert not re.search(r"(?m)^\s*::", text)
    assert not UNSEEN.search(text.replace("\n", ""))


def test_the_test_above_would_find_something():
    assert in_code_and_outside("`a` @someone")[1] == [" @someone"]
    for bait in ("<b>", "[x](y)", "<https://example.org>", "![x](y)"):
        with pytest.raises(AssertionError):
            in_code_and_outside(bait)
    for bait in ("@someone", "Fixes #1", "GH-1", "https://example.org", "www.example.org", "0123456789abcdef"):
        assert ACTIVE.search(bait)


@given(HOSTILE)
def test_a_code_span_shows_what_was_read_on_one_line(text):
    shown = code(text)
    assert "\n" not in shown
    spans, around = in_code_and_outside(f"a {shown}")
    assert (spans, around) == ([], ["a (empty)"]) or (len(spans) == 1 and around == ["a "])
    assert len(shown) <= 3 * 500 + 4


def test_numbers_come_first_then_effects_then_conflicts_then_details():
    late = {"status": "RESOLVED", "opened": "2024-01-01T00:00:00Z"}
    text = written(
        changed(bugzilla=late, curated=Curated(tags=("audit-delay",)), tags=["ca-compliance"]),
        changed(before=None),
        changed(before={**DATA, "ca": "sectigo"}, **{"ca": "sectigo", "title": "Sectigo: other"}),
        unread={1_700_009: "1700009.yaml:3:1: title: an address [forbidden-text]"},
        counts={"changed": 2, "added": 1},
    )
    found = sections(text)
    assert list(found) == [
        "Not read, and left as they were",
        "By kind of change",
        "By CA",
        "Effects on status and deadlines",
        "The program disagrees with curated values",
        "Details",
    ]
    assert "| changed | 2 |" in text.split("## ")[0]
    assert "- `bug 1700009`: `1700009.yaml:3:1: title: an address [forbidden-text]`" in found[next(iter(found))]
    assert found["By kind of change"].split("\n")[1:4] == [
        "- `added`: 1",
        "- `bugzilla.comments`: 1",
        "- `bugzilla.status`: 1",
    ]
    assert found["By CA"].split("\n")[1:3] == ["- `digicert`: 1 added, 1 changed", "- `sectigo`: 1 changed"]
    assert "- `unknown` → `closed`: 1 (`1700002`)" in found["Effects on status and deadlines"]
    assert found["The program disagrees with curated values"].strip() == (
        '- `bug 1700002 (digicert)`: `tags`: program `["ca-compliance"]`, curated `["audit-delay"]`'
    )
    assert "### `bug 1700002 (digicert): Example: a title`\n\n- `tags: - policy-failure`" in found["Details"]


def test_a_claim_that_appears_or_goes_is_named_with_its_rule():
    comments = [{"number": 0, "at": "2025-06-02T12:00:00Z", "nick": "someone", "affiliation": "digicert.com"}]
    bug = {"status": "NEW", "opened": "2025-06-02T12:00:00Z", "comments": comments}
    read = {"texts": {"read": 1, "complete": [0]}, "sources": {"noncompliance.identified": 0}}
    late = {"bugzilla": bug, "report": {**read, "noncompliance": {"identified": "2025-05-28T10:00Z"}}}
    in_time = {**late, "report": {**read, "noncompliance": {"identified": "2025-06-01T10:00Z"}}}
    came = sections(written(changed(before={**DATA, **in_time}, **late)))["Effects on status and deadlines"]
    went = sections(written(changed(before={**DATA, **late}, **in_time)))["Effects on status and deadlines"]
    assert came.strip() == "- `bug 1700002 (digicert)`: now `late_disclosure (disclosure-72h)`"
    assert went.strip() == "- `bug 1700002 (digicert)`: no longer `late_disclosure (disclosure-72h)`"


def test_a_conflict_needs_a_change_of_the_programs_value():
    ours = Curated(tags=("audit-delay",))
    agreed = sections(written(changed(title="other", curated=ours), changed(tags=["audit-delay"], curated=ours)))
    assert "The program disagrees with curated values" not in agreed


def test_what_was_withdrawn_is_not_repeated():
    old, new = record_from_data(DATA), record_from_data(STONE)
    text = written(Change(before=old, after=new, differences=differences(old, new)))
    assert "a title" not in text
    assert "### `bug 1700002 (digicert)`\n\n- withdrawn: `removed-on-request`" in text
    assert "- `digicert`: 1 withdrawn" in text


def test_three_hundred_changes_fit_with_all_numbers():
    many = [
        changed(before={**DATA, "id": 1_600_000 + n}, id=1_600_000 + n, title="b" * 190, ca=f"ca-{n % 60}")
        for n in range(300)
    ]
    text = written(*many)
    assert len(text) <= LONGEST_SUMMARY
    found = sections(text)
    assert "- `title`: 300" in found["By kind of change"]
    assert found["By CA"].count(": 5 changed") == 60
    left = int(re.search(r"([0-9,]+) more did not fit", found["Details"])[1].replace(",", ""))
    assert found["Details"].count("### ") + left == 300
    assert left < 200


def test_no_section_takes_the_place_of_the_others():
    unread = dict.fromkeys(range(1000000, 1005000), "`" * 5000)
    text = written(changed(title="b"), unread=unread, failure="`" * 9_000)
    assert len(text) <= LONGEST_SUMMARY
    assert {"By kind of change", "By CA", "Details"} <= set(sections(text))
    assert "more did not fit; see the log of the run." in sections(text)["Not read, and left as they were"]


def test_the_curated_block_is_read_from_a_file_and_a_broken_one_is_none():
    machine = "schema_version: 1\nid: 1\n"
    assert curated_of(f"{machine}curated: {{summary: Ours.}}\n") == Curated(summary="Ours.")
    assert [curated_of(machine + block) for block in ("", "curated: [\n", "curated: {tags: 3}\n")] == [None] * 3
