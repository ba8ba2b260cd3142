"""Days that only the day of the comment makes complete."""

import pytest

from ca_incidents.scraper.reader.text.dates import moments
from ca_incidents.scraper.reader.text.relative_days import days_told

_MONDAY = "2024-01-15T10:00:00Z"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        pytest.param("live since yesterday", ["2024-01-14"], id="yesterday"),
        pytest.param("held the day before yesterday", ["2024-01-13"], id="the day before yesterday"),
        pytest.param("deployed earlier today", ["2024-01-15"], id="today"),
        pytest.param("released this morning", ["2024-01-15"], id="this morning"),
        pytest.param("finished three days ago", ["2024-01-12"], id="days ago"),
        pytest.param("finished 12 days ago", ["2024-01-03"], id="many days ago"),
        pytest.param("installed last Thursday", ["2024-01-11"], id="last Thursday"),
        pytest.param("in use since Friday", ["2024-01-12"], id="since Friday"),
        pytest.param("installed on Thursday, 4 January 2024", ["2024-01-04"], id="a weekday before its date"),
        pytest.param("ready by Friday", ["2024-01-19"], id="by Friday"),
        pytest.param("we will tell you tomorrow", ["2024-01-16"], id="tomorrow"),
        pytest.param("published on 9 November", ["2023-11-09"], id="no year, in the past"),
        pytest.param("due on 9 February", ["2024-02-09"], id="no year, in the future"),
        pytest.param("due on 30 February", [None], id="no such day"),
        pytest.param("last week, on a Friday", [], id="no day"),
    ],
)
def test_the_day_of_the_comment_completes_a_date(text: str, days: list[str | None]) -> None:
    assert [one.at for one in days_told(text, moments(text), _MONDAY)] == days


def test_without_the_day_of_the_comment_only_what_is_written_counts() -> None:
    text = "done yesterday, or on 9 November, or on 9 November 2023"
    assert [one.at for one in days_told(text, moments(text), None)] == [None, "2023-11-09"]


@pytest.mark.parametrize(
    "text", ["Train the staff, due on Friday", "The new deadline is on Friday", "Done on Thursday"]
)
def test_a_weekday_that_may_lie_ahead_or_be_today_is_not_read(text: str) -> None:
    assert days_told(text, (), "2020-05-14T10:00:00Z") == ()


@pytest.mark.parametrize("written", ["0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z"])
def test_a_day_at_the_end_of_the_calendar_has_no_neighbour(written: str) -> None:
    assert days_told("Done yesterday, the rest follows tomorrow.", (), written) == ()
