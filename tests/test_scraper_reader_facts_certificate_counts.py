"""Counts of certificates in prose: what the grammar proposes, and what the evidence decides.

A case of the second kind is named after the test that it defends.

Covers: scraper/reader/facts/certificate_numbers.py.
"""

import pytest

from ca_incidents.schema.tables.policies import standard
from ca_incidents.scraper.reader.document import document_of
from ca_incidents.scraper.reader.evidence.mentions import Sentence
from ca_incidents.scraper.reader.evidence.scores import judged
from ca_incidents.scraper.reader.facts.certificate_counts import FACT, count_proposals
from ca_incidents.scraper.reader.facts.certificate_numbers import mentions_in
from ca_incidents.scraper.reader.thread import read_thread
from ca_incidents.scraper.sources.bug import Person, WireComment


@pytest.mark.parametrize(
    ("text", "proposed"),
    [
        ("This affects 1,176 TLS certificates.", [1176]),
        ("2 318 S/MIME certificates are concerned.", [2318]),
        ("one (1) certificate was affected", [1]),
        ("One hundred and twelve certificates were issued.", [112]),
        ("1.7 million certificates were issued.", [1_700_000]),
        ("We mis-issued 1 (one) QWAC.", [1]),
        ("These 2 ICA's need it.", [2]),
        ("Certificates concerned: 52 of them.", [52]),
        ("5 of them were mis-issued certificates.", [5]),
        ("We found that 45 of the 12,034 DV certificates were wrong.", [45]),
        ("None of the 120 certificates was right.", []),
        ("Fifteen (15) Subscriber Certificates were issued.", [15]),
        ("In our case 206 domain certificates are affected.", [206]),
        ("The certificates (total: 4, all revoked)", [4]),
        ("There are many certificates (> 1.8million) without it.", [1_800_000]),
        ("This bug is on 6 of those 9.", [6]),
        ("The number of certificates is 1,391 and not 1,234.", [1391]),
        ("24 hours later a certificate came", []),
        ("In 2023 certificates were issued", []),
        ("On May 3 certificates were issued", []),
        ("Section 4 of the certificates", []),
        ("We saw 12 certificate requests.", []),
        ("There were 3 domains in it.", []),
        ("Alder 001 issued certificates.", []),
        ("Our list has **28** certificates.", [28]),
        ("Certificates of two years (about 2,300) have it.", [2300]),
        ("The log shows errors in six of our certificates.", [6]),
        ("Of the 1,200 certificates that we issued, 31 have the wrong value.", [31]),
        ("We treat all 5 as misissued certificates.", [5]),
        ("Our scan of 60,000 certificates is over.", []),
        ("We issue 4,000 certificates a day.", []),
        ("The limit is 100 certificates.", []),
        ("Fewer than 20 certificates may be affected.", []),
        ("The system tried to issue 25 certificates.", []),
        ("CRLs of 14 issuing CAs were late.", []),
        ("Bug 1000001 describes how 31 certificates were issued.", []),
        ("One of our certificates has it, and at least one certificate was reported.", []),
    ],
)
def test_every_number_beside_certificates_is_proposed(text: str, proposed: list[int]) -> None:
    assert [mention.value for mention in mentions_in(Sentence(text))] == proposed


def counted(text: str, whiteboard: str = "") -> list[int]:
    return [
        int(one.value) for one in judged(FACT, count_proposals(document_of(text), whiteboard=whiteboard)) if one.counts
    ]


@pytest.mark.parametrize(
    ("test", "text", "count"),
    [
        ("object of finding", "Our search detected 7 certificates with a wrong name.", 7),
        ("said to be concerned", "By mistake 4 certificates were miss-issued.", 4),
        ("told more about", "A review found 12 certificates that lack a state.", 12),
        ("object of issuing", "We issued 4 certificates with a wrong name.", 4),
        ("in the answer that asks for it", "### Summary\nIt was late.\n### Impact\nWe saw 77 certificates.\n", 77),
        ("opens the answer", "### Summary\nWe issued 900 certificates.\n### Impact\n77 certificates\n", 77),
    ],
)
def test_evidence_for_a_count(test: str, text: str, count: int) -> None:
    text = f"## Incident Report\n{text}" if text.startswith("#") else text
    assert any(test in one.evidence for one in count_proposals(document_of(text)) if one.value == count)
    assert counted(text) == [count]


@pytest.mark.parametrize(
    ("test", "text"),
    [
        ("object of examining", "We reviewed 9,000 certificates."),
        ("called a remainder", "3 additional certificates were found."),
        ("one of several counts", "38 OV and 12 EV certificates were issued."),
        ("object of another verb", "We revoked 40 certificates."),
        ("counts CAs", "The list names 3 subordinate CAs."),
        ("beside a status service", "The CRL lists 45 certificates."),
        ("nothing governs", "The root has 12 certificates."),
    ],
)
def test_evidence_against_a_count(test: str, text: str) -> None:
    assert any(test in one.evidence for one in count_proposals(document_of(text)))
    assert counted(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "This had no impact on the 3,400 active TLS certificates.",
        "Another CA had reported 45 certificates with a wrong name.",
        "The 900 certificates were not affected.",
    ],
)
def test_what_is_unconcerned_or_of_another_ca_is_not_even_proposed(text: str) -> None:
    assert count_proposals(document_of(text)) == ()


def test_a_timeline_is_asked_where_nothing_else_counts() -> None:
    report = "## Incident Report\n### Summary\n{}\n### Timeline\n2024-03-02: 12 certificates with a wrong name found\n"
    values = [
        [one.value for one in count_proposals(document_of(report.format(said)))]
        for said in ("It broke.", "We issued 9 certificates.")
    ]
    assert values == [[12], [9]]


def test_the_name_of_a_file_counts_nothing() -> None:
    assert count_proposals(document_of("We attach 45 certificates.csv")) == ()


def test_a_tag_may_decide() -> None:
    text = "On Monday 45 certificates of the type were made."
    assert (counted(text), counted(text, "[ca-compliance] [ov-misissuance]")) == ([], [45])


def test_a_number_that_several_mentions_share_counts_once_and_rivals_do_not_both_count() -> None:
    assert counted("We found 9 mis-issued certificates. We issued the 9 certificates in May.") == [9]
    assert len(counted("We found 9 mis-issued certificates. We found 7 mis-issued certificates.")) <= 1


@pytest.mark.parametrize(
    ("title", "total"),
    [
        ("Alder CA: Wrong names", None),
        ("Alder CA: 45 certificates with wrong names", 45),
        ("Alder CA: 46 certificates with wrong names", None),
    ],
)
def test_a_doubtful_number_counts_where_the_title_states_it(title: str, total: int | None) -> None:
    comment = WireComment(number=0, at=None, text="On Monday 45 certificates of the type were made.")
    report = read_thread([comment], bug=None, policies=standard(), title=title).report
    assert report is not None and (report.certificates.total if report.certificates else None) == total


@pytest.mark.parametrize(
    ("text", "total"),
    [
        pytest.param(
            "9 EV certificates (5 of ours and 4 of theirs) were seen in a walk through it.", 9, id="its parts"
        ),
        pytest.param(
            "9 EV certificates (5 of ours and 3 of theirs) were seen in a walk through it.", None, id="no parts"
        ),
        pytest.param("A look at it: that makes 4 root certificates in total.", 4, id="a sum"),
        pytest.param("It shows a total of 4 root certificates. This is on 2 of those 4.", None, id="of several bugs"),
        pytest.param("The list has the following 4 root certificates.", 4, id="a list of all"),
        pytest.param("It was seen under the following 4 root certificates.", None, id="a list of issuers"),
        pytest.param(
            "## Incident Report\n### Summary\nA page.\n### Impact\nNumber of certificates involved: 1 (for tests).",
            1,
            id="a number of certificates",
        ),
        pytest.param("We began to search for certificates (sections 4 and 5 below).", None, id="numbers of sections"),
    ],
)
def test_a_number_that_is_said_to_be_the_whole_counts(text: str, total: int | None) -> None:
    report = read_thread([WireComment(number=0, at=None, text=text)], bug=None, policies=standard()).report
    assert report is not None and (report.certificates.total if report.certificates else None) == total


@pytest.mark.parametrize(
    ("value", "total"), [("2 (issuing CAs)\n2 (roots)", None), ("4 certificates\n2 of them are valid", 4), ("4", 4)]
)
def test_a_field_with_a_number_for_each_kind_has_no_total(value: str, total: int | None) -> None:
    form = f"## Full Incident Report\n### Impact\n- **Total number of certificates:**\n{value}\n- **Analysis:** None\n"
    comment = WireComment(number=0, at="2025-03-10T09:00:00Z", text=form)
    report = read_thread([comment], bug=None, policies=standard()).report
    assert report is not None and (report.certificates.total if report.certificates else None) == total


def test_a_number_may_be_told_after_the_sentence_that_names_certificates() -> None:
    text = "We looked at every certificate of the year. 57 have a name that is too long."
    assert [one.value for one in count_proposals(document_of(text))] == [57]


def test_a_later_form_replaces_the_number_of_an_earlier_one() -> None:
    form = "## Incident Report\n### Summary\nNames were wrong.\n### Impact\n{} certificates\n### Timeline\n"
    comments = [
        WireComment(number=number, at=None, text=form.format(count), person=Person(nick="a"))
        for number, count in enumerate(("About 300", "5,120"))
    ]
    report = read_thread(comments, bug=None, policies=standard()).report
    assert report is not None and report.certificates is not None and report.certificates.total == 5120


def total_of(text: str, whiteboard: str = "[ov-misissuance]") -> int | None:
    comments = [WireComment(number=0, at=None, person=Person(nick="elm"), text=text)]
    report = read_thread(comments, bug=None, policies=standard(), whiteboard=whiteboard).report
    return report.certificates.total if report is not None and report.certificates else None


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("We found a certificate with a wrong name and 5 additional certificates.", None),
        ("We found a further 9 certificates.", None),
        ("The sum of all certificates issued under this root is 9,000.", None),
        ("A total of 40,000 certificates were checked.", None),
        ("We checked a total of 40,000 certificates.", None),
        ("The total number of certificates in our inventory is 80,000.", None),
        ("A total of 376 certificates were issued to 301 customers with a wrong name.", 376),
        ("Our checks give 68 as the total of certificates affected. Of these 64 are OV.", 68),
        ("That brings the number of affected certificates to 43 in total.", 43),
        ("The error hit 153 certificates: 120 of them are DV and 33 OV.", 153),
        ("Two certificates turned up:\nhttps://crt.sh/?id=91000001\nhttps://crt.sh/?id=91000002", 2),
        ("We issued 2 certificates:\n" + "\n".join(f"https://crt.sh/?id=9100000{n}" for n in range(5)), None),
    ],
)
def test_the_whole_counts_and_a_part_does_not(text: str, total: int | None) -> None:
    assert total_of(text) == total


def test_a_late_revocation_counts_what_was_late() -> None:
    text = "We issued 20 certificates with a wrong name. There are 13 certificates that were not revoked in 5 days."
    assert total_of(text, "[leaf-revocation-delay]") == 13


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("900 certificates were revoked in time and not revoked late.", None),
        ("900 certificates were not revoked late.", None),
        ("13 certificates were revoked late.", 13),
        ("13 certificates were not revoked in time.", 13),
    ],
)
def test_what_was_not_late_does_not_count(text: str, total: int | None) -> None:
    assert total_of(text, "[leaf-revocation-delay]") == total
