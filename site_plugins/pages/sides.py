"""Who writes on a bug: the CA concerned, a root program, another CA, or somebody whose affiliation is not known."""

from collections.abc import Iterable
from typing import Literal

from ca_incidents.schema.derive.parties import ReporterKind, kind_of
from ca_incidents.schema.tables.registry import Registry

Side = Literal["ca", "program", "other-ca", "unknown"]
SIDES: dict[Side, str] = {
    "ca": "the CA itself",
    "program": "root programs",
    "other-ca": "other CAs and auditors",
    "unknown": "affiliation not known",
}


_SIDE_OF: dict[ReporterKind, Side] = {"ca": "ca", "root-program": "program", "unknown": "unknown"}


def side_of(affiliation: str | None, at: str | None, own: frozenset[str], registry: Registry) -> Side:
    """Return on which side somebody wrote; `own` are the slugs that speak for the CA concerned."""
    return _SIDE_OF.get(kind_of(affiliation, at, own, registry), "other-ca")


def tally(sides: Iterable[Side]) -> list[tuple[Side, int]]:
    """Count by side, in the order of `SIDES`, sides without a comment left out."""
    found = list(sides)
    return [(side, found.count(side)) for side in SIDES if side in found]
