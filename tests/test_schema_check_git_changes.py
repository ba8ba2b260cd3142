"""Only what changed since a revision, with a real git in a folder of the test's own."""

import subprocess
from pathlib import Path

import pytest
from test_schema_check import ONE, OTHER, incident, put, root, run  # noqa: F401

from ca_incidents.schema.check import git_changes


@pytest.fixture
def history(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: F811
    for key, value in {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}.items():
        monkeypatch.setenv(key, value)
    git(root, "init", "--initial-branch=main", "..")
    git(root, "config", "user.name", "tests")
    git(root, "config", "user.email", "tests@example.org")
    commit(root)
    git(root, "switch", "-c", "work")
    return root


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path) -> None:
    git(folder, "add", "-A", "..")
    git(folder, "commit", "-m", "Work", "--allow-empty")


def break_one(root: Path, number: int) -> None:  # noqa: F811
    data = incident(number)
    data["curated"]["ca"] = "nobody"
    put(root, f"2020/{number}.yaml", data)


def files_of(findings: list[dict]) -> set[str]:
    return {Path(f["file"]).stem for f in findings}


def test_findings_elsewhere_are_left_out(history: Path, capsys) -> None:
    break_one(history, ONE)
    commit(history)
    git(history, "branch", "-f", "main")
    break_one(history, OTHER)
    status, findings, said = run(capsys, "--changed-since", "main")
    assert (status, files_of(findings)) == (1, {str(OTHER)})
    assert said == "1 file checked: 1 finding in 1 file\n"
    commit(history)
    assert files_of(run(capsys, "--changed-since", "main")[1]) == {str(OTHER)}


def test_nothing_changed(history: Path, capsys) -> None:
    assert run(capsys, "--changed-since", "HEAD") == (0, [], "0 files checked: no findings\n")


def test_what_others_did_since_is_not_mine(history: Path, capsys) -> None:
    git(history, "switch", "main")
    break_one(history, ONE)
    commit(history)
    git(history, "switch", "work")
    assert run(capsys, "--changed-since", "main")[0] == 0


def test_new_files_count(history: Path, capsys) -> None:
    (history / "2020" / "new\nline.txt").write_text("x")
    _, findings, _ = run(capsys, "--changed-since", "main")
    assert [(f["file"], f["code"]) for f in findings] == [("incidents/2020/new\nline.txt", "not-a-record-file")]


def test_a_removed_record_is_missed_where_others_name_it(history: Path, capsys) -> None:
    (history / "2020" / f"{OTHER}.yaml").unlink()
    _, findings, _ = run(capsys, "--changed-since", "main")
    assert (files_of(findings), {f["code"] for f in findings}) == ({str(ONE)}, {"unknown-bug"})


def test_a_changed_snapshot_concerns_every_record(history: Path, capsys) -> None:
    break_one(history, ONE)
    commit(history)
    git(history, "branch", "-f", "main")
    snapshot = history / "snapshot.yaml"
    snapshot.write_text(snapshot.read_text().replace("saved dump", "another dump"))
    assert files_of(run(capsys, "--changed-since", "main")[1]) == {str(ONE)}


def test_a_changed_schema_concerns_every_record(history: Path, capsys) -> None:
    break_one(history, ONE)
    (history.parent / "schema").mkdir()
    (history.parent / "schema" / "cas.yaml").write_text("cas: []\n")
    commit(history)
    git(history, "branch", "-f", "main")
    assert run(capsys, "--changed-since", "main")[0] == 0
    (history.parent / "schema" / "cas.yaml").write_text("cas: [1]\n")
    assert files_of(run(capsys, "--changed-since", "main")[1]) == {str(ONE)}


def test_fix_mends_only_what_changed(history: Path, capsys) -> None:
    paths = [history / "2020" / f"{number}.yaml" for number in (ONE, OTHER)]
    before = paths[0].read_text()
    odd = before.replace("tags: [policy-failure]", "tags: ['policy-failure']")
    paths[0].write_text(odd)
    commit(history)
    git(history, "branch", "-f", "main")
    paths[1].write_text(paths[1].read_text().replace("tags: [policy-failure]", "tags: ['policy-failure']"))
    assert run(capsys, "--fix", "--changed-since", "main") == (0, [], "1 file fixed\n0 files checked: no findings\n")
    assert paths[0].read_text() == odd


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "HEAD:incidents", ""])
def test_a_revision_that_is_none_exits_with_2(revision: str, history: Path, capsys) -> None:
    status, _, said = run(capsys, f"--changed-since={revision}")
    assert (status, "git has no such revision" in said) == (2, True)
    assert not (history / "x").exists()


def test_no_history_exits_with_2(root: Path, capsys) -> None:  # noqa: F811
    assert run(capsys, "--changed-since", "main")[0] == 2


def test_a_clone_without_the_common_ancestor_still_works() -> None:
    def shallow(arguments, folder):
        if arguments[0] == "merge-base":
            raise git_changes.NoHistory("none")
        answers = {"rev-parse": "/top\n" if "--show-toplevel" in arguments else "abc\n", "ls-files": ""}
        if arguments[0] == "diff":
            assert "abc" in arguments
            return "2020/1.yaml\0" if "--relative" in arguments else ""
        return answers[arguments[0]]

    assert git_changes.changed_since("main", Path("/top/incidents"), shallow) == {"2020/1.yaml"}


def test_a_cache_in_git_is_refused_and_one_beside_it_is_not(history: Path, capsys) -> None:
    cache = history.parent / ".cache" / "ca-incidents" / "cache.sqlite"
    cache.parent.mkdir(parents=True)
    cache.write_bytes(b"made")
    assert run(capsys)[0] == 0
    git(history, "add", "--force", str(cache))
    for paths in ((), ("--changed-since", "main")):
        status, findings, _ = run(capsys, *paths)
        found = [(f["file"], f["code"]) for f in findings]
        assert (status, found) == (1, [(".cache/ca-incidents/cache.sqlite", "committed-cache")])
    assert run(capsys, f"incidents/2020/{ONE}.yaml")[0] == 0


def test_a_cache_without_git_is_no_finding(root: Path, capsys) -> None:  # noqa: F811
    (root.parent / ".cache").mkdir()
    assert run(capsys)[0] == 0
