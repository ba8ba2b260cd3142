"""Recurrences: the same topic again at the same CA, with the days between the two bugs."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from ca_incidents.schema.derive.links import specific_topics
from ca_incidents.schema.model import Incident
from ca_incidents.schema.record.effective import effective
from ca_incidents.schema.record.time_spans import days_between

MOST_DAYS = 2 * 365


@dataclass(frozen=True, slots=True, order=True)
class Recurrence:
    """Two incidents of one CA that follow each other in their topics, and the whole days from one bug to the next."""

    earlier: int
    later: int
    topics: tuple[str, ...]
    days: int


def recurrences_of(incidents: Mapping[int, Incident]) -> tuple[Recurrence, ...]:
    """Return every recurrence within MOST_DAYS, in the order of the bug numbers.

    A topic says what failed, not why: a recurrence is no claim that the cause is the same. Bugs whose day of opening is
    not known have none.
    """
    by_topic: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for number in sorted(incidents):
        record = effective(incidents[number])
        opened = _day(record)
        for topic in specific_topics(record) if record.ca and opened else ():
            by_topic[record.ca or "", topic].append((opened, number))
    found: dict[tuple[int, int, int], list[str]] = defaultdict(list)
    for (_, topic), bugs in by_topic.items():
        for (before, earlier), (after, later) in pairwise(sorted(bugs)):
            days = days_between(before, after)
            if days is not None and days <= MOST_DAYS:
                found[earlier, later, int(days)].append(topic)
    return tuple(
        Recurrence(earlier, later, tuple(sorted(topics)), days)
        for (earlier, later, days), topics in sorted(found.items())
    )


def _day(record: Incident) -> str:
    """Return the day on which a bug was opened, empty where it is not known."""
    first, last = record.bugzilla.opened_between or (record.bugzilla.opened, record.bugzilla.opened)
    return first[:10] if first == last and len(first) >= len("2025-01-31") else ""
