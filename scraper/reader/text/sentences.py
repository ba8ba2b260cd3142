"""Split text into sentences; remove addresses and quotations."""

import re

SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9])|\n|;\s")


LONGEST_SENTENCE = 800


# Nobody speaks of more counts or kinds in one sentence; a bound on them keeps hostile texts cheap.
MOST_IN_SENTENCE = 12


_QUOTED = re.compile(r"\"[^\"\n]{1,400}\"")


_LONGEST_NAME = 12


def without_quotations(text: str) -> str:
    """Drop what stands between quotation marks: names and other people's sentences; a quoted word stays."""
    return _QUOTED.sub(lambda quotation: quotation[0] if len(quotation[0]) <= _LONGEST_NAME else " ", text)


_LINK = re.compile(r"\]\([^()\s]{0,500}\)")


_ADDRESS = re.compile(r"https?://[^\s)\]>]+")


def without_addresses(text: str) -> str:
    """Drop web addresses, keep the text of links."""
    return _ADDRESS.sub(" ", _LINK.sub("] ", text)) if "://" in text or "](" in text else text
