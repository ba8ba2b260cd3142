"""Rules as data: what stands in the file, and when each holds."""

from typing import get_args

import pytest

from ca_incidents.schema.record import json_schema
from ca_incidents.schema.record.time_spans import span_of
from ca_incidents.schema.tables import deadlines
from ca_incidents.schema.tables.deadlines import DeadlinesError

RULE = """
- slug: {slug}
  title: A rule
  clock: update
  starts: update
  {amount}
  from: "{since}"
  until: "{until}"
  document: A document
  section: A section
  url: https://example.org/
  description: A description.
"""


def file_of(*rules):
    head = "schema_version: 1\ndeadlines:"
    return (head + "".join(RULE.format(**{"amount": "days: 7", **rule}) for rule in rules)).encode()


def rule(slug, since="2020-01-01", until="2020-12-31", **more):
    return {"slug": slug, "since": since, "until": until, **more}


@pytest.mark.parametrize(
    ("clock", "begun", "slug"),
    [
        ("disclosure", "2025-02-28T12:00Z", None),
        ("disclosure", "2025-03-01T00:00Z", "disclosure-72h"),
        # The whole day may lie before the rule in the east of the world.
        ("disclosure", "2025-03-01", None),
        ("disclosure", "2025-03-02", "disclosure-72h"),
        ("finding-disclosure", "2025-02-28T12:00Z", None),
        ("finding-disclosure", "2025-03-01T00:00Z", "audit-finding-72h"),
        ("full-report", "2023-02-14T12:00Z", None),
        ("full-report", "2023-02-15T12:00Z", "full-report-two-weeks"),
        ("full-report", "2025-02-28T23:59Z", "full-report-two-weeks"),
        ("full-report", "2025-03-01T00:00Z", "full-report-14d"),
        ("answer", "2023-10-16T12:00Z", None),
        ("answer", "2023-10-17T12:00Z", "answer-7d"),
        ("revocation-leaf", "2018-10-13T12:00Z", "revocation-24h-all"),
        ("revocation-leaf", "2018-10-14T12:00Z", "revocation-5d"),
        ("revocation-ca", "2026-01-01", "revocation-ca-7d"),
        ("revocation-smime", "2023-08-31T12:00Z", None),
        ("revocation-smime", "2023-09-01T12:00Z", "revocation-smime-5d"),
        ("revocation-code-signing-ca", "2024-04-14T12:00Z", None),
        ("revocation-code-signing-ca", "2024-04-15T12:00Z", "revocation-code-signing-ca-7d"),
        ("update-delayed-revocation", "2025-02-28T12:00Z", None),
        ("update-delayed-revocation", "2025-03-01T12:00Z", "update-delayed-revocation-7d"),
    ],
)
def test_a_rule_holds_only_from_its_day(clock, begun, slug):
    found = deadlines.standard().rule(clock, span_of(begun))
    assert (found and found.slug) == slug


def test_amounts_are_hours_or_days():
    rules = deadlines.standard().rules
    assert rules["disclosure-72h"].allowed.total_seconds() == 72 * 3600
    assert rules["full-report-14d"].allowed.days == 14
    assert rules["action-item-due"].allowed.days == 0


def test_rules_of_one_clock_may_follow_each_other_and_not_overlap():
    after = rule("b", "2021-01-01", "2021-12-31")
    assert list(deadlines.read(file_of(rule("a"), after)).rules) == ["a", "b"]
    with pytest.raises(DeadlinesError, match='"a" and "b" overlap'):
        deadlines.read(file_of(rule("a"), rule("b", "2020-12-31", "2021-12-31")))


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ([rule("a"), rule("a", "2021-01-01", "2021-12-31")], "is there twice"),
        ([rule("a", "2020-01-02", "2020-01-01")], "ends before it begins"),
        ([rule("a", amount="hours: 1\n  days: 7")], "deadlines"),
        ([rule("a", amount="weeks: 1")], "weeks"),
        ([rule("a", "last spring")], "last spring"),
    ],
)
def test_wrong_rules_are_refused(rules, said):
    with pytest.raises(DeadlinesError, match=said):
        deadlines.read(file_of(*rules))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("clock", deadlines.ClockName),
        ("flag", deadlines.FlagName),
        ("starts", deadlines.Start),
        ("kinds", deadlines.Kind),
    ],
)
def test_the_words_of_a_rule_are_those_of_its_schema(name, words):
    schema = json_schema.schema_named("deadlines")["properties"]["deadlines"]["items"]["properties"][name]
    assert list(get_args(words)) == schema.get("items", schema)["enum"]


def test_every_clock_has_a_rule():
    assert {r.clock for r in deadlines.standard().rules.values()} == {*get_args(deadlines.ClockName), None}
