"""The commands that `schema` offers to the command line."""

from schema.command import Command
from schema.commands_check import CHECK, EXPLAIN

COMMANDS: tuple[Command, ...] = (CHECK, EXPLAIN)
