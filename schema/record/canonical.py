"""The one form of a record's file: the machine's part canonical byte for byte, the curated part as people wrote it.

A file is the modeline, the machine's keys in the order of `schema.model`, and last, where people added something, the
top-level key `curated`. The comment lines right above that key are people's too.
"""

import re

from ca_incidents.schema.model import Record, record_to_data
from ca_incidents.schema.record import yaml_text

MODELINE = "yaml-language-server: $schema=../../schema/incident.schema.json"

_CURATED = re.compile(r"^(?:curated|'curated'|\"curated\")[ \t]*:(?=\s|\Z)", re.M)
# A key that only a YAML reader could tell from `curated`: quoted with escapes, explicit, in flow form, tagged.
_OTHER_KEY = re.compile(r"^[\"'?{\[&!*]", re.M)
_NEXT_KEY = re.compile(r"^[^\s#]", re.M)


def machine_part(record: Record) -> str:
    """Write everything of a record but `curated`, in the canonical form, the modeline first."""
    data = record_to_data(record)
    data.pop("curated", None)
    return yaml_text.dump(data, first_line=MODELINE)


def split_text(text: str) -> tuple[str, str]:
    """Part a record's text into the machine's text and the verbatim curated text, its key and comments above included.

    The curated text is empty where there is none, and else ends with a line break. Machine keys that somebody put
    below the curated block are given back in the machine's text. The modeline is never taken for a curated comment.
    Where a top-level key is not written plainly, everything from there on counts as people's: nothing of theirs is
    lost, and a machine's key among it stands twice, which the check finds.
    """
    key, other = _CURATED.search(text), _other_key(text)
    first = min((match for match in (key, other) if match), key=re.Match.start, default=None)
    if first is None:
        return text, ""
    following = None if other else _NEXT_KEY.search(text, first.end())
    start, end = _with_comments_above(text, first.start()), following.start() if following else len(text)
    curated = text[start:end]
    if not curated.endswith("\n"):
        curated += "\n"
    return text[:start] + text[end:], curated


def _other_key(text: str) -> re.Match[str] | None:
    plain = (match for match in _OTHER_KEY.finditer(text) if not _CURATED.match(text, match.start()))
    return next(plain, None)


def _with_comments_above(text: str, start: int) -> int:
    while start:
        above = text.rfind("\n", 0, start - 1) + 1
        line = text[above:start]
        if (line.strip() and not line.startswith("#")) or line.startswith("# yaml-language-server:"):
            break
        start = above
    return start


def record_text(record: Record, curated: str | None = None) -> str:
    """Write a whole record; `curated` is the verbatim text to keep, else the record's own block in canonical form."""
    if curated is None:
        own = record_to_data(record).get("curated")
        curated = yaml_text.dump({"curated": own}) if own else ""
    return machine_part(record) + curated
