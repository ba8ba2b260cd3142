"""Explain a syntax error in YAML: the line that causes it, which is often above the one where a parser stops."""

import re
from collections.abc import Iterator

Place = tuple[int, int]

_CONFLICT = re.compile(r"(?:<<<<<<<|>>>>>>>|\|\|\|\|\|\|\|) |=======\Z")
_NO_SPACE_AFTER_COLON = re.compile(r" *(?:- *)?[A-Za-z_]+:(?=[^\s/:])")
_NO_SPACE_AFTER_DASH = re.compile(r" *-(?=[A-Za-z{\[\"'])")
_KEY = re.compile(r" *[A-Za-z_]+:(?:\s|\Z)")
_TWO_COLONS = re.compile(r" *(?:- +)?[A-Za-z_]+: +[^\s\"'{\[].*?:(?:\s|\Z)")
_NO_COMMA = re.compile(r"(?<=[^\s,{\[:]) +(?=([A-Za-z_]+): )")
_BLOCK_TEXT = re.compile(r"( *)(?:- +)?[^\s#][^#\n]*: *[|>][0-9+-]*\Z")
# A text in double or single quotes. One that is not closed does not match, so that its quote stays.
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|(?<![A-Za-z0-9])'(?:[^']|'')*'")

# What to do, by a part of what libyaml says; the first that matches.
_ADVICE = {
    "mapping values": "a colon and a space are not possible here: put the text in double quotes or fix the indentation",
    "expected ':'": "not a `key: value` line: is a colon missing, or the space after it, or is the indentation wrong?",
    "block end": "this line does not fit the lines above: fix its indentation, or close a quote or bracket",
    "expected key": "this line does not fit the lines above: fix its indentation, or that of the line above",
    "',' or": "a comma is missing here, or a bracket is not closed",
    "block sequence": "a list cannot start here: start it on a new line, indented by two spaces",
    "end of stream": "a quote is not closed",
    "document indicator": "a quote is not closed before this line of three signs",
    "cannot start any token": "a text cannot start with this sign: put it in double quotes",
    "escape": "a backslash in double quotes starts an escape: write two backslashes for one",
    "hexdecimal": "a backslash in double quotes starts an escape: write two backslashes for one",
    "Unicode character": "a backslash in double quotes starts an escape: write two backslashes for one",
    "alphabetic or numeric": "put a text that starts with & or * in double quotes",
    "tag": "put a text that starts with ! in double quotes",
    "tab character": "this line is indented with a tab; YAML needs spaces",
    "directive": "a line cannot start with %: put the text in double quotes",
    "document start": "one file contains one record: delete the line of three signs, or what does not belong here",
    "indentation indicator": "after | or > the text starts on the next line, indented by two spaces",
    "comment or line break": "after | or > the text starts on the next line, indented by two spaces",
    "leading space": "after | or > no line before the text can have more spaces than it",
}
_NOT_YAML = "this is not valid YAML: look for a quote, a bracket, a colon or an indentation, here or in the line above"


def explained(text: str, line: int, column: int, said: str) -> tuple[Place, str]:
    """Return where a text breaks the syntax, and what to do; line and column are the parser's, from 1.

    A parser reads an unclosed quote as text up to the next quote, and a key without a space after its colon as text
    too, and stumbles lines later. So the closest line above with such a mistake is named.
    """
    lines = text.split("\n")
    for number, here in enumerate(lines, 1):
        if _CONFLICT.match(here):
            message = "merge conflict marker: keep one side and delete the `<<<<<<<`, `=======` and `>>>>>>>` lines"
            return (number, 1), message
    structure = list(_structure(lines[:line]))
    for number, here in structure:
        found = _mistake(here)
        if found:
            return (number, found[0]), found[1]
    odd = _oddly_indented(structure)
    if odd:
        return odd
    here = lines[line - 1] if line <= len(lines) else ""
    if "mapping values" in said and _TWO_COLONS.match(here):
        return (line, column), "this text has a colon and a space inside: put the text in double quotes"
    gap = _NO_COMMA.search(here, 0) if "',' or" in said else None
    if gap:
        return (line, gap.start() + 1), f"a comma is missing before `{gap[1]}`"
    return (line, column), next((advice for part, advice in _ADVICE.items() if part in said), _NOT_YAML)


def _structure(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not inside a text of several lines, the last one first, with their numbers."""
    outside: list[tuple[int, str]] = []
    # The indentation of the text that a line is inside of: of its first line, at least one more than its key's.
    inside: int | None = None
    is_first = False
    for number, line in enumerate(lines, 1):
        indent = len(line) - len(line.lstrip(" "))
        if inside is not None and (not line.strip() or indent >= inside):
            inside, is_first = (indent, False) if is_first and line.strip() else (inside, is_first)
            continue
        outside.append((number, line))
        block = _BLOCK_TEXT.match(line)
        inside, is_first = (len(block[1]) + 1, True) if block else (None, False)
    yield from reversed(outside)


def _oddly_indented(structure: list[tuple[int, str]]) -> tuple[Place, str] | None:
    """Find a line near the end that is not indented like the keys above it, or like those above and below."""
    keys = [(number, len(line) - len(line.lstrip(" ")), line) for number, line in structure if _KEY.match(line)][:3]
    if len(keys) < 2:
        return None
    (last, indent, _), (before, above, line_above), *rest = keys
    opens = line_above.rstrip().endswith(":")
    if indent > above and not opens:
        # The line between two that are alike is the odd one.
        number, own, right = (before, above, indent) if rest and rest[0][1] == indent else (last, indent, above)
        return (number, own + 1), f"this line starts with {_spaces(own)}: write {_spaces(right)}, like the other keys"
    return None


def _spaces(count: int) -> str:
    return "no space" if count == 0 else "1 space" if count == 1 else f"{count} spaces"


def _mistake(line: str) -> tuple[int, str] | None:
    """Return the column and the remedy of a mistake that one line shows by itself."""
    no_space = _NO_SPACE_AFTER_COLON.match(line)
    if no_space:
        return no_space.end() + 1, "a space is missing after the colon: write `key: value`"
    no_space = _NO_SPACE_AFTER_DASH.match(line)
    if no_space:
        return no_space.end() + 1, "a space is missing after the dash: write `- item`"
    bare = _QUOTED.sub(lambda found: "x" * len(found[0]), line).split(" #", 1)[0]
    if '"' in bare:
        return line.index('"') + 1, "a quote on this line is not closed"
    for opening, closing in ("[]", "{}"):
        if bare.count(opening) > bare.count(closing):
            return bare.rindex(opening) + 1, "the bracket that opens here is not closed on this line"
    return None
