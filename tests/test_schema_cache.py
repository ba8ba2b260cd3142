"""The memory of sound records: quicker, and never different."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ca_incidents.schema import cache, dataset
from ca_incidents.schema.cache import KeptBytes, KeptTexts, KeptValues, SoundRecords
from ca_incidents.schema.dataset import InvalidDataset
from ca_incidents.schema.record import yaml_text

RECORD = """# yaml-language-server: $schema=../../schema/incident.schema.json
schema_version: 1
id: {id}
title: "DigiCert: wrong OID"
ca: digicert
bugzilla: {{status: NEW, opened: "2021-02-03T04:05:06Z"}}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "incidents"
    (folder / "2021").mkdir(parents=True)
    for number in (1, 2):
        (folder / "2021" / f"{number}.yaml").write_text(RECORD.format(id=number))
    counts = "counts: {records: 2, withdrawn: 0, excluded: 0}"
    (folder / "snapshot.yaml").write_text(f'schema_version: 1\nsource: x\nas_of: "2026-01-01T00:00:00Z"\n{counts}\n')
    return folder


def counted_readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    read: list[str] = []
    load = yaml_text.load
    monkeypatch.setattr(yaml_text, "load", lambda raw: read.append(raw.decode()) or load(raw))
    return read


def test_the_second_reading_gives_the_same_and_reads_no_record(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = root.parent / "cache" / "records"
    first = dataset.read(root, sound=SoundRecords(place))
    assert place.is_file()
    read = counted_readings(monkeypatch)
    second = dataset.read(root, sound=SoundRecords(place))
    assert first == second == dataset.read(root)
    assert len([text for text in read if "title:" in text]) == 2, "only the reading without a memory reads records"


def test_only_a_changed_file_is_read_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = SoundRecords()
    dataset.read(root, sound=memory)
    path = root / "2021" / "2.yaml"
    path.write_text(path.read_text().replace("wrong OID", "another title"))
    read = counted_readings(monkeypatch)
    assert dataset.read(root, sound=memory).incidents[2].title == "DigiCert: another title"
    assert [text for text in read if "id: 1" in text] == []


def test_a_file_that_became_unsound_is_found(root: Path) -> None:
    memory = SoundRecords()
    dataset.read(root, sound=memory)
    path = root / "2021" / "2.yaml"
    path.write_text(path.read_text().replace("digicert", "nobody-knows"))
    with pytest.raises(InvalidDataset, match="unknown-ca"):
        dataset.read(root, sound=memory)


def test_rules_between_records_are_always_held(root: Path) -> None:
    memory = SoundRecords()
    dataset.read(root, sound=memory)
    (root / "2021" / "1.yaml").unlink()
    with pytest.raises(InvalidDataset, match="counts"):
        dataset.read(root, sound=memory)


def test_the_same_content_under_another_name_is_not_sound(root: Path) -> None:
    memory = SoundRecords()
    dataset.read(root, sound=memory)
    (root / "2021" / "1.yaml").rename(root / "2021" / "3.yaml")
    with pytest.raises(InvalidDataset, match="id-not-file-name"):
        dataset.read(root, sound=memory)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x83\xa4code", b"\x83\xa2\xff\xfe\x80"])
def test_a_broken_cache_is_as_good_as_none(root: Path, content: bytes) -> None:
    place = root.parent / "records"
    place.write_bytes(content)
    assert len(dataset.read(root, sound=SoundRecords(place)).incidents) == 2


def test_other_code_makes_the_cache_void(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = root.parent / "records"
    dataset.read(root, sound=SoundRecords(place))
    monkeypatch.setattr(cache, "_code", lambda: "other")
    read = counted_readings(monkeypatch)
    dataset.read(root, sound=SoundRecords(place))
    assert len([text for text in read if "title:" in text]) == 2


def test_kept_bytes_are_made_once_and_swept_when_nobody_asks(tmp_path: Path) -> None:
    made: list[bytes] = []

    def make(what: bytes) -> bytes:
        made.append(what)
        return what.upper()

    for _ in range(2):
        keep = KeptBytes(tmp_path / "kept", "code")
        assert keep(b"a", lambda: make(b"a")) == b"A"
        keep.sweep()
    assert made == [b"a"]
    keep = KeptBytes(tmp_path / "kept", "code")
    assert keep(b"b", lambda: make(b"b")) == b"B"
    keep.sweep()
    assert keep(b"a", lambda: make(b"a")) == b"A" and made == [b"a", b"b", b"a"]


def test_bytes_are_given_where_nothing_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    keep = KeptBytes(tmp_path / "file" / "kept", "code")
    assert keep(b"a", lambda: b"A") == b"A"
    keep.sweep()


def test_kept_values_are_made_once_and_dropped_when_nobody_asks(tmp_path: Path) -> None:
    made: list[int] = []

    def make(what: int) -> int:
        made.append(what)
        return what

    for code in ("one", "one", "two"):
        keep = KeptValues(tmp_path / "deep" / "kept", code, int)
        assert keep(b"a", lambda: make(1)) == 1
        keep.save()
    assert made == [1, 1]
    assert keep(b"b", lambda: make(2)) == 2
    keep.save()
    assert keep(b"a", lambda: make(3)) == 3 and made == [1, 1, 2, 3]


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"\x92\xa4code\x81\xa26100", b"\x92\xa2\xff\xfe\x80", b"\x91" * 100_000]
)
def test_a_broken_file_of_kept_values_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    place = tmp_path / "kept"
    place.write_bytes(content)
    keep = KeptValues(place, "code", int)
    assert keep(b"a", lambda: 1) == 1
    keep.save()
    assert KeptValues(place, "code", int)(b"a", lambda: 2) == 1


def test_values_are_given_where_nothing_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    keep = KeptValues(tmp_path / "file" / "kept", "code", int)
    assert keep(b"a", lambda: 1) == 1
    keep.save()
    assert keep(b"a", lambda: 2) == 1


def test_kept_texts_are_made_once_and_dropped_when_nobody_asks(tmp_path: Path) -> None:
    made: list[str] = []

    def make(what: str) -> str:
        made.append(what)
        return what.upper()

    for code in ("one", "one", "two"):
        keep = KeptTexts(tmp_path / "deep" / "kept", code)
        assert keep(b"a", lambda: make("a")) == "A"
        keep.save()
    assert made == ["a", "a"]
    assert keep(b"b", lambda: make("b")) == "B"
    keep.save()
    assert keep(b"a", lambda: make("a")) == "A" and made == ["a", "a", "b", "a"]


def test_a_broken_file_of_kept_texts_is_as_good_as_none(tmp_path: Path) -> None:
    place = tmp_path / "kept"
    place.write_bytes(b"no database" * 1000)
    keep = KeptTexts(place, "code")
    assert keep(b"a", lambda: "A") == "A"
    keep.save()
    assert KeptTexts(place, "code")(b"a", lambda: "not made") == "A"


def test_a_table_of_another_shape_is_as_good_as_none(tmp_path: Path) -> None:
    place = tmp_path / "kept"
    with closing(sqlite3.connect(place)) as base:
        base.execute("CREATE TABLE texts (other TEXT)")
    keep = KeptTexts(place, "code")
    assert keep(b"a", lambda: "A") == "A"
    keep.save()
    assert KeptTexts(place, "code")(b"a", lambda: "not made") == "A"


def test_texts_that_another_build_holds_are_let_alone(tmp_path: Path) -> None:
    place = tmp_path / "kept"
    first = KeptTexts(place, "code")
    first(b"a", lambda: "A")
    first.save()
    with closing(sqlite3.connect(place, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        keep = KeptTexts(place, "code")
        assert keep(b"a", lambda: "again") == "again"
        keep.save()
        other.execute("ROLLBACK")
    assert KeptTexts(place, "code")(b"a", lambda: "not made") == "A"


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    keep = KeptValues(tmp_path / "kept", "code", int)
    assert keep(b"a", lambda: 1) == 1
    keep.save()
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_texts_are_given_where_nothing_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    keep = KeptTexts(tmp_path / "file" / "kept", "code")
    assert keep(b"a", lambda: "A") == "A"
    keep.save()
