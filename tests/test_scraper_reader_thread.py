import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure_reports import CASES, read_case, thread_of

from ca_incidents.schema.model import RelatedBug, Report, record_to_data
from ca_incidents.schema.tables.policies import standard
from ca_incidents.scraper.cli.parse_report import parse_report_json
from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts import revocation
from ca_incidents.scraper.reader.facts.disclosure import disclosure_source
from ca_incidents.scraper.reader.facts.fact import Found
from ca_incidents.scraper.reader.form.sections import sections_of
from ca_incidents.scraper.reader.form.templates import claiming, marks_of
from ca_incidents.scraper.reader.text.lines import lines_of, plain_characters
from ca_incidents.scraper.reader.thread import Reading, read_thread
from ca_incidents.scraper.sources.bug import Person, WireComment

NAMES = sorted(path.stem for path in CASES.glob("*.md"))


def read(*texts: str, cut: bool = False, quotes: bool = False, title: str = "") -> Reading:
    comments = [
        WireComment(number=n, at=None, person=Person(nick="pine"), text=text, cut=cut) for n, text in enumerate(texts)
    ]
    return read_thread(comments, bug=1000001, policies=standard(), keep_quotes=quotes, title=title)


def report_of(*texts: str, cut: bool = False, quotes: bool = False) -> Report:
    report = read(*texts, cut=cut, quotes=quotes).report
    assert report is not None
    return report


@pytest.mark.parametrize("name", NAMES)
def test_a_whole_report_gives_the_expected_facts(name: str) -> None:
    found = read_case(CASES / f"{name}.md")
    assert found.pop("file") == f"{name}.md"
    expected = json.loads((CASES / f"{name}.json").read_text("utf-8"))
    assert _without_judged(json.loads(json.dumps(found))) == _without_judged(expected)


def test_what_the_evidence_leaves_open_is_a_doubt() -> None:
    reading = read("The list names 38 certificates.")
    assert reading.report is not None
    assert reading.report.certificates is None
    assert [(one.kind, one.where, one.text) for one in reading.doubts] == [("unsure-count", "certificates.total", "38")]


def _without_judged(facts: dict) -> dict:
    """Leave out what may come from prose by a score: `test_scraper_reader_measured.py` holds its F1."""
    certificates = {key: value for key, value in facts.pop("certificates", {}).items() if key not in {"total", "kinds"}}
    for name in ("discovery", "aware"):
        facts.pop(name, None)
    for name, judged in (("timeline", "kind"), ("action_items", "subject")):
        if name in facts:
            facts[name] = [{key: value for key, value in one.items() if key != judged} for one in facts[name]]
    return {**facts, **({"certificates": certificates} if certificates else {})}


def test_there_are_thirty_whole_reports_of_every_form() -> None:
    templates = {json.loads((CASES / f"{name}.json").read_text("utf-8"))["template"] for name in NAMES}
    assert len(NAMES) >= 30
    assert templates == {
        "none",
        "questions",
        "ccadb-2",
        "ccadb-2-audit",
        "ccadb-3-preliminary",
        "ccadb-3-full",
        "ccadb-3-closure",
    }


@pytest.mark.parametrize("name", NAMES)
def test_no_two_rows_of_the_table_claim_a_report(name: str) -> None:
    for comment in thread_of((CASES / f"{name}.md").read_text("utf-8")):
        sections = sections_of(lines_of(plain_characters(comment.text or "")))
        assert (
            len({row.template for row in claiming(marks_of(sections, cut=comment.cut, since=comment.at), comment.at)})
            <= 1
        )


@given(
    st.frozensets(
        st.sampled_from(
            [
                "# Incident Report",
                "## Preliminary Incident Report",
                "## Full Incident Report",
                "## Audit Incident Report",
                "### Report Closure Summary",
                "### Finding #1",
                "### Summary",
                "### Impact",
                "### Timeline",
                "### Action Items",
                "### Root Cause Analysis",
                "- **Incident description:** a",
                "- **Relevant policies:** b",
                "- **Source of incident disclosure:** c",
                "- **CA Owner CCADB unique ID:** A000001",
                "- **Non-compliance start date:** 2025-01-01",
                "- **Remediation description:** d",
                "- **Commitment summary:** e",
                "- **Incident heuristic:** f",
                "- **Incident Root Cause(s):** g",
                "1. How your CA first became aware of it, and when\nBy mail.",
                "2. A timeline of the actions your CA made\n2020-01-01 Mail",
            ]
        )
    )
)
def test_no_mixture_of_fields_has_two_templates(parts: frozenset[str]) -> None:
    report_of("\n\n".join(sorted(parts)))


def test_without_any_text_there_is_no_report() -> None:
    assert read_thread([WireComment(number=0, at=None)], bug=1, policies=standard()) == Reading(None, ())
    assert read_thread([], bug=1, policies=standard()).report is None


def test_texts_say_how_many_were_read_and_whether_one_was_cut() -> None:
    report = report_of("a", "b", cut=True)
    assert report.texts is not None
    assert (report.texts.read, report.texts.cut) == (2, True)


def test_the_last_token_of_a_cut_text_is_dropped() -> None:
    text = "See https://crt.sh/?id=123456789 and https://crt.sh/?id=1234"
    assert report_of(text, cut=True).certificates.crtsh_ids == (123456789,)  # type: ignore[union-attr]
    whole = report_of(text.replace("id=1234", "id=12345")).certificates
    assert whole is not None
    assert len(whole.crtsh_ids) == 2


def test_every_single_value_names_its_comment() -> None:
    comments = thread_of((CASES / "ccadb-3-full-corrected.md").read_text("utf-8"))
    report = read_thread(comments, bug=None, policies=standard()).report
    assert report is not None
    assert report.sources["certificates.total"] == 1
    assert report.sources["noncompliance.start"] == 0
    assert report.sources["template"] == 0
    assert [(form.source, form.template) for form in report.forms] == [(0, "ccadb-3-full"), (1, "ccadb-3-full")]


def test_a_related_incident_is_told_from_a_cited_bug() -> None:
    report = read_thread(
        thread_of((CASES / "ccadb-3-full.md").read_text("utf-8")), bug=None, policies=standard()
    ).report
    assert report is not None
    assert {one.bug: one.relation for one in report.related} == {
        1900001: "related-incident",
        1900002: "related-incident",
        1900003: "cited",
    }


def test_the_threads_own_number_is_no_related_bug() -> None:
    assert [one.bug for one in report_of("Bug 1000001 and bugs 1000002, 1000003").related] == [1000002, 1000003]


def test_a_closure_report_alone_names_no_template_for_the_record_but_one_for_the_file() -> None:
    report = report_of((CASES / "ccadb-3-closure.md").read_text("utf-8"))
    assert report.template == "none"
    assert report.closure is not None
    assert parse_report_json(report, "x.md")["template"] == "ccadb-3-closure"


def test_a_moderators_question_about_completion_completes_nothing() -> None:
    comments = thread_of((CASES / "ccadb-2-updates.md").read_text("utf-8"))
    report = read_thread(comments[:2], bug=None, policies=standard()).report
    assert report is not None
    assert [item.status for item in report.action_items] == [None, None, None]


def test_quotes_are_kept_only_where_asked_for_and_hold_no_address() -> None:
    text = (
        "## Incident Report\n### Summary\nx\n### Timeline\n- 2024-01-01 10:00 UTC Mail from jane.doe@example.org "
        + "w" * 400
    )
    assert report_of(text).timeline[0].quote is None
    quote = report_of(text, quotes=True).timeline[0].quote
    assert quote is not None
    assert len(quote) <= 280
    assert "@" not in quote


def test_doubts_are_short_and_hold_no_address() -> None:
    text = (
        "## Full Incident Report\n### Summary\n- **Non-compliance start date:** ask jane.doe@example.org " + "x" * 500
    )
    doubts = read(text).doubts
    assert [doubt.kind for doubt in doubts] == ["date-not-understood"]
    assert "@" not in (doubts[0].text or "")
    assert len((doubts[0].text or "").split()) <= 6


@pytest.mark.parametrize(
    ("value", "source"),
    [
        pytest.param("Self Reported", "self-reported", id="self reported"),
        pytest.param("Third Party Reported.", "third-party", id="third party"),
        pytest.param("Audit", "audit", id="audit"),
        pytest.param("Annual ETSI audit", "audit", id="audit with its scheme"),
        pytest.param("Internal audit", "self-reported", id="internal audit is the CA's own"),
        pytest.param("self-audit", "self-reported", id="self-audit is the CA's own"),
        pytest.param("A researcher wrote to us", "third-party", id="a researcher is a third party"),
        pytest.param("Externally reported", "third-party", id="from outside"),
        pytest.param("A subscriber detected the wrong town", "third-party", id="a subscriber is a third party"),
        pytest.param("The nightly linter listed three", "self-reported", id="a linter is the CA's own"),
        pytest.param("Self Reported, Third Party Reported, Audit", None, id="the form's three answers"),
        pytest.param("See bug 1900000", None, id="a bug number"),
        pytest.param("", None, id="empty"),
    ],
)
def test_the_source_of_disclosure_is_one_of_three(value: str, source: str | None) -> None:
    assert disclosure_source(value) == source


def test_the_days_of_a_revocation() -> None:
    told = "All certificates were revoked on 2024-02-03 10:00 UTC. It will be revoked on 2024-03-01."
    text = f"## Incident Report\n### Summary\n{told}"
    assert report_of(text).revoked == "2024-02-03T10:00Z"


@pytest.mark.parametrize(
    ("text", "revoked"),
    [
        ("Revocation finished on Monday, 5 February 2024 at 09:00 UTC.", "2024-02-05T09:00Z"),
        ("The revocation of all 27 certificates was completed on 2024-02-05 09:00 UTC.", "2024-02-05T09:00Z"),
        ("All five are revoked, the last one on 2024-02-05 at 09:00 UTC.", "2024-02-05T09:00Z"),
        ("These 8 were revoked today at 09:00 UTC.", "2024-02-06T09:00Z"),
        ("### Timeline\n2024-02-04 10:00 UTC More found\n2024-02-05 09:00 UTC Last certificate revoked",
         "2024-02-05T09:00Z"),
        ("On 2024-02-05 at 09:00 UTC, every affected certificate was revoked.", "2024-02-05T09:00Z"),
        ("The last one, used by a clinic in Ulm, was revoked on 2024-02-05 at 09:00 UTC.", "2024-02-05T09:00Z"),
        ("Replacement and revocation of the certificate took place 2024-02-05 at 09:00 UTC.", "2024-02-05T09:00Z"),
        ("Four of the six were revoked on 2024-02-04. The other two followed on 2024-02-05, so that all are revoked.",
         "2024-02-05"),
        ("The revocation of the rest will be completed on 2024-02-05.", "2024-02-03T10:00Z"),
        ("On 2024-02-05 four certificates were revoked.", "2024-02-03T10:00Z"),
        ("The certificate was revoked on 2024-02-05.\nThe revocation of eleven more is planned.", "2024-02-03T10:00Z"),
        ("Thirty were revoked on 2024-02-05.", "2024-02-03T10:00Z"),
        ("The last of the 27 was revoked on 2024-02-05.", "2024-02-05"),
        ("We ask: can you confirm that all certificates were revoked on 2024-02-05?", "2024-02-03T10:00Z"),
        ("On 2024-02-05 all access rights were revoked.", "2024-02-03T10:00Z"),
        ("On 2024-02-05, all badges of staff were revoked.", "2024-02-03T10:00Z"),
        ("All access rights were revoked on 2024-02-05.", "2024-02-03T10:00Z"),
        ("The last badge was revoked on 2024-02-05.", "2024-02-03T10:00Z"),
        ("On 2024-02-05, hardly all certificates were revoked.", "2024-02-03T10:00Z"),
        ("Not all certificates were revoked on 2024-02-05.", "2024-02-03T10:00Z"),
        ("If all were revoked on 2024-02-05, we shall say so.", "2024-02-03T10:00Z"),
        ("It was claimed that all certificates were revoked on 2024-02-05.", "2024-02-03T10:00Z"),
        ("All certificates would have been revoked on 2024-02-05.", "2024-02-03T10:00Z"),
        ("In bug 1900001 all certificates were revoked on 2024-02-05.", "2024-02-03T10:00Z"),
    ],
)  # fmt: skip
def test_a_later_comment_may_tell_of_a_later_revocation(text: str, revoked: str) -> None:
    report = "## Incident Report\n### Summary\nAll certificates were revoked on 2024-02-03 10:00 UTC."
    comments = [
        WireComment(number=number, at=f"2024-02-0{number + 4}T12:00:00Z", person=Person(nick="a"), text=one)
        for number, one in ((0, report), (2, text))
    ]
    found = read_thread(comments, bug=None, policies=standard()).report
    assert found is not None and found.revoked == revoked


@pytest.mark.parametrize(
    ("line", "revoked"),
    [
        pytest.param("The last certificate is revoked", "2024-02-03T10:00Z", id="the last"),
        pytest.param("The certificate was revoked", "2024-02-03T10:00Z", id="the only one"),
        pytest.param("Revocation of last certificate", "2024-02-03T10:00Z", id="without an article"),
        pytest.param("New certificates installed, old ones revoked", "2024-02-03T10:00Z", id="the old ones"),
        pytest.param("Customer has revoked the certificate", "2024-02-03T10:00Z", id="by the customer"),
        pytest.param("Sixty certificates are revoked", None, id="a part"),
        pytest.param("We begin to revoke all certificates", None, id="the beginning"),
        pytest.param("Subscribers informed that all will be revoked", None, id="a plan"),
        pytest.param("Customer revoked the certificate of another site", None, id="another site"),
        pytest.param("Old certificates revoked in a routine clean-up", None, id="a routine"),
        pytest.param("The API certificates revoked by mistake", None, id="a mistake"),
        pytest.param("All access rights revoked", None, id="no certificates"),
    ],
)
def test_a_line_of_the_timeline_may_say_when_the_last_was_revoked(line: str, revoked: str | None) -> None:
    text = f"## Incident Report\n### Summary\nTowns are wrong.\n### Timeline\n2024-02-03 10:00 UTC {line}\n"
    assert report_of(text).revoked == revoked


def test_whoever_names_a_bug_relates_it() -> None:
    found = read_thread(
        [
            WireComment(number=0, at="2024-02-04T12:00:00Z", person=Person(nick="a"), text="Towns are wrong."),
            WireComment(number=1, at="2024-02-05T12:00:00Z", person=Person(nick="b"), text="Compare bug 1900001."),
        ],
        bug=None,
        policies=standard(),
    ).report
    assert found is not None and [one.bug for one in found.related] == [1900001]


@pytest.mark.parametrize(
    ("text", "of_ca", "revoked"),
    [
        ("Our last certificate was revoked on 2024-02-05.", {"b"}, "2024-02-05"),
        ("Our last certificate was revoked on 2024-02-05.", (), None),
        ("In our case at Oak CA, the last certificate was revoked on 2024-02-05.", (), None),
        ("We note that all certificates of Oak CA were revoked on 2024-02-05.", (), None),
    ],
)
def test_another_writer_tells_of_a_revocation_only_as_the_ca(
    text: str, of_ca: Iterable[str], revoked: str | None
) -> None:
    comments = [
        WireComment(number=number, at="2024-02-06T12:00:00Z", person=Person(nick=nick), text=one)
        for number, nick, one in ((0, "a", "Towns are wrong."), (1, "b", text))
    ]
    found = read_thread(comments, bug=None, policies=standard(), of_ca=frozenset(of_ca)).report
    assert found is not None and found.revoked == revoked


def test_each_line_is_searched_once_for_revocations_to_come(monkeypatch: pytest.MonkeyPatch) -> None:
    searched = Counter[str]()

    class Counting:
        def search(self, text: str) -> None:
            searched[text] += 1

    monkeypatch.setattr(revocation, "_TO_COME", Counting())
    line = "The certificate was revoked on 2024-02-05."
    assert report_of("\n".join(["## Incident Report", "### Summary", *[line] * 50])).revoked == "2024-02-05"
    assert searched[line] <= 50


def test_json_has_the_keys_in_their_order_and_no_sources() -> None:
    data = read_case(CASES / "ccadb-3-full.md")
    assert list(data) == [
        "file",
        "template",
        "disclosure_source",
        "ca_owner_id",
        "noncompliance",
        "aware",
        "certificates",
        "policies",
        "timeline",
        "action_items",
        "related",
        "issuance_stopped",
        "revoked",
    ]
    assert "source" not in json.dumps(data).replace("disclosure_source", "")


PIECES = [
    "## Full Incident Report\n",
    "### Timeline\n",
    "### Action Items\n",
    "| Action Item | Kind | Due Date |\n",
    "| --- | --- | --- |\n",
    "| a | Prevent | 2024-01-01 |\n",
    "- **Non-compliance start date:** ",
    "2024-01-01",
    " 10:00",
    " UTC\n",
    "- ",
    "> ",
    "* ",
    "\n\n",
    "1. How your CA first became aware ",
    "https://crt.sh/?id=1234567 ",
    "Bug 1234567 ",
    "BR 4.9.1.1 ",
    "a" * 64,
    "32.13.2024 ",
    "31 February 2024 ",
    "25:61 ",
    "\u2011",
    "\u00a0",
    "\u202e",
    "\x00",
    "`",
    "[",
    "](",
    "|",
    "\\",
    "All times are ",
    "(",
    "~1.7 million ",
    "- **Total number of certificates:** ",
    "٣٤",
    "²",
    "９",
    "A000001",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=40), st.booleans())
def test_no_text_crashes_the_reader(pieces: list[str], cut: bool) -> None:
    data = record_to_data(report_of("".join(pieces), "".join(reversed(pieces)), cut=cut, quotes=True))
    assert json.loads(json.dumps(data)) is not None


HOSTILE = [
    "[",
    "*",
    ">",
    "|",
    "`",
    "> ",
    ">\n",
    "- a\n",
    "a\n",
    "# a\n",
    "1. ",
    "BR 4.9.1.1 ",
    "bug 1234567, ",
    "ab",
    "ab:",
    "1,234,",
    "total number of certificates is ",
    "completes all our planned ",
    "All times are ",
    "a@",
    "(",
    " ",
    "\t",
    "2020-01-01 10:00 UTC x\n",
    "| a | b |\n",
    "crt.sh/?a=b&",
    "section 1.1.1 of the ",
    "we will install x. ",
    "has been ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_megabyte_is_read_to_its_end(piece: str) -> None:
    reading = read(piece * (1_000_000 // len(piece)))
    assert reading.report is not None
    assert "text-too-long" in {doubt.kind for doubt in reading.doubts}


@pytest.mark.parametrize(
    "piece", ["2020-01-01 10:00 UTC x\n", "| a | b |\n", "- prevent: do it by 2024-01-02\n", "# Timeline\n",
              "we issued 12 EV certificates with wrong names\n", "TLS certificates (EV certificates ", "the ICA's of ",
              "is compliant with the BRs (version 1.2, section 4.9.1 ", f"{'one certificate or ' * 40}\n",
              f"{'the following intermediate ' * 28}\n", "~1.7 million certificates ",
              "CPS ", "the CPS said BR ", "EN 319 401 REQ-6.1-02, -03, ", "BR 4.9.1.1 (5), 4.9.5 and ",
              "not a violation of the BRs, ", "the BRs:\n4.9.1.1\n",
              "of the 300 certificates reviewed, 17 contain\n", "issuance of the x, and was not\n",
              "not able to revoke the CAs under\n", "..\n"]
)  # fmt: skip
def test_time_grows_in_a_straight_line(piece: str) -> None:
    def seconds(size: int) -> float:
        text, spent = piece * (size // len(piece)), []
        for _ in range(2):
            start = process_time()
            read(text, title="Alder: Delayed revocation")
            spent.append(process_time() - start)
        return min(spent)

    # Four times the text: four times the time, with room for a busy machine; a square would be sixteen.
    assert seconds(120_000) < 10 * seconds(30_000) + 0.05


@pytest.mark.parametrize("heading", ["**Steps**", "7. Steps", "Next steps:", "7. Remediation steps"])
def test_steps_have_many_headings(heading: str) -> None:
    report = report_of(
        f"1. How we became aware\n\nBy a linter.\n\n{heading}\n\n1. Correct the profile - 2021-06-30\n"
        "2. Train the reviewers - 2021-07-31\n"
    )
    assert [item.due for item in report.action_items] == ["2021-06-30", "2021-07-31"]


@pytest.mark.parametrize(
    ("text", "stopped"),
    [
        pytest.param("Elm goes on: it continues to issue such certificates.", False, id="goes on"),
        pytest.param(
            "From Monday on, certificates are no longer issued with that wrong name.", True, id="no longer issued"
        ),
        pytest.param("We will see whether it continues to issue reports.", None, id="question whether it goes on"),
    ],
)
def test_prose_says_whether_issuance_went_on(text: str, stopped: bool | None) -> None:
    assert report_of(text).issuance_stopped is stopped


def test_a_day_whose_events_were_cut_off_is_no_event() -> None:
    text = "### Summary\nA fault.\n### Impact\n### Timeline\n2024-03-20:\n- 20:41 A letter.\n\n2024-03-21:\n- 09"
    report = report_of(text, cut=True)
    assert [event.at for event in report.timeline] == ["2024-03-20T20:41"]


def test_the_third_answer_is_known_by_its_number_and_its_words() -> None:
    text = "1) How we became aware: a letter.\n2) Timeline:\n\n2020-01-02 A letter.\n\n3) Issuance has been stopped.\n"
    report = report_of(text)
    assert (report.template, report.issuance_stopped, len(report.timeline)) == ("questions", True, 1)


@pytest.mark.parametrize(
    ("value", "total", "kinds"),
    [
        pytest.param("34 OV", 34, ("ov",), id="count and kind"),
        pytest.param("1,034 certificates", 1034, (), id="count with separator"),
        pytest.param("4 https://crt.sh/?id=1", None, (), id="number before a link"),
    ],
)
def test_a_heading_of_the_list_may_hold_its_count(value: str, total: int | None, kinds: tuple[str, ...]) -> None:
    found = report_of(
        f"## Incident Report\n### Summary\nA fault.\n### Impact\nAffected certificates: {value}\n"
    ).certificates
    assert ((found.total, found.kinds) if found else (None, ())) == (total, kinds)


def test_the_cases_hold_no_address() -> None:
    for path in CASES.iterdir():
        assert "@" not in Path(path).read_text("utf-8")


@pytest.mark.parametrize(
    ("answer", "stopped"),
    [
        pytest.param("Yes, at once.", True, id="yes"),
        pytest.param("No, since only a CRL was wrong.", False, id="no"),
        pytest.param("Issuance was not stopped because only a CRL was wrong.", False, id="was not stopped"),
        pytest.param("We have stopped issuing.", True, id="have stopped"),
        pytest.param("We didn't stop issuance.", False, id="did not stop"),
        pytest.param("It was not necessary to stop issuance.", False, id="not necessary to stop"),
        pytest.param("No certificate was issued wrongly.", None, id="no that answers another question"),
        pytest.param("N/A", None, id="placeholder"),
    ],
)
def test_whether_issuance_was_stopped(answer: str, stopped: bool | None) -> None:
    name = "Was issuance stopped in response to this incident, and why or why not?"
    assert (
        report_of(
            f"## Full Incident Report\n### Impact\n- **Incident heuristic:** a\n- **{name}:** {answer}"
        ).issuance_stopped
        is stopped
    )


@pytest.mark.parametrize(
    ("text", "stopped"),
    [
        pytest.param("Alder CA stopped the issuance of all TLS certificates.", True, id="stopped"),
        pytest.param("Issuance from this profile was suspended on Monday.", True, id="suspended for one profile"),
        pytest.param("Issuance of EV certificates was not stopped.", False, id="not stopped"),
        pytest.param("No issuance was stopped, since the fault was gone.", False, id="nothing was stopped"),
        pytest.param("It seems that they stopped issuing such certificates.", True, id="as it looks"),
        pytest.param("Alder CA should have stopped issuance.", None, id="should have"),
        pytest.param("The review stopped.", None, id="another subject"),
    ],
)
def test_a_stop_of_issuance_in_prose_must_be_plain(text: str, stopped: bool | None) -> None:
    assert report_of(text).issuance_stopped is stopped


def test_a_fragment_in_a_doubt_is_short() -> None:
    name = "Non-compliance start date"
    doubts = read(f"## Full Incident Report\n### Summary\n- **{name}:** in the days after an elm fell on a wire").doubts
    assert [doubt.text for doubt in doubts] == ["in the days after…"]
    long = read(f"## Full Incident Report\n### Summary\n- **{name}:** {'elm' * 40}").doubts
    assert all(len(doubt.text or "") <= 40 and len((doubt.text or "").split(" ")) <= 4 for doubt in long)


def test_the_reporter_corrects_a_count_and_nobody_else_does() -> None:
    form = "## Incident Report\n### Summary\nElm.\n### Impact\n63 TLS certificates were affected.\n### Timeline\n"
    said = "The correct total is 78 certificates."
    comments = [
        WireComment(number=0, at=None, person=Person(nick="pine"), text=form),
        WireComment(number=1, at=None, person=Person(nick="larch"), text=said),
        WireComment(number=2, at=None, person=Person(nick="pine"), text=f"> {said}\n\nWe will look."),
    ]

    def total(thread: list[WireComment]) -> int | None:
        report = read_thread(thread, bug=None, policies=standard()).report
        assert report is not None and report.certificates is not None
        return report.certificates.total

    assert total(comments) == 63
    assert total([*comments, WireComment(number=3, at=None, person=Person(nick="pine"), text=said)]) == 78


def test_a_comment_costs_what_it_says_and_not_what_was_said_before(monkeypatch: pytest.MonkeyPatch) -> None:
    def read_ids(document: Document, _place: object) -> Found:
        first = document.number * 25
        related = tuple(RelatedBug(bug=n, relation="cited", source=document.number) for n in range(first, first + 25))
        return Found(crtsh_ids=tuple(range(first, first + 25)), related=related)

    monkeypatch.setattr("ca_incidents.scraper.reader.thread._facts_of", lambda _: [read_ids])
    began = process_time()
    found = report_of(*["short"] * 4_000)
    # Building each list again for every comment takes a minute.
    assert process_time() - began < 10
    assert found.certificates and len(found.certificates.crtsh_ids) == len(found.related) == 100_000
