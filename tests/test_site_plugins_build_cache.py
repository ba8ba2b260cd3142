"""The build's cache: quicker, and never different; whatever is wrong with its file, a lookup is a miss."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ca_incidents.schema import dataset
from ca_incidents.schema.check.files import RecordCache
from ca_incidents.schema.dataset import InvalidDataset
from ca_incidents.schema.model import Incident
from ca_incidents.schema.record import yaml_text
from ca_incidents.site_plugins.build import cache
from ca_incidents.site_plugins.build.cache import Cache

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


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "cache.sqlite"


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Collect the text of every file that is parsed."""
    texts: list[str] = []
    load = yaml_text.load
    monkeypatch.setattr(yaml_text, "load", lambda raw: texts.append(raw.decode()) or load(raw))
    yield texts


def records(kept: Cache) -> RecordCache:
    return cache.structs(kept, "record", Incident)


def filled(file: Path, code: str = "code") -> Cache:
    """Return a cache in which `inputs` is stored and on disk."""
    made = Cache(file, code)
    made.put("kind", b"inputs", b"value")
    made.save()
    return made


def test_a_value_is_made_once(file: Path) -> None:
    made: list[str] = []

    def make(text: str) -> str:
        made.append(text)
        return text.upper()

    for _ in range(2):
        kept = Cache(file, "code")
        assert cache.texts(kept, "text")(b"a", lambda: make("a")) == "A"
        kept.save()
    assert made == ["a"]


@pytest.mark.parametrize(
    ("kind", "inputs", "code"), [("other", b"inputs", "code"), ("kind", b"others", "code"), ("kind", b"inputs", "new")]
)
def test_another_kind_input_or_code_is_a_miss(file: Path, kind: str, inputs: bytes, code: str) -> None:
    filled(file)
    assert Cache(file, "code").get("kind", b"inputs") == b"value"
    assert Cache(file, code).get(kind, inputs) is None


def test_an_entry_that_nobody_asked_for_is_dropped(file: Path) -> None:
    filled(file)
    kept = Cache(file, "code")
    kept.save(drop=False)
    assert Cache(file, "code").get("kind", b"inputs") == b"value"
    kept.save()
    assert Cache(file, "code").get("kind", b"inputs") is None


@pytest.mark.parametrize(
    "damage",
    [
        "value = substr(value, 1, 3)",
        "value = x''",
        "value = x'00'",
        "value = 'value'",
        "value = 7",
        "digest = x''",
        "digest = 'digest'",
    ],
)
def test_a_truncated_or_altered_entry_is_a_miss_and_made_again(file: Path, damage: str) -> None:
    filled(file)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(f"UPDATE entries SET {damage}")
    kept = Cache(file, "code")
    assert cache.raw(kept, "kind")(b"inputs", lambda: b"again") == b"again"
    kept.save()
    assert Cache(file, "code").get("kind", b"inputs") == b"again"


def test_an_entry_under_the_key_of_another_is_a_miss(file: Path) -> None:
    kept = filled(file)
    kept.put("kind", b"second", b"another value")
    kept.save(drop=False)
    with closing(sqlite3.connect(file)) as database, database:
        (one, digest, value), (two, *_) = database.execute("SELECT key, digest, value FROM entries").fetchall()
        database.execute("UPDATE entries SET digest = ?, value = ? WHERE key = ?", (digest, value, two))
        assert one != two
    found = {Cache(file, "code").get("kind", inputs) for inputs in (b"inputs", b"second")}
    assert None in found
    assert found <= {None, b"value", b"another value"}


def test_an_entry_that_cannot_be_decoded_is_a_miss(file: Path) -> None:
    kept = Cache(file, "code")
    for kind, raw in (("text", b"\xff"), ("number", b"\xa4text"), ("deep", b"\x91" * 100_000)):
        kept.put(kind, b"a", raw)
    assert cache.texts(kept, "text")(b"a", lambda: "A") == "A"
    assert cache.structs(kept, "number", int)(b"a", lambda: 1) == 1
    assert cache.structs(kept, "deep", list)(b"a", list) == []


@pytest.mark.parametrize(
    "content", [b"no database" * 1000, b"SQLite format 3\0", b"SQLite format 3\0" + b"\xff" * 5000]
)
def test_a_file_that_is_no_database_is_replaced(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    filled(file)
    assert Cache(file, "code").get("kind", b"inputs") == b"value"


def test_a_truncated_file_gives_what_was_stored_or_nothing(file: Path) -> None:
    kept = Cache(file, "code")
    for n in range(50):
        kept.put("kind", b"%d" % n, b"%d" % n * 1000)
    kept.save()
    whole = file.read_bytes()
    for size in range(0, len(whole), 4096):
        file.write_bytes(whole[:size])
        found = Cache(file, "code")
        for n in range(50):
            assert found.get("kind", b"%d" % n) in {None, b"%d" % n * 1000}
            found.put("kind", b"%d" % n, b"again")
        found.save()


def test_a_table_of_another_shape_is_replaced(file: Path) -> None:
    file.parent.mkdir()
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE entries (other TEXT)")
    filled(file)
    assert Cache(file, "code").get("kind", b"inputs") == b"value"


def test_a_file_that_another_build_has_locked_is_let_alone(file: Path) -> None:
    filled(file)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        kept = Cache(file, "code")
        assert cache.raw(kept, "kind")(b"inputs", lambda: b"again") == b"again"
        kept.save()
        other.execute("ROLLBACK")
    assert Cache(file, "code").get("kind", b"inputs") == b"value"


def test_values_are_made_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = Cache(tmp_path / "file" / "cache.sqlite", "code")
    assert cache.texts(kept, "text")(b"a", lambda: "A") == "A"
    kept.save()
    assert cache.texts(kept, "text")(b"a", lambda: "B") == "B"


def test_the_second_reading_gives_the_same_and_parses_no_record(root: Path, file: Path, parsed: list[str]) -> None:
    first = dataset.read(root)
    for _ in range(2):
        kept = Cache(file, "code")
        parsed.clear()
        assert dataset.read(root, cache=records(kept)) == first
        kept.save()
    assert [text for text in parsed if "title:" in text] == []


def test_only_a_changed_file_is_parsed_again(root: Path, file: Path, parsed: list[str]) -> None:
    known = records(Cache(file, "code"))
    dataset.read(root, cache=known)
    path = root / "2021" / "2.yaml"
    path.write_text(path.read_text().replace("wrong OID", "another title"))
    parsed.clear()
    assert dataset.read(root, cache=known).incidents[2].title == "DigiCert: another title"
    assert [text for text in parsed if "id: 1" in text] == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda year: (year / "2.yaml").write_text((year / "2.yaml").read_text().replace("digicert", "x")), "unknown"),
        (lambda year: (year / "1.yaml").unlink(), "counts"),
        (lambda year: (year / "1.yaml").rename(year / "3.yaml"), "id-not-file-name"),
    ],
    ids=["the record itself", "rules between files", "the same content under another name"],
)
def test_what_became_wrong_is_found(root: Path, file: Path, change: object, code: str) -> None:
    known = records(Cache(file, "code"))
    dataset.read(root, cache=known)
    change(root / "2021")  # type: ignore[operator]
    with pytest.raises(InvalidDataset, match=code):
        dataset.read(root, cache=known)
