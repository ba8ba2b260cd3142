"""When the CA became aware of the incident, and later corrections of that day."""

import re

from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.chosen_day import WITHOUT_ZONE, chosen, weights, with_zone
from ca_incidents.scraper.reader.facts.dated_mentions import of_awareness
from ca_incidents.scraper.reader.facts.discovery import is_outside_view
from ca_incidents.scraper.reader.facts.fact import Context, Found, why
from ca_incidents.scraper.reader.facts.stated_days import WHOLE_DAY, dated

FACT = "aware"


def read(document: Document, context: Context) -> Found:
    """Read when the CA became aware: in a report, in an answer that is more exact, or where an answer corrects it."""
    known = context.known.aware
    corrected = _corrected(document, known) if known and not context.is_report else None
    if corrected or not (context.is_report or context.is_by_answerer or context.is_by_ca):
        return Found(aware=corrected)
    is_outside = not context.is_by_ca and is_outside_view(document, context.title)
    best = chosen(of_awareness(document, context.title, is_outside=is_outside), weights(FACT))
    at = with_zone(str(best.value), document) if best and best.counts else None
    explained = why(FACT, (best,), document) if best else ()
    is_less = at is not None and known is not None and known.startswith(at)
    is_better = known is None or (at is not None and len(known) == WHOLE_DAY and at.startswith(known))
    return Found(aware=known if is_less else at if context.is_report or is_better else None, why=explained)


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
            return at if len(at) != WITHOUT_ZONE else at + known[WITHOUT_ZONE:]
    return None


_OF_AWARENESS = re.compile(r"\b(?:aware(?:ness)?|learn(?:ed|t)\b)|^\W*where (?:it|we) (?:says?|said|wrote) [0-9]", re.I)
_OF_ANOTHER = re.compile(
    r"\b(?:(?:an)?other|second|more|similar|bug|customers?|if|when|after|before|some|claim\w*|revo[ck]\w+|issued|expir\w+"
    r"|deny|denies|nobody|no[ -]one|never|without|suppliers?|researchers?|auditors?|reporters?|training"
    r"|(?:is|was) wrong|(?:not|cannot) (?:correct|true|believe|think|say|confirm)"
    r"|(?:aware|learn(?:ed|t)) that|(?!We|It|This|(?<=the )CA)(?-i:[A-Z])\w+ (?:became|was|had|learn(?:ed|t)))\b|\?",
    re.I,
)
_CORRECTION = re.compile(r"^\W*(?:an? )?correction\W|\bcorrected (?:date|day)\b|\bmust be regarded as aware\b", re.I)
_IN_PLACE = re.compile(
    r"<old>,? (?:it |that |this )?(?:should|must) (?:be|read|have (?:been|read)) (?:on )?<new>"
    r"|\bnot (?:on )?<old>,? but (?:on )?<new>|<new>,? (?:and )?(?:not|instead of|rather than) (?:on )?<old>",
    re.I,
)
