"""A page of the site as a plain object that any site generator could take."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ca_incidents.schema.export.files import uncached

# The search boost of a page that lists incidents, against 1 for an incident.
GATHERS = 3.0

Keep = Callable[[bytes, Callable[[], str]], str]


class Body(Protocol):
    """Renders the HTML inside a page's article; `keep` may return it from a cache."""

    def __call__(self, keep: Keep = uncached) -> str:
        """Return the HTML."""

    @property
    def cache_key(self) -> bytes:
        """The digestible inputs of the HTML, except the dataset's version."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of a page that readers can link to."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """A page's entry in the search.

    `labels` are shown with the result, such as CA and year; `boost` lifts pages that gather others above them. A query
    that is one of `names`, or the title, finds the page first.
    """

    title: str
    text: str
    labels: tuple[str, ...] = ()
    boost: float = 1
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: `url` is its folder below the site's root, `` for the first page; all texts are plain.

    `body` makes the HTML inside the article when it is asked, so that no more than one page need be in memory.
    `updated` is the day of the page's newest fact; `label` names the page in menus where the title is too long. A
    `wide` page has the place where others list their sections. `feed` is the path of the page's own Atom feed,
    `picture` that of the one that link previews show instead of the site's. Only a page with `webassembly` may compile
    it.
    """

    url: str
    kind: str
    title: str
    description: str
    updated: str
    body: Body
    sections: tuple[Section, ...] = ()
    search: SearchEntry | None = None
    label: str | None = None
    wide: bool = False
    feed: str | None = None
    picture: str | None = None
    webassembly: bool = False
