"""Feeds: new incidents, changes of their state, those of each CA, tag, topic and rule, and calendars of what is due.

Every date in them is the snapshot's or the record's, never the machine's: the same commit gives the same feeds.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from heapq import nlargest
from importlib.metadata import version

import msgspec
from feedgenerator import Atom1Feed  # type: ignore[import-untyped]

from ca_incidents.schema.export.tables import HOME
from ca_incidents.schema.record.time_spans import span_of
from ca_incidents.site_plugins.catalogue import Catalogue, Entry
from ca_incidents.site_plugins.pages.html import flat, visible

FOLDER = "feeds"
NEWEST = 100
NEWEST_OF_ONE = 20
AUTHOR = "CA incidents"
ALL_DEADLINES = "CA incidents: deadlines"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a feed tells of: `key` makes its id from the incident's address."""

    entry: Entry
    at: datetime
    key: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: `name` is its path below the folder, without an ending; `page` is what it belongs to."""

    name: str
    title: str
    page: str
    items: Sequence[Item]


@dataclass(frozen=True, slots=True)
class Due:
    """One day or moment on which something of an open incident is due."""

    entry: Entry
    at: date | datetime
    kind: str
    title: str


def written(catalogue: Catalogue) -> Iterator[tuple[str, bytes]]:
    """Yield every feed as its path below the site's root and its bytes."""
    home, day = _home(catalogue)
    library = version("feedgenerator")

    def kept_atom(feed: Feed) -> bytes:
        basis = (library, feed.name, day, json_feed(feed, home))
        return catalogue.keep(msgspec.json.encode(basis), lambda: atom(feed, home, day))

    for feed in (new_incidents(catalogue), changes(catalogue)):
        yield f"{FOLDER}/{feed.name}.atom", kept_atom(feed)
        yield f"{FOLDER}/{feed.name}.json", json_feed(feed, home)
    for feed in of_cas(catalogue):
        yield f"{FOLDER}/{feed.name}.atom", kept_atom(feed)
        yield f"{FOLDER}/{feed.name}.json", json_feed(feed, home)
    for feed in (*of_tags(catalogue), *of_topics(catalogue), *of_rules(catalogue)):
        yield f"{FOLDER}/{feed.name}.atom", kept_atom(feed)
    yield f"{FOLDER}/deadlines.ics", _kept_calendar(catalogue, ALL_DEADLINES, deadlines(catalogue.newest))
    for slug, owner in catalogue.registry.owners.items():
        found = deadlines(catalogue.by_ca.get(slug, ()))
        yield calendar_of_ca(slug), _kept_calendar(catalogue, f"{ALL_DEADLINES}, {owner.name}", found)


def _kept_calendar(catalogue: Catalogue, title: str, found: Sequence[Due]) -> bytes:
    home, day = _home(catalogue)
    basis = [(due.entry.number, due.at, due.kind, due.title, due.entry.record.title, due.entry.lead) for due in found]
    source = msgspec.json.encode((version("icalendar"), home, day, title, basis))
    return catalogue.keep(source, lambda: calendar(found, home, day, title))


def _home(catalogue: Catalogue) -> tuple[str, datetime]:
    """Return the site's address and the snapshot's moment."""
    return catalogue.site_url or HOME, _moment(catalogue.as_of) or datetime(1970, 1, 1, tzinfo=UTC)


def new_incidents(catalogue: Catalogue) -> Feed:
    """Return the newest incidents."""
    items = [item for entry in catalogue.newest for item in _opened(entry)]
    return Feed("incidents", "New CA incidents", "incidents/", items[:NEWEST])


def changes(catalogue: Catalogue) -> Feed:
    """Return the newest changes of state; an opening is none."""
    items = _newest((item for entry in catalogue.newest for item in _changed(entry)), NEWEST)
    return Feed("changes", "CA incidents: changes of status", "incidents/", items)


def of_cas(catalogue: Catalogue) -> Iterator[Feed]:
    """Yield a feed for every CA and auditor of the registry."""
    for slug, owner in catalogue.registry.owners.items():
        yield _of_page(f"cas/{slug}/", owner.name, catalogue.by_ca.get(slug, ()))


def of_tags(catalogue: Catalogue) -> Iterator[Feed]:
    """Yield a feed for every tag."""
    for slug, term in catalogue.tags.items():
        yield _of_page(f"tags/{slug}/", term.title, catalogue.by_tag.get(slug, ()))


def of_topics(catalogue: Catalogue) -> Iterator[Feed]:
    """Yield a feed for every topic."""
    for slug, term in catalogue.topics.items():
        yield _of_page(f"topics/{slug}/", term.title, catalogue.by_topic.get(slug, ()))


def of_rules(catalogue: Catalogue) -> Iterator[Feed]:
    """Yield a feed for every document and section that an incident cites."""
    for rule, found in catalogue.by_rule.items():
        yield _of_page(rule.url, f"{catalogue.policies.title(rule.document)} {rule.section}".rstrip(), found)


def _of_page(url: str, title: str, found: Iterable[Entry]) -> Feed:
    """Return the feed of a page that lists incidents: their openings and changes of state."""
    items = _newest((item for entry in found for item in (*_opened(entry), *_changed(entry))), NEWEST_OF_ONE)
    return Feed(url.rstrip("/"), f"CA incidents: {title}", url, items)


def of_page(url: str) -> str:
    """Return the path below the site's root of the feed of a page that lists incidents."""
    return f"{FOLDER}/{url.rstrip('/')}.atom"


def calendar_of_ca(slug: str) -> str:
    """Return the path of a CA's calendar below the site's root."""
    return f"{FOLDER}/cas/{slug}.ics"


def _newest(found: Iterable[Item], most: int) -> list[Item]:
    return nlargest(most, found, key=lambda item: (item.at, item.entry.number, item.key))


def _opened(entry: Entry) -> Iterator[Item]:
    at = _moment(entry.record.bugzilla.opened)
    if at is not None:
        yield Item(entry, at, "", f"[new] {entry.record.title}", entry.lead)


def _changed(entry: Entry) -> Iterator[Item]:
    """Yield the changes of state that the bug's history tells, or else its resolving."""
    bug = entry.record.bugzilla
    told = [change for change in bug.history if change.field == "status"]
    moments = [(change.at, change.added) for change in told]
    if not told and bug.resolved:
        moments = [(bug.resolved, bug.status)]
    for text, state in moments:
        at = _moment(text)
        if at is not None:
            words = state.replace("_", " ").capitalize()
            yield Item(entry, at, f"#{state.lower()}-{text}", f"[changed] {words}: {entry.record.title}", entry.lead)


def _moment(text: str) -> datetime | None:
    """Read a moment of Bugzilla's; None where only a day or year is known."""
    span = span_of(text)
    return span.earliest if span is not None and "T" in text else None


class _Atom(Atom1Feed):  # type: ignore[misc]
    """An Atom feed that is as old as its newest entry, and one without entries as old as the snapshot."""

    snapshot: datetime

    def latest_post_date(self) -> datetime:
        """Return the feed's own date."""
        return max((item["pubdate"] for item in self.items), default=self.snapshot)


def atom(feed: Feed, home: str, snapshot: datetime) -> bytes:
    """Write a feed as Atom (RFC 4287)."""
    made = _Atom(
        title=visible(feed.title),
        link=f"{home}{feed.page}",
        description="",
        language="en",
        author_name=AUTHOR,
        feed_url=f"{home}{FOLDER}/{feed.name}.atom",
        feed_guid=f"{home}{FOLDER}/{feed.name}.atom",
    )
    made.snapshot = snapshot
    for item in feed.items:
        address = _address(item.entry, home)
        made.add_item(
            title=visible(item.title),
            link=address,
            description=flat(item.text),
            unique_id=f"{address}{item.key}",
            pubdate=item.at,
            updateddate=item.at,
            categories=[tag.slug for tag in item.entry.tags],
        )
    written: str = made.writeString("utf-8")
    return written.encode()


def json_feed(feed: Feed, home: str) -> bytes:
    """Write a feed as JSON Feed (version 1.1)."""
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": f"{home}{feed.page}",
        "feed_url": f"{home}{FOLDER}/{feed.name}.json",
        "language": "en",
        "authors": [{"name": AUTHOR, "url": home}],
        "items": [_json_item(item, home) for item in feed.items],
    }
    return msgspec.json.encode(data) + b"\n"


def _json_item(item: Item, home: str) -> dict[str, object]:
    address = _address(item.entry, home)
    return {
        "id": f"{address}{item.key}",
        "url": address,
        "title": visible(item.title),
        "content_text": visible(item.text),
        "date_published": item.at.isoformat(),
        "tags": [tag.slug for tag in item.entry.tags],
    }


def _address(entry: Entry, home: str) -> str:
    return f"{home}incidents/{entry.number}/"


def deadlines(entries: Iterable[Entry]) -> list[Due]:
    """Return what is due of open incidents, in the order of the days: last calls, announced updates, next deadlines."""
    found = [due for entry in entries if entry.is_open for due in _due(entry)]
    return sorted(found, key=lambda due: (due.at.isoformat()[:10], due.entry.number, due.kind))


def _due(entry: Entry) -> Iterator[Due]:
    bug, clock = entry.record.bugzilla, entry.derived.next_due
    if bug.close_on:
        yield Due(entry, date.fromisoformat(bug.close_on), "close-on", "Last call")
    if bug.next_update:
        yield Due(entry, date.fromisoformat(bug.next_update), "next-update", "Next update")
    if clock is not None and clock.due is not None and clock.rule.clock != "next-update":
        at = _when(clock.due)
        if at is not None:
            yield Due(entry, at, clock.rule.slug, clock.rule.title)


def _when(text: str) -> date | datetime | None:
    """Read a moment with an offset as such, and any other time of a known day as that day."""
    span = span_of(text)
    if span is None or len(text) < 10:
        return None
    exact = "T" in text and span.latest - span.earliest < timedelta(hours=1)
    return span.earliest if exact else date.fromisoformat(text[:10])


def calendar(found: Iterable[Due], home: str, snapshot: datetime, title: str = ALL_DEADLINES) -> bytes:
    """Write a calendar (RFC 5545): all-day events for days; the stamp of every event is the snapshot's moment."""
    # An import that costs a tenth of a second, in builds that mostly know the calendar already.
    from icalendar import Calendar, Event  # noqa: PLC0415

    made = Calendar()
    made.add("prodid", "-//ca-incidents//deadlines//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", title)
    for due in found:
        event = Event()
        event.add("uid", f"{due.entry.number}-{due.kind}@{home.partition('//')[2].partition('/')[0]}")
        event.add("dtstamp", snapshot)
        event.add("dtstart", due.at)
        if not isinstance(due.at, datetime):
            event.add("dtend", due.at + timedelta(days=1))
        event.add("summary", f"{due.title}: {visible(due.entry.record.title)}")
        event.add("description", f"As of the snapshot of {snapshot.date().isoformat()}. {due.entry.lead}")
        event.add("url", _address(due.entry, home))
        event.add("transp", "TRANSPARENT")
        made.add_component(event)
    written: bytes = made.to_ical()
    return written
