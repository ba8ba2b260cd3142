"""Identifiers of the certificates concerned."""

import re
from collections.abc import Iterable, Iterator

from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.fact import Context, Found
from ca_incidents.scraper.reader.text.lines import Line

_CRTSH_HEADER = re.compile(r"crt\.? ?sh[ _-]?(?:id|link|url)?s?\b", re.I)


def read(document: Document, context: Context) -> Found:  # noqa: ARG001
    """Read crt.sh numbers, in the text and in table columns, SHA-256 fingerprints and attachments."""
    ids = (*document.crtsh_ids, *_ids_in_columns(document.lines))
    return Found(crtsh_ids=tuple(dict.fromkeys(ids)), sha256=document.fingerprints, attachments=document.attachments)


def _ids_in_columns(lines: Iterable[Line]) -> Iterator[int]:
    column: int | None = None
    for line in lines:
        if line.kind != "row":
            column = None
        elif (named := _column_of_ids(line.cells)) is not None:
            column = named
        elif column is not None and column < len(line.cells):
            number = _lone_number(line.cells[column])
            if number:
                yield number


def _column_of_ids(header: Iterable[str]) -> int | None:
    return next((n for n, cell in enumerate(header) if _CRTSH_HEADER.match(cell.strip())), None)


def _lone_number(cell: str) -> int | None:
    """Read a cell that contains a crt.sh number and nothing else."""
    text = cell.strip(" `*")
    return int(text) if text.isascii() and text.isdigit() and 5 <= len(text) <= 12 else None
