"""What a title says of the fault, of the number of certificates and of the rules; the titles are invented."""

import pytest

from ca_incidents.schema.derive.title_facts import (
    certificates_in_title,
    documents_in_title,
    is_unspecific,
    limit_in_title,
    own_words,
)


@pytest.mark.parametrize(
    ("rest", "count"),
    [
        ("3 EV TLS certificates without a town", 3),
        ("Issuance of one OV certificate for a test", 1),
        ("Twelve pre-certificates logged late", 12),
        ("Three (3) revoked precertificates", 3),
        ("1,250 subscriber certificates not revoked", 1250),
        ("Two certs with one serial number", 2),
        # No number of certificates, or more than one.
        ("Certificates valid for 825 days", None),
        ("400 day certificates", None),
        ("Root 2 CA - G3 CA certificate", None),
        ("Authority 001 certificate", None),
        ("Audit of 2019 certificates", None),
        ("One of the two Certificate Problem Report addresses", None),
        ("Bug #12 certificates", None),
        ("2 OV certificates and 5 EV certificates", None),
        ("Certificate with 2 timestamps", None),
        ("4 CRLs expired", None),
    ],
)
def test_a_number_of_certificates(rest: str, count: int | None) -> None:
    assert certificates_in_title(f"Alder CA: {rest}") == count


def test_the_name_of_the_ca_counts_nothing() -> None:
    assert certificates_in_title("Seven Certificates: A page was down") is None


@pytest.mark.parametrize(
    ("rest", "documents"),
    [
        ("Certificates against BRs and RFC 5280, as the BRs say", ("tls-br", "rfc5280")),
        ("Subscriber agreement older than the CP/CPS", ("cp-cps",)),
        ("Non-BR-compliant certificates", ("tls-br",)),
        ("Finding of the BR audit", ()),
        ("BR self assessment missing", ()),
        ("Wrong CPS OID", ()),
        ("Address in an RFC822 name", ()),
        ("CRL expired", ()),
    ],
)
def test_documents(rest: str, documents: tuple[str, ...]) -> None:
    assert documents_in_title(f"Alder CA: {rest}") == documents


@pytest.mark.parametrize(
    ("rest", "unspecific"),
    [
        ("Non-BR-compliant certificate issuance", True),
        ("Problems with 3 OCSP responders", True),
        ("Audit finding #2 of DigiCert", True),
        ("Audit finding #2 of Birch", False),
        ("CRLs expired", False),
        ("Missing audit", False),
        ("Issue with a signature", True),
        ("Invalid signature of a CRL", False),
        ("Invalid CRL", True),
        ("Finding 3 of the audit: Change Management", True),
        ("Serial numbers for entities", True),
        ("Subject: Identification", True),
        ("Invalid serial numbers", False),
        ("Certificates that do not comply with the policy", True),
        ("63 bit certificates", False),
        ("Certificates of BIT", True),
        ("CRL error on CRL Watch of a DVCA CRL", True),
        ("", False),
    ],
)
def test_a_title_may_not_say_what_went_wrong(rest: str, unspecific: bool) -> None:
    assert is_unspecific(f"Oak CA: {rest}") == unspecific


@pytest.mark.parametrize(
    ("rest", "limit"),
    [
        ("Certificates not revoked within 24 hours", "24 hours"),
        ("Report later than the 14-day limit", "14 days"),
        ("Locality >64 Characters", "64 characters"),
        ("Later than 1 day", "1 day"),
        ("OCSP was down for over 5 days", None),
        ("Audit for 12 months", None),
        ("More than 3 certificates", None),
        ("Certificate of 825 days", None),
    ],
)
def test_a_title_may_name_a_limit(rest: str, limit: str | None) -> None:
    assert limit_in_title(f"Within 5 days: {rest}") == limit


def test_a_title_without_a_colon_is_read_whole() -> None:
    assert is_unspecific("DigiCert audit issues")
    assert certificates_in_title("Late revocation of 5 certificates at Oak") == 5


def test_the_name_of_the_ca_is_left_out_of_its_title() -> None:
    assert own_words("alder ca: Two CRLs: expired", "Alder CA") == "Two CRLs: expired"
    assert own_words("Birch / Alder CA: Two CRLs", "Alder CA") == "Birch / Alder CA: Two CRLs"
    assert own_words("Alder CA: Two CRLs", None) == "Alder CA: Two CRLs"
    assert own_words("Alder CA:", "Alder CA") == "Alder CA:"
