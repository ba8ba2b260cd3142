"""The abbreviations of the field: a table for the glossary, and marks that explain them where a page uses them."""

import re
from collections.abc import Mapping
from typing import Final

from markupsafe import Markup, escape

# What each stands for; sentences that need a word of explanation have it after a semicolon.
ABBREVIATIONS: Final[Mapping[str, str]] = {
    "ACME": "Automatic Certificate Management Environment; the protocol by which servers order certificates (RFC 8555)",
    "AIA": "authority information access; an extension with the addresses of OCSP and of the issuer's certificate",
    "ALPN": "application-layer protocol negotiation; used by one method of domain validation",
    "ALV": "audit letter validation; the CCADB's automatic check of audit statements",
    "ARL": "authority revocation list; a CRL for the certificates of CAs",
    "BR": "Baseline Requirements of the CA/Browser Forum",
    "CAA": "certification authority authorization; DNS records that say which CAs may issue for a domain",
    "CCADB": "Common CA Database; where CAs tell the root programs of their certificates, audits and policies",
    "CDP": "CRL distribution point; the address of a CRL inside a certificate",
    "CN": "common name; a name in the subject of a certificate",
    "CP": "certificate policy; the rules that a CA promises to follow",
    "CPR": "certificate problem report; a message to a CA that a certificate is wrong or misused",
    "CPS": "certification practice statement; how a CA follows its certificate policy",
    "CRL": "certificate revocation list; a signed list of certificates that are no longer valid",
    "CSR": "certificate signing request; what an applicant sends to the CA",
    "CT": "Certificate Transparency; public logs of issued certificates",
    "DCV": "domain control validation; the check that an applicant controls a domain",
    "DER": "Distinguished Encoding Rules; the binary encoding of certificates",
    "DV": "domain-validated; only control of the domain was checked",
    "ECC": "elliptic curve cryptography",
    "EKU": "extended key usage; an extension that says what a certificate is for",
    "ETSI": "European Telecommunications Standards Institute; its standards are one of two bases of audits",
    "EV": "extended validation; the organisation was verified by the EV Guidelines",
    "EVG": "EV Guidelines of the CA/Browser Forum",
    "FQDN": "fully qualified domain name",
    "ICA": "intermediate CA; a CA whose certificate was issued by another CA",
    "IDN": "internationalized domain name",
    "IDP": "issuing distribution point; an extension that says what a CRL covers",
    "IV": "individual-validated; a person was verified",
    "JOI": "jurisdiction of incorporation; where an organisation is registered",
    "LDAP": "Lightweight Directory Access Protocol",
    "MPIC": "multi-perspective issuance corroboration; checking a domain from several places of the Internet",
    "OCSP": "Online Certificate Status Protocol; how a client asks whether a certificate was revoked",
    "OID": "object identifier; a number that names a policy or an algorithm",
    "OU": "organizational unit; an attribute of the subject, not allowed in TLS certificates since September 2022",
    "OV": "organisation-validated; the organisation was verified",
    "PEM": "Privacy-Enhanced Mail; the text encoding of certificates",
    "PSD2": "Payment Services Directive 2 of the European Union; some of its certificates name payment services",
    "QWAC": "qualified website authentication certificate; a TLS certificate under European law (eIDAS)",
    "RDN": "relative distinguished name; one part of the subject of a certificate",
    "RFC": "Request for Comments; an Internet standard",
    "SAN": "subject alternative name; the extension with the names that a certificate is for",
    "SCT": "signed certificate timestamp; a log's promise to publish a certificate",
    "TLD": "top-level domain",
    "TLS": "Transport Layer Security; what secures websites",
    "TSP": "trust service provider; a CA under European law (eIDAS)",
    "URI": "uniform resource identifier; an address",
}
# Longer ones first, so that CPS is not read as CP.
_WORD = re.compile(rf"(?<![\w.])(?:{'|'.join(sorted(ABBREVIATIONS, key=len, reverse=True))})(?=s?\b)(?!\.\w)")


def explained(text: object, said_before: str = "") -> Markup:
    """Explain each abbreviation where a text first uses it, on hovering, unless it was explained before."""
    done = set(_WORD.findall(said_before))

    def mark(match: re.Match[str]) -> str:
        word = match[0]
        if word in done:
            return word
        done.add(word)
        return f'<abbr title="{escape(ABBREVIATIONS[word])}">{word}</abbr>'

    return Markup(_WORD.sub(mark, str(escape(text))))  # noqa: S704
