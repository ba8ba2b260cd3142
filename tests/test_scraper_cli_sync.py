"""`sync` and `add` with what people have: folders of mixed sources, pages of new bugs, interruptions, quiet and loud.

Covers: scraper/cli/interruption.py, scraper/cli/saved_sources.py, scraper/cli/talk.py.
"""

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from fake_bugzilla import FakeBugzilla, add_comment, make_bug, make_bugs, set_field
from fake_pages import ERROR_PAGE, mhtml, modern_page, open_text_page, text_page, xml_page

from ca_incidents.schema.check.files import read_files
from ca_incidents.schema.cli import all as schema_commands
from ca_incidents.schema.cli.command import main
from ca_incidents.schema.model import Incident
from ca_incidents.scraper.cli.all import COMMANDS
from ca_incidents.scraper.sync.store import open_store

NOON = datetime(2026, 1, 2, 12, 0, 0, tzinfo=UTC)
FIRST = 1_700_002
NEW = 2_099_001


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeBugzilla]:
    monkeypatch.delenv("CA_INCIDENTS_API_KEY", raising=False)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    with FakeBugzilla(make_bugs(60, FIRST), clock=NOON) as fake:
        yield fake


def run(root: Path, command: str, *more: str, url: str = "https://bugzilla.mozilla.org") -> int:
    asked = ["--url", url, "--pause", "0", "--timeout", "0.5"]
    return main([command, *more, "--to", str(root / "incidents"), *asked], commands=COMMANDS)


def files(root: Path) -> dict[str, bytes]:
    return {file.name: file.raw for file in read_files(root / "incidents")}


def record(root: Path, number: int) -> Incident:
    found = open_store(root / "incidents").records[number]
    assert isinstance(found, Incident)
    return found


def sound(root: Path) -> bool:
    return main(["check", str(root / "incidents")], commands=schema_commands.COMMANDS) == 0


def answer(*bugs: dict) -> str:
    return json.dumps({"bugs": [bug | {"is_open": not bug["resolution"]} for bug in bugs], "faults": []})


def dump(folder: Path, *bugs: dict) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "bugs.json").write_text(answer(*bugs), "utf-8")


def mixed(folder: Path) -> dict[str, dict]:
    """A folder of everything, one bug per file, with files that cannot be read among them."""
    folder.mkdir()
    bugs = {kind: make_bug(FIRST + i, comments=3) for i, kind in enumerate(("page", "xml", "mhtml", "rest", "text"))}
    (folder / "a.html").write_text(modern_page(bugs["page"]), "utf-8")
    (folder / "b.xml").write_text(xml_page(bugs["xml"]), "utf-8")
    (folder / "c.mhtml").write_bytes(mhtml(modern_page(bugs["mhtml"])))
    (folder / "d.json").write_text(answer(bugs["rest"]), "utf-8")
    (folder / "e.txt").write_text(open_text_page(bugs["text"]), "utf-8")
    (folder / "broken.json").write_text("{", "utf-8")
    (folder / "denied.html").write_text(ERROR_PAGE, "utf-8")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    return bugs


def test_a_folder_of_mixed_sources_is_read_and_what_cannot_be_is_named(tmp_path, capsys):
    bugs = mixed(tmp_path / "all")
    dump(tmp_path / "dump", make_bug(FIRST + 20))
    assert run(tmp_path, "sync", "--from", str(tmp_path / "dump")) == 0
    assert run(tmp_path, "sync", "--from", str(tmp_path / "all")) == 4
    err = capsys.readouterr().err
    assert "2 files could not be read" in err
    assert "broken.json: is not JSON" in err
    assert "denied.html: the server's error page" in err
    assert "picture" not in err
    made = {kind: record(tmp_path, bug["id"]) for kind, bug in bugs.items()}
    assert {kind: one.bugzilla.read_from for kind, one in made.items()} == {
        "page": "page", "xml": "xml", "mhtml": "page", "rest": "rest", "text": "text",
    }  # fmt: skip
    assert [len(one.bugzilla.comments) for one in made.values()] == [3, 1, 3, 3, 1]
    assert sound(tmp_path)
    before = files(tmp_path)
    assert run(tmp_path, "sync", "--from", str(tmp_path / "all")) == 4
    assert files(tmp_path) == before


def test_several_sources_of_one_bug_in_any_order_make_the_same_files(tmp_path):
    bug = make_bug(FIRST, comments=4)
    newer = make_bug(FIRST, comments=4)
    add_comment(newer, "One more remark, see https://crt.sh/?id=99000001.", at=datetime(2025, 1, 1, tzinfo=UTC))
    older = bug | {"comments": bug["comments"][:2]}
    places = []
    for name, text in (
        ("page.html", modern_page(newer)), (f"old-{FIRST}.txt", text_page(older)), ("open.txt", open_text_page(bug)),
        ("bug.xml", xml_page(bug)), ("rest.json", answer(bug)),
    ):  # fmt: skip
        (tmp_path / name).write_text(text, "utf-8")
        places.append(str(tmp_path / name))
    dump(tmp_path / "dump", make_bug(FIRST + 20))
    made = set()
    for number, order in enumerate(list(permutations(places))[::50]):
        root = tmp_path / str(number)
        assert run(root, "sync", "--from", str(tmp_path / "dump"), "-q") == 0
        for place in order:
            assert run(root, "add", str(FIRST), "--from", place, "-q") == 0
        made.add(files(root)[f"2024/{FIRST}.yaml"])
        assert sound(root)
    assert run(tmp_path, "sync", "--from", str(tmp_path / "dump"), *places) == 0
    assert made == {files(tmp_path)[f"2024/{FIRST}.yaml"]}
    assert (
        99000001 in record(tmp_path, FIRST).report.certificates.crtsh_ids
        or len(record(tmp_path, FIRST).bugzilla.comments) == 5
    )


def test_a_poorer_page_takes_nothing_and_replace_forces_it(tmp_path, capsys):
    bug = make_bug(FIRST, comments=3)
    dump(tmp_path / "dump", bug)
    assert run(tmp_path, "sync", "--from", str(tmp_path / "dump")) == 0
    before = files(tmp_path)
    place = tmp_path / f"bug-{FIRST}.txt"
    place.write_text(text_page(bug | {"comments": bug["comments"][:2]})[:-120], "utf-8")
    assert run(tmp_path, "add", "--from", str(place)) == 0
    assert files(tmp_path) == before
    assert run(tmp_path, "add", "--from", str(place), "--replace") == 0
    out = capsys.readouterr().out
    assert "bugzilla.status: ASSIGNED → UNKNOWN (from a page's text)" in out
    assert len(record(tmp_path, FIRST).bugzilla.comments) == 2


def new_bug(tmp_path: Path) -> str:
    place = tmp_path / "page.txt"
    place.write_text(open_text_page(make_bug(NEW, comments=1)), "utf-8")
    return str(place)


def test_a_bug_that_is_not_in_the_dataset_lies_between_its_neighbours(tmp_path, capsys):
    neighbours = [make_bug(n, opened=day) for n, day in ((NEW - 9, NOON), (NEW + 9, NOON + timedelta(days=3)))]
    dump(tmp_path / "dump", *neighbours)
    run(tmp_path, "sync", "--from", str(tmp_path / "dump"))
    assert run(tmp_path, "add", "--from", new_bug(tmp_path)) == 0
    state = record(tmp_path, NEW).bugzilla
    assert (state.opened, state.opened_between) == ("2026", ("2026-01-02", "2026-01-05"))
    assert "the day is between 2026-01-02 and 2026-01-05" in capsys.readouterr().out
    assert sound(tmp_path)
    before = files(tmp_path)
    assert run(tmp_path, "add", "--from", new_bug(tmp_path)) == 0
    assert files(tmp_path) == before


def test_the_day_of_filing_can_be_given_and_a_page_that_knows_better_is_believed(tmp_path, capsys):
    assert run(tmp_path, "add", "--from", new_bug(tmp_path), "--opened", "2025-06-07") == 0
    state = record(tmp_path, NEW).bugzilla
    assert (state.opened, state.opened_between) == ("2025", ("2025-06-07", "2025-06-07"))
    bug = make_bug(NEW, comments=1, opened=NOON)
    (tmp_path / "page.html").write_text(modern_page(bug), "utf-8")
    assert run(tmp_path, "add", "--from", str(tmp_path / "page.html"), "--opened", "2025-06-07") == 2
    assert "was opened at 2026-01-02T12:00:00Z" in capsys.readouterr().err
    assert run(tmp_path, "add", "--from", str(tmp_path / "page.html")) == 0
    assert record(tmp_path, NEW).bugzilla.opened == "2026-01-02T12:00:00Z"
    assert sorted(name for name in files(tmp_path) if str(NEW) in name) == [f"2026/{NEW}.yaml"]


def test_neighbours_of_two_years_are_no_year(tmp_path, capsys):
    days = ((NEW - 9, datetime(2025, 12, 30, tzinfo=UTC)), (NEW + 9, NOON))
    dump(tmp_path / "dump", *(make_bug(n, opened=day) for n, day in days))
    run(tmp_path, "sync", "--from", str(tmp_path / "dump"))
    assert run(tmp_path, "add", "--from", new_bug(tmp_path)) == 2
    assert "between 2025-12-30 and 2026-01-02" in (err := capsys.readouterr().err)
    assert "--opened" in err


def test_comments_alone_complete_a_record_and_make_none(tmp_path, capsys):
    bug = make_bug(FIRST, comments=3)
    (tmp_path / "comments.json").write_text(json.dumps({"bugs": {str(FIRST): {"comments": bug["comments"]}}}), "utf-8")
    assert run(tmp_path, "sync", "--from", str(tmp_path / "comments.json")) == 4
    assert "gives no title" in capsys.readouterr().err
    dump(tmp_path / "dump", bug | {"comments": None})
    run(tmp_path, "sync", "--from", str(tmp_path / "dump"))
    assert record(tmp_path, FIRST).report is None
    assert run(tmp_path, "sync", "--from", str(tmp_path / "comments.json")) == 0
    made = record(tmp_path, FIRST)
    assert made.report.texts.read == 3
    assert made.bugzilla.whiteboard == bug["whiteboard"]


def test_a_tracker_that_becomes_an_incident_gets_a_record(server, tmp_path):
    set_field(server.bugs[FIRST], NOON - timedelta(hours=1), "summary", "[meta] DigiCert: all of them")
    assert run(tmp_path, "sync", url=server.url) == 0
    assert FIRST in open_store(tmp_path / "incidents").excluded
    set_field(server.bugs[FIRST], NOON, "summary", "DigiCert: all of them")
    assert run(tmp_path, "sync", url=server.url) == 0
    assert record(tmp_path, FIRST).title == "DigiCert: all of them"
    assert FIRST not in open_store(tmp_path / "incidents").excluded


def test_a_duplicate_of_a_restricted_bug_is_the_same_with_a_key_and_without(server, tmp_path):
    server.bugs[FIRST] |= {"status": "RESOLVED", "resolution": "DUPLICATE", "dupe_of": FIRST + 1}
    server.bugs[FIRST + 1]["groups"] = ["core-security"]
    key = tmp_path / "key"
    key.write_text(server.key)
    assert run(tmp_path / "a", "sync", url=server.url) == 0
    assert run(tmp_path / "b", "sync", "--api-key-file", str(key), url=server.url) == 0
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_a_bug_that_breaks_the_server_is_reported_and_the_others_are_read(server, tmp_path, capsys):
    server.fault_if = lambda path, query: "error-200" if str(FIRST + 7) in ",".join(query.get("id", [""])) else None
    assert run(tmp_path, "sync", url=server.url) == 4
    assert f"bug {FIRST + 7}: " in capsys.readouterr().err
    assert len(open_store(tmp_path / "incidents").records) == 59
    server.fault_if = lambda path, query: None
    assert run(tmp_path, "sync", url=server.url) == 0
    assert len(open_store(tmp_path / "incidents").records) == 60


def test_a_server_that_hangs_gets_few_requests(server, tmp_path, capsys, monkeypatch):
    monkeypatch.undo()
    server.fault_if = lambda path, query: "slow" if query.get("id", [""])[0] >= str(FIRST + 50) else None
    assert run(tmp_path, "sync", "--jobs", "1", "--timeout", "0.2", url=server.url) == 2
    assert "5th request in a row" in capsys.readouterr().err
    assert len(server.requests) <= 3 + 5
    assert len(open_store(tmp_path / "incidents").records) == 50
    assert sound(tmp_path)


def test_add_takes_an_address_on_the_server_that_was_given(server, tmp_path):
    assert run(tmp_path, "add", f"{server.url}/show_bug.cgi?id={FIRST}", url=server.url) == 0
    assert run(tmp_path, "add", f"https://elsewhere.example/show_bug.cgi?id={FIRST}", url=server.url) == 2


def test_quiet_prints_nothing_and_verbose_every_request(server, tmp_path, capsys):
    assert run(tmp_path, "sync", "-q", url=server.url) == 0
    assert "".join(capsys.readouterr()) == ""
    assert run(tmp_path, "sync", "-v", url=server.url) == 0
    err = capsys.readouterr().err
    assert "request 1: /rest/version" in err
    assert "request 2: /rest/bug" in err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_stopped_says_so_and_the_next_one_goes_on(tmp_path, number):
    with FakeBugzilla(make_bugs(120, FIRST), clock=NOON) as fake:
        fake.fault_if = lambda path, query: "slow" if str(FIRST + 110) in query.get("id", [""])[0] else None
        place = ["--to", str(tmp_path / "incidents"), "--url", fake.url, "--pause", "0", "--jobs", "1"]
        command = [str(Path(sys.executable).parent / "ca-incidents"), "sync", *place]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
            deadline = time.monotonic() + 20
            while len(list(tmp_path.glob("incidents/2024/*"))) < 50 and time.monotonic() < deadline:
                time.sleep(0.02)
            running.send_signal(number)
            _, err = running.communicate(timeout=20)
        assert f"stopped by {number.name}" in err
        assert running.returncode == 128 + number
        assert 50 <= len(open_store(tmp_path / "incidents").records) < 120
        fake.fault_if = lambda path, query: None
        assert run(tmp_path, "sync", url=fake.url) == 0
        assert len(open_store(tmp_path / "incidents").records) == 120
    shutil.rmtree(tmp_path / "incidents")
