"""The day of the last revocation, where a sentence states it."""

import re

from ca_incidents.scraper.reader.gathered import Gathered, Reader, _doubt_moments
from ca_incidents.scraper.reader.text.dates import moments

_REVOKED = re.compile(
    r"\b(?:certificates?|certs?|CAs?|they|all|both|it)\b(?: \w+){0,6}? (?:was|were|have been|has"
    r" been)(?: all| both| successfully| now)? revoked (?:on|at|by)[ ]|^\W*revo(?:ked|cation)(?:"
    r" date| time)?(?: on| at)?[ :]",
    re.I,
)


_WAS_NOT = re.compile(r"\b(?:will|not|must|should|to be|within|expired or)\b", re.I)


def _read_revocation(reader: Reader, gathered: Gathered) -> None:
    """Read the day of the last revocation where a sentence states it plainly."""
    for line in reader.lines:
        if "evo" not in line.text or line.quoted:
            continue
        for match in _REVOKED.finditer(line.text[:2000]):
            if _WAS_NOT.search(match[0]):
                continue
            found = moments(line.text[match.end() - 1 : match.end() + 80], reader.setting)
            if found and found[0].start <= 6:
                _doubt_moments(found[:1], gathered, "revoked", reader.number)
                if found[0].at and found[0].precision != "ambiguous":
                    known = gathered.single.get("revoked")
                    if known is None or str(known)[:10] <= found[0].at[:10]:
                        gathered.put("revoked", found[0].at, reader.number)
