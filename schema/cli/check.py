"""The arguments of `check` and `explain`, and their way from paths to an exit status."""

import argparse
import functools
import gc

from ca_incidents.schema.check import codes, files, fix, git_changes, output_formats, targets
from ca_incidents.schema.cli.command import Command, Surroundings
from ca_incidents.schema.record import atomic_write
from ca_incidents.schema.tables import registry


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        default=["incidents"],
        help="a dataset's folder, a year's folder or single files (default: incidents)",
    )
    parser.add_argument(
        "--format", choices=list(output_formats.FORMATS), default="text", help="how findings are written"
    )
    parser.add_argument("--fix", action="store_true", help="mend what is mechanical, then check")
    parser.add_argument("--changed-since", metavar="REV", help="only what changed since this revision, or concerns it")


def _check(arguments: argparse.Namespace, around: Surroundings) -> int:
    wanted = targets.targets(arguments.paths, around.folder)
    revision = arguments.changed_since
    changed = functools.partial(git_changes.changed_since, revision) if revision is not None else None
    if arguments.fix:
        mended = _fix(wanted, changed)
        print(f"{mended:,} file{'s' * (mended != 1)} mended", file=around.err)
    # One short run that makes no cycles: looking for some costs a tenth of it.
    gc.disable()
    try:
        result = targets.check(wanted, registry.standard(), changed)
    finally:
        gc.enable()
    write = output_formats.FORMATS[arguments.format]
    if write is output_formats.as_text and around.out.isatty():
        write = output_formats.for_terminal
    around.out.write(write(result))
    around.out.flush()
    print(output_formats.summary(result), file=around.err)
    return 1 if result.findings else 0


def _fix(wanted: list[targets.Target], changed: targets.Changed | None) -> int:
    """Mend the files of the targets in place; give how many changed."""
    mended = 0
    for root, places in targets.by_root(wanted).items():
        touched = changed(root) if changed else None
        for file in files.read_files(root):
            named = any(target.covers(file.name) for target in places) and (touched is None or file.name in touched)
            if not named or file.unreadable or not files.is_record(file.name):
                continue
            raw = fix.fixed(file.raw)
            if raw != file.raw:
                atomic_write.put(root, file.name, raw)
                mended += 1
        atomic_write.clear(root)
    return mended


def _explain_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", nargs="?", metavar="CODE", help="the code in brackets behind a finding; none: list all")


def _explain(arguments: argparse.Namespace, around: Surroundings) -> int:
    code = arguments.code
    print(codes.page_text(codes.code_named(code)) if code else codes.listing(), file=around.out)
    return 0


CHECK = Command(
    name="check",
    help="check records against the schema, the rules and each other",
    arguments=_check_arguments,
    run=_check,
)
EXPLAIN = Command(
    name="explain",
    help="say what the code of a finding means and how to mend it",
    arguments=_explain_arguments,
    run=_explain,
)
