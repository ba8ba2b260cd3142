"""The day of the last revocation."""

from word_sources import PLACES_OF_REVOKED, REVOKED

from ca_incidents.schema.tables.policies import standard
from ca_incidents.scraper.reader.thread import read_thread
from ca_incidents.scraper.sources.bug import Person, WireComment


def revoked(*texts: str, of_ca: bool = True) -> str | None:
    comments = [
        WireComment(number=number, at=f"2024-02-06T{number + 12}:00:00Z", person=Person(nick="a"), text=text)
        for number, text in enumerate(texts)
    ]
    found = read_thread(comments, bug=None, policies=standard(), of_ca=frozenset({"a"} if of_ca else ())).report
    return found.revoked if found else None


def test_most_of_the_fitted_sentences_are_read() -> None:
    lines = [line.split("\t") for line in REVOKED.read_text("utf-8").splitlines()]
    read = [
        (revoked(PLACES_OF_REVOKED[place].format(text.replace("\\n", "\n"))) or "-", at) for at, place, text in lines
    ]
    right = sum(found == at != "-" for found, at in read)
    assert right / sum(found != "-" for found, _ in read) >= 0.9
    assert right / sum(at != "-" for _, at in read) >= 0.9


def test_a_later_comment_may_tell_a_later_day_and_no_earlier_one() -> None:
    first = "## Incident Report\n### Summary\nAll certificates were revoked on 2024-02-03 10:00 UTC."
    assert revoked(first) == "2024-02-03T10:00Z"
    assert revoked(first, "The last of the 27 was revoked on 2024-02-05.") == "2024-02-05"
    assert revoked(first, "The last of the 27 was revoked on 2024-02-01.") == "2024-02-03T10:00Z"


def test_a_day_to_come_is_a_plan() -> None:
    assert revoked("## Incident Report\n### Summary\nAll certificates are revoked on 2024-03-01.") is None
