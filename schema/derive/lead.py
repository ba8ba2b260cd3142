"""The lead of an incident: what failed, where, how big it was, which rule, how it was found and how it ended.

The same sentences begin the incident's page and describe it in search results, link previews, feeds and exports. What
failed is said by the beginning of a summary written by hand, otherwise in the bug's own words, its title; the rest
is made of facts of the record. Without a summary, a question that has no answer is named as not known.
"""

import re
from collections.abc import Iterator
from datetime import date

from ca_incidents.schema.derive.answers import (
    found_of,
    is_confirmed,
    is_unsaid,
    rules_in_title,
    size_of,
    summary_in_brief,
)
from ca_incidents.schema.derive.certificate_words import described_in, stated_in
from ca_incidents.schema.derive.parties import ReporterKind
from ca_incidents.schema.derive.phrases import (
    CERTIFICATE_KINDS,
    DISCLOSURES,
    DISCOVERIES,
    DOCUMENTS,
    RESOLUTIONS,
    capitalised,
    listed,
)
from ca_incidents.schema.derive.status import Derived
from ca_incidents.schema.derive.title_facts import own_words
from ca_incidents.schema.model import UNKNOWN_STATUS, Incident
from ca_incidents.schema.tables import policies
from ca_incidents.schema.tables.registry import Registry

MOST_RULES = 2
_MONTHS = "January February March April May June July August September October November December".split()
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_INNER_QUOTES = str.maketrans("\u201c\u201d", "\u2018\u2019")
_REQUIREMENT = re.compile(r"[A-Z]{3}-")
_FILED_BY: dict[ReporterKind, str] = {
    "ca": "the {party} itself",
    "other-ca": "another CA",
    "root-program": "a root program",
    "auditor": "an auditor",
    "other": "another organisation",
    "unknown": "an account whose organisation is not known",
}
_STANDING = {
    "unreported": "with no incident report among its comments",
    "investigating": "with only a preliminary report",
    "remediating": "and not all promised work was known to be done",
    "remediated": "with all promised work done or a closure report posted",
}

_A_DAY = "2021-02-03"


def lead_of(record: Incident, derived: Derived, registry: Registry) -> str:
    """Return the lead of an effective record: a few sentences of plain text."""
    about = _about(record, registry)
    sentences = (about, _course(record, derived, registry, named=about is not None), _unknown(record, derived))
    told = (f"{capitalised(sentence)}." for sentence in sentences if sentence)
    return " ".join(filter(None, (summary_in_brief(record), *told)))


def _about(record: Incident, registry: Registry) -> str | None:
    """Quote the title and say where it was, unless a summary says that, how big it was and which rule it is about."""
    owners = [registry.owners[slug] for slug in (record.ca, *record.also_named) if slug in registry.owners and slug]
    names = list(dict.fromkeys(owner.name for owner in owners))
    about = f"is about {listed(names)}" if names else "names no CA in its title"
    more = [*_size(record), *_rules(record)]
    joined = ", ".join((*more[:-2], " and ".join(more[-2:])))
    if names and all(name in (summary_in_brief(record) or "") for name in names):
        return f"bug {record.id} {joined}" if more else None
    quoted = " ".join(own_words(record.title, names[0] if names else None).split()).translate(_INNER_QUOTES)
    titled = "" if summary_in_brief(record) else f", titled \u201c{quoted}\u201d,"
    parts = [f"bug {record.id}{titled} {about}"]
    unsaid = is_confirmed(record) and is_unsaid(record)
    if unsaid:
        parts.append("the title names only the area, not what exactly went wrong")
    if more:
        parts.append(f"{'the bug' if unsaid else 'it'} {joined}")
    return "; ".join(parts)


def _size(record: Incident) -> Iterator[str]:
    size = size_of(record)
    # The summary, which comes first, speaks of them already.
    brief = summary_in_brief(record) or ""
    stated = stated_in(brief)
    if (size.mentioned and (stated or described_in(brief))) or (stated and stated.count == size.total):
        return
    kinds = [CERTIFICATE_KINDS[kind] for kind in size.kinds if kind != "other" or len(size.kinds) > 1]
    # A number smaller than that of the kinds does not count all of them.
    named = f"{listed(kinds)} " if kinds and (size.total is None or size.total >= len(kinds)) else ""
    if size.total is not None:
        count = "no" if size.total == 0 else f"{size.total:,}"
        noun = size.noun if size.total == 1 else size.nouns
        yield f"{'concerns' if size.total else 'counts'} {'about ' if size.estimated else ''}{count} {named}{noun}"
        return
    if kinds:
        yield f"concerns {named}{size.nouns}"
    if size.linked and size.counted:
        yield f"links at least {size.linked:,} {size.noun if size.linked == 1 else size.nouns}"


def _rules(record: Incident) -> Iterator[str]:
    # A document without a name of its own is no answer to the question which rule it was.
    cited = [c for c in (record.report.policies if record.report else ()) if c.document != "other"]
    in_sections = {citation.document for citation in cited if citation.section}
    rules = list(dict.fromkeys((c.document, c.section) for c in cited if c.section or c.document not in in_sections))
    if not rules:
        named = [document_name(document) for document in rules_in_title(record)]
        if named:
            yield f"names {listed(named)}"
        return
    shown = rules if len(rules) <= MOST_RULES else rules[: MOST_RULES - 1]
    sections: dict[str, list[str]] = {}
    for document, section in shown:
        sections.setdefault(document, []).extend([section] if section else [])
    more = [f"{len(rules) - len(shown)} others"] if len(rules) > len(shown) else []
    yield f"cites {listed([*(rule_name(document, found) for document, found in sections.items()), *more])}"


def document_name(document: str) -> str:
    """Return the name of a rule document inside a sentence: `the EV Guidelines`, `RFC 5280`."""
    title = policies.standard().title(document)
    return DOCUMENTS.get(document) or (title if title.startswith("RFC") else f"the {title}")


def rule_name(document: str, sections: list[str]) -> str:
    """Return the name of sections of a document inside a sentence: `section 4.9.1 of the TLS Baseline Requirements`."""
    name = document_name(document)
    if not sections:
        return name
    # ETSI numbers its requirements, with letters that name their group: `OVR-6.9.2-01C`.
    noun = "requirement" if all(_REQUIREMENT.match(section) for section in sections) else "section"
    return f"{noun}{'s' if len(sections) > 1 else ''} {listed(sections)} of {name}"


def _course(record: Incident, derived: Derived, registry: Registry, *, named: bool) -> str:
    """Say how the incident was found, when and by whom it was filed, how long it was discussed and its status.

    `named` is whether a sentence before says which bug it is.
    """
    owner = registry.owners.get(record.ca or "")
    party = "auditor" if owner and owner.kind == "auditor" else "CA"
    found, agrees = _found(record), found_of(record).agrees
    parts = [_filed(record, derived), *filter(None, (_discussed(record, derived), _closed(record, derived)))]
    bug = f"bug {record.id}"
    clauses = [f"what {'it' if named else bug} reports was {found}"] if found else []
    if not agrees:
        clauses = [f"{'' if named else f'in {bug} '}the accounts of how the problem was found differ"]
    clauses += [
        f"{'the bug' if named or clauses else bug} was {listed(parts)}",
        *filter(None, (_standing(derived, record),)),
    ]
    return "; ".join(clauses).format(party=party)


def _found(record: Incident) -> str | None:
    found = found_of(record)
    if found.discovery:
        return DISCOVERIES[found.discovery]
    source = found.disclosure_source or found.in_tags
    return DISCLOSURES[source] if source else None


def _filed(record: Incident, derived: Derived) -> str:
    bug = record.bugzilla
    first, last = bug.opened_between or (bug.opened, bug.opened)
    on = _on(first) if first == last else f"between {_day(first)} and {_day(last)}"
    return f"filed {on}" + (f" by {_FILED_BY[derived.reporter_kind]}" if bug.reporter else "")


def _discussed(record: Incident, derived: Derived) -> str | None:
    comments, opened = record.bugzilla.comments, record.bugzilla.opened
    if (
        derived.days_to_last_comment is None
        or len(comments) < 2
        or comments[-1].at is None
        or len(opened) < len(_A_DAY)
    ):
        return None
    # Of the two days that the reader sees, so that they can be subtracted.
    days = (date.fromisoformat(comments[-1].at[:10]) - date.fromisoformat(opened[:10])).days
    return f"discussed for {_days(days)} (until {_day(comments[-1].at)})"


def _closed(record: Incident, derived: Derived) -> str | None:
    bug = record.bugzilla
    if derived.status != "closed":
        return None
    how = RESOLUTIONS.get(bug.resolution or "")
    if bug.resolution == "DUPLICATE":
        of = bug.relations.duplicate_of if bug.relations else None
        how = f"{how} of {f'bug {of}' if of else 'another bug'}"
    return " ".join(filter(None, ("closed", how, _on(bug.resolved) if bug.resolved else None)))


def _standing(derived: Derived, record: Incident) -> str | None:
    if derived.status == "closed" or record.bugzilla.status == UNKNOWN_STATUS:
        return None
    seen = f"{_on(derived.read_until)} it was still open" if derived.read_until else "it was open when last seen"
    more = _STANDING.get(derived.status)
    joined = ", " if more and more.startswith("and ") else " "
    return f"{seen}{joined}{more}" if more else seen


def _unknown(record: Incident, derived: Derived) -> str | None:
    """Name the questions without an answer, and how much of the thread was read."""
    reading, missing = derived.reading, [] if summary_in_brief(record) else list(_missing(record, derived))
    if not missing:
        return None if reading.whole else str(reading)
    told = f"it is not known {listed(missing, 'or')}"
    if record.bugzilla.read_from == "list":
        return f"{told}: the bug is known only from a list of bugs"
    return f"{told}, although {reading}" if reading.whole else f"{told}: {reading}"


def _missing(record: Incident, derived: Derived) -> Iterator[str]:
    bug = record.bugzilla
    if _found(record) is None:
        yield "who found it"
    if bug.reporter is None:
        yield "who filed it"
    size = size_of(record)
    if size.total is None and size.counted:
        yield "how many certificates it concerns in all" if size.linked or size.kinds else "how big it was"
    if not any(_rules(record)):
        yield "which rule it is about"
    if bug.status == UNKNOWN_STATUS:
        yield "whether it is still open"
    elif derived.status == "closed" and not bug.resolved:
        yield "on which day it was closed"


def _days(days: int) -> str:
    return "less than a day" if days < 1 else "1 day" if days == 1 else f"{days:,} days"


def _on(text: str) -> str:
    """Write a written time with its preposition: `on 13 March 2026`, `in March 2026`."""
    found = _DATE.match(text)
    return f"{'on' if found and found[3] else 'in'} {_day(text)}"


def _day(text: str) -> str:
    """Write a written time as far as its day, month or year is known: `13 March 2026`, `March 2026`, `2026`."""
    found = _DATE.match(text)
    if found is None:
        return text
    year, month, day = found.groups()
    parts = (str(int(day)) if day else None, _MONTHS[int(month) - 1] if month else None, year)
    return " ".join(filter(None, parts))
