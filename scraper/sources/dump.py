"""Saved REST answers: a file `{"bugs": [...]}` and the comments as one JSON object a line, plain or gzipped.

Reading touches files and gives plain data; everything after is a function of it.
"""

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ca_incidents.scraper.sources.bug import UnreadableAnswer, WireBug, WireComment, bug_from_rest, comments_from_rest

BUGS = "bugs.json"
COMMENTS = "comments.ndjson"
MAX_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Saved:
    """Bugs of a saved source, in the order of their numbers, and the newest moment that it knows of."""

    bugs: tuple[WireBug, ...]
    as_of: str


def read_saved(folder: Path) -> Saved:
    """Read the dump in a folder: bugs.json[.gz] and, where there are any, comments.ndjson[.gz].

    Raises UnreadableAnswer, with the file and the line, for anything that is not such a dump.
    """
    bugs_file = _present(folder, BUGS)
    if bugs_file is None:
        raise UnreadableAnswer(f"{folder}: there is no {BUGS} or {BUGS}.gz")
    comments_file = _present(folder, COMMENTS)
    bugs = bugs_in_answer(_json(_read(bugs_file), str(bugs_file)), str(bugs_file))
    # Line feeds only: `str.splitlines` would also split at a U+2028 inside a comment's text.
    lines = _read(comments_file).decode("utf-8").split("\n") if comments_file else []
    return saved_from(bugs, comments_in_lines(lines, str(comments_file)))


def saved_from(
    bugs: Iterable[WireBug], comments: Mapping[int, tuple[WireComment, ...]], *, undated: bool = False
) -> Saved:
    """Join bugs with their comments; a bug that stands twice with different content is an error.

    Raises UnreadableAnswer where no bug has a date, unless `undated`: then `as_of` is empty.
    """
    joined: dict[int, WireBug] = {}
    for bug in bugs:
        whole = replace(bug, comments=comments[bug.id]) if bug.id in comments else bug
        if joined.setdefault(bug.id, whole) != whole:
            raise UnreadableAnswer(f"bug {bug.id} stands twice in the dump, with different content")
    ordered = tuple(joined[number] for number in sorted(joined))
    if undated and all(last_moment(bug) is None for bug in ordered):
        return Saved(ordered, "")
    return Saved(ordered, newest(ordered))


def newest(bugs: Iterable[WireBug]) -> str:
    """Give the newest moment that any of the bugs knows of; raises UnreadableAnswer where there is none."""
    moments = [moment for bug in bugs if (moment := last_moment(bug)) is not None]
    if not moments:
        raise UnreadableAnswer("the source holds no bug with a date")
    return max(moments)


def last_moment(bug: WireBug) -> str | None:
    """Give the newest moment that a bug knows of, in UTC."""
    comments, history = (c.at for c in bug.comments or ()), (h.at for h in bug.history or ())
    moments = [bug.opened, bug.changed, bug.resolved, *comments, *history]
    return max((moment for moment in moments if moment), default=None)


def bugs_in_answer(data: object, source: str) -> list[WireBug]:
    """Read the bugs of one REST answer; raises UnreadableAnswer where it has another shape."""
    if not isinstance(data, dict) or not isinstance(data.get("bugs"), list):
        raise UnreadableAnswer(f'{source}: not an answer of the form {{"bugs": [...]}}')
    return [bug_from_rest(item) for item in data["bugs"]]


def comments_in_lines(lines: Iterable[str], source: str) -> dict[int, tuple[WireComment, ...]]:
    """Read comments, one bug a line: `{"id": …, "comments": […]}`; texts that the dump shortened are marked as cut."""
    found: dict[int, tuple[WireComment, ...]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        data = _json(line.encode(), f"{source}:{number}")
        if not isinstance(data, dict) or not isinstance(data.get("id"), int) or "comments" not in data:
            raise UnreadableAnswer(f"{source}:{number}: not a bug's number and its comments")
        found[data["id"]] = comments_from_rest(data["comments"])
    limit = shortened_from(len(c.text) for comments in found.values() for c in comments if c.text)
    return found if limit is None else {n: _marked(comments, limit) for n, comments in found.items()}


def _marked(comments: tuple[WireComment, ...], limit: int) -> tuple[WireComment, ...]:
    return tuple(replace(c, cut=True) if c.text and len(c.text) >= limit else c for c in comments)


def shortened_from(lengths: Iterable[int]) -> int | None:
    """Say from which length on the texts of a dump may have been cut off, or None where it kept them whole.

    A dump that cuts has many texts of one length and none much longer. Two per cent of that length are allowed for what
    was taken out of a text after it was cut (addresses).
    """
    counted = Counter(lengths)
    if not counted:
        return None
    length, times = max(counted.items(), key=lambda item: (item[1], item[0]))
    looks_cut = times >= 3 and max(counted) <= length * 1.02
    return int(length * 0.98) if looks_cut else None


def _present(folder: Path, name: str) -> Path | None:
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), None)


def _read(path: Path) -> bytes:
    if path.suffix != ".gz":
        return path.read_bytes()
    try:
        with gzip.open(path) as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableAnswer(f"{path}: cannot be unpacked ({error})") from None
    if len(raw) > MAX_BYTES:
        raise UnreadableAnswer(f"{path}: unpacks to more than {MAX_BYTES} bytes")
    return raw


def _json(raw: bytes, source: str) -> Any:
    try:
        return json.loads(raw)
    except ValueError as error:
        raise UnreadableAnswer(f"{source}: not JSON ({error})") from None
