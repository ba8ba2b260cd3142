"""Who speaks in a thread: the CA's people, others, or nobody can tell. Known by the domain of an affiliation alone."""

from collections.abc import Iterator
from typing import Literal

from ca_incidents.schema.model import Incident
from ca_incidents.schema.tables.registry import Registry

ReporterKind = Literal["ca", "other-ca", "root-program", "auditor", "other", "unknown"]
Party = Literal["ca", "other", "unknown"]


def family(record: Incident, registry: Registry) -> frozenset[str]:
    """Give the slugs whose people speak for the incident's CA: itself, who else the title names, and those before
    and after them in the registry's successions, and a subordinate's parent.
    """
    if record.ca is None:
        return frozenset()
    found: set[str] = set()
    for slug in (record.ca, *record.also_named):
        found |= {slug, *_after(slug, registry), *_before(slug, registry)}
    return frozenset(found)


def _after(slug: str, registry: Registry) -> Iterator[str]:
    seen = {slug}
    owner = registry.owners.get(slug)
    if owner and owner.parent:
        yield owner.parent
    while owner and owner.successor and owner.successor.slug not in seen:
        yield owner.successor.slug
        seen.add(owner.successor.slug)
        owner = registry.owners.get(owner.successor.slug)


def _before(slug: str, registry: Registry) -> set[str]:
    found: set[str] = set()
    wanted = {slug}
    while wanted:
        wanted = {o.slug for o in registry.owners.values() if o.successor and o.successor.slug in wanted} - found
        found |= wanted
    return found


def party(affiliation: str | None, own: frozenset[str], registry: Registry) -> Party:
    """Say whether somebody speaks for the CA. A domain that the registry does not know may be the CA's: unknown."""
    slug = registry.slug_of_domain(affiliation)
    if slug is None or not own:
        return "unknown"
    return "ca" if slug in own else "other"


def reporter_kind(record: Incident, own: frozenset[str], registry: Registry) -> ReporterKind:
    """Say what kind of organisation filed the bug; `unknown` where the source or the registry cannot tell.

    `own` is the incident's family. `other` is somebody whose organisation is known and is none of the registry's; it is
    not said where the registry knows no domain of the incident's CA, because the domain may be the CA's own.
    """
    affiliation = record.bugzilla.reporter.affiliation if record.bugzilla.reporter else None
    if affiliation is None:
        return "unknown"
    slug = registry.slug_of_domain(affiliation)
    if slug is None:
        has_domains = any(registry.owners[s].domains for s in own if s in registry.owners)
        return "other" if has_domains else "unknown"
    if slug in registry.programs:
        return "root-program"
    owner = registry.owners.get(slug)
    if owner is not None and owner.kind == "auditor":
        return "auditor"
    if slug in own:
        return "ca"
    return "other-ca" if own else "unknown"
