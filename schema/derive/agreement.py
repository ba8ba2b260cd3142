"""How far people agree who coded the root causes of the same incidents independently.

The measure is Krippendorff's alpha (K. Krippendorff, Content Analysis, chapter on reliability): 1 is perfect agreement,
0 is what chance would give. The set of causes as a whole is compared by the MASI distance (R. Passonneau, Measuring
Agreement on Set-valued Items, LREC 2006); each single cause, chosen or not, as nominal data.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.model import Coding, Incident

Causes = frozenset[str]


class NoAlpha(CaIncidentsError):
    """The library that computes the measure is not installed; the text says how to install it."""


class TooMany(CaIncidentsError):
    """The choices are more than can be compared each with each."""


# Comparing each with each takes the square of this; real codings hold a few dozen different sets.
MOST_SETS = 1_000


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far people agree on one field: the measure, over how many incidents, and the bugs on which they differ.

    `alpha` is None where it is not defined: nothing coded twice, or all choices alike.
    """

    field: str
    alpha: float | None
    incidents: int
    codings: int
    differ: tuple[int, ...]


def coded_twice(records: Mapping[int, Incident]) -> dict[int, tuple[Causes, ...]]:
    """Collect the choices for each incident that at least two people coded; of one person's, the latest counts."""
    found = {}
    for number in sorted(records):
        curated = records[number].curated
        choices = _latest(curated.coding or ()) if curated else ()
        if len(choices) > 1:
            found[number] = choices
    return found


def _latest(codings: Iterable[Coding]) -> tuple[Causes, ...]:
    by_person = {coding.by: frozenset(coding.causes) for coding in sorted(codings, key=lambda coding: coding.on)}
    return tuple(by_person[person] for person in sorted(by_person))


def agreements(coded: Mapping[int, Sequence[Causes]]) -> list[Agreement]:
    """Measure the set of causes as a whole and then each cause that somebody chose.

    Raises NoAlpha where the library for it is not installed, and TooMany over MOST_SETS different sets.
    """
    causes = sorted({cause for choices in coded.values() for choice in choices for cause in choice})
    measured = [_agreement("root_causes", coded, masi_distance)]
    for cause in causes:
        chosen = {number: [choice & {cause} for choice in choices] for number, choices in coded.items()}
        measured.append(_agreement(f"root_causes: {cause}", chosen, _same_or_not))
    return measured


def _agreement(
    field: str, coded: Mapping[int, Sequence[Causes]], distance: Callable[[Causes, Causes], float]
) -> Agreement:
    return Agreement(
        field,
        _alpha(list(coded.values()), distance),
        len(coded),
        sum(map(len, coded.values())),
        tuple(number for number, choices in coded.items() if len(set(choices)) > 1),
    )


def masi_distance(one: Causes, other: Causes) -> float:
    """Give the MASI distance of two sets, from 0 (equal) to 1 (nothing in common)."""
    if one == other:
        return 0.0
    shared = one & other
    if not shared:
        return 1.0
    monotonicity = 2 / 3 if shared in (one, other) else 1 / 3
    return 1 - len(shared) / len(one | other) * monotonicity


def _same_or_not(one: Causes, other: Causes) -> float:
    return float(one != other)


def _alpha(units: Sequence[Sequence[Causes]], distance: Callable[[Causes, Causes], float]) -> float | None:
    values = sorted({choice for unit in units for choice in unit}, key=sorted)
    if len(values) < 2:
        return None
    if len(values) > MOST_SETS:
        raise TooMany(f"there are {len(values):,} different sets of causes; at most {MOST_SETS:,} can be compared")
    krippendorff, numpy = _libraries()
    distances = numpy.array([[distance(one, other) for other in values] for one in values])
    counts = [[Counter(unit)[value] for value in values] for unit in units]
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement=lambda *_, **__: distances))


def _libraries() -> tuple[Any, Any]:
    # Only this command needs them, and they are large: everybody else is spared the installation and the import.
    try:
        import krippendorff  # noqa: PLC0415
        import numpy as np  # noqa: PLC0415
    except ImportError:
        raise NoAlpha("`agreement` needs one more library: pip install 'ca-incidents[agreement]'") from None
    return krippendorff, np
