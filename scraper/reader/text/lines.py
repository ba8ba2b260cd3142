"""Split a comment into lines with their structure: heading, list item, table row, quotation.

markdown-it-py reads the blocks; only its block rules run, since inline Markdown says nothing about structure. Lines
stay lines, because people press Enter where Markdown sees one paragraph. What a Markdown parser would read slowly (very
long lines, deep nesting) goes to a plain splitter that yields the same lines.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

Kind = Literal["heading", "item", "text", "row"]

LONGEST_LINE = 8_000
LONGEST_FOR_MARKDOWN = 70_000
_LONG_ENOUGH_TO_WRAP = 45

_LOOKALIKES = {
    **dict.fromkeys(
        map(ord, "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"), " "
    ),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2212\ufe63\uff0d"), "-"),
    **dict.fromkeys(map(ord, "\u2013\u2014\u2015"), "–"),
    **dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060"), None),
    **dict.fromkeys(map(ord, "\u2018\u2019\u201b\u2032"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201f\u2033"), '"'),
    ord("\uff1a"): ":",
    # Control characters and bidirectional marks; e-mail addresses are removed where text is stored.
    **dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0)], None),
    **dict.fromkeys([0x2028, 0x2029, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF], None),
}
_BUGZILLA_FORM = re.compile(
    r"(?:User Agent: .*|Build ID: .*|(?:Steps to reproduce|Actual results|Expected results):"
    r"|Created attachment [0-9]+)[ \t]*$"
)
_HTML_HEADING = re.compile(r"^[ \t]*<h([1-6])>", re.I)
_HTML = re.compile(r"</?(?:h[1-6]|b|strong|i|em|u|p|br|hr|ul|ol|li|tt|code|pre|div|span)[ ]?/?>", re.I)
# Tools write "Dec  7 16:37 2022 GMT"; the year is moved to its day.
_TOOL_TIME = re.compile(
    r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}([0-9]{1,2})"
    r" ([0-9]{2}:[0-9]{2}(?::[0-9]{2})?) (20[0-9]{2})\b"
)
_ENTITY = re.compile(r"&(?:#x20|#32|nbsp);")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_PLAIN_HEADING = re.compile(r"(#{1,6})[ \t]*(.*)")
_PLAIN_ITEM = re.compile(r"(?:[-*+•·▪‣◦o][ \t]+|([0-9]{1,3})[.)][ \t]+)")
_NESTING = re.compile(r"[ \t]*(?:(?:>|[*+-][ \t]|[0-9]{1,9}[.)][ \t])[ \t]*){13}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a comment: its number there (from 1), its text without block markers, and its place.

    `level` is the heading's level or the depth of the list; `ordinal` the number of an ordered item;
    `cells` the cells of a table row, `header` whether the row names the columns.
    """

    number: int
    text: str
    kind: Kind = "text"
    level: int = 0
    quoted: bool = False
    ordinal: int | None = None
    cells: tuple[str, ...] = ()
    header: bool = False


def plain_characters(text: str) -> str:
    """Replace spaces, hyphens and quotation marks by their ASCII forms; remove what Bugzilla's form or HTML added.

    The number of lines stays the same, so that line numbers refer to the original text.
    """
    visible = text.replace("\r\n", "\n").replace("\r", "\n").translate(_LOOKALIKES)
    return "\n".join(_without_form(line) for line in visible.split("\n"))


def _without_form(line: str) -> str:
    if _BUGZILLA_FORM.match(line):
        return ""
    if ":" in line and "20" in line:
        line = _TOOL_TIME.sub(r"\1 \2, \4 \3", line)
    if "<" in line:
        line = _HTML.sub(" ", _HTML_HEADING.sub(lambda m: "#" * int(m[1]) + " ", line))
    return _ENTITY.sub(" ", line) if "&" in line else line


def lines_of(text: str) -> tuple[Line, ...]:
    """Return the lines of a text that went through `plain_characters`, without blank ones."""
    if _is_pathological(text):
        return tuple(_plain_lines(text))
    return tuple(_with_loose_rows(_walked(_PARSER.parse(text))))


def is_shortened(text: str) -> bool:
    """Return whether a line is too long to be read completely."""
    return len(text) > LONGEST_LINE and any(len(line) > LONGEST_LINE for line in text.split("\n"))


def _is_pathological(text: str) -> bool:
    """Return whether a Markdown parser could need more than linear time: lines too long, markers nested too deeply."""
    if len(text) > LONGEST_FOR_MARKDOWN:
        return True
    return any(len(line) > LONGEST_LINE or _is_nested_deeply(line) for line in text.split("\n"))


def _is_nested_deeply(line: str) -> bool:
    return _NESTING.match(line) is not None or line.startswith(" " * 60)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": 12}).enable("table")
    # In comments, indented text is prose, link definitions contain certificates, and lines of hyphens are decoration.
    return parser.disable(["code", "html_block", "reference", "lheading", "inline", "text_join"])


_PARSER = _parser()


def _walked(tokens: Iterable[Token]) -> Iterator[Line]:
    quotes = 0
    ordered: list[bool] = []
    item: list[int | None] = []
    fresh = False
    heading = 0
    row: list[str] | None = None
    in_head = False
    start = 0
    for token in tokens:
        kind = token.type
        if kind == "blockquote_open":
            quotes += 1
        elif kind == "blockquote_close":
            quotes -= 1
        elif kind in {"bullet_list_open", "ordered_list_open"}:
            ordered.append(kind == "ordered_list_open")
        elif kind in {"bullet_list_close", "ordered_list_close"}:
            ordered.pop()
        elif kind == "list_item_open":
            number = int(token.info) if ordered[-1] and token.info.isdecimal() else None
            # "7) - Remote review": the first item of the inner list has the number of the outer one.
            item.append(item[-1] if fresh and item and number is None else number)
            fresh = True
        elif kind == "list_item_close":
            item.pop()
            fresh = False
        elif kind == "heading_open":
            heading = int(token.tag[1:])
        elif kind == "heading_close":
            heading = 0
        elif kind in {"thead_open", "thead_close"}:
            in_head = kind == "thead_open"
        elif kind == "tr_open":
            row, start = [], (token.map or [0])[0] + 1
        elif kind == "tr_close":
            cells = tuple(row or ())
            row = None
            if any(cells):
                yield Line(
                    number=start, text=" | ".join(cells), kind="row", quoted=quotes > 0, cells=cells, header=in_head
                )
        elif kind in {"inline", "fence"}:
            if row is not None:
                row.append(unescaped(token.content).strip())
                continue
            first = (token.map or [0])[0] + (2 if kind == "fence" else 1)
            for offset, content in enumerate(token.content.split("\n")):
                stripped = unescaped(content).strip()
                if not stripped:
                    continue
                shape: Kind = "heading" if heading else "item" if fresh else "text"
                yield Line(
                    number=first + offset,
                    text=stripped,
                    kind=shape,
                    level=heading or len(ordered),
                    quoted=quotes > 0,
                    ordinal=item[-1] if fresh and item else None,
                )
                fresh = False


def unescaped(text: str) -> str:
    """Undo Markdown's backslash escapes."""
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text


def _with_loose_rows(lines: Iterable[Line]) -> Iterator[Line]:
    """Recognise table rows without a header line, and rows whose cells are separated by tabs."""
    for line in lines:
        yield _as_row(line) if line.kind == "text" else line


def _as_row(line: Line) -> Line:
    text = line.text
    if text.startswith("|") and text.count("|") >= 2:
        cells = tuple(cell.strip() for cell in text.strip("|").split("|"))
    elif text.count("\t") >= 1:
        cells = tuple(cell.strip() for cell in text.split("\t"))
    else:
        return line
    if not any(cell.strip("-: ") for cell in cells):
        cells = tuple("" for _ in cells)
    return Line(number=line.number, text=" | ".join(cells), kind="row", quoted=line.quoted, cells=cells)


def paragraphs(lines: Iterable[Line]) -> Iterator[str]:
    """Join the lines of a paragraph with hard line breaks: long lines that end within a sentence."""
    held, last = "", None
    for line in lines:
        runs_on = (
            last is not None
            and line.kind == last.kind == "text"
            and line.number == last.number + 1
            and line.quoted == last.quoted
            and len(last.text) >= _LONG_ENOUGH_TO_WRAP
            and not last.text.endswith((".", ":", ";", "!", "?"))
        )
        if held and not runs_on:
            yield held
            held = ""
        held = f"{held} {line.text}" if held else line.text
        last = line
    if held:
        yield held


def _plain_lines(text: str) -> Iterator[Line]:
    for number, raw in enumerate(text.split("\n"), start=1):
        content = unescaped(raw[:LONGEST_LINE]).strip()
        quoted = content.startswith(">")
        content = content.lstrip("> \t")
        if not content:
            continue
        heading = _PLAIN_HEADING.match(content)
        item = _PLAIN_ITEM.match(content)
        if heading:
            stripped = heading[2].rstrip("# ")
            if stripped:
                yield Line(number=number, text=stripped, kind="heading", level=len(heading[1]), quoted=quoted)
        elif item and item.end() < len(content):
            ordinal = int(item[1]) if item[1] else None
            yield Line(number=number, text=content[item.end() :], kind="item", level=1, quoted=quoted, ordinal=ordinal)
        else:
            yield _as_row(Line(number=number, text=content, quoted=quoted))
