"""Kinds of certificates: what a field lists, and what prose says something happened to."""

import pytest

from ca_incidents.scraper.reader.facts.certificate_counts import counts_of
from ca_incidents.scraper.reader.facts.certificate_kinds import kinds, kinds_in_prose


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("DV and OV TLS server certificates", ("dv", "ov")),
        ("TLS server certificates", ("tls",)),
        ("S/MIME (mailbox-validated)", ("smime",)),
        ("EV code signing", ("ev", "code-signing")),
        ("QWAC", ("qwac",)),
        ("QWAC, EV", ("ev",)),
        ("Root CA certificates", ("root",)),
        ("Issuing CA", ("ca",)),
        ("intermediate certs", ("ca",)),
        ("OCSP responder certificates", ("ocsp",)),
        ("non-TLS", ()),
        ("N/A", ()),
    ],
)
def test_a_field_lists_kinds(field: str, expected: tuple[str, ...]) -> None:
    assert kinds(field) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Elm CA mis-issued an EV (extended validation) certificate for a shop.", ("ev",)),
        ("An OV certificate was issued to the wrong company.", ("ov",)),
        ("On Monday an SSL certificate was issued with a dash for a state.", ("tls",)),
        ("One of the S/MIME certificates has an invalid name.", ("smime",)),
        ("We found QWACs that lack a statement.", ("qwac",)),
        ("Elm had failed to disclose its two intermediate certificates.", ("ca",)),
        ("After a week the following CAs were not revoked by Elm.", ("ca",)),
        ("In May the statement was overdue for three root certificates of Elm.", ("root",)),
        ("In June Elm issued some OCSP delegated responders with a wrong mark.", ("ocsp",)),
        ("We found a certificate (OV) without a state.", ("ov",)),
        ("We found that the OCSP responder certificate issued in 2021 for the ICA was missing a mark.", ("ocsp",)),
        ("We list the following EV certificate, which has several errors.", ("ev",)),
        ("The audit had failed to see the following intermediate certificates.", ("ca",)),
        ("Elm looked into an issue with the order of names in some EV certificates.", ("ev",)),
        ("Elm misissued 100% of their S/MIME certificates.", ("smime",)),
        ("Some EV TLS certificates have the field in them, but not marked.", ("ev",)),
        ("Those root CA certificates, hosted on the page of Elm, were encoded as text.", ("root",)),
        ("After the creation of our plan we had to delay revoking this subordinate.", ("ca",)),
        ("OV certificates carried a short name of the state.", ("ov",)),
        ("A certificate of type EV was issued with an old letter.", ("ev",)),
        ("The delegated OCSP responder certificate had the wrong term.", ("ocsp",)),
        ("A cross-certificate issued to Oak does not comply with the rules.", ("ca",)),
        ("A revoked intermediate CA was reported to the CCADB after nine days.", ("ca",)),
        ("It appears that the OV certificates of Elm lack a state.", ("ov",)),
        ("The certificate in question is a DV certificate that has a company in it.", ("dv",)),
        ("There was a fault in OV certs.", ("ov",)),
        ("Elm's subordinate CA 'Elm 3' is missing from its audit.", ("ca",)),
        ("Elm did not disclose an intermediate within a week of its making.", ("ca",)),
        ("Elm has not added its new intermediate CA to the list.", ("ca",)),
        ("Elm signed the root of Oak without disclosing the cross-certificate.", ("ca",)),
        ("Two subordinate CA certificates were entered into the CCADB too late.", ("ca",)),
    ],
)
def test_prose_names_the_kind_of_what_something_happened_to(text: str, expected: tuple[str, ...]) -> None:
    assert kinds_in_prose(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "TLS certificates MUST contain a name.",
        "Certificates were issued by our subordinate CA with a wrong name.",
        "No DV certificates were affected.",
        "The audit was about S/MIME certificates.",
        "The CRL of an issuing CA was not renewed.",
        'The statement "We have issued EV certificates to nobody" was wrong.',
        "Elm is a CA that is capable of issuing TLS certificates.",
        "SSL.com issued a certificate for another domain.",
        "EV certificates were not affected.",
        "None of the OV certificates was affected; the policy document was late.",
        "On Monday Elm made the following root certificate:",
        "The outage reached two subCAs affected by a fault of the responder.",
        "Although all TLS certificates were issued with a right number, we found one machine that was wrong.",
        "One of those sub CAs sent a letter.",
        "Logs were not kept; TLS certificates were issued correctly.",
        "Controls over issuance of EV SSL certificates were weak.",
        "Our OCSP service was responding with a wrong word for valid S/MIME certificates.",
        "The form was not handed in to the Root CA Team.",
    ],
)
def test_rules_issuers_and_what_was_not_concerned_name_no_kind(text: str) -> None:
    assert kinds_in_prose(text) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A scan of all OV certificates found 9 certificates without a name.", ("ov",)),
        ("Upon a request for an OV certificate our staff made a precertificate that was issued wrongly.", ("ov",)),
        ("Elm got two EV certificate requests, and one of the certificates was misissued.", ("ev",)),
        ("Elm issued some certificates that assert the DV policy and hold a name.", ("dv",)),
        ("Elm issued a certificate with a dash in the EV serialNumber field.", ("ev",)),
        ("A slip during the validation of an EV order led to a mis-issued certificate.", ("ev",)),
        ("The affected certificates are of type OV and EV.", ("ov", "ev")),
        ("Elm issued certificates for email protection without a check.", ("smime",)),
        ("A total of 7 certificates (5 OV, 2 EV) were affected.", ("ov", "ev")),
        ("A total of 38 OV and 12 EV certificates were affected.", ("ov", "ev")),
        ("A subscriber certificate issued under our OV policy was issued with a wrong unit.", ("ov",)),
        ("The certificate was issued as a public, short-lived OV certificate.", ("ov",)),
    ],
)
def test_a_kind_that_stands_alone_is_that_of_wrongly_issued_certificates(text: str, expected: tuple[str, ...]) -> None:
    assert kinds_in_prose(text, counts=counts_of(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Upon a request for an OV certificate our staff saw that the CRL was issued too late.",
        "A certificate was issued against the Requirements for the Issuance and Management of Public TLS Certificates.",
        "Upon a request for an OV certificate nobody answered.",
        "We noticed that an ICA of ours was named beside a late CRL.",
        "Our TLS CA issued certificates with a term of 399 days.",
        "A reader wrote that our EV issuing CA issued a certificate without a town.",
        "Elm revoked the intermediate certificate of Oak, but its CRL does not show it.",
        "The root certificate is included in NSS. A leaf certificate had a wrong name.",
        "Issuance of EV certificates was not possible for a day.",
        "Elm G3 is a root CA that lacks the mark.",
        "The CAs did not answer in time.",
    ],
)
def test_a_kind_that_stands_alone_is_not_that_of_a_list_a_rule_or_a_letter(text: str) -> None:
    assert kinds_in_prose(text, counts=counts_of(text)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Elm revoked its subordinate certificate Elm 3. Its entry was not renewed in time.",
        "Elm disclosed this intermediate certificate in May. However, the statement does not name it.",
        "The statement does not list this intermediate as in scope.",
        "Elm has old intermediate certificates that are not audited.",
        "There was a failure to revoke the ICA after the OCSP fault.",
        "Elm will not be able to meet the deadline and to revoke all impacted CAs.",
        "There is no audit statement for the following subordinate CA of Elm.",
        "The audit statements for 4 of our subordinate CAs were published late.",
        "Elm published two new subordinate CA certificates after the deadline.",
        "There are gaps in the audits of the following subordinate CAs of Elm:",
        "Elm has old intermediate certificates that are neither audited nor constrained.",
        "The outside subordinate CA 'Oak 3' has no audit statement.",
        "Elm's intermediate certificates violate section 5.1.",
        "The ICAs issued on May 3 do not assert the reserved mark.",
        "The CCADB shows 2 of our intermediate certificates as undisclosed.",
        "They wrote that the issuing certificate was not yet disclosed.",
    ],
)
def test_what_was_done_to_a_ca_may_be_wrong_in_the_next_sentence(text: str) -> None:
    assert kinds_in_prose(text) == ("ca",)


def test_the_words_of_a_count_speak_before_the_rest() -> None:
    text = "We issued 8 OV certificates. Some EV certificates were looked at and found to be right."
    assert kinds_in_prose(text, counts=counts_of(text)) == ("ov",)


def test_a_level_in_the_description_says_more_than_tls_in_the_answers() -> None:
    assert kinds_in_prose("We issued EV certificates late.", "12 TLS certificates") == ("ev",)
    assert kinds_in_prose("A CRL was late.", "12 TLS certificates") == ("tls",)


def test_where_nothing_was_misissued_there_is_no_kind() -> None:
    assert kinds_in_prose("Our CRL was late.", "No certificates were mis-issued. All DV certificates name it.") == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Of the 900 certificates affected, 700 are DV and 200 OV.", ("dv", "ov")),
        ("There are 11 affected certificates: 10 DV and 1 OV.", ("dv", "ov")),
        ("Elm issued 10 certificates with wrong data, nine of them EV and one OV.", ("ov", "ev")),
        ("Elm issued 10 certificates with wrong data; all are OV.", ("ov",)),
        ("The affected certificates are all of the EV type.", ("ev",)),
        ("19 certificates at EV level had a wrong serial.", ("ev",)),
        ("The certificate in question is EV.", ("ev",)),
        ("The certificate, an EV one, had a wrong serial number.", ("ev",)),
        ("All certificates concerned are S/MIME (sponsor-validated).", ("smime",)),
        ("- 12 certificates were misissued.\n- All OV.", ("ov",)),
        ("Elm found one certificate of the type QWAC without a name. It is EV certificate 44.", ("ev",)),
        ("Elm misissued 30 certificates from the profile 'DV Basic'.", ("dv",)),
        ("A total of 81 SSL certificates, made by the product 'OV Flex', have a term of 400 days.", ("ov",)),
        ("The private key of an OV certificate was found in a public place.", ("ov",)),
        ("Certificates of these CAs were affected:\nElm 1: OV TLS\nElm 2: OV TLS", ("ov",)),
        ("Four responder certificates lack the mark.", ("ocsp",)),
        ("The certificates of our OCSP responders lack the mark.", ("ocsp",)),
        ("The issue was found during a check of an EV TLS order.", ("ev",)),
    ],
)
def test_a_kind_may_be_said_of_certificates_by_number_type_or_product(text: str, expected: tuple[str, ...]) -> None:
    assert kinds_in_prose(text, counts=counts_of(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "We looked at 400 DV and 12 OV certificates and found no error.",
        "EV and OV certificates remain unaffected. 5 certificates were misissued.",
        "Our EV and OV certificates do not have this problem. 5 certificates were misissued.",
        "This has no effect on EV certificates. 5 certificates were misissued.",
        'The profile "EV Basic" is not affected. 5 certificates were misissued.',
        "The ALV check does not fail for two of our intermediates.",
        "ALV reports nothing of the letters for our intermediates.",
    ],
)
def test_what_is_named_as_unaffected_is_no_kind(text: str) -> None:
    assert kinds_in_prose(text, counts=counts_of(text)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "The intermediate Elm 2, which issues S/MIME certificates, has no audit statement.",
        'The subordinate CA "Elm Mail CA 2", from which S/MIME certificates are issued, was not disclosed.',
        "The ALV check fails for two of our intermediates.",
        'The CA "Elm Class 3 CA" appears in the CCADB without an audit.',
        "The Elm intermediate has not been properly audited.",
        "A slip caused all subordinate CA certificates of Elm to be wrongly revoked.",
        "The name in the subordinate CA certificate is wrong.",
    ],
)
def test_a_ca_that_is_itself_the_matter_is_the_kind(text: str) -> None:
    assert kinds_in_prose(text) == ("ca",)
