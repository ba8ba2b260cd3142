"""Dates, times and zones as reports write them.

Covers: scraper/reader/text/zones.py.
"""

import pytest

from ca_incidents.scraper.reader.text.dates import Setting, moments, orders_in, setting_of
from ca_incidents.scraper.reader.text.lines import plain_characters
from ca_incidents.scraper.reader.text.zones import offset_of_all


def first(text: str, document: str = "") -> tuple[str | None, str]:
    found = moments(plain_characters(text), setting_of(document, orders_in(document)))
    return (found[0].at, found[0].precision) if found else (None, "")


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param("2025-10-13T08:01Z", "2025-10-13T08:01Z", id="ISO 8601 with Z"),
        pytest.param("2021-06-04T07:56+00:00", "2021-06-04T07:56+00:00", id="ISO 8601 with offset"),
        pytest.param("2024-10-16T19:56:22.12Z", "2024-10-16T19:56Z", id="seconds and fractions"),
        pytest.param("Sep 25, 2024 – 11:33 UTC – a", "2024-09-25T11:33Z", id="en dash between date and time"),
        pytest.param("31 August 2023 at 6:08 AM MST", "2023-08-31T06:08-07:00", id="day before month, am or pm"),
        pytest.param("At 17:47 UTC on August 23rd, 2018", "2018-08-23T17:47Z", id="time before the date"),
        pytest.param("CET 2023-12-02 00:02", "2023-12-02T00:02+01:00", id="zone before the date"),
        pytest.param("2023-12-02 00:02 CEST", "2023-12-02T00:02+02:00", id="zone after the time"),
        pytest.param("2023-07-02 00:02 CET(UTC+2)", "2023-07-02T00:02+02:00", id="offset in brackets wins"),
        pytest.param("2019/8/19 10:00(JST)", "2019-08-19T10:00+09:00", id="zone in brackets"),
        pytest.param("1st of March 2023 14:57 x", "2023-03-01T14:57", id="ordinal day, no zone"),
        pytest.param("20230814, 14:30 UTC", "2023-08-14T14:30Z", id="compact date"),
        pytest.param(
            "2024-03-01 (Fri) 10:00 +0800", "2024-03-01T10:00+08:00", id="weekday in brackets, compact offset"
        ),
        pytest.param("2024-03-01 10:00 UTC - 12 certs", "2024-03-01T10:00Z", id="hyphen after the zone is no offset"),
        pytest.param("2025-01-01 10:00 UTC-5", "2025-01-01T10:00-05:00", id="offset after UTC"),
        pytest.param("2025-12-29 at ~9:15 AM PST", "2025-12-29T09:15-08:00", id="approximate time"),
        pytest.param("12:00 AM UTC, 3 May 2021", "2021-05-03T00:00Z", id="midnight as 12:00 AM"),
        pytest.param("Dec  7 16:37 2022 GMT: a", "2022-12-07T16:37Z", id="date as tools write it"),
        pytest.param("2021\u201108\u201131\u00a007:36 UTC", "2021-08-31T07:36Z", id="non-breaking hyphens and spaces"),
        pytest.param("2020-02-01 14.30 Uhr", "2020-02-01T14:30", id="point in the time with Uhr"),
        pytest.param("July 29. 2024 02:17– a", "2024-07-29T02:17", id="point after the day"),
    ],
)
def test_a_moment_keeps_its_offset(text: str, at: str) -> None:
    assert first(text) == (at, "minute")


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        pytest.param("August 6th, 2025", "2025-08-06", "day", id="month in words, ordinal day"),
        pytest.param("2026-2-26", "2026-02-26", "day", id="month and day without zeros"),
        pytest.param("29-Apr-2025", "2025-04-29", "day", id="day, short month, year"),
        pytest.param("2023-Oct-27", "2023-10-27", "day", id="year, short month, day"),
        pytest.param("31.12.2020", "2020-12-31", "day", id="day over 12 first"),
        pytest.param("12/31/2020", "2020-12-31", "day", id="day over 12 second"),
        pytest.param("10/10/2020", "2020-10-10", "day", id="day and month alike"),
        pytest.param("[2017-11]", "2017-11", "month", id="month in brackets"),
        pytest.param("May 2019", "2019-05", "month", id="month in words"),
        pytest.param("7/8/2022", "7/8/2022", "ambiguous", id="two readings"),
    ],
)
def test_a_day_has_its_precision(text: str, at: str, precision: str) -> None:
    assert first(text) == (at, precision)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("BR 4.9.1.1", id="section"),
        pytest.param("v2.1.6", id="version"),
        pytest.param("31 February 2021", id="day that no calendar has"),
        pytest.param("2021-13-01", id="month that no calendar has"),
        pytest.param("id=20230814", id="number of a certificate"),
        pytest.param("7.1.4.2", id="long section"),
        pytest.param("1,234.56", id="number with separators"),
        pytest.param("N/A", id="placeholder"),
    ],
)
def test_what_is_no_date_gives_none(text: str) -> None:
    assert [moment for moment in moments(text) if moment.at] == []


@pytest.mark.parametrize(
    ("document", "at"),
    [
        pytest.param("09.21.2020", "2020-10-08", id="month first"),
        pytest.param("21.09.2020", "2020-08-10", id="day first"),
        pytest.param("21.09.2020 09.21.2020", "10.08.2020", id="contradiction"),
    ],
)
def test_the_documents_other_dates_settle_the_order(document: str, at: str) -> None:
    assert first("10.08.2020", document)[0] == at


def test_another_comment_of_the_author_settles_the_order() -> None:
    setting = setting_of("10.08.2020", orders_in("09.21.2020"))
    assert moments("10.08.2020", setting)[0].at == "2020-10-08"


@pytest.mark.parametrize(
    ("line", "offset"),
    [
        pytest.param("All times are in CEST.", "+02:00", id="all times"),
        pytest.param("Time zone: UTC+8", "+08:00", id="time zone"),
        pytest.param("All timestamps are GMT+8", "+08:00", id="timestamps"),
        pytest.param("Note: Beijing time, UTC+08:00", "+08:00", id="a note"),
        pytest.param("All events are in UTC", "Z", id="events"),
        pytest.param("Hours are UTC+1", "+01:00", id="hours"),
        pytest.param("**UTC**", "Z", id="nothing else"),
        pytest.param("All times are CET/CEST", None, id="two zones"),
        pytest.param("The response time was 40 ms at 10:00 UTC", None, id="a sentence with numbers"),
        pytest.param("It answers in time for all who ask it from a place that keeps to UTC", None, id="prose"),
    ],
)
def test_a_remark_states_the_zone_of_all_times(line: str, offset: str | None) -> None:
    assert offset_of_all(f"A town is wrong.\n{line}\n- 10:00 mail arrives") == offset


@pytest.mark.parametrize("zone", ["CST", "IST", "BST", "PT"])
def test_a_zone_that_means_several_leaves_the_time_without_offset(zone: str) -> None:
    found = moments(f"2019-04-10 13:00 {zone}")[0]
    assert (found.at, found.unsettled) == ("2019-04-10T13:00", zone)


@pytest.mark.parametrize(
    ("remark", "offset"),
    [
        pytest.param("All times are UTC.", "Z", id="UTC"),
        pytest.param("All times are UTC+8.", "+08:00", id="whole hours"),
        pytest.param("All times are UTC-0700.", "-07:00", id="compact offset"),
        pytest.param("All times Eastern Daylight Time", "-04:00", id="zone in words"),
        pytest.param("Times below are in UTC+8", "+08:00", id="times below"),
        pytest.param("### Timeline (UTC)", "Z", id="heading"),
        pytest.param(
            "All times are in Central European Summer Time (CEST)", "+02:00", id="zone in words and abbreviation"
        ),
        pytest.param("All times are UTC. All times are CET.", None, id="two remarks"),
        pytest.param("| Date and time (UTC) | Event |", "Z", id="column of a table"),
        pytest.param("| Date set | Event |", None, id="word of a column that is no zone"),
        pytest.param("All times are CST", None, id="zone with several meanings"),
        pytest.param("There were times of trouble", None, id="prose about times"),
    ],
)
def test_the_offset_of_all_times(remark: str, offset: str | None) -> None:
    assert setting_of(remark, frozenset()).offset == offset


def test_a_written_offset_wins_over_that_of_all_times() -> None:
    setting = setting_of("All times are UTC.", frozenset())
    assert [m.at for m in moments("2024-01-01 10:00 CET", setting)] == ["2024-01-01T10:00+01:00"]
    assert [m.at for m in moments("2024-01-01 10:00", setting)] == ["2024-01-01T10:00Z"]


@pytest.mark.parametrize("word", ["Sepember", "\u017feptember", "Septembre", "Augus", "Mai"])
def test_a_misspelt_month_is_no_date_and_no_error(word: str) -> None:
    assert not [m for m in moments(f"We noticed this on 5 {word} 2023.", Setting()) if m.precision == "day"]


def test_a_spelled_date_settles_the_order_of_a_numeric_one() -> None:
    assert orders_in("On February 4, 2022 it failed. It was seen on 02/04/2022.") == {("/", "mdy")}
    assert orders_in("On 2 April 2022 it failed. It was seen on 02/04/2022.") == {("/", "dmy")}
    assert orders_in("On 2 April it failed. It was seen on 02/04/2022.") == {("/", "dmy")}
    assert orders_in("On 9 May 2022 it failed. It was seen on 02/04/2022.") == frozenset()
    assert orders_in("From 4 February 2022 to 2 April 2022 it failed, or 02/04/2022.") == frozenset()


def test_a_zone_after_the_day_is_that_of_the_time_before_it() -> None:
    assert [one.at for one in moments("At 19:02 on 21 October 2023 UTC we saw it.")] == ["2023-10-21T19:02Z"]
    assert [one.at for one in moments("At 19:02 on 21 October 2023 we saw it.")] == ["2023-10-21T19:02"]
