"""When the CA became aware of the incident, as its answers, its prose or its timeline say."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts import timeline
from ca_incidents.scraper.reader.facts.discovery import (
    Account,
    accounts,
    is_about_delay,
    is_outside_view,
    speaks_of_delay,
)
from ca_incidents.scraper.reader.facts.fact import Context, Found, Happening
from ca_incidents.scraper.reader.facts.learned_days import (
    BY,
    DATED_FIRST,
    DENIED,
    LEARNED,
    WE,
    answered_on,
    carried_on,
    happens,
    is_of_another,
    learned_on,
    verbs_in,
)
from ca_incidents.scraper.reader.facts.stated_days import EXACT, WHOLE_DAY, dated
from ca_incidents.scraper.reader.form.fields import TITLES
from ca_incidents.scraper.reader.text.sentences import LONGEST_SENTENCE, sentences_of

_TOLD_CA = re.compile(
    r"\b(?:I|we) (?:\w+ |[^.;]{0,60}\band )?"
    r"(?:sent|submitted|reported|communicated|filed|(?:e-?)?mailed|notified|informed|told|alerted|contacted|wrote)\b"
    r"|\b(?:mail|message|report) was sent to\b",
    re.I,
)
_WAS_TOLD = re.compile(r"\b(?:was|were|been|being) (?:\w+ )?(?:notified|informed|contacted|alerted)\b", re.I)
_REPORTED_ON = re.compile(r"\breported (?:on |at )?(?=[0-9])", re.I)

_LONGEST_TEXT, _MOST_SENTENCES = 4_000, 200
_FIRST_OF_ANSWER = 3
_LENGTH_WITHOUT_ZONE = len("2024-03-25T14:05")


def read(document: Document, context: Context) -> Found:
    """Read when the CA became aware: in a report, in an answer that is more exact, or where an answer corrects it."""
    known = context.known.aware
    if context.is_report:
        at = _of_report(document, context)
        return Found(aware=known if at and known and known.startswith(at) else at)
    corrected = _corrected(document, known) if known else None
    if corrected or not (context.is_by_answerer or context.is_by_ca):
        return Found(aware=corrected)
    at = _of_report(document, context)
    is_better = at is not None and (known is None or (len(known) == WHOLE_DAY and at.startswith(known)))
    return Found(aware=at if is_better else None)


def _corrected(document: Document, known: str) -> str | None:
    """Return the only other day of a sentence on awareness that replaces the known one, or is called a correction."""
    for text in document.sentences:
        is_meant = _OF_AWARENESS.search(text) and not (DENIED.search(text) or _OF_ANOTHER.search(text))
        told, marked = [*dated(text, document)] if is_meant else [], text
        others = [at for _, at in told if at[:WHOLE_DAY] != known[:WHOLE_DAY]]
        for moment, at in sorted(told, key=lambda one: -one[0].start):
            marked = f"{marked[: moment.start]}{'<new>' if at in others else '<old>'}{marked[moment.end :]}"
        for at in others if len(others) == 1 else ():
            learned = learned_on(text, document) if _CORRECTION.search(text) else ()
            if _IN_PLACE.search(marked) or any(rank < BY and day == at for rank, day in learned):
                return at if len(at) != _LENGTH_WITHOUT_ZONE else at + known[_LENGTH_WITHOUT_ZONE:]
    return None


_OF_AWARENESS = re.compile(r"\b(?:aware(?:ness)?|learn(?:ed|t))\b|^\W*where (?:it|we) (?:says?|said|wrote) [0-9]", re.I)
_OF_ANOTHER = re.compile(
    r"\b(?:(?:an)?other|second|more|similar|bug|customers?|if|when|after|before|some|claim\w*|revo[ck]\w+|issued|expir\w+"
    r"|(?:aware|learn(?:ed|t)) that|(?!We|It|This|(?<=the )CA)(?-i:[A-Z])\w+ (?:became|was|had|learn(?:ed|t)))\b|\?",
    re.I,
)
_CORRECTION = re.compile(r"^\W*(?:an? )?correction\W|\bcorrected (?:date|day)\b|\bmust be regarded as aware\b", re.I)
_IN_PLACE = re.compile(
    r"<old>,? (?:it |that |this )?(?:should|must) (?:be|read|have (?:been|read)) (?:on )?<new>"
    r"|\bnot (?:on )?<old>,? but (?:on )?<new>|<new>,? (?:and )?(?:not|instead of|rather than) (?:on )?<old>",
    re.I,
)


def _of_report(document: Document, context: Context) -> str | None:
    """Return what a sentence says, as exactly as the timeline says it, or else what a line of the timeline says."""
    is_late = is_about_delay(document, context.title) or _LATE_REVOCATION.search(context.title) is not None
    is_unanswered = _UNANSWERED.search(context.title) is not None
    if not context.is_by_ca and is_outside_view(document, context.title):
        is_later = is_late or is_unanswered
        return None if is_later else next(_told_by_outsider(document, context.title), None)
    stated = [one for one in accounts(document, context.title) if not is_late or speaks_of_delay(one.text)]
    if is_unanswered:
        stated += [Account(text, _IN_PROSE) for text in _sentences(document)]
        stated = [one for one in stated if _OF_SILENCE.search(one.text) and not _ARRIVED.search(one.text)]
    lines = [*_lines(document, stated)]
    sentences = [one for one in stated if one.at is None]
    said = _first_said(sentences, document, is_sure=is_unanswered, has_lines=bool(lines))
    prose = () if is_late or is_unanswered else tuple(_in_prose(document))
    known = context.known.aware if context.is_report else None
    said = said or (None if known else next(iter(prose), None)) or next(iter(lines), known)
    if said is None or said in lines:
        return said
    learned = (one.at for one in timeline.events_in(document) if one.at in lines or _is_learned(one, is_late=is_late))
    return _as_exact(said, document, (*learned, *prose))


def _as_exact(said: str, document: Document, others: Sequence[str]) -> str:
    """Return a day with the first time that the others state for it, a time with the zone of its line."""
    if len(said) > WHOLE_DAY:
        return next((one.at for one in timeline.events_in(document) if one.at.startswith(said)), said)
    return next((at for at in others if len(at) > WHOLE_DAY and at.startswith(said)), said)


def _is_learned(event: Happening, *, is_late: bool) -> bool:
    """Return whether a line of the timeline says that the CA learned something, of the delay if there is one."""
    return any(rank < BY for rank, *_ in verbs_in(event.text)) and (not is_late or speaks_of_delay(event.text))


_LATE_REVOCATION = re.compile(r"\blate\b.{0,40}?\brevocation|\bnot revoked in less\b", re.I)
# An incident that the CA answered nobody, or too late: that the report arrived is not what it had to become aware of.
_LATE = r"\b(?:delay\w*|late|slow|untimely|fail\w*|not|no|never|missed|unanswered|overlooked|ignored|\w+n't)\b"
_REPLY = (
    r"\b(?:respon(?:d|ds|ded|ding|ses?)|repl(?:y|ies|ied)|answer\w*|acknowledg\w+|(?:preliminary|incident) reports?"
    r"|notice)\b"
)
_UNANSWERED = re.compile(
    rf"^(?!.*\b(?:OCSP|CRLs?|responder)\b).*(?:{_LATE}.{{0,28}}?{_REPLY}|{_REPLY}.{{0,60}}?{_LATE}|\bunanswered\b)",
    re.I,
)
_OF_SILENCE = re.compile(
    rf"{_UNANSWERED.pattern}|\b(?:aware|discovered|noticed|reali[sz]ed|to (?:our (?:notice|attention)|light))\b"
    r"|\b(?:notic|saw|seen|read|through|via|by)\w* (?:[a-z]+ ){0,3}?(?:bug|bugzilla)\b",
    re.I,
)
_IN_PROSE = 2
_ARRIVED = re.compile(r"\b(?:receiv\w+|arriv\w+|wrote|reached)\b", re.I)


def _sentences(document: Document) -> Iterator[str]:
    prose = (one.text for one in document.prose if one.slug in _TELLING)
    every = (text for paragraph in prose for text in sentences_of(paragraph[:_LONGEST_TEXT]))
    return (text[:LONGEST_SENTENCE] for text in islice(every, _MOST_SENTENCES))


# A cause or a lesson tells of earlier days.
_TELLING = frozenset({"", "other", "summary", "incident-description", "description", "impact", "q-aware", *TITLES})


def _in_prose(document: Document) -> Iterator[str]:
    """Find when the CA surely learned something, by any sentence."""
    for text in _sentences(document):
        yield from (at for rank, at in learned_on(text, document) if rank < BY)


def _told_by_outsider(document: Document, title: str) -> Iterator[str]:
    """Find when somebody else told the CA: "I reported them at 14:05", "it was notified on 3 May"."""
    names = "|".join(re.escape(name) for name in re.findall(r"\w{4,}", title.partition(":")[0])) or r"\Z"
    to_ca = re.compile(rf"\b(?:reported|sent|notified|informed)\b[^.]{{0,120}}? to (?:{names}|them|their|its)\b", re.I)
    speaks_to_ca = _TOLD_CA.search(document.text) is not None
    for text in document.sentences:
        told = _TOLD_CA.search(text) or to_ca.search(text) or _WAS_TOLD.search(text)
        told = told or (_REPORTED_ON.search(text) if speaks_to_ca else None)
        for moment, at in dated(text, document) if told else ():
            gap = text[moment.end : told.start()] if told and moment.end <= told.start() else ""
            if not (happens(gap) or WE.search(gap) or is_of_another(text, moment)):
                yield at


def _lines(document: Document, stated: Sequence[Account]) -> Iterator[str]:
    """Find the lines of a timeline that say what the CA learned; an auditor's report alone does not."""
    told = {(one.at, one.text) for one in stated}
    for event in timeline.events_in(document):
        if event.precision in EXACT and (event.at, event.text) in told and _is_of_ca(event):
            yield event.at


def _is_of_ca(event: Happening) -> bool:
    """Return whether a line says what the CA learned: not what others saw, nor that an audit's report came out."""
    if event.kind == "audit":
        return _AUDITORS_ACT.search(event.text) is not None
    return any(verbs_in(event.text)) or not LEARNED.search(event.text)


_AUDITORS_ACT = re.compile(
    rf"^\W*(?:(?:the|our|an|external|\w+'s) ){{0,3}}auditors?\b|\b(?!report)(?:{LEARNED.pattern})", re.I
)


def _first_said(stated: Sequence[Account], document: Document, *, is_sure: bool, has_lines: bool) -> str | None:
    """Return the first day of the sentences that say most surely when the CA learned of it."""
    told = sorted(
        (
            found
            for one in stated
            for found in ([*learned_on(one.text, document)] or carried_on(one.text, document))
            if not (found[0] == BY and (is_sure or (has_lines and not one.is_answer)))
        ),
        key=lambda found: found[0],
    )
    # The answer to "how and when" needs no verb: "By a mail of 3 May", "Through this bug. It was on 3 May".
    asked = (
        at
        for n, one in enumerate(stated[:_FIRST_OF_ANSWER])
        if one.is_answer and (n == 0 or DATED_FIRST.match(one.text))
        for at in answered_on(one.text, document)
    )
    return told[0][1] if told else next(asked, None)
