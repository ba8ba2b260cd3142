"""Explain a syntax error in YAML: the line that causes it, which is often above the one where a parser stops."""

import re
from collections.abc import Iterator

Place = tuple[int, int]

_CONFLICT = re.compile(r"(?:<<<<<<<|>>>>>>>|\|\|\|\|\|\|\|) |=======\Z")
_NO_SPACE_AFTER_COLON = re.compile(r" *(?:- *)?[A-Za-z_]+:(?=[^\s/:])")
_NO_SPACE_AFTER_DASH = re.compile(r" *-(?=[A-Za-z{\[\"'])")
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
    for number, here in _structure(lines[:line]):
        found = _mistake(here)
        if found:
            return (number, found[0]), found[1]
    return (line, column), next((advice for part, advice in _ADVICE.items() if part in said), _NOT_YAML)


def _structure(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not inside a text of several lines, the last one first, with their numbers."""
    outside, inside = [], -1
    for number, line in enumerate(lines, 1):
        indent = len(line) - len(line.lstrip(" "))
        if inside >= 0 and (not line.strip() or indent > inside):
            continue
        outside.append((number, line))
        block = _BLOCK_TEXT.match(line)
        inside = len(block[1]) if block else -1
    yield from reversed(outside)


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
