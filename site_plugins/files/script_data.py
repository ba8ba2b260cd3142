"""The JSON files that the pages' scripts load, stored by column."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ca_incidents.schema.derive.case import CLOSED
from ca_incidents.schema.model import UNKNOWN_STATUS
from ca_incidents.schema.tables.vocabulary import terms
from ca_incidents.site_plugins.catalogue import Catalogue, Entry, Rule
from ca_incidents.site_plugins.pages import html
from ca_incidents.site_plugins.pages.wording import FLAGS, REPORTERS, STATUS_LABELS
from ca_incidents.site_plugins.statistics import comparison, series
from ca_incidents.site_plugins.statistics.open_on import resolved_on

EXPLORE = "assets/explore.json"
COMPARE = "assets/compare.json"
CERTIFICATES = "assets/certificates.json"
# This many hexadecimal digits of a fingerprint tell certificates apart; all 64 would triple the file.
TELLING = 16
NONE = "none"
Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Facet:
    """Something to filter and group incidents by: its choices as (slug, label) in order, and those of one incident.

    `pages` is the folder of the pages of its choices where each has a feed. The choices of a facet in `time` are
    periods, whose groups keep their order.
    """

    key: str
    title: str
    choices: Callable[[Catalogue], Iterable[Choice]]
    of: Callable[[Catalogue, Entry], Iterable[str]]
    pages: str | None = None
    time: bool = False


def written(catalogue: Catalogue) -> Iterator[tuple[str, bytes]]:
    """Yield every file as its path below the site's root and its bytes."""
    yield EXPLORE, compact(explore(catalogue))
    yield COMPARE, compact(comparison.comparison(catalogue))
    yield CERTIFICATES, compact(certificates(catalogue))


def compact(data: object) -> bytes:
    """Write data as JSON without white space."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def certificates(catalogue: Catalogue) -> dict[str, dict[str, list[int]]]:
    """Return the bugs of every certificate, by its id at crt.sh and by the first digits of its SHA-256 fingerprint."""
    found: dict[str, dict[str, list[int]]] = {"crtsh": {}, "sha256": {}}
    for entry in catalogue.entries.values():
        named = entry.record.report and entry.record.report.certificates
        if not named:
            continue
        keys = [("crtsh", str(key)) for key in named.crtsh_ids] + [("sha256", key[:TELLING]) for key in named.sha256]
        for kind, key in dict.fromkeys(keys):
            found[kind].setdefault(key, []).append(entry.number)
    return {kind: dict(sorted(keys.items())) for kind, keys in found.items()}


def explore(catalogue: Catalogue) -> dict[str, Any]:
    """Return all incidents, newest first, as columns of one length, and what they can be filtered by.

    A facet's `values` are (slug, label) in their order; `of` holds, for every incident, the place of its value in
    `values`, or the list of places where it has several or none. `skip` is the number of characters of a title that
    only name its CA.
    """
    entries = catalogue.newest
    return {
        "as_of": catalogue.as_of,
        "id": [e.number for e in entries],
        "opened": [e.opened for e in entries],
        "updated": [e.updated for e in entries],
        "resolved": [resolved_on(e) for e in entries],
        "comments": [len(e.record.bugzilla.comments) for e in entries],
        "title": [html.visible(e.record.title) for e in entries],
        "skip": [len(html.visible(e.record.title)) - len(html.visible(e.short)) for e in entries],
        "facets": [_facet(facet, catalogue) for facet in FACETS],
    }


def rule_key(rule: Rule) -> str:
    """Name a rule in Explore's address: `tls-br`, `tls-br:4.9.1.1`."""
    return f"{rule.document}:{rule.section}" if rule.section else rule.document


def bug_state(entry: Entry) -> str:
    """Return the bug's state on Bugzilla: `open`, or its resolution in lower case."""
    bug = entry.record.bugzilla
    if bug.status == UNKNOWN_STATUS:
        return "unknown"
    return (bug.resolution or "resolved").lower() if bug.status in CLOSED else "open"


def _cas(catalogue: Catalogue) -> Iterable[Choice]:
    owners = [(o.slug, o.name) for slug, o in catalogue.registry.owners.items() if slug in catalogue.by_ca]
    return [*sorted(owners, key=lambda choice: choice[1].casefold()), (NONE, "no CA named")]


def _cas_of(catalogue: Catalogue, entry: Entry) -> Iterable[str]:
    return [entry.owner.slug if entry.owner else NONE, *(s for s in entry.record.also_named if s in catalogue.by_ca)]


def _states(catalogue: Catalogue) -> Iterable[Choice]:
    states = {bug_state(entry) for entry in catalogue.newest}
    return [(state, _said(state)) for state in sorted(states, key=lambda state: (state != "open", state))]


def _known(definition: str) -> Iterable[Choice]:
    return [*((term.slug, term.title) for term in terms(definition).values()), (NONE, "not known")]


def _kinds(_: Catalogue, entry: Entry) -> Iterable[str]:
    named = entry.record.report and entry.record.report.certificates
    return (named.kinds if named else None) or [NONE]


def _disclosure(_: Catalogue, entry: Entry) -> Iterable[str]:
    return [(entry.record.report and entry.record.report.disclosure_source) or NONE]


def _discovery(_: Catalogue, entry: Entry) -> Iterable[str]:
    return [(entry.record.report and entry.record.report.discovery) or NONE]


def _quarters(catalogue: Catalogue) -> Iterable[Choice]:
    return [(f"{year}-Q{n}", f"{year}, Q{n}") for year in reversed(catalogue.by_year) for n in (4, 3, 2, 1)]


def _months(catalogue: Catalogue) -> Iterable[Choice]:
    found = [f"{year}-{n:02}" for year in reversed(catalogue.by_year) for n in range(12, 0, -1)]
    return [(month, html.month(month)) for month in found]


# What Explore filters by, in the order of its form.
FACETS = (
    Facet(
        "year",
        "Year opened",
        lambda catalogue: [(str(year), str(year)) for year in reversed(catalogue.by_year)],
        lambda _, entry: [str(entry.record.year)],
        time=True,
    ),
    Facet("quarter", "Quarter opened", _quarters, lambda _, entry: filter(None, [series.quarter_of(entry)]), time=True),
    Facet("month", "Month opened", _months, lambda _, entry: filter(None, [series.month_of(entry)]), time=True),
    Facet("ca", "CA", _cas, _cas_of, pages="cas"),
    Facet(
        "tag",
        "Tag",
        lambda catalogue: [*((tag.slug, tag.title) for tag in catalogue.tags.values()), (NONE, "no tag")],
        lambda _, entry: [tag.slug for tag in entry.tags] or [NONE],
        pages="tags",
    ),
    Facet(
        "topic",
        "Topic: what failed",
        lambda catalogue: [*((topic.slug, topic.title) for topic in catalogue.topics.values()), (NONE, "unknown")],
        lambda _, entry: [topic.topic for topic in entry.record.topics] or [NONE],
        pages="topics",
    ),
    Facet("bug", "Bug", _states, lambda _, entry: [bug_state(entry)]),
    Facet("status", "Remediation", lambda _: STATUS_LABELS.items(), lambda _, entry: [entry.status]),
    Facet(
        "flag",
        "Missed deadlines",
        lambda _: FLAGS.items(),
        lambda _, entry: [flag.name for flag in entry.derived.flags],
    ),
    Facet(
        "rule",
        "Rule cited",
        lambda catalogue: [
            *((rule_key(rule), _rule_said(catalogue, rule)) for rule in catalogue.by_rule),
            (NONE, "not known"),
        ],
        lambda catalogue, entry: [rule_key(rule) for rule in catalogue.rules_of(entry.record)] or [NONE],
        pages="rules",
    ),
    Facet("disclosure", "Found by, as the report says", lambda _: _known("disclosure_source"), _disclosure),
    Facet("discovery", "How it was found", lambda _: _known("discovery"), _discovery),
    Facet("kind", "Certificate type", lambda _: _known("certificate_kind"), _kinds),
    Facet(
        "reporter",
        "Bug filed by, from the account",
        lambda _: REPORTERS.items(),
        lambda _, entry: [entry.derived.reporter_kind],
    ),
    Facet(
        "cause",
        "Root cause, as people coded it",
        lambda _: [*((cause.slug, cause.title) for cause in terms("root_cause").values()), (NONE, "not coded yet")],
        lambda _, entry: entry.root_causes or [NONE],
    ),
)


def _facet(facet: Facet, catalogue: Catalogue) -> dict[str, Any]:
    """Return one facet as data; a choice that no incident has is left out."""
    had = [list(dict.fromkeys(facet.of(catalogue, entry))) for entry in catalogue.newest]
    used = {slug for slugs in had for slug in slugs}
    values = [choice for choice in facet.choices(catalogue) if choice[0] in used]
    place = {slug: n for n, (slug, _) in enumerate(values)}
    places = [[place[s] for s in slugs] for slugs in had]
    found = [p[0] if len(p) == 1 else p for p in places]
    about = {"key": facet.key, "title": facet.title, "pages": facet.pages, "time": facet.time}
    return {**about, "values": values, "of": found}


def _said(state: str) -> str:
    return {"open": "open", "unknown": "not known"}.get(state, f"resolved: {state}")


def _rule_said(catalogue: Catalogue, rule: Rule) -> str:
    title = catalogue.policies.title(rule.document)
    known = catalogue.policies.document(rule.document)
    differs = " (differs by CA)" if known and known.own else ""
    return f"{title} {rule.section}{differs}" if rule.section else f"{title}{differs}"
