"""Written times as spans of all that they can mean."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ca_incidents.schema.record.time_spans import days_between, later_text, span_of

TIMES = st.from_regex(
    r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?", fullmatch=True
)


def utc(*numbers):
    return datetime(*numbers, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2025-03-04T10:00:30Z", utc(2025, 3, 4, 10, 0, 30), utc(2025, 3, 4, 10, 0, 30)),
        ("2025-03-04T10:00-05:00", utc(2025, 3, 4, 15, 0, 0), utc(2025, 3, 4, 15, 0, 59)),
        ("2025-03-04T10:00", utc(2025, 3, 3, 20, 0, 0), utc(2025, 3, 4, 22, 0, 59)),
        ("2025-03-04", utc(2025, 3, 3, 10), utc(2025, 3, 5, 11, 59, 59)),
        ("2025-12", utc(2025, 11, 30, 10), utc(2026, 1, 1, 11, 59, 59)),
        ("2025", utc(2024, 12, 31, 10), utc(2026, 1, 1, 11, 59, 59)),
    ],
)
def test_a_time_spans_every_zone_it_may_stand_in(text, earliest, latest):
    span = span_of(text)
    assert (span.earliest, span.latest) == (earliest, latest)


@pytest.mark.parametrize(
    "text", ["2025-02-30", "2025-13", "0000", "2025-01-01T24:00Z", "03.04.2025", "", "2025-01-01T1"]
)
def test_what_is_no_date_has_no_span(text):
    assert span_of(text) is None


def test_order_must_hold_under_every_reading():
    day, moment = span_of("2025-03-04"), span_of("2025-03-05T09:00Z")
    assert not moment.surely_after(day)
    assert not moment.surely_not_after(day)
    assert span_of("2025-03-05T12:00Z").surely_after(day)
    assert span_of("2025-03-03T09:59Z").surely_not_after(day)


@pytest.mark.parametrize(
    ("text", "by", "later"),
    [
        ("2025-02-27", timedelta(hours=72), "2025-03-02"),
        ("2025-02-27", timedelta(hours=10), None),
        ("2025-02-27T23:30-05:00", timedelta(hours=24), "2025-02-28T23:30-05:00"),
        ("2025-02-27T23:30:15Z", timedelta(days=14), "2025-03-13T23:30:15Z"),
        ("0099-12-31", timedelta(days=1), "0100-01-01"),
        ("2025-02", timedelta(days=14), None),
        ("9999-12-31", timedelta(days=14), None),
    ],
)
def test_a_later_time_keeps_its_form(text, by, later):
    assert later_text(text, by) == later


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2025-03-01T12:00Z", "2025-03-03T00:00:00Z", 1.5),
        ("2025-03-01T23:00-05:00", "2025-03-02T04:00:00Z", 0),
        ("2025-03-01", "2025-03-03T23:00:00Z", 2),
        ("2025-03-01T10:00", "2025-03-03T23:00:00Z", 2),
        ("2025-03-03", "2025-03-01", None),
        ("2025-03", "2025-03-09", None),
    ],
)
def test_days_are_as_exact_as_both_ends(start, end, days):
    assert days_between(start, end) == days


@given(TIMES, TIMES, st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=4000)))
def test_no_time_of_the_schema_makes_it_fall_over(one, two, by):
    span = span_of(one)
    later_text(one, by)
    days = days_between(one, two)
    assert days is None or days >= 0
    assert span is None or span.earliest <= span.latest <= span.shifted(by).latest


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9990, 1, 1)), st.integers(0, 3000))
def test_a_later_text_means_the_shifted_span(moment, hours):
    text = f"{moment.isoformat()[:16]}+01:00"
    by = timedelta(hours=hours)
    span = span_of(text)
    assert span_of(later_text(text, by)) == span.shifted(by)
