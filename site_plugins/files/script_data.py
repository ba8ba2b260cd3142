"""What scripts of pages load, beside the pages: one small file each, column by column, made once a build."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from ca_incidents.schema.derive.clocks import CLOSED
from ca_incidents.schema.model import UNKNOWN_STATUS
from ca_incidents.schema.tables.vocabulary import terms
from ca_incidents.site_plugins.catalogue import Catalogue, Entry, Rule
from ca_incidents.site_plugins.pages import html
from ca_incidents.site_plugins.pages.wording import FLAGS, REPORTERS, STATUSES
from ca_incidents.site_plugins.statistics import comparison

EXPLORE = "assets/explore.json"
COMPARE = "assets/compare.json"
CERTIFICATES = "assets/certificates.json"
# So many hexadecimal digits of a fingerprint tell certificates apart; all 64 would make the file three times as large.
TELLING = 16
NONE = "none"
Choice = tuple[str, str]


def written(catalogue: Catalogue) -> Iterator[tuple[str, bytes]]:
    """Give every file as its path below the site's root and its bytes."""
    yield EXPLORE, compact(explore(catalogue))
    yield COMPARE, compact(comparison.comparison(catalogue))
    yield CERTIFICATES, compact(certificates(catalogue))


def compact(data: object) -> bytes:
    """Write data as JSON without a blank that nobody needs."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def certificates(catalogue: Catalogue) -> dict[str, dict[str, list[int]]]:
    """Give the bugs of every certificate, by its id at crt.sh and by the first digits of its SHA-256 fingerprint."""
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
    """Give all incidents, newest first, as columns of one length, and what they can be filtered by.

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
        "comments": [len(e.record.bugzilla.comments) for e in entries],
        "title": [html.visible(e.record.title) for e in entries],
        "skip": [len(html.visible(e.record.title)) - len(html.visible(e.short)) for e in entries],
        "words": {slug: said for slug, (said, _) in STATUSES.items()},
        "facets": [_facet(key, title, choices, entries, of) for key, title, choices, of in _facets(catalogue)],
    }


def rule_key(rule: Rule) -> str:
    """Name a rule in Explore's address: `tls-br`, `tls-br:4.9.1.1`."""
    return f"{rule.document}:{rule.section}" if rule.section else rule.document


def bug_state(entry: Entry) -> str:
    """Say how the bug stands on Bugzilla: `open`, or how it was resolved, in lower case."""
    bug = entry.record.bugzilla
    if bug.status == UNKNOWN_STATUS:
        return "unknown"
    return (bug.resolution or "resolved").lower() if bug.status in CLOSED else "open"


def _facets(catalogue: Catalogue) -> Iterator[tuple[str, str, list[Choice], Callable[[Entry], Iterable[str]]]]:
    found = catalogue.newest
    owners = [(o.slug, o.name) for slug, o in catalogue.registry.owners.items() if slug in catalogue.by_ca]
    states = {bug_state(e) for e in found}
    yield "year", "Year opened", [(str(y), str(y)) for y in reversed(catalogue.by_year)], lambda e: [str(e.record.year)]
    yield (
        "ca",
        "CA",
        [*sorted(owners, key=lambda c: c[1].casefold()), (NONE, "no CA named")],
        lambda e: [e.owner.slug if e.owner else NONE, *(s for s in e.record.also_named if s in catalogue.by_ca)],
    )
    tags = [(t.slug, t.title) for t in catalogue.tags.values()]
    yield "tag", "Tag", [*tags, (NONE, "no tag")], lambda e: [t.slug for t in e.tags] or [NONE]
    yield (
        "bug",
        "Bug",
        [(s, _said(s)) for s in sorted(states, key=lambda s: (s != "open", s))],
        lambda e: [bug_state(e)],
    )
    yield "status", "Remediation", [(s, _stands(s)) for s in STATUSES], lambda e: [e.status]
    yield "flag", "Late", list(FLAGS.items()), lambda e: list(dict.fromkeys(f.name for f in e.derived.flags))
    rules = [(rule_key(r), _rule_said(catalogue, r)) for r in catalogue.by_rule]
    yield "rule", "Rule cited", rules, lambda e: [rule_key(r) for r in catalogue.rules_of(e.record)]
    disclosures = [(t.slug, t.title) for t in terms("disclosure_source").values()]
    yield "disclosure", "Disclosure", [*disclosures, (NONE, "not known")], lambda e: [_disclosure(e)]
    yield "reporter", "Filed by", list(REPORTERS.items()), lambda e: [e.derived.reporter_kind]


def _facet(
    key: str, title: str, choices: list[Choice], entries: Sequence[Entry], of: Callable[[Entry], Iterable[str]]
) -> dict[str, Any]:
    """Give one facet; a choice that no incident has is left out."""
    had = [list(dict.fromkeys(of(e))) for e in entries]
    used = {slug for slugs in had for slug in slugs}
    values = [choice for choice in choices if choice[0] in used]
    place = {slug: n for n, (slug, _) in enumerate(values)}
    places = [[place[s] for s in slugs] for slugs in had]
    return {"key": key, "title": title, "values": values, "of": [p[0] if len(p) == 1 else p for p in places]}


def _said(state: str) -> str:
    return {"open": "open", "unknown": "not known"}.get(state, f"resolved: {state}")


def _stands(status: str) -> str:
    return "open, no more is known" if status == "unknown" else STATUSES[status][0]


def _rule_said(catalogue: Catalogue, rule: Rule) -> str:
    title = catalogue.policies.title(rule.document)
    return f"{title} {rule.section}" if rule.section else title


def _disclosure(entry: Entry) -> str:
    return (entry.record.report and entry.record.report.disclosure_source) or NONE
