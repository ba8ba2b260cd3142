"""The commands that `schema` offers to the command line."""

from schema.command import Command
from schema.commands_agreement import AGREEMENT
from schema.commands_check import CHECK, EXPLAIN
from schema.commands_export import EXPORT
from schema.commands_related import RELATED
from schema.commands_show import SHOW

COMMANDS: tuple[Command, ...] = (AGREEMENT, CHECK, EXPLAIN, EXPORT, RELATED, SHOW)
