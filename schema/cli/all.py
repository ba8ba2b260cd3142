"""The commands that `schema` offers to the command line."""

from schema.cli.agreement import AGREEMENT
from schema.cli.check import CHECK, EXPLAIN
from schema.cli.command import Command
from schema.cli.export import EXPORT
from schema.cli.related import RELATED
from schema.cli.show import SHOW

COMMANDS: tuple[Command, ...] = (AGREEMENT, CHECK, EXPLAIN, EXPORT, RELATED, SHOW)
