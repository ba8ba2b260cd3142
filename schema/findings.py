"""Findings: what is wrong with a file, where, and its code."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

Path = tuple[str | int, ...]

# All invisible characters: controls, line and paragraph separators, bidirectional marks, the byte order mark, halves of
# surrogate pairs (undecodable bytes in a file's name), the Braille blank, and everything that Unicode calls
# default-ignorable: joiners, fillers, variation selectors, tags. The only such list: others are made from it.
UNSEEN_CLASS = (
    "\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u2800\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# A joiner between two pictures makes one picture of them (a family) and hides nothing.
_PICTURE = "\u2600-\u27bf\U0001f000-\U0001faff"
NOT_A_JOINER = f"(?!(?<=[{_PICTURE}])\u200d[{_PICTURE}])"
UNSEEN = re.compile(f"{NOT_A_JOINER}[{UNSEEN_CLASS}]")


@dataclass(frozen=True, slots=True)
class Broken:
    """One violation of a rule, at one path inside a file; `other` is the other bug of a rule between records.

    `row` is the line inside a text of several lines, from 0.
    """

    path: Path
    code: str
    message: str
    at_key: bool = False
    other: int | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Finding:
    """One thing wrong in one file; line and column count from 1, and 0 means the complete file.

    Findings sort by file, then place. `other` is the other bug that a rule between records is about. Texts are as
    found: pass them through `visible` before printing.
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
    """Escape every character that is invisible or would control a terminal; one line stays one line."""
    return UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def written_path(path: Path) -> str:
    """Return a path into a record as text: `bugzilla.comments[2].at`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings by file and place, without duplicates."""
    return sorted(set(findings))
