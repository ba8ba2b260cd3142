"""The one place that turns text into HTML: what is escaped, and how hostile text is shown.

Titles, nicks and whiteboards come from strangers. They are shown as text, isolated from the direction of the text
around them, with controls and invisible characters written out.
"""

import re
from datetime import date
from functools import cache
from json import dumps

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from ca_incidents.schema import addresses
from ca_incidents.schema.findings import UNSEEN
from ca_incidents.schema.tables.vocabulary import terms
from ca_incidents.site_plugins.pages.abbreviations import explained
from ca_incidents.site_plugins.pages.wording import status_in_words

_MONTHS = "January February March April May June July August September October November December".split()
_PLAIN_SLUG = re.compile(r"[a-z0-9][a-z0-9.()-]*\Z")


def visible(text: str) -> str:
    """Write controls and invisible characters out: C0 controls as their pictures, all others as `[U+202E]`.

    Line breaks stay; they are white space in HTML.
    """
    return UNSEEN.sub(_written_out, text) if UNSEEN.search(text) else text


def _written_out(match: re.Match[str]) -> str:
    code = ord(match[0])
    if match[0] == "\n":
        return "\n"
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"[U+{code:04X}]"


def said(text: object) -> Markup:
    """Show untrusted text as text: escaped, isolated by `bdi`, with invisible characters written out."""
    return Markup(f"<bdi>{escape(visible(str(text)))}</bdi>")  # noqa: S704


def flat(text: object) -> str:
    """Escape text for places that take no markup, such as the page's title."""
    return str(escape(visible(str(text)).replace("\n", " ")))


def json(data: object) -> str:
    """Write data as JSON on several lines, as text that is not escaped yet."""
    return msgspec.json.format(msgspec.json.encode(data), indent=1).decode()


def linked(data: object) -> Markup:
    """Embed linked data (JSON-LD) in a page; no text in it can end the element."""
    text = dumps(data, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup('<script type="application/ld+json">') + Markup(text) + Markup("</script>")  # noqa: S704


def code(text: str) -> Markup:
    """Escape a text for the inside of an element; quotes mean nothing there."""
    return Markup(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))  # noqa: S704


def paragraphs(text: str) -> Markup:
    """Show a text of several paragraphs, written by a person, as paragraphs of plain text."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    return Markup("\n").join(Markup('<p dir="auto">{}</p>').format(visible(part)) for part in parts)


def with_code(text: str) -> Markup:
    """Show a text of ours that marks code by backticks."""
    parts = text.split("`")
    shown = [Markup("<code>{}</code>").format(part) if n % 2 else escape(part) for n, part in enumerate(parts)]
    return Markup("").join(shown)


@cache
def day(text: str, inside_month: bool = False) -> str:
    """Format a date or time of a record for readers: its day, month or year, as far as given.

    `inside_month` leaves the year out where a month's heading says it.
    """
    found = re.match(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", text)
    if not found or (found[2] and not 1 <= int(found[2]) <= 12):
        return text
    parts = [] if inside_month and found[3] else [found[1]]
    if found[2]:
        parts.insert(0, _MONTHS[int(found[2]) - 1][:3])
    if found[3]:
        parts.insert(0, str(int(found[3])))
    return "\u00a0".join(parts)


@cache
def when(text: str) -> Markup:
    """Mark up a date or time: readable day, exact time for machines and on hovering."""
    return Markup('<time datetime="{0}">{1}</time>').format(text, day(text))


def month(text: str) -> str:
    """Name the month of a date: `October 2020`."""
    return f"{_MONTHS[int(text[5:7]) - 1]} {text[:4]}"


def long_day(day_of_year: date) -> str:
    """Write a day in full: `13 March 2026`."""
    return f"{day_of_year.day} {_MONTHS[day_of_year.month - 1]} {day_of_year.year}"


def slug(text: str) -> str:
    """Turn a text of a record into a unique part of an address that needs no percent encoding."""
    lowered = text.lower()
    if _PLAIN_SLUG.match(lowered):
        return lowered
    return "".join(c if re.match(r"[a-z0-9.()-]", c) else f"_{ord(c):x}" for c in lowered)


def plural(count: int, one: str, many: str | None = None) -> str:
    """Write a count with its noun: `1 incident`, `1,684 incidents`."""
    return f"{count:,}\u00a0{one if count == 1 else many or one + 's'}"


def size(count: int) -> str:
    """Write a number of bytes for readers: `950 B`, `8 kB`, `3.4 MB`."""
    if count < 1000:
        return f"{count}\u00a0B"
    return f"{count / 1e3:.0f}\u00a0kB" if count < 1_000_000 else f"{count / 1e6:.1f}\u00a0MB"


def root_of(url: str) -> Markup:
    """Return the relative path from a page back to the site's root: `../../`."""
    return Markup("../" * url.count("/") or "./")  # noqa: S704


@cache
def environment() -> Environment:
    """Return the Jinja environment of record pages: everything is escaped, an unknown name is an error."""
    env = Environment(
        loader=PackageLoader("ca_incidents.site_plugins", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.filters |= {
        "said": said,
        "explained": explained,
        "when": when,
        "day": day,
        "paragraphs": paragraphs,
        "with_code": with_code,
        "slug": slug,
        "month": month,
        "size": size,
        "json": json,
        "code": code,
    }
    env.globals |= {"plural": plural, "linked": linked}
    env.globals |= {name: getattr(addresses, name) for name in ("bug", "attachment", "certificate")}
    env.globals |= {
        "status_in_words": status_in_words,
        "kinds": terms("certificate_kind"),
        "topics": terms("topic"),
        "subjects": terms("action_subject"),
        "causes": terms("root_cause"),
        "disclosures": terms("disclosure_source"),
        "templates": terms("template"),
    }
    return env
