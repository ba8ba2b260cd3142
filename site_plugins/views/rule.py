"""The page of every policy document and section that incidents cite, and their index."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from ca_incidents.site_plugins import citation
from ca_incidents.site_plugins.catalogue import Catalogue, Entry, Rule, per_year
from ca_incidents.site_plugins.files.script_data import rule_key
from ca_incidents.site_plugins.pages import cached_body, charts, html
from ca_incidents.site_plugins.pages.page import GATHERS, Page, SearchEntry, Section


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the index and a page for every cited document and section."""
    yield Page(
        url="rules/",
        kind="list",
        title="Rules",
        description="Policy documents and their sections that incident reports cite.",
        updated=catalogue.as_of[:10],
        sections=(Section("documents", "Documents"),),
        body=cached_body.body(
            "rules.html",
            "rules/",
            lambda: {
                "documents": [
                    (rule, catalogue.policies.title(rule.document), len(found), _sections_of(catalogue, rule.document))
                    for rule, found in sorted(catalogue.by_rule.items(), key=lambda pair: (-len(pair[1]), pair[0]))
                    if not rule.section
                ]
            },
        ),
        search=SearchEntry("Rules", "Policy documents and sections that incident reports cite"),
    )
    for rule, found in catalogue.by_rule.items():
        yield _page(catalogue, rule, found)


def _sections_of(catalogue: Catalogue, document: str) -> list[tuple[Rule, int]]:
    rules = [r for r in catalogue.by_rule if r.document == document and r.section]
    return [(r, len(catalogue.by_rule[r])) for r in sorted(rules, key=lambda r: _natural(r.section))]


def _natural(section: str) -> list[tuple[int, str]]:
    """Sort 4.9 before 4.10, and letters after numbers."""
    return [(int(part), "") if part.isdecimal() else (10**9, part) for part in re.split(r"[.()-]+", section)]


def _page(catalogue: Catalogue, rule: Rule, found: Sequence[Entry]) -> Page:
    document = catalogue.policies.title(rule.document)
    title = f"{document}, section {rule.section}" if rule.section else document
    description = f"{html.plural(len(found), 'incident')} whose report cites {title}."
    return Page(
        url=rule.url,
        kind="rule",
        title=title,
        description=description,
        updated=max((e.updated for e in found), default=catalogue.as_of[:10]),
        sections=(Section("counts", "Counts"), Section("incidents", "Incidents")),
        body=cached_body.body(
            "rule.html",
            rule.url,
            lambda: {
                "rule": rule,
                "ld": citation.gathering(catalogue.frame, rule.url, title, description),
                "key": quote(rule_key(rule), safe=":"),
                "document": document,
                "address": catalogue.policies.address(rule.document, rule.section or None),
                "title": title,
                "found": found,
                "sections": [] if rule.section else _sections_of(catalogue, rule.document),
                "chart": charts.years(per_year(found, catalogue.by_year), f"Incidents that cite {title}, by year"),
            },
        ),
        search=SearchEntry(
            title,
            f"Rule {rule.document} {rule.section}. {html.plural(len(found), 'incident')}",
            ("Rule",),
            # Among equal section numbers, the one cited more often comes first.
            boost=GATHERS + len(found) / 1000,
        ),
    )
