"""Who writes on a bug: the CA concerned, a root program, another CA, or somebody whose affiliation is not known."""

from collections.abc import Iterable
from typing import Literal

from ca_incidents.schema.tables.registry import Registry

Side = Literal["ca", "program", "other-ca", "unknown"]
SIDES: dict[Side, str] = {
    "ca": "the CA itself",
    "program": "root programs",
    "other-ca": "other CAs and auditors",
    "unknown": "affiliation not known",
}


def side_of(affiliation: str | None, concerning: str | None, own: frozenset[str], registry: Registry) -> Side:
    """Say on which side somebody writes on a bug concerning a CA; `own` are the slugs that speak for that CA."""
    slug = registry.slug_of_domain(affiliation, concerning=concerning)
    if slug is None:
        return "unknown"
    if slug in own:
        return "ca"
    # A slug that is both a CA's and a program's means the CA only on that CA's own bugs, which are settled above.
    return "program" if slug in registry.programs else "other-ca"


def tally(sides: Iterable[Side]) -> list[tuple[Side, int]]:
    """Count by side, in the order of `SIDES`, sides without a comment left out."""
    found = list(sides)
    return [(side, found.count(side)) for side in SIDES if side in found]
