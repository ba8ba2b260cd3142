"""The day of the last revocation, where a sentence states it."""

import re

from ca_incidents.schema.model import Doubt
from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.fact import Context, Found, doubts_about

_LONGEST_LINE = 2_000
_NEAR = 80
_BESIDE = 6
_REVOKED = re.compile(
    r"\b(?:certificates?|certs?|CAs?|they|all|both|it)\b(?: \w+){0,6}? (?:was|were|have been|has"
    r" been)(?: all| both| successfully| now)? revoked (?:on|at|by)[ ]|^\W*revo(?:ked|cation)(?:"
    r" date| time)?(?: on| at)?[ :]",
    re.I,
)
_WAS_NOT = re.compile(r"\b(?:will|not|must|should|to be|within|expired or)\b", re.I)


def read(document: Document, context: Context) -> Found:
    """Read the day on which a sentence says that certificates were revoked; the latest one counts."""
    found, doubts = None, list[Doubt]()
    latest = context.known.revoked
    for line in document.lines:
        if "evo" not in line.text or line.quoted:
            continue
        for match in _REVOKED.finditer(line.text[:_LONGEST_LINE]):
            moments = document.moments(line.text[match.end() - 1 : match.end() + _NEAR])
            if _WAS_NOT.search(match[0]) or not moments or moments[0].start > _BESIDE:
                continue
            doubts += doubts_about(moments[:1], "revoked", document)
            at = moments[0].at if moments[0].is_certain else None
            if at is not None and (latest is None or latest[:10] <= at[:10]):
                found = latest = at
    return Found(revoked=found, doubts=tuple(doubts))
