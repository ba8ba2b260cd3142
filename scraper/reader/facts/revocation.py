"""The day of the last revocation, where a sentence or the timeline states it."""

import re
from collections.abc import Iterator

from ca_incidents.schema.model import Doubt
from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts import timeline
from ca_incidents.scraper.reader.facts.action_progress import is_later
from ca_incidents.scraper.reader.facts.fact import Context, Found, doubts_about
from ca_incidents.scraper.reader.facts.stated_days import WHOLE_DAY, dated
from ca_incidents.scraper.reader.text.sentences import sentences_of

_LONGEST_LINE = 2_000
_NEAR = 80
_BESIDE = 6
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?"
_ON = rf"(?:on|at|by|in) {_WEEKDAY}"
_TODAY = r"(?=(?:earlier )?(?:today|yesterday|this (?:morning|afternoon|evening))\b)"
_WERE = (
    r"(?:was|were|are|is|have been|has been|had been)(?: all| both| successfully| finally| now| then| also)* revoked"
)
_OTHERS = r"(?:(?:last|remaining|other|final|every|each|second|third) [\w-]+|rest|others)"
_THEY = rf"(?:they|all|both|it|everything|these(?: [0-9]+)?|{_OTHERS}|the(?: \w+)? certificates?)"
# "The revocation of all 27 certificates was completed on", "they were revoked on", "all are revoked, the last one on".
_REVOKED = re.compile(
    r"\brevocations?(?: of (?:[\w-]+ ){1,6}?| )(?:(?:was|were|is|has been|have been) )?"
    rf"(?:finished|completed?|concluded|done|ended|wrapped up|over|carried out) (?:{_ON}|{_TODAY})"
    rf"|\brevocations?(?: of (?:[\w-]+ ){{1,6}}?| )took place (?:{_ON})?(?=[\w(])"
    rf"|\b{_THEY}(?: certificates?| certs)? {_WERE} {_TODAY}"
    rf"|\b(?:{_THEY}|certificates?|certs?|CAs?)\b(?: [\w'-]+){{0,6}}?(?:, [^,.;]{{1,60}},)? {_WERE}"
    rf" (?:[\w-]+ ){{0,6}}?{_ON}"
    r"|\brevoke[d]? (?:them|it|all|both|the (?:certificates?|(?:last|remaining|affected|others?|rest)\b))"
    rf"(?: [\w-]+){{0,5}}? {_ON}"
    rf"|(?:(?<=revoked)|(?<=revoked now)|(?<=[0-9A-Z])), (?:and )?the (?:last|others?|rest|[\w-]+ (?:more|others?))"
    rf" (?:[\w-]+ ){{0,3}}?{_ON}"
    rf"|\bthe (?:last|others?|rest|remaining)(?: [\w-]+){{0,3}}? followed (?:{_ON}|{_TODAY})"
    r"|^\W*revo(?:ked|cation)(?: date| time)?(?: on| at)?[ :]",
    re.I,
)
# "On 3 May 2024, 09:30 UTC, every affected certificate was revoked."
_ALL_REVOKED = re.compile(rf"\b(?:all|both|every|each|{_OTHERS})\b(?: [\w'-]+){{0,6}}? {_WERE}\b", re.I)
# "The revocation of that certificate took place on 3 May. […] The revocation of 11 more is planned."
_TO_COME = re.compile(
    r"^(?!\W*[0-9]).*\b(?:revocations?(?: of (?:[\w-]+ ){1,6}?| )(?:is|are) (?:now |still |being )*"
    r"(?:planned|scheduled|pending|prepared|under way)|(?:will|to|shall|must) be revoked\b)",
    re.I,
)
_OF_ALL = re.compile(r"\b(?:all|both|every|each|last|remaining|final|others?|rest)\b", re.I)
# Certificates are named, or nothing else is: "the last of the 27 was finally revoked on", "they were all revoked on".
_OF_CERTIFICATES = re.compile(
    r".*\b(?:(?:pre-?)?cert(?:ificate)?s?|CAs?)\b.*|(?:\W*(?:they|all|both|its?|as|everything|th[eo]se|the[mn]?|that|of"
    r"|and|every|each|last|remaining|others?|final|rest|more|ones?|first|second|third|mis|old|now|also|we|[0-9]+|two|three"
    r"|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|\w+(?:teen|ly|day|ed)"
    r"|was|were|are|is|has|have|had|been|revocation|complete|done|up|out|over|took|place|on|at|by|in|date|time)\b)+\W*",
    re.I,
)
_ASIDE = re.compile(r"(?<=[a-z]), [^,.;]{1,60},")
_UNSAID = re.compile(
    r"\b(?:if|whether|unless|would|could|hardly|claim\w*|alleg\w+|suppos\w+|assum\w+|in bug [0-9]+"
    r"|(?:not|nearly|almost|barely|never)(?: yet)? (?:all|both|every|each))\b",
    re.I,
)
_DAY_FIRST = re.compile(r"\W*(?:(?:on|at|by) )?(?:the )?$", re.I)
_COUNTED = re.compile(r"(?<![\w.,-])([0-9]{1,3}(?:[.,]?[0-9]{3})*) (?:[\w-]+ ){0,3}$")
_WAS_NOT = re.compile(r"\b(?:will|not|must|should|to be|within|expired or)\b", re.I)
_LAST_EVENT = re.compile(
    r"\b(?:last|all|both|remaining|rest|others?)\b.{0,80}?\brevo(?:ked|cation)\b"
    r"|\brevocations? (?:of .{1,60} )?(?:(?:is|was|were|are) )?(?:finished|completed?|concluded|done|ended)\b"
    r"|^\W*revocation of (?:the |all )(?:[\w-]+ ){0,3}?(?:pre-?)?certificates?"
    r"|\brevocation of (?:the )?(?:last|all|remaining)\b"
    r"|(?:^\W*|\bthe (?!first)(?:[\w-]+ )?|\b(?:old(?= ones)|affected|mis-?issued|incorrect|wrong|faulty|bad) )"
    r"(?:(?:pre-?)?certificates?|certs?|ones) (?:(?:is|was|were|are|has been|have been) )?revoked\b"
    r"|\brevoke[sd] (?:it|them|the (?:[\w-]+ ){0,3}(?:pre-?)?certificates?)",
    re.I,
)
_NOT_THE_LAST = re.compile(
    r"\b(?:beg[aiu]n|start|plan|schedul|will|not|inform|but|except|first|some|another|routine|clean|mistak)\w*\b", re.I
)


def read(document: Document, context: Context) -> Found:
    """Read when the last of the certificates was revoked: the latest day of a sentence, else of a timeline's line."""
    found, doubts = None, list[Doubt]()
    latest = context.known.revoked
    lines = (line for line in document.lines if "evo" in line.text and line.kind != "row")
    to_come = max((line.number for line in lines if _TO_COME.search(line.text)), default=0)
    for line in document.lines:
        for sentence in sentences_of(line.text[:_LONGEST_LINE]) if "evo" in line.text and not line.quoted else ():
            for at in _days_of(sentence, document, context.known.total, doubts):
                is_last = line.number >= to_come or _OF_ALL.search(sentence)
                if is_last and (latest is None or latest[:WHOLE_DAY] <= at[:WHOLE_DAY]):
                    found = latest = at
    told = _in_timeline(document) if found is None else None
    if told is not None and (latest is None or latest[:WHOLE_DAY] <= told[:WHOLE_DAY]):
        found = told
    return Found(revoked=found, doubts=tuple(doubts))


def _days_of(sentence: str, document: Document, total: int | None, doubts: list[Doubt]) -> Iterator[str]:
    """Yield the past days on which a sentence says that the certificates, or the last of them, were revoked."""
    is_told = sentence.rstrip(" *_").endswith("?")
    for match in () if is_told else _REVOKED.finditer(sentence):
        if not _is_said(match) or _is_part(sentence[: match.start()], match[0], total):
            continue
        is_told = True
        after = sentence[match.end() - 1 : match.end() + _NEAR]
        moments = document.moments(after)
        if moments and moments[0].start <= _BESIDE:
            doubts += doubts_about(moments[:1], "revoked", document)
            at = moments[0].at if moments[0].is_certain else None
        else:
            at = next((day for moment, day in dated(after, document) if moment.start <= _BESIDE), None)
        if at is not None and not is_later(at, document):
            yield at
    said = None if is_told else _ALL_REVOKED.search(sentence)
    if said and not _WAS_NOT.search(sentence[: said.end()]) and _is_said(said):
        first = next(iter(document.moments(sentence[: said.start()])), None)
        if first and first.is_certain and first.at and _DAY_FIRST.match(sentence[: first.start]):
            yield from () if is_later(first.at, document) else (first.at,)


def _is_said(match: re.Match[str]) -> bool:
    """Return whether this is stated as a fact, and of certificates."""
    is_unsaid = _WAS_NOT.search(match[0]) or _UNSAID.search(match.string, 0, match.end())
    return not is_unsaid and bool(_OF_CERTIFICATES.fullmatch(_ASIDE.sub("", match[0])))


def _is_part(before: str, said: str, total: int | None) -> bool:
    """Return whether fewer certificates are counted than are known to be affected."""
    counted = _COUNTED.search(before) if total and re.match("cert", said, re.I) else None
    return counted is not None and int(re.sub("[.,]", "", counted[1])) < (total or 0)


def _in_timeline(document: Document) -> str | None:
    """Return the day of the last line that says that the last, all or the only certificate is revoked."""
    told = (
        event.at
        for event in reversed(timeline.events_in(document))
        if event.kind in {"revocation", "replacement"}
        and len(event.at) >= WHOLE_DAY
        and event.precision in {"day", "minute"}
        if (said := _LAST_EVENT.search(event.text)) and _is_said(said) and not _NOT_THE_LAST.search(event.text)
    )
    return next(told, None)
