"""The commands `parse-report` and `lint-report`: the text of a report in, its facts or what it lacks out."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from ca_incidents.schema.cli.command import Command, Surroundings
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.findings import visible
from ca_incidents.schema.model import Report, record_to_data
from ca_incidents.schema.tables import policies
from ca_incidents.scraper.reader.lint import lint_report
from ca_incidents.scraper.reader.thread import read_thread
from ca_incidents.scraper.sources.bug import WireComment

MAX_BYTES = 5_000_000
STANDARD_INPUT = "-"


class UnreadableReports(CaIncidentsError):
    """Files that cannot be read as text; the message has a line for each."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="text of one report; - for standard input")


def _lint_arguments(parser: argparse.ArgumentParser) -> None:
    _arguments(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how findings are written")


def _parse(arguments: argparse.Namespace, around: Surroundings) -> int:
    known = policies.standard()
    unread: list[str] = []
    for name, text in _texts(arguments.files, around, unread):
        reading = read_thread([WireComment(number=0, at=None, text=text)], bug=None, policies=known)
        line = json.dumps(parse_report_json(reading.report, visible(name)), ensure_ascii=False)
        print(line, file=around.out)
        for doubt in reading.doubts:
            print(f"{visible(name)}: {doubt.where}: {doubt.kind}: {doubt.text or ''}", file=around.err)
    _stop_if(unread)
    return 0


def _lint(arguments: argparse.Namespace, around: Surroundings) -> int:
    today = around.now().date()
    unread: list[str] = []
    findings = [
        finding
        for name, text in _texts(arguments.files, around, unread)
        for finding in lint_report(text, today=today, file=visible(name))
    ]
    for finding in findings:
        if arguments.format == "json":
            said = {"file": finding.file, "line": finding.line, "code": finding.code, "message": finding.message}
            print(json.dumps(said, ensure_ascii=False), file=around.out)
        else:
            print(finding, file=around.out)
    _stop_if(unread)
    count = len(arguments.files)
    drafts = f"{count} draft{'s' * (count != 1)} checked"
    print(f"{drafts}: {len(findings) or 'no'} finding{'s' * (len(findings) != 1)}", file=around.err)
    return 1 if findings else 0


def _texts(names: Sequence[str], around: Surroundings, unread: list[str]) -> Iterator[tuple[str, str]]:
    """Give the name and text of each file; what cannot be read is noted and never hides the rest."""
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


def _stop_if(unread: Sequence[str]) -> None:
    if unread:
        raise UnreadableReports("\n".join(unread))


PARSE_REPORT = Command(
    name="parse-report", help="print the facts of reports, one JSON object a line", arguments=_arguments, run=_parse
)
LINT_REPORT = Command(
    name="lint-report",
    help="check drafts against the current CCADB form before they are posted",
    arguments=_lint_arguments,
    run=_lint,
)


_KEYS = (
    "template",
    "disclosure_source",
    "ca_owner_id",
    "noncompliance",
    "certificates",
    "policies",
    "timeline",
    "action_items",
    "related",
    "issuance_stopped",
    "revoked",
    "closure",
)


_PARTS = {
    "policies": ("document", "section", "version"),
    "timeline": ("at", "precision"),
    "action_items": ("kind", "due", "status", "completed"),
    "related": ("bug",),
}


def parse_report_json(report: Report | None, file: str) -> dict[str, object]:
    """Give the facts of one file as `parse-report` prints them: keys in a fixed order, absent where not stated."""
    data = record_to_data(report) if report is not None else {"template": "none"}
    answer: dict[str, object] = {"file": file}
    for key in _KEYS:
        value = data.get(key)
        if key == "template" and value == "none" and report is not None:
            value = "ccadb-3-closure" if report.closure else value
        if key == "closure":
            value = True if value else None
        elif key in _PARTS and isinstance(value, list | tuple):
            value = [{part: item[part] for part in _PARTS[key] if part in item} for item in value]
        elif key == "certificates" and isinstance(value, dict):
            value = {part: value[part] for part in value if part != "attachments"}
        if value is not None and value not in ([], {}):
            answer[key] = value
    return answer
