"""The words of vocabularies inside a sentence: titles are for headings and have no article."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class TopicPhrase:
    """A topic in sentences: the matter, and what went wrong; nothing went wrong where `failed` is None."""

    matter: str
    failed: str | None


# In braces stand alternatives, of which those are said that a title has words for, or all of them.
# `matter` follows "it raised the matter of" and has no comma; `failed` follows "reports that" and says no more than the
# definition of the topic, since it is said of every incident of that topic.
TOPICS: Final[Mapping[str, TopicPhrase]] = {
    "subject-values": TopicPhrase(
        "wrong values in certificate subjects",
        "certificates had a {wrong|meaningless} value in their subject",
    ),
    "subject-attributes": TopicPhrase(
        "a wrong set of subject attributes",
        "subject attributes of certificates were {missing|not allowed|repeated|too long|in the wrong order}",
    ),
    "ev-fields": TopicPhrase(
        "wrong or missing EV registration fields",
        "registration fields of EV or qualified certificates were {wrong|missing|not allowed}",
    ),
    "san": TopicPhrase(
        "faulty subject alternative names",
        "the subject alternative name of certificates was missing or incomplete, or had wrong or repeated entries",
    ),
    "name-form": TopicPhrase(
        "invalid or internal names in certificates",
        "names in certificates were malformed or not allowed (internal, reserved or not registered, for example)",
    ),
    "validity-period": TopicPhrase(
        "a wrong validity period",
        "certificates {were valid for longer than allowed|had wrong dates}",
    ),
    "serial-number": TopicPhrase(
        "faulty serial numbers",
        "serial numbers of certificates were {too short|not random enough|used twice|malformed}",
    ),
    "weak-key": TopicPhrase(
        "weak keys",
        "certificates were issued for keys with a size, parameter or weakness that is not allowed",
    ),
    "compromised-key": TopicPhrase(
        "compromised keys",
        "private keys were exposed, or keys known to be compromised were certified again or not blocked",
    ),
    "algorithm": TopicPhrase(
        "a forbidden or wrongly written algorithm",
        "a signature, hash or key algorithm was {not allowed|written wrongly}",
    ),
    "domain-validation": TopicPhrase(
        "faulty domain validation",
        "control of a domain name or IP address was not validated as the rules require",
    ),
    "caa": TopicPhrase(
        "faulty CAA checks",
        "CAA records were not checked as the rules require",
    ),
    "identity-vetting": TopicPhrase(
        "faulty identity vetting",
        "{an organisation|a person} was not verified as the rules require",
    ),
    "smime-validation": TopicPhrase(
        "faulty S/MIME validation or profiles",
        "S/MIME certificates did not follow the rules for their validation or content",
    ),
    "certificate-policies": TopicPhrase(
        "a faulty certificate policies extension",
        "a policy identifier, policy qualifier or CPS address in certificates was {wrong|missing|not allowed}",
    ),
    "extensions": TopicPhrase(
        "faulty certificate extensions",
        "an extension of certificates was {wrong|missing|not allowed}",
    ),
    "encoding": TopicPhrase(
        "faulty encoding",
        "certificates or other signed data were not encoded as the standards demand",
    ),
    "crl": TopicPhrase(
        "faulty CRLs",
        "CRLs were faulty, for example in their fields, validity, scope, signature or entries",
    ),
    "ocsp": TopicPhrase(
        "wrong OCSP responses",
        "OCSP responders gave {wrong|badly formed|no} answers",
    ),
    "responder-certificate": TopicPhrase(
        "faulty OCSP responder certificates",
        "certificates of OCSP responders did not follow their profile",
    ),
    "status-unavailable": TopicPhrase(
        "missing or stale revocation status",
        "the revocation status of certificates (by CRL or OCSP) was out of reach, out of date or contradictory",
    ),
    "ct": TopicPhrase(
        "Certificate Transparency",
        "something was wrong with Certificate Transparency logs, timestamps or precertificates",
    ),
    "ca-certificate": TopicPhrase(
        "faulty CA certificates",
        "a root, intermediate or cross certificate was issued against the rules or should not exist",
    ),
    "test-certificate": TopicPhrase(
        "test certificates from a trusted hierarchy",
        "test certificates were issued from a trusted hierarchy",
    ),
    "wrongful-issuance": TopicPhrase(
        "certificates issued to the wrong party",
        "certificates were issued to somebody who had no right to them",
    ),
    "several-faults": TopicPhrase(
        "several faults of certificates",
        "certificates were issued with several faults or with faults that are not named",
    ),
    "revocation-late": TopicPhrase(
        "late or refused revocation",
        "certificates were revoked after the deadline or not at all",
    ),
    "revocation-incomplete": TopicPhrase(
        "incomplete or mistaken revocation",
        "certificates were left out of a revocation or revoked by mistake, or revocation did not work",
    ),
    "revocation-reason": TopicPhrase(
        "wrong or missing revocation reasons",
        "the reasons given for revocations were {wrong|missing|not offered}",
    ),
    "problem-report-late": TopicPhrase(
        "late or missing answers to a problem report",
        "a problem report was not answered or acted on in time",
    ),
    "problem-report-contact": TopicPhrase(
        "the way to report problems",
        "the way to report problems with certificates was {missing|broken|badly published}",
    ),
    "audit-late": TopicPhrase(
        "a late audit",
        "an audit or its statement was late or expected to be late",
    ),
    "audit-scope": TopicPhrase(
        "a missing or incomplete audit",
        "certificates, systems or periods were not covered by an audit, or its statement was incomplete or wrong",
    ),
    "audit-opinion": TopicPhrase(
        "audit findings",
        "an auditor {reported findings|qualified the opinion}",
    ),
    "ca-disclosure": TopicPhrase(
        "missing or wrong disclosure of CA certificates",
        "CA certificates or their revocation were {not disclosed|disclosed late|disclosed wrongly} in the CCADB",
    ),
    "ccadb-data": TopicPhrase(
        "missing or wrong data in the CCADB",
        "data in the CCADB was {missing|late|wrong}",
    ),
    "cps-content": TopicPhrase(
        "an incomplete or outdated CP or CPS",
        "a CP, CPS or subscriber document was {incomplete|wrong|not updated in time}",
    ),
    "cps-deviation": TopicPhrase(
        "practice that differs from the CP or CPS",
        "the CA's practice differed from its own CP or CPS",
    ),
    "incident-report": TopicPhrase(
        "a late or incomplete incident report or update",
        "an incident report, answer or update was {late|incomplete|wrong|missing}",
    ),
    "root-program-request": TopicPhrase(
        "an unanswered survey or request of a root program",
        "a survey or request of a root program was not answered or done as asked",
    ),
    "test-website": TopicPhrase(
        "faulty test websites",
        "a website for testing certificates was wrong or out of reach",
    ),
    "key-ceremony": TopicPhrase(
        "the handling of CA keys",
        "CA keys were not generated, stored, used or destroyed as the rules require",
    ),
    "software-fault": TopicPhrase(
        "a fault of software or its settings",
        "software or its settings were at fault",
    ),
    "outage": TopicPhrase(
        "an outage",
        "a service was down or disrupted",
    ),
    "monitoring-gap": TopicPhrase(
        "a gap in monitoring or linting",
        "monitoring or linting was missing, failed or was ignored",
    ),
    "human-step": TopicPhrase(
        "a mistake at a manual step",
        "a step done by hand went wrong",
    ),
    "supplier": TopicPhrase(
        "a supplier or other outside party",
        "a supplier, subordinate CA or other outside party was involved",
    ),
    "security-controls": TopicPhrase(
        "security controls",
        "security controls (such as access rights, networks, patches or premises) fell short",
    ),
    "records": TopicPhrase(
        "missing or faulty logs and records",
        "logs, evidence or other records were {missing|wrong|not kept}",
    ),
    "missed-requirement": TopicPhrase(
        "a missed or misread requirement",
        "a requirement was missed or misread",
    ),
    "staffing-training": TopicPhrase(
        "staff or training",
        "the training, checks, roles or number of staff fell short",
    ),
    "internal-procedure": TopicPhrase(
        "internal procedures",
        "a procedure, plan or review inside the CA fell short",
    ),
    "trust-in-ca": TopicPhrase(
        "trust in the CA as a whole",
        "the conduct, ownership or trusted status of the organisation as a whole was in question",
    ),
    "collection": TopicPhrase(
        "a project or a collection of other bugs",
        None,
    ),
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
    "audit": "found in an audit",
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
