"""Evidence of words: the class of a text by the fitted weights of its words, and of what else is known of it."""

import re
from collections.abc import Mapping
from functools import cache
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
Evidence = Mapping[str, float]


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """The fitted numbers of one fact.

    `words` holds for each piece of evidence one weight per class, in the order of `classes`. A class counts from the
    share `threshold` on. `figures` are those of the fit.
    """

    classes: tuple[str, ...]
    threshold: float
    bias: tuple[float, ...]
    words: dict[str, tuple[float, ...]]
    figures: dict[str, float] = {}


@cache
def fitted() -> Fit[Weights]:
    """Read the weights of this distribution."""
    return msgspec.json.decode(files(__package__).joinpath("word_weights.json").read_bytes(), type=Fit[Weights])


def of_words(text: str, part: str = "", fewest: int = 1) -> dict[str, float]:
    """Return how words begin, each pair of neighbours, and the very first words once more; `part` names the text.

    The squares of the values add up to 1, so that a long text is no surer than a short one; to less than 1 if there are
    fewer than `fewest`, so that a few words alone decide nothing.
    """
    found, before = set[str](), ""
    plain = _ADDRESS.sub(r" \1link ", text[:_LONGEST_READ]).casefold()
    for place, word in enumerate(_WORD.findall(plain)[:MOST_WORDS]):
        start = "#" if word[0].isdigit() else word[:_LONG]
        found |= {start, f"{start[:_SHORT]}-", f"{before} {start}"}
        if place < _FIRST_WORDS:
            found.add(f"^{start}")
        before = start
    return {part + feature: max(fewest, len(found)) ** -0.5 for feature in sorted(found)}


def verdict(fact: str, evidence: Evidence) -> Judged:
    """Judge the class of a text."""
    return judged(fitted().facts[fact], evidence)


def judged(weights: Weights, evidence: Evidence) -> Judged:
    """Judge by given weights."""
    known = [(name, value, told) for name, value in evidence.items() if (told := weights.words.get(name))]
    scores = list(weights.bias)
    for _, value, told in known:
        for place, weight in enumerate(told):
            scores[place] += weight * value
    best = scores.index(max(scores))
    share = 1 / sum(exp(score - scores[best]) for score in scores)
    reasons = greatest_first((name, round(told[best] * value, 2)) for name, value, told in known)
    counts = share >= weights.threshold
    return Judged(weights.classes[best], frozenset(evidence), share, counts, not counts, reasons[:_MOST_REASONS])
