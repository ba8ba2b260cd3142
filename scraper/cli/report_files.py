"""The files that hold reports: their texts, and an error that names each that cannot be read."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from ca_incidents.schema.cli.command import Surroundings
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.findings import visible

MAX_BYTES = 5_000_000
STANDARD_INPUT = "-"


class UnreadableReports(CaIncidentsError):
    """Files that cannot be read as text; the message has one line per file."""


def add_files_argument(parser: argparse.ArgumentParser) -> None:
    """Add the argument for the files of reports."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="text of one report; - for standard input")


def texts(names: Sequence[str], around: Surroundings, unread: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the name and text of each file; note in `unread` why others cannot be read."""
    for name in names:
        try:
            raw = sys.stdin.buffer.read(MAX_BYTES + 1) if name == STANDARD_INPUT else _head(around.folder / name)
        except OSError as error:
            unread.append(f"{visible(name)}: cannot be read: {error.strerror}")
            continue
        if len(raw) > MAX_BYTES:
            unread.append(f"{visible(name)}: has more than {MAX_BYTES:,} bytes; no report is that long")
            continue
        try:
            yield name, raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            unread.append(f"{visible(name)}: byte 0x{raw[error.start]:02x} at {error.start} is not UTF-8")


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def stop_if(unread: Sequence[str]) -> None:
    """Raise UnreadableReports if a file could not be read."""
    if unread:
        raise UnreadableReports("\n".join(unread))
