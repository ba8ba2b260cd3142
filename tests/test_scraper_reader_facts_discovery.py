import json

import pytest
from word_sources import ANSWER, ANSWERS, OPENINGS

from ca_incidents.schema.tables.policies import standard
from ca_incidents.schema.tables.vocabulary import terms
from ca_incidents.scraper.reader.document import documents_of
from ca_incidents.scraper.reader.evidence.scores import Judged
from ca_incidents.scraper.reader.facts import discovery as fact
from ca_incidents.scraper.reader.facts.channel_phrases import Row, rows
from ca_incidents.scraper.reader.facts.discovery import channel_of
from ca_incidents.scraper.reader.thread import read_thread, thread_reader
from ca_incidents.scraper.sources.bug import Person, WireBug, WireComment

SOURCE = (
    "## Preliminary Incident Report\n### Summary\n"
    "- **Incident description:** {}\n- **Source of incident disclosure:** {}\n"
)


def named(text: str, title: str = "") -> str | None:
    """Return the channel that the surest account names."""
    (document,) = documents_of([WireComment(number=0, at=None, text=text)])
    return next((channel for channel, _ in fact.channels(document, title)), None)


def discovery(text: str) -> str | None:
    report = read_thread([WireComment(number=0, at=None, text=text)], bug=None, policies=standard()).report
    return report.discovery if report else None


@pytest.mark.parametrize("row", [pytest.param(row, id=row.example) for row in rows()])
def test_the_example_of_a_row_is_of_its_channel(row: Row) -> None:
    assert channel_of(row.example) == row.slug


@pytest.mark.parametrize("slug", sorted(terms("discovery")))
def test_every_channel_of_the_vocabulary_has_words(slug: str) -> None:
    assert slug in {row.slug for row in rows()}


@pytest.mark.parametrize(
    ("answer", "channel"),
    [
        pytest.param("An auditor sent us a mail about it.", "auditor", id="who tells wins over how"),
        pytest.param("Our internal audit found it.", "internal-review", id="an internal audit is the CA"),
        pytest.param("We read bug 1000001 and searched our data.", "other-ca-incident", id="another bug"),
        pytest.param("A question in bug 1000001 was asked; it was noted in this bug.", "researcher", id="own bug"),
        pytest.param(
            "Subscribers were informed. The night linter listed it.", "post-issuance-linting", id="told others"
        ),
        pytest.param("The pre-issuance linter blocked a precertificate.", "pre-issuance-linting", id="before issuance"),
        pytest.param("We received a notification from our internal monitoring.", "monitoring", id="own notification"),
        pytest.param("A discussion at the CA/Browser Forum led to a test.", None, id="a forum that is no venue"),
        pytest.param("We became aware on 3 May.", None, id="not said how"),
        pytest.param("Through this bug.", "researcher", id="this very bug"),
        pytest.param("By comment #1 of this ticket.", "researcher", id="a comment on this bug"),
        pytest.param("We know it since the filing of this bug.", None, id="a bug that tells nothing"),
        pytest.param("Several lists of wrong towns were sent to us.", "problem-report", id="sent to us"),
        pytest.param("A complaint reached Elm on 3 May.", "problem-report", id="a report that arrives"),
        pytest.param("Somebody asked for the film of the ceremony.", None, id="a question is no report"),
        pytest.param(
            "The form has 39 months. In May zlint was run on all of them.",
            "post-issuance-linting",
            id="a later sentence",
        ),
        pytest.param("We were informed by an email to the mailing list.", "researcher", id="a public list"),
        pytest.param("We became aware through a discussion on the mailing list.", "researcher", id="a discussion"),
        pytest.param(
            "After a discussion on the mailing list we searched.", "other-ca-incident", id="a discussion of others"
        ),
        pytest.param("Four certificates were found and reported to us.", "problem-report", id="reported to us"),
        pytest.param(
            "The automatic daily check of all issued certificates showed a wrong town.",
            "post-issuance-linting",
            id="an automatic check of certificates",
        ),
        pytest.param("During the onboarding process it was identified.", "internal-review", id="daily work"),
        pytest.param(
            "An engineer read the results of the post-issuance lint job.", "post-issuance-linting", id="no post"
        ),
    ],
)
def test_the_first_answer_says_how(answer: str, channel: str | None) -> None:
    assert named(ANSWER.format(answer)) == channel


@pytest.mark.parametrize(
    ("description", "source", "channel"),
    [
        pytest.param("A town is wrong.", "Self Reported", None, id="self reported says not how"),
        pytest.param("A town is wrong.", "Third Party Reported", None, id="third party says not how"),
        pytest.param("A town is wrong.", "Audit", "auditor", id="audit"),
        pytest.param("A town is wrong.", "Self Reported, Third Party Reported, Audit", None, id="all choices"),
        pytest.param(
            "A town is wrong.", "Third Party Reported (Chrome Root Program)", "root-program", id="in brackets"
        ),
        pytest.param("Our nightly linter reported a town.", "Self Reported", "post-issuance-linting", id="description"),
        pytest.param("We will inform the auditors.", "Self Reported", None, id="a promise"),
        pytest.param("Each certificate is linted before.", "Self Reported", None, id="what is done as a rule"),
        pytest.param("Our linter has no such check, we found.", "Self Reported", None, id="a linter that was blind"),
        pytest.param(
            "The delayed revocation was identified during work on a previously reported fault.",
            "Self Reported",
            "other-ca-incident",
            id="a delay that other work showed",
        ),
        pytest.param("We failed to revoke certificates that a customer reported.", "Self Reported", None, id="delay"),
    ],
)
def test_the_form_says_how(description: str, source: str, channel: str | None) -> None:
    assert named(SOURCE.format(description, source)) == channel


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        pytest.param("Hello, I found a certificate with a wrong town. Please revoke it.", "researcher", id="finder"),
        pytest.param("Alder CA did not answer the spring survey. Please explain.", "root-program", id="what is owed"),
        pytest.param("This bug was split off from bug 1000001 for Alder CA.", None, id="a split bug"),
        pytest.param("Alder CA was notified by a customer that a town is wrong.", "subscriber", id="the CA without we"),
        pytest.param("A full incident report will be posted.", None, id="a promise of a report"),
        pytest.param("Annual audit. Findings were found.", "auditor", id="findings of an audit"),
        pytest.param("See the file.", None, id="nothing"),
        pytest.param("We found wrong towns.\n\nBugzilla report - towns.pdf", None, id="the name of a file"),
        pytest.param(
            "We found this: https://crt.sh/?id=77123456&opt=x509lint", "post-issuance-linting", id="a linter's page"
        ),
        pytest.param(
            "1. DESCRIPTION (How your CA first became aware of the problem (e.g. via a problem\n   report submitted to"
            " your Problem Reporting Mechanism, a discussion in the list, a Bugzilla bug, or internal self-audit),"
            " and the time and date.)\n\nAt night our monitoring raised an alarm, and we looked.",
            "monitoring",
            id="the wording of the question",
        ),
    ],
)
def test_prose_says_so_or_nothing(text: str, channel: str | None) -> None:
    """Few words may be too few to be sure; they are never taken for something else."""
    assert discovery(text) in {channel, None}


def test_invented_answers_are_read_as_well_as_before() -> None:
    rows = [line.split("\t") for line in ANSWERS.read_text("utf-8").splitlines()]
    reports = [
        read_thread(
            [WireComment(number=0, at="2024-12-01T00:00:00Z", text=ANSWER.format(text))], bug=None, policies=standard()
        ).report
        for _, _, text in rows
    ]
    read = [((one.discovery or "-"), (one.aware or "-")) for one in reports if one]
    assert sum(channel == one[0] for (channel, _, _), one in zip(rows, read, strict=True)) / len(rows) >= 0.96
    assert sum(at == one[1] for (_, at, _), one in zip(rows, read, strict=True)) / len(rows) >= 0.96


@pytest.mark.parametrize(
    ("title", "text", "channel"),
    [
        pytest.param("Alder CA: Wrong town", "Alder CA identified 19 wrong towns.", None, id="the CA says no more"),
        pytest.param("Alder CA: Wrong town", "Alder CA did a lint scan.", "post-issuance-linting", id="the CA looked"),
        pytest.param("Alder CA: Wrong town", "19 certificates have a wrong town.", None, id="Bugzilla's form"),
        pytest.param(
            "Alder CA: Delayed response to CPR",
            "A third party sent a problem report to us.",
            None,
            id="left unanswered",
        ),
        pytest.param(
            "Alder CA: Audit 2019 - matters noted",
            "Please provide a report on the matters that have no bug.",
            "auditor",
            id="an audit",
        ),
        pytest.param(
            "Alder CA: Wrong town", "We are filing this bug because your CA names us.", None, id="the CA quotes a rule"
        ),
        pytest.param(
            "Alder CA: Wrong town",
            "The town is wrong. We would appreciate some feedback from Alder CA on it.",
            "researcher",
            id="a request",
        ),
        pytest.param("Alder CA: Audit Finding #2", "Accounts were left open.", "auditor", id="a finding in the title"),
        pytest.param(
            "Alder CA: No answer to the survey",
            "The survey of the root program was due on 3 May. Please answer it by the end of the week.",
            "root-program",
            id="a survey",
        ),
    ],
)
def test_the_title_and_bugzillas_form_show_who_writes(title: str, text: str, channel: str | None) -> None:
    comment = WireComment(number=0, at=None, text=f"Steps to reproduce:\n\n{text}")
    report = read_thread([comment], bug=None, policies=standard(), title=title).report
    assert report is not None and report.discovery in {channel, None}


def test_the_timeline_says_how_where_nothing_else_does() -> None:
    text = "## Incident Report\n### Summary\nA town is wrong.\n### Timeline\n2024-03-01 A customer reports the town.\n"
    assert named(text) == "subscriber"


@pytest.mark.parametrize(("affiliation", "channel"), [("example.org", "researcher"), ("digicert.com", None)])
def test_an_outsider_found_what_the_ca_writes_of_only_if_it_says_so(
    affiliation: str, channel: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fact, "verdict", lambda *_: Judged("researcher", frozenset(), 0.9, True, False, ()))
    text = "A certificate has a wrong town: https://crt.sh/?id=77123456."
    by = Person(nick="pine", affiliation=affiliation)
    bug = WireBug(
        id=1000001,
        summary="DigiCert: wrong town",
        status="NEW",
        comments=(WireComment(number=0, at=None, person=by, text=text),),
    )
    report, _ = thread_reader()(bug)
    assert report is not None and report.discovery == channel


def test_a_later_comment_must_name_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fact, "verdict", lambda *_: Judged("monitoring", frozenset(), 0.9, True, False, ()))
    for answer, channel in (("An alarm was raised.", "monitoring"), ("We looked at a town.", None)):
        comments = [
            WireComment(number=1, at=None, person=Person(nick="b"), text="We will report."),
            WireComment(number=2, at=None, person=Person(nick="b"), text=ANSWER.format(answer)),
        ]
        report = read_thread(comments, bug=None, policies=standard()).report
        assert report is not None
        assert report.sources.get("discovery") == (1 if channel is None else 2)


def test_words_that_decide_nothing_make_a_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        fact, "verdict", lambda *_: Judged("monitoring", frozenset(), 0.3, False, True, (("alarm", 1.0),))
    )
    comment = WireComment(number=0, at=None, text="A town is wrong.")
    reading = read_thread([comment], bug=None, policies=standard())
    assert reading.report and reading.report.discovery is None
    assert [(one.kind, one.text) for one in reading.doubts] == [("unsure-discovery", "monitoring")]
    assert [(one.value, one.reasons) for one in reading.why] == [("monitoring", (("alarm", 1.0),))]


def test_what_all_words_say_where_rules_know_no_phrase() -> None:
    said = "Going over last year's profiles at the annual review, our staff noticed that a field was too long."
    assert discovery(f"{said} We will report on it.") == "internal-review"


def test_invented_openings_are_read_and_hardly_ever_misread() -> None:
    """The weights were fitted from these, so that this holds what they can do and does not measure it."""
    rows = [json.loads(line) for line in OPENINGS.read_text("utf-8").splitlines()]
    read = [(row["discovery"], discovery(row["text"]) or "none") for row in rows]
    told = [(wanted, found) for wanted, found in read if found != "none"]
    assert sum(wanted == found for wanted, found in told) / len(told) >= 0.95
    assert sum(wanted == found for wanted, found in read) / len(rows) >= 0.85
