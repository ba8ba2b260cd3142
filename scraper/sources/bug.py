"""A bug as a source describes it, without anything that must never be stored.

Every source (REST answers, saved dumps, saved pages) becomes these types first. `None` means that the source does not
say; an empty tuple or text means that it says there is nothing. E-mail addresses and real names are removed here and
only here: a person is a nick and the domain of an organisation, and no other module sees more.
Shapes: Bugzilla REST, `GET /rest/bug` with `include_fields=_default,comments,history`.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ca_incidents.schema.addresses import BUGZILLA
from ca_incidents.schema.check.forbidden_text import without_addresses
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.findings import NOT_A_JOINER, UNSEEN_CLASS
from ca_incidents.schema.messages import shown
from ca_incidents.schema.model import Change, Doubt, ReadFrom
from ca_incidents.schema.tables import registry

HIGHEST_BUG = HIGHEST_COMMENT = 999_999_999
# Bugzilla's summaries have at most 255 characters and real whiteboards some hundred.
LONGEST_SUMMARY, LONGEST_WHITEBOARD, LONGEST_NAME = 1_000, 10_000, 1_000
FOLLOWED_FIELDS = ("product", "component", "status", "resolution", "whiteboard")

_INVISIBLE = re.compile(f"(?![\t\n\r]){NOT_A_JOINER}[{UNSEEN_CLASS}]")
_SPACES = re.compile(r"[ \t\n\r]+")
# Lines that Bugzilla itself writes into a comment.
_GENERATED = re.compile(
    r"\n{0,2}^\*\*\* (?:This bug has been marked as a duplicate of bug [0-9]+"
    r"|Bug [0-9]+ has been marked as a duplicate of this bug\.) \*\*\*$",
    re.M,
)
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z")
_HOSTNAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}\Z")
# Bugzilla takes the nick from a real name such as "Jane Doe [:jane]".
_NICK_IN_NAME = re.compile(r"(?:^|[\s(\[]):(?P<nick>[\w.|+-]+)")
_NICK = re.compile(r"(?=.{1,120}\Z)[\w.|+'`^-]+\Z")

MARKDOWN_OFF = "#[markdown(off)]"


class UnreadableAnswer(CaIncidentsError):
    """A source's data does not have the shape of a bug; the text says which part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A public nick and the domain of an organisation, each only where known."""

    nick: str | None = None
    affiliation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WireComment:
    """One public comment. `text` is None if the source does not have it; `cut` if it was shortened."""

    number: int
    at: str | None
    person: Person = Person()
    text: str | None = field(default=None, repr=False)
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Whiteboard:
    """The content of a whiteboard: tags in order, the two dates as `YYYY-MM-DD`, and what was not understood."""

    tags: tuple[str, ...] = ()
    next_update: str | None = None
    close_on: str | None = None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WireBug:
    """One bug as a source describes it; times are UTC to the second, relative ones are left out.

    `numbered` is false if the numbers of comments are only their positions; `partial` is true if the source may omit
    public comments. `opened_between` is the first and the last possible day of filing if `opened` is not known.
    `read_from` is None for an answer or dump that gives everything.
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
    """Remove every invisible character, e-mail address and telephone number."""
    return without_addresses(_INVISIBLE.sub("", text), "(address removed)")


def one_line(text: str) -> str:
    """Return visible text on one line, with single spaces: Bugzilla's pages and XML do not show others."""
    return _SPACES.sub(" ", visible_text(text)).strip()


def person(nick: object, address: object = None, domain: object = None) -> Person:
    """Reduce what a source says of a person to a nick and the domain of an organisation.

    The domain is the source's own statement or that of the address. It is kept only if the registry of domains knows
    it: any other domain can be a person's own.
    """
    said = nick if isinstance(nick, str) and nick.strip() else address
    at = next((str(a).rsplit("@", 1)[1] for a in (domain, address, nick) if isinstance(a, str) and "@" in a), None)
    host = str(domain if isinstance(domain, str) and "@" not in domain else at or "").strip().lower().rstrip(".")
    known = len(host) <= 253 and bool(_HOSTNAME.match(host)) and _is_of_an_organisation(host)
    return Person(nick=_nick(said) if isinstance(said, str) else None, affiliation=host if known else None)


def _nick(name: str) -> str | None:
    """Return the nick in a name or login; None if it has none and may be a real name or an address."""
    name = name[:LONGEST_NAME]
    tagged = _NICK_IN_NAME.search(name)
    nick = one_line(tagged["nick"] if tagged else re.split("[@%\uff20\ufe6b]", name)[0]).strip()
    return nick if _NICK.match(nick) else None


@lru_cache(maxsize=4096)
def _is_of_an_organisation(host: str) -> bool:
    return registry.standard().knows_domain(host)


def number_in(text: str, highest: int = HIGHEST_BUG) -> int | None:
    """Return the whole number that a text consists of, if it is one and not above `highest`."""
    # `int` refuses texts of thousands of digits.
    if not text.isascii() or not text.isdecimal() or len(text) > len(str(highest)):
        return None
    return number if (number := int(text)) <= highest else None


def bug_from_rest(data: Mapping[str, Any]) -> WireBug:
    """Read one element of a REST answer's `bugs`, full or reduced, with or without inlined comments and history.

    Raises UnreadableAnswer if id, summary or status is missing or of another type, or a text is far too long.
    """
    number = data.get("id")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number <= HIGHEST_BUG:
        raise UnreadableAnswer(f"a bug without a number (id is {_brief(number)})")
    summary, status = _text(data, "summary", number), _text(data, "status", number)
    whiteboard = data.get("whiteboard") or ""
    if not isinstance(whiteboard, str):
        raise UnreadableAnswer(f"bug {number}: whiteboard is {_brief(whiteboard)}, not text")
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
        comments=None if comments is None else comments_from_rest(comments, _nicks(data)),
        history=None if history is None else history_from_rest(history),
    )


def comments_from_rest(
    items: Iterable[Mapping[str, Any]], nicks: Mapping[str, str | None] | None = None
) -> tuple[WireComment, ...]:
    """Read comments in the order of their numbers; private ones are dropped whoever asks.

    `nicks` maps logins to the nicks that the bug names. The text of a comment that moderators tagged as spam counts as
    empty: pages hide it, and it is not part of the report.
    """
    comments = {}
    for item in items:
        if item.get("is_private"):
            continue
        number = item.get("count")
        if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= HIGHEST_COMMENT:
            raise UnreadableAnswer(f"a comment without a number (count is {_brief(number)})")
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
    """Return what a person wrote in a comment: without the line that switches Markdown off, and Bugzilla's own."""
    first, _, rest = text.partition("\n")
    return _GENERATED.sub("", rest if first.strip() == MARKDOWN_OFF else text)


def history_from_rest(entries: Iterable[Mapping[str, Any]]) -> tuple[Change, ...]:
    """Read the changes of the followed fields, oldest first; equal times in the order of FOLLOWED_FIELDS."""
    changes = []
    for entry in entries:
        at = instant(entry.get("when"))
        for change in _items(entry, "changes", 0) or ():
            name = change.get("field_name")
            if name in FOLLOWED_FIELDS and at is not None:
                removed, added = (_optional_text(change.get(side)) or "" for side in ("removed", "added"))
                changes.append(Change(at=at, field=name, removed=removed, added=added))
    return tuple(sorted(changes, key=lambda c: (c.at, FOLLOWED_FIELDS.index(c.field), c.removed, c.added)))


def instant(value: object) -> str | None:
    """Return a UTC time as Bugzilla writes it, or None for an empty value.

    Raises UnreadableAnswer for anything else: a wrong time is worse than none.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str) and _INSTANT.match(value):
        with suppress(ValueError):
            datetime.fromisoformat(value)
            return value
    raise UnreadableAnswer(f"{_brief(value)} is not a time such as 2021-02-03T04:05:06Z")


def bug_number_in(url: str, server: str = BUGZILLA) -> int | None:
    """Return the bug's number from the address of a bug on a server or Mozilla's Bugzilla; None for any other."""
    try:
        parts = urlsplit(url)
        query = parse_qs(parts.query, max_num_fields=100)
    except ValueError:
        return None
    if parts.hostname not in {urlsplit(BUGZILLA).hostname, urlsplit(server).hostname, "bugzil.la", None}:
        return None
    tail = parts.path.rstrip("/").rsplit("/", 1)[-1]
    return number_in(query.get("id", [""])[0] if tail == "show_bug.cgi" else tail)


def _see_also(value: object) -> tuple[int, ...] | None:
    if not isinstance(value, list):
        return None
    numbers = (bug_number_in(url) for url in value if isinstance(url, str))
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
        raise UnreadableAnswer(f"{f'bug {bug}: ' if bug else ''}{key} is not a list of objects")
    return value


def _nicks(data: Mapping[str, Any]) -> dict[str, str | None]:
    """Map the logins of those whose nick the bug names to it: comments name their author by login only."""
    logins = {key: data.get(key) for key in ("assigned_to", "creator")}
    return {login: _person_of(data, key).nick for key, login in logins.items() if isinstance(login, str)}


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
        raise UnreadableAnswer(f"bug {bug}: {key} is {_brief(value)}, not text")
    return value


def _brief(value: object) -> str:
    """Describe a value of unknown shape on one line."""
    return "an object" if isinstance(value, Mapping) else "a list" if isinstance(value, list) else shown(value)


def _optional_text(value: object) -> str | None:
    return one_line(value) or None if isinstance(value, str) else None
