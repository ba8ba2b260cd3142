"""Totals in later comments: which wordings replace the known total, and which numbers are something else's."""

import pytest

from ca_incidents.schema.tables.policies import standard
from ca_incidents.scraper.reader.document import document_of
from ca_incidents.scraper.reader.facts.count_updates import updated_count
from ca_incidents.scraper.reader.thread import read_thread
from ca_incidents.scraper.sources.bug import Person, WireComment

KNOWN = 40


def updated(text: str) -> int | None:
    return updated_count(document_of(text), KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "The correct total is 46 certificates.",
        "In total 46 certificates are affected; this replaces the first number.",
        "The number of certificates that were late is therefore 46.",
        "With the old system included we have 46 in all.",
        "So the number has grown to forty-six.",
        "A recount gave 46 certificates.",
        "The corrected list contains 46 certificates.",
        "Correction: 46 certificates are affected, not 40.",
        "We have found more certificates, which brings the total to 46.",
        "That makes 46 altogether.",
        "Total affected certificates: 46",
        "Affected: 46 certificates",
        "It is 46 that were late.",
        "We are at 46 certificates now, and that's the final number.",
        "The total is 46, and the remaining valid 12.",
        "After the second search the number went up from 40 to 46.",
        "It is 46 certificates instead of 40.",
        "In our first answer 40 was wrong; 46 is right.",
        "The search is complete: 46 certificates were affected.",
        "The number of affected root certificates is 46.",
    ],
)
def test_a_total_replaces_the_known_one(text: str) -> None:
    assert updated(text) == 46


@pytest.mark.parametrize(
    ("why", "text"),
    [
        ("a part", "46 of them remain valid."),
        ("revoked", "In total 46 certificates have been revoked, affected or not."),
        ("revoked so far", "Thirty have been revoked by now. Ten belong to one hospital."),
        ("another noun", "The total number of customers is 46."),
        ("another noun before", "Six more customers answered. Altogether, 46 have done so in all."),
        ("another noun that grew", "Six new colleagues were hired, which brings the team to 46."),
        ("looked at", "We have checked 46 certificates in all."),
        ("issued", "We issued 4,600 certificates in total in that time."),
        ("another CA", "Another CA had 46 certificates in total."),
        ("a condition", "If those count, the total would be 46."),
        ("an estimate", "The total is about 46 certificates."),
        ("a limit", "The total is at most up to 46 certificates."),
        ("a question", "Is the total number of certificates 46?"),
        ("no whole", "We found 46 affected certificates today."),
        ("two totals", "The total number of certificates is 45. In total 46 certificates were affected."),
        ("a date", "In total it took until 6 May."),
        ("the inventory", "The total number of certificates in our inventory is now 46."),
        ("another CA by name", "The total number of affected certificates at Oak CA is 46."),
        ("a denial before", "It is wrong that the total is 46."),
        ("a denial", "The total is not 46."),
        ("a dispute", "We deny that the total is 46."),
        ("roots", "The number of root certificates is 46."),
        ("only what was added", "The scan turned up six more."),
    ],
)
def test_other_numbers_do_not(why: str, text: str) -> None:
    assert updated(text) is None, why


def test_without_a_known_total_only_the_whole_counts() -> None:
    assert updated_count(document_of("The list has 46."), None) is None
    assert updated_count(document_of("In total, 46 certificates are affected."), None) == 46


@pytest.mark.parametrize(("of_ca", "total"), [(frozenset({"elm"}), 46), (frozenset(), None)])
def test_the_ca_may_count_what_an_outsider_reports(of_ca: frozenset[str], total: int | None) -> None:
    comments = [
        WireComment(number=0, at=None, person=Person(nick="a"), text="Some certificates have a wrong name."),
        WireComment(number=1, at=None, person=Person(nick="elm"), text="We searched again; there are 46 in all."),
    ]
    report = read_thread(comments, bug=None, policies=standard(), of_ca=of_ca).report
    assert report is not None and (report.certificates.total if report.certificates else None) == total
