"""What the workflows run: proposing a sync, packing a release, checking the links of a built site."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
ONE = """\
schema_version: 1
id: 1600001
title: One
tags: [policy-failure]
bugzilla: {status: NEW, opened: "2020-01-02T00:00:00Z"}
"""
PAGES_PACKED = ("datasheet", "method", "corrections", "id-policy")
PACKED = ("LICENSE-DATA", "CITATION.cff", *(f"docs/{name}.md" for name in PAGES_PACKED))

# A sync that changes a record, writes where it should not, and ends as it is told.
SYNC = """\
#!/bin/sh
echo "::add-mask::x"
printf '##[error]%s' "no line break" >&2
[ "$FATE" = crash ] && exit 1
[ "$FATE" = 2 ] || echo "title: $FATE $*" >>incidents/2020/1600001.yaml
echo elsewhere >elsewhere.txt
echo "# Sync" >"$3"
exit "$FATE"
"""

GH = """\
#!/bin/sh
echo "$*" >>"$GH_CALLS"
case "$1 $2" in
"pr list") cat "$GH_OPEN" 2>/dev/null || true ;;
"pr create") echo 7 >"$GH_OPEN" ;;
"api repos/{owner}/{repo}/compare/main...sync") git log --format=%ae. main..origin/sync ;;
esac
"""


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=nobody", "-c", "user.email=", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository with one record, and a bare one that it pushes to."""
    origin, clone = tmp_path / "origin.git", tmp_path / "clone"
    git(tmp_path, "init", "--quiet", "--bare", str(origin))
    git(tmp_path, "init", "--quiet", str(clone))
    (clone / ".ci").mkdir()
    for name in ("propose", "read-bugzilla", "release", "notes.py", "without-commands"):
        shutil.copy(ROOT / ".ci" / name, clone / ".ci" / name)
    write(clone, "incidents/2020/1600001.yaml", ONE)
    write(clone, "incidents/snapshot.yaml", "{}\n")
    write(clone, "schema/cas.yaml", "cas: []\n")
    write(clone, "schema/incident.schema.json", "{}\n")
    for name in PACKED:
        write(clone, name, f"{name}\n")
    commit(clone)
    git(clone, "remote", "add", "origin", str(origin))
    git(clone, "push", "--quiet", "origin", "main")
    return clone


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, "utf-8")


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Change")


def surroundings(folder: Path) -> dict[str, str]:
    programs = folder.parent / "bin"
    write(programs, "gh", GH)
    (programs / "gh").chmod(0o755)
    place = {"GH_CALLS": str(folder.parent / "calls"), "GH_OPEN": str(folder.parent / "open")}
    return {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(folder.parent), "PYTHON": sys.executable, **place}


def ended(folder: Path, *command: str, **more: str) -> "subprocess.CompletedProcess[str]":
    environment = {**surroundings(folder), **more}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def run(folder: Path, *command: str) -> str:
    done = ended(folder, *command)
    assert done.returncode == 0, done.stderr
    return done.stdout


def calls(folder: Path) -> list[str]:
    path = folder.parent / "calls"
    return path.read_text("utf-8").splitlines() if path.exists() else []


def read(folder: Path, fate: str) -> "subprocess.CompletedProcess[str]":
    """Let a sync end in some way, and pack what it did."""
    write(folder, ".venv/bin/ca-incidents", SYNC)
    (folder / ".venv/bin/ca-incidents").chmod(0o755)
    return ended(folder, ".ci/read-bugzilla", "proposal", "--pause", "0", FATE=fate)


def packed(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "proposal").iterdir())


def fresh(folder: Path) -> None:
    """Start over on main, as the next job does in its own clone; what was packed stays."""
    git(folder, "switch", "--quiet", "--force", "main")
    git(folder, "reset", "--quiet", "--hard")


def test_a_sync_without_changes_proposes_nothing(clone: Path) -> None:
    write(clone, "proposal/changes.patch", "")
    assert run(clone, ".ci/propose", "proposal") == "Nothing changed.\n"
    assert calls(clone) == []


@pytest.mark.parametrize(
    ("fate", "status", "files"),
    [
        ("0", 0, ["changes.patch", "summary.md"]),
        ("4", 0, ["changes.patch", "summary.md", "unread"]),
        ("1", 2, ["summary.md"]),
        ("2", 2, ["summary.md"]),
        ("130", 2, ["summary.md"]),
        ("crash", 2, []),
    ],
)
def test_what_was_read_is_packed_unless_the_sync_could_not_run(
    clone: Path, fate: str, status: int, files: list[str]
) -> None:
    for name in ("changes.patch", "summary.md", "unread"):
        write(clone, f"proposal/{name}", "of the night before")
    done = read(clone, fate)
    assert (done.returncode, packed(clone)) == (status, files)
    if status == 0:
        patch = (clone / "proposal/changes.patch").read_text("utf-8")
        assert f"+title: {fate} sync --summary proposal/summary.md --pause 0" in patch
        assert "elsewhere" not in patch


def test_nothing_that_a_sync_prints_is_a_workflow_command(clone: Path) -> None:
    lines = read(clone, "4").stdout.splitlines()
    token = lines[0].removeprefix("::stop-commands::")
    assert len(token) == 32
    assert lines[1:] == ["::add-mask::x", "##[error]no line break", f"::{token}::"]
    assert read(clone, "4").stdout.splitlines()[0] != lines[0]


def test_a_sync_opens_one_pull_request_and_then_updates_it(clone: Path) -> None:
    before = git(clone, "ls-remote", "origin", "refs/heads/main")
    write(clone, "incidents/2021/1600002.yaml", ONE.replace("1600001", "1600002"))
    read(clone, "0")
    fresh(clone)
    run(clone, ".ci/propose", "proposal")
    changed = git(clone, "diff", "--name-only", "main", "sync")
    assert changed.split() == ["incidents/2020/1600001.yaml", "incidents/2021/1600002.yaml"]

    # The next night starts from main again, and finds one bug more.
    fresh(clone)
    write(clone, "incidents/2021/1600003.yaml", ONE.replace("1600001", "1600003"))
    read(clone, "4")
    fresh(clone)
    run(clone, ".ci/propose", "proposal")
    assert git(clone, "ls-remote", "origin", "refs/heads/main") == before
    assert git(clone, "log", "--format=%s", "main..sync") == "Update the records from Bugzilla"
    assert git(clone, "ls-remote", "--heads", "origin").count("refs/heads/") == 2
    kinds = [" ".join(call.split()[:2]) for call in calls(clone)]
    first = ["auth setup-git", "pr list", "pr create", "workflow run"]
    compare = "api repos/{owner}/{repo}/compare/main...sync"
    assert kinds == [*first, "auth setup-git", compare, "pr list", "pr edit", "workflow run"]
    assert "pr edit 7 --title Update the records from Bugzilla --body-file proposal/summary.md" in calls(clone)


def test_a_commit_by_somebody_else_is_never_overwritten(clone: Path) -> None:
    read(clone, "0")
    fresh(clone)
    run(clone, ".ci/propose", "proposal")
    git(clone, "switch", "--quiet", "sync")
    git(clone, "commit", "--quiet", "--allow-empty", "--message", "Mine")
    git(clone, "push", "--quiet", "origin", "sync")
    mine = git(clone, "rev-parse", "sync")
    fresh(clone)
    said = ended(clone, ".ci/propose", "proposal", GITHUB_RUN_ID="77")
    assert said.returncode == 0 and "::warning::The branch sync has commits by people" in said.stdout
    assert git(clone, "ls-remote", "origin", "refs/heads/sync").split()[0] == mine
    assert git(clone, "log", "--format=%s", "main..origin/sync-77") == "Update the records from Bugzilla"
    assert calls(clone)[-1] == "workflow run check.yml --ref sync-77"


def test_a_pull_request_of_a_fork_is_not_the_bots(clone: Path) -> None:
    read(clone, "0")
    fresh(clone)
    run(clone, ".ci/propose", "proposal")
    (asked,) = [call for call in calls(clone) if call.startswith("pr list")]
    assert "isCrossRepository | not" in asked


def test_a_proposal_reaches_nothing_but_the_records(clone: Path) -> None:
    write(clone, "incidents/2021/1600002.yaml", ONE.replace("1600001", "1600002"))
    write(clone, ".github/workflows/own.yml", "on: push\n")
    git(clone, "add", "--all")
    write(clone, "proposal/changes.patch", git(clone, "diff", "--cached") + "\n")
    git(clone, "reset", "--quiet", "--hard")
    run(clone, ".ci/propose", "proposal")
    assert git(clone, "diff", "--name-only", "main", "sync") == "incidents/2021/1600002.yaml"

    fresh(clone)
    patch = (clone / "proposal/changes.patch").read_text("utf-8")
    write(clone, "proposal/changes.patch", patch.replace("incidents/2021/", "incidents/../.ci/"))
    assert ended(clone, ".ci/propose", "proposal").returncode != 0


def test_a_release_holds_the_files_of_the_tag_with_checksums_and_notes(clone: Path) -> None:
    git(clone, "tag", "v1.0.0")
    write(clone, "incidents/2020/1600001.yaml", ONE.replace("NEW", "RESOLVED") + "curated: {notes: seen}\n")
    write(clone, "incidents/2021/1600002.yaml", ONE.replace("1600001", "1600002"))
    commit(clone)
    git(clone, "tag", "v1.1.0")
    write(clone, "site/data/v1/incidents.json", "[]\n")
    write(clone, "incidents/2020/1600001.yaml", "changed after the tag\n")
    run(clone, ".ci/release", "v1.1.0", "dist")

    dist = clone / "dist"
    names = sorted(path.name for path in dist.iterdir())
    changes = [f"ca-incidents-1.1.0.changes.{ending}" for ending in ("csv", "ndjson")]
    assert names == ["NOTES.md", "SHA256SUMS", *changes, "ca-incidents-1.1.0.json", "ca-incidents-1.1.0.tar.gz"]
    assert (dist / changes[0]).read_text("utf-8").splitlines() == [
        "bug,what,field,before,after",
        "1600001,changed,bugzilla.status,NEW,RESOLVED",
        "1600001,changed,curated.notes,,seen",
        "1600002,added,,,One",
    ]
    sums = dict(line.split("  ")[::-1] for line in (dist / "SHA256SUMS").read_text("utf-8").splitlines())
    assert sums == {name: hashlib.sha256((dist / name).read_bytes()).hexdigest() for name in names[2:]}
    with tarfile.open(dist / "ca-incidents-1.1.0.tar.gz") as archive:
        inside = {member.name for member in archive if member.isfile()}
        kept = archive.extractfile("ca-incidents-1.1.0/incidents/2020/1600001.yaml")
        assert kept and b"RESOLVED" in kept.read()
    assert {f"ca-incidents-1.1.0/{name}" for name in ("LICENSE-DATA", "schema/cas.yaml")} <= inside
    notes = (dist / "NOTES.md").read_text("utf-8")
    assert "2 records, 1 in v1.0.0." in notes
    assert "## Added: 1\n\n- [1600002]" in notes
    assert (
        "## Changed: 1\n\n- [1600001](https://bugzilla.mozilla.org/show_bug.cgi?id=1600001): bugzilla, curated" in notes
    )

    first = (dist / names[-1]).read_bytes()
    run(clone, ".ci/release", "v1.1.0", "again")
    assert (clone / "again" / names[-1]).read_bytes() == first


def test_the_first_release_has_notes_too(clone: Path) -> None:
    git(clone, "tag", "v1.0.0")
    run(clone, ".ci/release", "v1.0.0", "dist")
    assert (clone / "dist/NOTES.md").read_text("utf-8") == "First version of the dataset: 1 records.\n"


def test_a_new_major_version_is_not_compared_value_by_value(clone: Path) -> None:
    git(clone, "tag", "v1.0.0")
    write(clone, "incidents/2020/1600001.yaml", "schema_version: 2\n")
    commit(clone)
    git(clone, "tag", "v2.0.0")
    run(clone, ".ci/release", "v2.0.0", "dist")
    assert [path.name for path in (clone / "dist").glob("*.changes.*")] == []
    assert "## Changed: 1" in (clone / "dist/NOTES.md").read_text("utf-8")


def test_what_a_release_packs_is_there() -> None:
    assert [name for name in PACKED if not (ROOT / name).is_file()] == []


PAGES = {
    "index.html": '<a href="bugs/1/">one</a> <a href="https://example.org/x">away</a> <link rel=x href=a.css>',
    "a.css": "",
    "404.html": '<a href="/ca-incidents/bugs/1/#here">one</a>',
    "bugs/1/index.html": '<h2 id="here">Here</h2> <a href="../../">home</a> <a href="#here">up</a> '
    '<script>"<a href=no>"</script>',
}


@pytest.mark.parametrize(
    ("markup", "why"),
    [
        ('<a href="bugs/2/">', "bugs/2/: no such file"),
        ('<a href="bugs/1">', "bugs/1: the slash at the end is missing"),
        ('<a href="bugs/1/#there">', "bugs/1/#there: no such place on that page"),
        ('<img src="pictures/&amp;.png">', "pictures/&.png: no such file"),
        ('<a class="x" href="/elsewhere/">', "/elsewhere/: leads out of /ca-incidents/"),
    ],
    ids=["missing page", "missing slash", "missing anchor", "missing picture", "other site"],
)
def test_a_link_that_leads_nowhere_is_named(tmp_path: Path, markup: str, why: str) -> None:
    for name, text in PAGES.items():
        write(tmp_path, name, text)
    links = script("links")
    assert links.broken_links(tmp_path) == []
    write(tmp_path, "index.html", PAGES["index.html"] + markup)
    assert links.broken_links(tmp_path) == [f"index.html: {why}"]


def test_a_folder_without_pages_is_no_sound_site(tmp_path: Path) -> None:
    assert script("links").broken_links(tmp_path / "site") == [f"{tmp_path / 'site'}: there is no page here"]
