"""The entries of the search index: what a page offers, not its text."""

from importlib.resources import files

from ca_incidents.site_plugins.pages.html import flat
from ca_incidents.site_plugins.pages.page import Page


def entry(page: Page, prefix: str = "") -> dict[str, object] | None:
    """Write a page's entry in the shape of Material's search index, which shows title and text as HTML.

    `prefix` is the folder of the site that the page is below.
    """
    if page.search is None:
        return None
    found: dict[str, object] = {
        "location": f"{prefix}{page.url}",
        "title": flat(page.search.title),
        "text": flat(page.search.text),
    }
    if page.search.labels:
        found["tags"] = [flat(label) for label in page.search.labels]
    if page.search.names:
        found["names"] = [flat(name) for name in page.search.names]
    if page.search.boost != 1:
        found["boost"] = page.search.boost
    return found


def worker(theirs: str) -> tuple[str, bytes]:
    """Return our search worker, which loads the theme's by name: its path below the site's root, and its bytes."""
    ours = (
        files("ca_incidents.site_plugins")
        .joinpath("build", "search_query.js")
        .read_text("utf-8")
        .replace("WORKER", theirs)
    )
    return f"assets/workers/{theirs}", ours.encode()
