"""Repeats at one CA: a later bug about the same topic, and a later report that cites the same section of a rule."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import msgspec

from ca_incidents.schema.derive.recurrences import MOST_DAYS, Recurrence, recurrences_of
from ca_incidents.schema.record.time_spans import days_between
from ca_incidents.schema.tables.registry import Owner
from ca_incidents.site_plugins.catalogue import Catalogue, Entry, Rule
from ca_incidents.site_plugins.statistics.table import Table


@dataclass(frozen=True, slots=True)
class CitedAgain:
    """Two incidents of one CA that follow each other in citing a section, and the days from one bug to the next."""

    owner: Owner
    earlier: Entry
    later: Entry
    days: int


@lru_cache(maxsize=1)
def topics_again(catalogue: Catalogue) -> Sequence[Recurrence]:
    """Return the recurrences of the topics that titles and tags name, the newest first.

    Titles and tags are known of every bug. Topics of a text are left out, since not every text was read.
    """
    known = {
        number: msgspec.structs.replace(e.record, topics=tuple(t for t in e.record.topics if t.read_in != "text"))
        for number, e in catalogue.entries.items()
    }
    opened = {number: entry.opened for number, entry in catalogue.entries.items()}
    return sorted(recurrences_of(known), key=lambda one: (opened[one.later], one.later, one.earlier), reverse=True)


@lru_cache(maxsize=1)
def sections_again(catalogue: Catalogue) -> Mapping[Rule, Sequence[CitedAgain]]:
    """Return, for every section, the CAs whose reports cite it again within two years, in the order of their names.

    Sections of documents that the registry of rules does not list are left out: equal numbers may mean different texts.
    """
    found = {}
    for rule, entries in catalogue.by_rule.items():
        if rule.section and catalogue.policies.document(rule.document) is not None:
            found[rule] = _again(entries)
    return {rule: again for rule, again in found.items() if again}


def _again(entries: Sequence[Entry]) -> Sequence[CitedAgain]:
    by_owner: dict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda e: (e.opened, e.number)):
        if entry.owner:
            by_owner[entry.owner.slug].append(entry)
    found = []
    for of_one in by_owner.values():
        for earlier, later in pairwise(of_one):
            days = days_between(earlier.opened, later.opened)
            if earlier.owner and days is not None and days <= MOST_DAYS:
                found.append(CitedAgain(earlier.owner, earlier, later, int(days)))
    return sorted(found, key=lambda one: (one.owner.name.casefold(), one.later.opened, one.later.number))


def table_of_topics(catalogue: Catalogue) -> Table:
    """Return the recurrences of topics as a table."""
    entries = catalogue.entries
    return Table(
        "recurrences",
        "Bugs about the same topic at the same CA within two years",
        ("ca", "topics", "earlier", "earlier_opened", "later", "later_opened", "days"),
        tuple(
            (
                entries[one.later].record.ca,
                " ".join(one.topics),
                one.earlier,
                entries[one.earlier].opened,
                one.later,
                entries[one.later].opened,
                one.days,
            )
            for one in topics_again(catalogue)
        ),
    )


def table_of_sections(catalogue: Catalogue) -> Table:
    """Return the repeated citations of sections as a table."""
    return Table(
        "sections-again",
        "Reports of one CA that cite the same section within two years",
        ("document", "section", "ca", "earlier", "earlier_opened", "later", "later_opened", "days"),
        tuple(
            (
                rule.document,
                rule.section,
                one.owner.slug,
                one.earlier.number,
                one.earlier.opened,
                one.later.number,
                one.later.opened,
                one.days,
            )
            for rule, again in sections_again(catalogue).items()
            for one in again
        ),
    )
