"""Scores: the weights of `weights.json`, added up over the evidence of a proposal and compared with its rivals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp
from typing import Generic, TypeVar

import msgspec

from ca_incidents.scraper.reader.evidence.mentions import Proposal, Value


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """The fitted numbers of one fact: a value counts from `threshold` on, and from half of it on it is worth a look.

    Where values are `rivals`, at most one is right. `figures` are those of the fit, by part of the labels.
    """

    rivals: bool
    threshold: float
    bias: float
    weights: dict[str, float]
    figures: dict[str, dict[str, float]] = {}


W = TypeVar("W")


class Fit(msgspec.Struct, Generic[W], frozen=True, kw_only=True):
    """The result of `make fit`: the digest of the labels it was made from, and the weights of each fact."""

    labels: str
    facts: dict[str, W]


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
def fitted() -> Fit[Weights]:
    """Read the weights of this distribution."""
    return msgspec.json.decode(files(__package__).joinpath("weights.json").read_bytes(), type=Fit[Weights])


def judged(fact: str, proposals: Sequence[Proposal], weights: Weights | None = None) -> tuple[Judged, ...]:
    """Judge the values that a comment may state, in the order of the proposals."""
    used = weights or fitted().facts[fact]
    told = [[(test, used.weights[test]) for test in sorted(one.evidence & used.weights.keys())] for one in proposals]
    odds = [exp(used.bias + sum(weight for _, weight in reasons)) for reasons in told]
    found = []
    for one, own, reasons in zip(proposals, odds, told, strict=True):
        share = own / (1 + (sum(odds) if used.rivals else own))
        counts = share >= used.threshold
        is_doubtful = not counts and share >= used.threshold / 2
        found.append(Judged(one.value, one.evidence, share, counts, is_doubtful, greatest_first(reasons)))
    return tuple(found)


def greatest_first(reasons: Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    """Order what tests added to a score, or took from it, by their weight."""
    return tuple(sorted(reasons, key=lambda reason: (-abs(reason[1]), reason[0])))
