import json
from datetime import UTC, date, datetime
from functools import cache

import feedparser
import pytest
from icalendar import Calendar

from ca_incidents.schema.export.tables import HOME
from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.files import feeds
from tests.export_material import FULL, HOSTILE, data

SNAPSHOT = datetime(2026, 3, 13, 14, 37, 17, tzinfo=UTC)


@cache
def catalogue() -> Catalogue:
    return Catalogue(data(), site_url=HOME)


@cache
def written() -> dict[str, bytes]:
    return dict(feeds.written(catalogue()))


def test_every_atom_feed_is_sound() -> None:
    atoms = {name: raw for name, raw in written().items() if name.endswith(".atom")}
    of_one = data().registry.owners, catalogue().tags, catalogue().topics, catalogue().by_rule
    assert len(atoms) == 2 + sum(map(len, of_one))
    for name, raw in atoms.items():
        found = feedparser.parse(raw)
        assert not found.bozo, name
        assert found.version == "atom10"
        assert found.feed.id == f"{HOME}{name}"
        assert [link.href for link in found.feed.links if link.rel == "self"] == [f"{HOME}{name}"]
        assert found.feed.author and found.feed.title and found.feed.updated_parsed
        ids = [entry.id for entry in found.entries]
        assert len(set(ids)) == len(ids)
        dates = [entry.updated_parsed for entry in found.entries]
        assert all(dates) and dates == sorted(dates, reverse=True)
        assert all(entry.link.startswith(f"{HOME}incidents/") and entry.title for entry in found.entries)


def test_every_json_feed_is_sound_and_tells_what_atom_tells() -> None:
    of_cas = [f"cas/{slug}" for slug in data().registry.owners]
    for name in ("incidents", "changes", *of_cas):
        found = json.loads(written()[f"feeds/{name}.json"])
        assert found["version"] == "https://jsonfeed.org/version/1.1"
        assert found["feed_url"] == f"{HOME}feeds/{name}.json"
        assert {"title", "home_page_url", "items"} <= set(found)
        for item in found["items"]:
            assert item["content_text"] and datetime.fromisoformat(item["date_published"]).tzinfo
        atom = feedparser.parse(written()[f"feeds/{name}.atom"])
        assert [item["id"] for item in found["items"]] == [entry.id for entry in atom.entries]


def test_the_newest_incidents_are_told() -> None:
    feed = feeds.new_incidents(catalogue())
    assert len(feed.items) == feeds.NEWEST
    newest = [e.number for e in catalogue().newest if len(e.record.bugzilla.opened) > 4]
    assert [item.entry.number for item in feed.items] == newest[: feeds.NEWEST]


def test_a_feed_of_a_tag_topic_or_rule_holds_the_newest_of_its_page() -> None:
    found = catalogue()
    for kind, by in (("tags", found.by_tag), ("topics", found.by_topic)):
        for slug, entries in by.items():
            told = feedparser.parse(written()[f"feeds/{kind}/{slug}.atom"]).entries
            links = {f"{HOME}incidents/{entry.number}/" for entry in entries}
            assert len(told) <= feeds.NEWEST_OF_ONE and {entry.link for entry in told} <= links, slug
    rule, entries = next((rule, entries) for rule, entries in found.by_rule.items() if rule.section == "4.9.1.1")
    told = feedparser.parse(written()[f"feeds/rules/{rule.document}/4.9.1.1.atom"])
    opened = [entry.number for entry in entries if len(entry.record.bugzilla.opened) > len("2024-01-31")]
    new = [int(entry.link.rstrip("/").rpartition("/")[2]) for entry in told.entries if entry.title.startswith("[new] ")]
    assert new == opened[: len(new)] and new
    assert told.feed.links[0].href == f"{HOME}rules/{rule.document}/4.9.1.1/"


def test_changes_of_state_come_from_the_history_where_it_is_known() -> None:
    items = next(f for f in feeds.of_cas(catalogue()) if f.name == "cas/digicert").items
    told = [(i.key, i.title) for i in items if i.entry.number == FULL]
    assert told == [
        ("#assigned-2026-01-06T00:00:00Z", "[changed] Assigned: DigiCert: made for a test"),
        ("", "[new] DigiCert: made for a test"),
    ]


def test_changes_of_state_come_from_the_resolving_where_no_history_is_known() -> None:
    entry = catalogue().entries[HOSTILE]
    found = feeds._newest(feeds._changed(entry), 9)
    assert [(i.key, i.at) for i in found] == [("#resolved-2025-02-03T04:05Z", datetime(2025, 2, 3, 4, 5, tzinfo=UTC))]


def test_a_hostile_title_is_text() -> None:
    items = feeds._newest(feeds._changed(catalogue().entries[HOSTILE]), 9)
    raw = feeds.atom(feeds.Feed("x", "x", "", items), HOME, SNAPSHOT)
    entry = feedparser.parse(raw).entries[0]
    assert entry.title == f"[changed] Resolved: {data().incidents[HOSTILE].title}"
    assert b"</script>" not in raw
    assert "<" not in entry.summary


def test_characters_that_xml_does_not_know_are_written_out() -> None:
    feed = feeds.Feed("x", "a\ufffe\uffff\u0007b", "", ())
    found = feedparser.parse(feeds.atom(feed, HOME, SNAPSHOT))
    assert not found.bozo
    assert found.feed.title == "a[U+FFFE][U+FFFF]\u2407b"


def test_a_feed_without_entries_is_as_old_as_the_snapshot() -> None:
    silent = [slug for slug in data().registry.owners if slug not in catalogue().by_ca]
    assert silent
    found = feedparser.parse(written()[f"feeds/cas/{silent[0]}.atom"])
    assert (found.entries, found.feed.updated) == ([], "2026-03-13T14:37:17+00:00")


def test_the_calendar_is_sound() -> None:
    found = Calendar.from_ical(written()["feeds/deadlines.ics"])
    assert found.errors == []
    events = found.walk("VEVENT")
    assert len(events) == len(feeds.deadlines(catalogue().newest)) > 0
    assert len({str(event["uid"]) for event in events}) == len(events)
    assert {event["dtstamp"].dt for event in events} == {SNAPSHOT}
    for event in events:
        assert event.errors == []
        assert str(event["url"]).startswith(f"{HOME}incidents/")
        if not isinstance(event["dtstart"].dt, datetime):
            assert (event["dtend"].dt - event["dtstart"].dt).days == 1
    lines = written()["feeds/deadlines.ics"].split(b"\r\n")
    assert max(map(len, lines)) <= 75


def test_a_calendar_of_a_ca_holds_its_part_of_the_whole() -> None:
    def events(name: str) -> set[str]:
        return {str(event["uid"]) for event in Calendar.from_ical(written()[name]).walk("VEVENT")}

    of_cas = {name: events(name) for name in written() if name.startswith("feeds/cas/") and name.endswith(".ics")}
    assert len(of_cas) == len(data().registry.owners)
    owner = catalogue().entries[FULL].owner
    assert owner is not None
    found = of_cas[feeds.calendar_of_ca(owner.slug)]
    assert f"{FULL}-next-update" in {uid.partition("@")[0] for uid in found}
    assert set().union(*of_cas.values()) == events("feeds/deadlines.ics")


def test_what_is_due_is_what_the_pages_show() -> None:
    found = {(due.entry.number, due.kind): due.at for due in feeds.deadlines(catalogue().newest)}
    assert found[FULL, "next-update"] == date(2026, 4, 1)
    for entry in catalogue().newest:
        bug = entry.record.bugzilla
        if entry.is_open and bug.close_on:
            assert found[entry.number, "close-on"] == date.fromisoformat(bug.close_on)
    assert {number for number, _ in found} <= {e.number for e in catalogue().newest if e.is_open}


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-03-20", date(2026, 3, 20)),
        ("2026-03-20T10:00:00Z", datetime(2026, 3, 20, 10, tzinfo=UTC)),
        ("2026-03-20T10:00-05:00", datetime(2026, 3, 20, 15, tzinfo=UTC)),
        ("2026-03-20T10:00", date(2026, 3, 20)),
        ("2026-03", None),
    ],
)
def test_only_a_moment_with_an_offset_has_an_hour(text: str, at: date | None) -> None:
    assert feeds._when(text) == at


def test_feeds_are_the_same_again() -> None:
    assert dict(feeds.written(Catalogue(data(), site_url=HOME))) == written()
