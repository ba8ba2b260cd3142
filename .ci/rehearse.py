"""Rehearse the workflows for GitHub: run the commands of their steps in order, each job in a fresh clone of HEAD.

Usage: rehearse.py [WORKFLOW…] [--dump FOLDER] [--logs FOLDER]; without names, all of .github/workflows.

The clones come from a throw-away copy of the repository and push to it. `gh` only prints how it was called. Bugzilla is
the tests' fake server, which serves the clone's own records or a saved dump. An action is replaced by a local
equivalent or reported as skipped. Prints job, step, exit status and seconds; exits 1 if a step failed.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
WORKFLOWS = ROOT / ".github" / "workflows"
TAG = "v0.0.0"
SYNC = ".ci/read-bugzilla"
GH = """\
#!/bin/sh
# A GitHub without pull requests; files to be sent must exist.
[ "$1 $2" = "pr list" ] && exit 0
echo "gh $*"
for word in "$@"; do
    case $word in dist/* | *.md) [ -s "$word" ] || { echo "gh: $word is not there" >&2; exit 1; } ;; esac
done
"""

# What the forge says of an issue, for the workflow that reads the form "Wrong fact".
EVENT = {
    "issue": {
        "user": {"login": "somebody"},
        "body": "### Bug number on Bugzilla\n\n1671037\n\n### Field\n\ncertificates.total\n\n"
        "### What it should be\n\n8\n\n### Source\n\nComment 2\n",
    }
}


class CannotRehearse(Exception):
    """A workflow uses something that this script does not support; the message says what and where."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a job: a command, or an action with its settings; `condition` is its `if`."""

    job: str
    name: str
    command: str = ""
    action: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    condition: str = ""


def read_workflow(text: str) -> dict[str, Any]:
    """Parse a workflow with every scalar as text, so that the key `on` does not become true."""
    data: dict[str, Any] = yaml.load(text, yaml.BaseLoader)  # noqa: S506
    return data


def steps_of(workflow: Mapping[str, Any]) -> list[Step]:
    """List the steps of all jobs, each job after those that it needs. Raises CannotRehearse."""
    jobs = workflow["jobs"]
    return [_step(name, raw) for name in _in_order(jobs) for raw in jobs[name]["steps"]]


def _in_order(jobs: Mapping[str, Any]) -> list[str]:
    done: list[str] = []
    while len(done) < len(jobs):
        ready = [name for name in jobs if name not in done and set(_needs(jobs[name])) <= set(done)]
        if not ready:
            raise CannotRehearse(f"these jobs wait for each other: {sorted(set(jobs) - set(done))}")
        done += ready
    return done


def _needs(job: Mapping[str, Any]) -> list[str]:
    needs = job.get("needs", [])
    return [needs] if isinstance(needs, str) else needs


def _step(job: str, raw: Mapping[str, Any]) -> Step:
    unknown = raw.keys() - {"id", "name", "run", "uses", "with", "env", "if"}
    if unknown or ("run" in raw) == ("uses" in raw):
        raise CannotRehearse(f"{job}: a step of this kind is not known here: {sorted(raw)}")
    action = raw.get("uses", "").partition("@")[0]
    command = raw.get("run", "").strip()
    return Step(
        job=job,
        name=raw.get("name") or action or command.partition("\n")[0],
        command=command,
        action=action,
        settings=raw.get("with", {}),
        environment={name: value_of(text) for name, text in raw.get("env", {}).items()},
        condition=raw.get("if", ""),
    )


def value_of(text: str) -> str:
    """Replace the expressions in a value with something harmless; secrets become empty."""
    known = {"github.token": "rehearsed", "github.event.issue.number": "7"}

    def replaced(found: re.Match[str]) -> str:
        what = found[1]
        if what not in known and not what.startswith("secrets."):
            raise CannotRehearse(f"the expression {what} is not known here")
        return known.get(what, "")

    return re.sub(r"\$\{\{ *([\w.]+) *\}\}", replaced, text)


def ref_of(workflow: Mapping[str, Any]) -> str:
    """Return the ref of a run: the rehearsed tag if tags start the workflow, else main."""
    started_by = workflow["on"]
    push = started_by.get("push") if isinstance(started_by, dict) else None
    return TAG if isinstance(push, dict) and "tags" in push else "main"


def with_fake_bugzilla(command: str, url: str) -> str:
    """Point the lines that sync to another server; leave the rest of a command as it is."""
    return re.sub(rf"(?m)^({re.escape(SYNC)}\b.*)$", rf"\1 --url {url} --allow-http --pause 0", command)


@dataclass(slots=True)
class Job:
    """A running job: its clone, its temporary folder, and the environment of its commands.

    `artifacts` is the folder through which the jobs of one workflow hand files over.
    """

    folder: Path
    artifacts: Path
    origin: Path
    ref: str
    bugzilla: Callable[[Path], str]

    @property
    def clone(self) -> Path:
        """The folder of its checkout."""
        return self.folder / "clone"

    def environment(self, step: Step) -> dict[str, str]:
        """Give what GitHub's runner sets, and the programs that stand in for others first on the path."""
        runner = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_REF_NAME": self.ref,
            "GITHUB_REPOSITORY": "nobody/rehearsed",
            "GITHUB_RUN_ID": "1",
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
            "RUNNER_TEMP": str(self.folder),
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "GH_"))}
        return {**kept, **runner, **step.environment, "PATH": f"{self.folder.parent / 'bin'}:{os.environ['PATH']}"}


def checkout(job: Job, step: Step, log: Path) -> tuple[int, str]:
    """Clone the branch or tag, as deep as the action would."""
    ref, depth = step.settings.get("ref", job.ref), step.settings.get("fetch-depth", "1")
    how = [] if depth == "0" else ["--depth", depth]
    command = ["git", "clone", "--quiet", *how, "--branch", ref, f"file://{job.origin}", str(job.clone)]
    return _called(command, log), f"cloned {ref}, {'whole history' if depth == '0' else f'depth {depth}'}"


def set_up_python(_job: Job, step: Step, log: Path) -> tuple[int, str]:
    """Say which Python stands in for the one that is asked for; an older one fails."""
    wanted = step.settings["python-version"]
    check = f"import sys; print(sys.version); sys.exit(sys.version_info < ({wanted.replace('.', ', ')}))"
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    return _called(["python3", "-c", check], log), f"{wanted} asked for, {here} is here"


def upload_pages(job: Job, step: Step, log: Path) -> tuple[int, str]:
    """Pack the folder as the action does: one archive, links followed."""
    packed = job.folder / "artifact.tar"
    status = _called(
        ["tar", "--dereference", "-cf", str(packed), "-C", str(job.clone / step.settings["path"]), "."], log
    )
    size = packed.stat().st_size if packed.exists() else 0
    return status, f"packed {size / 1e6:,.1f} MB"


def upload(job: Job, step: Step, log: Path) -> tuple[int, str]:
    """Keep a folder for the jobs that follow; as with the action, an empty one is an error and hidden files stay."""
    source, kept = job.clone / step.settings["path"], job.artifacts / step.settings["name"]
    if not source.is_dir() or not any(source.iterdir()):
        log.write_text(f"{step.settings['path']} is empty or not there\n", "utf-8")
        return 1, "nothing to hand over"
    shutil.copytree(source, kept, ignore=shutil.ignore_patterns(".*"))
    return 0, f"handed over {sum(path.is_file() for path in kept.rglob('*'))} files"


def download(job: Job, step: Step, log: Path) -> tuple[int, str]:
    """Fetch a folder that a job before kept."""
    kept = job.artifacts / step.settings["name"]
    if not kept.is_dir():
        log.write_text(f"no job handed over {step.settings['name']}\n", "utf-8")
        return 1, "nothing handed over"
    shutil.copytree(kept, job.clone / step.settings["path"], dirs_exist_ok=True)
    return 0, ""


ACTIONS: dict[str, Callable[[Job, Step, Path], tuple[int, str]]] = {
    "actions/checkout": checkout,
    "actions/setup-python": set_up_python,
    "actions/upload-pages-artifact": upload_pages,
    "actions/upload-artifact": upload,
    "actions/download-artifact": download,
}


def _called(command: list[str], log: Path, **more: Any) -> int:
    with log.open("ab") as out:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False, **more)  # noqa: S603
    return done.returncode


def run_step(job: Job, step: Step, log: Path) -> tuple[int, str]:
    """Run one step; give its exit status and a remark."""
    if step.action:
        do = ACTIONS.get(step.action)
        return do(job, step, log) if do else (0, "skipped: needs GitHub")
    command, remark = step.command, "" if not step.condition else f"if {step.condition}"
    if SYNC in command:
        command, remark = with_fake_bugzilla(command, job.bugzilla(job.clone)), "from the fake Bugzilla"
    # What GitHub runs where no shell is named.
    bash = ["bash", "-e", "-c", command]
    return _called(bash, log, cwd=job.clone, env=job.environment(step)), remark


@dataclass(slots=True)
class Rehearsal:
    """A temporary folder with the copy that all clones come from, the stand-ins, and the fake server once asked for."""

    folder: Path
    logs: Path
    dump: Path | None = None
    server: "subprocess.Popen[str] | None" = None

    def prepare(self) -> None:
        """Copy the repository's HEAD as main, tag it, and write the stand-in for gh."""
        origin = self.folder / "origin.git"
        for command in (
            ["git", "clone", "--quiet", "--bare", str(ROOT), str(origin)],
            ["git", "-C", str(origin), "update-ref", "refs/heads/main", self._head()],
            ["git", "-C", str(origin), "symbolic-ref", "HEAD", "refs/heads/main"],
            ["git", "-C", str(origin), "tag", "--force", TAG, "refs/heads/main"],
        ):
            subprocess.run(command, check=True, capture_output=True)  # noqa: S603
        gh = self.folder / "bin" / "gh"
        gh.parent.mkdir()
        gh.write_text(GH, "utf-8")
        gh.chmod(0o755)

    def _head(self) -> str:
        command = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603

    def run(self, name: str) -> Iterator[tuple[Step, int | None, float, str]]:
        """Run one workflow; gives each step with its status (None: not run), seconds and a remark."""
        workflow = read_workflow((WORKFLOWS / f"{name}.yml").read_text("utf-8"))
        failed = False
        for number, step in enumerate(steps_of(workflow)):
            place = self.folder / f"{name}-{step.job}"
            # A job without a checkout has an empty folder to work in.
            (place / "clone").mkdir(parents=True, exist_ok=True)
            (place / "event.json").write_text(json.dumps(EVENT), "utf-8")
            if failed and "failure()" not in step.condition:
                yield step, None, 0.0, "not run: a step before it failed"
                continue
            artifacts = self.folder / f"{name}-artifacts"
            job = Job(place, artifacts, self.folder / "origin.git", ref_of(workflow), self.bugzilla)
            start = time.monotonic()
            log = self.logs / f"{name}-{step.job}-{number}.log"
            status, remark = run_step(job, step, log)
            failed = failed or status != 0
            yield step, status, time.monotonic() - start, remark

    def bugzilla(self, clone: Path) -> str:
        """Start the fake Bugzilla, by the clone's own Python and tests, and give its address."""
        dump = self.dump or dump_of(clone / "incidents", self.folder / "dump")
        command = [".venv/bin/python", "tests/fake_bugzilla.py", "--bugs-from", str(dump / "bugs.json")]
        command += [word for path in dump.glob("comments.ndjson*") for word in ("--comments-from", str(path))]
        self.server = subprocess.Popen(command, cwd=clone, stdout=subprocess.PIPE, text=True)  # noqa: S603
        assert self.server.stdout
        return self.server.stdout.readline().strip()

    def close(self) -> None:
        """Stop what was started."""
        if self.server is not None:
            self.server.kill()
            self.server.wait()


def dump_of(incidents: Path, folder: Path) -> Path:
    """Write what the records and the ledger say about their bugs as a saved dump, without any text of a comment."""
    folder.mkdir()
    records = [_read(path) for path in sorted(incidents.glob("[0-9]*/*.yaml"))]
    records = [record for record in records if "bugzilla" in record]
    bugs = [_saved_bug(record["id"], record["title"], record["bugzilla"]) for record in records]
    for left_out in _read(incidents / "excluded.yaml")["excluded"]:
        bugs.append(_saved_bug(left_out["bug"], left_out["title"], {**left_out, "status": "NEW"}))
    threads = [
        {
            "id": int(record["id"]),
            "comments": [
                {"count": int(c["number"]), "creation_time": c["at"], **_saved_person(c)}
                for c in record["bugzilla"].get("comments", ())
                if "at" in c
            ],
        }
        for record in records
    ]
    (folder / "bugs.json").write_text(json.dumps({"bugs": bugs}), "utf-8")
    (folder / "comments.ndjson").write_text("".join(f"{json.dumps(thread)}\n" for thread in threads), "utf-8")
    return folder


def _read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = yaml.load(path.read_text("utf-8"), yaml.CBaseLoader)  # noqa: S506
    return data


def _saved_bug(number: str, title: str, bug: Mapping[str, Any]) -> dict[str, Any]:
    state = {key: bug.get(key, "") for key in ("status", "resolution", "whiteboard")}
    opened = {"creation_time": _moment(bug), **_saved_person(bug.get("reporter", {}))}
    return {"id": int(number), "summary": title, **state, **opened}


def _moment(bug: Mapping[str, Any]) -> str:
    """Return when a bug was opened; of one whose day or year is known, the first moment that it can be."""
    opened: str = bug["opened"]
    if "T" in opened:
        return opened
    first = bug.get("opened_between", [f"{opened}-01-01"])[0] if len(opened) == len("2026") else opened
    return f"{first}T00:00:00Z"


def _saved_person(person: Mapping[str, str]) -> dict[str, str | None]:
    return {"creator": person.get("nick", "nobody"), "creator_domain": person.get("affiliation")}


def main() -> int:
    """Rehearse the workflows that the command line names."""
    parser = argparse.ArgumentParser(description="Run the commands of the workflows in order on fresh clones.")
    parser.add_argument("workflow", nargs="*", help="names of workflows, such as check or sync (default: all)")
    parser.add_argument("--dump", type=Path, help="a saved dump for the fake Bugzilla (default: made from the records)")
    parser.add_argument("--logs", type=Path, help="keep what each step prints in this folder")
    arguments = parser.parse_args()
    names = arguments.workflow or sorted(path.stem for path in WORKFLOWS.glob("*.yml"))
    failed = 0
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        logs = arguments.logs or Path(folder) / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        rehearsal = Rehearsal(Path(folder), logs.resolve(), arguments.dump)
        rehearsal.prepare()
        try:
            for name in names:
                for step, status, seconds, remark in rehearsal.run(name):
                    shown = "-" if status is None else str(status)
                    print(f"{name}/{step.job:8} {shown:>3} {seconds:8.1f} s  {step.name}", end="")
                    print(f"  ({remark})" if remark else "", flush=True)
                    failed += bool(status)
        finally:
            rehearsal.close()
        if failed and arguments.logs is None:
            shutil.copytree(logs, kept := Path(tempfile.mkdtemp(prefix="rehearsal-logs-")), dirs_exist_ok=True)
            print(f"What each step printed is kept in {kept}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
