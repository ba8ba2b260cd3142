"""Run by the peers' Python: every page of a built site as a Markdown file with the same text, tables and links.

    python bench_markdown.py SITE DOCS [WORDS]

Pages of more than so many words stay out of the peers' search: at ten times the size Material's plugin refuses a build
that has them ("exceeds the search index limit").
"""

import functools
import multiprocessing
import re
import sys
from pathlib import Path

from bs4 import BeautifulSoup
from markdownify import MarkdownConverter

NOT_SEARCHED = "---\nsearch:\n  exclude: true\n---\n\n"


def main(site: Path, docs: Path, most_words: int) -> None:
    with multiprocessing.Pool() as pool:
        one = functools.partial(convert, site, docs, most_words)
        for _ in pool.imap_unordered(one, sorted(site.rglob("index.html")), chunksize=50):
            pass


def convert(site: Path, docs: Path, most_words: int, page: Path) -> None:
    soup = BeautifulSoup(page.read_text("utf-8"), "lxml")
    article = soup.find("article")
    if article is None:
        return
    for unwanted in article.select("a.headerlink, form, script, style, svg"):
        unwanted.decompose()
    for link in article.select("a[href]"):
        link["href"] = re.sub(r"(^|/)(#|$)", r"\1index.md\2", link["href"]) if _is_page(link["href"]) else link["href"]
    target = docs / page.relative_to(site).with_suffix(".md")
    target.parent.mkdir(parents=True, exist_ok=True)
    text = MarkdownConverter(heading_style="ATX").convert_soup(article)
    head = NOT_SEARCHED if len(article.get_text().split()) > most_words else ""
    target.write_text(head + text, "utf-8")


def _is_page(href: str) -> bool:
    return "://" not in href and href.partition("#")[0].endswith("/")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else sys.maxsize)
