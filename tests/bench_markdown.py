"""Run by the peers' Python: every page of a built site as a Markdown file with the same text, tables and links."""

import re
import sys
from pathlib import Path

from bs4 import BeautifulSoup
from markdownify import MarkdownConverter


def main(site: Path, docs: Path) -> None:
    converter = MarkdownConverter(heading_style="ATX")
    for page in sorted(site.rglob("index.html")):
        soup = BeautifulSoup(page.read_text("utf-8"), "lxml")
        article = soup.find("article")
        if article is None:
            continue
        for unwanted in article.select("a.headerlink, form, script, style, svg"):
            unwanted.decompose()
        for link in article.select("a[href]"):
            link["href"] = (
                re.sub(r"(^|/)(#|$)", r"\1index.md\2", link["href"]) if _is_page(link["href"]) else link["href"]
            )
        target = docs / page.relative_to(site).with_suffix(".md")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(converter.convert_soup(article), "utf-8")


def _is_page(href: str) -> bool:
    return "://" not in href and href.partition("#")[0].endswith("/")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
