"""Answers that say nothing: N/A, TBD and the like."""

import re


def is_nothing_said(text: str) -> bool:
    """Return whether an answer is a placeholder: N/A, TBD, unknown."""
    return bool(_UNSAID.match(text.strip(" .*_-–:()[]`")))


_UNSAID = re.compile(
    r"(?:n ?/ ?a|n\.a\.?|na|not applicable|not available|tbd|tba|tbc|to be (?:determined"
    r"|announced|confirmed|defined|provided|updated|completed)"
    r"|unknown|not (?:yet )?known|pending|under investigation|investigation ongoing|in progress"
    r"|ongoing|-|\?)(?:\b|$)",
    re.I,
)
