"""Split text into sentences and clauses; remove web addresses and quotations."""

import re
from collections.abc import Iterator

LONGEST_SENTENCE = 800

# No real sentence mentions more counts or kinds than this; the limit keeps hostile texts cheap.
MOST_IN_SENTENCE = 12

_LONGEST_CLAUSE = 2_000
_LONGEST_NAME = 12
# "At 9:45 U.S. Pacific time" and "from Mr. Elm" do not end a sentence.
_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!\b[A-Z]\.[A-Z]\.)(?<!\b[MD][rs]\.)(?<!\bMrs\.)\s+(?=[A-Z0-9])|\n|;\s")
_CLAUSE_END = re.compile(r"[;\n]|(?:(?<=[a-z)0-9\"'])|(?<=[A-Z]{2}))[.?!](?=\s+[A-Z\"])")
_IN_BRACKETS = re.compile(r"\((?:[^()\n]|\([^()\n]{0,80}\)){0,200}\)")
# The full stop in "9.2.4. Place of business" and "[Section 9. Place" does not end a sentence.
_HEADED = re.compile(
    r"((?:^|\[)\W{0,4}(?:[0-9]{1,2}(?:\.[0-9]{1,2}){2,6}|section [0-9]{1,2}(?:\.[0-9]{1,2}){0,6}))\.(?= )",
    re.M | re.I,
)
_QUOTED = re.compile(r"\"[^\"\n]{1,400}\"")
_LINK = re.compile(r"\]\((?:[^()\s]|\([^()\s]{0,80}\)){0,500}\)")
_ADDRESS = re.compile(r"https?://[^\s)\]>]+")


def sentences_of(text: str) -> list[str]:
    """Split a text at line ends, semicolons and full stops that a capital letter or a digit follows."""
    return _SENTENCE_END.split(text)


def clauses_of(text: str) -> Iterator[str]:
    """Split a text for reading citations: a full stop after a section number and a semicolon in brackets do not count.

    Each clause is cut to the length that a citation can span.
    """
    if ";" in text:
        text = _IN_BRACKETS.sub(lambda match: match[0].replace(";", ","), text)
    text = _HEADED.sub(r"\1", text)
    start = 0
    for match in _CLAUSE_END.finditer(text):
        yield text[start : match.start()][:_LONGEST_CLAUSE]
        start = match.end()
    yield text[start : start + _LONGEST_CLAUSE]


def without_brackets(text: str) -> str:
    """Remove what is in round brackets, one level of nesting included."""
    return _IN_BRACKETS.sub("", text)


def without_quotations(text: str) -> str:
    """Remove quoted names and sentences; a single quoted word stays."""
    return _QUOTED.sub(lambda quotation: quotation[0] if len(quotation[0]) <= _LONGEST_NAME else " ", text)


def without_addresses(text: str) -> str:
    """Remove web addresses; the text of links stays."""
    return _ADDRESS.sub(" ", _LINK.sub("] ", text)) if "://" in text or "](" in text else text
