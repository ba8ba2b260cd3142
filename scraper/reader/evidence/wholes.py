"""Which of the judged numbers is that of all certificates concerned, and not a part or what comes in addition."""

from collections.abc import Collection, Sequence

from ca_incidents.scraper.reader.evidence.mentions import Value
from ca_incidents.scraper.reader.evidence.scores import Judged


class Counts:
    """Names of the tests for what a number counts."""

    AN_ESTIMATE, BESIDE_NOUN, CERTIFICATES = "an estimate", "beside the noun", "counts certificates by that word"
    A_WHOLE, A_SUM = "said to be all there are", "said to be the sum"
    A_PART, A_REST = "a part of others", "in addition to others"
    LATE = "revoked too late"


# The evidence that a number is the whole: each set is enough.
_SAY_SO = (
    {Counts.A_SUM},
    {Counts.LATE, "only mention"},
    {Counts.A_WHOLE, Counts.BESIDE_NOUN, "only mention"},
    {Counts.A_WHOLE, "said to be concerned"},
)
_LEAST_SHARE = 0.1
# One of the certificates listed may be an example, or that of the CA.
_LISTED_BESIDES = 1


def whole_among(
    every: Sequence[Judged], titled: Collection[Value], listed: int, *, is_of_several_bugs: bool
) -> list[Judged]:
    """Return the numbers that are meant as the whole.

    Where no number counts, it is the only one said to be the whole, or a doubtful one that the title states, too, or
    that is as many as the comment lists, unless another is as doubtful. Fewer than are listed is not all.
    """
    wholes = [] if is_of_several_bugs else [one.value for one in every if _is_whole(one)]
    larger = max((int(value) for value in wholes), default=0)
    may_be = [
        one
        for one in every
        if Counts.A_REST not in one.evidence
        and int(one.value) >= listed - _LISTED_BESIDES
        and not (Counts.A_PART in one.evidence and int(one.value) < larger)
    ]
    if sum(one.is_doubtful for one in may_be) > 1:
        listed = 0
    return [one for one in may_be if one.counts] or [
        one for one in may_be if wholes == [one.value] or (one.is_doubtful and _agrees(one, titled, listed))
    ]


def _is_whole(one: Judged) -> bool:
    return one.share >= _LEAST_SHARE and any(said <= one.evidence for said in _SAY_SO)


def _agrees(one: Judged, titled: Collection[Value], listed: int) -> bool:
    return one.value in titled or (one.value == listed and Counts.CERTIFICATES in one.evidence)
