"""The plain text of a bug's page, as a web archive stores it: it has relative ages, but no dates and no status."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ca_incidents.scraper.sources.bug import Person, WireBug, WireComment, number_in, one_line, person, said

_HEAD = re.compile(r"(?:Comment (?P<number>[0-9]+)|(?P<other>Updated|Description))\s*•.*")
_BARE_DESCRIPTION = "Description"
_RULE = re.compile(r"\s*\|+\s*")
_ROLE = re.compile(r"(?P<role>[A-Z][\w ,]*?)\s*\|\s*\|\|\s*")
_PLACE = re.compile(r"\((?P<product>[^()]+?) :: (?P<component>[^()]+?)(?:,[^()]*)?\)")
_PEOPLE = re.compile(r"\(Reporter: (?P<reporter>[^,()]+)(?:, Assigned: (?P<assignee>[^,()]+))?.*\)")
_BOARD = re.compile(r"Whiteboard: (?P<board>.*?)\)?\Z")
# Longer lines are never a page's own words, and would cost the patterns above much time.
_LONGEST = 1_000
_TITLES = ("Categories", "Tracking", "People", "References", "Details", "Attachments", "Security")


@dataclass(slots=True)
class _Part:
    number: int | None
    role: str | None
    lines: list[str] = field(default_factory=list)


def recognises(text: str) -> bool:
    """Return whether a text is a bug's page: it has the modules' titles and the head of a comment."""
    lines = [line.strip() for line in text.splitlines()]
    return "<" not in text[:1] and "Categories" in lines[:10] and "People" in lines and any(map(_HEAD.fullmatch, lines))


def read(text: str, number: int) -> WireBug:
    """Read one bug. Its status and all times are absent: ages such as "4 years ago" are not times."""
    lines = [line.rstrip() for line in text.splitlines()]
    first = next(i for i, line in enumerate(lines) if line.strip())
    modules, start = _modules(lines, first + 1)
    place = _PLACE.search(modules.get("Categories", ""))
    people = _PEOPLE.search(modules.get("People", ""))
    board = _BOARD.search(modules.get("Details", ""))
    by_role = {
        "Reporter": person(people["reporter"].strip()) if people else Person(),
        "Assignee": person(people["assignee"].strip()) if people and people["assignee"] else Person(),
    }
    return WireBug(
        id=number,
        summary=one_line(lines[first].strip()),
        status=None,
        whiteboard=one_line(board["board"].strip()) if board else "",
        product=one_line(place["product"].strip()) if place else None,
        component=one_line(place["component"].strip()) if place else None,
        reporter=by_role["Reporter"],
        comments=tuple(_comments(lines[start:], by_role)),
        partial=True,
    )


def _modules(lines: list[str], start: int) -> tuple[dict[str, str], int]:
    """Return the line in brackets below each module's title, and the index of the description's first line."""
    found: dict[str, str] = {}
    at = start
    while at < len(lines) and lines[at].strip() in {*_TITLES, ""}:
        title = lines[at].strip()
        at += 1
        if title and at < len(lines) and lines[at].startswith("("):
            found[title] = lines[at][:_LONGEST]
            at += 1
    return found, at


def _comments(lines: list[str], by_role: dict[str, Person]) -> Iterator[WireComment]:
    parts = [part for part in _parts(lines) if part.number is not None]
    seen: set[int] = set()
    for part in sorted(parts, key=lambda p: p.number or 0):
        text = said("\n".join(part.lines).strip())
        if part.number is None or part.number in seen or (part.number == 0 and not text):
            continue
        seen.add(part.number)
        who = by_role.get(part.role or "", Person()) if part.number else by_role["Reporter"]
        yield WireComment(number=part.number, at=None, person=who, text=text)


def _parts(lines: list[str]) -> Iterator[_Part]:
    """Split the text at the heads of comments; everything before the first head is the description."""
    part = _Part(0, None)
    role: str | None = None
    for i, line in enumerate(lines):
        head = _HEAD.fullmatch(line.strip())
        bare = line.strip() == _BARE_DESCRIPTION and (lines[i + 1].strip() if i + 1 < len(lines) else "") == "•"
        if head or bare:
            yield part
            number = number_in(head["number"]) if head and head["number"] else None
            part = _Part(0 if bare or (head and head["other"] == _BARE_DESCRIPTION) else number, role)
            role = None
        elif len(line) <= _LONGEST and (said_role := _ROLE.fullmatch(line)):
            role = said_role["role"].split(",")[0].strip()
        elif not _RULE.fullmatch(line) and line.strip() != "•":
            part.lines.append(line)
    yield part
