"""The command `parse-report`: print the facts of reports as JSON."""

import argparse
import json

from ca_incidents.schema.cli.command import Surroundings
from ca_incidents.schema.findings import visible
from ca_incidents.schema.model import Report, record_to_data
from ca_incidents.schema.tables import policies, vocabulary
from ca_incidents.scraper.cli.report_files import add_files_argument, stop_if, texts
from ca_incidents.scraper.reader.facts.fact import Why
from ca_incidents.scraper.reader.thread import read_thread
from ca_incidents.scraper.sources.bug import WireComment

_KEYS = (
    "template",
    "disclosure_source",
    "discovery",
    "ca_owner_id",
    "noncompliance",
    "aware",
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
    "timeline": ("at", "precision", "kind"),
    "action_items": ("kind", "subject", "due", "status", "completed"),
    "related": ("bug",),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `parse-report`."""
    add_files_argument(parser)
    parser.add_argument("--why", action="store_true", help="print the evidence for each value that prose may state")
    parser.add_argument("--title", default="", help="title of the bug, which is evidence too")
    parser.add_argument("--whiteboard", default="", help="whiteboard of the bug, whose tags are evidence too")


def run(arguments: argparse.Namespace, around: Surroundings) -> int:
    """Print the facts of each file as one JSON object per line, and the doubts as messages."""
    known = policies.standard()
    unread: list[str] = []
    for name, text in texts(arguments.files, around, unread):
        comment = WireComment(number=0, at=None, text=text)
        reading = read_thread(
            [comment], bug=None, policies=known, title=arguments.title, whiteboard=arguments.whiteboard
        )
        line = json.dumps(parse_report_json(reading.report, visible(name)), ensure_ascii=False)
        print(line, file=around.out)
        for doubt in reading.doubts:
            print(f"{visible(name)}: {doubt.where}: {doubt.kind}: {doubt.text or ''}", file=around.err)
        for why in reading.why if arguments.why else ():
            print(f"{visible(name)}: {explained(why)}", file=around.err)
    stop_if(unread)
    return 0


def explained(why: Why) -> str:
    """Explain a value that prose may state: whether it counts, its share of the score, and what each test added."""
    reasons = ", ".join(f"{test} {weight:+.2f}" for test, weight in why.reasons)
    return f"{why.path}: {why.value} {'counts' if why.counts else 'does not count'} ({why.share:.2f}): {reasons}"


def parse_report_json(report: Report | None, file: str) -> dict[str, object]:
    """Return the facts of one file as `parse-report` prints them: keys in a fixed order, absent if not stated."""
    data = record_to_data(report) if report is not None else {"template": vocabulary.no_form()}
    answer: dict[str, object] = {"file": file}
    for key in _KEYS:
        value = data.get(key)
        if key == "template" and report is not None and report.closure and value == vocabulary.no_form():
            value = next(form.template for form in report.forms if form.source == report.closure.source)
        if key == "closure":
            value = True if value else None
        elif key in _PARTS and isinstance(value, list | tuple):
            value = [{part: item[part] for part in _PARTS[key] if part in item} for item in value]
        elif key == "certificates" and isinstance(value, dict):
            value = {part: value[part] for part in value if part != "attachments"}
        if value is not None and value not in ([], {}):
            answer[key] = value
    return answer
