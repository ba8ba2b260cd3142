"""The word classes of `words.yaml`, compiled: which named tests the words around a mention pass."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from ca_incidents.schema.record.yaml_text import load_trusted

Place = Literal[
    "phrase", "governs", "follows", "next before", "next after", "close before", "close after", "before", "after",
    "sentence",
]  # fmt: skip


class WordClass(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"name": "class"}):
    """One class: its words, a sentence with one of them, and the name of the test at each place."""

    name: str
    example: str
    words: str
    tests: dict[Place, str]

    @property
    def pattern(self) -> re.Pattern[str]:
        """The words as one regular expression, case ignored, the longest first."""
        words = sorted((word.strip() for word in self.words.split(",")), key=lambda word: (-len(word), word))
        alternatives = "|".join(re.escape(word).replace(r"\*", r"\w*") for word in words)
        return re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])", re.I)


@cache
def word_classes() -> tuple[WordClass, ...]:
    """Read the table of this distribution."""
    data = load_trusted(files("ca_incidents.scraper.reader.evidence").joinpath("words.yaml").read_bytes())
    return msgspec.convert(data, tuple[WordClass, ...])


@cache
def _tests_at() -> Mapping[Place, tuple[tuple[str, re.Pattern[str]], ...]]:
    tests: dict[Place, list[tuple[str, re.Pattern[str]]]] = {}
    for one in word_classes():
        for place, test in one.tests.items():
            tests.setdefault(place, []).append((test, one.pattern))
    return {place: tuple(every) for place, every in tests.items()}


def passed(around: Mapping[Place, str]) -> Iterator[str]:
    """Name the tests that the text at each place passes; of `governs` and `follows` only the nearest word counts."""
    for place, tests in _tests_at().items():
        text = around[place]
        if place == "governs":
            nearest = max(
                ((m.end(), -m.start(), test) for test, words in tests for m in words.finditer(text)), default=None
            )
        elif place == "follows":
            nearest = min(
                ((m.start(), -m.end(), test) for test, words in tests for m in words.finditer(text)), default=None
            )
        else:
            yield from (test for test, words in tests if words.search(text))
            continue
        yield nearest[2] if nearest else f"nothing {place}"
