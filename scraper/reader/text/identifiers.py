"""Identifiers in a text: crt.sh numbers, certificate fingerprints, Bugzilla bugs and attachments."""

import re
from collections import deque
from collections.abc import Collection, Iterator, Mapping

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
    r"(?:spki|key|public key|csr|crl|hash of(?! (?:the )?cert)|issuer key|subject key|file|checksum|zip|pdf|serial)"
    r"[a-z -]{0,20}"
    r"(?:sha-?256|fingerprint|hash|identifier|number)?[ :=]{0,3}$",
    re.I,
)
_KEY_HASH = re.compile(r"(?:spki|key)[\w.-]{0,40}(?:=|%3A\+?)([0-9A-Fa-f]{64})(?![0-9A-Za-z])", re.I)
_KEYS_FOLLOW = re.compile(r"\bspki\b|\b(?:public|private) keys?\b.{0,80}:|\bkey (?:hash|fingerprint|identifier)", re.I)
_NEAR, _FARTHEST = 41, 300
_LIST_FOLLOWS = re.compile(r"(?::|\bbelow\.?)\Z")
# Words before an identifier, in its line or in the line that announces the list, that name a certificate only to say
# where the others belong, what replaced them, or what they were compared with.
_INNOCENT = re.compile(
    r"\b(?:(?:replaced by|re-?issued \(?as|path through|CPS (?:disclosed |published )?for|issuer cert\w* revoked \(?"
    r"|(?:prior|previous) (?:\w+ ){0,2}certificate)\W*(?:https?://\S*)?\Z"
    r"|(?:(?:by|under) the following (?:\w+ ){0,2}(?:(?:sub[- ]?)?CA|intermediate|issuer|root)'?s?\b"
    r"|same subject [^\n]*\bfound in )[^\n]*:\n)",
    re.I,
)
_ATTACHMENT = re.compile(
    r"(?:^Created attachment |attachment\.cgi\?id=|\battachment (?:#|no\.? ?)?)([0-9]{6,9})\b", re.I | re.M
)
_BUG = re.compile(
    r"(?:show_bug\.cgi\?id=|bugzil\.la/|\bbug(?:zilla)?s?(?: (?:bug(?:post)?s?|fix|ids?|tickets?|reports?"
    r"|incidents?|issues?|entry|entries))?[ :]{0,2}(?:\[?#|no\.? ?|number ?|\[|\()? ?)"
    r"([0-9]{6,7})(?![0-9]|\.bmoattachments)((?:(?:, ?(?:and )?| and | & |/)(?:bugs? )?#?[0-9]{6,7}(?![0-9]))*)",
    re.I,
)
_HASH = re.compile(r"(?<![0-9A-Za-z/&#=?])#([12][0-9]{6})(?![0-9])")
_BUG_NUMBER = re.compile(r"[0-9]{6,7}")


def crtsh_ids(text: str) -> tuple[int, ...]:
    """Return the crt.sh numbers of certificates concerned, each once, in reading order."""
    if "crt" not in text and "?id=" not in text and "CRT" not in text.upper():
        return ()
    found = [(m.start(), int(m[2])) for m in _CRTSH_LINK.finditer(text)]
    for pattern in (_CRTSH_SHORT, _CRTSH_BARE):
        found += [(m.start(), int(m[1])) for m in pattern.finditer(text)]
    for match in _CRTSH_NAMED.finditer(text):
        found += [(match.start(1) + m.start(), int(m[0])) for m in _DIGITS.finditer(match[1])]
    before = _words_before(text, [start for start, _ in found])
    return tuple(
        dict.fromkeys(number for start, number in sorted(found) if number > 0 and not _INNOCENT.search(before[start]))
    )


def fingerprints(text: str) -> tuple[str, ...]:
    """Return the SHA-256 fingerprints of certificates concerned, in lower case without colons, each once, in order."""
    found = [(m.start(), re.sub("[: ]", "", m[0]).lower()) for p in (_HEX, _COLON_HEX) for m in p.finditer(text)]
    keys = {match[1].lower() for match in _KEY_HASH.finditer(text)}
    before = _words_before(text, [start for start, _ in found])
    for start, value in found:
        opening, _, own = before[start].rpartition("\n")
        lists_keys = _LIST_FOLLOWS.search(opening) and _KEYS_FOLLOW.search(opening) and "crt.sh" not in own
        if lists_keys or _NOT_A_CERTIFICATE.search(f"{opening} {own}"[-_NEAR:]):
            keys.add(value)
    return tuple(
        dict.fromkeys(
            value for start, value in sorted(found) if value not in keys and not _INNOCENT.search(before[start])
        )
    )


def _words_before(text: str, starts: Collection[int]) -> Mapping[int, str]:
    """Return the words before each identifier: the last line without one, and the beginning of its own line."""
    found: dict[int, str] = {}
    waiting = deque(sorted(set(starts)))
    opening, line = "", 0
    for each in text.split("\n"):
        end = line + len(each)
        bare = each.strip(" \t>*-•`")
        if bare and not (waiting and waiting[0] <= end):
            opening = bare[-_FARTHEST:]
        while waiting and waiting[0] <= end:
            start = waiting.popleft()
            found[start] = f"{opening}\n{text[max(line, start - _FARTHEST) : start]}"
        line = end + 1
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
