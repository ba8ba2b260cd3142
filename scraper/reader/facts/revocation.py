"""The day of the last revocation, where a sentence or the timeline states it."""

import re

from ca_incidents.schema.model import Doubt
from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts import timeline
from ca_incidents.scraper.reader.facts.fact import Context, Found, doubts_about
from ca_incidents.scraper.reader.facts.learned_days import dated

_LONGEST_LINE = 2_000
_NEAR = 80
_BESIDE = 6
_WHOLE_DAY = len("2024-03-25")
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?"
_ON = rf"(?:on|at|by|in) {_WEEKDAY}"
_TODAY = r"(?=(?:earlier )?(?:today|yesterday|this (?:morning|afternoon|evening))\b)"
# "The revocation of all 27 certificates was completed on", "they were revoked on", "all are revoked, the last one on".
_REVOKED = re.compile(
    r"\brevocations?(?: of (?:[\w-]+ ){1,6}?| )(?:(?:was|were|is|has been|have been) )?"
    rf"(?:finished|completed?|concluded|done|ended|wrapped up|over|carried out) (?:{_ON}|{_TODAY})"
    r"|\b(?:they|all|both|it|(?:last|remaining|other) [\w-]+|rest|these(?: [0-9]+)?|the(?: \w+)? certificates?)"
    rf" (?:(?:certificates?|certs) )?(?:was|were|are|is|have been|has been)(?: all| both| now)? revoked {_TODAY}"
    r"|\b(?:certificates?|certs?|CAs?|they|all|both|it|(?:last|remaining|other) [\w-]+|rest|these(?: [0-9]+)?)\b"
    r"(?: [\w-]+){0,6}? (?:was|were|are|is|have been|has been)(?: all| both| successfully| now)? revoked"
    rf" (?:[\w-]+ ){{0,6}}?{_ON}"
    rf"|\brevoke[d]? (?:them|it|all)(?: all)? on {_WEEKDAY}"
    rf"|(?<=revoked), (?:and )?the (?:last|others?|rest) (?:[\w-]+ ){{0,3}}?{_ON}"
    rf"|(?<=revoked now), (?:and )?the (?:last|others?|rest) (?:[\w-]+ ){{0,3}}?{_ON}"
    r"|^\W*revo(?:ked|cation)(?: date| time)?(?: on| at)?[ :]",
    re.I,
)
_WAS_NOT = re.compile(r"\b(?:will|not|must|should|to be|within|expired or)\b", re.I)
_LAST_EVENT = re.compile(
    r"\b(?:last|all|both|remaining|rest|others?)\b.{0,80}?\brevo(?:ked|cation)\b"
    r"|\brevocations? (?:of .{1,60} )?(?:(?:is|was|were|are) )?(?:finished|completed?|concluded|done|ended)\b"
    r"|^\W*revocation of (?:the |all )(?:[\w-]+ ){0,3}?(?:pre-?)?certificates?"
    r"|\brevocation of the last\b|^\W*(?:the )?(?:(?:affected|misissued|wrong) )?"
    r"(?:pre-?)?certificates? (?:is |was |were |are |has been |have been )?revoked"
    r"|^\W*revoked the (?:pre-?)?certificates?",
    re.I,
)
_NOT_THE_LAST = re.compile(
    r"\b(?:begin|beg[au]n|start|plan|schedul|will|notif|inform|but|except|first|some)\w*\b", re.I
)


def read(document: Document, context: Context) -> Found:
    """Read when the last of the certificates was revoked: the latest day of a sentence, else of a timeline's line."""
    found, doubts = None, list[Doubt]()
    latest = context.known.revoked
    for line in document.lines:
        if "evo" not in line.text or line.quoted:
            continue
        for match in _REVOKED.finditer(line.text[:_LONGEST_LINE]):
            after = line.text[match.end() - 1 : match.end() + _NEAR]
            moments = document.moments(after)
            if _WAS_NOT.search(match[0]):
                continue
            if moments and moments[0].start <= _BESIDE:
                doubts += doubts_about(moments[:1], "revoked", document)
                at = moments[0].at if moments[0].is_certain else None
            else:
                at = next((day for moment, day in dated(after, document) if moment.start <= _BESIDE), None)
            if at is not None and (latest is None or latest[:_WHOLE_DAY] <= at[:_WHOLE_DAY]):
                found = latest = at
    told = _in_timeline(document) if found is None else None
    if told is not None and (latest is None or latest[:_WHOLE_DAY] <= told[:_WHOLE_DAY]):
        found = told
    return Found(revoked=found, doubts=tuple(doubts))


def _in_timeline(document: Document) -> str | None:
    """Return the day of the last line that says that the last, all or the only certificate is revoked."""
    told = (
        event.at
        for event in reversed(timeline.events_in(document))
        if event.kind == "revocation" and len(event.at) >= _WHOLE_DAY and event.precision in {"day", "minute"}
        if _LAST_EVENT.search(event.text) and not _NOT_THE_LAST.search(event.text)
    )
    return next(told, None)
