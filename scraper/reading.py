"""The reader of threads that the commands use: what `facts` reads, with this distribution's policy documents."""

from collections.abc import Sequence

from schema import policies
from schema.model import Doubt, Report
from scraper.assemble import ReadThread
from scraper.facts import read_thread
from scraper.wire import WireComment


def thread_reader(*, keep_quotes: bool = False) -> ReadThread:
    """Give the reader of threads that a sync uses, with the policy documents of this distribution."""
    known = policies.standard()

    def read(bug: int, comments: Sequence[WireComment]) -> tuple[Report | None, tuple[Doubt, ...]]:
        reading = read_thread(comments, bug=bug, policies=known, keep_quotes=keep_quotes)
        return reading.report, reading.doubts

    return read
