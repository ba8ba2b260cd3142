"""The topics of an incident: what failed, as its title, its first text or its tags say."""

from collections.abc import Collection, Iterator, Sequence

from ca_incidents.schema.derive.topic_evidence import Sentence, evidence_of
from ca_incidents.schema.model import Topic
from ca_incidents.scraper.reader.document import documents_of
from ca_incidents.scraper.reader.text.sentences import sentences_of
from ca_incidents.scraper.sources.bug import WireComment

# What failed is said at the beginning of a report; later sentences are about causes, dates and other bugs.
_SENTENCES = 4


def read_topics(
    title: str, also_named: Collection[str], tags: Sequence[str], comments: Sequence[WireComment]
) -> tuple[Topic, ...]:
    """Return the topics of a bug; the texts are read only where the title names none."""
    evidence = evidence_of(title, also_named=also_named, tags=tags, sentences=_first_sentences(comments))
    return tuple(one.topic for one in evidence)


def _first_sentences(comments: Sequence[WireComment]) -> Iterator[Sentence]:
    with_text = [comment for comment in comments if comment.text is not None][:1]
    for document in documents_of(with_text):
        sentences = [sentence for prose in document.prose for sentence in sentences_of(prose.text)]
        yield from (Sentence(text, document.number) for text in sentences[:_SENTENCES])
