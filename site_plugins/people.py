"""Who writes on a bug: the CA concerned, a root program, another CA, or somebody whose affiliation is not known."""

from typing import Literal

from schema.model import Comment, Incident
from schema.registry import Registry

Side = Literal["ca", "program", "other-ca", "unknown"]
SIDES: dict[Side, str] = {
    "ca": "the CA itself",
    "program": "root programs",
    "other-ca": "other CAs and auditors",
    "unknown": "affiliation not known",
}


def side_of(affiliation: str | None, concerning: str | None, registry: Registry) -> Side:
    """Say on which side somebody with this affiliation writes on a bug concerning this CA."""
    slug = registry.slug_of_domain(affiliation, concerning=concerning)
    if slug is None:
        return "unknown"
    if concerning is not None and slug == concerning:
        return "ca"
    if slug in registry.programs:
        # A name that is both means the CA only on that CA's own bugs; the look-up above has settled that.
        return "program"
    return "other-ca"


def tally(record: Incident, comments: tuple[Comment, ...], registry: Registry) -> list[tuple[Side, int]]:
    """Count comments by side, in the order of `SIDES`, sides without a comment left out."""
    sides = [side_of(c.affiliation, record.ca, registry) for c in comments]
    return [(side, sides.count(side)) for side in SIDES if side in sides]
