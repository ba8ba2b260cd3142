"""The console script `ca-incidents`."""

import sys

from ca_incidents.schema.cli import command


def main() -> None:
    """Run the command line and exit with its status."""
    sys.exit(command.main())
