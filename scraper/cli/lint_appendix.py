"""The command `lint-appendix`: the list of certificates attached to a report, checked or made from PEM files."""

import argparse
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from ca_incidents.schema.check import certificate_list, output_formats
from ca_incidents.schema.check.certificate_list import COLUMNS, Impact
from ca_incidents.schema.cli.command import DISTRIBUTION, Surroundings
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.findings import visible
from ca_incidents.schema.tables import policies
from ca_incidents.scraper.cli.report_files import stop_if, texts
from ca_incidents.scraper.reader.thread import read_thread
from ca_incidents.scraper.sources.bug import WireComment

MAX_PEM_BYTES = 1_000_000
_FORMATS = ("text", "json", "github", "sarif")
_ENDINGS = frozenset({".pem", ".crt", ".cer"})


class CannotRead(CaIncidentsError):
    """A file or folder cannot be read, or the arguments name none."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `lint-appendix`."""
    parser.add_argument("file", nargs="?", metavar="FILE.csv", help="the list of certificates that a report attaches")
    parser.add_argument("--report", metavar="DRAFT.md", help="compare the number of certificates with this report")
    parser.add_argument("--format", choices=_FORMATS, default="text", help="output format (default: text)")
    parser.add_argument(
        "--from-pem",
        metavar="FOLDER",
        help="instead of a check: print a list of the certificates in a folder (.pem, .crt, .cer); you fill in the "
        "columns about revocation",
    )


def run(arguments: argparse.Namespace, around: Surroundings) -> int:
    """Check a list and return 1 if there are findings, or print a new list."""
    if (arguments.file is None) == (arguments.from_pem is None):
        raise CannotRead("name the list to check, or --from-pem with a folder of certificates; not both")
    if arguments.from_pem is not None:
        around.out.write(_list_from(around.folder / arguments.from_pem))
        return 0
    raw = _read(around.folder / arguments.file, certificate_list.MAX_BYTES)
    findings = certificate_list.check(
        raw,
        file=visible(arguments.file),
        today=around.now().date(),
        impact=_impact(arguments.report, around) if arguments.report is not None else None,
    )
    result = output_formats.Result(tuple(findings), (arguments.file,), {visible(arguments.file): raw})
    write = output_formats.FORMATS[arguments.format]
    if write is output_formats.as_text and around.out.isatty():
        write = output_formats.for_terminal
    around.out.write(write(result))
    print(output_formats.summary(result), file=around.err)
    return 1 if findings else 0


def _read(path: Path, most: int) -> bytes:
    """Read a file, and no more of it than one byte over the limit."""
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise CannotRead(f"{visible(str(path))}: cannot be read: {error.strerror}") from None


def _impact(name: str, around: Surroundings) -> Impact:
    """Read the numbers under Impact with the reader of reports."""
    unread: list[str] = []
    found = [text for _, text in texts([name], around, unread)]
    stop_if(unread)
    comment = WireComment(number=0, at=None, text=found[0])
    report = read_thread([comment], bug=None, policies=policies.standard()).report
    certificates = report.certificates if report is not None else None
    if certificates is None or (certificates.total is None and certificates.remaining_valid is None):
        raise CannotRead(f"{visible(name)}: no number of certificates was found under Impact to compare with")
    return Impact(certificates.total, certificates.remaining_valid)


def _list_from(folder: Path) -> str:
    try:
        from ca_incidents.schema.derive.certificate_rows import rows_from  # noqa: PLC0415
    except ModuleNotFoundError as error:
        message = f"--from-pem needs {error.name}, which is not installed: pip install '{DISTRIBUTION}[appendix]'"
        raise CannotRead(message) from None
    rows = rows_from(_pem_files(folder))
    out = io.StringIO()
    table = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return out.getvalue()


def _pem_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix.casefold() in _ENDINGS and path.is_file())
    except OSError as error:
        raise CannotRead(f"{visible(str(folder))}: cannot be read: {error.strerror}") from None
    if not paths:
        raise CannotRead(f"{visible(str(folder))}: has no file that ends in .pem, .crt or .cer")
    for path in paths:
        raw = _read(path, MAX_PEM_BYTES)
        if len(raw) > MAX_PEM_BYTES:
            raise CannotRead(f"{visible(str(path))}: has more than {MAX_PEM_BYTES:,} bytes; split it")
        yield path.name, raw
