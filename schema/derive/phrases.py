"""The words of vocabularies inside a sentence: titles are for headings and have no article."""

from collections.abc import Mapping
from typing import Final

# What follows "what it reports was"; `{party}` is the CA or the auditor concerned.
DISCOVERIES: Final[Mapping[str, str]] = {
    "auditor": "found by an auditor",
    "root-program": "found by a root program",
    "subscriber": "found by a subscriber",
    "supplier": "found by a supplier or partner",
    "other-ca-incident": "found by reading about another incident",
    "problem-report": "found through a problem report",
    "researcher": "found by somebody outside the {party}",
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
    "WONTFIX": "as \u201cwon\u2019t fix\u201d",
    "WORKSFORME": "as not reproducible",
}


def listed(parts: list[str], last: str = "and") -> str:
    """Join the parts of a list: `a`, `a and b`, `a, b and c`."""
    return f" {last} ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def capitalised(text: str) -> str:
    """Return a text with a capital first letter; the other letters stay as they are."""
    return text[:1].upper() + text[1:]
