"""Feeds of new incidents (Atom, RFC 4287; JSON Feed 1.1) and a calendar of deadlines (iCalendar, RFC 5545)."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from xml.etree import ElementTree as Xml

from schema.clocks import Clock
from site_plugins.catalogue import Catalogue, Entry
from site_plugins.markup import visible

NEWEST = 50
ATOM = "http://www.w3.org/2005/Atom"


def written(catalogue: Catalogue) -> Iterator[tuple[str, bytes]]:
    """Give every feed as its path below the site's root and its bytes."""
    newest = catalogue.newest[:NEWEST]
    yield "feeds/new.atom", atom(catalogue, newest, "feeds/new.atom", "CA incidents: new")
    yield "feeds/new.json", json_feed(catalogue, newest)
    changed = sorted(catalogue.newest, key=lambda e: (e.updated, e.number), reverse=True)[:NEWEST]
    yield "feeds/active.atom", atom(catalogue, changed, "feeds/active.atom", "CA incidents: last commented on")
    for slug, found in catalogue.by_ca.items():
        path = f"feeds/cas/{slug}.atom"
        yield path, atom(catalogue, found[:NEWEST], path, f"CA incidents: {catalogue.registry.owners[slug].name}")
    yield "feeds/deadlines.ics", calendar(catalogue)


def atom(catalogue: Catalogue, entries: Sequence[Entry], path: str, title: str) -> bytes:
    """Write a feed; times are those of the bugs, never the machine's."""
    feed = Xml.Element("feed", xmlns=ATOM)
    _text(feed, "title", title)
    _text(feed, "id", f"{catalogue.site_url}{path}")
    _text(feed, "updated", max((_moment(e.updated) for e in entries), default=catalogue.as_of))
    Xml.SubElement(feed, "link", rel="self", type="application/atom+xml", href=f"{catalogue.site_url}{path}")
    Xml.SubElement(feed, "link", rel="alternate", type="text/html", href=catalogue.site_url)
    Xml.SubElement(Xml.SubElement(feed, "author"), "name").text = "CA incidents"
    for entry in entries:
        item = Xml.SubElement(feed, "entry")
        address = f"{catalogue.site_url}incidents/{entry.number}/"
        _text(item, "title", visible(entry.record.title))
        _text(item, "id", address)
        _text(item, "published", _moment(entry.record.bugzilla.opened))
        _text(item, "updated", _moment(entry.updated))
        Xml.SubElement(item, "link", rel="alternate", type="text/html", href=address)
        for tag in entry.tags:
            Xml.SubElement(item, "category", term=tag.slug, label=tag.title)
        _text(item, "summary", _summary(entry))
    raw: bytes = Xml.tostring(feed, encoding="utf-8", xml_declaration=True)
    return raw + b"\n"


def _text(parent: Xml.Element, name: str, text: str) -> None:
    Xml.SubElement(parent, name).text = text


def _moment(text: str) -> str:
    """Complete a time to the second; what is not known is the earliest that it can be."""
    known = text if len(text) > 4 else f"{text}-01-01"
    if len(known) == 10:
        return f"{known}T00:00:00Z"
    return known if len(known) == 20 else f"{known[:16]}:00Z"


def _summary(entry: Entry) -> str:
    name = entry.owner.name if entry.owner else "No CA named"
    return f"{name}, {entry.standing}: {', '.join(t.title for t in entry.tags) or 'no category'}."


def json_feed(catalogue: Catalogue, entries: Sequence[Entry]) -> bytes:
    """Write the feed of new incidents as JSON Feed."""
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "CA incidents: new",
        "home_page_url": catalogue.site_url,
        "feed_url": f"{catalogue.site_url}feeds/new.json",
        "items": [
            {
                "id": str(entry.number),
                "url": f"{catalogue.site_url}incidents/{entry.number}/",
                "title": visible(entry.record.title),
                "content_text": _summary(entry),
                "date_published": _moment(entry.record.bugzilla.opened),
                "date_modified": _moment(entry.updated),
                "tags": [tag.slug for tag in entry.tags],
            }
            for entry in entries
        ],
    }
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def calendar(catalogue: Catalogue) -> bytes:
    """Write what open incidents have due next, and last calls, as events of a whole day."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//ca-incidents//deadlines//EN", "CALSCALE:GREGORIAN"]
    stamp = catalogue.as_of.replace("-", "").replace(":", "")
    for entry in catalogue.newest:
        for kind, day, what in _due(entry):
            name = f"{entry.owner.name}: " if entry.owner else ""
            end = date.fromisoformat(day) + timedelta(days=1)
            lines += [
                "BEGIN:VEVENT",
                f"UID:{entry.number}-{kind}@ca-incidents",
                f"DTSTAMP:{stamp}",
                f"DTSTART;VALUE=DATE:{day.replace('-', '')}",
                f"DTEND;VALUE=DATE:{end.isoformat().replace('-', '')}",
                f"SUMMARY:{_escaped(f'{what}: {name}{visible(entry.short)}')}",
                f"URL:{catalogue.site_url}incidents/{entry.number}/",
                "TRANSP:TRANSPARENT",
                "END:VEVENT",
            ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _due(entry: Entry) -> Iterator[tuple[str, str, str]]:
    if not entry.is_open:
        return
    clock: Clock | None = entry.derived.next_due
    if clock is not None and clock.due and len(clock.due) >= 10:
        yield "next", clock.due[:10], clock.rule.title
    if entry.record.bugzilla.close_on:
        yield "close", entry.record.bugzilla.close_on, "Last call"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Fold a line at 75 octets, never inside a character (RFC 5545, section 3.1)."""
    parts, room, width = [""], 75, 0
    for character in line:
        size = len(character.encode())
        if width + size > room:
            parts.append("")
            room, width = 74, 0
        parts[-1] += character
        width += size
    return "\r\n ".join(parts)
