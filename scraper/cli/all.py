"""The commands that this package offers."""

from schema.cli.command import Command
from scraper.cli.add import ADD
from scraper.cli.report import LINT_REPORT, PARSE_REPORT
from scraper.cli.sync import DOUBTS, SYNC

COMMANDS: tuple[Command, ...] = (ADD, SYNC, DOUBTS, PARSE_REPORT, LINT_REPORT)
