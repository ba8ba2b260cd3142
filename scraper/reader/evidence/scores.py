"""Scores: the weights of `weights.json`, added up over the evidence of a proposal and compared with its rivals."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp

import msgspec

from ca_incidents.scraper.reader.evidence.mentions import Proposal, Value


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """The fitted numbers of one fact: a value counts from `threshold` on, and from `doubt` on it is worth a look.

    Where values are `rivals`, at most one is right. `figures` are those of the fit, by part of the labels.
    """

    rivals: bool
    threshold: float
    doubt: float
    bias: float
    weights: dict[str, float]
    figures: dict[str, dict[str, float]] = {}


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `make fit`: the digest of the labels it was made from, and the weights of each fact."""

    labels: str
    facts: dict[str, Weights]


@dataclass(frozen=True, slots=True)
class Judged:
    """A proposed value with its share of the score, from 0 to 1, and what each test added, the greatest first."""

    value: Value
    evidence: frozenset[str]
    share: float
    counts: bool
    is_doubtful: bool
    reasons: tuple[tuple[str, float], ...]


@cache
def fitted() -> Fit:
    """Read the weights of this distribution."""
    return msgspec.json.decode(
        files("ca_incidents.scraper.reader.evidence").joinpath("weights.json").read_bytes(), type=Fit
    )


def judged(fact: str, proposals: Sequence[Proposal], weights: Weights | None = None) -> tuple[Judged, ...]:
    """Judge the values that a comment may state, in the order of the proposals."""
    used = weights or fitted().facts[fact]
    odds = [exp(used.bias + sum(used.weights.get(test, 0.0) for test in one.evidence)) for one in proposals]
    found = []
    for one, own in zip(proposals, odds, strict=True):
        share = own / (1 + (sum(odds) if used.rivals else own))
        reasons = sorted(
            ((test, used.weights[test]) for test in one.evidence & used.weights.keys()),
            key=lambda r: (-abs(r[1]), r[0]),
        )
        counts = share >= used.threshold
        found.append(Judged(one.value, one.evidence, share, counts, not counts and share >= used.doubt, tuple(reasons)))
    return tuple(found)
