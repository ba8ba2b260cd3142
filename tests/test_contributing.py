"""CONTRIBUTING.md is true: its worked examples run as written on a copy of the dataset, and what it names exists."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from ca_incidents.schema.model import Incident, record_from_data
from ca_incidents.schema.record import canonical
from ca_incidents.schema.record.effective import effective
from ca_incidents.schema.record.yaml_text import load

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
PROGRAM = """\
#!/bin/sh
exec {python} -c 'import sys
from ca_incidents.schema.cli.command import main
from ca_incidents.schema.cli.all import COMMANDS
from ca_incidents.scraper.cli.all import COMMANDS as MORE
sys.exit(main(sys.argv[1:], (*COMMANDS, *MORE)))' "$@"
"""


@dataclass(frozen=True, slots=True)
class Step:
    """Commands to run, or a text to add at the end of the file that the sentence above names."""

    text: str
    file: str | None = None


def steps(number: int) -> list[Step]:
    """Read one worked example: every block of commands and every block to add, in order."""
    part = re.split(r"^## ", GUIDE, flags=re.M)
    [example] = [text for text in part if text.startswith(f"Example {number}:")]
    found = []
    for above, language, text in re.findall(r"([^\n]*\n?[^\n]*)\n\n```(\w+)\n(.*?)^```$", example, re.M | re.S):
        if language == "sh":
            found.append(Step(text))
        else:
            assert language == "yaml"
            [file] = re.findall(r"[Aa]dd at the end of\s`(incidents/[^`]+)`:$", above)
            found.append(Step(text, file))
    return found


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh clone: the dataset and the cases on main, and the records of the examples without what people gave."""
    folder = tmp_path_factory.mktemp("clone")
    shutil.copytree(ROOT / "incidents", folder / "incidents")
    shutil.copytree(ROOT / "tests/cases/contributing", folder / "tests/cases/contributing")
    for number in (1, 2):
        [file] = [folder / step.file for step in steps(number) if step.file]
        file.write_text(canonical.split_text(file.read_text("utf-8"))[0], "utf-8")
    program = folder.parent / "bin" / "ca-incidents"
    program.parent.mkdir()
    program.write_text(PROGRAM.format(python=shlex.quote(sys.executable)), "utf-8")
    program.chmod(0o755)
    run(folder, "git init --quiet --initial-branch main && git add --all && git commit --quiet --message Clone")
    return folder


def run(folder: Path, commands: str) -> str:
    """Run commands in a clone as a contributor would, with `ca-incidents` on the path."""
    who = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", "you"), ("EMAIL", ""))
    }
    surroundings = {
        **who,
        "PATH": f"{folder.parent / 'bin'}:{os.environ['PATH']}",
        "HOME": str(folder.parent),
        "PYTHONPATH": str(ROOT),
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", commands],
        cwd=folder, env=surroundings, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{commands}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def follow(folder: Path, number: int) -> tuple[str, list[str]]:
    """Do what an example says; give what its commands printed and the files that its commit changed."""
    printed = ""
    for step in steps(number):
        if step.file is None:
            printed += run(folder, step.text)
        else:
            with (folder / step.file).open("a", encoding="utf-8") as file:
                file.write(step.text)
    assert run(folder, "git status --porcelain") == ""
    return printed, run(folder, "git diff --name-only main HEAD").split()


def record(folder: Path, name: str) -> Incident:
    found = record_from_data(load((folder / name).read_bytes()).data)  # type: ignore[arg-type]
    assert isinstance(found, Incident)
    return effective(found)


def test_there_are_three_examples_with_commands_and_an_edit_each() -> None:
    for number in (1, 2, 3):
        kinds = [step.file is None for step in steps(number)]
        assert True in kinds and False in kinds, number
    blocks = re.findall(r"^```(\w+)$", GUIDE, re.M)
    # Blocks that the test does not run are marked as such: they need the network.
    assert blocks.count("sh") + blocks.count("yaml") == sum(len(steps(number)) for number in (1, 2, 3))
    assert blocks.count("console") == 2


def test_a_date_is_corrected_as_written(clone: Path) -> None:
    name = "incidents/2020/1614290.yaml"
    before = record(clone, name)
    printed, changed = follow(clone, 1)
    after = record(clone, name)
    assert changed == [name]
    assert "no findings" in printed
    assert before.report is None or before.report.noncompliance is None
    assert after.report and after.report.noncompliance
    assert after.report.noncompliance.identified == "2020-02-07T21:40+01:00"


def test_root_causes_and_a_summary_are_added_as_written(clone: Path) -> None:
    name = "incidents/2020/1678410.yaml"
    printed, changed = follow(clone, 2)
    curated = record(clone, name).curated
    assert changed == [name]
    assert "no findings" in printed
    assert curated and curated.summary and curated.root_causes == ("process-gap",)


def test_a_missing_bug_is_added_as_written(clone: Path) -> None:
    name = "incidents/2026/2099999.yaml"
    printed, changed = follow(clone, 3)
    added = record(clone, name)
    assert changed == [name]
    assert f"{name}: added" in printed
    assert "no findings" in printed
    assert added.title == "Example CA: CRL expired over a weekend"
    assert added.report and added.report.noncompliance and added.report.noncompliance.start == "2026-02-28T06:00Z"
    assert added.curated and added.curated.root_causes == ("monitoring-gap",)


def test_a_mistake_in_an_example_would_be_found(clone: Path) -> None:
    run(clone, "git switch --quiet --force main")
    [edit] = [step for step in steps(2) if step.file]
    file = clone / (edit.file or "")
    before = file.read_text("utf-8")
    file.write_text(before + edit.text.replace("process-gap", "process-gaps"), "utf-8")
    with pytest.raises(AssertionError, match="process-gaps"):
        run(clone, "ca-incidents check --changed-since main")
    file.write_text(before, "utf-8")


def test_every_place_that_the_guide_names_exists() -> None:
    places = {p for p in re.findall(r"`([\w./-]+/[\w./-]*)`", GUIDE) if not p.startswith(("incidents/2026", "."))}
    assert len(places) >= 9
    assert [place for place in sorted(places) if not (ROOT / place).exists()] == []


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("scraper/reader/form/templates.py", "ROWS = ("),
        ("scraper/reader/form/fields.py", "FIELDS = ("),
        ("scraper/reader/form/templates.py", "without"),
        ("schema/incident.schema.json", '"x-rank"'),
        ("site_plugins/views/__init__.py", "KINDS = ("),
        ("schema/incident.schema.json", '"x-spellings"'),
        ("schema/incident.schema.json", '"policy_document"'),
        ("schema/deadlines.yaml", "until:"),
        ("schema/policies.yaml", "patterns:"),
    ],
)
def test_what_the_recipes_name_stands_where_they_say(place: str, name: str) -> None:
    assert place in GUIDE
    assert name in (ROOT / place).read_text("utf-8")
