"""Words for findings: what was found, cut to a line, and what was probably meant."""

import difflib
import json
from collections.abc import Sequence

LONGEST = 80


def shown(value: object) -> str:
    """Write a value as JSON for a message, cut where it is long."""
    if isinstance(value, str) and len(value) > LONGEST:
        value = value[:LONGEST]
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}…"


def nearest(word: object, known: Sequence[str]) -> str:
    """Give the end of a message that names the known word next to this one, or nothing."""
    near = difflib.get_close_matches(str(word).casefold()[:LONGEST], known, n=1, cutoff=0.7)
    return f'; did you mean "{near[0]}"?' if near else ""
