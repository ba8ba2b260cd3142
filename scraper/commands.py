"""The commands that this package offers."""

from schema.command import Command
from scraper.command_add import ADD
from scraper.command_report import LINT_REPORT, PARSE_REPORT
from scraper.command_sync import DOUBTS, SYNC

COMMANDS: tuple[Command, ...] = (ADD, SYNC, DOUBTS, PARSE_REPORT, LINT_REPORT)
