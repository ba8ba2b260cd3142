"""When the CA became aware of the incident, as its answers, its prose or its timeline say."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts import timeline
from ca_incidents.scraper.reader.facts.discovery import (
    Account,
    accounts,
    is_about_delay,
    is_outside_view,
    speaks_of_delay,
)
from ca_incidents.scraper.reader.facts.fact import Context, Found
from ca_incidents.scraper.reader.text.dates import Moment, day_of
from ca_incidents.scraper.reader.text.sentences import sentences_of

_US = r"(?:us|our (?:attention|team|staff|support|service desk|help ?desk|call cent(?:re|er)))"
_TO_US = (
    r"(?:(?:gave|gives|sent|sends|show(?:ed|s)|call(?:ed|s)|phone[ds]|e-?mail(?:ed|s)|reach(?:ed|es)|informs|notifies"
    rf"|alerts|contacts|tells|(?:wrote|writes)(?: to)?) {_US}"
    rf"|(?:hands?|handed|delivered|forward(?:ed|s)|pass(?:ed|es)(?: it)?(?: on)?|given|sent|shown|brought) to {_US})"
)
_TO_US_WORDS = re.compile(rf"\b{_TO_US}\b", re.I)
_AWARE = re.compile(
    r"\b(?:aware|received|informed|notified|alerted|contacted|warned|made known|handed (?:us|over)|pointed out|told"
    rf"|communicated|came in|learn(?:ed|t) (?:of|about|from|that)|{_TO_US})\b",
    re.I,
)
_LEARNED = re.compile(
    r"\b(?:discover(?:ed|s|y)?|notic(?:ed|es)|identif(?:ied|ies)|detect(?:ed|s|ion)|found|aware|notifi(?:ed|cation)"
    r"|informed|alert(?:ed)?|contacted|receiv(?:ed|es|ing)|receipt|reported|reports?|rais(?:ed|es)|flagged"
    r"|reveal(?:ed|s)|brought|pointed|observ(?:ed|es)|recogni[sz](?:ed|es)|reali[sz](?:ed|es)|determin(?:ed|es)"
    r"|(?:re)?confirmed|review(?:ed|s|ing)|uncovered|spotted|told|asked|saw|sees|noted|mentioned|mentions|wrote|read"
    r"|reading|finds?|learn(?:s|ed)|handed|observes?|e-?mail(?:ed)?|post(?:s|ed)?(?![ -]?(?:issuance|sign))|submitted"
    r"|(?:came|come|comes|coming) (?:to light|to know|upon|across)|seen|warned|heard|surfaced|emerged|turned up|showed"
    rf"|bec[ao]mes? (?:clear|apparent|evident|known)|communicated|(?:personal|phone) call|{_TO_US})\b",
    re.I,
)
_HAPPENED = re.compile(
    r"(?<!mis-)\b(?:issu(?:ed|es|ance)|revok\w+|expir\w+|effective|deploy\w+|published|stopped|obtained|fixed|patched|added)\b",
    re.I,
)
_ATTRIBUTE = re.compile(
    r"\b(?!(?:morning|afternoon|evening|night|(?:e-?)?mail|message|report|notification|letter)\b)"
    r"\w+ (?:of|dated|from) $",
    re.I,
)
# An auditor's observations are not yet the CA's; what "we" saw in an audit is.
_AUDIT = re.compile(r"(?<!self-)(?<!self )(?<!internal )\baudit(?:ors?|s)?\b", re.I)
_WE_LEARNED = re.compile(rf"\b(?:we|I)\b(?=[^,;]{{0,60}}?(?:{_LEARNED.pattern}))", re.I)
_TOLD_CA = re.compile(
    r"\b(?:I|we) (?:\w+ )?(?:sent|submitted|reported|communicated|filed|e-?mailed|notified|contacted)\b"
    r"|\b(?:mail|message|report) was sent to\b",
    re.I,
)
_WAS_TOLD = re.compile(r"\b(?:was|were|been|being) (?:\w+ )?(?:notified|informed|contacted|alerted)\b", re.I)
_REPORTED_ON = re.compile(r"\breported (?:on |at )?(?=[0-9])", re.I)
_FARTHEST = 100
_WHOLE_DAY = len("2024-03-25")
_CLAUSE_END = re.compile(r",\s+(?:and|but|which|so)\s+|;\s+")
_THIS_DAY = re.compile(r"\b(?:earlier )?(?:today|this (?:morning|afternoon|evening))\b", re.I)
_LAST_DAY = re.compile(r"\byesterday\b", re.I)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(
    r"\b(?:on|last|late|early) (?:the (?:morning|evening|afternoon) of )?(?:last )?"
    r"(?P<day>(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b(?!,? ?(?:the )?(?:[0-9]|\w+ [0-9]))",
    re.I,
)
_NEXT_DAY = re.compile(
    r"\b(?:(?:the )?(?:following|next) day|one day later|the day after|(?P<same>(?:the|that) same day))\b", re.I
)
# The beginning or end of a span of days is not the day of an event.
_SPAN = re.compile(r"\s*(?:to|until|till|through|[–-])\s+(?:[0-9]|[A-Z][a-z]+\W[0-9])")
# A day by which something is to be done lies ahead.
_DUE = re.compile(r"\b(?:by|until|till|before|no later than|due(?: on)?) (?:the )?\Z", re.I)
_SPAN_END = re.compile(r"[0-9]\s*(?:to|until|till|through|[–-])\s+\Z")
_LONGEST_OPENING, _LONGEST_TEXT = 60, 4_000
_MOST_WORDS, _FIRST_OF_ANSWER = 14, 3
_DATED_FIRST = re.compile(
    r"\W*(?:(?:it|that|this) (?:was|is|happened) )?(?:on |at )?(?:\w+day,? )?(?:\w+ )?[0-9]", re.I
)
_EXACT = {"day": 0, "minute": 1}


@dataclass(frozen=True, slots=True)
class _Day:
    at: str

    @property
    def day(self) -> str:
        return self.at[:10]

    @property
    def is_exact(self) -> bool:
        return len(self.at) > len(self.day)


def read(document: Document, context: Context) -> Found:
    """Read when the CA became aware: the more exact of what a sentence and a line of the timeline say."""
    is_late = is_about_delay(document, context.title)
    if not context.is_by_ca and is_outside_view(document, context.title):
        return Found(aware=None if is_late else next(_told_by_outsider(document, context.title), None))
    stated = [one for one in accounts(document, context.title) if not is_late or speaks_of_delay(one.text)]
    said = _first_said([one for one in stated if one.at is None], document)
    happened = [*_happened(document, stated, is_late=is_late)]
    if not happened and context.known.aware is None and not is_late:
        happened = [*_realized(document, is_asked=any(one.is_answer for one in stated))]
    if said is None:
        told = [] if happened or is_late or context.known.aware else [*_told_us(document)]
        return Found(aware=next((one.at for one in happened), next(iter(told), None)))
    if said.is_exact:
        return Found(aware=said.at)
    seen = () if is_late else _seen(document)
    exact = (one for one in (*happened, *seen) if one.day == said.day and one.is_exact)
    return Found(aware=next(exact, said).at)


def _seen(document: Document) -> Iterator[_Day]:
    """Find when any sentence says that the fault was seen or confirmed."""
    for text in _sentences(document):
        if _REALIZED.search(text):
            yield from map(_Day, _learned_on(text, document))


def _sentences(document: Document) -> Iterator[str]:
    return (text for prose in document.prose for text in sentences_of(prose.text[:_LONGEST_TEXT]))


def _told_us(document: Document) -> Iterator[str]:
    """Find when something was handed to the CA, in sentences that do not say that anything came to light."""
    for text in _sentences(document):
        yield from _learned_on(text, document) if _TO_US_WORDS.search(text) else ()


def _told_by_outsider(document: Document, title: str) -> Iterator[str]:
    """Find when somebody else told the CA: "I reported them at 14:05", "it was notified on 3 May"."""
    names = "|".join(re.escape(name) for name in re.findall(r"\w{4,}", title.partition(":")[0])) or r"\Z"
    to_ca = re.compile(rf"\b(?:reported|sent|notified|informed)\b[^.]{{0,120}}? to (?:{names}|them|their|its)\b", re.I)
    speaks_to_ca = _TOLD_CA.search(document.text) is not None
    for text in document.sentences:
        told = _TOLD_CA.search(text) or to_ca.search(text) or _WAS_TOLD.search(text)
        told = told or (_REPORTED_ON.search(text) if speaks_to_ca else None)
        if told:
            for moment, at in dated(text, document):
                is_near = len(at) > _WHOLE_DAY or told.start() < moment.start
                if is_near and not _ATTRIBUTE.search(text[: moment.start]):
                    yield at


def _happened(document: Document, stated: Sequence[Account], *, is_late: bool) -> Iterator[_Day]:
    """Find the lines of a timeline that say what the CA learned; the arrival of a report counts before its study."""
    learned = {
        (one.at, one.text)
        for one in stated
        if one.at and len(one.at) >= _WHOLE_DAY and (one.kind != "audit" or _LEARNED.search(one.text))
    }
    for event in timeline.events_in(document) if learned else ():
        is_whole = len(event.at) >= _WHOLE_DAY
        arrives = not is_late and is_whole and event.kind in _MAY_ARRIVE and _ARRIVES.search(event.text)
        if event.precision in _EXACT and ((event.at, event.text) in learned or arrives):
            yield _Day(event.at)


_MAY_ARRIVE = frozenset({"other", "investigation", "audit", "awareness", "problem-report", None})
_ARRIVES = re.compile(
    rf"\b(?:calls?|called|phones?|phoned|shows?|showed|writes|wrote|sends?|sent|tells?|told)\b.{{0,20}}?\b{_US}"
    r"|\b(?:calls?|called|phones?|phoned|writes to|wrote to|contacts?|contacted) (?:the |our )?(?:call cent(?:re|er)"
    r"|help ?desk|service desk|hotline|support)\b"
    r"|\b(?:e-?mail|message|letter|report|notification)\b[^.;]{0,60}?"
    r"\b(?:arrives?|arrived|reaches|reached|comes in|came in|is received|was received)\b",
    re.I,
)


def _realized(document: Document, *, is_asked: bool) -> Iterator[_Day]:
    """Find lines of a timeline that do not begin with what the CA learned but go on to say it.

    `is_asked`: an answer without a day says how the CA became aware; the timeline may have the day.
    """
    kinds = _MAY_TELL | {"awareness"} if is_asked else _MAY_TELL
    for event in timeline.events_in(document):
        if event.kind in kinds and event.precision in _EXACT and _REALIZED.search(event.text):
            yield _Day(event.at)


_MAY_TELL = frozenset({"investigation", "other"})
_REALIZED = re.compile(
    r"\b(?:reali[sz]\w+|aware|discover(?:ed|y|s)|notice[ds]|found|finding|detect(?:ed|s)|received|informed|notified"
    r"|confirm(?:ed|s)|seen)\b",
    re.I,
)


def _first_said(stated: Sequence[Account], document: Document) -> _Day | None:
    """Return the first day of a sentence that says what the CA learned; one with "aware" counts before others."""
    told = [(sentence.text, at) for sentence in stated for at in _learned_on(sentence.text, document)]
    sure = [at for text, at in told if _AWARE.search(text)]
    # The answer to "how and when" needs no verb: "By a mail of 3 May", "Through this bug. It was on 3 May".
    asked = [
        at
        for n, one in enumerate(stated[:_FIRST_OF_ANSWER])
        if one.is_answer and (n == 0 or _DATED_FIRST.match(one.text))
        for at in _days(one.text, document)
    ]
    found = sure or [at for _, at in told] or asked
    return _Day(found[0]) if found else None


def _learned_on(text: str, document: Document) -> Iterator[str]:
    """Return the days of the clauses that say what the CA learned, and not what happened before."""
    start = 0
    # "At noon our monitoring, which asks each responder, raised an alarm": the main clause goes on.
    ends = [
        (match.start(), match.end())
        for match in _CLAUSE_END.finditer(text)
        if "which" not in match[0] or _LEARNED.search(text, 0, match.start())
    ]
    for end, after in (*ends, (len(text), len(text))):
        clause, start_of_clause, start = text[start:end], start, after
        is_of_audit = _AUDIT.search(clause) and not _WE_LEARNED.search(clause)
        learned = [*(_AWARE if is_of_audit else _LEARNED).finditer(clause)]
        for moment, at in dated(clause, document, text[:start_of_clause]) if learned else ():
            # "We found a certificate issued on 3 May", "the film of 3 May": the day is that of something else.
            nearest = max((one.end() for one in learned if one.end() <= moment.start), default=learned[0].end())
            if moment.start - nearest <= _FARTHEST and not (
                _HAPPENED.search(clause, nearest, moment.start) or _is_of_another(clause[: moment.start])
            ):
                yield at


def _days(text: str, document: Document) -> Iterator[str]:
    if len(text.split()) <= _MOST_WORDS or not _HAPPENED.search(text):
        yield from (at for moment, at in dated(text, document) if not _is_of_another(text[: moment.start]))


def _is_of_another(before: str) -> bool:
    """Return whether a day is an attribute of something, or lies ahead."""
    return _ATTRIBUTE.search(before) is not None or _DUE.search(before) is not None


def dated(text: str, document: Document, before: str = "") -> Iterator[tuple[Moment, str]]:
    """Return the days and times of a text that are not after its writing; a day without a year is the last before.

    `before` is the beginning of the same sentence.
    """
    written = document.comment.at
    latest = (
        (date.fromisoformat(written[:10]) + timedelta(days=1)).isoformat() if written and written < "9999" else None
    )
    moments = document.moments(text)
    for moment in moments:
        at = moment.at if moment.is_certain else _last_before(moment, latest)
        is_span = _SPAN.match(text, moment.end) or _SPAN_END.search(text[: moment.start])
        if at and moment.precision in _EXACT and (latest is None or at[:10] <= latest) and not is_span:
            yield moment, at
    clock = next((one.clock for one in moments if one.clock and not one.yearless), None)
    for match, day in _days_in_words(text, document, before):
        at = f"{day}T{clock}" if clock else day
        yield Moment(at=at, precision="minute" if clock else "day", start=match.start(), end=match.end()), at


def _days_in_words(text: str, document: Document, before: str) -> Iterator[tuple[re.Match[str], str]]:
    """Return "today", "on Monday" and "the following day" as days."""
    written = document.comment.at
    if written:
        today = date.fromisoformat(written[:10])
        for pattern, ago in ((_THIS_DAY, 0), (_LAST_DAY, 1)):
            match = pattern.search(text)
            if match:
                yield match, (today - timedelta(days=ago)).isoformat()
        match = _WEEKDAY.search(text)
        # On that weekday itself, today and a week ago could be meant.
        ago = (today.weekday() - _WEEKDAYS.index(match["day"][:3].lower())) % len(_WEEKDAYS) if match else 0
        if match and ago:
            yield match, (today - timedelta(days=ago)).isoformat()
    match = _NEXT_DAY.search(text)
    if match:
        told = [one.at for one in document.moments(f"{before}{text[: match.start()]}") if one.is_certain and one.at]
        told = told or [*_told_before(text, document)]
        if told and len(told[-1]) >= _WHOLE_DAY:
            later = timedelta(days=0 if match["same"] else 1)
            yield match, (date.fromisoformat(told[-1][:_WHOLE_DAY]) + later).isoformat()


def _told_before(text: str, document: Document) -> Iterator[str]:
    """Return the days in the sentence before the one that a text is part of."""
    place = next((n for n, one in enumerate(document.sentences) if text[:_LONGEST_OPENING] in one), 0)
    if place:
        yield from (one.at for one in document.moments(document.sentences[place - 1]) if one.is_certain and one.at)


def _last_before(moment: Moment, latest: str | None) -> str | None:
    if moment.yearless is None or latest is None:
        return None
    month, number = moment.yearless
    year = int(latest[:4]) - (f"{month:02}-{number:02}" > latest[5:10])
    at = day_of(year, moment.yearless)
    return f"{at}T{moment.clock}" if at and moment.clock else at
