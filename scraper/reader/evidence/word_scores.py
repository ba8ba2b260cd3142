"""What the words of a text tell about its class, weighed against what the rules read in it.

A rule sees one phrase; the words of a text, each with its fitted weight, see what the rule has no phrase for.
"""

import re
from functools import cache, lru_cache
from importlib.resources import files
from math import exp

import msgspec

from ca_incidents.scraper.reader.evidence.scores import Fit, Judged, greatest_first

MOST_WORDS = 180
_LONGEST_READ = 4_000
_MOST_REASONS = 5
_FIRST_WORDS = 6
_ADDRESS = re.compile(r"https?://(\w{1,40})\S*")
_WORD = re.compile(r"[a-z][a-z']*|[0-9]+")
# Words that begin alike mean alike: "revoked" and "revocation" share four letters, "notified" and "notification" six.
_LONG, _SHORT = 6, 4
BY_RULE = "what the rules read"


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """The fitted numbers of one fact.

    `words` holds for each feature one weight per class, in the order of `classes`; their sum is divided by the square
    root of the number of known features. The class that the rules read gets `rule` on top. From `threshold` on a class
    counts. `figures` are those of the fit.
    """

    classes: tuple[str, ...]
    rule: float
    threshold: float
    bias: tuple[float, ...]
    words: dict[str, tuple[float, ...]]
    figures: dict[str, float] = {}


@cache
def fitted() -> Fit[Weights]:
    """Read the weights of this distribution."""
    return msgspec.json.decode(files(__package__).joinpath("word_weights.json").read_bytes(), type=Fit[Weights])


def features(text: str) -> frozenset[str]:
    """Return how the first words begin, each pair of neighbours, and the very first words once more as such."""
    found, before = set[str](), ""
    plain = _ADDRESS.sub(r" \1link ", text[:_LONGEST_READ]).casefold()
    for place, word in enumerate(_WORD.findall(plain)[:MOST_WORDS]):
        start = "#" if word[0].isdigit() else word[:_LONG]
        found |= {start, f"{start[:_SHORT]}-", f"{before} {start}"}
        if place < _FIRST_WORDS:
            found.add(f"^{start}")
        before = start
    return frozenset(found)


@lru_cache(maxsize=4_096)
def verdict(fact: str, text: str, by_rule: str) -> Judged:
    """Judge the class of a text, of which the rules read that it is `by_rule`."""
    return judged(fitted().facts[fact], text, by_rule)


def judged(weights: Weights, text: str, by_rule: str) -> Judged:
    """Judge the class of a text by given weights; where no word is known, the rules decide alone."""
    known = sorted(features(text) & weights.words.keys())
    if not known:
        return Judged(by_rule, frozenset(), 1.0, counts=True, is_doubtful=False, reasons=((BY_RULE, weights.rule),))
    # Long texts have more features, and are no surer for it.
    scale = len(known) ** -0.5
    told = {
        slug: [(feature, weights.words[feature][place] * scale) for feature in known]
        + ([(BY_RULE, weights.rule)] if slug == by_rule else [])
        for place, slug in enumerate(weights.classes)
    }
    scores = [bias + sum(weight for _, weight in told[slug]) for slug, bias in zip(told, weights.bias, strict=True)]
    slug = weights.classes[scores.index(max(scores))]
    share = 1 / sum(exp(score - max(scores)) for score in scores)
    reasons = greatest_first((feature, round(weight, 2)) for feature, weight in told[slug])
    counts = share >= weights.threshold
    return Judged(slug, frozenset(known), share, counts, not counts, reasons[:_MOST_REASONS])
