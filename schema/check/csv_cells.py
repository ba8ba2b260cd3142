"""Comma-separated text as cells with their place (RFC 4180; lines may end with LF or CRLF)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_CELL = re.compile(r'"(?P<quoted>[^"]*(?:""[^"]*)*)"|(?P<plain>[^,\r\n]*)')
_END = re.compile(r"\r\n|\n|\r|,|\Z")
_BLANK_LINES = re.compile(r"(?:[ \t]*\r?\n)*")
MAX_CELLS = 1_000


class CsvSyntaxError(ValueError):
    """The text cannot be cut into cells from here on; `line` and `column` say where."""

    def __init__(self, line: int, column: int, message: str) -> None:
        self.line, self.column, self.message = line, column, message
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text without the spaces around it, and where it starts, both counted from 1."""

    text: str
    line: int
    column: int


def rows(text: str) -> Iterator[list[Cell]]:
    """Yield the cells of each row that has any; raises CsvSyntaxError at the first place that makes no sense."""
    row: list[Cell] = []
    line, line_start, at = 1, 0, 0
    while True:
        if not row:
            blank = _BLANK_LINES.match(text, at)
            assert blank is not None, "no blank line matches everywhere"
            line, at = line + blank[0].count("\n"), blank.end()
            line_start = at
        if len(row) == MAX_CELLS:
            raise CsvSyntaxError(line, at - line_start + 1, f"the row has more than {MAX_CELLS:,} cells")
        found = _CELL.match(text, at)
        assert found is not None, "an empty cell matches everywhere"
        column = at - line_start + 1
        quoted, plain = found["quoted"], found["plain"]
        if quoted is None and plain.startswith('"'):
            raise CsvSyntaxError(line, column, "the quotation mark that opens here is never closed")
        row.append(Cell((plain if quoted is None else quoted.replace('""', '"')).strip(), line, column))
        if quoted is not None and "\n" in quoted:
            line += quoted.count("\n")
            line_start = text.rfind("\n", 0, found.end()) + 1
        end = _END.match(text, found.end())
        if end is None:
            column = found.end() - line_start + 1
            raise CsvSyntaxError(line, column, 'text follows a closing quotation mark: write "" for a quotation mark')
        at = end.end()
        if end[0] == ",":
            continue
        if len(row) > 1 or row[0].text:
            yield row
        if at >= len(text):
            return
        row, line = [], line + 1
