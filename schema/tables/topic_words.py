"""The words that name topics: the table `topic_words.yaml`, and a matcher that looks at each word of a text once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain

import msgspec

from ca_incidents.schema.record.yaml_text import load_trusted

MOST_TOPICS = 3
_WIDEST_GAP = 4
# No beginning of a word in the table is longer; without a limit, one word of a long text would take quadratic time.
_LONGEST_BEGINNING = 40
_ANY = "*"
_WORD = re.compile(r"[a-z0-9]+")
_CAPITALISED = re.compile(r"[\w'’]*[A-Z][\w'’]*")
_CLASS = re.compile(r"\((\w+)\)")

Phrase = tuple[str, ...]
# Phrases of which one is enough, as the table writes them.
Choice = tuple[str, ...]


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One combination of words that names a topic, and an invented title that needs it."""

    words: tuple[Choice, ...]
    example: str
    without: Choice = ()

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Everything that is looked for."""
        return (*self.words, self.without) if self.without else self.words


class Meaning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What words of a title mean once it names a topic, and an invented title that has them."""

    topic: str
    words: tuple[Choice, ...]
    says: str
    example: str


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rows of one topic, and how it stands to the others; the first comment of the file explains the fields."""

    topic: str
    rows: tuple[Row, ...]
    over: frozenset[str] = frozenset()
    joins: frozenset[str] = frozenset()
    weak: bool = False


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    classes: dict[str, Choice]
    topics: tuple[Entry, ...]
    tags: dict[str, str]
    unspecific: Choice = ()
    verdicts: Choice = ()
    things: Choice = ()
    meanings: tuple[Meaning, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """A topic that a text names, the words that name it, whether they say little, and what they mean."""

    topic: str
    words: tuple[str, ...]
    weak: bool
    meaning: str | None = None


@dataclass(frozen=True)
class TopicWords:
    """The table, ready for matching.

    `starts` maps the first word of a phrase to the phrase and the choice that it belongs to. `tags` maps a tag to the
    topic that it names.
    """

    entries: tuple[Entry, ...]
    tags: Mapping[str, str]
    starts: Mapping[str, Sequence[tuple[Phrase, Choice]]]
    unspecific: frozenset[str]
    verdicts: frozenset[str]
    things: frozenset[str]
    meanings: tuple[Meaning, ...]

    def named_in(self, text: str) -> tuple[Named, ...]:
        """Return the topics that a title or sentence names, in the order of the table, at most `MOST_TOPICS`."""
        found = self._found(text)
        hits = [(entry, row) for entry in self.entries if (row := _first_row(entry, found)) is not None]
        covered = frozenset(chain.from_iterable(entry.over for entry, _ in hits))
        hits = [(entry, row) for entry, row in hits if entry.topic not in covered]
        strong = {entry.topic for entry, _ in hits if not entry.weak}
        named: dict[str, Named] = {}
        for entry, row in hits:
            says_little = entry.weak and (strong - entry.joins or any(one.weak for one in named.values()))
            if entry.topic not in named and not says_little:
                words = tuple(found[choice] for choice in row.words)
                named[entry.topic] = Named(entry.topic, words, entry.weak, self._meaning(entry.topic, found))
        return tuple(named.values())[:MOST_TOPICS]

    def is_unspecific(self, text: str, names: frozenset[str] = frozenset()) -> bool:
        """Return whether a text has words, and none that says what went wrong; `names` are words that say nothing."""
        named = names & frozenset(words_of(" ".join(_CAPITALISED.findall(text))))
        words = [word for word in words_of(text) if not word.isdecimal() and word not in named]
        known = ((self.unspecific | self.verdicts), (self.unspecific | self.things))
        return bool(words_of(text)) and any(_all_known(words, one) for one in known)

    def _meaning(self, topic: str, found: Mapping[Choice, str]) -> str | None:
        of_topic = (one for one in self.meanings if one.topic == topic)
        return next((one.says for one in of_topic if all(choice in found for choice in one.words)), None)

    def _found(self, text: str) -> dict[Choice, str]:
        """Return the choices of which a text has a phrase, each with the words in the text."""
        words = words_of(text)
        forms = [frozenset(_forms(word)) for word in words]
        found: dict[Choice, str] = {}
        for at, known in enumerate(forms):
            for form in sorted(known & self.starts.keys()):
                for phrase, choice in self.starts[form]:
                    end = None if choice in found else _end_of(phrase, forms, at)
                    if end:
                        found[choice] = " ".join(words[at:end])
        return found


def _all_known(words: Sequence[str], known: frozenset[str]) -> bool:
    """Return whether nothing is left of a text without the words and phrases of a table."""
    rest = f" {' '.join(words)} "
    for phrase in known:
        if " " in phrase:
            rest = rest.replace(f" {phrase} ", " ")
    return all(known & frozenset(_forms(word)) for word in rest.split())


def _first_row(entry: Entry, found: Mapping[Choice, str]) -> Row | None:
    for row in entry.rows:
        if all(choice in found for choice in row.words) and row.without not in found:
            return row
    return None


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are compared with the table."""
    return _WORD.findall(text.casefold().replace("s/mime", "smime").replace("'", "").replace("’", ""))


def _forms(word: str) -> Iterator[str]:
    """Yield how the table may write a word: as it is, without the -s of a plural, or its beginning and `*`."""
    yield word
    if word.endswith("s"):
        yield word[:-1]
    for length in range(1, min(len(word), _LONGEST_BEGINNING) + 1):
        yield f"{word[:length]}*"


def _end_of(phrase: Phrase, forms: Sequence[frozenset[str]], at: int) -> int | None:
    """Return where a phrase that begins at a word ends, None where it is not there."""
    if not phrase:
        return at
    if phrase[0] == _ANY:
        ends = (_end_of(phrase[1:], forms, at + gap) for gap in range(_WIDEST_GAP + 1))
        return next((end for end in ends if end), None)
    if at < len(forms) and phrase[0] in forms[at]:
        return _end_of(phrase[1:], forms, at + 1)
    return None


@cache
def standard() -> TopicWords:
    """Return the table of this distribution."""
    return read(files("ca_incidents.schema").joinpath("topic_words.yaml").read_bytes())


def read(raw: bytes) -> TopicWords:
    """Read a table from the text of `topic_words.yaml`."""
    data = msgspec.convert(load_trusted(raw), _File)
    choices = {choice for entry in data.topics for row in entry.rows for choice in row.choices}
    choices |= {choice for meaning in data.meanings for choice in meaning.words}
    starts: dict[str, list[tuple[Phrase, Choice]]] = {}
    for choice in sorted(choices):
        # The longest phrase first, so that the evidence shown is as exact as the table.
        for phrase in sorted(_phrases(choice, data.classes), key=lambda phrase: (-len(phrase), phrase)):
            starts.setdefault(phrase[0], []).append((phrase, choice))
    return TopicWords(
        data.topics,
        data.tags,
        starts,
        frozenset(data.unspecific),
        frozenset(data.verdicts),
        frozenset(data.things),
        data.meanings,
    )


def _phrases(choice: Choice, classes: Mapping[str, Choice]) -> set[Phrase]:
    found: set[Phrase] = set()
    for phrase in choice:
        name = _CLASS.fullmatch(phrase)
        found |= _phrases(classes[name[1]], classes) if name else {tuple(phrase.split())}
    return found
