"""Message formatting: show a value on one line, suggest the closest known word."""

import difflib
import json
from collections.abc import Sequence

LONGEST = 80


def shown(value: object) -> str:
    """Return a value as JSON on one line, truncated if it is long."""
    if isinstance(value, str) and len(value) > LONGEST:
        value = value[:LONGEST]
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}…"


def nearest(word: object, known: Sequence[str]) -> str:
    """Return the end of a message that suggests the closest known word, or an empty text."""
    near = difflib.get_close_matches(str(word).casefold()[:LONGEST], known, n=1, cutoff=0.7)
    return f'; did you mean "{near[0]}"?' if near else ""


def vocabulary_name(definition: str) -> str:
    """Return the name under which `ca-incidents explain` knows a vocabulary: `root-causes` for `root_cause`."""
    name = definition.replace("_", "-")
    return f"{name.removesuffix('y')}ies" if name.endswith("y") else f"{name}s"
