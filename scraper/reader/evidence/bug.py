"""What the bug's title and its whiteboard's tags say about a proposed value."""

import re

_TAGS = {
    "tagged as mis-issuance": re.compile(r"misissuance"),
    "tagged as disclosure, policy or audit": re.compile(r"disclosure|policy-failure|audit"),
}


def tag_tests(whiteboard: str) -> frozenset[str]:
    """Name the tests that the tags of a whiteboard pass."""
    return frozenset(name for name, pattern in _TAGS.items() if pattern.search(whiteboard.lower()))


def without_ca_name(title: str) -> str:
    """Remove the name of the CA, with which titles begin: it may contain a kind of certificate."""
    return title.partition(":")[2] or title
