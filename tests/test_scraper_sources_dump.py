"""Saved dumps, plain and packed, sound and broken.

Covers: scraper/sources/json_text.py.
"""

import gzip
import json
from pathlib import Path

import pytest

from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.scraper.sources.bug import UnreadableAnswer
from ca_incidents.scraper.sources.dump import read_saved, shortened_from

BUG = {"id": 7, "summary": "A: b", "status": "NEW", "creation_time": "2021-02-03T04:05:06Z", "creator": "x"}


def comment(text: str, number: int = 0) -> dict[str, object]:
    return {"count": number, "creation_time": "2021-02-03T04:05:06Z", "creator": "x", "text": text}


def dump(folder: Path, bugs: object, lines: list[object] | None = None, *, packed: bool = False) -> Path:
    def put(name: str, text: str) -> None:
        raw = text.encode()
        (folder / (f"{name}.gz" if packed else name)).write_bytes(gzip.compress(raw) if packed else raw)

    put("bugs.json", json.dumps(bugs))
    if lines is not None:
        put("comments.ndjson", "\n".join(json.dumps(line) for line in lines))
    return folder


@pytest.mark.parametrize("packed", [False, True])
def test_bugs_and_comments_are_joined(tmp_path: Path, packed: bool) -> None:
    later = {"count": 3, "creation_time": "2021-02-09T04:05:06Z", "creator": "y"}
    saved = read_saved(dump(tmp_path, {"bugs": [BUG]}, [{"id": 7, "comments": [later, comment("x")]}], packed=packed))
    assert [c.number for c in saved.bugs[0].comments or ()] == [0, 3]
    assert saved.as_of == "2021-02-09T04:05:06Z"


def test_a_bug_without_comments_in_the_dump_has_unknown_comments(tmp_path: Path) -> None:
    assert read_saved(dump(tmp_path, {"bugs": [BUG]})).bugs[0].comments is None


def test_a_bug_of_another_shape_stops_no_other(tmp_path: Path) -> None:
    bugs = [BUG, {**BUG, "id": 8, "summary": 5}, {**BUG, "id": 9}]
    lines: list[object] = [{"id": 7, "comments": [comment("x")]}, {"id": 9, "comments": [{}]}]
    saved = read_saved(dump(tmp_path, {"bugs": bugs}, lines))
    assert [bug.id for bug in saved.bugs] == [7]
    assert list(saved.unread) == [8, 9]


def test_a_line_separator_inside_a_text_ends_no_line_of_the_dump(tmp_path: Path) -> None:
    folder = dump(tmp_path, {"bugs": [BUG]})
    line = json.dumps({"id": 7, "comments": [comment("a\u2028b")]}, ensure_ascii=False)
    (folder / "comments.ndjson").write_text(line, "utf-8", newline="\n")
    (read,) = read_saved(folder).bugs[0].comments or ()
    assert (read.text or "").startswith("a")


def test_shortened_texts_are_marked(tmp_path: Path) -> None:
    lines = [{"id": n, "comments": [comment("x" * 1000)]} for n in (1, 2, 3)]
    lines.append({"id": 4, "comments": [comment("x" * 600)]})
    bugs = [{**BUG, "id": n} for n in (1, 2, 3, 4)]
    saved = read_saved(dump(tmp_path, {"bugs": bugs}, lines))
    assert [(bug.comments or ())[0].cut for bug in saved.bugs] == [True, True, True, False]


def test_a_dump_of_whole_texts_is_not_taken_for_shortened() -> None:
    assert shortened_from([10, 10, 10, 500, 2000]) is None
    assert shortened_from([]) is None


@pytest.mark.parametrize(
    ("bugs", "lines", "said"),
    [
        ([], None, "not an answer"),
        ({"bugs": [{"id": 1}]}, None, "summary"),
        ({"bugs": [BUG, {**BUG, "summary": "A: c"}]}, None, "appears twice"),
        ({"bugs": [7]}, None, "not an answer"),
        ({"bugs": [BUG]}, [{"bug": 7}], "comments.ndjson:1"),
        ({"bugs": [BUG]}, [{"id": 7, "comments": 7}], "comments.ndjson:1"),
        ({"bugs": [BUG]}, [{"id": 7, "comments": [7]}], "comments.ndjson:1"),
        ({"bugs": [BUG]}, [{"id": 7, "comments": [{}]}], "comments.ndjson:1"),
        ({"bugs": []}, None, "no bug of the source has a date"),
    ],
)
def test_another_shape_is_a_clear_error(tmp_path: Path, bugs: object, lines: list[object] | None, said: str) -> None:
    with pytest.raises(UnreadableAnswer, match=said):
        read_saved(dump(tmp_path, bugs, lines))


def test_a_broken_file_names_itself(tmp_path: Path) -> None:
    dump(tmp_path, {"bugs": [BUG]})
    (tmp_path / "comments.ndjson.gz").write_bytes(gzip.compress(b'{"id": 7}')[:-6])
    with pytest.raises(UnreadableAnswer, match=r"comments\.ndjson\.gz"):
        read_saved(tmp_path)
    with pytest.raises(UnreadableAnswer, match=r"bugs\.json"):
        read_saved(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
        (b"[" + b"9" * 5_000 + b"]", "not JSON"),
        (b'{"id": "\xff"}', "not JSON"),
        (b'{"id": "\\ud800"}', "not JSON"),
        (b"[" + b"[]," * 1_000_000 + b"0]", "more than 2,000,000 values"),
        (b" " * 16_000_001, "a line of more than 16,000,000 bytes"),
        (b" " * 64_000_001, "has more than 64,000,000 bytes"),
        (b"\n" * 1_000_001, "has more than 1,000,000 lines"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_hostile_json_is_a_clear_error(tmp_path: Path, raw: bytes, said: str) -> None:
    dump(tmp_path, {"bugs": [BUG]})
    (tmp_path / "comments.ndjson").write_bytes(raw)
    with pytest.raises(CaIncidentsError, match=said):
        read_saved(tmp_path)


def test_a_small_file_that_unpacks_to_a_large_one_is_refused(tmp_path: Path) -> None:
    dump(tmp_path, {"bugs": [BUG]})
    (tmp_path / "comments.ndjson.gz").write_bytes(gzip.compress(b" " * 64_000_001))
    with pytest.raises(UnreadableAnswer, match="unpacks to more than 64,000,000 bytes"):
        read_saved(tmp_path)
