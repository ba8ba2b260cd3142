"""What no text of the dataset may hold: a person's address or name, what cannot be seen, letters that pose as others.

Texts are looked at one by one, and so are comments. Every search here takes time in proportion to the text.
"""

import re
import unicodedata
from collections.abc import Iterator

from ca_incidents.schema.findings import UNSEEN

# The sign itself, and its fullwidth and small forms.
_AT = "@\uff20\ufe6b"
_ADDRESS = re.compile(
    rf"""
    [\w.+%'"-][{_AT}][\w\[]                             # jane@host, with or without a dot
    | \w\s?[(\[{{<]\s?(?:at|[{_AT}])\s?[)\]}}>]\s?\w    # jane (at) host
    | \w\ at\ [\w-]{{1,63}}\ dot\ \w                    # jane at host dot org
    | \w&(?:\#0*64|\#x0*40|commat);\w                   # jane&#64;host
    """,
    re.X | re.I,
)
_MENTION = re.compile(rf"(?<![\w/])[{_AT}]\w")
_WORD = re.compile(r"[^\W\d_]+")

# Scripts with letters that a reader takes for Latin ones. Others, such as Japanese, stand beside Latin without a gap.
_POSING = frozenset("CYRILLIC GREEK ARMENIAN CHEROKEE COPTIC LISU DESERET OSAGE".split())
# The one Greek letter that is often written before a Latin one: micro.
_MICRO = "\u03bc"


# All that an address, a written escape or an entity cannot do without, in lower case.
_SIGNS = ("@", "\\", "&", " dot ", *(f"at{gap}{end}" for gap in ("", " ") for end in ")]}>"))


def is_plain(text: str) -> bool:
    """Say at once of most files that no text in them needs a closer look."""
    if not text.isascii():
        return False
    low = text.lower()
    return not any(sign in low for sign in _SIGNS)


def flaws(text: str, *, typed: bool) -> Iterator[tuple[str, str]]:
    """List what is wrong with a text: code and message, at most one of each code.

    `typed` says that people typed it into the dataset; it then mentions nobody, and its words are what they look like.
    """
    unseen = UNSEEN.search(text.replace("\n", "").replace("\t", ""))
    if unseen:
        yield "control-character", f"holds U+{ord(unseen[0]):04X}, which is invisible or a control; leave it out"
    if _ADDRESS.search(text):
        yield "e-mail-address", "holds an e-mail address; no address is ever stored"
    elif typed and _MENTION.search(text):
        yield "at-mention", "mentions somebody with an @; name no person"
    if typed and (posing := posing_letter(text)):
        word, letter = posing
        yield "look-alike", f"{_quoted(word)} is not what it looks like: it holds {named(letter)}"


def without_addresses(text: str, instead: str) -> str:
    """Put something else in the place of every address, with all that hangs together with it."""
    if not _ADDRESS.search(text):
        return text
    return _WHOLE_ADDRESS.sub(instead, text)


_LOCAL = r"(?<![\w.+%'\"-])[\w.+%'\"-]+"
_HOST = r"[\w\[](?:[\w.:\]-]*[\w\]])?"
_WHOLE_ADDRESS = re.compile(
    rf"{_LOCAL}(?:[{_AT}]|\s?[(\[{{<]\s?(?:at|[{_AT}])\s?[)\]}}>]\s?|&(?:\#0*64|\#x0*40|commat);){_HOST}"
    rf"|{_LOCAL} at [\w-]{{1,63}} dot \w+",
    re.I,
)


def posing_letter(text: str) -> tuple[str, str] | None:
    """Give the first word, and in it the letter, that poses as a Latin one: of another script, or a styled form."""
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
    """Name a character by its number and Unicode's name for it."""
    return f"U+{ord(letter):04X} {unicodedata.name(letter, 'a letter without a name')}"


def _script(letter: str) -> str:
    return "LATIN" if letter.isascii() else unicodedata.name(letter, "").partition(" ")[0]


def _is_styled(letter: str) -> bool:
    if letter.isascii() or unicodedata.category(letter) not in {"Lu", "Ll"}:
        return False
    plain = unicodedata.normalize("NFKC", letter)
    return len(plain) == 1 and plain.isascii()


def _quoted(word: str) -> str:
    return f'"{word[:80]}"'
