"""The subject of an action item: what it changes, so that it can be understood without its text."""

from ca_incidents.scraper.reader.evidence.word_scores import of_words, verdict

_LONGEST_READ = 1_500


def subject_of(text: str) -> str:
    """Return what an item changes, by its words."""
    return str(verdict("action_items.subject", of_words(text[:_LONGEST_READ])).value)
