"""The same topic again at the same CA.

Covers: schema/derive/recurrences.py.
"""

from typing import Any

import msgspec

from ca_incidents.schema.derive.recurrences import Recurrence, recurrences_of
from ca_incidents.schema.model import Incident


def record(number: int, opened: str, *topics: str, ca: str | None = "alder", **bug: object) -> Incident:
    made: dict[str, Any] = {
        "id": number,
        "title": "x",
        "ca": ca,
        "bugzilla": {"status": "NEW", "opened": opened, **bug},
    }
    return msgspec.convert(made | {"topics": [{"topic": topic} for topic in topics]}, Incident)


def found(*records: Incident) -> tuple[Recurrence, ...]:
    return recurrences_of({one.id: one for one in records})


def test_each_incident_leads_to_the_next_with_its_topic() -> None:
    records = (
        record(3, "2025-03-01", "caa"),
        record(1, "2025-01-01", "caa", "crl"),
        record(2, "2025-02-01", "crl", "caa"),
    )
    assert found(*records) == (Recurrence(1, 2, ("caa", "crl"), 31), Recurrence(2, 3, ("caa",), 28))


def test_another_ca_another_topic_and_two_years_later_are_no_recurrence() -> None:
    first = record(1, "2020-01-01", "caa", "outage", "audit-opinion")
    assert not found(first, record(2, "2020-02-01", "caa", ca="birch"))
    assert not found(record(3, "2020-01-01", "caa", ca=None), record(4, "2020-02-01", "caa", ca=None))
    assert not found(first, record(2, "2020-02-01", "crl"))
    assert not found(first, record(2, "2020-02-01", "outage", "audit-opinion"))
    assert found(first, record(2, "2021-12-31", "caa"))
    assert not found(first, record(2, "2022-01-01", "caa"))


def test_a_bug_without_a_day_has_no_recurrence() -> None:
    first = record(1, "2025-01-01", "caa")
    assert not found(first, record(2, "2025", "caa", opened_between=("2025-02-01", "2025-02-03")))
    assert found(first, record(2, "2025", "caa", opened_between=("2025-02-01", "2025-02-01")))[0].days == 31
