from collections.abc import Iterator
from pathlib import Path

import pytest

from ca_incidents.site_plugins.build.preview import Planned, Preview, built, held


def shown(root: Path) -> dict[str, bytes]:
    return dict(built(root))


def test_only_what_changed_is_written_and_what_is_gone_is_taken_away(tmp_path: Path) -> None:
    preview = Preview(tmp_path)
    preview.show(held([("a/index.html", b"a"), ("b/c/index.html", b"b"), ("gone.txt", b"c")]))
    assert shown(tmp_path) == {"a/index.html": b"a", "b/c/index.html": b"b", "gone.txt": b"c"}
    (tmp_path / "a" / "index.html").write_bytes(b"untouched")
    preview.show(held([("a/index.html", b"a"), ("b/c/index.html", b"B"), ("new/d.txt", b"d")]))
    assert shown(tmp_path) == {"a/index.html": b"untouched", "b/c/index.html": b"B", "new/d.txt": b"d"}


def test_a_file_that_somebody_took_away_is_no_fault(tmp_path: Path) -> None:
    preview = Preview(tmp_path)
    preview.show(held([("a.txt", b"a")]))
    (tmp_path / "a.txt").unlink()
    preview.show([])
    assert shown(tmp_path) == {}


def test_what_cache_key_the_same_is_not_made_again(tmp_path: Path) -> None:
    preview = Preview(tmp_path)
    made: list[str] = []

    def plan(text: str, cache_key: bytes | None) -> Planned:
        return Planned("a.txt", lambda: (made.append(text), text.encode())[1], cache_key)

    for text, cache_key in (("1", b"one"), ("not made", b"one"), ("2", b"two"), ("3", None), ("4", None)):
        preview.show([plan(text, cache_key)])
    assert made == ["1", "2", "3", "4"]
    assert shown(tmp_path) == {"a.txt": b"4"}


def test_a_build_that_ends_early_leaves_no_file_behind_that_is_taken_for_another(tmp_path: Path) -> None:
    preview = Preview(tmp_path)
    preview.show([Planned("a.txt", lambda: b"old", b"old")])

    def broken() -> Iterator[Planned]:
        yield Planned("a.txt", lambda: b"new", b"new")
        raise KeyError

    with pytest.raises(KeyError):
        preview.show(broken())
    preview.show([Planned("a.txt", lambda: b"old", b"old")])
    assert shown(tmp_path) == {"a.txt": b"old"}
