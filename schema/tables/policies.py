"""Rule documents: how reports name them and where they are published, read from `policies.yaml`."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Annotated

import msgspec

from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.record.yaml_text import load_trusted

_NESTED = re.compile(r"[*+}]\)[*+{]")


class BadPolicies(CaIncidentsError):
    """`policies.yaml` is not valid; the text says why."""


class PolicyVersion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of a document: its number, the day on which it took effect, and where that day is given."""

    version: Annotated[str, msgspec.Meta(pattern=r"^[0-9]+(\.[0-9]+)*$")]
    effective: str
    source: str


class PolicyDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One document: slug, title, patterns that match its names, and its known addresses.

    `own` marks a document of which every CA has its own, so that equal section numbers mean different rules.
    """

    slug: str
    title: str
    patterns: tuple[str, ...]
    url: str | None = None
    section_url: str | None = None
    versions: tuple[PolicyVersion, ...] = ()
    own: bool = False

    def version_on(self, day: str) -> PolicyVersion | None:
        """Return the version in force on a day (`YYYY-MM-DD`), None where that is not known.

        That is the highest version that has taken effect, not the one that did so last: 2.0.2 of the TLS Baseline
        Requirements took effect before 2.0.1.
        """
        in_force = [version for version in self.versions if version.effective <= day]
        return max(in_force, key=lambda version: _parts(version.version), default=None)


def _parts(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in a text where a document is named: its slug (`rfc5280` for an RFC) and its span."""

    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Policies:
    """All documents in order, and one compiled pattern that matches any of them."""

    documents: tuple[PolicyDocument, ...]
    pattern: re.Pattern[str]

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Return every mention of a document in a text, from left to right."""
        return tuple(Mention(self._slug(match), match.start(), match.end()) for match in self.pattern.finditer(text))

    def _slug(self, match: re.Match[str]) -> str:
        group = match.lastgroup or ""
        slug = next(d.slug for n, d in enumerate(self.documents) if group == f"d{n}" or match[f"d{n}"] is not None)
        return f"rfc{int(match['number'])}" if slug == "rfc" else slug

    def document(self, slug: str) -> PolicyDocument | None:
        """Return the document of a slug; all RFCs share the entry `rfc`."""
        name = "rfc" if re.fullmatch(r"rfc[0-9]+", slug) else slug
        return next((document for document in self.documents if document.slug == name), None)

    def is_one_text(self, slug: str) -> bool:
        """Return whether all who cite this document mean the same text; false of a CA's own, and of unlisted ones."""
        document = self.document(slug)
        return document is not None and not document.own

    def address(self, slug: str, section: str | None = None) -> str | None:
        """Return the address of a section, else of its document, else None."""
        document = self.document(slug)
        if document is None:
            return None
        if document.section_url and section:
            return document.section_url.format(document=slug, section=section)
        return f"{document.url}rfc/{slug}" if document.slug == "rfc" else document.url

    def title(self, slug: str) -> str:
        """Return the title of a document."""
        document = self.document(slug)
        if document is None:
            return "Another document"
        return f"RFC {slug[3:]}" if document.slug == "rfc" else document.title


def policies_from_data(data: object) -> Policies:
    """Build the table from plain data.

    Raises BadPolicies for a wrong shape, a duplicate slug, versions that do not ascend, or a pattern that does not
    compile or nests quantifiers.
    """
    try:
        documents = msgspec.convert(data, tuple[PolicyDocument, ...])
        slugs = [document.slug for document in documents]
        repeated = sorted({slug for slug in slugs if slugs.count(slug) > 1})
        if repeated:
            raise BadPolicies(f"policies.yaml: {', '.join(repeated)} is there twice")
        for document in documents:
            if not all(_parts(one.version) < _parts(two.version) for one, two in pairwise(document.versions)):
                raise BadPolicies(f"policies.yaml: {document.slug}: versions must ascend")
            for pattern in document.patterns:
                if _NESTED.search(pattern):
                    raise BadPolicies(f"policies.yaml: {document.slug}: {pattern!r} nests quantifiers")
        groups = (f"(?P<d{n}>{'|'.join(document.patterns)})" for n, document in enumerate(documents))
        # Every name begins a word; to say so first more than halves the time of a search.
        return Policies(documents, re.compile(rf"\b(?:{'|'.join(groups)})", re.I))
    except (msgspec.ValidationError, re.error) as error:
        raise BadPolicies(f"policies.yaml: {error}") from error


@cache
def standard() -> Policies:
    """Read the table of this distribution."""
    return policies_from_data(load_trusted(files("ca_incidents.schema").joinpath("policies.yaml").read_bytes()))
