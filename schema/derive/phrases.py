"""The words of vocabularies inside a sentence: titles are for headings and have no article."""

from collections.abc import Mapping
from typing import Final

# What follows "This incident is about"; no phrase has a comma, so that several can be listed.
TOPICS: Final[Mapping[str, str]] = {
    "subject-values": "wrong values in certificate subjects",
    "subject-attributes": "a wrong set of subject attributes",
    "ev-fields": "wrong or missing EV registration fields",
    "san": "faulty subject alternative names",
    "name-form": "invalid or internal names in certificates",
    "validity-period": "a wrong validity period",
    "serial-number": "faulty serial numbers",
    "weak-key": "weak keys",
    "compromised-key": "compromised keys",
    "algorithm": "a forbidden or wrongly written algorithm",
    "domain-validation": "faulty domain validation",
    "caa": "faulty CAA checks",
    "identity-vetting": "faulty identity vetting",
    "smime-validation": "faulty S/MIME validation or profiles",
    "certificate-policies": "a faulty certificate policies extension",
    "extensions": "faulty certificate extensions",
    "encoding": "faulty encoding",
    "crl": "faulty CRLs",
    "ocsp": "wrong OCSP responses",
    "responder-certificate": "faulty OCSP responder certificates",
    "status-unavailable": "missing or stale revocation status",
    "ct": "Certificate Transparency",
    "ca-certificate": "faulty CA certificates",
    "test-certificate": "test certificates from a trusted hierarchy",
    "wrongful-issuance": "certificates issued to the wrong party",
    "several-faults": "several faults of certificates",
    "revocation-late": "late or refused revocation",
    "revocation-incomplete": "incomplete or mistaken revocation",
    "revocation-reason": "wrong or missing revocation reasons",
    "problem-report-late": "late or missing answers to a problem report",
    "problem-report-contact": "the way to report problems",
    "audit-late": "a late audit",
    "audit-scope": "a missing or incomplete audit",
    "audit-opinion": "audit findings",
    "ca-disclosure": "missing or wrong disclosure of CA certificates",
    "ccadb-data": "missing or wrong data in the CCADB",
    "cps-content": "an incomplete or outdated CP or CPS",
    "cps-deviation": "practice that differs from the CP or CPS",
    "incident-report": "a late or incomplete incident report or update",
    "root-program-request": "an unanswered survey or request of a root program",
    "test-website": "faulty test websites",
    "key-ceremony": "the handling of CA keys",
    "software-fault": "a fault of software or its settings",
    "outage": "an outage",
    "monitoring-gap": "a gap in monitoring or linting",
    "human-step": "a mistake at a manual step",
    "supplier": "the failure of a supplier or other outside party",
    "security-controls": "security controls",
    "records": "missing or faulty logs and records",
    "missed-requirement": "a missed or misread requirement",
    "staffing-training": "staff or training",
    "internal-procedure": "internal procedures",
    "trust-in-ca": "trust in the CA as a whole",
    "collection": "a project or a collection of other bugs",
}

# What follows "It was"; `{party}` is the CA or the auditor concerned.
DISCOVERIES: Final[Mapping[str, str]] = {
    "auditor": "found by an auditor",
    "root-program": "found by a root program",
    "subscriber": "found by a subscriber",
    "supplier": "found by a supplier or partner",
    "other-ca-incident": "found after reading about another incident",
    "problem-report": "found through a problem report",
    "researcher": "found and made public by somebody outside the {party}",
    "pre-issuance-linting": "found by a check before issuance",
    "post-issuance-linting": "found by a check after issuance",
    "monitoring": "found by monitoring",
    "internal-review": "found by an internal review",
}
DISCLOSURES: Final[Mapping[str, str]] = {
    "self-reported": "found by the {party} itself",
    "third-party": "found by somebody outside the {party}",
    "audit": "found by an audit",
}

# What stands before "certificate".
CERTIFICATE_KINDS: Final[Mapping[str, str]] = {
    "dv": "domain-validated TLS",
    "ov": "organisation-validated TLS",
    "iv": "individual-validated TLS",
    "ev": "extended-validation TLS",
    "tls": "TLS server",
    "smime": "S/MIME",
    "code-signing": "code signing",
    "client": "client authentication",
    "timestamping": "time-stamping",
    "root": "root CA",
    "ca": "subordinate CA",
    "ocsp": "OCSP responder",
    "qwac": "qualified website authentication",
    "document-signing": "document signing",
    "other": "other",
}

# Rule documents whose title does not follow "the" as it is.
DOCUMENTS: Final[Mapping[str, str]] = {
    "tls-br": "the TLS Baseline Requirements",
    "smime-br": "the S/MIME Baseline Requirements",
    "cs-br": "the Code Signing Baseline Requirements",
    "ev-guidelines": "the EV Guidelines",
    "netsec": "the Network Security Requirements",
    "etsi": "an ETSI standard",
    "webtrust": "the WebTrust criteria",
    "vmc": "the Mark Certificate Requirements",
    "cp-cps": "the CA's own CP or CPS",
}

# What follows "closed".
RESOLUTIONS: Final[Mapping[str, str]] = {
    "FIXED": "as fixed",
    "DUPLICATE": "as a duplicate",
    "INCOMPLETE": "as incomplete",
    "INVALID": "as invalid",
    "MOVED": "as moved elsewhere",
    "WONTFIX": "as one that will not be fixed",
    "WORKSFORME": "as one that could not be reproduced",
}


def listed(parts: list[str], last: str = "and") -> str:
    """Join the parts of a list: `a`, `a and b`, `a, b and c`."""
    return f" {last} ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def capitalised(text: str) -> str:
    """Return a text with a capital first letter; the other letters stay as they are."""
    return text[:1].upper() + text[1:]
