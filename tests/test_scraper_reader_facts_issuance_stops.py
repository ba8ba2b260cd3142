"""Stops of issuance: what sentences, answers and events of a timeline say, and what says nothing."""

import pytest

from ca_incidents.scraper.reader.facts.issuance_stops import stop_in_answer, stop_in_prose


@pytest.mark.parametrize(
    "text",
    [
        "Elm at that time stopped using its second intermediate (Elm CA G2) to issue certificates.",
        "Elm at once stopped using its second intermediate (Elm CA G2) to issue certificates.",
        "We are currently suspending certificate issuance.",
        "Issuance on that machine is stopped.",
        "All issuance was put on hold.",
        "We put issuance of OV certificates on hold.",
        "We are no longer issuing certificates with this name.",
        "Certificates are now not being issued with this name.",
        "The issuance system has been temporarily disabled.",
        "We disabled all automated issuance until the fix was there.",
        "We turned off issuance for this product.",
        "Issuance has since been suspended.",
        "Our EV issuance remains suspended.",
        "Certificate issuance is currently blocked.",
        "Upon confirmation we at once paused the issuance pipeline.",
        "Elm stopped production. Elm then restarted production.",
        "Elm stopped issuing such certificates in 2015.",
        "It looks as if they stopped issuing these certificates.",
        "They seem to have stopped issuing such certificates.",
        "Issuance came to a halt on 3 May.",
        "Issuance: paused for one profile.",
        "We stopped issuing new OV certificates.",
        "We shut issuance down.",
        "No certificate of this type is being issued at the moment.",
        "For now, no OV certificates are issued.",
        "We are not issuing any certificates from it at present.",
        "Sales of the three-year product were suspended.",
        "The order form was taken offline.",
        "EV issuance closed.",
        "Issuing of OV certificates is closed since May.",
        "**Are we still issuing?** No. Issuance was halted at 09:41.",
        "We paused their account to prevent any new certificates from being issued.",
        "The function is off, so that no further certificates can be issued in this way.",
    ],
)
def test_a_stop_is_told_in_many_ways(text: str) -> None:
    assert stop_in_prose(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "We have not stopped the issuance process of the new system.",
        "No certificate issuance had to be stopped.",
        "Issuance was therefore not halted.",
        "It was not necessary to suspend the issuance of certificates.",
        "Issuance was not touched, and was not stopped.",
        "Since they are right, certificate issuance continues.",
        "There was no reason to pause issuance.",
        "Issuance and revocation are working as usual.",
        "We decided against suspending issuance.",
        "Issuance was neither stopped nor limited.",
        "Certificates continue to be issued.",
        "We kept issuing certificates.",
    ],
)
def test_what_was_not_stopped_went_on(text: str) -> None:
    assert stop_in_prose(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "We will stop issuing such certificates.",
        "If issuance was stopped, we shall say so.",
        "Have you stopped issuance?",
        "Please tell us that your CA has stopped issuing such certificates.",
        "Elm stopped issuing CRLs.",
        "CRL issuance was suspended by mistake.",
        "Before issuance of the last one, the check was disabled.",
        "Issuance was stopped by the linter.",
        "We stopped the mails because issuance was wrong.",
        "The old renewal process was discontinued in 2015.",
        "If a linter fails, issuance is stopped.",
        "Issuance can be stopped by any engineer.",
        "No wrong certificates are issued any more.",
        "The issuance of a test certificate was blocked.",
        "We took the order form seriously.",
        "3) Stop issuing certificates: see below.",
        "The issuing CA was disabled.",
        "Elm had stopped issuance.",
        "An outage stopped issuance for 3 hours.",
        "Please confirm that issuance has been stopped.",
        "The linter blocked issuance of the certificate.",
        "Issuance continues with the corrected profile.",
        "We decided to halt issuance.",
        "They asked why issuance was not stopped.",
        "Nothing can be issued without two persons.",
        "No certificate can be issued with this profile after the fix.",
        "No certificate is issued without linting.",
        "Our CDN provider closed the sales channel.",
        "The interface was disabled for one reseller; the enrolment page still works.",
        "Nobody stopped issuance.",
        "Our policy says that issuance stops when a fault is found.",
        "It was claimed that issuance was stopped.",
        "We have stopped issuing invoices.",
        "Issuance of badges was stopped.",
        "We stopped issuance of OV certificates. Issuance of DV certificates was not stopped.",
    ],
)
def test_promises_questions_lists_and_contradictions_say_nothing(text: str) -> None:
    assert stop_in_prose(text) is None


def test_an_event_needs_no_auxiliary() -> None:
    assert stop_in_prose("14:46 - Issuance from the old profile halted") is True
    assert stop_in_prose("14:46 Stopped issuing") is True
    assert stop_in_prose("14:46 Decision to stop issuance") is None


@pytest.mark.parametrize(
    ("answer", "stopped"),
    [
        ("Yes. See above.", True),
        ("No; the fault is gone.", False),
        ("We ask why issuance has to be stopped.", None),
        ("It was not, since only a list was wrong.", False),
        ("Not stopped, since only a list was wrong.", False),
        ("Issuance continued.", False),
        ("Stopped at once.", True),
        ("We stopped it from 9 to 10 o'clock.", True),
        ("We continue to issue certificates, since the fault lies in a list.", False),
        ("Elm confirms that it no longer issues certificates with this fault.", True),
        ("Not required.", None),
        ("N/A", None),
    ],
)
def test_an_answer_may_be_a_word_or_a_sentence(answer: str, stopped: bool | None) -> None:
    assert stop_in_answer(answer) is stopped


@pytest.mark.parametrize(
    ("text", "stopped"),
    [
        ("On 3 May we put a stop to issuance.", True),
        ("Issuance of EV certificates stands still since 3 May.", True),
        ("Issuance from the profile is suspended since 3 May.", True),
        ("Issuance was never stopped.", False),
        ("We did not have to stop issuance.", False),
        ("A stop of issuance was not considered necessary.", False),
        ("We saw no reason for a stop of issuance.", False),
        ("We may put a stop of sales before issuance.", None),
    ],
)
def test_a_stop_may_be_a_noun_or_be_denied(text: str, stopped: bool | None) -> None:
    assert stop_in_prose(text) is stopped


@pytest.mark.parametrize(
    ("answer", "stopped"),
    [
        ("Yes. Since 3 May the form refuses such values.", True),
        ("Confirmed.", True),
        ("Correct.", True),
        ("Correct, it was not stopped.", False),
        ("The profile has been switched off.", True),
        ("Issuance never stopped.", False),
        ("It was never stopped.", False),
        ("We are still issuing.", False),
    ],
)
def test_an_answer_may_affirm_or_tell_of_the_profile(answer: str, stopped: bool | None) -> None:
    assert stop_in_answer(answer) is stopped
