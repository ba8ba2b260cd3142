"""Findings: what is wrong with a file, where, and under which code."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

Path = tuple[str | int, ...]

# Controls, line and paragraph separators, bidirectional marks, byte order mark, halves of a surrogate pair (which stand
# for undecodable bytes in a file's name), and all that Unicode calls default-ignorable: joiners, fillers, variation
# selectors, tags. The Braille blank looks like a blank and is none.
UNSEEN_CLASS = (
    "\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u2800\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
UNSEEN = re.compile(f"[{UNSEEN_CLASS}]")


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
