import pytest

from ca_incidents.scraper.reader.document import Document, documents_of
from ca_incidents.scraper.reader.facts.learned_days import carried_on, learned_on
from ca_incidents.scraper.sources.bug import WireComment


def document(text: str) -> Document:
    return documents_of([WireComment(number=0, at="2024-03-10T09:00:00Z", text=text)])[0]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("It came to our notice on 7 March 2024 that a town is wrong.", id="our notice"),
        pytest.param("A bank mailed our support desk on 7 March 2024.", id="our desk"),
        pytest.param("Somebody rang us on 7 March 2024.", id="us"),
        pytest.param("On 7 March 2024 a user wrote to us that it was odd.", id="the day before the verb"),
        pytest.param("On 7 March 2024 we were going through files which others had kept and found it.", id="at work"),
        pytest.param("We received on 7 March 2024 a report about it.", id="a message"),
        pytest.param("A message from a bank reached the CA on 7 March 2024.", id="reached"),
        pytest.param("This lasted until the fault was noticed on 7 March 2024.", id="until it was noticed"),
        pytest.param("It was noticed (by chance, when a file was opened) on 7 March 2024.", id="brackets"),
        pytest.param("It stayed undetected until 7 March 2024.", id="undetected until"),
        pytest.param("The root program let Elm CA know on 7 March 2024 that it is wrong.", id="let know"),
        pytest.param("A town clerk opened a ticket on 7 March 2024, asking why.", id="a ticket"),
        pytest.param("Nobody noticed it until 7 March 2024.", id="nobody until"),
        pytest.param("We first knew of it on 7 March 2024.", id="knew"),
        pytest.param("On 7 March 2024 a clerk dropped us a line about it.", id="any verb with us"),
        pytest.param("The abuse desk got a message on 7 March 2024.", id="got a message"),
        pytest.param("An alert fired on 7 March 2024.", id="an alert"),
        pytest.param("A mail from another CA reached us on 7 March 2024.", id="told by another CA"),
        pytest.param("A false town was found on 7 March 2024.", id="a false town"),
        pytest.param("We saw a similar problem of our own on 7 March 2024.", id="our own"),
    ],
)
def test_the_day_of_a_verb_of_learning(text: str) -> None:
    assert [at for _, at in learned_on(text, document(text))] == ["2024-03-07"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("On 7 March 2024 we informed the subscribers and asked them to act.", id="what the CA told"),
        pytest.param("We posted a report on 7 March 2024 and noted the cause.", id="what the CA posted"),
        pytest.param("The supervisory body was notified on 7 March 2024.", id="others were told"),
        pytest.param("Our supplier noticed it on 7 March 2024.", id="others saw"),
        pytest.param("A similar problem was found at Elm CA on 7 March 2024.", id="at another CA"),
        pytest.param("After we became aware of it, a profile was removed on 7 March 2024.", id="another verb"),
        pytest.param("It was ordered on 7 March 2024 and the error was noticed later.", id="a verb of its own"),
        pytest.param("We received the order on 7 March 2024.", id="no message"),
        pytest.param("We are not aware of any misuse on 7 March 2024.", id="negated"),
        pytest.param("The program reported no error on 7 March 2024.", id="nothing"),
        pytest.param("We found that it is wrong since 7 March 2024.", id="since"),
        pytest.param("We looked into bug 1000001, opened on 7 March 2024, and found nothing.", id="day of a bug"),
        pytest.param("We were told of the 7 March 2024 deadline.", id="a deadline"),
        pytest.param("All customers got informed on 7 March 2024.", id="others got informed"),
        pytest.param("We saw that there are changes of the CPS by Elm (7 March 2024).", id="an aside on what was seen"),
        pytest.param("Two were added (both can be seen in the list) on 7 March 2024.", id="can be seen"),
        pytest.param("I noticed a wrong town on 7 March 2024.", id="the writer alone"),
        pytest.param("On 7 March 2024 an order for the certificate arrived.", id="an order"),
        pytest.param("Additionally, one more fault was found on 7 March 2024.", id="another fault"),
        pytest.param("The customers were made aware on 7 March 2024.", id="others made aware"),
        pytest.param("We made the auditors aware of it on 7 March 2024.", id="the CA made others aware"),
        pytest.param("We did not become aware of it on 7 March 2024.", id="not become aware"),
        pytest.param("It could have been noticed on 7 March 2024.", id="could have been"),
        pytest.param("Similar reports about Oak CA were posted on 7 March 2024.", id="reports about another CA"),
        pytest.param("A meeting was held on 7 March 2024 to discuss what was found.", id="a meeting"),
        pytest.param("It was not disclosed until 7 March 2024, after we were told.", id="not disclosed until"),
        pytest.param("What a film mentioned is not what we discuss today.", id="not what was mentioned"),
        pytest.param("The root cause was identified on 7 March 2024.", id="a cause"),
        pytest.param("The fix was confirmed on 7 March 2024.", id="a fix"),
        pytest.param("We confirmed on 7 March 2024 that all certificates are revoked.", id="a revocation confirmed"),
        pytest.param("If anyone noticed it on 7 March 2024, no ticket says so.", id="supposed"),
        pytest.param("Had we noticed it on 7 March 2024, fewer would be there.", id="had we"),
        pytest.param("The vendor informed other CAs on 7 March 2024.", id="other CAs were told"),
        pytest.param("The subscribers' replies reached us on 7 March 2024.", id="replies"),
        pytest.param("We found a file that was put there on 7 March 2024.", id="put there"),
        pytest.param("Oak CA was told of a similar matter on 7 March 2024.", id="another CA was told"),
        pytest.param("We do not believe that we were told on 7 March 2024.", id="not believed"),
        pytest.param("It is false that we knew of it on 7 March 2024.", id="false"),
        pytest.param("We deny that we were told on 7 March 2024.", id="denied"),
        pytest.param("The claim that we were made aware on 7 March 2024 is wrong.", id="a wrong claim"),
        pytest.param("No one at Elm CA was aware of it on 7 March 2024.", id="no one"),
        pytest.param("Without being aware, on 7 March 2024 we issued it.", id="without"),
        pytest.param("Oak CA became aware of a similar matter on 7 March 2024.", id="another CA became aware"),
        pytest.param("We found out that Oak CA had noticed it on 7 March 2024.", id="another CA noticed"),
        pytest.param("We found out that Oak CA had known of it on 7 March 2024.", id="another CA knew"),
    ],
)
def test_the_day_of_something_else(text: str) -> None:
    assert list(learned_on(text, document(text))) == []


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        ("On 7 March 2024 we reviewed all profiles.", "In doing so we found it.", ["2024-03-07"]),
        (
            "At 08:40 UTC on 7 March 2024 a disk failed.",
            "Our monitoring immediately alerted us.",
            ["2024-03-07T08:40Z"],
        ),
        ("On 7 March 2024 a profile was edited.", "We noticed the error.", []),
        ("A profile was reviewed on 7 March 2024.", "In doing so we found it.", []),
        ("On 7 March 2024 we reviewed all profiles.", "In doing so we wrote a list.", []),
    ],
)
def test_a_day_is_carried_on_to_what_was_seen_at_work(first: str, then: str, expected: list[str]) -> None:
    assert [at for _, at in carried_on(then, document(f"{first} {then}"))] == expected
