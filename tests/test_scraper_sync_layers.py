"""Sources laid over one another: a record does not depend on their order, and no source removes what it cannot see.

Covers: scraper/sync/layers.py, scraper/sync/merged_report.py.
"""

from dataclasses import replace
from itertools import pairwise, permutations
from typing import Any

import msgspec
import pytest
from fake_bugzilla import add_comment, make_bug
from fake_pages import modern_page, text_page, xml_page
from hypothesis import given, settings
from hypothesis import strategies as st

from ca_incidents.schema.model import Incident, Layer
from ca_incidents.schema.record import canonical
from ca_incidents.scraper.cli.sync_tools import tools
from ca_incidents.scraper.sources.bug import Person, WireBug, WireComment, bug_from_rest
from ca_incidents.scraper.sources.saved_page import read_page
from ca_incidents.scraper.sync.assemble import Known, assemble
from ca_incidents.scraper.sync.layers import covers, laid, layers_of
from ca_incidents.scraper.sync.layers import given as given_by

NUMBER = 1_700_002
TOOLS = tools(keep_quotes=False)

# Invented reports: forms, free text with a certificate and a count, a closure, small talk.
TEXTS = (
    "### Preliminary Incident Report\n\n### Summary\n\n* Incident description: A field was wrong.\n"
    "* Relevant policies: TLS BR Section 7.1.2\n* Source of incident disclosure: Self Reported\n",
    "### Full Incident Report\n\n### Summary\n\n* CA Owner CCADB unique ID: A009901\n* Timeline summary:\n"
    "  * Non-compliance start date: 2026-01-02\n  * Non-compliance identified date: 2026-01-09\n\n### Impact\n\n"
    "* Total number of certificates: 12\n\n### Appendix\n\nhttps://crt.sh/?id=17000000001\n",
    "We found 3 affected certificates, https://crt.sh/?id=17000000002 is one. See also bug 1700009.",
    "## Action Items\n\n| Action Item | Kind | Due Date |\n|---|---|---|\n| Add a linter | Prevent | 2026-03-01 |\n",
    "Thank you for the report.",
)


def read_in_order(sources: list[WireBug], **known: Any) -> Incident:
    record: Incident | None = None
    for source in sources:
        layers = layers_of(record, "", from_server=False) if record else ()
        until = max((c.at for c in source.comments or () if c.at), default=None)
        record = assemble(source, Known(layers=layers, **known), TOOLS, until=until).record
        assert record is not None
    assert record is not None
    return record


def written(sources: list[WireBug]) -> str:
    return canonical.machine_part(read_in_order(sources))


KINDS = ("rest", None, "page", "xml", "text", "list")


@st.composite
def one_source(draw: st.DrawFn) -> WireBug:
    """A source of one bug as of some moment: the newer it is, the more comments there are; some left out, some cut."""
    kind = draw(st.sampled_from(KINDS))
    age = draw(st.integers(1, 5))
    is_whole, has_times = kind in ("rest", None), kind not in ("text", "list")
    shows_all = kind in ("rest", "page")
    numbers = [n for n in range(age) if is_whole or draw(st.integers(0, 3))] if kind != "list" else []
    may_cut = kind != "rest"
    comments = []
    for number in numbers:
        cut = may_cut and draw(st.integers(0, 3)) == 0
        text = TEXTS[number]
        comments.append(
            WireComment(
                number=number,
                at=f"2026-02-0{number + 1}T10:00:00Z" if has_times else None,
                person=Person(nick=f"nick{number}" if kind != "page" else None),
                text=text[: len(text) // 2] if cut else text,
                cut=cut,
            )
        )
    closed = age >= 4 and has_times
    return WireBug(
        id=NUMBER,
        summary=f"DigiCert: title {age}",
        status=("RESOLVED" if closed else "ASSIGNED") if has_times else None,
        resolution="FIXED" if closed else None,
        whiteboard=f"[ca-compliance] [policy-failure] {age}",
        opened="2026-02-01T10:00:00Z" if has_times else None,
        opened_between=("2026-02-01", "2026-02-01") if kind == "list" else None,
        changed=f"2026-02-0{age}T10:00:00Z" if has_times else None,
        resolved="2026-02-04T10:00:00Z" if closed and kind in ("rest", "page") else None,
        depends_on=(1_600_000 + age,) if shows_all and age > 1 else () if shows_all else None,
        comments=tuple(comments),
        partial=not is_whole,
        read_from=kind,
    )


def _distinct(sources: list[WireBug]) -> bool:
    """Two copies of one kind, one moment and one extent that differ are no matter of order: the last one counts."""
    layers = [layers_of(read_in_order([one]), "", from_server=False)[0] for one in sources]
    return not any(a != b and covers(a, b) and covers(b, a) for i, a in enumerate(layers) for b in layers[i + 1 :])


@settings(max_examples=100, deadline=None)
@given(sources=st.lists(one_source(), min_size=2, max_size=5), data=st.data())
def test_every_order_of_sources_makes_the_same_record(sources: list[WireBug], data: st.DataObject) -> None:
    distinct = [source for i, source in enumerate(sources) if _distinct([*sources[:i], source])]
    shuffled = data.draw(st.permutations(distinct))
    again = [*shuffled, data.draw(st.sampled_from(shuffled))]
    assert written(distinct) == written(shuffled) == written(again)


@settings(max_examples=100, deadline=None)
@given(sources=st.lists(one_source(), min_size=2, max_size=4))
def test_no_source_removes_what_it_does_not_show(sources: list[WireBug]) -> None:
    for before, after in pairwise([sources[:n] for n in range(1, len(sources) + 1)]):
        old, new = read_in_order(before), read_in_order(after)
        last = after[-1]
        if last.partial:
            assert {c.number for c in old.bugzilla.comments} <= {c.number for c in new.bugzilla.comments}
        had, has = (record.report.texts if record.report else None for record in (old, new))
        if had and last.partial:
            assert has and set(had.complete) <= set(has.complete)
            assert {*had.complete, *had.shortened} <= {*has.complete, *has.shortened}
        for name in ("product", "changed", "resolution", "resolved", "relations"):
            if last.read_from in ("text", "list"):
                assert getattr(old.bugzilla, name) == getattr(new.bugzilla, name)


def a_bug() -> dict[str, Any]:
    bug = make_bug(NUMBER, comments=1)
    for text in TEXTS:
        add_comment(bug, text)
    for number, comment in enumerate(bug["comments"]):
        comment["time"] = comment["creation_time"] = f"2026-02-0{number + 1}T10:00:00Z"
    bug["creation_time"], bug["history"] = bug["comments"][0]["time"], []
    bug["last_change_time"] = bug["comments"][-1]["time"]
    bug["cf_last_resolved"], bug["status"], bug["resolution"] = None, "ASSIGNED", ""
    return bug


def the_sources(bug: dict[str, Any]) -> dict[str, WireBug]:
    answer = {key: value for key, value in bug.items() if key != "resolution"} | {"is_open": True}
    pages = {"page": modern_page(bug), "xml": xml_page(bug), "text": text_page(bug)}
    return {"rest": replace(bug_from_rest(answer), read_from="rest")} | {
        name: read_page(text.encode(), name, NUMBER)[0] for name, text in pages.items()
    }


def test_what_the_server_answers_needs_no_other_source() -> None:
    sources = the_sources(a_bug())
    alone = written([sources["rest"]])
    for order in permutations(sources.values()):
        assert written(list(order)) == alone


def test_poorer_sources_together_are_laid_over_one_another() -> None:
    sources = the_sources(a_bug())
    del sources["rest"]
    made = {written(list(order)) for order in permutations(sources.values())}
    assert len(made) == 1
    record = read_in_order(list(sources.values()))
    assert record.report and record.report.texts and record.report.ca_owner_id == "A009901"
    assert record.bugzilla.status == "ASSIGNED"


def dump(*texts: tuple[str, bool], moment: str = "2026-03-01T00:00:00Z") -> WireBug:
    comments = tuple(
        WireComment(number=n, at=f"2026-02-0{n + 1}T10:00:00Z", text=text, cut=cut)
        for n, (text, cut) in enumerate(texts)
    )
    return WireBug(
        id=NUMBER, summary="DigiCert: x", status="ASSIGNED", opened="2026-02-01T10:00:00Z", changed=moment,
        comments=comments,
    )  # fmt: skip


def text_of(bug: WireBug, **texts: str) -> WireBug:
    comments = tuple(WireComment(number=int(n[1:]), at=None, text=text) for n, text in texts.items())
    return replace(bug, status=None, opened=None, changed=None, comments=comments, partial=True, read_from="text")


def test_a_complete_text_of_a_page_beats_one_that_a_dump_cut_and_takes_nothing_else() -> None:
    cut = dump((TEXTS[0], False), (TEXTS[1][:60], True), (TEXTS[2], False))
    page = text_of(cut, c1=TEXTS[1])
    for order in ([cut, page], [page, cut]):
        record = read_in_order(order)
        assert record.report and record.report.certificates and record.report.texts
        assert record.report.ca_owner_id == "A009901"
        assert record.report.certificates.crtsh_ids == (17000000001,)
        assert record.report.policies and record.report.disclosure_source == "self-reported"
        assert record.report.texts.complete == (0, 1, 2) and not record.report.texts.cut
        assert record.bugzilla.status == "ASSIGNED"
        assert len(record.layers) == 2


def test_a_cut_text_takes_nothing_from_a_complete_one() -> None:
    whole = dump((TEXTS[0], False), (TEXTS[1], False))
    cut = replace(text_of(whole), comments=(WireComment(number=0, at=None, text=TEXTS[0][:40], cut=True),))
    assert written([whole, cut]) == written([cut, whole]) == written([whole])


def test_a_better_reading_of_the_same_text_may_remove_a_value() -> None:
    whole = dump((TEXTS[0], False), (TEXTS[1], False))
    poorer = replace(whole, comments=tuple(replace(c, text="Nothing to see.") for c in whole.comments or ()))
    record = read_in_order([whole, poorer])
    assert record.report and not record.report.policies and not record.report.ca_owner_id


def test_a_comment_that_a_complete_list_lacks_is_not_public_any_more() -> None:
    before = dump((TEXTS[0], False), (TEXTS[4], False), (TEXTS[4], False), moment="2026-02-04T00:00:00Z")
    after = dump((TEXTS[0], False))
    for order in ([before, after], [after, before]):
        assert [c.number for c in read_in_order(order).bugzilla.comments] == [0]


def test_layers_that_one_source_covers_are_not_stored() -> None:
    old, new = Layer(title="a", read_from="text"), Layer(title="b", status="NEW")
    assert laid((old,), new) == (new,)
    assert laid((new,), old) == (new,)
    assert given_by(old) == {"title": "a"}


@pytest.mark.parametrize("order", [0, 1])
def test_a_minute_does_not_replace_its_seconds(order: int) -> None:
    exact = dump((TEXTS[4], False))
    rough = replace(exact, opened="2026-02-01T10:00Z", read_from="page", partial=True, changed="2026-04-01T00:00:00Z")
    record = read_in_order([exact, rough] if order else [rough, exact])
    assert record.bugzilla.opened == "2026-02-01T10:00:00Z"
    assert record.bugzilla.changed == "2026-04-01T00:00:00Z"
    assert msgspec.json.encode(record)
