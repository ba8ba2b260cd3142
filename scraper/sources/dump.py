"""Saved REST answers: a file `{"bugs": [...]}`, and the comments as one JSON object per line, plain or gzipped.

Reading a dump needs at most 256 MiB: texts are kept once, and everything else is bounded.
"""

import gzip
import io
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ca_incidents.schema.findings import visible
from ca_incidents.scraper.sources import json_text
from ca_incidents.scraper.sources.bug import (
    UnreadableAnswer,
    WireBug,
    WireComment,
    bug_from_rest,
    comments_from_rest,
    number_in,
)
from ca_incidents.scraper.sources.input_file import read_file

BUGS = "bugs.json"
COMMENTS = "comments.ndjson"
# Bytes, unpacked. The public dump of the component has 3 MB of comments.
MAX_BYTES = 64_000_000
MAX_LINE = 16_000_000
MAX_LINES = 1_000_000


@dataclass(frozen=True, slots=True)
class Saved:
    """The bugs of a saved source, sorted by number, its newest moment, and why other bugs in it could not be read."""

    bugs: tuple[WireBug, ...]
    as_of: str
    unread: Mapping[int, str] = field(default_factory=dict)


def read_saved(folder: Path) -> Saved:
    """Read the dump in a folder: bugs.json[.gz] and, if present, comments.ndjson[.gz].

    A bug of another shape is left out, and the others are read. Raises UnreadableAnswer, with the file and the line,
    for anything that is not such a dump.
    """
    bugs_file = _present(folder, BUGS)
    if bugs_file is None:
        raise UnreadableAnswer(f"{visible(str(folder))}: there is no {BUGS} or {BUGS}.gz")
    comments_file = _present(folder, COMMENTS)
    name = visible(str(bugs_file))
    unread: dict[int, str] = {}
    bugs = bugs_in_answer(_json(b"".join(_lines(bugs_file)), name), name, unread)
    lines = _lines(comments_file) if comments_file else ()
    comments = comments_in_lines(lines, visible(str(comments_file)), unread)
    readable = [bug for bug in bugs if bug.id not in unread]
    if unread and not readable:
        raise UnreadableAnswer(next(iter(unread.values())))
    return replace(saved_from(readable, comments), unread=unread)


def saved_from(
    bugs: Iterable[WireBug], comments: Mapping[int, tuple[WireComment, ...]], *, undated: bool = False
) -> Saved:
    """Join bugs with their comments.

    Raises UnreadableAnswer if a bug appears twice with different content, or if no bug has a date, unless `undated`:
    then `as_of` is empty.
    """
    joined: dict[int, WireBug] = {}
    for bug in bugs:
        whole = replace(bug, comments=comments[bug.id]) if bug.id in comments else bug
        if joined.setdefault(bug.id, whole) != whole:
            raise UnreadableAnswer(f"bug {bug.id} appears twice in the dump, with different content")
    ordered = tuple(joined[number] for number in sorted(joined))
    if undated and all(last_moment(bug) is None for bug in ordered):
        return Saved(ordered, "")
    return Saved(ordered, newest(ordered))


def newest(bugs: Iterable[WireBug]) -> str:
    """Return the newest moment in any of the bugs; raises UnreadableAnswer if there is none."""
    moments = [moment for bug in bugs if (moment := last_moment(bug)) is not None]
    if not moments:
        raise UnreadableAnswer("no bug of the source has a date")
    return max(moments)


def last_moment(bug: WireBug) -> str | None:
    """Return the newest moment in a bug, in UTC."""
    comments, history = (c.at for c in bug.comments or ()), (h.at for h in bug.history or ())
    moments = [bug.opened, bug.changed, bug.resolved, *comments, *history]
    return max((moment for moment in moments if moment), default=None)


def read_answer(path: Path) -> list[WireBug]:
    """Read a REST answer that was saved as it came: of bugs, or of the comments of bugs.

    Raises UnreadableAnswer, with the file, for anything else.
    """
    name = visible(str(path))
    data = _json(b"".join(_lines(path)), name)
    if isinstance(data, dict) and isinstance(data.get("bugs"), dict):
        return [_comments_alone(number, found, name) for number, found in data["bugs"].items()]
    bugs = bugs_in_answer(data, name)
    is_whole = (item.keys() >= _WHOLE for item in data["bugs"])
    return [replace(bug, read_from="rest" if whole else None) for bug, whole in zip(bugs, is_whole, strict=True)]


# An answer that has all these gives everything that a record holds.
_WHOLE = frozenset({"comments", "history", "depends_on", "blocks", "see_also", "duplicates", "last_change_time"})


def _comments_alone(number: str, found: object, name: str) -> WireBug:
    comments = found.get("comments") if isinstance(found, dict) else None
    bug = number_in(number)
    if not bug or not isinstance(comments, list) or not all(isinstance(item, dict) for item in comments):
        raise UnreadableAnswer(f"{name}: not the comments of bugs by their numbers")
    return WireBug(
        id=bug, summary="", status=None, comments=comments_from_rest(comments), partial=True, read_from="text"
    )


def bugs_in_answer(data: object, source: str, unread: dict[int, str] | None = None) -> list[WireBug]:
    """Read the bugs of one REST answer; raises UnreadableAnswer if it has another shape.

    Given `unread`, a bug of another shape that has a number is noted there instead.
    """
    bugs = data.get("bugs") if isinstance(data, dict) else None
    if not isinstance(bugs, list) or not all(isinstance(item, dict) for item in bugs):
        raise UnreadableAnswer(f'{source}: not an answer of the form {{"bugs": [{{...}}]}}')
    found = []
    for item in bugs:
        try:
            found.append(bug_from_rest(item))
        except UnreadableAnswer as error:
            number = item.get("id")
            if unread is None or type(number) is not int or number < 1:
                raise
            unread[number] = str(error)
    return found


def comments_in_lines(
    lines: Iterable[bytes], source: str, unread: dict[int, str] | None = None
) -> dict[int, tuple[WireComment, ...]]:
    """Read comments, one bug per line: `{"id": …, "comments": […]}`; texts that the dump shortened are marked as cut.

    Raises UnreadableAnswer with the number of the line; given `unread`, comments of another shape are noted there.
    """
    found: dict[int, tuple[WireComment, ...]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        data = _json(line, f"{source}:{number}")
        bug, comments = (data.get("id"), data.get("comments")) if isinstance(data, dict) else (None, None)
        if type(bug) is not int or not isinstance(comments, list) or not all(isinstance(c, dict) for c in comments):
            raise UnreadableAnswer(f"{source}:{number}: not a bug's number and its comments")
        try:
            found[bug] = comments_from_rest(comments)
        except UnreadableAnswer as error:
            if unread is None:
                raise UnreadableAnswer(f"{source}:{number}: {error}") from None
            unread[bug] = f"{source}:{number}: {error}"
    limit = shortened_from(len(c.text) for comments in found.values() for c in comments if c.text)
    return found if limit is None else {n: _marked(comments, limit) for n, comments in found.items()}


def _marked(comments: tuple[WireComment, ...], limit: int) -> tuple[WireComment, ...]:
    return tuple(replace(c, cut=True) if c.text and len(c.text) >= limit else c for c in comments)


def shortened_from(lengths: Iterable[int]) -> int | None:
    """Return the length from which texts of a dump may have been cut off, or None if it kept them whole.

    A dump that cuts has many texts of one length and none much longer. Two per cent of that length allow for addresses
    removed from a text after it was cut.
    """
    counted = Counter(lengths)
    if not counted:
        return None
    length, times = max(counted.items(), key=lambda item: (item[1], item[0]))
    looks_cut = times >= 3 and max(counted) <= length * 1.02
    return int(length * 0.98) if looks_cut else None


def _present(folder: Path, name: str) -> Path | None:
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), None)


def _lines(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file, unpacked if it is gzipped; only a line feed ends a line. Raises UnreadableAnswer."""
    name, raw = visible(str(path)), read_file(path, MAX_BYTES)
    if path.suffix == ".gz":
        try:
            with gzip.open(io.BytesIO(raw)) as file:
                raw = file.read(MAX_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise UnreadableAnswer(f"{name}: cannot be unpacked ({error})") from None
    if len(raw) > MAX_BYTES:
        raise UnreadableAnswer(f"{name}: unpacks to more than {MAX_BYTES:,} bytes")
    if raw.count(b"\n") > MAX_LINES:
        raise UnreadableAnswer(f"{name}: has more than {MAX_LINES:,} lines")
    for line in io.BytesIO(raw):
        if len(line) > MAX_LINE:
            raise UnreadableAnswer(f"{name}: a line of more than {MAX_LINE:,} bytes")
        yield line


def _json(raw: bytes, source: str) -> Any:
    try:
        return json_text.decoded(raw)
    except json_text.BadJson as error:
        raise UnreadableAnswer(f"{source}: {error}") from None
