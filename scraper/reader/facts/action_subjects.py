"""The subject of an action item: what it changes, so that it can be understood without its text."""

from ca_incidents.scraper.reader.evidence.word_scores import of_words, verdict
from ca_incidents.scraper.reader.facts.words import table

OTHER = "other"
_BY_FIRST_WORD = 1
_LONGEST_READ = 1_500


def subject_of(text: str) -> str:
    """Return what an item changes, by its words and by what the rules read in it."""
    return str(verdict("action_items.subject", of_words(text[:_LONGEST_READ]), subject_by_rule(text)).value)


def subject_by_rule(text: str) -> str:
    """Return the most special subject whose words an item has; among equals the first word counts."""
    part = text[:_LONGEST_READ]
    found = [
        (row.rank, match.start() if row.rank == _BY_FIRST_WORD else place, row.slug)
        for place, row in enumerate(table().action_subjects)
        if (match := row.pattern.search(part))
    ]
    return min(found)[-1] if found else OTHER
