"""The subcommands that this package offers."""

from schema.command import Command
from site_plugins.command_pages import PAGES

COMMANDS: tuple[Command, ...] = (PAGES,)
