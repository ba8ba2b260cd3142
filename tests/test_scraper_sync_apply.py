"""A sync from a saved source: what is written, what is left alone, and what people wrote.

Covers: scraper/cli/doubts.py, scraper/sync/assemble.py, scraper/sync/store.py.
"""

import errno
import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ca_incidents.schema import dataset
from ca_incidents.schema.check.files import check_files, read_files
from ca_incidents.schema.cli.command import main
from ca_incidents.schema.dataset import InvalidDataset
from ca_incidents.schema.model import Counts, Incident, Later, Topic
from ca_incidents.schema.record import atomic_write, canonical
from ca_incidents.schema.tables import registry
from ca_incidents.scraper.cli.all import COMMANDS
from ca_incidents.scraper.reader.whiteboard import read_whiteboard
from ca_incidents.scraper.sources.bug import UnreadableAnswer, WireBug, bug_from_rest
from ca_incidents.scraper.sources.bug_list import BugList, read_list
from ca_incidents.scraper.sources.dump import saved_from
from ca_incidents.scraper.sync.apply import NoSnapshot, Outcome, sync_list, sync_partial, sync_saved
from ca_incidents.scraper.sync.assemble import Known, Tools, assemble
from ca_incidents.scraper.sync.layers import layers_of
from ca_incidents.scraper.sync.store import Store, open_store

TOOLS = Tools(
    registry=registry.standard(),
    read_whiteboard=read_whiteboard,
    read_thread=lambda _bug: (None, ()),
    read_topics=lambda *_: (),
)


def bug(number: int = 1700001, **said: Any) -> WireBug:
    data = {
        "id": number,
        "summary": "DigiCert: wrong OID",
        "status": "RESOLVED",
        "resolution": "FIXED",
        "whiteboard": "[ca-compliance] [ov-misissuance]",
        "creation_time": "2021-02-03T04:05:06Z",
        "creator": "someone",
        "comments": [{"count": 0, "creation_time": "2021-02-03T04:05:06Z", "creator": "someone"}],
    }
    return bug_from_rest({**data, **said})


def run(root: Path, *bugs: WireBug) -> tuple[Store, Outcome]:
    store = open_store(root)
    saved = saved_from(bugs, {})
    return store, sync_saved(store, {b.id: b for b in saved.bugs}, saved.as_of, "saved dump", TOOLS)


def files(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def test_a_record_is_written_sound_and_canonical(tmp_path: Path) -> None:
    root = tmp_path / "incidents"
    _, outcome = run(root, bug())
    assert outcome.added == [1700001]
    assert check_files(read_files(root), registry.standard()).findings == []
    assert sorted(files(root)) == ["2021/1700001.yaml", "excluded.yaml", "snapshot.yaml"]


def test_a_second_sync_writes_nothing(tmp_path: Path) -> None:
    root = tmp_path / "incidents"
    run(root, bug())
    before = {p: p.stat().st_mtime_ns for p in root.rglob("*.yaml")}
    _, outcome = run(root, bug())
    assert (outcome.added, outcome.changed, outcome.unchanged) == ([], {}, [1700001])
    assert {p: p.stat().st_mtime_ns for p in root.rglob("*.yaml")} == before


def test_a_change_names_its_fields(tmp_path: Path) -> None:
    root = tmp_path / "incidents"
    run(root, bug())
    _, outcome = run(root, bug(whiteboard="[ca-compliance] [ev-misissuance]"))
    assert outcome.changed == {1700001: ("tags", "bugzilla.whiteboard")}


def with_topics(*topics: Topic) -> Tools:
    return replace(TOOLS, read_topics=lambda *_: topics)


def test_a_record_has_the_topics_that_were_read() -> None:
    found = (Topic(topic="crl", read_in="title"),)
    record = assemble(bug(), Known(), with_topics(*found)).record
    assert record is not None and record.topics == found


def test_a_topic_read_in_a_text_stays_until_the_title_says_more() -> None:
    tag, title = Topic(topic="crl", read_in="tags"), Topic(topic="ocsp", read_in="title")
    known = (Topic(topic="outage", read_in="text", source=0),)
    before = assemble(bug(), Known(), with_topics(*known)).record
    assert before is not None
    for source, read, expected in (
        (bug(), (tag,), known),
        (bug(), (title,), (title,)),
    ):
        layers = layers_of(before, "", from_server=False)
        record = assemble(source, Known(layers=layers), with_topics(*read)).record
        assert record is not None and record.topics == expected


def test_trackers_go_to_the_ledger_with_their_reason(tmp_path: Path) -> None:
    store, outcome = run(tmp_path / "incidents", bug(), bug(1700002, summary="[meta] all of them", whiteboard="[odd]"))
    assert outcome.excluded == [1700002]
    entry = store.excluded[1700002]
    assert entry.kind == "tracker" and entry.reason
    assert [doubt.text for doubt in entry.doubts] == ["odd"]


def test_a_record_that_turns_out_to_be_no_incident_moves_to_the_ledger(tmp_path: Path) -> None:
    root = tmp_path / "incidents"
    run(root, bug())
    run(root, bug(summary="[meta] all of them"))
    assert sorted(files(root)) == ["excluded.yaml", "snapshot.yaml"]


def test_an_entry_made_by_hand_stays_in_the_ledger(tmp_path: Path) -> None:
    root = tmp_path / "incidents"
    root.mkdir()
    entry = '{bug: 1700001, opened: "2021-02-03T04:05:06Z", kind: not-an-incident, reason: A question.}'
    (root / "excluded.yaml").write_text(f"schema_version: 1\nexcluded:\n- {entry}\n")
    store, outcome = run(root, bug())
    assert outcome.excluded == [1700001] and store.excluded[1700001].reason == "A question."


def test_an_unknown_name_is_a_doubt_and_no_guess(tmp_path: Path) -> None:
    store, outcome = run(tmp_path / "incidents", bug(summary="Quite Unknown CA: wrong OID"))
    record = store.records[1700001]
    assert isinstance(record, Incident) and record.ca is None
    assert [(d.kind, d.text) for d in outcome.doubts[1700001]] == [("unmapped-name", "Quite Unknown CA")]


def test_bugs_outside_the_component_are_marked_and_unmarked_again(tmp_path: Path) -> None:
    root = tmp_path / "incidents"
    store, _ = run(root, bug(depends_on=[1700002, 1600000]))
    record = store.records[1700001]
    assert isinstance(record, Incident) and record.bugzilla.relations
    assert record.bugzilla.relations.foreign == (1600000, 1700002)
    store, outcome = run(root, bug(1700002))
    record = store.records[1700001]
    assert isinstance(record, Incident) and record.bugzilla.relations
    assert record.bugzilla.relations.foreign == (1600000,)
    assert outcome.changed == {1700001: ("bugzilla.relations",)}


def test_what_a_source_cannot_tell_stays(tmp_path: Path) -> None:
    root = tmp_path / "incidents"
    history = [
        {"when": "2021-02-04T00:00:00Z", "changes": [{"field_name": "status", "removed": "NEW", "added": "RESOLVED"}]}
    ]
    whole = bug(product="CA Program", history=history, blocks=[1600000], last_change_time="2021-02-05T00:00:00Z")
    run(root, whole)
    store, outcome = run(root, bug(last_change_time="2021-02-05T00:00:00Z"))
    assert outcome.unchanged == [1700001]
    record = store.records[1700001]
    assert isinstance(record, Incident) and record.bugzilla.product == "CA Program" and record.bugzilla.history


def test_an_older_source_changes_nothing(tmp_path: Path) -> None:
    root = tmp_path / "incidents"
    run(root, bug(last_change_time="2022-01-01T00:00:00Z"))
    before = files(root)
    _, outcome = run(root, bug(status="NEW", resolution="", last_change_time="2021-06-01T00:00:00Z"))
    assert outcome.older == [1700001]
    assert files(root) == before


CURATED = """# a person's own remark
curated:
    summary:  "Written by hand,   oddly spaced"   # kept
    root_causes: [ software-defect ]
"""


@pytest.mark.parametrize(
    "block",
    [CURATED, "curated:\n  nonsense: {not: [valid\n", "curated: 012\n", "curated:\n  a: 1"],
    ids=["oddly spaced", "not YAML", "a number", "no line break at the end"],
)
def test_a_curated_block_is_kept_to_the_byte(tmp_path: Path, block: str) -> None:
    root = tmp_path / "incidents"
    run(root, bug())
    path = root / "2021" / "1700001.yaml"
    path.write_text(path.read_text() + block)
    _, outcome = run(root, bug(whiteboard="[ca-compliance] [ev-misissuance]"))
    assert outcome.changed
    text = path.read_text()
    assert text.endswith(block if block.endswith("\n") else block + "\n") and "ev-misissuance" in text


curated_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=curated_values, title=st.text(min_size=1, max_size=60), board=st.text(max_size=60))
def test_no_sync_changes_anything_under_curated(tmp_path: Path, value: object, title: str, board: str) -> None:
    root = tmp_path / "incidents"
    run(root, bug())
    path = root / "2021" / "1700001.yaml"
    machine = canonical.split_text(path.read_text("utf-8"))[0]
    block = f"curated: {json.dumps(value)}\n"
    path.write_bytes((machine + block).encode())
    run(root, bug(summary=f"DigiCert: {title}", whiteboard=board))
    assert canonical.split_text(path.read_bytes().decode())[1] == block


def test_a_record_that_cannot_be_read_stops_the_sync_and_stays(tmp_path: Path) -> None:
    root = tmp_path / "incidents"
    run(root, bug())
    path = root / "2021" / "1700001.yaml"
    path.write_text("id: [\n")
    with pytest.raises(InvalidDataset, match=r"2021/1700001\.yaml:1:5"):
        run(root, bug())
    assert path.read_text() == "id: [\n"


def test_what_an_interrupted_run_left_is_swept_away(tmp_path: Path) -> None:
    root = tmp_path / "incidents"
    run(root, bug())
    (root / ".partial").mkdir(exist_ok=True)
    (root / ".partial" / "2021-1.yaml").write_text("half a rec")
    run(root, bug())
    assert not (root / ".partial" / "2021-1.yaml").exists()


@pytest.mark.parametrize("planted", ["folder", "file"])
def test_a_planted_link_is_not_written_through(tmp_path: Path, planted: str) -> None:
    root, outside = tmp_path / "incidents", tmp_path / "outside"
    run(root, bug())
    outside.mkdir()
    (outside / "precious").write_text("ours")
    store = open_store(root)
    if planted == "folder":
        (root / ".partial").symlink_to(outside)
    else:
        (root / ".partial").mkdir()
        (root / ".partial" / "2021-1700001.yaml").symlink_to(outside / "precious")
    [record] = store.records.values()
    assert isinstance(record, Incident)
    assert store.write_record(msgspec.structs.replace(record, title="DigiCert: another"))
    assert "another" in (root / "2021" / "1700001.yaml").read_text()
    assert [p.name for p in outside.iterdir()] == ["precious"]
    assert (outside / "precious").read_text() == "ours"


def test_two_files_that_claim_one_bug_stop_the_sync(tmp_path: Path) -> None:
    root = tmp_path / "incidents"
    run(root, bug())
    (root / "2020").mkdir()
    twin = root / "2020" / "1700001.yaml"
    twin.write_bytes((root / "2021" / "1700001.yaml").read_bytes() + b"curated: {notes: kept}\n")
    before = twin.read_bytes()
    with pytest.raises(InvalidDataset, match="duplicate-id"):
        run(root, bug(whiteboard="[ca-compliance]"))
    assert twin.read_bytes() == before


def test_doubts_of_a_folder_that_is_no_dataset(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doubts", "--to", str(tmp_path)], COMMANDS) == 2
    assert "is not a dataset: it has no snapshot.yaml" in capsys.readouterr().err


def test_the_command_prints_a_table_and_lists_doubts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = {
        "bugs": [
            {
                "id": 1700001,
                "summary": "Unheard Of: x",
                "status": "NEW",
                "whiteboard": "[ca-compliance] [what]",
                "creation_time": "2021-02-03T04:05:06Z",
                "creator": "x",
            }
        ]
    }
    (tmp_path / "bugs.json").write_text(json.dumps(data))
    place = ["--to", str(tmp_path / "incidents")]
    assert main(["sync", "--from", str(tmp_path), *place, "--format", "json"], COMMANDS) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["added"] == [1700001] and said["doubts"] == {"unknown-fragment": 1, "unmapped-name": 1}
    assert main(["sync", "--from", str(tmp_path), *place], COMMANDS) == 0
    assert "unchanged" in capsys.readouterr().out
    assert main(["doubts", *place], COMMANDS) == 0
    out = capsys.readouterr().out
    assert "bug 1700001: title: unmapped-name: Unheard Of" in out and "1 unknown-fragment" in out


def test_a_source_that_is_none_is_one_message_and_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sync", "--from", str(tmp_path / "none"), "--to", str(tmp_path / "i")], COMMANDS) == 2
    assert "No such file" in capsys.readouterr().err
    assert not (tmp_path / "i").exists()


def listed(path: Path, *bugs: dict[str, Any], until: str = "2021-05-01") -> BugList:
    path.write_text(json.dumps({"as_of": until, "complete": False, "bugs": list(bugs)}))
    return read_list(path)


LINE = {
    "id": 1700003,
    "summary": "DigiCert: a later matter",
    "whiteboard": "[ca-compliance] [crl-failure]",
    "creation_time": "2021-04-05",
}


def test_a_list_gives_records_that_say_no_more_than_it_does(tmp_path: Path) -> None:
    root, path = tmp_path / "incidents", tmp_path / "later.json"
    run(root, bug())
    store = open_store(root)
    assert sync_list(store, listed(path, LINE), TOOLS).added == [1700003]
    record = store.records[1700003]
    assert isinstance(record, Incident) and record.report is None
    state = record.bugzilla
    assert (record.ca, record.tags, state.status) == ("digicert", ("crl-failure",), "UNKNOWN")
    assert (state.opened, state.opened_between) == ("2021", ("2021-04-05", "2021-04-05"))
    assert (state.read_from, state.read_until) == ("list", None)
    read = dataset.read(root)
    assert read.snapshot.as_of == "2021-02-03T04:05:06Z"
    assert read.snapshot.later == Later(until="2021-05-01", complete=False)
    assert read.snapshot.counts == Counts(records=2, withdrawn=0, excluded=0, listed=1)
    before = files(root)
    assert sync_list(open_store(root), listed(path, LINE), TOOLS).unchanged == [1700003]
    assert files(root) == before


def test_a_list_corrects_its_own_records_and_no_other(tmp_path: Path) -> None:
    root, path = tmp_path / "incidents", tmp_path / "later.json"
    run(root, bug())
    sync_list(open_store(root), listed(path, LINE), TOOLS)
    renamed = {**LINE, "summary": "DigiCert: by its true name"}
    known = {**LINE, "id": 1700001, "creation_time": "2021-02-04"}
    outcome = sync_list(open_store(root), listed(path, renamed, known), TOOLS)
    assert (outcome.changed, outcome.older) == ({1700003: ("title",)}, [1700001])


def test_a_better_source_makes_a_listed_record_a_normal_one(tmp_path: Path) -> None:
    root, path = tmp_path / "incidents", tmp_path / "later.json"
    run(root, bug())
    sync_list(open_store(root), listed(path, LINE), TOOLS)
    store, outcome = run(root, bug(), bug(1700003, creation_time="2021-06-05T00:00:00Z", comments=[]))
    assert list(outcome.changed) == [1700003]
    record = store.records[1700003]
    assert isinstance(record, Incident)
    assert (record.bugzilla.read_from, record.bugzilla.opened_between) == (None, None)
    assert (record.bugzilla.opened, record.bugzilla.status) == ("2021-06-05T00:00:00Z", "RESOLVED")
    assert store.snapshot and store.snapshot.later is None


def test_bounds_that_cross_a_year_are_refused() -> None:
    across = WireBug(id=2099999, summary="DigiCert: x", status=None, opened_between=("2020-12-31", "2021-01-01"))
    with pytest.raises(UnreadableAnswer, match="the year is not known"):
        assemble(across, Known(), TOOLS)


def test_a_list_does_not_begin_a_dataset(tmp_path: Path) -> None:
    with pytest.raises(NoSnapshot):
        sync_list(open_store(tmp_path / "incidents"), listed(tmp_path / "later.json", LINE), TOOLS)


def test_a_newer_dump_says_nothing_of_bugs_that_it_leaves_out(tmp_path: Path) -> None:
    root = tmp_path / "incidents"
    run(root, bug(), bug(1700002))
    store, _ = run(root, bug(last_change_time="2022-01-01T00:00:00Z"))
    assert store.snapshot and store.snapshot.as_of == "2022-01-01T00:00:00Z"
    left, read = store.records[1700002], store.records[1700001]
    assert isinstance(left, Incident) and left.bugzilla.read_until == "2021-02-03T04:05:06Z"
    assert isinstance(read, Incident) and read.bugzilla.read_until is None
    assert check_files(read_files(root), registry.standard()).findings == []


def test_branches_that_each_add_a_bug_merge_and_pass_the_checks(tmp_path: Path) -> None:
    root = tmp_path / "incidents"

    def git(*words: str) -> None:
        named = ["-c", "user.name=someone", "-c", "user.email="]
        subprocess.run(["git", "-C", str(tmp_path), *named, *words], check=True, capture_output=True)

    def commit() -> None:
        git("add", "--all")
        git("commit", "--message", "Add a bug")

    def add(number: int) -> None:
        page = replace(bug(number), partial=True, read_from="page")
        sync_partial(open_store(root), [page], TOOLS, source="saved pages", now="2021-03-01T00:00:00Z")
        commit()

    git("init", "--initial-branch", "main")
    run(root, bug())
    commit()
    git("checkout", "-b", "one")
    add(1700002)
    git("checkout", "-b", "other", "main")
    add(1700003)
    git("merge", "one", "--message", "Merge")
    assert check_files(read_files(root), registry.standard()).findings == []
    assert dataset.read(root).snapshot.counts == Counts(records=3, withdrawn=0, excluded=0)


# A Cyrillic letter that looks like a Latin one.
POSING = "DigiCert: wrong \u041eID"


def test_what_the_checks_would_refuse_is_not_written_and_the_rest_is(tmp_path: Path) -> None:
    root = tmp_path / "incidents"
    _, outcome = run(root, bug(), bug(1700002, summary=POSING))
    assert outcome.added == [1700001]
    assert list(outcome.unread) == [1700002]
    assert "2021/1700002.yaml" in outcome.unread[1700002]
    assert check_files(read_files(root), registry.standard()).findings == []


def test_a_record_stays_where_its_new_state_would_be_refused(tmp_path: Path) -> None:
    root = tmp_path / "incidents"
    store, _ = run(root, bug())
    before, as_of = files(root), store.snapshot.as_of if store.snapshot else None
    _, outcome = run(root, bug(summary=POSING, last_change_time="2024-01-01T00:00:00Z"))
    assert list(outcome.unread) == [1700001]
    assert not outcome.changed
    assert files(root) == before
    assert as_of == "2021-02-03T04:05:06Z"
    assert run(root, bug(summary="DigiCert: another", last_change_time="2024-01-01T00:00:00Z"))[1].changed


SECRET = "Invented words of a comment"


def faulty(bug_number: int) -> Tools:
    """Return tools whose reader fails for one bug, with the comment in the error's text."""

    def read(bug: WireBug) -> tuple[None, tuple[()]]:
        if bug.id == bug_number:
            raise KeyError(SECRET)
        return None, ()

    return replace(TOOLS, read_thread=read)


def test_a_reader_that_fails_for_one_bug_stops_no_other(tmp_path: Path) -> None:
    root, bugs = tmp_path / "incidents", {n: bug(n) for n in (1700001, 1700002, 1700003)}
    store = open_store(root)
    outcome = sync_saved(store, bugs, "2021-02-03T04:05:06Z", "saved dump", faulty(1700002))
    assert (outcome.added, list(outcome.unread)) == ([1700001, 1700003], [1700002])
    why = outcome.unread[1700002]
    assert SECRET not in why
    assert re.match(r"KeyError in ca_incidents\.scraper\.sync\.assemble, line [0-9]+; ", why)
    assert dataset.read(root).snapshot.counts == Counts(records=2, withdrawn=0, excluded=0)


def test_a_bug_that_cannot_be_read_keeps_its_record(tmp_path: Path) -> None:
    root = tmp_path / "incidents"
    run(root, bug(), bug(1700002))
    before = files(root)
    later = {n: bug(n, summary="DigiCert: new", last_change_time="2022-01-01T00:00:00Z") for n in (1700001, 1700002)}
    outcome = sync_saved(open_store(root), later, "2022-01-01T00:00:00Z", "saved dump", faulty(1700002))
    assert (list(outcome.changed), list(outcome.unread)) == ([1700001], [1700002])
    assert files(root)["2021/1700002.yaml"] == before["2021/1700002.yaml"]
    # The snapshot cannot move, so the record that goes beyond it says so itself.
    assert check_files(read_files(root), registry.standard()).findings == []


def test_a_single_bug_that_cannot_be_read_is_noted_too(tmp_path: Path) -> None:
    page = replace(bug(), partial=True, read_from="page")
    tools, now = faulty(1700001), "2021-03-01T00:00:00Z"
    assert list(sync_partial(open_store(tmp_path), [page], tools, source="x", now=now).unread) == [1700001]
    found = BugList(bugs=(bug(1700002), bug()), until="2021-05-01", complete=False)
    assert list(sync_list(open_store(tmp_path), found, tools).unread) == [1700001]


def test_a_full_disk_is_no_fault_of_a_bug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "x")

    monkeypatch.setattr(atomic_write, "put", full)
    with pytest.raises(OSError, match="No space"):
        run(tmp_path / "incidents", bug())


def test_the_ledger_passes_the_same_gate_as_records(tmp_path: Path) -> None:
    root = tmp_path / "incidents"
    run(root, bug(), bug(1700002))
    before = files(root)
    _, outcome = run(
        root, bug(), bug(1700002, summary=POSING.replace("DigiCert:", "[meta]")), bug(1700003, summary="[meta] x")
    )
    assert (outcome.excluded, list(outcome.unread)) == ([1700003], [1700002])
    assert "excluded.yaml" in outcome.unread[1700002] and "look-alike" in outcome.unread[1700002]
    assert files(root)["2021/1700002.yaml"] == before["2021/1700002.yaml"]
    assert check_files(read_files(root), registry.standard()).findings == []


@pytest.mark.parametrize("title", ["DigiCert: a@b'c@d", "[meta] x a@b'c@d", "[meta] x jane.doe @ host.example.org"])
def test_no_address_in_a_title_reaches_a_file(tmp_path: Path, title: str) -> None:
    root = tmp_path / "incidents"
    _, outcome = run(root, bug(summary=title))
    assert not outcome.unread
    assert b"@" not in b"".join(files(root).values())
    assert b"(address removed)" in b"".join(files(root).values())


def test_a_long_nick_is_none_and_too_many_comments_cost_one_bug(tmp_path: Path) -> None:
    at = "2021-02-03T04:05:06Z"
    many = [{"count": n, "creation_time": at, "creator": "someone"} for n in range(5_001)]
    store, outcome = run(tmp_path, bug(creator="n" * 121), bug(1700002, comments=many))
    assert (outcome.added, list(outcome.unread)) == ([1700001], [1700002])
    record = store.records[1700001]
    assert isinstance(record, Incident) and record.bugzilla.reporter is None
    assert outcome.unread[1700002] == "5,001 comments; a record holds at most 5,000"
