"""A second back end: the same pages as Markdown files with front matter, which other site generators build.

A page's HTML is in its file unchanged; Markdown passes it through. Links between pages are those of the site: every
page is the `index.md` of its own folder, which generators show as that folder's address.
"""

from collections.abc import Iterator
from json import dumps

from ca_incidents.site_plugins.pages import html
from ca_incidents.site_plugins.pages.page import Page


def written(pages: Iterator[Page]) -> Iterator[tuple[str, bytes]]:
    """Yield a Markdown file for every page as its path and its bytes."""
    for page in pages:
        yield f"{page.url}index.md", text_of(page).encode()


def text_of(page: Page) -> str:
    """Write a page as front matter and HTML; generators print the title unescaped, so it is escaped here."""
    front = {"title": page.label or page.title, "description": page.description}
    lines = [f"{key}: {dumps(html.flat(value))}" for key, value in front.items()]
    # Markdown ends an HTML block at an empty line where it does not know the surrounding element.
    body = "\n".join(line for line in page.body().split("\n") if line.strip())
    return "\n".join(["---", *lines, f"date: {page.updated}", "---", "", "<div>", body, "</div>", ""])
