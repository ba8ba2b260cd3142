"""Who speaks in a thread: the CA concerned, a root program, another CA, an auditor, or nobody can tell.

The only evidence is the domain of an account, and that is the account's domain today, not on the day of the comment.
The registry lists the days on which a domain is known to have spoken for an organisation.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from ca_incidents.schema.model import Incident
from ca_incidents.schema.tables.registry import Registry

ReporterKind = Literal["ca", "other-ca", "root-program", "auditor", "other", "unknown"]
Party = Literal["ca", "other", "unknown"]


def family(record: Incident, registry: Registry) -> frozenset[str]:
    """Return the slugs whose people speak for the incident's CA."""
    return family_of((record.ca, *record.also_named), registry) if record.ca is not None else frozenset()


def family_of(slugs: Iterable[str], registry: Registry) -> frozenset[str]:
    """Return the slugs whose people speak for the CAs that a title names.

    These are the CAs themselves, their predecessors and successors in the registry, and a subordinate's parent.
    """
    found: set[str] = set()
    for slug in slugs:
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


def kind_of(affiliation: str | None, at: str | None, own: frozenset[str], registry: Registry) -> ReporterKind:
    """Return what kind of organisation spoke at a time on a bug about the CA whose family is `own`.

    An organisation that is both a CA and a root program is the CA on its own bugs and the program elsewhere. A domain
    that the registry does not know may be the CA's own, so it is unknown.
    """
    day = at[:10] if at is not None and len(at) >= len("2020-01-31") else None
    roles = registry.roles_on(affiliation, day)
    cas = {role.ca for role in roles if role.ca is not None}
    if cas & own:
        return "ca" if cas <= own else "unknown"
    programs = {registry.programs[role.program].kind for role in roles if role.program is not None}
    if programs:
        return "root-program" if "root-program" in programs else "other"
    if not cas:
        return "unknown"
    if all(registry.owners[slug].kind == "auditor" for slug in cas):
        return "auditor"
    return "other-ca" if own else "unknown"


def party(affiliation: str | None, at: str | None, own: frozenset[str], registry: Registry) -> Party:
    """Return whether somebody spoke for the CA; unknown also where the record names no CA."""
    if not own:
        return "unknown"
    kind = kind_of(affiliation, at, own, registry)
    return kind if kind in {"ca", "unknown"} else "other"


def reporter_kind(record: Incident, own: frozenset[str], registry: Registry) -> ReporterKind:
    """Return what kind of organisation filed the bug."""
    reporter = record.bugzilla.reporter
    return kind_of(reporter.affiliation if reporter else None, record.bugzilla.opened, own, registry)
