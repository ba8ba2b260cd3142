"""The subcommands that this package offers."""

from schema.command import Command

COMMANDS: tuple[Command, ...] = ()
