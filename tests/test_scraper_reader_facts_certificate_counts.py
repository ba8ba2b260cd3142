"""Counts of certificates in prose: shapes of sentences, and what is a count of something else."""

import pytest

from ca_incidents.scraper.reader.facts.certificate_counts import counts_of


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("I noticed those 3 certificates:", (3,)),
        ("A customer told us that one certificate contained the wrong street.", (1,)),
        ("Two (2) of Elm's subordinate CA certificates needed to be named in the letter.", (2,)),
        ("Our search detected 7 non-expired, non-revoked mis-issued certificates.", (7,)),
        ("There are 7 non-revoked certificates below this root.", ()),
        ("By mistake 4 certificates were miss-issued.", (4,)),
        ("Elm deemed [one of the certificates](  ) to be misissued.", (1,)),
        ("Two requests came, and one of the certificates was misissued.", (1,)),
        ("The following four (4) root CA certificates were set up:", (4,)),
        ("Elm issued 8 QWAC certificates, and 5 of them are not compliant.", (5,)),
        ("Elm issued these two (pre-)certificates with wrong names.", (2,)),
        ("Elm revoked the following 4 intermediate certificates and took that back.", (4,)),
        ("Having found about 230,000 certificates whose numbers contain too little, we wrote a fix.", (230000,)),
        ("Since bug 1800000 listed 45 certificates, we searched again.", ()),
        ("We learned that a CA had issued 7 certificates with a wrong name.", ()),
        ("Three EV certificates bear the number of another company.", (3,)),
        ("The validity period of 6 TLS certificates exceeded 398 days by a second.", (6,)),
        ("We revoked 4 certificates 26 hours after the letter.", (4,)),
        ("Two time-stamping unit certificates were issued with a fault.", (2,)),
        ("The number of affected certificates has risen from 30 to 45.", (45,)),
        ("Certificates concerned: 52.", (52,)),
        ("The affected population is 52 certificates.", (52,)),
        ("There are 52 such certificates.", (52,)),
        ("Between 5 and 10 certificates are affected.", ()),
        ("1,250 certificates were to be revoked by noon.", ()),
        ("A total of 150 EV and OV certificates were affected.", (150,)),
        ("We issued 5,000 certificates then, 14 of which were issued against the record.", (14,)),
        ("120 of our 5,000 active certificates are affected.", (120,)),
        ("None of the 120 certificates issued by this CA had the fault.", ()),
        ("Three of the 15 affected certificates were revoked.", ()),
        ("In all, 120 certificates had the fault.", (120,)),
        ("We got a letter from another CA reporting nine certificates with a wrong state.", (9,)),
        ("I reported 6 certificates with a known key.", ()),
        ("There are 3 certificates with a typo in the town.", (3,)),
        ("That bug was reported for a single Elm certificate.", ()),
        ("One hundred and twelve certificates were issued with a wrong mark.", (112,)),
        ("We mis-issued 1 (one) QWAC.", (1,)),
        ("We found that 45 out of 12,034 DV certificates were issued with a wrong name.", (45,)),
        ("23 out of the 120 certificates could not be revoked within five days.", (23,)),
        ("We did not revoke 31 of the 500 affected certificates in time.", (31,)),
        ("120 certificates were affected; 23 were not revoked within the term.", (23,)),
        ("Out of 6,000 certificates that had to go, 250 were revoked after the deadline.", (250,)),
        ("One certificate was revoked 2 hours after the deadline.", (1,)),
        ("We scanned all certificates and found 17 with a wrong country.", (17,)),
        ("Of the 300 certificates reviewed, 17 contain a wrong country.", (17,)),
        ("This affected 4 subscribers and 9 certificates.", (9,)),
        ("17 DV, 3 OV certificates (20 certificates in total) were affected.", (20,)),
        ("A total of 38 OV and 12 EV certificates were affected.", ()),
        ("We discovered 1 TLS certificate and 3 S/MIME certificates with the fault.", ()),
        ("Of the 300 affected certificates, 250 were revoked.", (300,)),
        ("The records were not checked for 5 TLS certificates.", (5,)),
        ("We found 3 with the same fault; they were lists.", ()),
        ("We looked at the following 4 certificates.", ()),
    ],
)
def test_a_count_has_many_shapes(text: str, counts: tuple[int, ...]) -> None:
    assert tuple(count.number for count in counts_of(text)) == counts


def test_an_answer_may_head_its_count() -> None:
    assert [count.number for count in counts_of("Certificates: 77 (53 unexpired)", answer=True)] == [77]
    assert counts_of("Certificates: 77 (53 unexpired)") == ()
    looked = "We looked at 5,000 certificates; 120 were found to be affected."
    assert [count.number for count in counts_of(looked, answer=True)] == [120]


@pytest.mark.parametrize(
    "text",
    [
        "This had no impact on the 3,400 active TLS certificates.",
        "We issued 3 certificates then; none of them was mis-issued.",
        "Readers of 8,000 certificates may have seen faults. 8,000 certificates might be late.",
    ],
)
def test_an_answer_that_clears_the_certificates_counts_none(text: str) -> None:
    assert counts_of(text, answer=True) == ()
