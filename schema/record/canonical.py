"""The canonical form of a record's file: the generated part to the byte, the curated part as contributors wrote it.

A file is the modeline, the generated keys in the order of `schema.model`, and last, if contributors added something,
the top-level key `curated`. Comment lines directly above that key belong to it.
"""

import re

from ca_incidents.schema.model import Record, record_to_data
from ca_incidents.schema.record import yaml_text

MODELINE = "yaml-language-server: $schema=../../schema/incident.schema.json"

_CURATED = re.compile(r"^(?:curated|'curated'|\"curated\")[ \t]*:(?=\s|\Z)", re.M)
# A key that only a YAML reader can compare with `curated`: quoted with escapes, explicit, in flow form, tagged.
_OTHER_KEY = re.compile(r"^[\"'?{\[&!*]", re.M)
_NEXT_KEY = re.compile(r"^[^\s#]", re.M)


def machine_part(record: Record) -> str:
    """Return the generated part of a record in canonical form: everything except `curated`, after the modeline."""
    data = record_to_data(record)
    data.pop("curated", None)
    return yaml_text.dump(data, first_line=MODELINE)


def split_text(text: str) -> tuple[str, str]:
    """Split a record's text into its generated part and the verbatim curated block, with its key and comments above.

    The curated text is empty if there is none; otherwise it ends with a line break. Generated keys below the curated
    block are returned in the generated part. The modeline never counts as a curated comment. If a top-level key is not
    written plainly, everything from there on counts as curated: nothing that contributors wrote is lost, and a
    generated key in it becomes a duplicate, which the check reports.
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
    """Return a complete record as text; `curated` is verbatim text to keep, else the block is canonical too."""
    if curated is None:
        own = record_to_data(record).get("curated")
        curated = yaml_text.dump({"curated": own}) if own else ""
    return machine_part(record) + curated
