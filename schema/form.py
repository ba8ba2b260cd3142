"""The one form of a record's file: the machine's part canonical byte for byte, the curated part as people wrote it.

A file is the modeline, the machine's keys in the order of `schema.model`, and last, where people added something, the
top-level key `curated`. The comment lines right above that key are people's too.
"""

import re

from schema import yamltext
from schema.model import Record, record_to_data

MODELINE = "yaml-language-server: $schema=../../schema/incident.schema.json"

_CURATED = re.compile(r"^(?:(?:#.*)?\n)*curated[ \t]*:(?=\s|\Z)", re.M)
_NEXT_KEY = re.compile(r"^[^\s#]", re.M)


def machine_part(record: Record) -> str:
    """Write everything of a record but `curated`, in the canonical form, the modeline first."""
    data = record_to_data(record)
    data.pop("curated", None)
    return yamltext.dump(data, first_line=MODELINE)


def split_text(text: str) -> tuple[str, str]:
    """Part a record's text into the machine's text and the verbatim curated text, its key and leading comments included.

    The curated text is empty where there is none, and else ends with a line break. Machine keys that somebody put
    below the curated block are given back in the machine's text. The modeline is never taken for a curated comment.
    """
    head = text.find("\n") + 1 if text.startswith("#") else 0
    start = _CURATED.search(text, head)
    if start is None:
        return text, ""
    following = _NEXT_KEY.search(text, start.end())
    end = following.start() if following else len(text)
    curated = text[start.start() : end]
    if not curated.endswith("\n"):
        curated += "\n"
    return text[: start.start()] + text[end:], curated


def record_text(record: Record, curated: str | None = None) -> str:
    """Write a whole record; `curated` is the verbatim text to keep, else the record's own block in canonical form."""
    if curated is None:
        own = record_to_data(record).get("curated")
        curated = yamltext.dump({"curated": own}) if own else ""
    return machine_part(record) + curated
