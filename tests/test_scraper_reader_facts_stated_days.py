import pytest

from ca_incidents.scraper.reader.document import Document, documents_of
from ca_incidents.scraper.reader.facts.stated_days import dated
from ca_incidents.scraper.sources.bug import WireComment


def document(text: str) -> Document:
    return documents_of([WireComment(number=0, at="2024-03-10T09:00:00Z", text=text)])[0]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        pytest.param("This was noticed three days ago.", [], id="counted back"),
        pytest.param("We were told last night.", [], id="a night of two days"),
        pytest.param("It was down between 08:00 UTC and about 09:00 UTC on 7 March 2024.", [], id="the end of a span"),
        pytest.param("We will answer by 20 March 2024.", [], id="after its writing"),
        pytest.param("Seen on 7 March, and fixed the next day in 2024.", ["2024-03-07"], id="a day without its year"),
        pytest.param("Seen on 7 March 2024, fixed the next day.", ["2024-03-07", "2024-03-08"], id="the next day"),
    ],
)
def test_the_days_that_a_text_names(text: str, days: list[str]) -> None:
    assert [at for _, at in dated(text, document(text))] == days
