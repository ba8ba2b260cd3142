"""The pages as a part of another project's site: below a prefix, with their own styles, and nothing else changed there.

This project's own site has the prefix "" and a theme folder that does all of this.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.export.tables import HOME
from ca_incidents.schema.messages import shown
from ca_incidents.site_plugins.pages import html

THEME = "material"
STYLES = ("assets/ca-incidents.css", "assets/explore.css")
_PART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*\Z")
_FIRST_STYLE = re.compile(r"(?=<link\b[^>]*\brel=\"?stylesheet)")


class CannotBuildHere(CaIncidentsError):
    """The project's configuration does not allow adding the pages; the text says what to write in mkdocs.yml."""


def prefix_of(text: str) -> str:
    """Return the folder that the pages are below, with a slash at its end, or an empty text; raises CannotBuildHere."""
    parts = [part for part in text.split("/") if part]
    if not all(map(_PART.match, parts)):
        raise CannotBuildHere(f"mkdocs.yml: the prefix {shown(text)} is not a folder of the site: write ca-incidents")
    return "".join(f"{part}/" for part in parts)


def check_configuration(theme: str | None, *, use_directory_urls: bool) -> None:
    """Raise CannotBuildHere where the theme or the form of the addresses is not the one that the pages are made for."""
    if theme != THEME:
        raise CannotBuildHere(
            f"mkdocs.yml: the pages of ca-incidents need the theme Material for MkDocs, and the theme here is "
            f"{shown(theme) if theme else 'one without a name'}: write `theme: {{name: {THEME}}}`"
        )
    if not use_directory_urls:
        raise CannotBuildHere(
            "mkdocs.yml: the pages of ca-incidents need addresses that end with a slash: delete `use_directory_urls`"
        )


@dataclass(frozen=True, slots=True)
class Guest:
    """What the pages need where the theme of this project is not used.

    `own` are the first parts of addresses that these pages and files have; links to others, which are written by hand,
    lead to this project's site.
    """

    as_of: str
    day: str
    own: frozenset[str]

    def content(self, body: str, url: str) -> str:
        """Return a page's content: its body, and how old the data is, which this project's theme says elsewhere."""
        root = html.root_of(url)
        links = re.compile(rf"(?<=\bhref=\"){re.escape('../' * url.count('/'))}(?:\./)?([a-z-]+)/")
        linked = links.sub(lambda link: link[0] if link[1] in self.own else f"{HOME}{link[1]}/", body)
        return (
            f'{linked}\n<p class="ci-sure">Snapshot of {self.day}. Data: CC0. Reports are the CAs\' own statements. '
            f'<span class="ci-unknown" id="ci-stale" data-as-of="{self.as_of}" hidden>That is more than a week ago; '
            f'for anything later, see Bugzilla.</span></p>\n<script src="{root}assets/site.js"></script>'
        )

    def styled(self, page: str, url: str) -> str:
        """Return a rendered page with the styles before the theme's, so that the site keeps its colours and fonts."""
        root = html.root_of(url)
        return _FIRST_STYLE.sub("".join(f'<link rel="stylesheet" href="{root}{name}">\n' for name in STYLES), page, 1)


def own_parts(names: Collection[str]) -> frozenset[str]:
    """Return the first parts of addresses."""
    return frozenset(name.partition("/")[0] for name in names if "/" in name)


def is_part(name: str) -> bool:
    """Return whether a file goes below a prefix: not those that programs look for at the root of a host."""
    return "/" in name and not name.startswith(".")
