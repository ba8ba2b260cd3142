"""What a source said about one bug, freed of what must never be kept.

Every source (REST answers, saved dumps, saved pages) becomes these types first. `None` means that the source cannot
tell; an empty tuple or text means that it told and there is none. Here, and only here, addresses and names are cut
away: a person is a nick and the domain of an organisation, and nothing past this module ever sees more.
Shapes: bugzilla REST, `GET /rest/bug` with `include_fields=_default,comments,history`.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from ca_incidents.schema.check.forbidden_text import without_addresses
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.findings import UNSEEN_CLASS
from ca_incidents.schema.model import Change, Doubt, ReadFrom

Precision = Literal["second", "minute", "relative"]
HIGHEST_BUG = 999_999_999
# Bugzilla's summaries have at most 255 characters and real whiteboards some hundred.
LONGEST_SUMMARY, LONGEST_WHITEBOARD = 1_000, 10_000
FOLLOWED_FIELDS = ("product", "component", "status", "resolution", "whiteboard")

_INVISIBLE = re.compile(f"(?![\t\n\r])[{UNSEEN_CLASS}]")
_LINE_BREAKS = re.compile(r"[\t\n\r]")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z")
_HOSTNAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}\Z")

MARKDOWN_OFF = "#[markdown(off)]"

# Mailbox providers say nothing about whom a person works for.
MAILBOX_PROVIDERS = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com me.com proton.me protonmail.com "
    "gmx.net gmx.de gmx.at web.de mail.ru yandex.ru qq.com 163.com 126.com aol.com posteo.de fastmail.com hey.com "
    "mailbox.org pm.me tutanota.com naver.com free.fr".split()
)


class UnreadableAnswer(CaIncidentsError):
    """A source gave something that does not have the shape of a bug; the text says which part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A public nick and the domain of an organisation, each only where known."""

    nick: str | None = None
    affiliation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WireComment:
    """One public comment. `text` is None where the source does not give it; `cut` where it was shortened."""

    number: int
    at: str | None
    person: Person = Person()
    text: str | None = field(default=None, repr=False)
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Whiteboard:
    """What a whiteboard says: tags in its order, the two dates as `YYYY-MM-DD`, and what was not understood."""

    tags: tuple[str, ...] = ()
    next_update: str | None = None
    close_on: str | None = None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WireBug:
    """One bug as a source tells it; times are UTC to the second, relative ones are left out by the source's reader.

    `numbered` is false where the numbers of comments are only their places; `partial` says that the source may leave
    out public comments. `opened_between` are the first and last day of filing that are possible where `opened` is not
    known. `read_from` is None for an answer or dump that gives all that there is.
    """

    id: int
    summary: str
    status: str | None
    resolution: str | None = None
    whiteboard: str = ""
    opened: str | None = None
    changed: str | None = None
    resolved: str | None = None
    product: str | None = None
    component: str | None = None
    reporter: Person = Person()
    depends_on: tuple[int, ...] | None = None
    blocks: tuple[int, ...] | None = None
    see_also: tuple[int, ...] | None = None
    duplicates: tuple[int, ...] | None = None
    duplicate_of: int | None = None
    restricted: bool = False
    comments: tuple[WireComment, ...] | None = None
    numbered: bool = True
    partial: bool = False
    history: tuple[Change, ...] | None = None
    opened_between: tuple[str, str] | None = None
    read_from: ReadFrom | None = None


def visible_text(text: str) -> str:
    """Drop every character that cannot be seen, and every e-mail address."""
    return without_addresses(_INVISIBLE.sub("", text), "(address removed)")


def one_line(text: str) -> str:
    """Make text fit for one line of a record: visible, no tabs and line breaks, no address; all else as it was."""
    return _LINE_BREAKS.sub(" ", visible_text(text))


def person(nick: object, address: object = None, domain: object = None) -> Person:
    """Reduce what a source says of a person to a nick and an organisation's domain.

    The nick is cut at the first `@`. The domain is the source's own statement or that of the address, and is dropped
    for mailbox providers and for anything that is no host name.
    """
    said = nick if isinstance(nick, str) and nick.strip() else address
    name = one_line(said.split("@")[0]).strip() if isinstance(said, str) else ""
    at = next((str(a).rsplit("@", 1)[1] for a in (domain, address, nick) if isinstance(a, str) and "@" in a), None)
    host = str(domain if isinstance(domain, str) and "@" not in domain else at or "").strip().lower().rstrip(".")
    known = bool(_HOSTNAME.match(host)) and host not in MAILBOX_PROVIDERS
    return Person(nick=name or None, affiliation=host if known else None)


def bug_from_rest(data: Mapping[str, Any]) -> WireBug:
    """Read one element of a REST answer's `bugs`, full or reduced, with or without inlined comments and history.

    Raises UnreadableAnswer where id, summary or status are missing or of another type, or a text is far too long.
    """
    number = data.get("id")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number <= HIGHEST_BUG:
        raise UnreadableAnswer(f"a bug without a number (id is {number!r})")
    summary, status = _text(data, "summary", number), _text(data, "status", number)
    whiteboard = str(data.get("whiteboard") or "")
    if len(summary) > LONGEST_SUMMARY or len(whiteboard) > LONGEST_WHITEBOARD:
        raise UnreadableAnswer(f"bug {number}: the summary or the whiteboard is far too long")
    comments, history = (_items(data, key, number) for key in ("comments", "history"))
    is_open = data.get("is_open", not data.get("resolution"))
    return WireBug(
        id=number,
        summary=one_line(summary),
        status=one_line(status),
        resolution=_optional_text(data.get("resolution")),
        whiteboard=one_line(whiteboard),
        opened=instant(data.get("creation_time")),
        changed=instant(data.get("last_change_time")),
        resolved=None if is_open else instant(data.get("cf_last_resolved")),
        product=_optional_text(data.get("product")),
        component=_optional_text(data.get("component")),
        reporter=_person_of(data, "creator"),
        depends_on=_numbers(data.get("depends_on")),
        blocks=_numbers(data.get("blocks")),
        see_also=_see_also(data.get("see_also")),
        duplicates=_numbers(data.get("duplicates")),
        duplicate_of=next(iter(_numbers([data.get("dupe_of")]) or ()), None),
        restricted=bool(data.get("groups")),
        comments=None if comments is None else comments_from_rest(comments, _reporter_nick(data)),
        history=None if history is None else history_from_rest(history),
    )


def comments_from_rest(
    items: Iterable[Mapping[str, Any]], nicks: Mapping[str, str | None] | None = None
) -> tuple[WireComment, ...]:
    """Read comments in the order of their numbers; private ones are dropped whoever is asking.

    `nicks` gives the nick of a login where the bug tells it. The text of a comment that moderators tagged as spam
    counts as empty: pages hide it, and what it says is no part of the report.
    """
    comments = {}
    for item in items:
        if item.get("is_private"):
            continue
        number = item.get("count")
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            raise UnreadableAnswer(f"a comment without a number (count is {number!r})")
        login, text = item.get("creator") or item.get("author"), item.get("text")
        who, tags = _person_of(item, "creator", "author"), item.get("tags")
        if nicks and isinstance(login, str) and nicks.get(login):
            who = replace(who, nick=nicks[login])
        comments[number] = WireComment(
            number=number,
            at=instant(item.get("creation_time") or item.get("time")),
            person=who,
            text="" if isinstance(tags, list) and "spam" in tags else said(text) if isinstance(text, str) else None,
        )
    return tuple(comments[number] for number in sorted(comments))


def said(text: str) -> str:
    """Give what a comment says: without the first line that only switches Markdown off."""
    first, _, rest = text.partition("\n")
    return rest if first.strip() == MARKDOWN_OFF else text


def history_from_rest(entries: Iterable[Mapping[str, Any]]) -> tuple[Change, ...]:
    """Read the changes of the followed fields, oldest first; equal times in the order of FOLLOWED_FIELDS."""
    changes = []
    for entry in entries:
        at = instant(entry.get("when"))
        for change in _items(entry, "changes", 0) or ():
            name = change.get("field_name")
            if name in FOLLOWED_FIELDS and at is not None:
                removed, added = (one_line(str(change.get(side) or "")) for side in ("removed", "added"))
                changes.append(Change(at=at, field=name, removed=removed, added=added))
    return tuple(sorted(changes, key=lambda c: (c.at, FOLLOWED_FIELDS.index(c.field), c.removed, c.added)))


def instant(value: object) -> str | None:
    """Take a UTC time as Bugzilla writes it, or nothing.

    Raises UnreadableAnswer for a text that is no such time: a wrong clock is worse than none.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str) and _INSTANT.match(value):
        with suppress(ValueError):
            datetime.fromisoformat(value)
            return value
    raise UnreadableAnswer(f"{value!r} is not a time of the form YYYY-MM-DDTHH:MM:SSZ")


def bug_number_in(url: str) -> int | None:
    """Find the bug's number in the address of a bug of Mozilla's Bugzilla."""
    parts = urlsplit(url)
    if parts.hostname not in {"bugzilla.mozilla.org", "bugzil.la", None}:
        return None
    tail = parts.path.rstrip("/").rsplit("/", 1)[-1]
    found = parse_qs(parts.query).get("id", [""])[0] if tail == "show_bug.cgi" else tail
    return int(found) if found.isdecimal() and 0 < len(found) <= 9 else None


def _see_also(value: object) -> tuple[int, ...] | None:
    if not isinstance(value, list):
        return None
    numbers = (bug_number_in(str(url)) for url in value)
    return tuple(sorted({n for n in numbers if n is not None}))


def _numbers(value: object) -> tuple[int, ...] | None:
    if not isinstance(value, list):
        return None
    return tuple(sorted({n for n in value if isinstance(n, int) and not isinstance(n, bool) and 0 < n <= HIGHEST_BUG}))


def _items(data: Mapping[str, Any], key: str, bug: int) -> list[Mapping[str, Any]] | None:
    value = data.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise UnreadableAnswer(f"{f'bug {bug}: ' if bug else ''}{key} is no list of objects")
    return value


def _reporter_nick(data: Mapping[str, Any]) -> dict[str, str | None]:
    """Comments name their author by login only; the bug tells the reporter's nick, so both can be one person."""
    login = data.get("creator")
    return {login: _person_of(data, "creator").nick} if isinstance(login, str) else {}


def _person_of(data: Mapping[str, Any], *keys: str) -> Person:
    for key in keys:
        detail = data.get(f"{key}_detail")
        address = data.get(key)
        if isinstance(detail, Mapping):
            return person(detail.get("nick"), detail.get("email") or detail.get("name") or address)
        if address:
            return person(address, address, data.get(f"{key}_domain"))
    return Person()


def _text(data: Mapping[str, Any], key: str, bug: int) -> str:
    value = data.get(key)
    if not isinstance(value, str):
        raise UnreadableAnswer(f"bug {bug}: {key} is {value!r}, not text")
    return value


def _optional_text(value: object) -> str | None:
    return one_line(value) or None if isinstance(value, str) else None
