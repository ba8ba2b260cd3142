"""What the page of an incident says, one fact at a time.

Covers: site_plugins/pages/thread.py, site_plugins/pages/wording.py, site_plugins/views/incident.py.
"""

import re
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from bs4 import BeautifulSoup

from ca_incidents.schema.derive.phrases import capitalised
from ca_incidents.schema.model import Doubt, Incident, Topic
from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.pages.html import day
from ca_incidents.site_plugins.views import incident
from tests.export_material import data

NUMBER = 9_000_100


def record(report: object = None, curated: object = None, ca: str = "digicert", **bug: object) -> Incident:
    """Make a record from plain values, as a file would hold them."""
    made: dict[str, Any] = {
        "schema_version": 1,
        "id": NUMBER,
        "title": "DigiCert: made for a test",
        "ca": ca,
        "bugzilla": {"status": "ASSIGNED", "opened": "2025-06-05T10:00:00Z", **bug},
        "report": report,
        "curated": curated,
    }
    return msgspec.convert(made, Incident)


def shown(made: Incident) -> BeautifulSoup:
    catalogue = Catalogue(replace(data(), incidents={made.id: made}))
    page = next(page for page in incident.pages(catalogue) if page.url == f"incidents/{made.id}/")
    return BeautifulSoup(page.body(), "html.parser")


def facts(soup: BeautifulSoup) -> dict[str, str]:
    return {dt.get_text(): words(dt.find_next_sibling("dd").get_text()) for dt in soup.find_all("dt")}


def words(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def test_of_a_bug_known_from_a_list_nothing_is_said_that_a_list_does_not_give() -> None:
    listed = {
        "read_from": "list",
        "status": "UNKNOWN",
        "opened": "2026",
        "opened_between": ("2026-06-24", "2026-06-24"),
    }
    soup = shown(record(**listed))
    told, text = facts(soup), words(soup.get_text())
    assert told["Opened"] == "24 Jun 2026"
    assert told["Status"].startswith("Whether the bug is still open is not known. The bug is known only from a list")
    assert told["How it ended"] == "Not known."
    assert "its comments are not known; the bug was taken from a list of bugs, whose date is not known" in text.lower()
    assert "Bugzilla status" not in told
    assert "The bug's comments are not known." in text
    for wrong in ("bug is open", "No public comment"):
        assert wrong not in str(soup)


def test_a_day_of_opening_that_is_not_known_exactly_is_given_as_a_span() -> None:
    soup = shown(record(opened="2025", opened_between=("2025-03-01", "2025-03-04")))
    assert facts(soup)["Opened"] == "between 1 Mar 2025 and 4 Mar 2025"


@pytest.mark.parametrize(
    ("resolution", "relations", "said"),
    [
        ("FIXED", None, "The bug was closed as fixed."),
        (None, None, "The bug is resolved."),
        ("INVALID", None, "The bug was closed as invalid."),
        ("WONTFIX", None, "The bug was closed as \u201cwon\u2019t fix\u201d."),
        ("WORKSFORME", None, "The bug was closed as not reproducible."),
        ("DUPLICATE", None, "The bug was closed as a duplicate (of which bug is not recorded)."),
        ("DUPLICATE", {"duplicate_of": 1671037}, "The bug was closed as a duplicate of bug 1671037."),
    ],
)
def test_the_status_says_how_a_bug_was_closed(resolution: str | None, relations: object, said: str) -> None:
    soup = shown(record(status="RESOLVED", resolution=resolution, relations=relations))
    assert facts(soup)["Status"].startswith(said)
    label = soup.find(class_="ci-status--closed")
    assert label is not None
    assert label["title"] == said


def noticed(identified: str, *, cut: bool = False, **more: object) -> dict[str, object]:
    return {
        "texts": {"read": 1, "cut": cut, "shortened" if cut else "complete": [0]},
        "disclosure_source": "audit",
        "noncompliance": {"identified": identified},
        "sources": {"noncompliance.identified": 0, "disclosure_source": 0},
        **more,
    }


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        (noticed("2025-03-13", cut=True), "the only comment was cut off by the source"),
        (noticed("2025-06-02", cut=True), "it was due on 5 Jun 2025 and done on 5 Jun 2025, and the hour is not known"),
        (
            noticed("2025-03-13", related=[{"bug": 1671037, "relation": "cited", "source": 0}]),
            "the CA may have spoken before on another bug that the record names",
        ),
        (
            noticed("2025-06-01", revoked="2025-06-20", certificates={"kinds": ["dv"]}),
            "the rule has an exemption (Short-lived certificates), and the record does not say whether it applies",
        ),
        (
            noticed("2025-06-01", revoked="2025-06-20", certificates={"kinds": ["ca"]}),
            "the report does not say which kind of certificates the CA certificates issue",
        ),
    ],
)
def test_a_deadline_that_is_not_judged_names_the_reason_that_holds(report: object, reason: str) -> None:
    account = {"nick": "someone", "affiliation": "digicert.com"}
    comments = [{"number": 0, "at": "2025-06-05T10:00:00Z", **account}]
    soup = shown(record(report, status="RESOLVED", resolution="FIXED", reporter=account, comments=comments))
    heading = soup.find(id="deadlines")
    assert heading is not None
    text = " ".join(words(p.get_text()) for p in heading.find_next_siblings("p"))
    assert f"because {reason}." in text
    assert "happened on" not in text


@pytest.mark.parametrize(
    ("doubts", "curated", "said"),
    [
        ([], None, "230,000"),
        ([{"kind": "estimated-count", "where": "certificates.total"}], None, "about 230,000"),
        (
            [{"kind": "estimated-count", "where": "certificates.total"}],
            {"certificates": {"total": 231004}},
            "231,004 added by hand",
        ),
    ],
)
def test_an_estimated_count_is_no_exact_one(doubts: object, curated: object, said: str) -> None:
    made = record({"certificates": {"total": 230000}}, curated)
    soup = shown(msgspec.structs.replace(made, doubts=msgspec.convert(doubts, tuple[Doubt, ...])))
    assert facts(soup)["Certificates"] == said


READ = {"texts": {"read": 1, "complete": [0]}}
FIRST = {"number": 0, "at": "2025-06-05T10:00:00Z", "nick": "someone", "affiliation": "digicert.com"}
ANSWER = {"number": 1, "at": "2025-06-08T12:00:00Z", "nick": "another", "affiliation": "mozilla.com"}


BY_PROGRAM, BY_HAND = (
    "values marked with a comment were read by a program",
    "values marked \u201cadded by hand\u201d were given by people",
)
NOBODY = "nobody has checked the complete record against the bug"


@pytest.mark.parametrize(
    ("report", "curated", "much", "checked"),
    [
        (None, None, "None of the 2 comments has been read", [NOBODY]),
        (READ, None, "Only 1 of the 2 comments has been read to the end", [BY_PROGRAM, NOBODY]),
        (None, {"root_causes": ["process-gap"]}, "None of the 2 comments has been read", [BY_HAND, NOBODY]),
        (
            READ,
            {"reviewed": {"by": "someone", "on": "2026-01-09"}},
            "Only 1 of the 2 comments has been read to the end",
            [BY_PROGRAM, BY_HAND, "the record was reviewed by someone on 9 Jan 2026"],
        ),
    ],
)
def test_one_line_says_how_sure_the_page_is(report: object, curated: object, much: str, checked: list[str]) -> None:
    line = shown(record(report, curated, comments=[FIRST, ANSWER])).find(class_="ci-sure")
    assert line is not None
    reach = words(day(data().snapshot.as_of))
    assert words(line.get_text()) == (
        f"How sure? {much}; the bug was taken from the snapshot, which reaches to {reach}. "
        f"{capitalised('; '.join(checked))}."
    )


QUESTIONS = ["What failed", "Who found it", "How big it was", "Which rule", "How it ended"]


def answers(soup: BeautifulSoup) -> list[str]:
    found = facts(soup)
    return [found[question] for question in QUESTIONS]


def test_a_question_without_an_answer_is_called_not_known() -> None:
    soup = shown(record(status="RESOLVED", resolution="FIXED", comments=[FIRST, ANSWER]))
    assert answers(soup)[:4] == [
        "made for a test (the bug's title) The title is all that is known here of the failure. "
        "The bug's own account begins with comment 0.",
        *["Not known"] * 3,
    ]
    assert answers(soup)[4].endswith("The day is not known; the last comment is from 8 Jun 2025.")
    assert len(soup.select(".ci-answers .ci-unknown")) == 5


def test_every_answer_says_where_it_was_read() -> None:
    report = {
        "discovery": "monitoring",
        "disclosure_source": "self-reported",
        "certificates": {"total": 1, "kinds": ["ov"]},
        "policies": [{"document": "tls-br", "section": "4.9.1.1", "source": 0}],
        "sources": {"discovery": 0, "disclosure_source": 1, "certificates.total": 1},
    }
    made = record(report, status="RESOLVED", resolution="FIXED", resolved="2025-07-01T10:00:00Z")
    topics = [{"topic": "caa", "read_in": "title"}, {"topic": "revocation-late", "read_in": "text", "source": 4}]
    soup = shown(msgspec.structs.replace(made, topics=msgspec.convert(topics, tuple[Topic, ...])))
    failed, found, size, rule, ended = answers(soup)
    assert soup.select_one(".ci-answers a[href='../../topics/caa/']")
    assert failed == (
        "made for a test (the bug's title) The title is all that is known here of the failure. "
        "Classified as: CAA (by words of the title), Timing of revocation comment 4"
    )
    assert found == "Found by monitoring comment 0; the report's form says: Self reported comment 1"
    assert size.startswith("1 certificate comment 1 Types named: Organisation-validated TLS certificate")
    assert rule == ("Cited: section 4.9.1.1 of the TLS Baseline Requirements (a cited rule was not always broken)")
    assert ended.endswith("Closed on 1 Jul 2025.")
    assert len(soup.select(".ci-answers .ci-unknown")) == 1


def answers_of(title: str, report: object = None, topics: object = (), **bug: object) -> list[str]:
    made = msgspec.structs.replace(
        record(report, **bug), title=f"DigiCert: {title}", topics=msgspec.convert(topics, tuple[Topic, ...])
    )
    return answers(shown(made))


def test_what_failed_is_the_title_and_what_its_words_mean() -> None:
    def failed(title: str, topic: str, **bug: object) -> str:
        return answers_of(title, topics=[{"topic": topic, "read_in": "title"}], **bug)[0]

    assert failed("IP in dNSName", "san") == (
        "IP in dNSName (the bug's title) An IP address must not stand in an entry for domain names (dNSName). "
        "Classified as: Subject alternative name (by words of the title)"
    )
    assert failed("CRL issue", "crl").startswith(
        "CRL issue (the bug's title) The title names only the area, not what exactly went wrong. Classified as: CRL"
    )
    assert failed("x", "collection").startswith("x (the bug's title) No failure of its own. Classified as: Collection")
    assert failed("x", "caa", status="RESOLVED", resolution="INVALID") == (
        "No failure confirmed: the bug was closed as invalid. It raised: x (the bug's title) "
        "Classified as: CAA (by words of the title)"
    )


@pytest.mark.parametrize(
    ("status", "badge", "ended"),
    [
        ("ASSIGNED", "open", "Open, progress unknown. It was still open on "),
        ("UNKNOWN", "not known if open", "Whether the bug is still open is not known."),
    ],
)
def test_a_bug_of_unknown_progress_says_whether_it_is_open(status: str, badge: str, ended: str) -> None:
    soup = shown(record(status=status, comments=[FIRST, ANSWER]))
    shown_badge = soup.find(class_="ci-status--unknown")
    assert shown_badge is not None
    assert shown_badge.get_text() == badge
    assert answers(soup)[4].startswith(ended)


def test_a_deadline_says_whether_it_is_known_for_whom_the_bug_was_filed() -> None:
    for affiliation, reason in (
        ("digicert.com", "the only comment was cut off by the source."),
        (None, "the only comment was cut off by the source and it is not known for whom the bug was filed."),
    ):
        account = {"nick": "someone", "affiliation": affiliation}
        comments = [{"number": 0, "at": "2025-06-05T10:00:00Z", **account}]
        report = noticed("2025-03-13", cut=True)
        soup = shown(record(report, status="RESOLVED", resolution="FIXED", reporter=account, comments=comments))
        assert f", because {reason}" in words(soup.get_text())


def test_contradicting_accounts_of_who_found_it_are_all_shown() -> None:
    message = {"at": "2025-06-01", "precision": "day", "kind": "problem-report", "source": 1}
    report = {"discovery": "monitoring", "sources": {"discovery": 0}, "timeline": [message]}
    assert answers_of("x", report)[1] == (
        "Accounts differ: Found by monitoring (inside the CA) comment 0; by the timeline a message from outside came "
        "in on 1 Jun 2025 comment 1"
    )


def test_no_number_is_missed_only_in_what_was_read() -> None:
    made = record(READ, comments=[FIRST, ANSWER])
    assert answers(shown(made))[2] == "Not known: no number of certificates is given in what was read"


def test_a_summary_answers_what_failed_with_the_title_beside_it() -> None:
    summary = {"summary": "CAA records were\nnot checked.\n\nIt was found in May.", "notes": "Only the start was read."}
    made = msgspec.structs.replace(
        record(curated=summary), title="DigiCert: CAA", topics=(Topic(topic="caa", read_in="title"),)
    )
    soup = shown(made)
    assert answers(soup)[0] == (
        "CAA records were not checked. It was found in May. Written by hand from what could be read of the bug at "
        "the time; later comments may say otherwise. Where the answers below differ, rely on this one. The bug's "
        "title: CAA Classified as: CAA (by words of the title)"
    )
    notes = soup.find(class_="ci-summary")
    assert notes is not None
    assert notes.get_text() == "Notes written by hand:Only the start was read."


def test_only_a_summary_of_a_reviewed_record_has_no_reservation() -> None:
    reviewed = {"summary": "It failed.", "reviewed": {"by": "someone", "on": "2026-01-09"}}
    assert answers(shown(record(curated=reviewed)))[0].startswith("It failed. Written by hand. Where the answers")


def test_a_summary_of_a_bug_closed_as_invalid_confirms_nothing() -> None:
    closed = record(curated={"summary": "It failed."}, status="RESOLVED", resolution="INVALID")
    assert answers(shown(closed))[0].startswith(
        "No failure confirmed: the bug was closed as invalid. It raised: It failed. Written by hand"
    )


def test_a_number_that_may_not_count_the_certificates_is_shown_as_such() -> None:
    made = msgspec.structs.replace(
        record(), doubts=(Doubt(kind="unsure-count", text="42", where="certificates.total", source=0),)
    )
    assert answers(shown(made))[2] == ("Not known; the number 42 appears, but may not count the certificates comment 0")


def test_what_the_report_does_not_say_the_title_may() -> None:
    reporter = {"nick": "someone", "affiliation": "digicert.com"}
    _, found, size, rule, _ = answers_of("2 certificates against the EV Guidelines", reporter=reporter)
    assert found == "Not known; the bug was filed by the CA itself"
    assert size == "2 certificates (from the title)"
    assert rule == "The title names the EV Guidelines"
    assert answers_of("Not revoked within 24 hours")[3] == (
        "The title names a limit of 24 hours; which rule sets it is not known"
    )


def test_linked_certificates_are_counted_as_a_least_number() -> None:
    ids = {"crtsh_ids": [7], "kinds": ["ev"]}
    assert answers_of("x", {"certificates": ids})[2] == (
        "At least 1 certificate is linked in the comments we have read; the number in all is not known "
        "Types named: Extended-validation TLS certificate"
    )


@pytest.mark.parametrize(
    ("summary", "size"),
    [
        ("One CA certificate was disclosed late.", "1 CA certificate is mentioned in the summary above; whether"),
        (
            "An EV certificate had no town.",
            "1 certificate is mentioned in the summary above, and at least 2 are",
        ),
        ("Certificates had no town.", "At least 2 certificates are linked"),
        ("Three precertificates had no town.", "3 precertificates are mentioned in the summary above; whether"),
    ],
)
def test_a_summary_tells_of_the_certificates_that_it_describes(summary: str, size: str) -> None:
    ids = [7, 8] if "town" in summary else []
    made = record({"certificates": {"crtsh_ids": ids}}, curated={"summary": summary})
    assert answers(shown(made))[2].startswith(size)


def test_issued_certificates_are_counted_whatever_the_topic() -> None:
    topics = [{"topic": "cps-content"}]
    assert answers_of("Issuance of TLS certificates against the CPS", topics=topics)[2] == "Not known"
    assert answers_of("CPS without a section", topics=topics)[2].startswith("Not counted")


def test_certificates_linked_say_nothing_of_the_size_of_what_is_not_counted() -> None:
    certificates = {"certificates": {"crtsh_ids": [7]}}
    for topic, size in (("test-website", "Not counted"), ("caa", "At least 1 certificate is linked")):
        assert answers_of("x", certificates, [{"topic": topic}])[2].startswith(size)


def test_an_open_bug_says_what_was_announced() -> None:
    ended = answers_of("x", close_on="2026-09-01", next_update="2026-08-01")[4]
    assert ended.endswith("It was to be closed on 1 Sep 2026. The next update was announced for 1 Aug 2026.")


def test_a_list_without_a_number_is_named() -> None:
    assert answers_of("x", {"certificates": {"attachments": [9]}})[2] == (
        "A list is attached to the bug, which we have not read; the number of certificates is not known"
    )


@pytest.mark.parametrize(
    ("topics", "size"),
    [
        (["root-program-request"], "Not counted in certificates (by its topic)"),
        (["root-program-request", "caa"], "Not known"),
    ],
)
def test_what_is_not_counted_in_certificates_has_no_unknown_number(topics: list[str], size: str) -> None:
    assert answers_of("x", topics=[{"topic": topic} for topic in topics])[2] == size


def test_root_causes_are_shown_only_where_somebody_coded_them() -> None:
    assert "Root causes" not in facts(shown(record()))
    assert facts(shown(record(curated={"root_causes": ["process-gap"]})))["Root causes"] == "Process gap added by hand"


def test_an_event_names_its_actor_where_its_kind_does() -> None:
    events = [{"at": "2025-06-01", "precision": "day", "kind": kind} for kind in ("investigation", "fix")]
    said = [words(li.get_text()) for li in shown(record({"timeline": events})).select("ol.ci-thread li")]
    assert said == ["1 Jun 2025 Investigation by the CA", "1 Jun 2025 Fix"]


def test_the_description_for_search_engines_is_the_lead() -> None:
    made = record()
    page = next(iter(incident.pages(Catalogue(replace(data(), incidents={made.id: made})))))
    lead = shown(made).find(class_="ci-lead")
    assert lead is not None
    assert page.description == lead.get_text()
    assert page.description.startswith(
        f"Bug {NUMBER}, titled \u201cmade for a test\u201d, is about DigiCert. The bug was filed on 5 June 2025"
    )


def test_the_search_knows_what_failed() -> None:
    made = msgspec.structs.replace(record(), topics=(Topic(topic="caa"), Topic(topic="revocation-late")))
    page = next(iter(incident.pages(Catalogue(replace(data(), incidents={made.id: made})))))
    assert page.search
    assert page.search.text.startswith(f"Bug {NUMBER}. CAA. Timing of revocation. no category.")


def test_the_timeline_tells_events_comments_and_changes_apart_in_words() -> None:
    report = {
        "timeline": [
            {"at": "2025-06-01T08:30Z", "precision": "minute", "kind": "awareness", "source": 0},
            {"at": "2025-06-02", "precision": "day"},
            {"at": "2025-06-03", "precision": "ambiguous", "kind": "lunch-break"},
        ],
        "forms": [{"source": 0, "template": "ccadb-3-full"}],
    }
    history = [
        {"at": "2025-06-09T10:00:00Z", "field": "status", "removed": "ASSIGNED", "added": "RESOLVED"},
        {"at": "2025-06-09T10:00:00Z", "field": "whiteboard", "added": "[a]<b>"},
    ]
    soup = shown(record(report, comments=[FIRST, ANSWER], history=history))
    items = [(li["class"], words(li.get_text())) for li in soup.select("ol.ci-thread li")]
    assert items == [
        (["ci-event"], "1 Jun 2025, 08:30 UTC CA becomes aware comment 0"),
        (["ci-event"], "2 Jun 2025 Event of unknown kind"),
        (["ci-event"], "3 Jun 2025 Lunch break (day ambiguous)"),
        (["ci-voice", "ci-voice--ca"], "5 Jun 2025 someone digicert.com #0 bug filed, CCADB 3 full report"),
        (["ci-voice", "ci-voice--root-program"], "8 Jun 2025 another mozilla.com #1"),
        (["ci-change"], "9 Jun 2025 Status: RESOLVED; Whiteboard: added [a]<b>"),
    ]
    text = words(soup.get_text())
    assert (
        "2 comments on Bugzilla: the CA itself 1, root programs 1; 2 changes of the bug; 3 events from the report."
        in text
    )


def test_a_long_timeline_is_folded_by_month_with_all_sorts_counted() -> None:
    comments = [
        {"number": n, "at": f"2025-{6 + n // 7:02}-{n + 1:02}T10:00:00Z", "nick": f"writer{n}"} for n in range(14)
    ]
    soup = shown(record(comments=comments, resolved="2025-07-30T10:00:00Z"))
    months = [words(summary.get_text()) for summary in soup.select("details.ci-stretch summary")]
    assert months == [
        "June 2025 affiliation not known 7",
        "July 2025 changes 1 affiliation not known 7",
    ]


def test_action_items_have_a_subject_or_say_that_it_is_not_known() -> None:
    items = [
        {"kind": "prevent", "subject": "training", "due": "2025-09-01", "status": "complete", "source": 0},
        {"kind": "detect"},
    ]
    rows = shown(record({"action_items": items})).select("h2#actions + table tbody tr")
    assert [words(row.get_text(" ")) for row in rows] == [
        "Training prevent 1 Sep 2025 complete – comment 0",
        "not known detect – not stated –",
    ]


def test_key_dates_have_the_days_between_them() -> None:
    report = {"noncompliance": {"identified": "2025-06-02"}, "sources": {"noncompliance.identified": 0}}
    rows = shown(record(report, comments=[FIRST, ANSWER])).select("h2#dates + table tbody tr")
    assert [words(row.get_text(" ")) for row in rows] == [
        "CA became aware comment 0 2 Jun 2025 –",
        "Bug filed 5 Jun 2025 3",
        "Last comment comment 1 8 Jun 2025 3",
    ]


def related(number: int, *records: Incident) -> dict[str, str]:
    """Return the related incidents of a page with what it says of each, by their numbers."""
    catalogue = Catalogue(replace(data(), incidents={made.id: made for made in records}))
    page = next(page for page in incident.pages(catalogue) if page.url == f"incidents/{number}/")
    soup = BeautifulSoup(page.body(), "html.parser")
    named = [p.find_next_sibling("ul") for p in soup.find_all("p") if p.get_text() in {"Mentioned in or mentions:"}]
    again = [p.find_next_sibling("ul") for p in soup.find_all("p") if p.get_text().startswith("The same topic at")]
    found = {}
    for li in (li for ul in (*named, *again) if ul for li in ul.find_all("li")):
        address, told = li.find("a")["href"], li.find(class_="ci-none").get_text()
        found[re.sub(r"\D", "", address)] = f"{found.get(address, '')}{words(told)}"
    return found


def test_links_between_incidents_are_said_on_both_pages() -> None:
    other = NUMBER + 1
    late = record({"related": [{"bug": other, "relation": "cited", "source": 0}]})
    late = msgspec.structs.replace(late, topics=(Topic(topic="revocation-late"),))
    about = msgspec.structs.replace(record(), id=other, topics=(Topic(topic="caa"),))
    assert related(NUMBER, late, about) == {str(other): "the incident whose late revocation this bug is about"}
    assert related(other, late, about) == {str(NUMBER): "about the late revocation of this incident's certificates"}


def test_the_same_topic_again_is_listed_with_the_days_between() -> None:
    topic = (Topic(topic="caa"),)
    first = msgspec.structs.replace(record(), topics=topic)
    second = msgspec.structs.replace(record(opened="2025-06-15T10:00:00Z"), id=NUMBER + 1, topics=topic)
    assert related(NUMBER, first, second) == {str(NUMBER + 1): "CAA; 10 days later"}
    assert related(NUMBER + 1, first, second) == {str(NUMBER): "CAA; 10 days earlier"}


def test_an_auditor_is_not_called_a_ca() -> None:
    assert "CA" in facts(shown(record()))
    told = facts(shown(record(ca="tuvit")))
    assert "Auditor" in told
    assert "CA" not in told


def test_on_a_bug_about_an_auditor_a_ca_is_somebody_else() -> None:
    ca, stranger = {"nick": "someone", "affiliation": "digicert.com"}, {"nick": "stranger"}
    comments = [{"number": n, "at": f"2025-06-0{n + 5}T10:00:00Z", **who} for n, who in enumerate((ca, stranger))]
    soup = shown(record(ca="tuvit", reporter=ca, comments=comments))
    text = words(soup.get_text())
    assert "for a CA; the account's address is at digicert.com today" in facts(soup)["Opened"]
    assert "CAs, subordinates or resellers 1" in text
    assert "affiliation not known 1" in text


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2024-11-22", "fields of what later became the CCADB 3 preliminary report (posted before version 3.0"),
        ("2025-03-08", "CCADB 3 preliminary report"),
    ],
)
def test_a_report_is_not_said_to_follow_a_form_that_did_not_exist(day: str, said: str) -> None:
    template = "ccadb-3-preliminary"
    report = {"texts": {"read": 1}, "template": template, "forms": [{"source": 0, "template": template}]}
    soup = shown(record(report, opened=f"{day}T10:00:00Z", comments=[{"number": 0, "at": f"{day}T10:00:00Z"}]))
    assert facts(soup)["Report form"].startswith(said)


def test_met_is_not_said_where_lateness_could_not_be_seen() -> None:
    template = "ccadb-3-full"
    account = {"nick": "someone", "affiliation": "digicert.com"}
    comments = [{"number": n, "at": f"2025-06-0{n + 5}T10:00:00Z", **account} for n in (0, 1)]
    report = {
        "texts": {"read": 1, "complete": [0]},
        "template": template,
        "forms": [{"source": 0, "template": template}],
        "sources": {"template": 0},
    }
    soup = shown(record(report, reporter=account, comments=comments))
    assert "No delay seen in what was read" in words(soup.get_text())
    assert soup.find(class_="ci-state--met") is None
    whole = {**report, "texts": {"read": 2, "complete": [0, 1]}}
    soup = shown(record(whole, reporter=account, comments=comments))
    assert soup.find(class_="ci-state--met") is not None


def test_sections_of_two_cas_own_documents_are_not_added_up() -> None:
    report = {"policies": [{"document": "cp-cps", "section": "4.9.10"}, {"document": "tls-br", "section": "4.9.1"}]}
    rules = shown(record(report)).find(id="rules")
    assert rules is not None
    [own, shared] = rules.find_next("ul").find_all("li")
    assert "cited in" not in own.get_text()
    assert "cited in" in shared.get_text()


def test_a_resolved_bug_announces_nothing() -> None:
    announced = {"next_update": "2026-04-01", "close_on": "2026-04-08"}
    assert {"Next update", "Last call"} <= facts(shown(record(**announced))).keys()
    resolved = facts(shown(record(status="RESOLVED", resolution="FIXED", **announced)))
    assert not {"Next update", "Last call"} & resolved.keys()


@pytest.mark.parametrize(
    ("bug", "version"),
    [
        # Version 2.0.1 of the TLS Baseline Requirements took effect after 2.0.2.
        ({"opened": "2024-04-01T10:00:00Z"}, "2.0.2"),
        ({"opened": "2024", "opened_between": ("2024-04-01", "2024-04-02")}, "2.0.2"),
        # 2.0.3 took effect on 2024-04-15.
        ({"opened": "2024", "opened_between": ("2024-04-14", "2024-04-15")}, None),
        ({"opened": "2024"}, None),
    ],
)
def test_a_cited_rule_links_the_version_that_was_in_force_when_the_bug_was_opened(
    bug: dict[str, object], version: str | None
) -> None:
    soup = shown(record({"policies": [{"document": "tls-br", "section": "4.9.1", "source": 0}]}, **bug))
    heading = soup.find(id="rules")
    assert heading is not None
    item = heading.find_next("li")
    assert item is not None
    links = [link for link in item.find_all("a") if link.get_text().startswith("version ")]
    assert [link.get_text() for link in links] == ([f"version {version}"] if version else [])
    assert all(str(link["href"]).startswith("https://github.com/cabforum/servercert/") for link in links)


def test_what_a_rule_only_recommends_is_expected_not_pending() -> None:
    account = {"nick": "someone", "affiliation": "digicert.com"}
    for opened, state in (("2024-06-05T10:00:00Z", "expected"), ("2025-06-05T10:00:00Z", "pending")):
        until = f"{opened[:8]}06T00:00:00Z"
        comments = [{"number": 0, "at": opened, **account}]
        made = record(opened=opened, reporter=account, comments=comments, read_from="page", read_until=until)
        rows = [words(row.get_text(" ")) for row in shown(made).select(".ci-table--clocks tbody tr")]
        [row] = [row for row in rows if row.startswith("Weekly update")]
        assert row.split()[-3] == state
