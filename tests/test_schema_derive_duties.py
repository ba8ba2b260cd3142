"""Duties of an incident: which apply, when each is due, and what the command prints.

Covers: schema/cli/deadlines.py.
"""

import io
import json
import sys
from pathlib import Path
from typing import get_args

import pytest
from test_schema_check import ONE, incident, put, root  # noqa: F401

from ca_incidents.schema import dataset
from ca_incidents.schema.cli import command
from ca_incidents.schema.cli import deadlines as deadlines_command
from ca_incidents.schema.cli.all import COMMANDS
from ca_incidents.schema.derive.clocks import clocks_of
from ca_incidents.schema.derive.duties import EVENTS, Duty, Known, duties_of, known_from
from ca_incidents.schema.derive.status import case_of
from ca_incidents.schema.model import Bugzilla, Closure, Comment, Incident, Report, Reporter
from ca_incidents.schema.record.effective import effective
from ca_incidents.schema.tables import deadlines, registry
from ca_incidents.schema.tables.deadlines import Start

AWARE = "2026-08-01T10:00Z"
# A worked case: the kind, the event and its time, the rule, and when the duty is due.
CASES = [
    # CCADB IRG 3.x, "When are reports expected?": 72 hours, weekends included (1 August 2026 is a Saturday).
    ("tls-leaf", "awareness", "2026-08-01T10:00Z", "disclosure-72h", "2026-08-04T10:00Z"),
    ("audit-finding", "awareness", "2026-08-01T10:00Z", "audit-finding-72h", "2026-08-04T10:00Z"),
    # The offset stays the same, over the end of a month, a year and a leap day, and where summer time ends.
    ("smime", "awareness", "2026-08-30T23:30+05:30", "disclosure-72h", "2026-09-02T23:30+05:30"),
    ("ca", "awareness", "2026-12-30T00:00:30-08:00", "disclosure-72h", "2027-01-02T00:00:30-08:00"),
    ("ca", "awareness", "2028-02-28T12:00Z", "disclosure-72h", "2028-03-02T12:00Z"),
    ("tls-leaf", "awareness", "2026-10-24T12:00+02:00", "disclosure-72h", "2026-10-27T12:00+02:00"),
    # In force from its first day, in UTC.
    ("tls-leaf", "awareness", "2025-02-28T23:59Z", "disclosure-72h", None),
    ("tls-leaf", "awareness", "2025-03-01T00:00Z", "disclosure-72h", "2025-03-04T00:00Z"),
    ("tls-leaf", "awareness", "2025-03-01T01:00+02:00", "disclosure-72h", None),
    # "When are reports expected?": 14 days after the first post; the rule is the one in force at that post.
    ("tls-leaf", "disclosure", "2026-08-03T09:15Z", "full-report-14d", "2026-08-17T09:15Z"),
    ("tls-leaf", "disclosure", "2025-02-28T09:00Z", "full-report-two-weeks", "2025-03-14T09:00Z"),
    ("tls-leaf", "disclosure", "2025-02-28T09:00Z", "full-report-14d", None),
    # "When are reports updated?"
    ("tls-leaf", "update", "2026-08-03T09:00Z", "update-weekly", "2026-08-10T09:00Z"),
    ("delayed-revocation", "update", "2026-08-03T09:00Z", "update-delayed-revocation-7d", "2026-08-10T09:00Z"),
    ("tls-leaf", "update", "2026-08-03T09:00Z", "update-delayed-revocation-7d", None),
    ("tls-leaf", "question", "2026-08-03T09:00Z", "answer-7d", "2026-08-10T09:00Z"),
    ("tls-leaf", "action-change", "2026-08-03T09:00Z", "action-item-change-3d", "2026-08-06T09:00Z"),
    ("tls-leaf", "next-update", "2026-08-20", "update-on-whiteboard-date", "2026-08-20"),
    ("tls-leaf", "action-due", "2026-09-30", "action-item-due", "2026-09-30"),
    # TLS BR 4.9.1.1 and 4.9.1.2; before ballot SC6 every reason allowed 24 hours.
    ("tls-leaf", "awareness", "2026-08-01T10:00Z", "revocation-24h", "2026-08-02T10:00Z"),
    ("tls-leaf", "awareness", "2026-08-01T10:00Z", "revocation-5d", "2026-08-06T10:00Z"),
    ("tls-leaf", "awareness", "2018-10-13T10:00Z", "revocation-24h-all", "2018-10-14T10:00Z"),
    ("tls-leaf", "awareness", "2018-10-13T10:00Z", "revocation-5d", None),
    ("ca", "awareness", "2026-08-01T10:00Z", "revocation-ca-7d", "2026-08-08T10:00Z"),
    ("ca", "awareness", "2026-08-01T10:00Z", "revocation-5d", None),
    # S/MIME BR and Code Signing BR 4.9.1.1, the latter from 15 April 2024.
    ("smime", "awareness", "2026-08-01T10:00Z", "revocation-smime-5d", "2026-08-06T10:00Z"),
    ("code-signing", "awareness", "2024-04-14T10:00Z", "revocation-code-signing-24h", None),
    ("code-signing", "awareness", "2024-04-15T10:00Z", "revocation-code-signing-24h", "2024-04-16T10:00Z"),
    # TLS BR 4.9.5 and CCADB Policy 5.2: the period starts elsewhere.
    ("tls-leaf", "problem-report", "2026-08-01T08:00Z", "problem-report-24h", "2026-08-02T08:00Z"),
    ("audit-finding", "audit-period", "2026-06-30", "ccadb-audit-92d", "2026-09-30"),
    # Only a day is known: a period of hours that is whole days ends on a day.
    ("tls-leaf", "awareness", "2026-08-01", "disclosure-72h", "2026-08-04"),
]


def due(known: Known) -> dict[str, Duty]:
    return {duty.rule.slug: duty for duty in duties_of(known, deadlines.standard())}


@pytest.mark.parametrize(("kind", "event", "at", "slug", "expected"), CASES)
def test_a_worked_case_is_due_when_its_rule_says(kind, event, at, slug, expected) -> None:
    found = due(Known({"awareness": (AWARE,), event: (at,)}, frozenset({kind})))
    assert (found[slug].due if slug in found else None) == expected


def test_every_event_starts_a_rule_and_has_words() -> None:
    assert {rule.starts for rule in deadlines.standard().rules.values()} == EVENTS.keys() == set(get_args(Start))


def test_a_duty_that_nothing_started_is_listed_without_a_due_time() -> None:
    found = due(Known({"awareness": (AWARE,)}, frozenset({"tls-leaf"})))
    assert found["answer-7d"].due is None and found["full-report-14d"].started is None
    assert "full-report-two-weeks" not in found and "revocation-smime-24h" not in found


def test_without_a_kind_the_duties_of_every_kind_are_listed_those_due_first() -> None:
    found = duties_of(Known({"awareness": (AWARE,)}), deadlines.standard())
    times = [duty.due_span.earliest for duty in found if duty.due_span]
    assert times == sorted(times) and len(times) == 12
    assert all(duty.due is None for duty in found[len(times) :])
    in_force = [rule for rule in deadlines.standard().rules.values() if rule.until is None]
    assert {duty.rule.slug for duty in found} == {rule.slug for rule in in_force}


def test_a_rule_that_only_asked_is_told_from_one_that_demands() -> None:
    for at, binding in (("2024-06-01T10:00Z", "should"), ("2025-03-01T10:00Z", "must"), ("2025-03-01", None)):
        assert due(Known({"awareness": (at,), "update": (at,)}))["update-weekly"].binding == binding
    assert due(Known({"awareness": (AWARE,)}))["disclosure-72h"].binding == "must"


def test_exemptions_are_named_from_their_day() -> None:
    for at, count in (("2024-03-14T10:00Z", 0), ("2024-03-15T10:00Z", 1)):
        assert len(due(Known({"awareness": (at,)}))["revocation-5d"].exemptions) == count


def test_duties_of_an_open_bug_end_with_it() -> None:
    events = {"awareness": (AWARE,), "update": (AWARE,), "action-due": ("2026-09-30", "2026-10-31")}
    assert len([d for d in duties_of(Known(events), deadlines.standard()) if d.start == "action-due"]) == 2
    closed = due(Known(events, is_open=False))
    assert "disclosure-72h" in closed
    assert not closed.keys() & {"update-weekly", "action-item-due", "answer-7d", "action-item-change-3d"}


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    status = command.main(["deadlines", *arguments], COMMANDS)
    said = capsys.readouterr()
    return status, said.out, said.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--aware", "2026-08-01T10:00"], "--aware 2026-08-01T10:00 has no offset from UTC: write 2026-08-01T10:00Z"),
        (["--aware", "2026-08-01"], "is not a moment: write a day, a time and its offset, as 2026-08-01T10:00Z"),
        (["--aware", "2026-02-30T10:00Z"], "is not a moment"),
        (["--aware", "2026-08-01T10:00+25:00"], "is not a moment"),
        (["--aware", "1 August\x1b[2J"], "1 August\\x1b[2J is not a moment"),
        (["--aware", AWARE, "--opened", "2026-08-02T10:00"], "--opened 2026-08-02T10:00 has no offset"),
        (["--aware", AWARE, "--opened", "2026-07-31T10:00Z"], "--opened is before --aware"),
        ([], "nothing says when the CA became aware: add --aware 2026-08-01T10:00Z"),
    ],
)
def test_a_time_that_cannot_be_counted_from_is_refused(capsys, arguments, said) -> None:
    status, out, err = run(capsys, *arguments)
    assert status == 2 and out == "" and said in err


def test_the_text_has_the_time_as_given_and_in_utc(capsys) -> None:
    status, out, _ = run(
        capsys, "--aware", "2026-08-01T12:00+02:00", "--kind", "tls-leaf", "--kind", "delayed-revocation"
    )
    assert status == 0
    assert "2026-08-04T12:00+02:00 (2026-08-04T10:00Z)  Disclosure within 72 hours\n    72 hours from: the CA" in out
    assert "kinds of incident: delayed-revocation, tls-leaf" in out
    assert "exempt: Short-lived certificates: " in out and "every 4 hours, at all times" in out
    assert "S/MIME" not in out


def test_json_has_the_rule_with_its_source(capsys) -> None:
    out = run(capsys, "--aware", "2026-08-01T12:00+02:00", "--opened", "2026-08-02T08:00:30Z", "--format", "json")[1]
    data = json.loads(out)
    duties = {duty["slug"]: duty for duty in data["duties"]}
    assert data["events"]["disclosure"] == ["2026-08-02T08:00:30Z"] and data["kinds"] == []
    assert duties["disclosure-72h"]["due_utc"] == "2026-08-04T10:00Z"
    assert duties["full-report-14d"]["due_utc"] == "2026-08-16T08:00:30Z"
    assert duties["update-weekly"]["starts"]["at"] == "2026-08-02T08:00:30Z"
    assert duties["answer-7d"]["due"] is None and duties["answer-7d"]["allowed"] == {"days": 7}
    assert duties["revocation-5d"]["exemptions"][0]["section"] == "4.9.1.1"
    assert duties["revocation-5d"]["url"].startswith("https://")


def test_a_calendar_has_an_event_for_each_duty_that_is_due(capsys) -> None:
    first = run(capsys, "--aware", "2026-08-01T12:00+02:00", "--kind", "tls-leaf", "--format", "ics")[1]
    assert first == run(capsys, "--aware", "2026-08-01T12:00+02:00", "--kind", "tls-leaf", "--format", "ics")[1]
    assert first.count("BEGIN:VEVENT") == 4 and "DTSTART:20260804T100000Z" in first


def test_a_calendar_needs_its_library_and_says_so(capsys, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "icalendar", None)
    status, _, err = run(capsys, "--aware", AWARE, "--format", "ics")
    assert status == 2
    assert err == "--format ics needs icalendar, which is not installed: pip install 'ca-incidents[site]'\n"


def ask(root: Path, *arguments: str) -> dict:  # noqa: F811
    parser = deadlines_command.argparse.ArgumentParser()
    deadlines_command.arguments(parser)
    around = command.Surroundings(out=io.StringIO(), folder=root.parent)
    given = [*arguments, "--bug", str(ONE), "--dataset", str(root), "--format", "json"]
    assert deadlines_command.run(parser.parse_args(given), around) == 0
    return json.loads(around.out.getvalue())


def test_a_record_gives_what_is_not_typed(root: Path) -> None:  # noqa: F811
    data = incident()
    data["curated"] = {"noncompliance": {"identified": "2020-10-12"}, "certificates": {"kinds": ["dv"]}}
    put(root, f"2020/{ONE}.yaml", data)
    found = ask(root)
    assert found["events"]["awareness"] == ["2020-10-12"] and "tls-leaf" in found["kinds"]
    assert {d["slug"]: d["due"] for d in found["duties"]}["revocation-5d"] == "2020-10-17"
    typed = ask(root, "--aware", AWARE, "--kind", "ca")
    assert typed["events"]["awareness"] == [AWARE] and typed["kinds"] == ["ca"]


@pytest.mark.parametrize(("until", "asked"), [("2025-07-01", True), ("2025-08-01", False)])
def test_a_closure_report_ends_the_updates_of_a_record_as_it_ends_its_clocks(until: str, asked: bool) -> None:
    record = Incident(
        id=1,
        title="DigiCert: made for a test",
        ca="digicert",
        bugzilla=Bugzilla(
            status="ASSIGNED",
            opened="2025-06-05T10:00:00Z",
            read_from="page",
            read_until=f"{until}T00:00:00Z",
            reporter=Reporter(affiliation="digicert.com"),
            comments=(Comment(number=0, at="2025-06-05T10:00:00Z", affiliation="digicert.com"),),
        ),
        report=Report(closure=Closure(source=0)),
    )
    rules = deadlines.standard()
    case = case_of(record, as_of=until, registry=registry.standard(), deadlines=rules, elsewhere=())
    assert ("update" in known_from(case).events) == asked
    assert any(clock.rule.starts == "update" for clock in clocks_of(case)) == asked


def test_a_record_that_does_not_know_the_awareness_says_so(root: Path) -> None:  # noqa: F811
    data = incident()
    del data["report"]
    put(root, f"2020/{ONE}.yaml", data)
    with pytest.raises(deadlines_command.NoAwareness, match=f"the record of bug {ONE} does not say"):
        ask(root)


def test_a_bug_without_a_record_is_unknown(capsys) -> None:
    status, _, err = run(capsys, "--bug", "1", "--aware", AWARE)
    assert status == 2 and err == "there is no record of bug 1\n"


def test_duties_are_due_when_the_clocks_of_the_records_say() -> None:
    owners, rules = registry.standard(), deadlines.standard()
    data = dataset.read(Path(__file__).parent.parent / "incidents", owners)
    day = data.snapshot.as_of
    compared = 0
    for record in data.incidents.values():
        case = case_of(effective(record), as_of=day, registry=owners, deadlines=rules, elsewhere=())
        known = known_from(case)
        found = due(known) if "awareness" in known.events else {}
        for clock in clocks_of(case) if found else ():
            if clock.due and clock.rule.starts in {"awareness", "disclosure"}:
                assert found[clock.rule.slug].due == clock.due, record.id
                compared += 1
    assert compared > 10
