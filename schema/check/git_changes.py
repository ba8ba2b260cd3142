"""Ask git which files of a dataset changed since a revision, and whether a cache was committed next to it."""

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from ca_incidents.schema.errors import CaIncidentsError

Git = Callable[[Sequence[str], Path], str]


class NoHistory(CaIncidentsError):
    """Git cannot list the changes; the text says why."""


def git(arguments: Sequence[str], folder: Path) -> str:
    """Run git in a folder and return its output; raises NoHistory with its message if it fails."""
    command = ["git", "-c", "core.quotePath=false", *arguments]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)  # noqa: S603
    except OSError as error:
        raise NoHistory(f"git cannot be run: {error.strerror}") from None
    if done.returncode:
        raise NoHistory(f"git {arguments[0]}: {done.stderr.decode('utf-8', 'replace').strip() or 'failed'}")
    return done.stdout.decode("utf-8", "surrogateescape")


def changed_since(revision: str, root: Path, run: Git = git) -> frozenset[str] | None:
    """Return the files in a folder that changed since this branch left a revision, deleted and new ones included.

    None if all files may be affected because the schema or the registry changed too. Raises NoHistory.
    """
    start = _start(revision, root, run)
    listing = ["--name-only", "-z", "--no-renames", "--no-ext-diff", start, "--"]
    top = Path(run(["rev-parse", "--show-toplevel"], root).removesuffix("\n"))
    if run(["diff", *listing, "schema"], top):
        return None
    changed = run(["diff", "--relative", *listing, "."], root).split("\0")
    added = run(["ls-files", "--others", "--exclude-standard", "-z"], root).split("\0")
    return frozenset(filter(None, [*changed, *added]))


def before(revision: str, root: Path, run: Git = git) -> Callable[[str], str | None]:
    """Return a function from a file's name in a folder to its text when this branch left a revision.

    It returns None if there was none, and always if the reader changed since: then a sync changes what is generated.
    Raises NoHistory.
    """
    start = _start(revision, root, run)
    top = Path(run(["rev-parse", "--show-toplevel"], root).removesuffix("\n"))
    if run(["diff", "--name-only", "--no-ext-diff", start, "--", "schema", "scraper"], top):
        return lambda _: None

    def text(name: str) -> str | None:
        try:
            return run(["show", f"{start}:./{name}"], root)
        except NoHistory:
            return None

    return text


def _start(revision: str, root: Path, run: Git) -> str:
    try:
        commit = run(["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"], root).strip()
    except NoHistory:
        raise NoHistory(f"{revision}: git has no such revision in {root}") from None
    try:
        return run(["merge-base", commit, "HEAD"], root).strip()
    except NoHistory:
        # A shallow clone may lack the common ancestor; the revision itself gives more files, never fewer.
        return commit


CACHES = ".cache"


def committed_caches(root: Path, run: Git = git) -> list[str]:
    """Return the files of caches next to a dataset that are in git, relative to the folder of both."""
    if not (root.parent / CACHES).is_dir():
        return []
    try:
        return [name for name in run(["ls-files", "-z", "--", CACHES], root.parent).split("\0") if name]
    except NoHistory:
        # Outside of a repository nothing can have been committed.
        return []
