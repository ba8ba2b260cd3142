"""Counts in the fields of a form: `4,051`, `~1.7 million`, `three (3)`, `None`."""

import re

from ca_incidents.schema.model import Doubt
from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.fact import Found, doubt
from ca_incidents.scraper.reader.form.placeholders import is_nothing_said
from ca_incidents.scraper.reader.text.numbers import ESTIMATED, UNSURE, WORDS, any_of, number_of

FACT = "certificates.total"
# Two lines that each count a kind state no total.
_BROKEN_DOWN = re.compile(
    r"\W*[0-9][0-9,.]* [^\n:]{1,60}\n\W*[0-9][0-9,.]* (?!of\b|\w+ (?:are|were|remain))\(?[A-Za-z]"
)
_NOTHING = re.compile(
    r"(?:none|no(?:t any)?(?: (?:\w+ ){0,3}certificates?\b.{0,40}| certificates? (?:were|was"
    r"|are) .{0,40})?|zero|nil)\b[ .,*]*(?:\(0\)|$|\n|[.;,(–-])",
    re.I,
)


_COUNT = re.compile(
    r"(?<![0-9A-Za-z.,/:-])([0-9]{1,4}(?:[.,][0-9]{1,3})? ?(?:thousand|million|billion)\b"
    r"|[0-9]{1,3}(?:[,.' ][0-9]{3})+(?![0-9])|[0-9]{1,9})(?![0-9]|[./:-][0-9]|,[0-9]|[A-Za-z%])",
    re.I,
)


_WORD = re.compile(rf"\b({any_of(WORDS)})\b(?: ?\(([0-9]{{1,3}})\))?", re.I)


def counts_in_fields(document: Document) -> Found:
    """Read the fields of a form that hold the total and the number still valid."""
    total, remaining, doubts = None, None, list[Doubt]()
    for section in document.named("total", "remaining", "affected"):
        if section.slug == "affected" and not is_lone_count(section.value):
            continue
        count, unclear = count_in_field(section.value)
        if count is not None and _BROKEN_DOWN.match(section.value):
            count, unclear = None, section.value
        if section.slug == "remaining":
            remaining, path = remaining if count is None else count, "certificates.remaining_valid"
        else:
            total, path = total if count is None else count, FACT
        if unclear:
            doubts.append(doubt("count-not-understood", path, unclear, document))
        if count is not None and is_estimate(section.value):
            doubts.append(doubt("estimated-count", path, section.value, document))
    return Found(total=total, remaining_valid=remaining, doubts=tuple(doubts))


def count_in_field(value: str) -> tuple[int | None, str | None]:
    """Read a field that holds a count: (the number, or what was not understood).

    `4,051`, `4.051`, `~1.7 million`, `three (3)` and `None` are numbers; `up to 9`, `N/A` and two different numbers are
    not.
    """
    first = next((line for line in value.split("\n") if line.strip(" *_-–:")), "").strip(" *_-–:`>")
    if not first or is_nothing_said(first):
        return None, None
    if _NOTHING.match(first):
        return 0, None
    found = {(number_of(m[1]), m.start()) for m in _COUNT.finditer(first[:300]) if _is_plain(first, m)}
    if found:
        numbers = {number for number, _ in found}
        leading = min(found, key=lambda pair: pair[1])
        if len(ESTIMATED.sub("", first[: leading[1]]).strip()) <= 2 or len(numbers) == 1:
            return leading[0], None
        return None, first
    word = _WORD.match(first)
    if word:
        return number_of(word[2] or word[1]), None
    return None, first


def is_lone_count(value: str) -> bool:
    """Return whether a field begins with a count alone, "9 OV", which other reporters make a heading above a list."""
    return _LONE_COUNT.match(value) is not None


_LONE_COUNT = re.compile(r"[ *]*[0-9][0-9,]*(?: (?!https?:)[A-Za-z/,()& -]{1,50})?[ .*]*(?:\n|$)")


def is_estimate(value: str) -> bool:
    """Return whether a field's number is said to be an estimate."""
    first = re.search(r"[0-9]", value)
    return first is not None and bool(ESTIMATED.search(value[: first.start()]))


def _is_plain(text: str, match: re.Match[str]) -> bool:
    """Refuse limits and what is a number of something else: neither is a count of certificates."""
    if UNSURE.search(text[: match.start()]):
        return False
    before = text[max(0, match.start() - 24) : match.start()]
    return not re.search(
        r"(?:section|version|\bv|chapter|rfc|bug|20[0-9]{2}[-/.][0-9]*|of|since|in|on|until) ?#?$", before, re.I
    )
