"""The arguments of `check`, and its way from paths to an exit status."""

import argparse
import gc

from schema import check, registry
from schema.command import Command, Surroundings


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        default=["incidents"],
        help="a dataset's folder, a year's folder or single files (default: incidents)",
    )


def _run(arguments: argparse.Namespace, around: Surroundings) -> int:
    # One short run that makes no cycles: looking for some costs a tenth of it.
    gc.disable()
    result = check.check(check.targets(arguments.paths, around.folder), registry.standard())
    gc.enable()
    for finding in result.findings:
        print(finding, file=around.out)
    print(check.summary(result), file=around.err)
    return 1 if result.findings else 0


CHECK = Command(
    name="check",
    help="check records against the schema, the rules and each other",
    arguments=_arguments,
    run=_run,
)
