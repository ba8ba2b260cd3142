"""The lean entries of the search index: what a page offers, not its text."""

from site_plugins.markup import flat
from site_plugins.page import Page


def entry(page: Page) -> dict[str, object] | None:
    """Write a page's entry in the shape of Material's search index, which shows title and text as HTML."""
    if page.search is None:
        return None
    found: dict[str, object] = {
        "location": page.url,
        "title": flat(page.search.title),
        "text": flat(page.search.text),
    }
    if page.search.labels:
        found["tags"] = [flat(label) for label in page.search.labels]
    return found
