"""What a named bug is to the naming one, and on which evidence.

Covers: schema/derive/links.py.
"""

from typing import Any

import msgspec
import pytest

from ca_incidents.schema.derive.links import links_of
from ca_incidents.schema.model import Incident

LATE = {"topics": [{"topic": "revocation-late"}]}
CAA = {"topics": [{"topic": "caa"}]}
UNANSWERED = {"topics": [{"topic": "problem-report-late"}]}


def record(number: int, cites: tuple[int, ...] = (), *, learned: int | None = None, **parts: object) -> Incident:
    """Make a record that cites bugs in its first comment; `learned` is the comment that tells of the discovery."""
    report: dict[str, Any] = {"related": [{"bug": bug, "relation": "cited", "source": 0} for bug in cites]}
    if learned is not None:
        report |= {"discovery": "other-ca-incident", "sources": {"discovery": learned}}
    made = {
        "id": number,
        "title": "made for a test",
        "ca": "alder",
        "bugzilla": {"status": "NEW", "opened": "2025-06-05T10:00:00Z"},
        "report": report,
    }
    return msgspec.convert(made | parts, Incident)


def kinds(*records: Incident) -> list[tuple[int, str]]:
    """Return what the bugs are that the first record names."""
    found = links_of({one.id: one for one in records}).names.get(records[0].id, ())
    return [(link.target, link.kind) for link in found]


OTHER = {"ca": "birch"}
THIRD = 1000003
FIRST, SECOND = 1000001, 1000002


@pytest.mark.parametrize(
    ("naming", "others", "expected"),
    [
        (
            record(FIRST, title="Alder: Delayed revocation for bug 1000002", **LATE),
            [record(SECOND, **CAA)],
            [(SECOND, "delayed-revocation-of")],
        ),
        (record(FIRST, (SECOND,), **LATE), [record(SECOND)], [(SECOND, "delayed-revocation-of")]),
        (
            record(FIRST, title="Alder: Late, as bug 1000002", **LATE),
            [record(SECOND, **LATE)],
            [(SECOND, "same-topic")],
        ),
        (
            record(FIRST, (SECOND,), tags=["leaf-revocation-delay"]),
            [record(SECOND)],
            [(SECOND, "delayed-revocation-of")],
        ),
        (record(FIRST, (SECOND,), **LATE), [record(SECOND, **OTHER)], [(SECOND, "cited")]),
        (record(FIRST, (SECOND,), **LATE), [record(SECOND, **LATE)], [(SECOND, "same-topic")]),
        (
            record(FIRST, (SECOND, THIRD), **LATE),
            [record(SECOND), record(THIRD)],
            [(SECOND, "cited"), (THIRD, "cited")],
        ),
        (
            record(FIRST, (SECOND, THIRD), topics=[{"topic": "revocation-late"}, {"topic": "caa"}]),
            [record(SECOND), record(THIRD, **CAA)],
            [(SECOND, "cited"), (THIRD, "delayed-revocation-of")],
        ),
        (
            record(FIRST, (SECOND, THIRD), **LATE),
            [record(SECOND), record(THIRD, **UNANSWERED)],
            [(SECOND, "delayed-revocation-of"), (THIRD, "cited")],
        ),
        (
            record(FIRST, (THIRD,), title="Alder: Late revocation, ticket #1000002", **LATE),
            [record(SECOND), record(THIRD)],
            [(SECOND, "delayed-revocation-of"), (THIRD, "cited")],
        ),
        (
            record(FIRST, title="Alder: No answer to questions in bug 1000002", topics=[{"topic": "incident-report"}]),
            [record(SECOND)],
            [(SECOND, "handling-of")],
        ),
        (record(FIRST, (SECOND,), **CAA), [record(SECOND, **CAA)], [(SECOND, "same-topic")]),
        (record(FIRST, (SECOND,), **CAA), [record(SECOND, **CAA, **OTHER)], [(SECOND, "same-topic-elsewhere")]),
        (record(FIRST, (SECOND,), learned=0, **CAA), [record(SECOND, **CAA, **OTHER)], [(SECOND, "learned-from")]),
        (record(FIRST, (SECOND,), learned=4), [record(SECOND, **OTHER)], [(SECOND, "cited")]),
        (
            record(FIRST, (SECOND, THIRD), learned=0),
            [record(SECOND, **OTHER), record(THIRD, **OTHER)],
            [(SECOND, "cited"), (THIRD, "cited")],
        ),
        (record(FIRST, (SECOND,), topics=[{"topic": "outage"}]), [record(SECOND, topics=[{"topic": "outage"}])], None),
        (record(FIRST, (SECOND,), ca=None, **LATE), [record(SECOND, ca=None)], None),
        (record(FIRST, (SECOND,), **LATE), [], None),
    ],
)
def test_what_a_named_bug_is(naming: Incident, others: list[Incident], expected: list[tuple[int, str]] | None) -> None:
    assert sorted(kinds(naming, *others)) == (expected or [(SECOND, "cited")])


def test_a_link_leads_both_ways_and_says_where_it_was_read() -> None:
    links = links_of({FIRST: record(FIRST, (SECOND,), **LATE), SECOND: record(SECOND)})
    (link,) = links.named_by[SECOND]
    assert (link,) == links.names[FIRST]
    assert (link.relation, link.path, link.comment) == ("cited", "report.related[0]", 0)


def test_what_bugzilla_says_is_not_interpreted() -> None:
    relations = {"duplicates": [SECOND], "blocks": [THIRD]}
    bug = {"status": "NEW", "opened": "2025-06-05T10:00:00Z", "relations": relations}
    found = kinds(record(FIRST, bugzilla=bug, **LATE), record(SECOND), record(THIRD))
    assert found == [(THIRD, "blocks"), (SECOND, "duplicate")]


def test_curated_topics_decide() -> None:
    corrected = record(FIRST, (SECOND,), **CAA, curated={"topics": ["revocation-late"]})
    assert kinds(corrected, record(SECOND)) == [(SECOND, "delayed-revocation-of")]
