"""Find what no text of the dataset may contain: addresses, telephone numbers, mentions, invisible and posing letters.

Texts are checked one by one, and so are comments in files. Every search takes time proportional to the text.
"""

import re
import unicodedata
from collections.abc import Iterator

from ca_incidents.schema.findings import UNSEEN

# The sign itself, and its fullwidth and small forms.
_AT = "@\uff20\ufe6b"
_HOST_NAME = r"(?=(?:[\w-]{1,63}\.){1,5}[^\W\d_]{2})"
_SIGN = rf"""
    (?:
      [{_AT}]+ (?=[\w\[])                                     # jane@host, jane@@host, with or without a dot
    | \ ?[{_AT}]+\ ? {_HOST_NAME}                             # jane @ host.org
    | \s?[(\[{{<]\s?(?:at|[{_AT}])\s?[)\]}}>]\s? (?=\w)        # jane (at) host
    | &(?:\#0*64|\#x0*40|commat); (?=\w)                    # jane&#64;host
    | \ at\  (?=[\w-]{{1,63}}\ dot\ \w)                       # jane at host dot org
    | (?-i:\ AT\ ) {_HOST_NAME}                             # jane AT host.org
    | _at_ (?=[\w-]{{1,63}}?(?:\.|_dot_)[^\W\d_]{{2}})         # jane_at_host.org
    | % (?![2-9][0-9a-f]|[a-f][0-9]|[a-f]{{2}}%) {_HOST_NAME}  # jane%host.org, but not %20 in a web address
    )
    """
_NAME = r"[\w.+%'\"-]"
_HOST = r"[\w\[](?:[\w.:\]-]*[\w\]])?(?:\ dot\ \w+)*"
_ADDRESS = re.compile(f"{_NAME}{_SIGN}", re.X | re.I)
# Several in a row, as in a@b'c@d, are one.
_WHOLE_ADDRESS = re.compile(f"(?<!{_NAME}){_NAME}+{_SIGN}{_HOST}(?:{_NAME}*{_SIGN}{_HOST})*", re.X | re.I)
_TELEPHONE = re.compile(
    r"""
    (?<![\w+]) \+[1-9][0-9]{0,2} (?:[\ ().-]{0,2}[0-9]){7,12} (?![\w:])          # +1 (555) 010-0199
    | (?<![\w.-]) (?:\([0-9]{3}\)\ ?|[0-9]{3}[.-]) [0-9]{3} [.-] [0-9]{4} (?![\w-]) # (555) 010-0199
    | \b(?:tel|telephone|phone|mobile|fax) [.:]{1,2}\ ? \(?[0-9] (?:[\ ()/.-]{0,2}[0-9]){5,12} (?![\w:])
    """,
    re.X | re.I,
)
_MENTION = re.compile(rf"(?<![\w/])[{_AT}]\w")
_WORD = re.compile(r"[^\W\d_]+")

# Scripts with letters that look Latin. Other scripts, such as Japanese, are written next to Latin without a space.
_POSING = frozenset("CYRILLIC GREEK ARMENIAN CHEROKEE COPTIC LISU DESERET OSAGE".split())
# The one Greek letter that is often written before a Latin one: micro.
_MICRO = "\u03bc"


# Every address, written escape and entity contains one of these, in lower case.
_SIGNS = ("@", "\\", "&", "%", "_at_", " dot ", *(f"at{gap}{end}" for gap in ("", " ") for end in ")]}>"))


def is_plain(text: str) -> bool:
    """Return True if no text of a file can break these rules, which is so for most files and is quick to find out."""
    if not text.isascii() or " AT " in text:
        return False
    low = text.lower()
    return not any(sign in low for sign in _SIGNS) and not _TELEPHONE.search(text)


def flaws(text: str, *, typed: bool) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a text as (code, message), each code at most once.

    `typed` texts were written for the dataset by its contributors; these must not mention anybody or mix alphabets.
    """
    unseen = UNSEEN.search(text.replace("\n", "").replace("\t", ""))
    if unseen:
        yield "control-character", f"contains the invisible character U+{ord(unseen[0]):04X}; delete it"
    if _ADDRESS.search(text):
        yield "e-mail-address", "contains an e-mail address; delete it"
    elif typed and _MENTION.search(text):
        yield "at-mention", "mentions somebody with an @; delete the name"
    if _TELEPHONE.search(text):
        yield "telephone-number", "contains a telephone number; delete it"
    if typed and (posing := posing_letter(text)):
        word, letter = posing
        yield "look-alike", f"{_quoted(word)} is not what it looks like: it contains {named(letter)}"


def without_addresses(text: str, instead: str) -> str:
    """Replace every address and telephone number, with everything attached to it; no finding about either is left."""
    while _ADDRESS.search(text):
        shorter = _WHOLE_ADDRESS.sub(instead, text)
        text = shorter if shorter != text else _ADDRESS.sub(instead, text)
    return _TELEPHONE.sub(instead, text)


def posing_letter(text: str) -> tuple[str, str] | None:
    """Return the first word with a letter that only looks like a plain Latin one, and that letter."""
    if text.isascii():
        return None
    for found in _WORD.finditer(text):
        word = found[0]
        if word.isascii():
            continue
        has_latin = any(_script(letter) == "LATIN" for letter in word)
        for letter in word:
            if _is_styled(letter) or (has_latin and letter != _MICRO and _script(letter) in _POSING):
                return word, letter
    return None


def named(letter: str) -> str:
    """Return a character's code point and Unicode name."""
    return f"U+{ord(letter):04X} {unicodedata.name(letter, 'UNNAMED')}"


def _script(letter: str) -> str:
    return "LATIN" if letter.isascii() else unicodedata.name(letter, "").partition(" ")[0]


def _is_styled(letter: str) -> bool:
    if letter.isascii() or unicodedata.category(letter) not in {"Lu", "Ll"}:
        return False
    plain = unicodedata.normalize("NFKC", letter)
    return len(plain) == 1 and plain.isascii()


def _quoted(word: str) -> str:
    return f'"{word[:80]}"'
