"""The commands that `schema` offers to the command line."""

from ca_incidents.schema.cli.agreement import AGREEMENT
from ca_incidents.schema.cli.check import CHECK, EXPLAIN
from ca_incidents.schema.cli.command import Command
from ca_incidents.schema.cli.export import EXPORT
from ca_incidents.schema.cli.related import RELATED
from ca_incidents.schema.cli.show import SHOW

COMMANDS: tuple[Command, ...] = (AGREEMENT, CHECK, EXPLAIN, EXPORT, RELATED, SHOW)
