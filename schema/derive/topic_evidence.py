"""What failed, and why a program says so: the topics that a title, a text or the tags of an incident name.

The title comes first. A text is asked only where the title names nothing: measured over labelled comments, its
sentences name more topics of other matters than of the incident. Tags come last, for they say less than a topic.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ca_incidents.schema.model import Topic
from ca_incidents.schema.tables import topic_words
from ca_incidents.schema.tables.registry import prefix_of
from ca_incidents.schema.tables.topic_words import MOST_TOPICS, Named

# The topic of an incident whose title names a second organisation before its colon.
_SECOND_PARTY = "supplier"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A topic with the words that name it, and what words of a title mean where the table explains them."""

    topic: Topic
    words: tuple[str, ...]
    meaning: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a comment, and the comment's number."""

    text: str
    source: int


def evidence_of(
    title: str, *, also_named: Collection[str] = (), tags: Iterable[str] = (), sentences: Iterable[Sentence] = ()
) -> tuple[Evidence, ...]:
    """Return the topics of an incident, the most telling first; empty where nothing says what failed.

    `also_named` are the organisations that the title names in addition to the CA; `sentences` are those of the text
    that reports the incident, of which the first that names a topic counts.
    """
    found = _in_title(title) or _in_text(sentences) or _in_tags(tags)
    if also_named and 0 < len(found) < MOST_TOPICS and all(one.topic.topic != _SECOND_PARTY for one in found):
        found = (*found, Evidence(Topic(topic=_SECOND_PARTY, read_in="title"), tuple(also_named)))
    return found


def _in_title(title: str) -> tuple[Evidence, ...]:
    """Read a title without the name of its CA, or all of it where the rest says nothing."""
    words = topic_words.standard()
    named = words.named_in(title[len(prefix_of(title)) :]) or words.named_in(title)
    return tuple(Evidence(Topic(topic=one.topic, read_in="title"), one.words, one.meaning) for one in named)


def _in_text(sentences: Iterable[Sentence]) -> tuple[Evidence, ...]:
    for sentence in sentences:
        found = tuple(one for one in topic_words.standard().named_in(sentence.text) if not one.weak)
        if found:
            return tuple(_read_in_text(one, sentence.source) for one in found)
    return ()


def _read_in_text(one: Named, source: int) -> Evidence:
    return Evidence(Topic(topic=one.topic, read_in="text", source=source), one.words)


def _in_tags(tags: Iterable[str]) -> tuple[Evidence, ...]:
    topics: dict[str, str] = {}
    for tag in tags:
        topic = topic_words.standard().tags.get(tag)
        if topic:
            topics.setdefault(topic, tag)
    named = list(topics.items())[:MOST_TOPICS]
    return tuple(Evidence(Topic(topic=topic, read_in="tags"), (tag,)) for topic, tag in named)
