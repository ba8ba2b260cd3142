"""The registry of CAs and auditors, and how a bug's title is resolved to one of them.

A title is resolved by its exception, by its complete prefix, or by both halves of a prefix `CA / subordinate`; anything
else is reported as unmapped. There is no fallback.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import msgspec

from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.findings import Path, written_path
from ca_incidents.schema.messages import nearest, shown
from ca_incidents.schema.record import json_schema, yaml_text

FILE = "schema/cas.yaml"
Kind = Literal["ca", "auditor", "subordinate"]


class RegistryError(CaIncidentsError):
    """The registry contradicts itself or violates its schema; the text lists all errors."""


class _Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    pass


class FormerName(_Part, frozen=True, kw_only=True):
    """A former name of the identity, and its last year or month."""

    name: str
    until: str | None = None


class Successor(_Part, frozen=True, kw_only=True):
    """The successor of an identity, by slug, and how it came to be."""

    slug: str
    kind: Literal["renamed", "acquired", "transferred"]
    on: str | None = None


class TrustEnd(_Part, frozen=True, kw_only=True):
    """Which certificates of which roots a root program refuses, since when, and where it said so."""

    program: str
    on: str | None = None
    ended: Literal["all", "issued-after", "issued-before"] | None = None
    cutoff: str | None = None
    scope: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    source: str | None = None


class Distrust(TrustEnd, frozen=True, kw_only=True):
    """A root program's decision to trust no longer."""


class Removal(TrustEnd, frozen=True, kw_only=True):
    """Roots that a program removed, disabled or closed to new certificates without a decision against the CA."""


class Owner(_Part, frozen=True, kw_only=True):
    """One identity: a CA, an auditor, or an organisation that titles name only together with a CA."""

    slug: str
    name: str
    kind: Kind
    names: tuple[str, ...] = ()
    former_names: tuple[FormerName, ...] = ()
    country: str | None = None
    ccadb_owner: str | None = None
    root_programs: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    successor: Successor | None = None
    parent: str | None = None
    distrust: tuple[Distrust, ...] = ()
    distrust_source: tuple[str, ...] = ()
    removals: tuple[Removal, ...] = ()
    note: str | None = None


class Program(_Part, frozen=True, kw_only=True):
    """A root program or forum, to distinguish its staff from a CA's."""

    slug: str
    name: str
    kind: Literal["root-program", "shared"]
    domains: tuple[str, ...] = ()
    note: str | None = None


class DomainRole(_Part, frozen=True, kw_only=True, rename={"since": "from"}):
    """The days on which accounts with a domain speak for a CA or a program; exactly one of the two is named."""

    domain: str
    ca: str | None = None
    program: str | None = None
    since: str | None = None
    until: str | None = None
    note: str | None = None

    def holds_on(self, day: str) -> bool:
        """Return whether a day (`YYYY-MM-DD`) is one of the role's days."""
        return (self.since or "") <= day <= (self.until or "9999")


class Exemption(_Part, frozen=True, kw_only=True):
    """A bug whose title does not name the CA: the CA, or why there is none."""

    bug: int
    reason: str
    ca: str | None = None
    also_named: tuple[str, ...] = ()
    excluded: Literal["tracker", "test", "not-an-incident"] | None = None


class _File(_Part, frozen=True, kw_only=True):
    schema_version: int
    as_of: str
    cas: tuple[Owner, ...]
    programs: tuple[Program, ...] = ()
    domain_roles: tuple[DomainRole, ...] = ()
    exceptions: tuple[Exemption, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolution:
    """The organisations that a title names: `ca` and `also_named` are slugs; `unmapped` is an unknown name."""

    ca: str | None = None
    also_named: tuple[str, ...] = ()
    excluded: str | None = None
    reason: str | None = None
    unmapped: str | None = None


@dataclass(frozen=True, slots=True)
class Registry:
    """All entries by slug, with lookups by name, title and domain."""

    as_of: str
    owners: Mapping[str, Owner]
    programs: Mapping[str, Program]
    exceptions: Mapping[int, Exemption]
    roles: Mapping[str, tuple[DomainRole, ...]]
    _by_name: Mapping[str, str]

    def resolve(self, bug: int, title: str) -> Resolution:
        """Return the organisations that a bug's title names, or the part of its prefix that is unknown."""
        known = self.exceptions.get(bug)
        if known:
            return Resolution(known.ca, known.also_named, known.excluded, known.reason)
        if title.casefold().startswith("[meta]"):
            return Resolution(excluded="tracker", reason="The title marks the bug as a tracker of other bugs.")
        prefix = prefix_of(title)
        whole = self.slug_of(prefix)
        if whole:
            return Resolution(whole)
        halves = [half for half in prefix.split("/") if half.strip()]
        slugs = [self.slug_of(half) for half in halves]
        found = [slug for slug in slugs if slug]
        if len(halves) < 2 or len(found) < len(halves):
            return Resolution(unmapped=next((h.strip() for h, s in zip(halves, slugs, strict=True) if not s), prefix))
        first, *others = dict.fromkeys(found)
        return Resolution(first, tuple(others))

    def slug_of(self, name: str) -> str | None:
        """Return the slug of a name in any known spelling."""
        return self._by_name.get(folded(name))

    def roles_on(self, domain: str | None, day: str | None) -> tuple[DomainRole, ...]:
        """Return for whom an account with a domain, or with one below it, spoke on a day (`YYYY-MM-DD`).

        Empty where the registry does not know the domain, and outside the days of its roles. An unknown day is outside
        of every role unless none of the domain's roles has a first or last day.
        """
        parts = (domain or "").split(".")
        above = (".".join(parts[i:]) for i in range(len(parts)))
        known = next((self.roles[name] for name in above if name in self.roles), ())
        if day is None:
            return () if any(role.since or role.until for role in known) else known
        return tuple(role for role in known if role.holds_on(day))

    def knows_domain(self, domain: str) -> bool:
        """Return whether a domain, or one above it, belongs to an organisation of the registry, on whatever day."""
        parts = domain.split(".")
        return any(".".join(parts[i:]) in self.roles for i in range(len(parts)))


def prefix_of(title: str) -> str:
    """Return the part of a title before its first colon, or before its first dash between spaces."""
    head = title.split(":", 1)
    return (head[0] if len(head) == 2 else re.split(r" [-\u2013\u2014] ", title, maxsplit=1)[0]).strip()


def folded(name: str) -> str:
    """Fold a name for comparison: NFKC, lower case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


@cache
def standard() -> Registry:
    """Read the registry of this distribution.

    Raises RegistryError if it violates its schema, refers to an unknown slug, or has a name in two entries.
    """
    return read(files("ca_incidents.schema").joinpath("cas.yaml").read_bytes())


def read(raw: bytes) -> Registry:
    """Read a registry from the text of `cas.yaml`; raises RegistryError with all errors and their lines."""
    try:
        document = yaml_text.load(raw)
    except yaml_text.UnreadableYaml as error:
        raise RegistryError("\n".join(f"{FILE}:{p.line}: {p.message}" for p in error.problems)) from None
    wrong: list[Wrong] = [(problem.path, problem.message) for problem in document.problems]
    wrong += [(breach.path, breach.message) for breach in json_schema.breaches(document.data, "cas")]
    if wrong:
        raise _refused(wrong, document)
    file = msgspec.convert(document.data, _File)
    wrong = [*_twice(file), *_unknown(file)]
    if wrong:
        raise _refused(wrong, document)
    return Registry(
        as_of=file.as_of,
        owners={owner.slug: owner for owner in file.cas},
        programs={p.slug: p for p in file.programs},
        exceptions={e.bug: e for e in file.exceptions},
        roles=_roles(file),
        _by_name={folded(name): owner.slug for owner in file.cas for name in _names(owner)},
    )


# What is wrong with the registry, and the path of the value.
Wrong = tuple[Path, str]


def _refused(wrong: Iterable[Wrong], document: yaml_text.Document) -> RegistryError:
    """Name the line, the list and the entry of each error."""
    placed = sorted((document.place(path), path, message) for path, message in wrong)
    return RegistryError(
        "\n".join(f"{FILE}:{line}: {_written(path, document.data)}: {said}" for (line, _), path, said in placed)
    )


def _written(path: Path, data: Any) -> str:
    """Return a path with the name of its entry instead of the entry's position: `cas, "digicert", names[0]`."""
    if len(path) < 2:
        return written_path(path) or "the file"
    part, position, *inner = path
    entry = data[part][position] if isinstance(position, int) else None
    keys = entry if isinstance(entry, Mapping) else {}
    name = next((keys[key] for key in ("slug", "domain", "bug", "name") if key in keys), None)
    if name is None:
        return written_path(path)
    return ", ".join([str(part), shown(name), *([written_path(tuple(inner))] if inner else [])])


def _twice(file: _File) -> Iterator[Wrong]:
    """Find slugs that two entries have, and names and domains of two entries."""
    slugs: set[str] = set()
    names: dict[str, str] = {}
    for i, owner in enumerate(file.cas):
        if owner.slug in slugs:
            yield ("cas", i, "slug"), f"the slug {shown(owner.slug)} is there twice"
        slugs.add(owner.slug)
        for name in sorted(_names(owner)):
            other = names.setdefault(folded(name), owner.slug)
            if other != owner.slug:
                yield ("cas", i), f"{shown(name)} is a name of {shown(other)} too"
    parts: tuple[tuple[str, Sequence[Owner | Program]], ...] = (("cas", file.cas), ("programs", file.programs))
    for part, entries in parts:
        domains: dict[str, str] = {}
        for i, entry in enumerate(entries):
            for j, domain in enumerate(entry.domains):
                other = domains.setdefault(domain, entry.slug)
                if other != entry.slug:
                    yield (part, i, "domains", j), f"{shown(domain)} is a domain of {shown(other)} too"


def _unknown(file: _File) -> Iterator[Wrong]:
    """Find slugs that refer to no entry."""
    named: list[tuple[Path, str | None]] = []
    for i, owner in enumerate(file.cas):
        named += [(("cas", i, "parent"), owner.parent)]
        named += [(("cas", i, "successor", "slug"), owner.successor.slug)] if owner.successor else []
    for i, exemption in enumerate(file.exceptions):
        named += [(("exceptions", i, "ca"), exemption.ca)]
        named += [(("exceptions", i, "also_named", j), slug) for j, slug in enumerate(exemption.also_named)]
    named += [(("domain_roles", i, "ca"), role.ca) for i, role in enumerate(file.domain_roles)]
    programs = [(("domain_roles", i, "program"), role.program) for i, role in enumerate(file.domain_roles)]
    for known, there in (
        (sorted({owner.slug for owner in file.cas}), named),
        (sorted({program.slug for program in file.programs}), programs),
    ):
        for path, slug in there:
            if slug is not None and slug not in known:
                yield path, f"there is no entry {shown(slug)}{nearest(slug, known)}"


def _roles(file: _File) -> dict[str, tuple[DomainRole, ...]]:
    """Collect each domain's roles: those with days, and those of every day from the entries' own `domains`."""
    found = list(file.domain_roles)
    dated = {(role.domain, role.ca, role.program) for role in found}
    every_day = [DomainRole(domain=domain, ca=owner.slug) for owner in file.cas for domain in owner.domains]
    every_day += [DomainRole(domain=domain, program=p.slug) for p in file.programs for domain in p.domains]
    found += [role for role in every_day if (role.domain, role.ca, role.program) not in dated]
    return {
        domain: tuple(role for role in found if role.domain == domain)
        for domain in dict.fromkeys(role.domain for role in found)
    }


def _names(owner: Owner) -> set[str]:
    return {owner.name, *owner.names, *(f.name for f in owner.former_names)}
