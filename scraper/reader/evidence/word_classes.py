"""The word classes of `words.yaml`, compiled: which named tests the words around a mention pass."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

import msgspec

from ca_incidents.schema.record.yaml_text import load_trusted


class WordClass(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"name": "class"}):
    """One class: its words, a sentence with one of them, and the name of the test at each place."""

    name: str
    example: str
    words: str
    tests: dict[str, str]

    @property
    def pattern(self) -> re.Pattern[str]:
        """The words as one regular expression, case ignored."""
        words = (re.escape(word.strip()).replace(r"\*", r"\w*") for word in self.words.split(","))
        return re.compile(rf"(?<![\w-])(?:{'|'.join(words)})(?![\w-])", re.I)


# The places of which only the nearest word counts; a negated one ("not fully compliant") says nothing there.
_NEAREST = frozenset({"governs", "follows"})
_NEGATED = re.compile(r"(?:\b(?:not|never)|n't)(?: (?:been|be|fully|entirely|always))? \Z", re.I)


@cache
def word_classes() -> tuple[WordClass, ...]:
    """Read the table of this distribution."""
    data = load_trusted(files(__package__).joinpath("words.yaml").read_bytes())
    return msgspec.convert(data, tuple[WordClass, ...])


@cache
def _tests_at(place: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((one.tests[place], one.pattern) for one in word_classes() if place in one.tests)


def passed(around: Mapping[str, str]) -> Iterator[str]:
    """Name the tests that the text at each place passes; of `governs` and `follows` only the nearest word counts."""
    for place, text in around.items():
        found = [
            (match.start(), match.end(), test)
            for test, words in _tests_at(place)
            for match in words.finditer(text)
            if not (place in _NEAREST and _NEGATED.search(text, 0, match.start()))
        ]
        if place == "governs":
            yield max(found, key=lambda one: (one[1], -one[0]))[2] if found else "nothing governs"
        elif place == "follows":
            yield min(found, key=lambda one: (one[0], -one[1]))[2] if found else "nothing follows"
        else:
            yield from (test for _, _, test in found)
