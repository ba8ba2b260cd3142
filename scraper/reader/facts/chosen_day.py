"""The one day or time, of all that a comment mentions, that most evidence is for.

A fitted weight per test and word is added up for each; they are rivals of each other and of "none of them".
"""

from collections.abc import Sequence
from functools import cache

from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.evidence import word_scores
from ca_incidents.scraper.reader.evidence.mentions import Proposal
from ca_incidents.scraper.reader.evidence.scores import Judged, Weights, judged
from ca_incidents.scraper.reader.facts import timeline
from ca_incidents.scraper.reader.facts.stated_days import WHOLE_DAY

WITHOUT_ZONE = len("2024-03-25T14:05")
# The share that a time must have against "none of them" to be that of the chosen day.
_SHARE_OF_TIME = 0.15
_MOST_REASONS = 5


@cache
def weights(fact: str) -> Weights:
    """Return the weights of this distribution for a fact."""
    return as_rivals(word_scores.fitted().facts[fact])


def as_rivals(fitted: word_scores.Weights) -> Weights:
    """Return the fitted weights of one class as those of mentions that are rivals."""
    words = {name: told[0] for name, told in fitted.words.items()}
    return Weights(rivals=True, threshold=fitted.threshold, bias=fitted.bias[0], weights=words)


def chosen(proposed: Sequence[Proposal], used: Weights) -> Judged | None:
    """Return the best mention of the day with the greatest share, a time of that day before the day alone.

    It counts if the day does, whose share is that of all its mentions.
    """
    mentions, shares = judged("", proposed, used), dict[str, float]()
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


def with_zone(at: str, document: Document) -> str:
    """Return a time as its line of the timeline has it, with the zone."""
    is_time = len(at) == WITHOUT_ZONE
    return next((one.at for one in timeline.events_in(document) if is_time and one.at.startswith(at)), at)
