"""The console script `ca-incidents`."""

import sys

# As a shell reports a command that was stopped by SIGINT.
INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit with its status; Ctrl-C is one message, also while modules are imported."""
    try:
        # Most of a short command's time is spent here.
        from ca_incidents.schema.cli import command  # noqa: PLC0415

        status = command.main()
    except KeyboardInterrupt:
        print("interrupted; run the same command again to continue", file=sys.stderr)
        status = INTERRUPTED
    sys.exit(status)
