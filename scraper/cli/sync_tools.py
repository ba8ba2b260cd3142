"""What the commands hand to a sync: the published tables and this package's reader."""

from ca_incidents.schema.tables import registry
from ca_incidents.scraper.reader.facts.topics import read_topics
from ca_incidents.scraper.reader.thread import thread_reader
from ca_incidents.scraper.reader.whiteboard import read_whiteboard
from ca_incidents.scraper.sync.assemble import Tools


def tools(*, keep_quotes: bool) -> Tools:
    """Return the tools of a sync; quotations are kept in records only where asked for."""
    return Tools(
        registry=registry.standard(),
        read_whiteboard=read_whiteboard,
        read_thread=thread_reader(keep_quotes=keep_quotes),
        read_topics=read_topics,
    )
