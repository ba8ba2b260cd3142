"""The command `lint-report`: the text of drafts in, what they lack out."""

import argparse
import json

from ca_incidents.schema.cli.command import Surroundings
from ca_incidents.schema.findings import visible
from ca_incidents.scraper.cli.report_files import add_files_argument, stop_if, texts
from ca_incidents.scraper.reader.lint import lint_report


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `lint-report`."""
    add_files_argument(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="output format (default: text)")


def run(arguments: argparse.Namespace, around: Surroundings) -> int:
    """Print the findings of each draft; return 1 if there are any."""
    today = around.now().date()
    unread: list[str] = []
    findings = [
        finding
        for name, text in texts(arguments.files, around, unread)
        for finding in lint_report(text, today=today, file=visible(name))
    ]
    for finding in findings:
        if arguments.format == "json":
            said = {"file": finding.file, "line": finding.line, "code": finding.code, "message": finding.message}
            print(json.dumps(said, ensure_ascii=False), file=around.out)
        else:
            print(finding, file=around.out)
    stop_if(unread)
    count = len(arguments.files)
    drafts = f"{count} draft{'s' * (count != 1)} checked"
    print(f"{drafts}: {len(findings) or 'no'} finding{'s' * (len(findings) != 1)}", file=around.err)
    return 1 if findings else 0
