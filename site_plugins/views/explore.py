"""The page to filter all incidents: one plain table, which a script in the browser turns into a tool."""

from collections.abc import Iterator, Mapping

from schema.registry import Owner
from schema.vocabulary import terms
from site_plugins import markup
from site_plugins.catalogue import FLAGS, STATUSES, Catalogue, Entry
from site_plugins.page import Page, SearchEntry, Section

REPORTERS = {
    "ca": "the CA itself",
    "other-ca": "another CA",
    "root-program": "a root program",
    "auditor": "an auditor",
    "other": "somebody else",
    "unknown": "not known",
}


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Give the one page."""
    yield Page(
        url="explore/",
        kind="explore",
        title="Explore",
        description="Filter all incidents by CA, tag, year, status, rule, disclosure and reporter.",
        updated=catalogue.as_of[:10],
        sections=(Section("filter", "Filter"), Section("incidents", "Incidents")),
        body=markup.body("explore.html", "explore/", lambda: _values(catalogue)),
        search=SearchEntry("Explore", "Filter all incidents; download what is shown as CSV or JSON"),
    )


def _values(catalogue: Catalogue) -> Mapping[str, object]:
    return {
        "entries": catalogue.newest,
        "kept": {entry.number: _kept(catalogue, entry) for entry in catalogue.newest},
        "facets": (
            ("ca", "CA", sorted(((o.slug, o.name) for o in _named(catalogue)), key=lambda c: c[1].casefold())),
            ("tag", "Tag", [(t.slug, t.title) for t in catalogue.tags.values()]),
            ("year", "Year opened", ()),
            ("status", "Status", [(slug, said) for slug, (said, _) in STATUSES.items()]),
            ("flag", "Late", list(FLAGS.items())),
            ("rule", "Rule cited", _rules(catalogue)),
            ("disclosure", "Disclosure", [(t.slug, t.title) for t in terms("disclosure_source").values()]),
            ("reporter", "Filed by", list(REPORTERS.items())),
        ),
    }


def _named(catalogue: Catalogue) -> list[Owner]:
    return [owner for slug, owner in catalogue.registry.owners.items() if slug in catalogue.by_ca]


def _rules(catalogue: Catalogue) -> list[tuple[str, str]]:
    return [
        (
            f"{rule.document}:{rule.section}" if rule.section else rule.document,
            _title(catalogue, rule.document, rule.section),
        )
        for rule in catalogue.by_rule
    ]


def _title(catalogue: Catalogue, document: str, section: str) -> str:
    title = catalogue.policies.title(document)
    return f"{title} {section}" if section else title


def _kept(catalogue: Catalogue, entry: Entry) -> str:
    """Write what a row does not show but can be filtered by: `facet=value` words."""
    report = entry.record.report
    words = [f"flag={name}" for name in dict.fromkeys(flag.name for flag in entry.derived.flags)]
    rules = catalogue.rules_of(entry.record)
    words += [f"ca={slug}" for slug in entry.record.also_named]
    words += [f"rule={r.document}:{r.section}" if r.section else f"rule={r.document}" for r in rules]
    if report and report.disclosure_source:
        words.append(f"disclosure={report.disclosure_source}")
    words.append(f"reporter={entry.derived.reporter_kind}")
    return " ".join(words)
