"""A few kills of each command that writes; `make kill` kills each two hundred times."""

import pytest

from ca_incidents.schema.export.folder import INCOMPLETE, SUMS
from tests import kill_runs
from tests.kill_runs import KILLINGS, Killing


@pytest.mark.parametrize("killing", KILLINGS[:3], ids=lambda killing: killing.name)
def test_what_a_killed_run_leaves_is_whole(killing: Killing) -> None:
    found = kill_runs.kill_runs(killing, 3, bugs=25)
    assert found.problems == []
    assert found.kills == 3


OLD, NEW = {"a": b"1", "snapshot.yaml": b"1"}, {"a": b"2", "snapshot.yaml": b"2"}


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (OLD, None),
        (NEW, None),
        ({**OLD, "a": b"2"}, None),
        ({**NEW, "a": b"1"}, "vouches"),
        ({**OLD, "a": b""}, "neither"),
        ({"snapshot.yaml": b"1"}, "lost"),
    ],
)
def test_the_judgement_of_records_would_find_something(found, words):
    assert (kill_runs.records_problem(OLD, NEW, found) or "").count(words or "nothing") == bool(words)


def test_the_judgements_of_exports_and_sites_would_find_something():
    old, new = {SUMS: b""}, {SUMS: b"x  a\n", "a": b"2"}
    assert kill_runs.export_problem(old, new, {"a": b"2"}) == "a mixture without a notice"
    assert kill_runs.export_problem(old, new, {"a": b"2", INCOMPLETE: b""}) is None
    assert kill_runs.export_problem(old, new, {"a": b"2", SUMS: b""}) == "the list differs from what is there"
    assert kill_runs.export_problem(old, new, old) is None
    assert kill_runs.site_problem(OLD, NEW, {**OLD, "a": b"2"}) == "the site is a mixture"
    assert kill_runs.site_problem(OLD, NEW, OLD) is None
