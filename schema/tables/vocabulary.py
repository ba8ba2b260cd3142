"""The vocabularies, read from the only place where they are defined: `incident.schema.json`."""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ca_incidents.schema.messages import vocabulary_name


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a vocabulary: its slug, its title, its meaning, its group, its other spellings and an example."""

    slug: str
    title: str
    description: str
    group: str | None = None
    spellings: tuple[str, ...] = ()
    example: str | None = None


@cache
def incident_schema() -> dict[str, Any]:
    """Return the JSON Schema of a record."""
    schema: dict[str, Any] = json.loads(
        files("ca_incidents.schema").joinpath("incident.schema.json").read_text("utf-8")
    )
    return schema


@cache
def terms(definition: str) -> dict[str, Term]:
    """Return the words of one definition of the schema (`tag`, `root_cause`, `precision`…) by slug, in its order."""
    choices = _choices(incident_schema()["$defs"][definition])
    return {
        choice["const"]: Term(
            choice["const"],
            choice["title"],
            choice["description"],
            choice.get("x-group"),
            tuple(choice.get("x-spellings", ())),
            choice.get("x-example"),
        )
        for choice in choices
    }


def _choices(definition: dict[str, Any]) -> list[dict[str, Any]]:
    within = definition["anyOf"][0] if "anyOf" in definition else definition
    return [choice for choice in within.get("oneOf", ()) if "const" in choice]


@cache
def vocabularies() -> dict[str, str]:
    """Return the definition of every vocabulary by the name that a contributor uses: `root-causes`."""
    definitions = incident_schema()["$defs"]
    return {vocabulary_name(name): name for name in definitions if _choices(definitions[name])}


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation of a report form, or none; the fullest report has the lowest `rank`.

    A closure report has no rank, since it does not report the incident; neither has a text that follows no form.
    """

    slug: str
    rank: int | None
    is_full_report: bool
    is_closure: bool


@cache
def generations() -> dict[str, Generation]:
    """Return the generations of report forms by slug."""
    return {
        choice["const"]: Generation(
            choice["const"],
            choice.get("x-rank"),
            choice.get("x-full-report", False),
            choice.get("x-closure", False),
        )
        for choice in incident_schema()["$defs"]["template"]["oneOf"]
    }


@cache
def full_reports() -> frozenset[str]:
    """Return the generations that meet the deadline for a full report."""
    return frozenset(one.slug for one in generations().values() if one.is_full_report)


@cache
def no_form() -> str:
    """Return the word for a text that follows no report form."""
    return next(one.slug for one in generations().values() if one.rank is None and not one.is_closure)


def folded(text: str) -> str:
    """Fold a word of a vocabulary: lower case, each run of spaces, hyphens and underscores becomes one hyphen."""
    return re.sub(r"[\s_\u2010-\u2015-]+", "-", text.strip().casefold()).strip("-")


@cache
def tag_spellings() -> dict[str, str]:
    """Map every known spelling of a tag, folded, to its slug."""
    return {folded(s): term.slug for term in terms("tag").values() for s in (term.slug, *term.spellings)}


@cache
def markers() -> frozenset[str]:
    """Return the tags, folded, that every bug of the component has and that carry no information."""
    return frozenset(folded(m) for m in incident_schema()["$defs"]["tag"]["x-markers"])
