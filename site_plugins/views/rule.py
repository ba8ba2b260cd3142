"""The page of every policy document and section that incidents cite, and their index."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from ca_incidents.schema.tables.registry import Owner
from ca_incidents.site_plugins import citation
from ca_incidents.site_plugins.catalogue import Catalogue, Entry, Rule, per_year
from ca_incidents.site_plugins.files import feeds
from ca_incidents.site_plugins.files.script_data import rule_key
from ca_incidents.site_plugins.pages import cached_body, charts, html
from ca_incidents.site_plugins.pages.page import GATHERS, Page, SearchEntry, Section
from ca_incidents.site_plugins.statistics import repeats


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the index and a page for every cited document and section."""
    yield Page(
        url="rules/",
        kind="list",
        title="Rules",
        description="Policy documents and their sections that incident reports cite.",
        updated=catalogue.as_of[:10],
        sections=(Section("documents", "Documents"), *_different(catalogue), Section("again", "Sections cited again")),
        body=cached_body.body(
            "rules.html",
            "rules/",
            lambda: _index_values(catalogue),
        ),
        search=SearchEntry("Rules", "Policy documents and sections that incident reports cite"),
    )
    known = _known(catalogue)
    for rule, found in catalogue.by_rule.items():
        yield _page(catalogue, rule, found, known)


def _index_values(catalogue: Catalogue) -> Mapping[str, object]:
    ordered = sorted(catalogue.by_rule.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    documents = [(rule, catalogue.policies.title(rule.document), found) for rule, found in ordered if not rule.section]
    return {
        "documents": [
            (rule, title, len(found), _sections_of(catalogue, rule.document))
            for rule, title, found in documents
            if catalogue.policies.is_one_text(rule.document)
        ],
        "different": [
            (rule, title, _by_ca(catalogue, found))
            for rule, title, found in documents
            if not catalogue.policies.is_one_text(rule.document)
        ],
        "again": [
            (rule, catalogue.policies.title(rule.document), sorted(Counter(one.owner.name for one in found).items()))
            for rule, found in repeats.sections_again(catalogue).items()
        ],
        "again_file": repeats.table_of_sections(catalogue).file,
        "known": _known(catalogue),
        "total": len(catalogue.newest),
    }


def _known(catalogue: Catalogue) -> int:
    """Count the incidents whose report is known to cite a rule."""
    return sum(bool(catalogue.rules_of(entry.record)) for entry in catalogue.newest)


def _different(catalogue: Catalogue) -> list[Section]:
    some = any(not catalogue.policies.is_one_text(rule.document) for rule in catalogue.by_rule)
    return [Section("different", "Documents that differ by CA")] if some else []


def _by_ca(catalogue: Catalogue, found: Sequence[Entry]) -> list[tuple[Owner, int]]:
    """Count incidents by CA, in the order of the names: the same words in them mean another document for each CA."""
    counted = Counter(e.owner.slug for e in found if e.owner)
    owners = [catalogue.registry.owners[slug] for slug in counted]
    return [(owner, counted[owner.slug]) for owner in sorted(owners, key=lambda o: (o.name.casefold(), o.slug))]


def _sections_of(catalogue: Catalogue, document: str) -> list[tuple[Rule, int]]:
    rules = [r for r in catalogue.by_rule if r.document == document and r.section]
    return [(r, len(catalogue.by_rule[r])) for r in sorted(rules, key=lambda r: _natural(r.section))]


def _natural(section: str) -> list[tuple[int, str]]:
    """Sort 4.9 before 4.10, and letters after numbers."""
    return [(int(part), "") if part.isdecimal() else (10**9, part) for part in re.split(r"[.()-]+", section)]


def _page(catalogue: Catalogue, rule: Rule, found: Sequence[Entry], known: int) -> Page:
    document = catalogue.policies.title(rule.document)
    title = f"{document}, section {rule.section}" if rule.section else document
    one_text = catalogue.policies.is_one_text(rule.document)
    counted = html.plural(len(found), "incident")
    description = (
        f"{counted} whose report cites {title}." if one_text else f"Incidents whose report cites {title}, by CA."
    )
    return Page(
        url=rule.url,
        kind="rule",
        feed=feeds.of_page(rule.url),
        title=title,
        description=description,
        updated=max((e.updated for e in found), default=catalogue.as_of[:10]),
        sections=(
            Section("counts", "Incidents by year") if one_text else Section("cas", "By CA"),
            *([Section("again", "Cited again")] if rule.section else []),
            Section("incidents", "Incidents"),
        ),
        body=cached_body.body(
            "rule.html",
            rule.url,
            lambda: {
                "rule": rule,
                "feed": feeds.of_page(rule.url),
                "ld": citation.gathering(catalogue.frame, rule.url, title, description),
                "key": quote(rule_key(rule), safe=":"),
                "document": document,
                "address": catalogue.policies.address(rule.document, rule.section or None),
                "title": title,
                "found": found,
                "again": repeats.sections_again(catalogue).get(rule, ()),
                "known": known,
                "total": len(catalogue.newest),
                "one_text": one_text,
                "owners": [] if one_text else _by_ca(catalogue, found),
                "sections": [] if rule.section or not one_text else _sections_of(catalogue, rule.document),
                "chart": charts.years(per_year(found, catalogue.by_year), f"Incidents that cite {title}, by year"),
            },
        ),
        search=SearchEntry(
            title,
            f"Rule {rule.document} {rule.section}. {counted if one_text else ''}",
            ("Rule",),
            # Among equal section numbers, the one cited more often comes first.
            boost=GATHERS + (len(found) / 1000 if one_text else 0),
        ),
    )
