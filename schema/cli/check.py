"""The command `check`: paths in, findings and an exit status out."""

import argparse
import functools
import gc

from ca_incidents.schema.check import files, fix, git_changes, output_formats, targets
from ca_incidents.schema.cli.command import Surroundings
from ca_incidents.schema.record import atomic_write
from ca_incidents.schema.tables import registry


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `check`."""
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        default=["incidents"],
        help="a dataset's folder, a year's folder or single files (default: incidents)",
    )
    parser.add_argument(
        "--format",
        choices=list(output_formats.FORMATS),
        default="text",
        help="output format of the findings (default: text)",
    )
    parser.add_argument("--fix", action="store_true", help="fix mechanical problems first")
    parser.add_argument(
        "--changed-since",
        metavar="REV",
        help="only files that changed since this revision, and findings that involve them",
    )
    parser.add_argument(
        "--by-sync",
        action="store_true",
        help="with --changed-since: the changes are a sync's own, so generated values may differ",
    )


def run(arguments: argparse.Namespace, around: Surroundings) -> int:
    """Check the named paths; return 1 if there are findings other than hints."""
    wanted = targets.targets(arguments.paths, around.folder)
    revision = arguments.changed_since
    changed = functools.partial(git_changes.changed_since, revision) if revision is not None else None
    before = functools.partial(git_changes.before, revision) if revision is not None and not arguments.by_sync else None
    if arguments.fix:
        fixed = _fix(wanted, changed)
        print(f"{fixed:,} file{'s' * (fixed != 1)} fixed", file=around.err)
    # Collecting garbage would take a tenth of the time of a short run that creates no reference cycles.
    gc.disable()
    try:
        result = targets.check(
            wanted, registry.standard(), changed, today=around.now().date().isoformat(), before=before
        )
    finally:
        gc.enable()
    write = output_formats.FORMATS[arguments.format]
    if write is output_formats.as_text and around.out.isatty():
        write = output_formats.for_terminal
    around.out.write(write(result))
    around.out.flush()
    print(output_formats.summary(result), file=around.err)
    return 1 if result.errors else 0


def _fix(wanted: list[targets.Target], changed: targets.Changed | None) -> int:
    """Fix the files of the targets in place; return how many changed."""
    changed_files = 0
    for root, places in targets.by_root(wanted).items():
        touched = changed(root) if changed else None
        named = [name for name in files.file_names(root) if any(target.covers(name) for target in places)]
        wanted_names = {name for name in named if files.is_record(name) and (touched is None or name in touched)}
        try:
            for file in files.read_files(root, only=wanted_names):
                raw = file.raw if file.skipped or file.unreadable else fix.fixed(file.raw)
                if raw != file.raw:
                    atomic_write.put(root, file.name, raw)
                    changed_files += 1
        finally:
            atomic_write.clear(root)
    return changed_files
