"""Findings: what is wrong with a file, where, and under which code."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

Path = tuple[str | int, ...]

# Controls, line and paragraph separators, bidirectional marks, byte order mark, and halves of a surrogate pair, which
# stand for undecodable bytes in a file's name.
UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff9-\uffff]"
)


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Finding:
    """One thing wrong in one file; line and column count from 1, and 0 means the file as a whole.

    Order is by file, then place, so that a sorted list reads from top to bottom. `other` is the bug that a rule between
    records names. All texts are as found: whoever shows them makes them `visible`.
    """

    file: str
    line: int
    column: int
    path: str
    message: str
    code: str
    other: int | None = field(default=None, compare=False)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}: " if self.line else f"{self.file}: "
        return visible(f"{place}{self.path + ': ' if self.path else ''}{self.message} [{self.code}]")


def visible(text: str) -> str:
    """Write each character that cannot be seen, or would steer a terminal, as an escape; one line stays one."""
    return UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def written_path(path: Path) -> str:
    """Write a path into a record the way people read it: `bugzilla.comments[2].at`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings by file and place and drop exact repetitions."""
    return sorted(set(findings))
