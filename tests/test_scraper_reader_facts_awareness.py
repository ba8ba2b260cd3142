from pathlib import Path

import pytest
from word_sources import ANSWER as FIRST_ANSWER
from word_sources import SUMMARY

from ca_incidents.schema.tables.policies import standard
from ca_incidents.scraper.reader.thread import read_thread
from ca_incidents.scraper.sources.bug import Person, WireComment

FORM = "## Incident Report\n### Summary\n{}\n### Impact\nOne certificate.\n### Timeline\n{}\n"
ANSWER = "1. How your CA first became aware of the problem\n\n{}\n\n2. A timeline of the actions your CA took\n\n{}\n"
_SECOND = "Timeline of the actions your CA took"
FILED = "2024-03-10T09:00:00Z"


def aware(text: str, filed: str = FILED) -> str | None:
    report = read_thread([WireComment(number=0, at=filed, text=text)], bug=None, policies=standard()).report
    return report.aware if report else None


@pytest.mark.parametrize(
    ("summary", "at"),
    [
        pytest.param("On 7 March 2024 at 08:40 UTC we were told of it.", "2024-03-07T08:40Z", id="a time"),
        pytest.param("On 7 March we were told of it.", "2024-03-07", id="a day without its year"),
        pytest.param("The auditor has communicated it to us on 7 March 2024.", "2024-03-07", id="communicated"),
        pytest.param("On 30 February we were told of it.", None, id="a day of no year"),
        pytest.param("This morning our linter found a wrong town.", "2024-03-10", id="today"),
        pytest.param("Today at 08:40 UTC our linter found a wrong town.", "2024-03-10T08:40Z", id="a time of today"),
        pytest.param(
            "At 08:40 UTC on 7 March 2024 our watch, which asks it, raised an alarm.",
            "2024-03-07T08:40Z",
            id="a relative clause",
        ),
        pytest.param("Yesterday a customer informed us.", "2024-03-09", id="yesterday"),
        pytest.param("We found a certificate issued on 7 March 2024.", None, id="the day of the issuance"),
        pytest.param("We noticed that the film of 7 March 2024 is lost.", None, id="the day of something else"),
        pytest.param("Issued on 1 March 2024, and found on 7 March 2024.", "2024-03-07", id="the clause with the verb"),
        pytest.param("We saw it on 1 March 2024. We became aware on 7 March 2024.", "2024-03-07", id="aware wins"),
        pytest.param("We will report what we found on 20 March 2024.", None, id="a promise"),
        pytest.param("A town is wrong.", None, id="no day"),
        pytest.param(
            "We had a mail from Mr. Elm on 7 March 2024 that told us so.", "2024-03-07", id="a title is no end"
        ),
        pytest.param("On Thursday a customer informed us.", None, id="a weekday of any week"),
        pytest.param(
            "On 6 March 2024 we issued it. The following day we noticed a wrong town.", "2024-03-07", id="the next day"
        ),
        pytest.param("On 7 March 2024 an audit ran, and we found a wrong town in it.", None, id="the day of the audit"),
        pytest.param("On 7 March 2024 we noticed it in an audit.", "2024-03-07", id="seen in an audit"),
        pytest.param("An auditor noticed it on 7 March 2024.", None, id="an auditor's observation"),
        pytest.param(
            "We were told that no report is there for the time from 1 January 2024 to 31 January 2024.",
            None,
            id="a span",
        ),
        pytest.param("The auditor gave us the letter on 7 March 2024.", "2024-03-07", id="handed over"),
    ],
)
def test_a_sentence_says_when(summary: str, at: str | None) -> None:
    assert aware(FORM.format(summary, "None.")) == at


@pytest.mark.parametrize(
    ("answer", "at"),
    [
        pytest.param("By a mail of 7 March 2024.", "2024-03-07", id="without a verb"),
        pytest.param("2024-03-07 06:22 CET: We were informed.", "2024-03-07T06:22+01:00", id="the day first"),
        pytest.param(
            "On 7 March 2024 bug 1000001 appeared, of which much was said by many people since.",
            "2024-03-07",
            id="a day that opens it",
        ),
        pytest.param(
            "Through this bug. It was on 7 March 2024 that it reached the team in charge of such things in our house.",
            "2024-03-07",
            id="the day in the second sentence",
        ),
        pytest.param("A wrong town came to light in a review on 7 March 2024.", "2024-03-07", id="came to light"),
        pytest.param(
            "At 10:40 U.S. Eastern, on 7 March 2024, somebody warned us.", "2024-03-07", id="a name of letters"
        ),
        pytest.param("Mis-issuance was found on 7 March 2024.", "2024-03-07", id="what was found is an issuance"),
    ],
)
def test_the_first_answer_says_when(answer: str, at: str | None) -> None:
    assert aware(ANSWER.format(answer, "None.")) == at


@pytest.mark.parametrize(
    ("field", "at"),
    [
        ("2025-03-07 (seen when the records were compared)", "2025-03-07"),
        ("2025-03-07", None),
    ],
)
def test_the_day_of_identification_counts_where_it_says_what_was_seen(field: str, at: str | None) -> None:
    form = "## Full Incident Report\n### Summary\n- **CA Owner CCADB unique ID:** A000999\n- **Timeline summary:**\n"
    assert aware(f"{form}  - **Non-compliance identified date:** {field}\n", "2025-03-10T09:00:00Z") == at


@pytest.mark.parametrize(
    "question",
    ["Topic 1: How your CA first became aware of the problem", "CA first become aware:", "How we became aware first:"],
)
def test_the_first_question_is_known_in_other_words(question: str) -> None:
    assert aware(f"{question}\nThrough this bug, 7 March 2024.\n\n{_SECOND}\n2024-03-08 Revoked\n") == "2024-03-07"


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("I reported this to Elm on 7 March 2024. Please explain it.", "2024-03-07"),
        ("A bug of 7 March 2024 names more of them. Please explain it.", None),
    ],
)
def test_an_outsider_says_when_the_ca_was_told(text: str, at: str | None) -> None:
    comment = WireComment(number=0, at=FILED, text=text)
    report = read_thread([comment], bug=None, policies=standard(), title="Elm: Wrong town").report
    assert report is not None and report.aware == at


@pytest.mark.parametrize(
    ("summary", "lines", "at"),
    [
        pytest.param(
            "x",
            "2024-03-07 08:20 UTC A customer calls our call centre\n2024-03-07 08:40 UTC We confirm that it is wrong",
            "2024-03-07T08:20Z",
            id="the arrival counts before what follows",
        ),
        pytest.param("x", "2024-03-07 08:40 UTC A mail arrives", "2024-03-07T08:40Z", id="the timeline alone"),
        pytest.param(
            "On 7 March we were told.", "2024-03-07 08:40 UTC A mail arrives", "2024-03-07T08:40Z", id="exact"
        ),
        pytest.param(
            "x",
            "2024-03-07 08:40 UTC A mail arrives\n2024-03-07 10:00 UTC We confirm it",
            "2024-03-07T08:40Z",
            id="arrival",
        ),
        pytest.param(
            "On 7 March 2024 we noticed it. The fault was confirmed at 2024-03-07 08:40 UTC.",
            "x",
            "2024-03-07T08:40Z",
            id="the time in another sentence",
        ),
        pytest.param(
            "In a review on 7 March 2024 it came to our notice.",
            "2024-03-07 08:40 UTC Somebody sees the wrong town\n2024-03-07 10:00 UTC We confirm it",
            "2024-03-07T08:40Z",
            id="the first line of the day that says so",
        ),
        pytest.param("x", "03/04/2024 08:40 UTC We noticed the wrong town", None, id="a day that may be another"),
        pytest.param("x", "2024-03-07 Certificate revoked", None, id="no event of awareness"),
        pytest.param(
            "x", "2024-03-07 08:40 UTC Review of the CPS. We realized its age.", "2024-03-07T08:40Z", id="goes on"
        ),
        pytest.param("x", "7 March, 08:40 UTC A mail arrives", "2024-03-07T08:40Z", id="a line without its year"),
    ],
)
def test_the_more_exact_of_both_counts(summary: str, lines: str, at: str | None) -> None:
    assert aware(FORM.format(summary, lines)) == at


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param("I found a wrong town on 7 March 2024. Please revoke it.", None, id="an outsider's own day"),
        pytest.param("On 2024-03-07 at 08:40 UTC I sent a report. Please revoke it.", "2024-03-07T08:40Z", id="told"),
        pytest.param("We failed to revoke what a customer reported on 7 March 2024.", None, id="a delayed revocation"),
    ],
)
def test_some_days_are_not_of_this_incident(text: str, at: str | None) -> None:
    assert aware(text) == at


@pytest.mark.parametrize(
    ("summary", "at"),
    [
        pytest.param("On 7 March 2024 we noticed that two were not revoked.", "2024-03-07", id="the delay"),
        pytest.param("On 7 March 2024 we noticed the wrong town.", None, id="the first fault"),
        pytest.param(
            "On 7 March 2024 we recognized that two would not be ready in time.", "2024-03-07", id="a delay to come"
        ),
    ],
)
def test_the_title_says_that_the_incident_is_a_delay(summary: str, at: str | None) -> None:
    comment = WireComment(number=0, at=FILED, text=FORM.format(summary, "None."))
    title = "Alder CA: Delayed revocation of two certificates"
    report = read_thread([comment], bug=None, policies=standard(), title=title).report
    assert report is not None and report.aware == at


@pytest.mark.parametrize(
    "text",
    [
        "I sent a report on 7 March 2024 and have no answer.",
        ANSWER.format("A student wrote to us on 7 March 2024.", "x"),
        FORM.format("We became aware of it on 7 March 2024.", "x"),
    ],
)
def test_of_a_report_that_was_not_answered_no_day_is_read(text: str) -> None:
    comment = WireComment(number=0, at=FILED, text=text)
    title = "Alder CA: No answer to a problem report within 24 hours"
    report = read_thread([comment], bug=None, policies=standard(), title=title).report
    assert report is not None and report.aware is None


def test_an_outsider_says_first_when_the_ca_was_told() -> None:
    assert aware("On 7 March 2024 I sent a report about these to Elm. Please explain them.") == "2024-03-07"


def test_the_timeline_states_the_zone_and_the_year_of_a_day() -> None:
    line = "2024-03-07 08:40 UTC A mail arrives"
    assert aware(FORM.format("On 7 March 2024 at 08:40 we were told.", line)) == "2024-03-07T08:40Z"
    comment = WireComment(number=0, at=None, text=FORM.format("On 7 March we were told.", line))
    report = read_thread([comment], bug=None, policies=standard()).report
    assert report is not None and report.aware == "2024-03-07T08:40Z"


def test_an_auditor_speaks_in_a_timeline() -> None:
    assert aware(FORM.format("x", "2024-03-07 The auditors find a gap in the log")) == "2024-03-07"


@pytest.mark.parametrize(
    "title",
    ["Elm: Late revocation of a weak key", "Elm: Late weak key revocation", "Elm: Key not revoked in less than a day"],
)
def test_a_title_of_a_late_revocation(title: str) -> None:
    comment = WireComment(number=0, at=FILED, text=FORM.format("On 7 March 2024 we were told of the weak key.", "x"))
    report = read_thread([comment], bug=None, policies=standard(), title=title).report
    assert report is not None and report.aware is None


@pytest.mark.parametrize(
    ("first", "full"),
    [
        pytest.param(
            ("On 7 March 2024 we were told.", "x"), ("x", "2024-03-07 08:40 UTC A mail arrives"), id="refined"
        ),
        pytest.param(
            ("On 7 March 2024 at 08:40 UTC we were told.", "x"), ("We were told on 7 March 2024.", "x"), id="kept"
        ),
    ],
)
def test_a_second_report_only_adds_the_time_of_the_day(first: tuple[str, str], full: tuple[str, str]) -> None:
    comments = [
        WireComment(number=number, at=FILED, text=FORM.format(*parts), person=Person(nick="elm"))
        for number, parts in enumerate((first, full))
    ]
    report = read_thread(comments, bug=None, policies=standard()).report
    assert report is not None and report.aware == "2024-03-07T08:40Z"


OUTSIDER = "Two certificates of Elm are wrong. Please explain."
REPORT = ANSWER.format("We were told on 7 March 2024 at 08:40 UTC.", "2024-03-07 08:40 UTC A mail arrives")


@pytest.mark.parametrize(
    ("first", "later", "at"),
    [
        pytest.param(OUTSIDER, "We saw this bug on 7 March 2024.", "2024-03-07", id="the CA answers"),
        pytest.param(
            "I sent these to Elm on 7 March 2024. Please explain.",
            "The mail reached us on 7 March 2024 at 08:40 UTC.",
            "2024-03-07T08:40Z",
            id="more exact",
        ),
        pytest.param(
            "On 7 March 2024 I sent a report about these to Elm. Please explain them.",
            "We were told on 8 March 2024.",
            "2024-03-07",
            id="another day",
        ),
        pytest.param(
            REPORT,
            "Where it says 7 March 2024 it should be 5 March 2024 at 10:00.",
            "2024-03-05T10:00Z",
            id="corrected",
        ),
        pytest.param(
            REPORT, "The CA must be regarded as aware from the receipt: 5 March 2024.", "2024-03-05", id="regarded"
        ),
        pytest.param(
            REPORT, "All issued on 7 March 2024 should be revoked on 9 March 2024.", "2024-03-07T08:40Z", id="a promise"
        ),
        pytest.param(
            REPORT, "We became aware of a mistake on 9 March 2024.", "2024-03-07T08:40Z", id="another awareness"
        ),
        pytest.param(REPORT, "We were told of two more on 9 March 2024.", "2024-03-07T08:40Z", id="no correction"),
    ],
)
def test_a_later_answer_of_the_ca(first: str, later: str, at: str) -> None:
    opener = "elm" if first == REPORT else "somebody"
    comments = [
        WireComment(number=0, at=FILED, text=first, person=Person(nick=opener)),
        WireComment(number=1, at="2024-03-12T09:00:00Z", text=later, person=Person(nick="elm")),
    ]
    thread = read_thread(comments, bug=None, policies=standard(), title="Elm: Wrong town", of_ca=frozenset({"elm"}))
    assert thread.report is not None and thread.report.aware == at


@pytest.mark.parametrize(
    ("later", "at"),
    [
        ("We became aware on 9 May 2024, but on 12 May 2024 we revoked all certificates.", "2024-05-09"),
        ("On 9 May 2024 we wrote that revocation must be on 10 May 2024.", "2024-05-09"),
        ("The wrong certificate was issued on 1 May 2024 before anyone became aware.", "2024-05-09"),
        ("The customer was aware on 1 May 2024, but we were not.", "2024-05-09"),
        ("It is not correct that we were aware on 1 May 2024.", "2024-05-09"),
        ("In bug 1900001 the CA was aware on 1 May 2023 but not we.", "2024-05-09"),
        ("The profile was corrected on 12 May 2024 when we became aware of it.", "2024-05-09"),
        ("Correction: we became aware of another fault on 12 May 2024.", "2024-05-09"),
        ("Correction: we became aware on 8 May 2024.", "2024-05-08"),
        ("Correction: the CA became aware on 8 May 2024.", "2024-05-08"),
        ("Correction: Oak CA became aware on 8 May 2024.", "2024-05-09"),
        ("We cannot say that we became aware on 8 May 2024 instead of 9 May 2024.", "2024-05-09"),
        ("We are aware that all were revoked on 8 May 2024, not on 9 May 2024.", "2024-05-09"),
        ("Correction: all was revoked on 8 May 2024.", "2024-05-09"),
        ("We became aware not on 9 May 2024 but on 8 May 2024.", "2024-05-08"),
        ("We became aware on 8 May 2024, not on 9 May 2024.", "2024-05-08"),
        ("We became aware on 8 May 2024 instead of 9 May 2024.", "2024-05-08"),
    ],
)
def test_only_a_correction_of_the_awareness_corrects_it(later: str, at: str) -> None:
    first = ANSWER.format("We became aware on 9 May 2024.", "None.")
    comments = [
        WireComment(number=0, at="2024-05-10T09:00:00Z", text=first, person=Person(nick="elm")),
        WireComment(number=1, at="2024-05-20T09:00:00Z", text=later, person=Person(nick="elm")),
    ]
    report = read_thread(comments, bug=None, policies=standard(), of_ca=frozenset({"elm"})).report
    assert report is not None and report.aware == at


@pytest.mark.parametrize(
    "other",
    [
        "On 2 January 2024 the CA/B Forum informed us about ballot SC-70.",
        "On 2 January 2024 a customer contacted us to renew.",
        "On 2 January 2024 we received a new HSM.",
    ],
)
def test_a_message_about_another_subject_is_not_what_was_found_later(other: str) -> None:
    assert aware(FORM.format(f"{other} On 7 March 2024 we detected that a town is wrong.", "None.")) == "2024-03-07"


def test_a_comment_of_the_first_year_has_no_day_of_the_year_before() -> None:
    assert aware(ANSWER.format("On 3 May we noticed it.", "None."), "0001-01-01T00:00:00Z") is None


@pytest.mark.parametrize(
    "text",
    [
        "We deny that we became aware of this on 7 March 2024.",
        "It is not true that our team was informed on 7 March 2024.",
        "We should have noticed the wrong town on 7 March 2024.",
        "Had we received the report on 7 March 2024, nothing would have happened.",
    ],
)
def test_what_is_denied_or_did_not_happen_is_no_awareness(text: str) -> None:
    assert aware(ANSWER.format(text, "None.")) is None


def test_subscribers_who_did_not_answer_leave_the_day() -> None:
    told = "We became aware of this on 7 March 2024. Two subscribers did not respond to us within 24 hours."
    assert aware(FORM.format(told, "None.")) == "2024-03-07"


SENTENCES = Path(__file__).parent / "cases" / "awareness.tsv"


def test_most_of_the_fitted_sentences_are_read() -> None:
    forms = {"summary": SUMMARY, "answer": FIRST_ANSWER}
    lines = [line.split("\t") for line in SENTENCES.read_text("utf-8").splitlines()]
    read = [(aware(forms[place].format(text), f"{written}T20:00:00Z"), at) for at, written, place, text in lines]
    right = sum(found == at for found, at in read)
    assert right / sum(found is not None for found, _ in read) >= 0.9
    assert right / sum(at != "-" for _, at in read) >= 0.9
