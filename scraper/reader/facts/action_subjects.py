"""The subject of an action item: what it changes, so that it can be understood without its text."""

from ca_incidents.scraper.reader.facts.words import table

OTHER = "other"
_BY_FIRST_WORD = 1
_LONGEST_READ = 1_500


def subject_of(text: str) -> str:
    """Return what an item changes: the most special subject whose words it has; among equals the first word counts."""
    part = text[:_LONGEST_READ]
    found = [
        (row.rank, match.start() if row.rank == _BY_FIRST_WORD else place, row.slug)
        for place, row in enumerate(table().action_subjects)
        if (match := row.pattern.search(part))
    ]
    return min(found)[-1] if found else OTHER
