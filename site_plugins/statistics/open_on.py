"""Which incidents were open on a day, as far as the data shows.

Where the day of resolving is not known, a resolved bug counts as open up to its last comment. The page of an audit
period does the same in its script.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from ca_incidents.schema.model import UNKNOWN_STATUS
from ca_incidents.site_plugins.catalogue import Entry

NOT_ENDED = "9999-12-31"


def resolved_on(entry: Entry) -> str:
    """Return the day on which a bug was resolved; empty where it is open or the day is not known."""
    return "" if entry.is_open else (entry.record.bugzilla.resolved or "")[:10]


def last_day(entry: Entry) -> str:
    """Return the last day on which a bug is taken to have been open; NOT_ENDED where it is not known to be resolved."""
    if entry.is_open or entry.record.bugzilla.status == UNKNOWN_STATUS:
        return NOT_ENDED
    return resolved_on(entry) or entry.updated


def open_on(entries: Iterable[Entry], day: date) -> Sequence[Entry]:
    """Return the incidents opened by a day and open on it."""
    return [entry for entry in entries if entry.opened <= day.isoformat() <= last_day(entry)]
