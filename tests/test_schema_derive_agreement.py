"""Agreement between people who code root causes, held against published figures.

Covers: schema/cli/agreement.py.
"""

import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from ca_incidents.schema.cli import command
from ca_incidents.schema.cli.all import COMMANDS
from ca_incidents.schema.derive.agreement import MOST_SETS, NoAlpha, TooMany, agreements, coded_twice, masi_distance
from ca_incidents.schema.model import Bugzilla, Coding, Curated, Incident

DAY = "2026-11-02"


def units(*observers: str) -> dict[int, list[frozenset[str]]]:
    """Turn one line an observer (`*` for no answer) into choices by unit, single answers as sets of one."""
    columns = zip(*(line.split() for line in observers), strict=True)
    coded = {i: [frozenset({v}) for v in column if v != "*"] for i, column in enumerate(columns, 1)}
    return {i: choices for i, choices in coded.items() if len(choices) > 1}


# K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), examples A, B and C, as printed there.
def test_a_cause_chosen_or_not_is_measured_like_binary_data() -> None:
    coded = units("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0")
    by_field = {field.field: field.alpha for field in agreements(coded)}
    assert by_field["root_causes: 0"] == pytest.approx(0.095, abs=0.0005)
    assert by_field["root_causes: 1"] == pytest.approx(0.095, abs=0.0005)


def test_sets_of_one_cause_are_measured_like_nominal_data() -> None:
    whole = agreements(units("a a b b d c c c e d d a", "b a b b b c c c e d d d"))[0]
    assert whole.alpha == pytest.approx(0.692, abs=0.0005)
    assert (whole.field, whole.incidents, whole.codings) == ("root_causes", 12, 24)
    assert whole.differ == (1, 5, 12)


def test_observers_may_be_many_and_answers_missing() -> None:
    coded = units(
        "1 2 3 3 2 1 4 1 2 * * *", "1 2 3 3 2 2 4 1 2 5 * 3", "* 3 3 3 2 3 4 2 2 5 1 *", "1 2 3 3 2 4 4 1 2 5 1 *"
    )
    assert agreements(coded)[0].alpha == pytest.approx(0.743, abs=0.0005)


def test_more_sets_than_can_be_compared_are_refused_at_once() -> None:
    with pytest.raises(TooMany, match="1,001 different"):
        agreements({1: [frozenset({str(i)}) for i in range(MOST_SETS + 1)]})


def test_masi_counts_what_is_shared() -> None:
    def distance(one: str, other: str) -> float:
        return masi_distance(frozenset(one), frozenset(other))

    assert distance("ab", "ab") == 0
    assert distance("ab", "cd") == 1
    # R. Passonneau (2006): Jaccard's index times 2/3 for a subset, times 1/3 for an overlap.
    assert distance("ab", "abcd") == pytest.approx(1 - 1 / 2 * 2 / 3)
    assert distance("abc", "bcd") == pytest.approx(1 - 2 / 4 * 1 / 3)
    assert distance("abc", "bcd") == distance("bcd", "abc")


def test_a_subset_counts_for_more_than_nothing_in_common() -> None:
    near = {1: [frozenset("ab"), frozenset("a")], 2: [frozenset("c"), frozenset("c")]}
    far = {1: [frozenset("ab"), frozenset("d")], 2: [frozenset("c"), frozenset("c")]}
    alphas = [agreements(coded)[0].alpha or 0 for coded in (near, far)]
    assert alphas[0] > alphas[1]


def test_alpha_is_undefined_where_all_choices_are_alike() -> None:
    assert agreements({1: [frozenset("a")] * 2})[0].alpha is None


def record(*codings: Coding) -> Incident:
    state = Bugzilla(status="NEW", opened="2020-01-02T03:04:05Z")
    return Incident(id=1, title="One", bugzilla=state, curated=Curated(coding=codings, root_causes=("unknown",)))


def coding(by: str, causes: Sequence[str], on: str = DAY) -> Coding:
    return Coding(by=by, on=on, causes=tuple(causes))


def test_only_incidents_that_two_people_coded_are_compared() -> None:
    again = record(coding("jo", ["linting-gap"], "2026-11-03"), coding("jo", ["unknown"]))
    both = record(coding("mi", ["unknown"]), coding("jo", ["linting-gap"], "2026-11-03"), coding("jo", ["unknown"]))
    assert coded_twice({1: again, 2: both}) == {2: (frozenset({"linting-gap"}), frozenset({"unknown"}))}


DATASET = {
    "snapshot.yaml": """\
schema_version: 1
source: made up
as_of: "2026-11-01T00:00:00Z"
counts: {records: 1, withdrawn: 0, excluded: 0}
""",
    "excluded.yaml": "schema_version: 1\nexcluded: []\n",
    "2020/1600001.yaml": """\
# yaml-language-server: $schema=../../schema/incident.schema.json
schema_version: 1
id: 1600001
title: "SecureTrust: one more"
ca: securetrust
bugzilla: {status: NEW, opened: "2020-01-02T03:04:05Z"}
curated:
  coding:
  - {by: jo, "on": "2026-11-02", causes: [linting-gap, process-gap]}
  - {by: mi, "on": "2026-11-03", causes: [linting-gap]}
""",
}


def run(folder: Path, *arguments: str, files: dict[str, str] = DATASET) -> tuple[int, str]:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        status = command.main(["agreement", str(folder), *arguments], commands=COMMANDS)
    return status, out.getvalue()


def test_the_command_prints_a_table(tmp_path: Path) -> None:
    status, text = run(tmp_path)
    lines = [line.split() for line in text.splitlines()]
    assert status == 0
    assert lines[0] == ["field", "incidents", "codings", "alpha", "differ"]
    assert lines[1] == ["root_causes", "1", "2", "0.000", "1600001"]
    assert lines[2] == ["root_causes:", "linting-gap", "1", "2", "-", "-"]
    assert lines[3] == ["root_causes:", "process-gap", "1", "2", "0.000", "1600001"]


def test_the_command_prints_json(tmp_path: Path) -> None:
    fields = json.loads(run(tmp_path, "--format", "json")[1])["fields"]
    assert fields[0] == {"field": "root_causes", "alpha": 0.0, "incidents": 1, "codings": 2, "differ": [1600001]}


def test_the_command_says_when_nothing_is_coded_twice(tmp_path: Path) -> None:
    once = DATASET | {"2020/1600001.yaml": DATASET["2020/1600001.yaml"].partition("  - {by: mi")[0]}
    assert run(tmp_path, files=once) == (0, "No incident has been coded by two people yet.\n")


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "krippendorff", None)
    with pytest.raises(NoAlpha, match=r"ca-incidents\[agreement\]"):
        agreements({1: [frozenset("a"), frozenset("b")]})
