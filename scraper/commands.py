"""The commands that this package offers."""

from schema.command import Command
from scraper.command_sync import DOUBTS, SYNC

COMMANDS: tuple[Command, ...] = (SYNC, DOUBTS)
