"""Findings: what is wrong with a file, where, and under which code."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Finding:
    """One thing wrong in one file; line and column count from 1, and 0 means the file as a whole.

    Order is by file, then place, so that a sorted list reads from top to bottom.
    """

    file: str
    line: int
    column: int
    path: str
    message: str
    code: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}: " if self.line else f"{self.file}: "
        return f"{place}{self.path + ': ' if self.path else ''}{self.message} [{self.code}]"


def written_path(path: Path) -> str:
    """Write a path into a record the way people read it: `bugzilla.comments[2].at`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings by file and place and drop exact repetitions."""
    return sorted(set(findings))


def posix(path: PurePath) -> str:
    """Name a file with forward slashes, line breaks in the name made visible."""
    return path.as_posix().replace("\n", "\\n").replace("\r", "\\r")
