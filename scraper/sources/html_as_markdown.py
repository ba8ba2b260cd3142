"""Convert the HTML of a comment back to the Markdown that it was rendered from."""

import re

from bs4 import NavigableString, Tag

from ca_incidents.scraper.sources.bug import number_in

# A web archive leads the links of its copies to itself.
_ARCHIVED = re.compile(r"(?:(?:https?:)?//web\.archive\.org)?/web/[0-9]{4,14}[a-z_]*/(?=https?:)")
_BLOCKS = frozenset("p div h1 h2 h3 h4 h5 h6 ul ol li table tr blockquote pre hr".split())


def classes(tag: Tag) -> list[str]:
    """Return the classes of a tag."""
    found = tag.get("class") or []
    return found.split() if isinstance(found, str) else list(found)


def address_of(link: Tag) -> str:
    """Return the address that a link leads to, on the server that the page was copied from."""
    return _ARCHIVED.sub("", str(link.get("href", "")), count=1)


def comment_text(tag: Tag) -> str:
    """Return a comment's text: as it is, or, if the page shows rendered Markdown, as Markdown."""
    if "empty" in classes(tag):
        return ""
    if "markdown-body" not in classes(tag):
        return tag.get_text().strip("\n")
    return re.sub(r"\n{3,}", "\n\n", _markdown(tag)).strip()


def _markdown(tag: Tag) -> str:
    return "".join(_written(child) for child in tag.children)


def _written(node: object) -> str:
    if isinstance(node, NavigableString):
        return re.sub(r"\s+", " ", str(node)) if str(node).strip() else ("" if "\n" in node else str(node))
    if not isinstance(node, Tag):
        return ""
    match node.name:
        case "br":
            return "\n"
        case "hr":
            return "\n\n---\n\n"
        case "pre":
            return f"\n\n```\n{node.get_text().strip(chr(10))}\n```\n\n"
        case "code":
            return f"`{node.get_text()}`"
        case "strong" | "b":
            return f"**{_markdown(node).strip()}**"
        case "a":
            return _link(node)
        case "ul" | "ol":
            return f"\n\n{_list(node)}\n\n"
        case "table":
            return f"\n\n{_table(node)}\n\n"
        case "blockquote":
            lines = re.sub(r"\n{3,}", "\n\n", _markdown(node)).strip().split("\n")
            return "\n\n" + "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"
        case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            return f"\n\n{'#' * int(node.name[1])} {_markdown(node).strip()}\n\n"
        case name if name in _BLOCKS:
            return f"\n\n{_markdown(node).strip()}\n\n"
    return _markdown(node)


def _link(node: Tag) -> str:
    address, shown = address_of(node), _markdown(node)
    local = "bz_bug_link" in classes(node) or not address.startswith(("http://", "https://"))
    same = shown.strip().rstrip("/") in {address.rstrip("/"), re.sub(r"^https?://", "", address).rstrip("/")}
    return shown if local or same else f"[{shown}]({address})"


def _list(node: Tag) -> str:
    lines = []
    first = (number_in(str(node.get("start", ""))) if node.name == "ol" else None) or 1
    for i, item in enumerate(node.find_all("li", recursive=False), first):
        mark = f"{i}. " if node.name == "ol" else "* "
        inner = re.sub(r"\n{2,}", "\n", _markdown(item)).strip().replace("\n", "\n" + " " * len(mark))
        lines.append(mark + inner)
    return "\n".join(lines)


def _table(node: Tag) -> str:
    # Only the table's own rows and cells: reading those of inner tables again at each level would take for ever.
    own = [row for row in node.find_all("tr") if row.find_parent("table") is node]
    rows = [[_cell(cell) for cell in row.find_all(["th", "td"], recursive=False)] for row in own]
    lines = [f"| {' | '.join(cells)} |" for cells in rows if cells]
    return "\n".join([*lines[:1], f"|{' --- |' * (len(rows[0]) if rows else 1)}", *lines[1:]])


def _cell(node: Tag) -> str:
    return " ".join(_markdown(node).split()).replace("|", "\\|")
