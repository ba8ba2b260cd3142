"""The content words of a text, each by what its forms have in common."""

import re

from ca_incidents.scraper.reader.form.fields import folded

_COMMON = frozenset(
    "the a an and or of to in on for with by as at be is are was were has have had been will"
    " shall we our us it its this that these those from into not all any complete completed done finished ongoing due"
    " status which who during next also now new additional one two three four five january february march april may"
    " june july august september october november december today yesterday monday tuesday wednesday thursday friday"
    " saturday sunday action item items step steps task measure point number before after every each they them their"
    " can could would should must only than then there when while without live active force"
    " believe since because need plan want hope expect".split()
)
_ENDING = re.compile(r"(?<=\w{3})(?:ings?|(?<!e)ers?|ed|es|s|e)$")
# Words that mean the same in a list of what to do.
_SAME = (
    (re.compile(r"train|cours|lesson|refres|briefi?|worksh|semina|educat|taught|teach"), "train"),
    (re.compile(r"revoca"), "revok"),
    (re.compile(r"beg[au]n"), "begin"),
    (re.compile(r"told"), "tell"),
    (re.compile(r"sent$"), "send"),
    (re.compile(r"built"), "build"),
    (re.compile(r"wr(?:ot|itte)"), "writ"),
    (re.compile(r"bought"), "buy"),
    (re.compile(r"person$"), "peopl"),
)
# The number of a version or of a document, "4.1" or "OP-17", is the most distinct word of all.
_CODE = re.compile(r"(?<![\w.,:-])(?:[A-Z]{1,4}-[0-9]{1,3}|[0-9]{1,2}\.[0-9]{1,2})(?![\w:-]|[.,][0-9])")
_LINTER, _LINT = re.compile(r"\w+lint"), "lint"


def words_of(text: str) -> frozenset[str]:
    """Return the stems of a text's content words."""
    return frozenset(words_in_order(text))


def words_in_order(text: str) -> list[str]:
    """Return the stem of each content word of a text; the name of a linter also stands for linters."""
    said = (word for word in folded(text).split() if len(word) > 2 and word not in _COMMON and not word[0].isdigit())
    words = [one for word in said for one in ((word, _LINT) if _LINTER.fullmatch(word) else (stem(word),))]
    return words + [code.lower() for code in _CODE.findall(text)]


def stem(word: str) -> str:
    """Return what "linter" and "linting" have in common."""
    short = _ENDING.sub("", word)[:6]
    return next((same for pattern, same in _SAME if pattern.match(short)), short)
