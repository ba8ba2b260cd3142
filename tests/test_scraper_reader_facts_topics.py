"""Topics of a bug, from its title or the beginning of its first text."""

from ca_incidents.schema.model import Topic
from ca_incidents.scraper.reader.facts.topics import read_topics
from ca_incidents.scraper.sources.bug import Person, WireComment

SILENT = "Alder CA: Bug for what happened in May"


def comment(text: str | None, number: int = 0) -> WireComment:
    return WireComment(number=number, at=None, person=Person(nick="alder"), text=text)


def test_a_title_needs_no_text() -> None:
    assert read_topics("Alder CA: Expired CRL", (), (), ()) == (Topic(topic="status-unavailable", read_in="title"),)


def test_the_first_text_is_read_where_the_title_is_silent() -> None:
    comments = (comment(None), comment("Good morning.\n\nOur CRL expired on Sunday.", 1), comment("CAA skipped.", 2))
    assert read_topics(SILENT, (), (), comments) == (Topic(topic="status-unavailable", read_in="text", source=1),)


def test_only_the_beginning_of_a_text_counts() -> None:
    text = "We looked at it. We called a meeting. We wrote it down. We went home. Our CRL expired."
    assert read_topics(SILENT, (), (), (comment(text),)) == ()
