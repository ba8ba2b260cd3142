"""What the bug's title and its whiteboard's tags say about a proposed value."""

import re

_TAGS = {"tagged as mis-issuance": "misissuance", "tagged as disclosure, policy or audit": "disclosure|policy-f|audit"}


def tag_tests(whiteboard: str) -> frozenset[str]:
    """Name the tests that the tags of a whiteboard pass."""
    return frozenset(name for name, tags in _TAGS.items() if re.search(tags, whiteboard, re.I))


def without_ca_name(title: str) -> str:
    """Remove the name of the CA, with which titles begin: it may contain a kind of certificate."""
    return title.partition(":")[2] or title
