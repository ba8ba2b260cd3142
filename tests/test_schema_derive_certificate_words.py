"""The certificates that a title or a summary speaks of; the texts are invented."""

import pytest

from ca_incidents.schema.derive.certificate_words import Mention, described_in, stated_in, tells_of_issuance


@pytest.mark.parametrize(
    ("summary", "mention"),
    [
        ("Alder issued 12 EV certificates\nwithout a town.", Mention(12, "certificate")),
        ("Two intermediate CA certificates were not disclosed.", Mention(2, "CA certificate")),
        ("It logged one precertificate late.", Mention(1, "precertificate")),
        ("Of the certificates, three certificates were late.", Mention(3, "certificate")),
        # Another noun follows, or there is more than one number, or the number is that of a remainder.
        ("Two certificate revocation lists were late.", None),
        ("It issued 12 OV certificates and 5 EV certificates.", None),
        ("It found one sampled certificate too long, and certificates without a town.", None),
        ("It served one outdated certificate revocation list.", None),
        ("Later 2 more certificates came to light.", None),
        ("An EV certificate had no town.", None),
    ],
)
def test_a_number_that_a_summary_states(summary: str, mention: Mention | None) -> None:
    assert stated_in(summary) == mention


@pytest.mark.parametrize(
    ("summary", "mention"),
    [
        ("Alder issued an EV certificate without a town.", Mention(1, "certificate")),
        ("An Alder Trust certificate for signing OCSP responses expired.", Mention(1, "certificate")),
        ("A wrongly issued precertificate was logged.", Mention(1, "precertificate")),
        ("Alder did not disclose the subordinate CA certificate Alder G2.", Mention(1, "CA certificate")),
        ("Alder did not revoke its intermediate certificate 'Alder G2'.", Mention(1, "CA certificate")),
        # Not one, not a certificate of the incident, or no certificate.
        ("Alder issued a certificate, and other certificates before.", None),
        ("Certificates had no town. A certificate was revoked.", None),
        ("It should have disclosed the certificate in time.", None),
        ("OCSP says whether a certificate is revoked.", None),
        ("The method (a number in the name, or a certificate) is forbidden.", None),
        ("Alder did not answer a certificate problem report.", None),
        ("A certificate's status was unknown.", None),
    ],
)
def test_the_one_certificate_that_a_summary_describes(summary: str, mention: Mention | None) -> None:
    assert described_in(summary) == mention


@pytest.mark.parametrize(
    ("title", "issued"),
    [
        ("Issuance of TLS server certificates against the CPS", True),
        ("EV certificates mis-issued", True),
        ("Two certificates were issued under the wrong root", True),
        ("OCSP answers for certificates issued today", False),
        ("Wrong address in certificates issued", False),
        ("Certificates not revoked", False),
    ],
)
def test_a_title_about_certificates_that_were_issued(title: str, issued: bool) -> None:
    assert tells_of_issuance(title) == issued
