"""The subcommands that this package offers."""

from schema.command import Command
from site_plugins import export

COMMANDS: tuple[Command, ...] = (
    Command(
        name="export",
        help="write the dataset as NDJSON, CSV, SQLite and JSON",
        arguments=export.arguments,
        run=export.run,
    ),
)
