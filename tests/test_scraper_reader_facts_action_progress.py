"""How a clause says that an item stands, in many wordings.

Covers: scraper/reader/facts/action_mentions.py, scraper/reader/facts/word_stems.py.
"""

import pytest

from ca_incidents.scraper.reader.document import documents_of
from ca_incidents.scraper.reader.facts.action_mentions import KnownItems, code_of
from ca_incidents.scraper.reader.facts.actions_in_prose import told_in_prose
from ca_incidents.scraper.reader.facts.fact import Item
from ca_incidents.scraper.reader.facts.word_stems import words_of
from ca_incidents.scraper.sources.bug import WireComment

_KNOWN = (
    Item(text="Add pkilint to the issuance pipeline of all TLS profiles", due="2024-05-31"),
    Item(text="Rewrite the vetting handbook, chapter on business registers", due="2024-05-15"),
    Item(text="Training of validation specialists in the new register rules", due="2024-05-20"),
    Item(text="Alarm to the on-call phone when a CRL is older than two days", due="2024-06-15"),
    Item(text="Ask an outside auditor to look at our key ceremony scripts", due="2024-07-31"),
    Item(text="Move the order database to the new data centre", due="2024-06-30"),
    Item(text="Monthly comparison of the CCADB with our inventory", due="2024-06-01"),
)
_PKILINT, _HANDBOOK, _TRAINING, _ALARM, _AUDITOR, _MOVE, _MONTHLY = range(7)


def told_on_10_may(text: str, known: tuple[Item, ...]) -> dict[int, str]:
    document = documents_of([WireComment(number=3, at="2024-05-10T10:00:00Z", text=text)])[0]
    found = told_in_prose(document, known)
    return {n: " ".join(filter(None, (one.status, one.completed, one.due))) for n, one in found.items()}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("pkilint went live on 3 May.", {_PKILINT: "complete 2024-05-03"}),
        (
            "The linter has been running in front of every signature since 3 May 2024.",
            {_PKILINT: "complete 2024-05-03"},
        ),
        ("As of yesterday, pkilint is part of the pipeline.", {_PKILINT: "complete 2024-05-09"}),
        ("We switched pkilint on this morning for all TLS profiles.", {_PKILINT: "complete 2024-05-10"}),
        ("pkilint: live since 3 May.", {_PKILINT: "complete 2024-05-03"}),
        ("Integration of pkilint in the pipeline finished two days ago.", {_PKILINT: "complete 2024-05-08"}),
        ("pkilint isn't in the pipeline yet.", {_PKILINT: "ongoing"}),
        ("pkilint is still being tested.", {_PKILINT: "ongoing"}),
        ("pkilint is not delayed.", {}),
        ("Mozilla asked whether pkilint is delayed.", {}),
        ("Work on pkilint continues.", {_PKILINT: "ongoing"}),
        ("pkilint needs two more weeks; the new date is 14 June 2024.", {_PKILINT: "delayed 2024-06-14"}),
        ("We won't make the date for pkilint and now plan with 14 June 2024.", {_PKILINT: "delayed 2024-06-14"}),
        ("Unfortunately pkilint slips to 14 June.", {_PKILINT: "delayed 2024-06-14"}),
        ("The pipeline change for pkilint was pushed back to 14 June 2024.", {_PKILINT: "delayed 2024-06-14"}),
        ("pkilint takes longer than we thought. We ask for time until 14 June 2024.", {_PKILINT: "delayed 2024-06-14"}),
        ("We have decided against pkilint, since zlint covers the same.", {_PKILINT: "canceled"}),
        ("pkilint will not be pursued any more.", {_PKILINT: "canceled"}),
        ("The handbook is out since Monday.", {_HANDBOOK: "complete 2024-05-06"}),
        ("The new handbook was handed to all teams on 6 May 2024.", {_HANDBOOK: "complete 2024-05-06"}),
        ("We published the rewritten handbook on May 6.", {_HANDBOOK: "complete 2024-05-06"}),
        (
            "The chapter on business registers was released on 6 May, nine days early.",
            {_HANDBOOK: "complete 2024-05-06"},
        ),
        ("A draft of the handbook is with our lawyers.", {}),
        ("The handbook will come later than planned, on 31 May.", {_HANDBOOK: "delayed 2024-05-31"}),
        ("The handbook has been postponed until 31 May 2024, as its author is ill.", {_HANDBOOK: "delayed 2024-05-31"}),
        ("Instead of 15 May, the handbook is now due on 31 May 2024.", {_HANDBOOK: "delayed 2024-05-31"}),
        ("The course was held yesterday with all 12 specialists.", {_TRAINING: "complete 2024-05-09"}),
        ("Our training took place on 7 and 8 May.", {_TRAINING: "complete 2024-05-08"}),
        ("All specialists attended the training on 8 May 2024.", {_TRAINING: "complete 2024-05-08"}),
        ("On 8 May the specialists were taught the register rules.", {_TRAINING: "complete 2024-05-08"}),
        ("7 of 12 specialists have been trained so far.", {_TRAINING: "ongoing"}),
        ("The training is scheduled for 17 May.", {_TRAINING: "ongoing"}),
        ("The training is on schedule.", {_TRAINING: "ongoing"}),
        ("Training is done.", {_TRAINING: "complete"}),
        (
            "The CRL alarm has rung for the first time in a drill on 2 May 2024 and is in use since.",
            {_ALARM: "complete 2024-05-02"},
        ),
        ("Alarms now reach the on-call phone, effective 2 May 2024.", {_ALARM: "complete 2024-05-02"}),
        ("The alarm was activated on Thursday, 2 May.", {_ALARM: "complete 2024-05-02"}),
        ("We're sorry: the alarm will be late. It should be ready by 30 June 2024.", {_ALARM: "delayed 2024-06-30"}),
        ("The alarm has been configured on a test host only; there is nothing new on the phone.", {_ALARM: "ongoing"}),
        ("The auditor has delivered his opinion on the ceremony scripts (6 May).", {_AUDITOR: "complete 2024-05-06"}),
        ("The auditor's report on our scripts arrived on 6 May 2024.", {_AUDITOR: "complete 2024-05-06"}),
        ("The outside auditor has withdrawn, so we drop this item.", {_AUDITOR: "canceled"}),
        ("No auditor has been found yet.", {_AUDITOR: "ongoing"}),
        ("The order database moved to the new data centre on 4 May 2024.", {_MOVE: "complete 2024-05-04"}),
        ("The move of the order database was completed over the weekend.", {_MOVE: "complete"}),
        ("The data centre move has been rescheduled to 31 August 2024.", {_MOVE: "delayed 2024-08-31"}),
        ("The first monthly comparison with the CCADB was made on 1 May 2024.", {_MONTHLY: "complete 2024-05-01"}),
        ("We started the monthly comparison on 1 May 2024.", {_MONTHLY: "complete 2024-05-01"}),
        ("Item 4 is done since yesterday.", {_ALARM: "complete 2024-05-09"}),
        ("Action #2: complete.", {_HANDBOOK: "complete"}),
        ("Nr. 3 was finished on 8 May.", {_TRAINING: "complete 2024-05-08"}),
        ("No. 3 was finished on 8 May.", {_TRAINING: "complete 2024-05-08"}),
        ("The certificates of the second customer were revoked on 8 May 2024.", {}),
        ("Thank you for the question. All profiles are compared.", {}),
        ("We have asked the vendor of the database for a patch.", {}),
        ("The new rules of the root program came into force on 1 May 2024.", {}),
        ("Once the training has taken place, we will tell you.", {}),
        ("If pkilint is live by 1 June, we will close this bug.", {}),
        ("> pkilint went live on 3 May.", {}),
        ("Why has the alarm not been activated?", {}),
        (
            "The alarm and pkilint are both in production since 3 May 2024.",
            {_PKILINT: "complete 2024-05-03", _ALARM: "complete 2024-05-03"},
        ),
        (
            "pkilint was added on 3 May, the handbook was published on 6 May and the training was held on 8 May.",
            {_PKILINT: "complete 2024-05-03", _HANDBOOK: "complete 2024-05-06", _TRAINING: "complete 2024-05-08"},
        ),
        (
            "Items 1, 2 and 3: done. Items 4 and 5: ongoing.",
            {
                _PKILINT: "complete",
                _HANDBOOK: "complete",
                _TRAINING: "complete",
                _ALARM: "ongoing",
                _AUDITOR: "ongoing",
            },
        ),
        ("Step 6 has been cancelled.", {_MOVE: "canceled"}),
        ("The fifth item needs more time, until 30 September.", {_AUDITOR: "delayed 2024-09-30"}),
        ("The move is off the table, because the old data centre stays open.", {_MOVE: "canceled"}),
        ("We no longer plan to move the database.", {_MOVE: "canceled"}),
    ],
)
def test_a_comment_of_10_may_2024_says_how_items_stand(text: str, told: dict[int, str]) -> None:
    assert told_on_10_may(text, _KNOWN) == told


_OTHERS = (
    Item(text="Update CPS 4.2 so that section 3.2 describes the phone check", due="2024-06-01", stated="2024-04-20"),
    Item(text="Replace the OCSP responders by a redundant pair", due="2024-07-15", stated="2024-04-20"),
    Item(text="Brief the help desk on how to recognise problem reports", due="2024-05-08", stated="2024-04-20"),
    Item(text="Revoke the remaining 14 certificates", due="2024-05-05", stated="2024-04-20"),
    Item(text="Introduce a rota for the problem reporting mailbox on weekends", due="2024-05-15", stated="2024-04-20"),
    Item(text="Scan all CRLs with a linter every hour", due="2024-06-30", stated="2024-04-20"),
)
_CPS, _RESPONDERS, _BRIEFING, _REVOCATION, _ROTA, _SCANS = range(6)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("CPS 4.2 was published on 7 May 2024.", {_CPS: "complete 2024-05-07"}),
        ("The new CPS is in force from today.", {_CPS: "complete 2024-05-10"}),
        (
            "Version 4.2 of our CPS, with the phone check, has been approved and will be published on 1 June.",
            {_CPS: "ongoing"},
        ),
        ("Our CPS did not describe the phone check.", {}),
        ("The CPS was last changed on 3 February 2023.", {}),
        ("CPS 4.1 was published on 1 March 2024.", {}),
        ("The redundant OCSP responders are up and running since 6 May.", {_RESPONDERS: "complete 2024-05-06"}),
        ("New responders: hardware has arrived, installation follows in June.", {}),
        ("The OCSP responders were unavailable on 3 April 2024.", {}),
        ("The OCSP responder pair took over on 6 May 2024.", {_RESPONDERS: "complete 2024-05-06"}),
        ("Both responders have been replaced.", {_RESPONDERS: "complete"}),
        (
            "We expect the responders to be delivered two weeks late, so that item moves to 31 July 2024.",
            {_RESPONDERS: "delayed 2024-07-31"},
        ),
        ("Delivery of the responders is delayed; we hope for 31 July 2024.", {_RESPONDERS: "delayed 2024-07-31"}),
        ("The responders have been ordered.", {}),
        ("The help desk was briefed on Wednesday.", {_BRIEFING: "complete 2024-05-08"}),
        ("All members of the help desk took part in the briefing of 8 May 2024.", {_BRIEFING: "complete 2024-05-08"}),
        ("Help desk staff have now been instructed (8 May).", {_BRIEFING: "complete 2024-05-08"}),
        ("The help desk forwarded the report to the wrong queue on 3 April.", {}),
        (
            "The briefing of the help desk had to be cancelled because of illness and will be held on 22 May 2024.",
            {_BRIEFING: "delayed 2024-05-22"},
        ),
        (
            "All 14 remaining certificates were revoked on 4 May 2024 at 10:00 UTC.",
            {_REVOCATION: "complete 2024-05-04"},
        ),
        ("The last of the 14 certificates was revoked on 4 May.", {_REVOCATION: "complete 2024-05-04"}),
        ("11 of the 14 certificates are revoked.", {_REVOCATION: "ongoing"}),
        (
            "The revocation of the remaining certificates was completed as planned on 5 May 2024.",
            {_REVOCATION: "complete 2024-05-05"},
        ),
        ("All certificates of the first batch were revoked on 12 April 2024.", {}),
        (
            "Someone now reads the problem reporting mailbox on weekends; the rota started on 4 May 2024.",
            {_ROTA: "complete 2024-05-04"},
        ),
        ("The weekend rota is in place.", {_ROTA: "complete"}),
        ("The rota for weekends begins on 18 May.", {_ROTA: "ongoing"}),
        ("Our works council has not agreed to the rota yet.", {_ROTA: "ongoing"}),
        ("The mailbox was not read on the weekend of 6 April.", {}),
        ("Hourly scans of all CRLs have run since 1 May.", {_SCANS: "complete 2024-05-01"}),
        ("From 1 May 2024 on every CRL is scanned each hour.", {_SCANS: "complete 2024-05-01"}),
        ("We've begun to scan the CRLs every hour on 1 May 2024.", {_SCANS: "complete 2024-05-01"}),
        ("The CRL linter is not ready and we need until mid-August.", {_SCANS: "delayed"}),
        (
            "Scanning CRLs hourly turned out to be unnecessary, since they are checked before; we give this up.",
            {_SCANS: "canceled"},
        ),
        ("CRL scan: complete, 2024-05-01", {_SCANS: "complete 2024-05-01"}),
        ("- CRL scan – in progress", {_SCANS: "ongoing"}),
        ("- [x] Brief the help desk", {_BRIEFING: "complete"}),
        ("Action 2 – on track", {_RESPONDERS: "ongoing"}),
        (
            "Actions 3 and 4 were completed on 8 May and 4 May respectively.",
            {_BRIEFING: "complete 2024-05-08", _REVOCATION: "complete 2024-05-04"},
        ),
        (
            "Actions 3 and 4 were completed in April and May respectively.",
            {_BRIEFING: "complete", _REVOCATION: "complete"},
        ),
        ("The second and the fifth action item are done.", {_RESPONDERS: "complete", _ROTA: "complete"}),
        ("With the briefing on 8 May, item 3 is complete.", {_BRIEFING: "complete 2024-05-08"}),
        ("We have nothing new to report on the CPS.", {_CPS: "ongoing"}),
        ("Regarding your question on the help desk: it is staffed by 12 people.", {}),
        ("The problem report was answered on 6 May 2024.", {}),
        ("We published our answer to the root program on 6 May 2024.", {}),
        ("We asked all customers on 6 May 2024 to replace their certificates.", {}),
        ("Please see the attached CPS.", {}),
        ("The linter would have found the CRL.", {}),
        ("We could have briefed the help desk earlier.", {}),
        ("Next update: 1 June 2024.", {}),
        ("The due date of the responder item is unchanged.", {}),
        ("As announced, the responders go live on 15 July.", {_RESPONDERS: "ongoing"}),
        ("The mailbox rota and the briefing are complete.", {_ROTA: "complete", _BRIEFING: "complete"}),
        (
            "Both the CPS and the rota are late; new date for both: 30 June 2024.",
            {_CPS: "delayed 2024-06-30", _ROTA: "delayed 2024-06-30"},
        ),
    ],
)
def test_what_was_before_the_item_was_stated_is_another_matter(text: str, told: dict[int, str]) -> None:
    assert told_on_10_may(text, _OTHERS) == told


_MORE = (
    Item(text="Automatic renewal of OCSP signer certificates", due="2024-05-31", stated="2024-04-20"),
    Item(text="Change management policy requires a rollback plan", due="2024-05-15", stated="2024-04-20"),
    Item(text="Workshop on RFC 5280 for all PKI engineers", due="2024-05-20", stated="2024-04-20"),
    Item(text="Penetration test of the customer portal by an external firm", due="2024-06-15", stated="2024-04-20"),
    Item(text="Remove legacy API keys of inactive resellers", due="2024-05-10", stated="2024-04-20"),
    Item(text="Send DNS CAA results to the audit log", due="2024-06-30", stated="2024-04-20"),
)
_RENEWAL, _POLICY, _WORKSHOP, _PENETRATION, _KEYS, _CAA = range(6)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("OCSP signers now renew automatically (since 2024-05-06).", {_RENEWAL: "complete 2024-05-06"}),
        (
            "The automatic renewal was rolled out to all responders on the 6th of May.",
            {_RENEWAL: "complete 2024-05-06"},
        ),
        ("Signer renewal is fully automated as of Monday.", {_RENEWAL: "complete 2024-05-06"}),
        ("Signer renewal: development finished, rollout planned for 24 May.", {_RENEWAL: "ongoing"}),
        (
            "The vendor's driver has a bug; automatic renewal will not be ready by 31 May. We now target 21 June 2024.",
            {_RENEWAL: "delayed 2024-06-21"},
        ),
        ("The amended change management policy took effect on 2 May 2024.", {_POLICY: "complete 2024-05-02"}),
        (
            "Management signed the new policy on 7 May; every change has a rollback plan from now on.",
            {_POLICY: "complete 2024-05-07"},
        ),
        ("The workshop was well attended; it took place last Wednesday.", {_WORKSHOP: "complete 2024-05-08"}),
        (
            "Due to illness of the speaker the workshop had to be postponed to 6 June 2024.",
            {_WORKSHOP: "delayed 2024-06-06"},
        ),
        (
            "The external firm carried out the penetration test between 29 April and 3 May 2024.",
            {_PENETRATION: "complete 2024-05-03"},
        ),
        ("We received the report of the penetration test yesterday.", {_PENETRATION: "complete 2024-05-09"}),
        ("The penetration test starts on 3 June.", {_PENETRATION: "ongoing"}),
        ("All legacy API keys have been deleted.", {_KEYS: "complete"}),
        ("On 9 May we removed the last API key of an inactive reseller.", {_KEYS: "complete 2024-05-09"}),
        ("62 of 75 API keys are gone.", {_KEYS: "ongoing"}),
        ("Removal of API keys: done.", {_KEYS: "complete"}),
        ("CAA results reach the audit log since 7 May, 14:00 UTC.", {_CAA: "complete 2024-05-07"}),
        ("CAA logging went into production with release 9.2 on 7 May 2024.", {_CAA: "complete 2024-05-07"}),
        ("CAA logging is scheduled for release 9.3.", {_CAA: "ongoing"}),
        ("CAA results were not written to the audit log before.", {}),
        ("The resellers were informed on 3 May.", {}),
        ("RFC 5280 does not allow that.", {}),
        ("The portal was down on 3 May 2024 for an hour.", {}),
        (
            "Item 6 is still ongoing; items 1 through 3 are finished.",
            {_CAA: "ongoing", _RENEWAL: "complete", _POLICY: "complete", _WORKSHOP: "complete"},
        ),
        ("Everything except the penetration test is done.", {_PENETRATION: "ongoing"}),
        (
            "Action items #1, #2: completed on 2024-05-08",
            {_RENEWAL: "complete 2024-05-08", _POLICY: "complete 2024-05-08"},
        ),
        ("- **Item 3** – completed 2024-05-08", {_WORKSHOP: "complete 2024-05-08"}),
        ("(1) done (2) done (3) open", {}),
        ("Item 4 has been superseded by item 6 and is dropped.", {_PENETRATION: "canceled"}),
        ("We will not do the penetration test, as the portal is being shut down.", {_PENETRATION: "canceled"}),
        ("The portal is being replaced, which makes the penetration test moot.", {_PENETRATION: "canceled"}),
        ("We are pleased to report that the renewal runs by itself since 6 May.", {_RENEWAL: "complete 2024-05-06"}),
        ("Renewal of the signer: no change.", {}),
        ("Tomorrow we will remove the API keys.", {_KEYS: "ongoing"}),
    ],
)
def test_other_items_are_told_of_in_other_words(text: str, told: dict[int, str]) -> None:
    assert told_on_10_may(text, _MORE) == told


def test_the_words_of_an_item_are_no_news_of_it() -> None:
    items = (Item(text="Cancel the contract with the reseller"), Item(text="Delay renewals until the audit is over"))
    text = "We will cancel the contract by June."
    document = documents_of([WireComment(number=1, at="2024-05-10T10:00:00Z", text=text)])[0]
    assert told_in_prose(document, items) == {}


def test_an_item_that_is_done_stays_done_unless_it_is_named_by_its_number() -> None:
    items = (Item(text="Add pkilint to the pipeline", status="complete", completed="2024-05-01"), *_KNOWN[1:])
    texts = "pkilint is delayed.", "Item 1 is delayed."
    documents = [documents_of([WireComment(number=1, at="2024-05-10T10:00:00Z", text=text)])[0] for text in texts]
    assert [told_in_prose(document, items).keys() for document in documents] == [set(), {0}]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("A3: Alarm", "A3"),
        ("AI-12", "AI12"),
        ("**B 2** – Probe", "B2"),
        ("CPS 5.2 is published", None),
        ("Alarm", None),
    ],
)
def test_an_item_may_begin_with_a_code(text: str, code: str | None) -> None:
    assert code_of(text) == code


def test_a_code_names_its_item() -> None:
    known = KnownItems((Item(text="A1: Alarm"), Item(text="A2: Probe")))
    assert known.named_in("A2 will be late.").places == {1}
    assert known.named_in("A9 will be late.").places == set()


def test_forms_of_a_word_are_one() -> None:
    assert words_of("linter, linting") == words_of("lint") == {"lint"}
    assert words_of("zlint") == {"zlint", "lint"}
    assert words_of("the course was held") & words_of("Train all staff") == {"train"}
    assert words_of("revoked") == words_of("revocation")
    assert words_of("engineer") != words_of("engine")
