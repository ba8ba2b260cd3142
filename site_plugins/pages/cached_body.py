"""The lazily rendered body of a page, and the cache key made of its inputs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import msgspec

from ca_incidents.schema.export.files import uncached
from ca_incidents.site_plugins.pages import html
from ca_incidents.site_plugins.pages.page import Keep

# A placeholder for the dataset's version, which changes with every record while most pages do not.
VERSION = "ciSlotVersion"


class Digested(Protocol):
    """A part of a page that is compared by its digest."""

    @property
    def digest(self) -> bytes:
        """The digest of everything in it."""


def _compared(part: Digested) -> bytes:
    return part.digest


_BASIS = msgspec.msgpack.Encoder(order="deterministic", enc_hook=_compared)


Shown = TypeVar("Shown")


@dataclass(frozen=True, slots=True)
class TemplateBody(Generic[Shown]):
    """A lazily rendered page body; `shown` returns all of its inputs.

    `values` are the template's, made from what is shown. `root` leads to the site's root. Where `version` is given, its
    answer takes the place of the word VERSION.
    """

    template: str
    url: str
    shown: Callable[[], Shown]
    values: Callable[[Shown], Mapping[str, object]]
    version: Callable[[], str] | None = None

    def __call__(self, keep: Keep = uncached) -> str:
        """Return the HTML, from `keep` where it has the same inputs cached."""
        shown = self.shown()

        def made() -> str:
            return (
                html.environment().get_template(self.template).render(root=html.root_of(self.url), **self.values(shown))
            )

        text = made() if keep is uncached else keep(self._basis(shown), made)
        return text if self.version is None else text.replace(VERSION, self.version())

    @property
    def cache_key(self) -> bytes:
        """The digestible inputs of the HTML, except the dataset's version."""
        return self._basis(self.shown())

    def _basis(self, shown: Shown) -> bytes:
        return _BASIS.encode((self.template, self.url, shown))


def body(template: str, url: str, values: Callable[[], Mapping[str, object]]) -> TemplateBody[Mapping[str, object]]:
    """Return a lazily rendered page body whose template context is `values()`."""
    return TemplateBody(template, url, values, _as_they_are)


def _as_they_are(values: Mapping[str, object]) -> Mapping[str, object]:
    return values
