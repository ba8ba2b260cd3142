"""The commands that this package offers."""

from ca_incidents.schema.cli.command import Command
from ca_incidents.scraper.cli.add import ADD
from ca_incidents.scraper.cli.report import LINT_REPORT, PARSE_REPORT
from ca_incidents.scraper.cli.sync import DOUBTS, SYNC

COMMANDS: tuple[Command, ...] = (ADD, SYNC, DOUBTS, PARSE_REPORT, LINT_REPORT)
