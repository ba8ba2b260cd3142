"""The page of every code that the checker's findings carry, and their index."""

from collections.abc import Iterator

from ca_incidents.schema.check.codes import CODES, Code
from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.pages import cached_body
from ca_incidents.site_plugins.pages.page import Page, SearchEntry, Section


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the index and a page for every code; they are dated with the snapshot."""
    day = catalogue.as_of[:10]
    yield Page(
        url="codes/",
        kind="list",
        title="Validation messages",
        description="What the messages of ca-incidents check and lint-report mean, and how to fix what they report.",
        updated=day,
        sections=(Section("codes", "Messages"),),
        body=cached_body.body("codes.html", "codes/", lambda: {"codes": list(CODES.values())}),
        search=SearchEntry("Validation messages", "What ca-incidents check and lint-report find, and how to fix it"),
    )
    for code in CODES.values():
        yield _page(code, day)


def _page(code: Code, day: str) -> Page:
    url = f"codes/{code.code}/"
    return Page(
        url=url,
        kind="code",
        title=f"{code.title} [{code.code}]",
        description=f"What the message {code.code} of ca-incidents {code.command} means, and how to fix it.",
        updated=day,
        sections=(Section("example", "Example"), Section("mend", "How to fix it")),
        body=cached_body.body("code.html", url, lambda: {"code": code}),
        search=SearchEntry(code.title, f"Finding {code.code} of ca-incidents {code.command}", ("Code",)),
    )
