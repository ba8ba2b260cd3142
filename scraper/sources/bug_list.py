"""A list of bugs that gives their number, title, whiteboard and day of filing, as a public index may have it.

One JSON object: `as_of` (the day that the list reaches), `complete` (whether it names every bug up to then), and
`bugs`, each with `id`, `summary`, `whiteboard` and `creation_time`, a day.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from ca_incidents.schema.findings import visible
from ca_incidents.scraper.sources import json_text
from ca_incidents.scraper.sources.bug import UnreadableAnswer, WireBug, bug_from_rest
from ca_incidents.scraper.sources.input_file import read_file

MAX_BYTES = 16_000_000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


@dataclass(frozen=True, slots=True)
class BugList:
    """Bugs in the order of their numbers, the day that the list reaches, and whether it names every bug."""

    bugs: tuple[WireBug, ...]
    until: str
    complete: bool


def read_list(path: Path) -> BugList:
    """Read a list; raises UnreadableFile, or UnreadableAnswer with the file and the bug, for anything else."""
    try:
        data = json_text.decoded(read_file(path, MAX_BYTES))
    except json_text.BadJson as error:
        raise UnreadableAnswer(f"{visible(str(path))}: {error}") from None
    if not isinstance(data, dict) or not isinstance(data.get("bugs"), list) or not _is_day(data.get("as_of")):
        raise UnreadableAnswer(
            f"{path}: not a list of bugs with its day (as_of); to read a saved dump, give the folder that holds it"
        )
    bugs: dict[int, WireBug] = {}
    for item in data["bugs"]:
        bug = _bug(item)
        if bugs.setdefault(bug.id, bug) != bug:
            raise UnreadableAnswer(f"{path}: bug {bug.id} is listed twice, with different content")
    return BugList(tuple(bugs[number] for number in sorted(bugs)), data["as_of"], data.get("complete") is True)


def _bug(item: object) -> WireBug:
    if not isinstance(item, Mapping):
        raise UnreadableAnswer("a bug of the list is not an object")
    told = bug_from_rest({**item, "status": "", "creation_time": None})
    day: Any = item.get("creation_time")
    if not _is_day(day):
        raise UnreadableAnswer(f"bug {told.id}: creation_time is not a day such as 2026-01-02")
    return replace(told, status=None, opened_between=(day, day), read_from="list")


def _is_day(value: object) -> bool:
    if not isinstance(value, str) or not _DAY.match(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
