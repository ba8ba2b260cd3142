"""The rehearsal of the workflows reads them as GitHub does, and runs nothing against the real repository."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from fake_bugzilla import bugs_of_dump
from test_ci import ROOT, script
from test_schema_check import LEDGER, ONE, STONE, incident, put

rehearse = script("rehearse")

NEED_GITHUB = {
    "codeql": ["github/codeql-action/init", "github/codeql-action/analyze"],
    "release": ["actions/attest-build-provenance"],
    "scorecard": ["ossf/scorecard-action", "github/codeql-action/upload-sarif"],
    "site": ["actions/deploy-pages"],
}

WORKFLOW = """\
name: two
on:
  push:
    tags: ["v*"]
jobs:
  after:
    needs: before
    steps:
      - uses: actions/deploy-pages@0123 # v1
  before:
    steps:
      - uses: actions/checkout@0123 # v1
        with: {fetch-depth: 0}
      - run: |
          echo one
          echo two
      - name: Send it
        if: failure()
        env: {TOKEN: "${{ github.token }}", KEY: "${{secrets.KEY}}"}
        run: echo three
"""


def read(text: str) -> list[Any]:
    found: list[Any] = rehearse.steps_of(rehearse.read_workflow(text))
    return found


def test_steps_stand_in_the_order_in_which_their_jobs_can_run() -> None:
    steps = read(WORKFLOW)
    assert [(step.job, step.name) for step in steps] == [
        ("before", "actions/checkout"),
        ("before", "echo one"),
        ("before", "Send it"),
        ("after", "actions/deploy-pages"),
    ]
    assert steps[0].settings == {"fetch-depth": "0"}
    assert steps[1].command == "echo one\necho two"
    assert (steps[2].condition, steps[2].environment) == ("failure()", {"TOKEN": "rehearsed", "KEY": ""})


@pytest.mark.parametrize("path", sorted((ROOT / ".github/workflows").glob("*.yml")), ids=lambda path: path.stem)
def test_every_step_of_our_workflows_is_understood(path: Path) -> None:
    text = path.read_text("utf-8")
    steps = read(text)
    assert len(steps) == text.count("- uses:") + text.count("- run:") + text.count("- name:") + text.count("- id:")
    assert all(bool(step.command) != bool(step.action) for step in steps)
    skipped = [step.action for step in steps if step.action and step.action not in rehearse.ACTIONS]
    assert skipped == NEED_GITHUB.get(path.stem, [])


def test_a_release_is_about_a_tag_and_the_others_about_main() -> None:
    found = {
        path.stem: rehearse.ref_of(rehearse.read_workflow(path.read_text("utf-8")))
        for path in (ROOT / ".github/workflows").glob("*.yml")
    }
    assert found.pop("release") == rehearse.TAG
    assert len(found) == 6
    assert set(found.values()) == {"main"}


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("run: echo three", "run: echo three\n        shell: python", "shell"),
        ("github.token", "github.actor", "github.actor"),
        ("needs: before", "needs: [after]", "wait for each other"),
    ],
    ids=["setting", "expression", "circle"],
)
def test_what_it_does_not_know_stops_it(old: str, new: str, why: str) -> None:
    with pytest.raises(rehearse.CannotRehearse, match=why):
        read(WORKFLOW.replace(old, new))


def test_only_the_sync_asks_another_server() -> None:
    command = 'sh .ci/set-up\n.ci/read-bugzilla "$X"\n.venv/bin/ca-incidents check incidents'
    changed = rehearse.with_fake_bugzilla(command, "http://127.0.0.1:1")
    assert changed.split("\n")[1].startswith('.ci/read-bugzilla "$X" --url http://127.0.0.1:1 ')
    assert changed.split("\n")[::2] == command.split("\n")[::2]


def test_a_dump_of_the_records_can_be_read_back(tmp_path: Path) -> None:
    root = tmp_path / "incidents"
    (root / "2020").mkdir(parents=True)
    ledger = {**LEDGER, "excluded": [{**entry, "title": "Not one"} for entry in LEDGER["excluded"]]}
    put(root, "excluded.yaml", ledger)
    for data in (incident(), STONE):
        put(root, f"2020/{data['id']}.yaml", data)
    dump = rehearse.dump_of(root, tmp_path / "dump")
    bugs = bugs_of_dump(dump / "bugs.json", dump / "comments.ndjson")
    assert sorted(bugs) == [10, 11, ONE]
    assert (bugs[ONE]["summary"], bugs[ONE]["status"]) == ("SecureTrust: late report", "RESOLVED")
    assert [comment["count"] for comment in bugs[ONE]["comments"]] == [0, 2, 3]
    assert bugs[10]["summary"] == "Not one"


def test_the_steps_of_a_workflow_run_in_a_clone_and_stop_at_a_failure(tmp_path: Path, monkeypatch) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "kept.txt").write_text("kept")
    git = ["git", "-c", "user.name=nobody", "-c", "user.email=", "-C", str(source)]
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "One"]):
        subprocess.run([*git, *command], check=True)
    (source / "two.yml").write_text(
        WORKFLOW.replace("echo one", 'cat kept.txt; gh release create "$GITHUB_REF_NAME"; false; echo')
    )
    monkeypatch.setattr(rehearse, "ROOT", source)
    monkeypatch.setattr(rehearse, "WORKFLOWS", source)
    folder = tmp_path / "work"
    folder.mkdir()
    rehearsal = rehearse.Rehearsal(folder, folder)
    rehearsal.prepare()
    done = [(step.name, status, remark) for step, status, _, remark in rehearsal.run("two")]
    assert done == [
        ("actions/checkout", 0, f"cloned {rehearse.TAG}, whole history"),
        ('cat kept.txt; gh release create "$GITHUB_REF_NAME"; false; echo', 1, ""),
        ("Send it", 0, "if failure()"),
        ("actions/deploy-pages", None, "not run: a step before it failed"),
    ]
    said = "".join(path.read_text() for path in sorted(folder.glob("two-before-*.log")))
    assert said.endswith(f"keptgh release create {rehearse.TAG}\nthree\n")


def test_what_one_job_hands_over_is_there_for_the_next_and_hidden_files_are_not(tmp_path: Path) -> None:
    def job(name: str) -> Any:
        (tmp_path / name / "clone").mkdir(parents=True)
        return rehearse.Job(tmp_path / name, tmp_path / "artifacts", tmp_path, "main", lambda _: "")

    step = rehearse.Step("one", "", settings={"name": "dist", "path": "dist"})
    one, other, log = job("one"), job("other"), tmp_path / "log"
    assert rehearse.download(other, step, log)[0] == 1
    (one.clone / "dist").mkdir()
    assert rehearse.upload(one, step, log)[0] == 1
    (one.clone / "dist/a").write_text("a")
    (one.clone / "dist/.b").write_text("b")
    assert rehearse.upload(one, step, log) == (0, "handed over 1 files")
    assert rehearse.download(other, step, log) == (0, "")
    assert [path.name for path in (other.clone / "dist").iterdir()] == ["a"]


@pytest.mark.parametrize(
    ("bug", "moment"),
    [
        ({"opened": "2026-03-01T04:05:06Z"}, "2026-03-01T04:05:06Z"),
        ({"opened": "2026-03-01"}, "2026-03-01T00:00:00Z"),
        ({"opened": "2026", "opened_between": ["2026-07-24", "2026-07-25"]}, "2026-07-24T00:00:00Z"),
        ({"opened": "2026"}, "2026-01-01T00:00:00Z"),
    ],
)
def test_every_bug_of_the_fake_server_was_opened_at_a_moment(bug: dict[str, Any], moment: str) -> None:
    assert rehearse._moment(bug) == moment
