"""The certificates that a title or a summary speaks of: how many, of which kind, and whether they were issued."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_WORDS = "one two three four five six seven eight nine ten eleven twelve".split()
# What may stand between a number and "certificates".
_KIND = (
    r"(?:misissued|mis-issued|unrevoked|revoked|expired|affected|invalid|additional|more|EV|OV|DV|IV|TLS|SSL|S/MIME|SMIME"
    r"|TLS/SSL|SSL/TLS|ECC|RSA|QWAC|PSD2|CA|ICA|root|intermediate|subordinate|issuing|cross|subscriber|leaf|server|user"
    r"|end-entity|end entity|enduser|EE|test|wildcard|client|code[- ]signing|signing|web|wrongly issued|unconstrained"
    r"|outdated|sampled|listed)"
)
_CERTIFICATE = r"(?:pre-?|cross-)?cert(?:ificate)?"
_COUNT = re.compile(
    rf"(?<![\w.,#~<>-])(?:(?P<digits>[1-9][0-9]{{0,2}}(?:,?[0-9]{{3}})*)|(?P<word>{'|'.join(_WORDS)})(?: \([0-9]+\))?)"
    rf"(?: {_KIND}){{0,4}} {_CERTIFICATE}(?P<several>s?)\b(?! (?:problem|polic|profile|revo|transp))",
    re.IGNORECASE,
)
# What may stand between "a" and "certificate" too, after the name of a CA.
_OF_ONE = (
    rf"(?: (?-i:[A-Z])[\w'\u2019-]*){{0,3}}(?: (?:{_KIND}|new|old|single|replacement|extended-validation"
    r"|organi[sz]ation-validated|individual-validated|domain-validated|OCSP responder|qualified|delegated"
    r"|self-signed)){0,5}"
)
# Neither what a service tells of any certificate, nor a word before another noun.
_ONE = re.compile(
    rf"(?<!\bwhether )(?<!\bwhy )(?<!\bexample of )\b(?:an?{_OF_ONE} {_CERTIFICATE}\b"
    rf"|(?:the|its){_OF_ONE} {_CERTIFICATE}\b(?= (?-i:[A-Z]|['\"\u2018\u201c])))"
    r"(?!'| (?:revo|transp|problem|polic|pract|prof|author|file|chain|request|templat|status|system|order|could))",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"\b(?:(?i:(?:pre-?|cross-)?cert(?:ificate)?s|intermediates|roots)|CAs)\b")
_IN_BRACKETS = re.compile(r"\([^)]*\)")
_REST = re.compile(r"\b(?:more|additional)\b", re.IGNORECASE)
_OF_A_CA = re.compile(r"\b(?:I?CA|intermediate|root|subordinate|cross)\b", re.IGNORECASE)
_PRECERTIFICATE = re.compile(r"\bpre-?cert(?:ificate)?s?\b", re.IGNORECASE)
# The certificates are what was issued, not what another thing belongs to: "OCSP answers for issued certificates".
_ISSUED = re.compile(
    rf"\bissuance of (?:[\w/-]+ ){{0,4}}{_CERTIFICATE}s?\b"
    rf"|^\W*(?:(?!(?:for|in|of|with|and)\b)\S+ ){{0,6}}{_CERTIFICATE}s? (?:was |were )?(?:mis-?)?issued\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mention:
    """How many certificates a text speaks of, and the noun for one of them."""

    count: int
    noun: str


def counts_in(text: str) -> Iterator[int]:
    """Yield each number of certificates that a text states."""
    return (_number(match) for match in _COUNT.finditer(text))


def stated_in(summary: str) -> Mention | None:
    """Return the only number of certificates that a summary states."""
    text = _on_one_line(summary)
    stated = [m for m in _COUNT.finditer(text) if bool(m["several"]) == (_number(m) > 1)]
    if len(stated) != 1 or _REST.search(stated[0][0]):
        return None
    count = _number(stated[0])
    return None if count == 1 and _SEVERAL.search(text) else Mention(count, _noun(stated[0][0]))


def described_in(summary: str) -> Mention | None:
    """Return the one certificate that a summary speaks of, without a number and without any others."""
    text = _on_one_line(summary)
    one = None if _SEVERAL.search(text) else _ONE.search(_IN_BRACKETS.sub("", text))
    return Mention(1, _noun(one[0])) if one else None


def names_precertificates(text: str) -> bool:
    """Return whether a text speaks of precertificates."""
    return _PRECERTIFICATE.search(text) is not None


def tells_of_issuance(title: str) -> bool:
    """Return whether certificates that were issued are what a title is about."""
    return _ISSUED.search(title) is not None


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _number(match: re.Match[str]) -> int:
    return int(match["digits"].replace(",", "")) if match["digits"] else 1 + _WORDS.index(match["word"].lower())


def _noun(words: str) -> str:
    if names_precertificates(words):
        return "precertificate"
    return "CA certificate" if _OF_A_CA.search(words) else "certificate"
