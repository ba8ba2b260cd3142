"""Status, flags, clocks and measures of records built here, one fact at a time.

Covers: schema/derive/case.py, schema/derive/parties.py.
"""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ca_incidents.schema.derive.case import Input
from ca_incidents.schema.derive.status import DerivationError, derive
from ca_incidents.schema.model import (
    ActionItem,
    Bugzilla,
    Certificates,
    Change,
    Citation,
    Closure,
    Comment,
    Curated,
    Form,
    Incident,
    Noncompliance,
    Report,
    Reporter,
    Texts,
)
from ca_incidents.schema.record.effective import effective
from ca_incidents.schema.record.time_spans import Span, span_of
from ca_incidents.schema.tables import deadlines, registry

REGISTRY = registry.read(b"""
schema_version: 1
as_of: "2026-01-01"
cas:
  - {slug: old-ca, name: Old CA, kind: ca, domains: [old.example], successor: {slug: a-ca, kind: renamed}}
  - {slug: a-ca, name: A CA, kind: ca, domains: [a-ca.example]}
  - {slug: b-ca, name: B CA, kind: ca, domains: [b-ca.example]}
  - {slug: c-ca, name: C CA, kind: ca}
  - {slug: an-auditor, name: An Auditor, kind: auditor, domains: [auditor.example]}
  - {slug: a-sub, name: A Sub, kind: subordinate, parent: a-ca}
  - {slug: both-ca, name: Both CA, kind: ca, domains: [both.example]}
programs:
  - {slug: both, name: Both, kind: root-program, domains: [both.example]}
  - {slug: mozilla, name: Mozilla, kind: root-program, domains: [mozilla.example]}
  - {slug: shared, name: Shared, kind: shared, domains: [shared.example]}
domain_roles:
  - {domain: moved.example, program: mozilla, until: "2020-05-31"}
  - {domain: moved.example, ca: a-ca, from: "2021-09-01"}
exceptions: []
""")
CA, PROGRAM, NOBODY = "a-ca.example", "mozilla.example", None
OPENED = "2025-06-02T12:00:00Z"
NOW = "2025-06-10T12:00:00Z"


def comment(number, at, affiliation=CA):
    return Comment(number=number, at=at, affiliation=affiliation)


def incident(report=None, *, ca="a-ca", reporter=CA, comments=None, opened=OPENED, curated=None, tags=(), **bug):
    first = comment(0, opened, reporter)
    return Incident(
        id=1,
        title="A CA: something",
        ca=ca,
        tags=tags,
        bugzilla=Bugzilla(
            **{"status": "ASSIGNED", **bug},
            opened=opened,
            reporter=Reporter(nick="someone", affiliation=reporter),
            comments=(first, *(comments or ())),
        ),
        report=report,
        curated=curated,
    )


def read_all(count=1, **more):
    return Report(texts=Texts(read=count), **more)


def derived(record, as_of=NOW, elsewhere=()):
    return derive(
        effective(record), as_of=as_of, registry=REGISTRY, deadlines=deadlines.standard(), elsewhere=elsewhere
    )


def clock(record, slug, as_of=NOW):
    found = [c for c in derived(record, as_of).clocks if c.rule.slug == slug]
    assert len(found) <= 1
    return found[0] if found else None


def flags(record, as_of=NOW):
    return [(f.name, f.rule.slug) for f in derived(record, as_of).flags]


BY_NOBODY = (comment(1, "2025-06-20T12:00:00Z", NOBODY),)
BY_PROGRAM = (comment(1, "2025-06-20T12:00:00Z", PROGRAM),)
FULL = (Form(source=0, template="ccadb-3-full"),)
PRELIMINARY = (Form(source=0, template="ccadb-3-preliminary"),)
CLOSING = (Form(source=0, template="ccadb-3-full"), Form(source=1, template="ccadb-3-closure"))
DONE, GOING = ActionItem(due="2025-06-05", status="complete"), ActionItem(due="2025-07-05", status="ongoing")
LATER = (comment(1, "2025-06-03T12:00:00Z"),)
BY_OTHER = (comment(1, "2025-06-03T12:00:00Z", PROGRAM),)


@pytest.mark.parametrize(
    ("record", "status"),
    [
        (incident(), "unknown"),
        (incident(read_all(0)), "unknown"),
        (incident(read_all()), "unreported"),
        (incident(read_all(forms=(Form(source=0, template="none"),))), "unreported"),
        # The rest of a text that was cut off may hold a form.
        (incident(Report(texts=Texts(read=1, cut=True))), "unknown"),
        # A comment was not read; whoever wrote it may have posted the CA's report.
        (incident(read_all(1), comments=LATER), "unknown"),
        (incident(read_all(1), comments=(comment(1, NOW, PROGRAM),)), "unknown"),
        (incident(read_all(2), comments=(comment(1, NOW, PROGRAM),)), "unreported"),
        # A comment that is not public may be the report, too.
        (incident(read_all(2), comments=(comment(2, NOW, PROGRAM),)), "unknown"),
        (incident(read_all(2, forms=(Form(source=1, template="ccadb-3-full"),)), comments=BY_OTHER), "unreported"),
        (incident(read_all(1), comments=(comment(1, NOW, NOBODY),)), "unknown"),
        (incident(read_all(forms=PRELIMINARY)), "investigating"),
        (incident(read_all(forms=PRELIMINARY), comments=LATER), "unknown"),
        (incident(read_all(forms=FULL)), "remediating"),
        (incident(read_all(forms=FULL, action_items=(DONE, GOING))), "remediating"),
        (incident(read_all(forms=FULL, action_items=(DONE, GOING)), comments=LATER), "unknown"),
        (incident(read_all(forms=FULL, action_items=(DONE, ActionItem(due="2025-06-05")))), "remediating"),
        (incident(read_all(forms=FULL, action_items=(DONE, DONE))), "remediated"),
        (incident(read_all(forms=CLOSING, action_items=(GOING,), closure=Closure(source=1))), "remediated"),
        (incident(read_all(), status="RESOLVED", resolution="INVALID"), "closed"),
        (incident(status="VERIFIED", resolution="FIXED"), "closed"),
    ],
)
def test_status_follows_the_forms_that_were_read(record, status):
    assert derived(record).status == status


def test_a_status_names_what_it_rests_on():
    found = derived(incident(read_all(forms=FULL, action_items=(DONE,))))
    assert found.status_inputs == (
        Input("bugzilla.status", "ASSIGNED"),
        Input("report.action_items[0].status", "complete"),
    )


@pytest.mark.parametrize(
    ("affiliation", "ca", "kind"),
    [
        ("a-ca.example", "a-ca", "ca"),
        ("mail.a-ca.example", "a-ca", "ca"),
        ("old.example", "a-ca", "ca"),
        ("a-ca.example", "old-ca", "ca"),
        ("a-ca.example", "a-sub", "ca"),
        ("b-ca.example", "a-ca", "other-ca"),
        ("b-ca.example", None, "unknown"),
        ("mozilla.example", "a-ca", "root-program"),
        ("auditor.example", "a-ca", "auditor"),
        # A domain that the registry does not know may be the CA's own.
        ("university.example", "a-ca", "unknown"),
        ("university.example", "c-ca", "unknown"),
        # A company that is a CA and has a root program is the CA on its own bugs only.
        ("both.example", "both-ca", "ca"),
        ("both.example", "a-ca", "root-program"),
        ("shared.example", "a-ca", "other"),
        (None, "a-ca", "unknown"),
    ],
)
def test_reporters_are_known_by_their_domain(affiliation, ca, kind):
    assert derived(incident(reporter=affiliation, ca=ca)).reporter_kind == kind


@pytest.mark.parametrize(
    ("opened", "ca", "kind"),
    [
        ("2019-05-01T00:00:00Z", "a-ca", "root-program"),
        ("2019-05-01T00:00:00Z", "b-ca", "root-program"),
        ("2020-05-31T23:59:59Z", "b-ca", "root-program"),
        ("2020-06-01T00:00:00Z", "b-ca", "unknown"),
        ("2021-08-31T00:00:00Z", "a-ca", "unknown"),
        ("2021-09-01T00:00:00Z", "a-ca", "ca"),
        ("2021-09-01T00:00:00Z", "b-ca", "other-ca"),
        ("2020", "a-ca", "unknown"),
    ],
)
def test_a_domain_speaks_for_an_organisation_only_on_the_days_of_its_role(opened, ca, kind):
    assert derived(incident(reporter="moved.example", ca=ca, opened=opened), "2026-01-01").reporter_kind == kind


def aware(identified, by=0, **more):
    """Make a report that says when the CA noticed, in the comment `by`."""
    found = Noncompliance(identified=identified)
    return read_all(more.pop("read", 1), noncompliance=found, sources={"noncompliance.identified": by}, **more)


@pytest.mark.parametrize(
    ("identified", "state"),
    [
        ("2025-05-30T12:00Z", "met"),
        ("2025-05-30T11:58Z", "late"),
        ("2025-05-30T14:00+02:00", "met"),
        # Without an offset, and on a day, only what is late in every zone of the world is late.
        ("2025-05-30T11:58", "unknown"),
        ("2025-05-30T00:30", "unknown"),
        ("2025-05-29T23:58", "late"),
        ("2025-05-30", "unknown"),
        ("2025-05-28", "late"),
        ("2025-06-01", "met"),
        ("2025-05", "unknown"),
    ],
)
def test_disclosure_is_due_within_72_hours(identified, state):
    record = incident(aware(identified))
    assert clock(record, "disclosure-72h").state == state
    assert flags(record).count(("late_disclosure", "disclosure-72h")) == (state == "late")


@pytest.mark.parametrize(
    ("told", "state", "days"),
    [
        (None, "late", 4.0),
        # The same day, only not so exactly.
        ("2025-05-29", "late", None),
        ("2025-05-29T12:00Z", "late", 4.0),
        ("2025-05-28T12:00Z", "late", None),
        ("2025-05-31T12:00Z", "unknown", None),
        ("2025-06", "unknown", None),
    ],
)
def test_a_ca_is_late_only_by_both_days_on_which_it_may_have_become_aware(told, state, days):
    record = incident(replace(aware("2025-05-29T12:00Z"), aware=told))
    assert clock(record, "disclosure-72h").state == state
    assert derived(record).days_to_disclosure == days


def test_no_incident_is_held_to_a_rule_that_was_not_in_force():
    report = aware("2024-01-02T10:00Z", forms=(Form(source=1, template="ccadb-2"),), read=2)
    old = incident(report, opened="2024-02-02T10:00:00Z", comments=(comment(1, "2024-02-03T10:00:00Z"),))
    assert clock(old, "disclosure-72h") is None
    older = incident(aware("2019-01-02T10:00Z", read=2), opened="2019-06-02T10:00:00Z", comments=LATER)
    assert [c.rule.slug for c in derived(older).clocks] == ["update-weekly"]


@pytest.mark.parametrize(("opened", "state"), [("2023-06-02T12:00:00Z", "unknown"), ("2024-06-02T12:00:00Z", "late")])
def test_nobody_is_late_against_a_rule_that_only_recommends(opened, state):
    day = opened.replace("-06-", "-08-")
    report = read_all(2, forms=(Form(source=1, template="ccadb-2"),))
    assert clock(incident(report, opened=opened, comments=(comment(1, day),)), "full-report-two-weeks").state == state


@pytest.mark.parametrize("more", [{"tags": ("audit-finding",)}, {}])
def test_an_audit_finding_is_held_to_its_own_rule(more):
    source = None if more else "audit"
    early = incident(aware("2025-02-20", disclosure_source=source), **more)
    assert [c.rule.slug for c in derived(early).clocks if "72h" in c.rule.slug] == []
    late = incident(aware("2025-08-01", disclosure_source=source), opened="2025-08-20T12:00:00Z", **more)
    assert flags(late, "2025-08-21T12:00:00Z") == [("late_disclosure", "audit-finding-72h")]


def test_a_clock_names_its_rule_times_and_inputs():
    record = incident(
        Report(noncompliance=Noncompliance(identified="2025-06-01"), sources={"noncompliance.identified": 3})
    )
    found = clock(record, "disclosure-72h")
    assert (found.started, found.due, found.happened) == ("2025-06-01", "2025-06-04", OPENED)
    assert found.inputs == (
        Input("report.noncompliance.identified", "2025-06-01", 3),
        Input("bugzilla.opened", OPENED, None),
    )


BY_OTHERS = {"reporter": PROGRAM, "opened": "2025-06-02T12:00:00Z"}


@pytest.mark.parametrize(
    ("comments", "state"),
    [
        ((comment(1, "2025-06-04T12:00:00Z"),), "met"),
        ((comment(1, "2025-06-06T12:00:00Z"),), "late"),
        ((comment(1, "2025-06-06T12:00:00Z", "b-ca.example"),), "unknown"),
        # Somebody without an affiliation may speak for the CA.
        ((comment(1, "2025-06-04T12:00:00Z", NOBODY), comment(2, "2025-06-06T12:00:00Z")), "unknown"),
        ((comment(1, "2025-06-06T12:00:00Z", NOBODY), comment(2, "2025-06-07T12:00:00Z")), "late"),
        ((comment(1, "2025-06-04T12:00:00Z", NOBODY),), "unknown"),
        ((), "unknown"),
    ],
)
def test_an_incident_that_others_report_is_answered(comments, state):
    # The CA itself says when it noticed, in its last comment.
    by = max((c.number for c in comments if c.affiliation == CA), default=0)
    record = incident(aware("2025-06-02T12:30Z", by=by, read=3), comments=comments, **BY_OTHERS)
    assert clock(record, "disclosure-72h").state == state


def test_a_ca_that_keeps_silent_is_overdue_where_a_person_says_since_when_it_knows():
    known = Curated(noncompliance=Noncompliance(identified="2025-06-02T12:30Z"))
    record = incident(read_all(), curated=known, **BY_OTHERS)
    assert clock(record, "disclosure-72h").state == "overdue"


ANY_TIME = Span(datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("elsewhere", "state"),
    [
        ((), "late"),
        ((span_of("2025-05-31T12:00:00Z"),), "unknown"),
        # Before the CA knew it can have disclosed nothing, and after the deadline it would have been late.
        ((span_of("2025-05-20T12:00:00Z"),), "late"),
        ((span_of("2025-06-01T12:00:00Z"),), "late"),
        ((ANY_TIME,), "unknown"),
    ],
)
def test_a_disclosure_on_a_bug_that_the_record_names_counts(elsewhere, state):
    found = derived(incident(aware("2025-05-29T00:00Z")), elsewhere=elsewhere).clocks
    assert [c.state for c in found if c.rule.slug == "disclosure-72h"] == [state]


def test_nobody_is_silent_where_the_record_names_no_ca():
    record = incident(aware("2025-06-01T12:00Z"), ca=None, **BY_OTHERS)
    assert clock(record, "disclosure-72h", "2025-07-01T00:00:00Z").state == "unknown"


def test_where_nobody_knows_who_reported_the_filing_may_be_the_disclosure():
    late = incident(aware("2025-05-02T12:00Z", by=1, read=2), reporter=NOBODY, comments=LATER)
    assert clock(late, "disclosure-72h").state == "late"
    perhaps = incident(aware("2025-05-31T00:00Z", by=1, read=2), reporter=NOBODY, comments=LATER)
    assert clock(perhaps, "disclosure-72h").state == "unknown"


def test_what_others_say_of_the_ca_makes_no_claim():
    said_by_nobody_knows_whom = incident(aware("2025-05-02T12:00Z"), reporter=NOBODY)
    assert clock(said_by_nobody_knows_whom, "disclosure-72h").state == "unknown"


@pytest.mark.parametrize(
    ("report", "comments", "state"),
    [
        (read_all(forms=FULL), (), "met"),
        (read_all(forms=PRELIMINARY), (), "overdue"),
        (Report(texts=Texts(read=1, cut=True), forms=PRELIMINARY), (), "unknown"),
        (Report(texts=Texts(read=1, cut=True)), (), "unknown"),
        (read_all(forms=PRELIMINARY), LATER, "unknown"),
        (read_all(2, forms=(Form(source=1, template="ccadb-3-full"),)), LATER, "met"),
        (read_all(2, forms=(Form(source=1, template="ccadb-3-full"),)), (comment(1, "2025-06-20T12:00:00Z"),), "late"),
        # One comment was not read: an earlier text may hold the report.
        (
            read_all(1, forms=(Form(source=1, template="ccadb-3-full"),)),
            (comment(1, "2025-06-20T12:00:00Z"),),
            "unknown",
        ),
        # A form filled in by somebody else is not the CA's report.
        (read_all(2, forms=(Form(source=1, template="ccadb-3-full"),)), (comment(1, NOW, PROGRAM),), "overdue"),
        # One by somebody unknown may be, but is not surely.
        (read_all(2, forms=(Form(source=1, template="ccadb-3-full"),)), BY_NOBODY, "unknown"),
    ],
)
def test_the_full_report_is_due_within_14_days(report, comments, state):
    record = incident(report, comments=comments)
    at = "2025-07-01T00:00:00Z"
    assert clock(record, "full-report-14d", at).state == state
    assert (("late_full_report", "full-report-14d") in flags(record, at)) == (state in {"late", "overdue"})


def test_a_report_by_somebody_unknown_does_not_end_a_clock_that_a_known_account_starts():
    later = (comment(1, "2025-06-10T12:00:00Z"),)
    record = incident(read_all(2, forms=FULL), reporter=NOBODY, comments=later)
    found = clock(record, "full-report-14d", "2025-07-01T00:00:00Z")
    assert (found.started, found.happened, found.state) == ("2025-06-10T12:00:00Z", None, "unknown")


def test_nothing_that_happened_before_a_clock_began_meets_it():
    record = incident(read_all(noncompliance=Noncompliance(identified="2025-06-05T12:00:00Z")))
    found = clock(record, "disclosure-72h")
    assert (found.started, found.happened, found.state) == ("2025-06-05T12:00:00Z", None, "unknown")


def test_nothing_is_overdue_on_a_closed_bug():
    record = incident(
        aware("2025-06-01T12:00Z", forms=PRELIMINARY, action_items=(GOING,)), status="RESOLVED", resolution="FIXED"
    )
    found = derived(record, "2026-06-10T12:00:00Z")
    assert {c.state for c in found.clocks} == {"met", "unknown"}
    assert (found.flags, found.next_due) == ((), None)


@pytest.mark.parametrize(
    ("bug", "comments", "report", "as_of", "expected"),
    [
        ({}, (), read_all(), "2025-06-09T12:00:00Z", ("update-weekly", "pending")),
        ({}, (), read_all(), "2025-06-09T12:00:01Z", ("update-weekly", "overdue")),
        ({}, LATER, read_all(2), "2025-06-10T12:00:00Z", ("update-weekly", "pending")),
        ({}, LATER, read_all(2), "2025-06-10T12:00:01Z", ("update-weekly", "overdue")),
        # An unread comment may be the closure report, and somebody unknown may be the CA.
        ({}, LATER, read_all(1), "2025-07-10T12:00:00Z", ("update-weekly", "unknown")),
        ({}, BY_NOBODY, read_all(2), "2025-06-25T00:00:00Z", ("update-weekly", "pending")),
        ({}, BY_PROGRAM, read_all(2), "2025-06-25T00:00:00Z", ("update-weekly", "overdue")),
        (
            {"next_update": "2025-07-01"},
            (),
            read_all(),
            "2025-07-01T23:00:00Z",
            ("update-on-whiteboard-date", "pending"),
        ),
        ({"next_update": "2025-07-01"}, (), read_all(), "2025-07-08T12:00:00Z", ("update-weekly", "pending")),
        ({"next_update": "2025-07-01"}, (), read_all(), "2025-07-09T12:00:00Z", ("update-weekly", "overdue")),
        ({"close_on": "2025-07-01"}, (), read_all(), "2025-07-30T00:00:00Z", ("update-weekly", None)),
        ({}, LATER, read_all(2, closure=Closure(source=1)), "2025-07-30T00:00:00Z", ("update-weekly", None)),
    ],
)
def test_an_open_bug_is_updated(bug, comments, report, as_of, expected):
    rule, state = expected
    record = incident(report, comments=comments, **bug)
    found = clock(record, rule, as_of)
    assert (found and found.state) == state
    assert any(name == "overdue_update" for name, _ in flags(record, as_of)) == (state == "overdue")


@pytest.mark.parametrize(
    ("item", "as_of", "state"),
    [
        (ActionItem(due="2025-06-20", status="ongoing"), "2025-06-20T12:00:00Z", "pending"),
        (ActionItem(due="2025-06-20", status="ongoing"), "2025-06-21T11:00:00Z", "pending"),
        (ActionItem(due="2025-06-20", status="ongoing", source=1), "2025-06-21T12:00:00Z", "overdue"),
        (ActionItem(due="2025-06-20", status="delayed", source=1), "2025-06-21T12:00:00Z", "overdue"),
        (ActionItem(due="2025-06-20", source=1), "2025-06-21T12:00:00Z", "overdue"),
        (ActionItem(due="2025-06", status="ongoing"), "2025-06-30T12:00:00Z", "pending"),
        (ActionItem(due="2025-06-20", status="complete"), "2025-06-21T12:00:00Z", "unknown"),
        (ActionItem(due="2025-06-20", status="complete", source=1), "2025-06-21T12:00:00Z", "met"),
        (ActionItem(due="2025-05-20", status="complete", source=1), "2025-06-21T12:00:00Z", "unknown"),
        (ActionItem(due="2025-06-20", status="complete", completed="2025-06-10"), NOW, "met"),
        (ActionItem(due="2025-06-20", status="complete", completed="2025-06-25", source=1), NOW, "late"),
        # Nobody knows whose promise it is.
        (ActionItem(due="2025-06-20", status="ongoing"), "2025-06-21T12:00:00Z", "unknown"),
        (ActionItem(due="2025-06-20", status="canceled"), "2025-07-21T12:00:00Z", None),
        (ActionItem(status="ongoing"), NOW, None),
    ],
)
def test_action_items_are_due_on_the_day_the_report_gives(item, as_of, state):
    record = incident(read_all(2, forms=FULL, action_items=(item,)), comments=LATER)
    found = clock(record, "action-item-due", as_of)
    assert (found and found.state) == state
    assert (("overdue_action", "action-item-due") in flags(record, as_of)) == (state == "overdue")


def test_an_item_that_a_person_gave_needs_no_source_but_a_thread_that_was_read():
    given = Curated(action_items=(ActionItem(due="2025-06-20", status="ongoing"),))
    after = "2025-07-21T12:00:00Z"
    in_part = incident(read_all(1, forms=FULL), comments=LATER, curated=given)
    assert clock(in_part, "action-item-due", after).state == "unknown"
    whole = incident(read_all(2, forms=FULL), comments=LATER, curated=given)
    assert clock(whole, "action-item-due", after).state == "overdue"


TLS, SMIME, CODE = ("tls-br",), ("smime-br",), ("cs-br",)


def revoked(kinds, identified, day, *, cites=(), by=0, **more):
    """Make a report that says when certificates were revoked, of which kinds they are, and which rules apply."""
    report = aware(
        identified,
        revoked=day,
        certificates=Certificates(kinds=kinds) if kinds else None,
        policies=tuple(Citation(document=document, source=0) for document in cites),
        **more,
    )
    report.sources.update({"revoked": 0, "certificates.kinds": by})
    return report


@pytest.mark.parametrize(
    ("kinds", "tags", "cites", "days", "expected"),
    [
        (("dv", "ov"), (), (), ("2025-06-01T12:00Z", "2025-06-06T12:00Z"), ("revocation-5d", "unknown")),
        (("dv", "ov"), (), (), ("2025-06-01T12:00Z", "2025-06-06T11:59Z"), ("revocation-5d", "met")),
        (("dv",), (), (), ("2024-03-01T12:00Z", "2024-03-06T12:05Z"), ("revocation-5d", "late")),
        ((), ("ev-misissuance",), (), ("2024-03-01", "2024-03-10"), ("revocation-5d", "late")),
        (("dv",), (), (), ("2017-06-01T12:00Z", "2017-06-03T12:00Z"), ("revocation-24h-all", "late")),
        # Short-lived certificates are exempt from 2024-03-15, and no record tells which they are; those revoked after
        # that day may have been issued after it.
        (("dv",), (), (), ("2025-06-01T12:00Z", "2025-06-06T12:05Z"), ("revocation-5d", "unknown")),
        (("dv",), (), (), ("2024-03-01T12:00Z", "2024-03-16T12:05Z"), ("revocation-5d", "unknown")),
        # S/MIME has no such exemption, and rules since September 2023 only.
        (("smime",), (), (), ("2025-06-01", "2025-06-12"), ("revocation-smime-5d", "late")),
        ((), ("smime-misissuance",), (), ("2025-06-01", "2025-06-12"), ("revocation-smime-5d", "late")),
        (("smime",), (), (), ("2025-06-01T12:00Z", "2025-06-06T11:00Z"), ("revocation-smime-5d", "met")),
        (("smime",), (), (), ("2023-08-31T12:00Z", "2023-10-12"), ("revocation-smime-5d", None)),
        # A platform's supplier may have asked to delay the revocation of a code signing certificate.
        (("code-signing",), (), (), ("2025-06-01", "2025-07-12"), ("revocation-code-signing-5d", "unknown")),
        (("code-signing",), (), (), ("2025-06-01", "2025-06-03"), ("revocation-code-signing-5d", "met")),
        (("code-signing",), (), (), ("2024-04-14T12:00Z", "2024-07-12"), ("revocation-code-signing-5d", None)),
        # The rules that the report cites tell for what a CA certificate is.
        (("ca",), (), TLS, ("2025-06-01", "2025-06-12"), ("revocation-ca-7d", "late")),
        ((), ("ca-misissuance",), TLS, ("2025-06-01", "2025-06-12"), ("revocation-ca-7d", "late")),
        (("ca",), (), SMIME, ("2025-06-01", "2025-06-12"), ("revocation-smime-ca-7d", "late")),
        (("ca",), (), SMIME, ("2023-06-01", "2023-07-12"), ("revocation-smime-ca-7d", None)),
        (("ca",), (), CODE, ("2025-06-01", "2025-06-12"), ("revocation-code-signing-ca-7d", "late")),
        (("ca",), (), CODE, ("2025-06-01", "2025-06-05"), ("revocation-code-signing-ca-7d", "met")),
        (("ca",), (), (), ("2025-06-01", "2025-06-05"), ("revocation-ca-7d", "met")),
        (("ca",), (), (), ("2025-06-01", "2025-06-12"), ("revocation-ca-7d", "unknown")),
        (("ca",), (), (*TLS, *SMIME), ("2025-06-01", "2025-06-12"), ("revocation-ca-7d", "unknown")),
    ],
)
def test_revocation_is_held_to_the_rule_of_its_kind(kinds, tags, cites, days, expected):
    rule, state = expected
    found = clock(incident(revoked(kinds, *days, cites=cites), tags=tags), rule)
    assert (found and found.state) == state


@pytest.mark.parametrize(
    ("kinds", "tags"),
    [
        (("dv", "ca"), ()),
        (("dv", "smime"), ()),
        (("smime", "code-signing"), ()),
        (("smime", "client"), ()),
        (("root",), ()),
        (("document-signing",), ()),
        (("ov",), ("ca-misissuance",)),
        ((), ()),
    ],
)
def test_one_day_of_revocation_is_not_judged_for_certificates_of_several_or_unknown_kinds(kinds, tags):
    record = incident(revoked(kinds, "2025-06-01", "2025-07-12", cites=TLS), tags=tags)
    assert [c for c in derived(record).clocks if c.rule.slug.startswith("revocation")] == []


def test_nobody_is_late_by_a_kind_or_a_rule_that_others_name():
    comments = (comment(1, "2025-06-03T12:00:00Z", NOBODY),)
    late = {"identified": "2025-06-01", "day": "2025-06-20", "read": 2}
    own = incident(revoked(("smime",), **late), comments=comments)
    assert clock(own, "revocation-smime-5d").state == "late"
    others = incident(revoked(("smime",), **late, by=1), comments=comments)
    assert clock(others, "revocation-smime-5d").state == "unknown"
    told = revoked(("ca",), **late)
    cited = (Citation(document="smime-br", source=1), Citation(document="mozilla", source=0))
    told = incident(replace(told, policies=cited), comments=comments)
    assert clock(told, "revocation-ca-7d").reservation == "hierarchy"
    by_person = replace(told, curated=Curated(policies=(Citation(document="smime-br"),)))
    assert clock(by_person, "revocation-smime-ca-7d").state == "late"


@pytest.mark.parametrize(
    ("kinds", "cites", "identified", "reservation"),
    [
        (("dv",), (), "2025-06-01", "exempt"),
        (("dv",), (), "2019-06-01", None),
        (("code-signing",), (), "2025-06-01", "exempt"),
        (("ca",), (), "2025-06-01", "hierarchy"),
        (("ca",), TLS, "2025-06-01", None),
        (("smime",), (), "2025-06-01", None),
    ],
)
def test_a_clock_that_calls_nobody_late_says_why(kinds, cites, identified, reservation):
    record = incident(revoked(kinds, identified, f"{identified[:5]}08-01", cites=cites))
    (found,) = [c for c in derived(record).clocks if c.rule.slug.startswith("revocation")]
    assert found.reservation == reservation
    assert found.state == ("unknown" if reservation else "late")


DELAYED = ("leaf-revocation-delay",)
TAGGED = (Change(at="2025-06-02T13:00:00Z", field="whiteboard", added="[leaf-revocation-delay]"),)
NEWLY_TAGGED = (*TAGGED, Change(at="2025-06-20T12:00:00Z", field="whiteboard", added="[leaf-revocation-delay]"))


@pytest.mark.parametrize(
    ("bug", "as_of", "expected"),
    [
        ({}, "2025-06-09T12:00:00Z", {"update-delayed-revocation-7d": "pending"}),
        ({}, "2025-06-09T12:00:01Z", {"update-delayed-revocation-7d": "overdue"}),
        # Neither a day that is still to come nor one that has passed replaces it.
        (
            {"next_update": "2025-07-01", "history": TAGGED},
            "2025-06-10T12:00:00Z",
            {"update-delayed-revocation-7d": "overdue", "update-on-whiteboard-date": "pending"},
        ),
        (
            {"next_update": "2025-06-11", "history": TAGGED},
            "2025-06-13T12:00:00Z",
            {"update-delayed-revocation-7d": "overdue"},
        ),
        # The whiteboard may have had the tag for less than a week, or nobody knows for how long.
        (
            {"next_update": "2025-07-01", "history": NEWLY_TAGGED},
            "2025-06-25T12:00:00Z",
            {"update-delayed-revocation-7d": "pending", "update-on-whiteboard-date": "pending"},
        ),
        (
            {"next_update": "2025-07-01"},
            "2025-06-25T12:00:00Z",
            {"update-delayed-revocation-7d": "unknown", "update-on-whiteboard-date": "pending"},
        ),
        # Where that day has passed, a week has passed since then by either rule.
        ({"next_update": "2025-06-15"}, "2025-06-22T12:00:00Z", {"update-delayed-revocation-7d": "pending"}),
        ({"next_update": "2025-06-15"}, "2025-06-23T12:00:00Z", {"update-delayed-revocation-7d": "overdue"}),
        ({"close_on": "2025-07-01"}, "2025-06-25T12:00:00Z", {}),
    ],
)
def test_a_delayed_revocation_is_reported_on_every_seven_days(bug, as_of, expected):
    record = incident(read_all(), tags=DELAYED, **bug)
    found = {c.rule.slug: c.state for c in derived(record, as_of).clocks if c.rule.starts in {"update", "next-update"}}
    assert found == expected
    assert (("overdue_update", "update-delayed-revocation-7d") in flags(record, as_of)) == (
        expected.get("update-delayed-revocation-7d") == "overdue"
    )


def test_a_delayed_revocation_of_before_the_rule_is_held_to_the_weekly_one():
    record = incident(read_all(), tags=DELAYED, opened="2025-02-27T12:00:00Z")
    assert clock(record, "update-delayed-revocation-7d") is None
    assert clock(record, "update-weekly").state == "unknown"


def test_tags_that_a_person_gave_need_not_be_on_the_whiteboard():
    more = {"curated": Curated(tags=DELAYED), "history": TAGGED, "next_update": "2025-07-01"}
    found = clock(incident(read_all(), **more), "update-delayed-revocation-7d", "2025-06-25T12:00:00Z")
    assert (found.state, found.reservation) == ("unknown", "whiteboard")


BY_CA = (comment(1, "2025-06-03T12:00:00Z"),)
ASKED = (*BY_CA, comment(2, "2025-06-04T12:00:00Z", PROGRAM))
PERHAPS_ASKED = (*BY_CA, comment(2, "2025-06-04T12:00:00Z", NOBODY))
ANSWERED = (*ASKED, comment(3, "2025-06-05T12:00:00Z"))


@pytest.mark.parametrize("tags", [(), DELAYED])
@pytest.mark.parametrize(
    ("comments", "as_of", "state"),
    [
        # Version 3.0 of the guidelines: a closure report does not end the updates.
        (BY_CA, "2025-06-09T12:00:00Z", "pending"),
        (BY_CA, "2025-07-14T12:00:00Z", "overdue"),
        # Version 3.1: it does, as long as nobody asks, and a program cannot tell a question.
        (BY_CA, "2025-07-15T00:00:00Z", None),
        (ASKED, "2025-07-15T00:00:00Z", "unknown"),
        (PERHAPS_ASKED, "2025-07-15T00:00:00Z", "unknown"),
        (ANSWERED, "2025-07-15T00:00:00Z", "unknown"),
    ],
)
def test_a_closure_report_ends_the_updates_from_its_day_on(tags, comments, as_of, state):
    report = read_all(len(comments) + 1, closure=Closure(source=1))
    rule = "update-delayed-revocation-7d" if tags else "update-weekly"
    found = clock(incident(report, comments=comments, tags=tags), rule, as_of)
    assert (found and found.state) == state
    assert (found and found.reservation) == ("closure" if state == "unknown" else None)


def test_a_closure_report_ends_the_day_on_the_whiteboard_too():
    def named(day, as_of):
        record = incident(read_all(2, closure=Closure(source=1)), comments=BY_CA, next_update=day)
        return clock(record, "update-on-whiteboard-date", as_of)

    assert named("2025-07-10", "2025-07-01T00:00:00Z").state == "pending"
    assert named("2025-08-10", "2025-08-01T00:00:00Z") is None


def test_what_a_rule_only_recommends_is_expected_and_never_overdue():
    opened, day = "2024-06-02T12:00:00Z", "2024-06-05T00:00:00Z"
    record = incident(read_all(), opened=opened)
    found = clock(record, "update-weekly", day)
    assert (found.state, found.is_expected) == ("pending", True)
    assert clock(record, "update-weekly", "2024-07-05T00:00:00Z").state == "unknown"
    named = clock(incident(read_all(), opened=opened, next_update="2024-07-01"), "update-on-whiteboard-date", day)
    assert named.is_expected
    asked = incident(read_all(2), opened=opened, comments=(comment(1, "2024-06-03T12:00:00Z", PROGRAM),))
    assert clock(asked, "answer-7d", day).is_expected
    assert not clock(incident(read_all()), "update-weekly", "2025-06-03T00:00:00Z").is_expected


def test_next_due_is_the_soonest_that_still_runs():
    record = incident(read_all(forms=PRELIMINARY, action_items=(GOING,)))
    assert derived(record, "2025-06-04T00:00:00Z").next_due.rule.slug == "update-weekly"
    assert derived(record, "2025-06-12T00:00:00Z").next_due.rule.slug == "full-report-14d"
    assert derived(record, "2025-06-20T00:00:00Z").next_due.rule.slug == "action-item-due"
    assert derived(record, "2025-09-20T00:00:00Z").next_due is None


def test_an_answer_is_due_and_never_called_late():
    record = incident(read_all(2), comments=(comment(1, "2025-06-03T12:00:00Z", PROGRAM),))
    assert clock(record, "answer-7d", "2025-06-09T00:00:00Z").due == "2025-06-10T12:00:00Z"
    assert clock(record, "answer-7d", "2025-08-09T00:00:00Z").state == "unknown"
    closing = incident(read_all(2), comments=record.bugzilla.comments[1:], close_on="2025-06-20")
    assert clock(closing, "answer-7d", "2025-06-09T00:00:00Z") is None
    answered = incident(read_all(3), comments=(*record.bugzilla.comments[1:], comment(2, "2025-06-04T12:00:00Z")))
    assert clock(answered, "answer-7d") is None


def test_measures_count_days_and_name_their_ends():
    report = aware("2025-06-01T12:00Z", revoked="2025-06-05", forms=FULL)
    found = derived(incident(report, status="RESOLVED", resolution="FIXED", resolved="2025-07-02T12:00:00Z"))
    assert found.days_open == 30
    assert found.days_to_disclosure == found.days_to_full_report == 1
    assert found.days_to_closure == 31
    assert found.days_to_revocation == 4
    assert [i.path for i in found.measures["days_to_closure"].inputs] == [
        "report.noncompliance.identified",
        "bugzilla.resolved",
    ]


def test_an_open_bug_is_open_until_the_day_of_looking():
    assert derived(incident()).days_open == 8


def test_what_is_not_known_is_absent():
    found = derived(incident(status="RESOLVED", resolution="FIXED", comments=LATER))
    assert (found.days_open, found.days_to_closure, found.days_to_disclosure) == (None, None, None)
    late_reading = incident(
        aware("2025-06-01T12:00Z", forms=(Form(source=1, template="ccadb-3-full"),)), comments=LATER
    )
    assert derived(late_reading).days_to_full_report is None


def test_responses_run_from_others_to_the_ca():
    comments = (
        comment(1, "2025-06-03T00:00:00Z", PROGRAM),
        comment(2, "2025-06-03T12:00:00Z", "b-ca.example"),
        comment(3, "2025-06-05T00:00:00Z"),
        comment(4, "2025-06-06T00:00:00Z"),
        comment(5, "2025-06-07T00:00:00Z", PROGRAM),
        comment(6, "2025-06-08T00:00:00Z", NOBODY),
        comment(7, "2025-06-09T00:00:00Z"),
        comment(8, "2025-06-10T00:00:00Z", PROGRAM),
        comment(9, "2025-06-10T12:00:00Z", "old.example"),
    )
    found = derived(incident(comments=comments)).response_days
    assert [m.value for m in found] == [2, 0.5]
    assert [i.comment for i in found[0].inputs] == [1, 3]


def test_a_day_that_is_none_is_refused():
    with pytest.raises(DerivationError, match="yesterday"):
        derived(incident(), "yesterday")


TIMES = st.one_of(
    st.none(),
    st.sampled_from(["2025-06-01", "2025-06-01T10:00", "2025", "2025-06", "9999-12-31", "0001-01-01", "2025-02-30"]),
    st.from_regex(r"[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9](T[0-2][0-9]:[0-5][0-9](Z|[+-]\d{2}:\d{2})?)?", fullmatch=True),
)
NUMBERS = st.integers(0, 4)
SPEAKERS = st.sampled_from([CA, PROGRAM, NOBODY, "old.example", "university.example"])
INSTANTS = st.datetimes().map(lambda at: f"{at.year:04}{at.strftime('-%m-%dT%H:%M:%SZ')}")
ITEMS = st.builds(
    ActionItem,
    due=TIMES,
    status=st.sampled_from([None, "ongoing", "complete", "delayed", "canceled"]),
    completed=TIMES,
    source=st.one_of(st.none(), NUMBERS),
)
TEMPLATES = st.sampled_from(["none", "ccadb-3-preliminary", "ccadb-3-full", "ccadb-3-closure", "ccadb-2", "questions"])
REPORTS = st.builds(
    Report,
    texts=st.one_of(st.none(), st.builds(Texts, read=NUMBERS, cut=st.booleans())),
    forms=st.lists(st.builds(Form, source=NUMBERS, template=TEMPLATES), max_size=3).map(tuple),
    noncompliance=st.one_of(st.none(), st.builds(Noncompliance, start=TIMES, identified=TIMES, end=TIMES)),
    revoked=TIMES,
    certificates=st.one_of(st.none(), st.builds(Certificates, kinds=st.sampled_from([(), ("dv",), ("ca",)]))),
    action_items=st.lists(ITEMS, max_size=3).map(tuple),
    closure=st.one_of(st.none(), st.builds(Closure, source=NUMBERS)),
)
STATES = st.sampled_from([("ASSIGNED", None), ("UNCONFIRMED", None), ("RESOLVED", "FIXED")])
BUGS = st.builds(
    lambda state, **more: Bugzilla(status=state[0], resolution=state[1], **more),
    STATES,
    opened=st.one_of(INSTANTS, st.just("2020"), st.just("2020-10-14T15:00Z")),
    resolved=st.one_of(st.none(), INSTANTS),
    next_update=st.one_of(st.none(), st.dates().map(str)),
    close_on=st.one_of(st.none(), st.dates().map(str)),
    reporter=st.one_of(st.none(), st.builds(Reporter, affiliation=SPEAKERS)),
    comments=st.lists(
        st.builds(Comment, number=NUMBERS, at=st.one_of(st.none(), INSTANTS), affiliation=SPEAKERS), max_size=5
    ).map(lambda comments: tuple(sorted(comments, key=lambda c: c.number))),
)
RECORDS = st.builds(
    Incident,
    id=st.just(1),
    title=st.just("A CA: something"),
    ca=st.sampled_from([None, "a-ca", "c-ca", "a-sub", "an-auditor"]),
    bugzilla=BUGS,
    report=st.one_of(st.none(), REPORTS),
    curated=st.one_of(st.none(), st.builds(Curated, noncompliance=st.builds(Noncompliance, identified=TIMES))),
)


@settings(max_examples=300, deadline=None)
@given(RECORDS, INSTANTS)
def test_every_record_derives_and_says_why(record, as_of):
    found = derived(record, as_of)
    assert found == derived(record, as_of)
    for flag in found.flags:
        assert flag.inputs
        assert flag.rule.clock is not None
    for one in found.clocks:
        assert one.inputs
        assert one.state not in {"pending", "overdue"} or found.status != "closed"
    assert found.next_due is None or found.next_due.state == "pending"
    assert all(measure.value >= 0 and measure.inputs for measure in found.measures.values())
    closed = record.bugzilla.status == "RESOLVED"
    assert (found.status == "closed") == closed
