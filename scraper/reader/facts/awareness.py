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

_AWARE = re.compile(
    r"\b(?:aware|received|informed|notified|alerted|contacted|made known|handed (?:us|over)|pointed out|told"
    r"|communicated)\b",
    re.I,
)
_LEARNED = re.compile(
    r"\b(?:discover(?:ed|s|y)?|notic(?:ed|es)|identif(?:ied|ies)|detect(?:ed|s|ion)|found|aware|notifi(?:ed|cation)"
    r"|informed|alert(?:ed)?|contacted|receiv(?:ed|es|ing)|receipt|reported|reports?\b|rais(?:ed|es)|flagged"
    r"|reveal(?:ed|s)|brought|pointed|observ(?:ed|es)|recogni[sz](?:ed|es)|reali[sz](?:ed|es)|determin(?:ed|es)"
    r"|confirmed|review(?:ed|s|ing)|uncovered|spotted|told|asked|saw|sees|noted|mentioned|mentions|wrote|read|reading"
    r"|finds?|discovers|learn(?:s|ed)|handed|observes?"
    r"|e-?mail(?:ed)?|post(?:s|ed)?(?![ -]?(?:issuance|sign))|submitted|communicated|(?:personal|phone) call)\b",
    re.I,
)
_HAPPENED = re.compile(
    r"\b(?:issu(?:ed|es|ance)|revok\w+|expir\w+|effective|deploy\w+|published|stopped|obtained|fixed|patched|added)\b",
    re.I,
)
_ATTRIBUTE = re.compile(
    r"\b(?!(?:morning|afternoon|evening|night|(?:e-?)?mail|message|report|notification|letter)\b)"
    r"\w+ (?:of|dated|from) $",
    re.I,
)
# An auditor's observations are not yet the CA's.
_AUDIT = re.compile(r"(?<!self-)(?<!self )(?<!internal )\baudit(?:ors?|s)?\b", re.I)
_TOLD_CA = re.compile(
    r"\b(?:I|we) (?:\w+ )?(?:sent|submitted|reported|communicated|filed|e-?mailed|notified|contacted)\b"
    r"|\b(?:mail|message|report) was sent to\b",
    re.I,
)
_REPEATS = re.compile(r"(?<!\bI )\b(?:posted|reported|wrote|sent) the (?:following|message below)\b", re.I)
_FARTHEST = 100
_WHOLE_DAY = len("2024-03-25")
_CLAUSE_END = re.compile(r",\s+(?:and|but|which|so)\s+|;\s+")
_THIS_DAY = re.compile(r"\b(?:earlier )?(?:today|this (?:morning|afternoon|evening))\b", re.I)
_LAST_DAY = re.compile(r"\byesterday\b", re.I)
_MOST_WORDS = 14
_DATED_FIRST = re.compile(r"\W*(?:on |at )?(?:\w+day,? )?(?:\w+ )?[0-9]", re.I)
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
    if not context.is_by_ca and is_outside_view(document, context.title):
        if _REPEATS.search(document.text):
            return Found()
        told = (_Day(at) for line in document.lines if _TOLD_CA.search(line.text) for at in _days(line.text, document))
        return Found(aware=next((one.at for one in told if one.is_exact), None))
    is_late = is_about_delay(document, context.title)
    stated = [one for one in accounts(document, context.title) if not is_late or speaks_of_delay(one.text)]
    said = _first_said([one for one in stated if one.at is None], document)
    happened = [
        _Day(one.at)
        for one in stated
        if one.at and len(one.at) >= _WHOLE_DAY and (one.kind != "audit" or _LEARNED.search(one.text))
    ]
    if not happened and context.known.aware is None and not is_late:
        happened = [*_realized(document)]
    if said is None:
        return Found(aware=happened[0].at if happened else None)
    if said.is_exact:
        return Found(aware=said.at)
    return Found(aware=next((one.at for one in happened if one.day == said.day), said.at))


def _realized(document: Document) -> Iterator[_Day]:
    """Find lines of a timeline that do not begin with what the CA learned but go on to say it."""
    for event in timeline.events_in(document):
        if event.kind in {"investigation", "other"} and len(event.at) >= _WHOLE_DAY and _REALIZED.search(event.text):
            yield _Day(event.at)


_REALIZED = re.compile(
    r"\b(?:reali[sz]\w+|aware|discover(?:ed|y|s)|notice[ds]|found|finding|detect(?:ed|s)|received|informed|notified)\b",
    re.I,
)


def _first_said(stated: Sequence[Account], document: Document) -> _Day | None:
    """Return the first day of a sentence that says what the CA learned; one with "aware" counts before others."""
    told = [(sentence.text, at) for sentence in stated for at in _learned_on(sentence.text, document)]
    sure = [at for text, at in told if _AWARE.search(text)]
    # The answer to "how and when" may be as short as "By a mail of 3 May".
    asked = [at for sentence in stated[:1] if _is_short_answer(sentence) for at in _days(sentence.text, document)]
    found = sure or [at for _, at in told] or asked
    return _Day(found[0]) if found else None


def _is_short_answer(sentence: Account) -> bool:
    is_dated_first = _DATED_FIRST.match(sentence.text) is not None and not _HAPPENED.search(sentence.text)
    return sentence.is_answer and (is_dated_first or len(sentence.text.split()) <= _MOST_WORDS)


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
        clause = text[start:end]
        start = after
        learned = (_AWARE if _AUDIT.search(clause) else _LEARNED).search(clause)
        if learned is None:
            continue
        for moment, at in _dated(clause, document):
            # "We found a certificate issued on 3 May", "the film of 3 May": the day is that of something else.
            is_near = moment.start - learned.end() <= _FARTHEST
            if is_near and not (
                _HAPPENED.search(clause, learned.end(), moment.start) or _ATTRIBUTE.search(clause[: moment.start])
            ):
                yield at


def _days(text: str, document: Document) -> Iterator[str]:
    return (at for moment, at in _dated(text, document) if not _ATTRIBUTE.search(text[: moment.start]))


def _dated(text: str, document: Document) -> Iterator[tuple[Moment, str]]:
    """Return the days and times of a text that are not after its writing; a day without a year is the last before."""
    written = document.comment.at
    latest = (date.fromisoformat(written[:10]) + timedelta(days=1)).isoformat() if written else None
    for moment in document.moments(text):
        at = moment.at if moment.is_certain else _last_before(moment, latest)
        if at and moment.precision in _EXACT and (latest is None or at[:10] <= latest):
            yield moment, at
    if written:
        clock = next((one.clock for one in document.moments(text) if one.clock and not one.yearless), None)
        for pattern, ago in ((_THIS_DAY, 0), (_LAST_DAY, 1)):
            match = pattern.search(text)
            if match:
                day = (date.fromisoformat(written[:10]) - timedelta(days=ago)).isoformat()
                at = f"{day}T{clock}" if clock else day
                yield Moment(at=at, precision="minute" if clock else "day", start=match.start(), end=match.end()), at


def _last_before(moment: Moment, latest: str | None) -> str | None:
    if moment.yearless is None or latest is None:
        return None
    month, number = moment.yearless
    year = int(latest[:4]) - (f"{month:02}-{number:02}" > latest[5:10])
    at = day_of(year, moment.yearless)
    return f"{at}T{moment.clock}" if at and moment.clock else at
