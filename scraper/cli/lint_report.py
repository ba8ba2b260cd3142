"""The command `lint-report`: check drafts of reports before they are posted."""

import argparse

from ca_incidents.schema.check import output_formats
from ca_incidents.schema.cli.command import Surroundings
from ca_incidents.schema.findings import visible
from ca_incidents.scraper.cli.report_files import add_files_argument, stop_if, texts
from ca_incidents.scraper.reader.lint import lint_report


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `lint-report`."""
    add_files_argument(parser)
    parser.add_argument(
        "--format", choices=list(output_formats.FORMATS), default="text", help="output format (default: text)"
    )


def run(arguments: argparse.Namespace, around: Surroundings) -> int:
    """Print the findings of each draft; return 1 if there are any."""
    today = around.now().date()
    unread: list[str] = []
    found = {
        visible(name): lint_report(text, today=today, file=visible(name))
        for name, text in texts(arguments.files, around, unread)
    }
    findings = tuple(finding for name in found for finding in found[name])
    result = output_formats.Result(findings, tuple(found), {})
    around.out.write(output_formats.FORMATS[arguments.format](result))
    stop_if(unread)
    drafts = f"{len(found)} draft{'s' * (len(found) != 1)} checked"
    print(f"{drafts}: {len(findings) or 'no'} finding{'s' * (len(findings) != 1)}", file=around.err)
    return 1 if findings else 0
