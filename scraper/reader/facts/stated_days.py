"""The days that a text names, up to the day on which it was written."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts import timeline
from ca_incidents.scraper.reader.text.dates import Moment, day_of
from ca_incidents.scraper.reader.text.relative_days import days_told

EXACT = frozenset({"day", "minute"})
WHOLE_DAY = len("2024-03-25")
_LONGEST_OPENING = 60

_UNSURE_DAY = re.compile(r"\bago\b|\blast (?:night|evening)\b", re.I)
# The beginning or end of a span of days is not the day of an event.
_SPAN = re.compile(r"\s*(?:to|until|till|through|[–-])\s+(?:[0-9]|[A-Z][a-z]+\W[0-9])")
_SPAN_END = re.compile(r"[0-9]\s*(?:to|until|till|through|[–-])\s+\Z|\bbetween\b[^.]{0,60}\band (?:[a-z]+ )?\Z")


def dated(text: str, document: Document) -> Iterator[tuple[Moment, str]]:
    """Return the days and times of a text that are not after its writing; a day without a year is the last before."""
    written = document.comment.at
    day = date.fromisoformat(written[:10]) if written and "1001" <= written < "9999" else None
    latest = f"{day + timedelta(days=1)}" if day else None
    moments = document.moments(text)
    for moment in moments:
        at = moment.at if moment.is_certain else _last_before(moment, latest, document)
        is_span = _SPAN.match(text, moment.end) or _SPAN_END.search(text[: moment.start])
        if at and moment.precision in EXACT and (latest is None or at[:WHOLE_DAY] <= latest) and not is_span:
            yield moment, at
    clock = next((one.clock for one in moments if one.clock and not one.yearless), None)
    known = {one.start for one in moments}
    named = [one for one in days_told(text, moments, written) if one.start not in known]
    named = [one for one in named if not _UNSURE_DAY.search(text[one.start : one.end])]
    for one in (*named, *_next_days(text, document)):
        if one.at and (latest is None or one.at <= latest):
            yield one, f"{one.at}T{clock}" if clock else one.at


_NEXT_DAY = re.compile(
    r"\b(?:(?:the )?(?:following|next) day|one day later|the day after|(?P<same>(?:the|that) same day))\b", re.I
)


def _next_days(text: str, document: Document) -> Iterator[Moment]:
    """Find "the following day" and "the same day" of a day that was named before."""
    match = _NEXT_DAY.search(text)
    if match is None:
        return
    for earlier in (text[: match.start()], *_sentences_before(text, document)[-1:]):
        told = [one.at for one in document.moments(earlier) if one.is_certain and one.at]
        if told:
            if len(told[-1]) >= WHOLE_DAY:
                day = date.fromisoformat(told[-1][:WHOLE_DAY]) + timedelta(days=0 if match["same"] else 1)
                yield Moment(at=day.isoformat(), precision="day", start=match.start(), end=match.end())
            return


def _last_before(moment: Moment, latest: str | None, document: Document) -> str | None:
    if moment.yearless is None:
        return None
    day = "-".join(f"{one:02}" for one in moment.yearless)
    if latest is None:
        at = next((one.at[:WHOLE_DAY] for one in timeline.events_in(document) if one.at[5:WHOLE_DAY] == day), None)
    else:
        at = day_of(int(latest[:4]) - (day > latest[5:10]), moment.yearless)
    return f"{at}T{moment.clock}" if at and moment.clock else at


def _sentences_before(text: str, document: Document) -> tuple[str, ...]:
    place = next((n for n, one in enumerate(document.sentences) if text[:_LONGEST_OPENING] in one), 0)
    return document.sentences[:place]
