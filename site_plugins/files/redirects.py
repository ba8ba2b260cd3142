"""Old addresses: what was published once stays reachable, by the table in `redirects.yaml`."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

import msgspec

from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.record import yaml_text
from ca_incidents.site_plugins.pages import html


class BadRedirects(CaIncidentsError):
    """The table of old addresses does not have its shape, or leads to a file that is not there."""


class Redirect(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"old": "from", "new": "to"}):
    """One old address and the one that took its place, both below the site's root."""

    old: str
    new: str


@cache
def standard() -> tuple[Redirect, ...]:
    """Read the table of this distribution."""
    return read(files("ca_incidents.site_plugins").joinpath("files", "redirects.yaml").read_bytes())


def read(raw: bytes) -> tuple[Redirect, ...]:
    """Read a table; raises BadRedirects where it does not have its shape."""
    try:
        return msgspec.convert(yaml_text.load_trusted(raw), tuple[Redirect, ...])
    except msgspec.ValidationError as error:
        raise BadRedirects(f"redirects.yaml: {error}") from None


def written(table: tuple[Redirect, ...], home: str, found: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield the files for old addresses; `home` is the site's root, `found` the files that were written.

    Raises BadRedirects where a file of the table leads to none of them.
    """
    for redirect in table:
        if redirect.old.endswith("/"):
            yield f"{redirect.old}index.html", _page(redirect, home)
        elif redirect.new in found:
            yield redirect.old, found[redirect.new]
        else:
            raise BadRedirects(f"redirects.yaml: {redirect.old} leads to {redirect.new}, which is not there")


def _page(redirect: Redirect, home: str) -> bytes:
    way = html.flat(f"{html.root_of(redirect.old)}{redirect.new}")
    address = html.flat(f"{home}{redirect.new}")
    return (
        "<!doctype html>\n"
        f'<html lang="en"><head><meta charset="utf-8"><title>Moved</title><link rel="canonical" href="{address}">'
        f'<meta name="robots" content="noindex"><meta http-equiv="refresh" content="0; url={way}"></head>'
        f'<body><p>This page has moved: <a href="{way}">{address}</a></p></body></html>\n'
    ).encode()
