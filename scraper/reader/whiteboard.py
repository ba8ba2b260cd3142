"""Read tags and dates from the whiteboard, which is free text; what is not understood becomes a doubt.

Forms seen: `[tag]`, doubled or missing brackets, spaces for hyphens, upper case, `[close on <day>]`,
`[close as <resolution> on <day>]`, and a loose `Next update <day>`.
"""

import re

from ca_incidents.schema.model import Doubt
from ca_incidents.schema.tables import vocabulary
from ca_incidents.scraper.reader.text.dates import moments
from ca_incidents.scraper.sources.bug import Whiteboard

# Starts only at the first of several brackets, with a possessive quantifier: linear in the length of the text.
_GROUP = re.compile(r"(?<!\[)\[++([^\[\]]*)\]+")
_NEXT_UPDATE = re.compile(
    r"next\s+update\b\W*(?:at\b|on\b|due\b|by\b)?\s*:?\s*(?P<day>[0-9A-Za-z][0-9A-Za-z./ -]*)?", re.I
)
# A record has no place for the resolution that is announced.
_CLOSE_ON = re.compile(r"clos(?:e|ing)\s+(?:as\s+\w+\s+)?(?:on|at|after)\b\s*(?P<day>.*)", re.I)
# A moderator's form in which the kind of certificate was never filled in; folding would drop the underscores.
_PLACEHOLDER = re.compile(r"_+(?:[\s\u2010-\u2015-].*)?")

# No tag or date is this long.
LONGEST_FRAGMENT = 200


def read_whiteboard(text: str) -> Whiteboard:
    """Read a whiteboard; never raise, whatever people typed."""
    tags: dict[str, None] = {}
    dates: dict[str, str] = {}
    doubts: list[Doubt] = []
    spellings, markers = vocabulary.tag_spellings(), vocabulary.markers()
    for fragment in _fragments(text):
        word = vocabulary.folded(fragment)
        if len(fragment) > LONGEST_FRAGMENT or _PLACEHOLDER.fullmatch(fragment):
            doubts.append(_doubt("unknown-fragment", fragment))
        elif word in spellings:
            tags[spellings[word]] = None
        elif word in markers:
            continue
        elif match := _CLOSE_ON.fullmatch(fragment):
            _keep_day("close_on", match["day"], dates, doubts)
        elif match := _NEXT_UPDATE.fullmatch(fragment):
            _keep_day("next_update", match["day"] or "", dates, doubts)
        else:
            doubts.append(_doubt("unknown-fragment", fragment))
    return Whiteboard(tuple(tags), dates.get("next_update"), dates.get("close_on"), tuple(doubts))


def _fragments(text: str) -> list[str]:
    """Split a whiteboard into the parts in and between brackets, without unmatched brackets."""
    found = []
    at = 0
    for match in _GROUP.finditer(text):
        found += [text[at : match.start()], match[1]]
        at = match.end()
    found.append(text[at:])
    return [bare for fragment in found if (bare := fragment.strip(" \t[],;"))]


def _keep_day(name: str, written: str, dates: dict[str, str], doubts: list[Doubt]) -> None:
    """Store the day if the text is one day and nothing else."""
    text = written.strip(" .")
    found = moments(text)
    whole = found[0] if len(found) == 1 and (found[0].start, found[0].end) == (0, len(text)) else None
    if whole is not None and whole.at is not None and whole.precision == "day":
        dates[name] = whole.at
    else:
        ambiguous = whole is not None and whole.precision == "ambiguous"
        doubts.append(_doubt("ambiguous-date" if ambiguous else "unreadable-date", written or name))


def _doubt(kind: str, text: str) -> Doubt:
    return Doubt(kind=kind, where="bugzilla.whiteboard", text=text[:120])
