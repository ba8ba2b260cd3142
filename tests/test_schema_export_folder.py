"""A folder of files: whole or with a notice, and without files of the run before."""

import errno
import hashlib
import os
from pathlib import Path

import pytest

from ca_incidents.schema.export import folder
from ca_incidents.schema.export.folder import INCOMPLETE, SUMS, CannotWrite, replace

OLD = [("a.txt", b"old a"), ("b/c.txt", b"old c"), ("same.txt", b"same")]
NEW = [("a.txt", b"new a"), ("d/e.txt", b"new e"), ("same.txt", b"same")]


def there(place: Path) -> dict[str, bytes]:
    return {p.relative_to(place).as_posix(): p.read_bytes() for p in sorted(place.rglob("*")) if p.is_file()}


def holds(place: Path, files: list[tuple[str, bytes]]) -> bool:
    found = there(place)
    listed = "".join(f"{hashlib.sha256(raw).hexdigest()}  {name}\n" for name, raw in sorted(files))
    return found == {**dict(files), SUMS: listed.encode()}


def test_files_of_the_run_before_go_and_others_stay(tmp_path: Path) -> None:
    replace(tmp_path, OLD)
    assert holds(tmp_path, OLD)
    (tmp_path / "mine.txt").write_text("mine")
    replace(tmp_path, NEW)
    (tmp_path / "mine.txt").unlink()
    assert holds(tmp_path, NEW)
    assert not (tmp_path / "b").exists()


class Killed(BaseException):
    """Stands in for the end of the process: nothing that runs afterwards may count."""


# Every call that changes the folder. `clear` does not run in a process that was killed.
CHANGES = [(Path, "replace"), (Path, "unlink"), (Path, "mkdir"), (Path, "write_bytes"), (Path, "rmdir")]


def killed_at(place: Path, step: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Write NEW over OLD and stop before the step; False if there are fewer steps."""
    steps = 0
    with monkeypatch.context() as patched:
        for owner, name in CHANGES:
            real = getattr(owner, name)

            def counted(*given, real=real, **named):
                nonlocal steps
                steps += 1
                if steps == step:
                    patched.setattr(folder, "clear", lambda _: None)
                    raise Killed
                return real(*given, **named)

            patched.setattr(owner, name, counted)
        try:
            replace(place, NEW)
        except Killed:
            return True
    return False


def test_a_run_killed_at_any_step_leaves_the_old_the_new_or_a_notice(tmp_path, monkeypatch):
    step = 1
    while True:
        place = tmp_path / str(step)
        replace(place, OLD)
        if not killed_at(place, step, monkeypatch):
            break
        left = {name: raw for name, raw in there(place).items() if not name.startswith(".partial/")}
        if SUMS in left:
            left.pop(INCOMPLETE, None)
            listed = dict(line.split("  ")[::-1] for line in left.pop(SUMS).decode().splitlines())
            assert left in (dict(OLD), dict(NEW))
            assert listed == {name: hashlib.sha256(raw).hexdigest() for name, raw in left.items()}
        else:
            assert INCOMPLETE in left
            assert all(
                raw in (dict(OLD).get(name), dict(NEW).get(name)) for name, raw in left.items() if name != INCOMPLETE
            )
        replace(place, NEW)
        assert holds(place, NEW)
        step += 1
    assert step > 15


def test_a_list_of_files_cannot_delete_outside_of_its_folder(tmp_path: Path) -> None:
    outside, inner = tmp_path / "outside.txt", tmp_path / "inner"
    outside.write_text("x")
    inner.mkdir()
    (inner / "link").symlink_to(tmp_path)
    digest = "0" * 64
    names = ["../outside.txt", str(outside), "link/outside.txt", "\0", ".", "link", SUMS]
    (inner / SUMS).write_text("".join(f"{digest}  {name}\n" for name in names) + "no line of a list\n")
    replace(inner, NEW)
    assert outside.read_text() == "x"
    assert (inner / "link").is_symlink()


def test_a_full_disk_is_a_message_and_leaves_the_old_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace(tmp_path, OLD)

    def full(path: Path, _raw: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(CannotWrite, match="No space left"):
        replace(tmp_path, NEW)
    assert holds(tmp_path, OLD)
