"""Files with the text of a report: their texts, and an error that names each file that cannot be read."""

import argparse
import sys
from collections.abc import Iterator, Sequence

from ca_incidents.schema.cli.command import Surroundings
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.findings import visible
from ca_incidents.scraper.sources.input_file import UnreadableFile, read_file

MAX_BYTES = 5_000_000
STANDARD_INPUT = "-"


class UnreadableReports(CaIncidentsError):
    """Files that cannot be read as text; the message has one line per file."""


def add_files_argument(parser: argparse.ArgumentParser) -> None:
    """Add the argument that names the files."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="text of one report; - for standard input")


def texts(names: Sequence[str], around: Surroundings, unread: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the name and text of each file; note in `unread` why others cannot be read."""
    for name in names:
        if name == STANDARD_INPUT:
            raw = sys.stdin.buffer.read(MAX_BYTES + 1)
            if len(raw) > MAX_BYTES:
                unread.append(f"{name}: has more than {MAX_BYTES:,} bytes")
                continue
        else:
            try:
                raw = read_file(around.folder / name, MAX_BYTES, shown_as=name)
            except UnreadableFile as error:
                unread.append(str(error))
                continue
        try:
            yield name, raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            unread.append(
                f"{visible(name)}: is not UTF-8 (byte 0x{raw[error.start]:02x} at {error.start:,}); save it as UTF-8"
            )


def stop_if(unread: Sequence[str]) -> None:
    """Raise UnreadableReports if a file could not be read."""
    if unread:
        raise UnreadableReports("\n".join(unread))
