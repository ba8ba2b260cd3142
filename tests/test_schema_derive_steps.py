"""The dated steps of an incident, their order and the days between them.

Covers: schema/derive/steps.py.
"""

import msgspec
import pytest

from ca_incidents.schema.derive.steps import Step, steps_of
from ca_incidents.schema.model import Incident

FILED = "2025-06-05T10:00:00Z"


def record(report: object = None, **bug: object) -> Incident:
    """Make a record with two comments, the second ten days after the first."""
    comments = [{"number": 0, "at": FILED}, {"number": 1, "at": "2025-06-15T10:00:00Z"}]
    bugzilla = {"status": "NEW", "opened": FILED, "comments": comments, **bug}
    return msgspec.convert({"id": 1, "title": "x", "bugzilla": bugzilla, "report": report}, Incident)


def rows(made: Incident) -> list[tuple[str, float | None]]:
    return [(step.title, step.days) for step in steps_of(made)]


def test_a_bug_without_a_report_has_the_days_of_its_thread() -> None:
    assert rows(record()) == [("Bug filed", None), ("Last comment", 10.0)]


def test_all_steps_are_in_the_order_of_the_days_with_their_sources() -> None:
    report = {
        "noncompliance": {"start": "2025-05-01", "identified": "2025-06-04", "end": "2025-06-05"},
        "aware": "2025-06-03",
        "revoked": "2025-06-05",
        "forms": [{"source": 0, "template": "ccadb-3-preliminary"}, {"source": 1, "template": "ccadb-3-full"}],
        "timeline": [
            {"at": "2025-06-04", "precision": "day", "kind": "issuance-stopped", "source": 0},
            {"at": "2025-06-10", "precision": "day", "kind": "issuance-stopped", "source": 1},
        ],
        "sources": {"noncompliance.start": 0, "noncompliance.identified": 0, "revoked": 1},
    }
    found = steps_of(record(report, resolved="2025-06-20T10:00:00Z"))
    assert found == (
        Step("Non-compliance began", "2025-05-01", "report.noncompliance.start", 0),
        Step("CA became aware", "2025-06-04", "report.noncompliance.identified", 0, 34),
        Step("Issuance stopped", "2025-06-04", "report.timeline[0]", 0, 0),
        Step("Bug filed, with a report", FILED, "bugzilla.opened", None, 1),
        Step("Last certificate revoked", "2025-06-05", "report.revoked", 1, 0),
        Step("Non-compliance ended", "2025-06-05", "report.noncompliance.end", None, 0),
        Step("First full report", "2025-06-15T10:00:00Z", "report.forms[1]", 1, 10),
        Step("Last comment", "2025-06-15T10:00:00Z", "bugzilla.comments[1].at", 1, 0.0),
        Step("Bug closed", "2025-06-20T10:00:00Z", "bugzilla.resolved", None, 5.0),
    )


@pytest.mark.parametrize(
    ("report", "bug", "expected"),
    [
        ({"aware": "2025-06-03"}, {}, [("CA became aware", None), ("Bug filed", 2), ("Last comment", 10.0)]),
        ({"aware": "2025-06"}, {}, [("CA became aware", None), ("Bug filed", None), ("Last comment", 10.0)]),
        ({"aware": "2025-06-05T12:00Z"}, {}, [("CA became aware", None), ("Bug filed", 0), ("Last comment", 10.0)]),
        ({"forms": [{"source": 1, "template": "none"}]}, {}, [("Bug filed", None), ("Last comment", 10.0)]),
        (
            {"forms": [{"source": 1, "template": "ccadb-3-closure"}], "closure": {"source": 1}},
            {},
            [("Bug filed", None), ("Closure report", 10.0), ("Last comment", 0.0)],
        ),
        (
            {"timeline": [{"at": "2025-06-04", "precision": "ambiguous", "kind": "issuance-stopped"}]},
            {},
            [("Bug filed", None), ("Last comment", 10.0)],
        ),
        (None, {"opened_between": ("2025-06-01", "2025-06-05")}, [("Last comment", None)]),
        (None, {"opened_between": ("2025-06-05", "2025-06-05")}, [("Bug filed", None), ("Last comment", 10)]),
        (None, {"comments": [{"number": 0, "at": FILED}]}, [("Bug filed", None)]),
        (None, {"comments": [], "opened_between": ("2025-06-01", "2025-06-05")}, []),
    ],
)
def test_a_day_that_is_not_known_measures_nothing(report: object, bug: dict[str, object], expected: object) -> None:
    assert rows(record(report, **bug)) == expected
