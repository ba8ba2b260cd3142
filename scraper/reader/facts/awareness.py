"""When the CA became aware of the incident: the day or time, of all that a comment mentions, that most evidence is for.

A fitted weight per test and word is added up for each; they are rivals of each other and of "none of them".
"""

import re
from collections.abc import Sequence
from functools import cache

from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.evidence import word_scores
from ca_incidents.scraper.reader.evidence.mentions import Proposal
from ca_incidents.scraper.reader.evidence.scores import Judged, Weights, judged
from ca_incidents.scraper.reader.facts import timeline
from ca_incidents.scraper.reader.facts.dated_mentions import proposals
from ca_incidents.scraper.reader.facts.discovery import is_outside_view
from ca_incidents.scraper.reader.facts.fact import Context, Found, why
from ca_incidents.scraper.reader.facts.stated_days import WHOLE_DAY, dated

FACT = "aware"
# The share that a time must have against "none of them" to be that of the chosen day.
_SHARE_OF_TIME = 0.15
_MOST_REASONS = 5
_LENGTH_WITHOUT_ZONE = len("2024-03-25T14:05")


def read(document: Document, context: Context) -> Found:
    """Read when the CA became aware: in a report, in an answer that is more exact, or where an answer corrects it."""
    known = context.known.aware
    corrected = _corrected(document, known) if known and not context.is_report else None
    if corrected or not (context.is_report or context.is_by_answerer or context.is_by_ca):
        return Found(aware=corrected)
    is_outside = not context.is_by_ca and is_outside_view(document, context.title)
    best = chosen(proposals(document, context.title, is_outside=is_outside), weights())
    at = _with_zone(str(best.value), document) if best and best.counts else None
    explained = why(FACT, (best,), document) if best else ()
    is_less = at is not None and known is not None and known.startswith(at)
    is_better = known is None or (at is not None and len(known) == WHOLE_DAY and at.startswith(known))
    return Found(aware=known if is_less else at if context.is_report or is_better else None, why=explained)


@cache
def weights() -> Weights:
    """Return the weights of this distribution."""
    return as_rivals(word_scores.fitted().facts[FACT])


def as_rivals(fitted: word_scores.Weights) -> Weights:
    """Return the fitted weights of one class as those of mentions that are rivals."""
    words = {name: told[0] for name, told in fitted.words.items()}
    return Weights(rivals=True, threshold=fitted.threshold, bias=fitted.bias[0], weights=words)


def chosen(proposed: Sequence[Proposal], used: Weights) -> Judged | None:
    """Return the best mention of the day with the greatest share, a time of that day before the day alone.

    It counts if the day does, whose share is that of all its mentions.
    """
    mentions, shares = judged(FACT, proposed, used), dict[str, float]()
    for one in mentions:
        shares[_day(one)] = shares.get(_day(one), 0.0) + one.share
    if not shares:
        return None
    day = max(shares, key=lambda one: shares[one])
    of_day, rest = [one for one in mentions if _day(one) == day], 1 - sum(shares.values())
    times = [one for one in of_day if one.value != day and one.share >= _SHARE_OF_TIME * (one.share + rest)]
    best = max(times or [one for one in of_day if one.value == day] or of_day, key=lambda one: one.share)
    counts = shares[day] >= used.threshold
    return Judged(best.value, best.evidence, shares[day], counts, not counts, best.reasons[:_MOST_REASONS])


def _day(mention: Judged) -> str:
    return str(mention.value)[:WHOLE_DAY]


def _with_zone(at: str, document: Document) -> str:
    """Return a time as its line of the timeline has it, with the zone."""
    is_time = len(at) == _LENGTH_WITHOUT_ZONE
    return next((one.at for one in timeline.events_in(document) if is_time and one.at.startswith(at)), at)


def _corrected(document: Document, known: str) -> str | None:
    """Return the only other day of a sentence on awareness that replaces the known one, or is called a correction."""
    for text in document.sentences:
        is_meant = _OF_AWARENESS.search(text) and not _OF_ANOTHER.search(text)
        told, marked = [*dated(text, document)] if is_meant else [], text
        others = [at for _, at in told if at[:WHOLE_DAY] != known[:WHOLE_DAY]]
        for moment, at in sorted(told, key=lambda one: -one[0].start):
            marked = f"{marked[: moment.start]}{'<new>' if at in others else '<old>'}{marked[moment.end :]}"
        if len(others) == 1 and (_CORRECTION.search(text) or _IN_PLACE.search(marked)):
            at = others[0]
            return at if len(at) != _LENGTH_WITHOUT_ZONE else at + known[_LENGTH_WITHOUT_ZONE:]
    return None


_OF_AWARENESS = re.compile(r"\b(?:aware(?:ness)?|learn(?:ed|t)\b)|^\W*where (?:it|we) (?:says?|said|wrote) [0-9]", re.I)
_OF_ANOTHER = re.compile(
    r"\b(?:(?:an)?other|second|more|similar|bug|customers?|if|when|after|before|some|claim\w*|revo[ck]\w+|issued|expir\w+"
    r"|deny|denies|nobody|no[ -]one|without|(?:not|cannot) (?:correct|true|believe|think|say|confirm)"
    r"|(?:aware|learn(?:ed|t)) that|(?!We|It|This|(?<=the )CA)(?-i:[A-Z])\w+ (?:became|was|had|learn(?:ed|t)))\b|\?",
    re.I,
)
_CORRECTION = re.compile(r"^\W*(?:an? )?correction\W|\bcorrected (?:date|day)\b|\bmust be regarded as aware\b", re.I)
_IN_PLACE = re.compile(
    r"<old>,? (?:it |that |this )?(?:should|must) (?:be|read|have (?:been|read)) (?:on )?<new>"
    r"|\bnot (?:on )?<old>,? but (?:on )?<new>|<new>,? (?:and )?(?:not|instead of|rather than) (?:on )?<old>",
    re.I,
)
