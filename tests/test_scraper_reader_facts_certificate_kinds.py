"""Kinds of certificates: what a field lists, what the grammar proposes, and what the evidence decides.

A case of the last kind is named after the test that it defends.
"""

import time

import pytest

from ca_incidents.schema.tables.policies import standard
from ca_incidents.scraper.reader.document import document_of
from ca_incidents.scraper.reader.evidence.scores import judged
from ca_incidents.scraper.reader.facts.certificate_kinds import FACT, in_order, kind_proposals, kinds
from ca_incidents.scraper.reader.thread import read_thread
from ca_incidents.scraper.sources.bug import WireComment


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


def proposed(text: str) -> list[str]:
    return [str(one.value) for one in kind_proposals(document_of(text), standard())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We issued EV (extended validation) certificates.", ["ev"]),
        ("An organization-validated certificate was issued.", ["ov"]),
        ("We found SSL and S/MIME certificates.", ["tls", "smime"]),
        ("The cross-signed root CA was missing.", ["ca"]),
        ("Two subordinate CA certificates and an ICA were late.", ["ca"]),
        ("The OCSP responder certificate of the root CA", ["ocsp"]),
        ("We made a client authentication certificate.", ["client"]),
        ("It breaks the EV Guidelines and the TLS Baseline Requirements.", []),
        ("SSL.com issued a certificate.", []),
        ("The list of CrossCert is late.", []),
        ("All CAs are concerned.", ["ca"]),
        ("The domain validation of the name was wrong.", []),
        ("Its root cause is known to the root program.", []),
        ("The CA is technically capable of issuing TLS certificates.", []),
        ('The statement "We issued EV certificates to nobody" was wrong.', []),
    ],
)
def test_every_name_of_a_kind_is_proposed_but_not_in_other_names(text: str, expected: list[str]) -> None:
    assert proposed(text) == expected


def named(text: str, title: str = "", whiteboard: str = "") -> tuple[str, ...]:
    every = judged(FACT, kind_proposals(document_of(text), standard(), title, whiteboard))
    return in_order({str(one.value) for one in every if one.counts})


@pytest.mark.parametrize(
    ("test", "text", "expected"),
    [
        ("names certificates", "An OV certificate was issued to the wrong company.", ("ov",)),
        ("beside a number", "Elm issued 12 S/MIME certificates with a wrong name.", ("smime",)),
        ("object of issuing", "We issued two EV certificates with a wrong name.", ("ev",)),
        ("names certificates", "We found 9 certificates (OV) with a wrong name.", ("ov",)),
        ("names certificates", "We found 9 certificates, all of them DV or OV, with a wrong name.", ("dv", "ov")),
        ("names certificates", "We found two. Both are DV.", ("dv",)),
        ("names certificates", "Elm issued three OCSP Delegated Responders without it.", ("ocsp",)),
        ("first mention", "We found that 17 OV and 6 EV certificates have a wrong name.", ("ov", "ev")),
        ("told more about", "Two subordinate CA certificates have a wrong name.", ("ca",)),
        ("said to be issued", "The DV certificates were issued without a check.", ("dv",)),
    ],
)
def test_evidence_for_a_kind(test: str, text: str, expected: tuple[str, ...]) -> None:
    assert any(test in one.evidence for one in kind_proposals(document_of(text), standard()))
    assert named(text) == expected


@pytest.mark.parametrize(
    ("test", "text"),
    [
        ("names a CA", "Our subordinate CA issued a certificate that has a wrong name."),
        ("beside a status service", "The issuing CA published its CRL late."),
        ("named as the issuer of others", "The name is in a certificate below an intermediate certificate."),
        ("beside a test page", "The test page of a root certificate was late."),
    ],
)
def test_evidence_against_a_kind(test: str, text: str) -> None:
    assert any(test in one.evidence for one in kind_proposals(document_of(text), standard()))
    assert named(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "No DV certificates were affected.",
        "EV certificates were not affected.",
        "None of the OV certificates was affected; the policy document was late.",
        "Another CA had issued EV certificates with a fault.",
        "Audits are missing for our intermediate CAs.",
        "It was found in Alder SSL Certification Authority 2.",
    ],
)
def test_what_is_unconcerned_or_of_another_ca_is_not_even_proposed(text: str) -> None:
    assert proposed(text) == []


def test_not_compliant_is_no_compliance() -> None:
    assert named("We issued S/MIME certificates that were not fully compliant.") == ("smime",)


def test_the_bugs_title_may_decide() -> None:
    text = "The name of a subordinate CA is in it."
    assert named(text, "Elm: A late list") == ()
    share = {one.value: one.share for one in judged(FACT, kind_proposals(document_of(text), standard(), "Elm: A list"))}
    with_title = judged(FACT, kind_proposals(document_of(text), standard(), "Elm: Fault of a subordinate CA"))
    assert with_title[0].share > 2 * share["ca"]


@pytest.mark.parametrize(
    ("title", "kinds"),
    [
        ("Elm: Late disclosure of two subordinate CAs", ("ca",)),
        ("Elm: No revocation of a subordinate CA in time", ("ca",)),
        ("Elm: List without reasons for revoked subordinate CAs", None),
        ("Elm: Failure to disclose the subordinate CA audit", None),
        ("Elm: Disclosure of the CRL of a subordinate CA", None),
    ],
)
def test_what_the_title_says_was_not_disclosed_or_revoked_counts_where_nothing_else_does(
    title: str, kinds: tuple[str, ...] | None
) -> None:
    comment = WireComment(number=0, at=None, text="The name of a subordinate CA is in it.")
    report = read_thread([comment], bug=None, policies=standard(), title=title).report
    assert report is not None and (report.certificates.kinds if report.certificates else None) == kinds


@pytest.mark.parametrize(("field", "kinds"), [("N/A", None), ("OV", ("ov",)), ("TBD", ("ev",))])
def test_a_field_without_kinds_is_an_answer_but_a_placeholder_is_not(field: str, kinds: tuple[str, ...] | None) -> None:
    text = (
        "## Full Incident Report\n### Summary\n"
        "- **Incident description:** We issued two EV certificates with a wrong name."
        f"\n### Impact\n- **Affected certificate types:** {field}\n"
    )
    report = read_thread([WireComment(number=0, at=None, text=text)], bug=None, policies=standard()).report
    assert report is not None and (report.certificates.kinds or None if report.certificates else None) == kinds


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("388 precertificates (DV and OV) had no status.", ("dv", "ov")),
        ("In all, 12 certificates (OV) went unseen.", ("ov",)),
        ("The root (EV) went unseen.", None),
    ],
)
def test_kinds_in_brackets_behind_a_number_are_those_of_the_counted_ones(
    text: str, kinds: tuple[str, ...] | None
) -> None:
    report = read_thread([WireComment(number=0, at=None, text=text)], bug=None, policies=standard()).report
    assert report is not None and (report.certificates.kinds if report.certificates else None) == kinds


def test_a_hostile_title_costs_little() -> None:
    title, started = "disclosed TLS " * 6_000, time.process_time()
    comment = WireComment(number=0, at=None, text="A certificate was wrong.")
    read_thread([comment], bug=None, policies=standard(), title=title)
    assert time.process_time() - started < 5
