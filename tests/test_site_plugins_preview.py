from pathlib import Path

from site_plugins.preview import Preview, built


def shown(root: Path) -> dict[str, bytes]:
    return dict(built(root))


def test_only_what_changed_is_written_and_what_is_gone_is_taken_away(tmp_path: Path) -> None:
    preview = Preview(tmp_path)
    preview.show([("a/index.html", b"a"), ("b/c/index.html", b"b"), ("gone.txt", b"c")])
    assert shown(tmp_path) == {"a/index.html": b"a", "b/c/index.html": b"b", "gone.txt": b"c"}
    (tmp_path / "a" / "index.html").write_bytes(b"untouched")
    preview.show([("a/index.html", b"a"), ("b/c/index.html", b"B"), ("new/d.txt", b"d")])
    assert shown(tmp_path) == {"a/index.html": b"untouched", "b/c/index.html": b"B", "new/d.txt": b"d"}


def test_a_file_that_somebody_took_away_is_no_fault(tmp_path: Path) -> None:
    preview = Preview(tmp_path)
    preview.show([("a.txt", b"a")])
    (tmp_path / "a.txt").unlink()
    preview.show([])
    assert shown(tmp_path) == {}
