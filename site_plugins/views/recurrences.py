"""The page of recurrences: a later bug about the same topic at the same CA, with the days between."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from ca_incidents.schema.derive.recurrences import MOST_DAYS, Recurrence
from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.pages import cached_body
from ca_incidents.site_plugins.pages.page import Page, SearchEntry, Section
from ca_incidents.site_plugins.statistics import repeats

URL = "recurrences/"
# The rest is in the file.
NEWEST = 40


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the page."""
    yield Page(
        url=URL,
        kind="recurrences",
        title="Recurrences",
        description="Later bugs about the same topic at the same CA within two years, with the days between.",
        updated=catalogue.as_of[:10],
        sections=(Section("topics", "By topic"), Section("newest", "Newest")),
        body=cached_body.body("recurrences.html", URL, lambda: _values(catalogue)),
        search=SearchEntry("Recurrences", "Repeated topics: the same topic again at the same CA, repeat incidents"),
    )


def _values(catalogue: Catalogue) -> Mapping[str, object]:
    found = repeats.topics_again(catalogue)
    entries = catalogue.entries
    return {
        "total": len(found),
        "cas": len({entries[one.later].record.ca for one in found}),
        "years": MOST_DAYS // 365,
        "topics": _by_topic(catalogue, found),
        "newest": [
            (entries[one.earlier], entries[one.later], [catalogue.topics[topic] for topic in one.topics], one.days)
            for one in found[:NEWEST]
        ],
        "file": repeats.table_of_topics(catalogue).file,
        "reach": catalogue.reach,
    }


def _by_topic(catalogue: Catalogue, found: Sequence[Recurrence]) -> list[tuple[object, int, int, str]]:
    """Return every topic that came back, with the number of times, the number of CAs and the median of the days."""
    by_topic: dict[str, list[Recurrence]] = defaultdict(list)
    for one in found:
        for topic in one.topics:
            by_topic[topic].append(one)
    return [
        (
            catalogue.topics[topic],
            len(ones),
            len({catalogue.entries[one.later].record.ca for one in ones}),
            f"{median(one.days for one in ones):.0f}",
        )
        for topic, ones in sorted(by_topic.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    ]
