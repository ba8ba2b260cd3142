"""Identifiers in a text: crt.sh numbers, certificate fingerprints, Bugzilla bugs and attachments."""

import re
from collections.abc import Iterator

# `caid=` names a CA and `?q=` a search: only a number after id=, and only 64 hexadecimal digits, are a certificate.
_CRTSH_LINK = re.compile(
    r"crt\.sh/?(?:[a-z]{0,12}/?)?\?((?:[A-Za-z0-9_%;]{1,20}=[^\s&<>\"')\]|,]{0,80}&){0,6}?)(?:id=)([0-9]{3,12})(?![0-9A-Za-z])",
    re.I,
)
_CRTSH_SHORT = re.compile(r"crt\.sh/([0-9]{5,12})(?![0-9A-Za-z])", re.I)
_CRTSH_BARE = re.compile(r"(?<![A-Za-z0-9])\?id=([0-9]{5,12})(?![0-9A-Za-z])", re.I)
_CRTSH_NAMED = re.compile(
    r"crt\.sh(?: ?IDs?| (?:entry|entries|links?|number|no\.))[ :#()]{1,4}((?:[0-9]{5,12}(?:, ?|"
    r" and | ?& ?|; ?| )?){1,60})",
    re.I,
)
_DIGITS = re.compile(r"(?<![0-9A-Za-z./-])[0-9]{6,12}(?![0-9A-Za-z./%-])")
_HEX = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{64}(?![0-9A-Za-z])")
_COLON_HEX = re.compile(r"(?<![0-9A-Fa-f:])[0-9A-Fa-f]{2}(?:[: ][0-9A-Fa-f]{2}){31}(?![0-9A-Fa-f:])")
_NOT_A_CERTIFICATE = re.compile(
    r"(?:spki|key|public key|csr|crl|hash of|issuer key|subject key|file|checksum|zip|pdf|serial)[a-z -]{0,20}"
    r"(?:sha-?256|fingerprint|hash|identifier|number)?[ :=]{0,3}$",
    re.I,
)
_KEY_HASH = re.compile(r"spki(?:sha256|_sha256|-sha256)?=([0-9A-Fa-f]{64})(?![0-9A-Za-z])", re.I)
_KEYS_FOLLOW = re.compile(r"\bspki\b|\b(?:public|private) keys?\b.{0,80}:|\bkey (?:hash|fingerprint|identifier)", re.I)
_ATTACHMENT = re.compile(
    r"(?:^Created attachment |attachment\.cgi\?id=|\battachment (?:#|no\.? ?)?)([0-9]{6,9})\b", re.I | re.M
)
_BUG = re.compile(
    r"(?:show_bug\.cgi\?id=|bugzil\.la/|\bbug(?:zilla)?s?(?: (?:bugs?|ids?|tickets?|reports?"
    r"|incidents?|issues?|entry|entries))?[ :]{0,2}(?:\[?#|no\.? ?|number ?|\[|\()? ?)"
    r"([0-9]{6,7})(?![0-9])((?:(?:, ?(?:and )?| and | & |/)(?:bugs? )?#?[0-9]{6,7}(?![0-9]))*)",
    re.I,
)
_HASH = re.compile(r"(?<![0-9A-Za-z/&#=?])#([12][0-9]{6})(?![0-9])")
_BUG_NUMBER = re.compile(r"[0-9]{6,7}")


def crtsh_ids(text: str) -> tuple[int, ...]:
    """Return the crt.sh numbers of certificates, each once, in reading order."""
    if "crt" not in text and "?id=" not in text and "CRT" not in text.upper():
        return ()
    found = [(m.start(), int(m[2])) for m in _CRTSH_LINK.finditer(text)]
    for pattern in (_CRTSH_SHORT, _CRTSH_BARE):
        found += [(m.start(), int(m[1])) for m in pattern.finditer(text)]
    for match in _CRTSH_NAMED.finditer(text):
        found += [(match.start(1) + m.start(), int(m[0])) for m in _DIGITS.finditer(match[1])]
    return tuple(dict.fromkeys(number for _, number in sorted(found) if number > 0))


def fingerprints(text: str) -> tuple[str, ...]:
    """Return the SHA-256 fingerprints of certificates, in lower case without colons, each once, in reading order."""
    hashes = list(_HEX.finditer(text))
    keys = {match[1].lower() for match in _KEY_HASH.finditer(text)} | (_listed_keys(text) if hashes else set())
    found = []
    for match in (*hashes, *_COLON_HEX.finditer(text)):
        if not _NOT_A_CERTIFICATE.search(text[max(0, match.start() - 40) : match.start()].rsplit("\n", 1)[-1]):
            found.append((match.start(), re.sub("[: ]", "", match[0]).lower()))
    return tuple(dict.fromkeys(value for _, value in sorted(found) if value not in keys))


def _listed_keys(text: str) -> set[str]:
    """Find the hashes in a list whose opening line says that it holds keys."""
    found: set[str] = set()
    opening = ""
    for line in text.split("\n"):
        bare = line.strip(" \t>*-•`")
        if _HEX.fullmatch(bare):
            if opening.endswith(":") and _KEYS_FOLLOW.search(opening[-300:]):
                found.add(bare.lower())
        elif bare:
            opening = bare
    return found


def attachments(text: str) -> tuple[int, ...]:
    """Return the numbers of the attachments that a text creates or mentions."""
    return tuple(dict.fromkeys(int(m[1]) for m in _ATTACHMENT.finditer(text)))


def bugs(text: str) -> Iterator[tuple[int, int]]:
    """Yield the bugs that a text mentions, with their offsets: first those in links or after the word bug."""
    for match in _BUG.finditer(text):
        yield int(match[1]), match.start(1)
        yield from ((int(m[0]), match.start(2) + m.start()) for m in _BUG_NUMBER.finditer(match[2]))
    yield from ((int(match[1]), match.start(1)) for match in _HASH.finditer(text))
