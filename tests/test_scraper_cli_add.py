"""The commands `sync` and `add` from the command line, against a live fake and saved pages.

Covers: scraper/cli/all.py, scraper/cli/server_options.py, scraper/cli/sync.py, scraper/cli/sync_tools.py,
scraper/sync/filing_years.py.
"""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from fake_bugzilla import FakeBugzilla, Refusal, add_comment, make_bug, make_bugs, set_field
from fake_pages import modern_page, text_page, xml_page

from ca_incidents.schema import dataset
from ca_incidents.schema.check.files import read_files
from ca_incidents.schema.cli import all as schema_commands
from ca_incidents.schema.cli.command import main
from ca_incidents.schema.export.tables import prepared
from ca_incidents.schema.model import Incident
from ca_incidents.scraper.cli.all import COMMANDS
from ca_incidents.scraper.sources import rest
from ca_incidents.scraper.sync.store import open_store

INCIDENTS = Path(__file__).parent.parent / "incidents"
NOON = datetime(2026, 1, 2, 12, 0, 0, tzinfo=UTC)
FIRST = 1_700_002


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeBugzilla]:
    monkeypatch.delenv("CA_INCIDENTS_API_KEY", raising=False)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    with FakeBugzilla(make_bugs(60, FIRST), clock=NOON) as fake:
        yield fake


def run(server: FakeBugzilla, root: Path, command: str, *more: str) -> int:
    asked = ["--url", server.url, "--pause", "0", "--timeout", "0.5"]
    return main([command, *more, "--to", str(root / "incidents"), *asked], commands=COMMANDS)


def files(root: Path) -> dict[str, bytes]:
    return {file.name: file.raw for file in read_files(root / "incidents")}


def record(root: Path, number: int) -> Incident:
    found = open_store(root / "incidents").records[number]
    assert isinstance(found, Incident)
    return found


def sound(root: Path) -> bool:
    return main(["check", str(root / "incidents")], commands=schema_commands.COMMANDS) == 0


def test_sync_reads_the_server_and_says_how_much_it_asked(server, tmp_path, capsys):
    assert run(server, tmp_path, "sync") == 0
    assert "4 requests" in capsys.readouterr().out
    assert len(open_store(tmp_path / "incidents").records) == 60
    assert sound(tmp_path)


def test_dry_run_and_summary_say_the_same_fields(server, tmp_path, capsys):
    run(server, tmp_path, "sync")
    before = files(tmp_path)
    set_field(server.bugs[FIRST], NOON, "whiteboard", "[ca-compliance] [audit-delay] `@everyone` | <b>")
    server.clock = NOON + timedelta(hours=1)
    capsys.readouterr()
    assert run(server, tmp_path, "sync", "--dry-run", "--summary", str(tmp_path / "dry.md")) == 0
    assert files(tmp_path) == before
    out = capsys.readouterr().out
    assert f"bug {FIRST}: tags: + audit-delay" in out
    run(server, tmp_path, "sync", "--summary", str(tmp_path / "real.md"))
    dry, real = ((tmp_path / name).read_text("utf-8") for name in ("dry.md", "real.md"))
    assert dry.split("\n", 1)[1] == real.split("\n", 1)[1]
    assert f"### `bug {FIRST} (" in real
    assert "- `tags: + audit-delay`\n" in real
    assert "`` bugzilla.whiteboard: " in real


def test_json_output_tells_what_was_withdrawn(server, tmp_path, capsys):
    run(server, tmp_path, "sync")
    server.bugs[FIRST]["groups"] = ["core-security"]
    capsys.readouterr()
    assert run(server, tmp_path, "sync", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["withdrawn"] == {str(FIRST): "restricted"}
    assert sound(tmp_path)


# What each fault, met at the second batch of bugs, means for whoever runs the command: words, status, records on disk.
FAULTS = {
    "slow": ("could not be read", 4, 59),
    "cut": ("broke off", 2, 50),
    "drop": ("no connection", 2, 50),
    "500": ("unavailable (status 500)", 2, 50),
    "503": ("try again in 1 seconds", 2, 50),
    "503-long": ("try again in 7200 seconds", 2, 50),
    "429": ("try again at 2026-01-02 13:01 UTC", 3, 50),
    "429-retry-after": ("try again at 2026-01-02 16:00 UTC", 3, 50),
    "rate-limit": ("try again at 2026-01-02 13:01 UTC", 3, 50),
    "content-type": ('"text/plain" instead of JSON', 2, 50),
    "html": ('"text/html" instead of JSON', 2, 50),
    "invalid-json": ("its answer is n", 4, 59),
    "nested": ("its answer is n", 4, 59),
    "error-200": ("code -32000", 4, 59),
    "duplicate-bugs": ("there twice", 2, 50),
    "redirect": ("redirects to https://elsewhere.example", 2, 50),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_table(server, tmp_path, fault, capsys, monkeypatch):
    words, status, on_disk = FAULTS[fault]
    if fault == "slow":
        monkeypatch.undo()
        server.fault_if = lambda path, query: "slow" if str(FIRST + 55) in query.get("id", [""])[0] else None
    else:
        server.fault_if = lambda path, query: fault if str(FIRST + 55) in query.get("id", [""])[0] else None
    server.redirect_to = "https://elsewhere.example/"
    assert run(server, tmp_path, "sync", "--jobs", "1") == status
    assert words in capsys.readouterr().err
    store = open_store(tmp_path / "incidents")
    assert len(store.records) == on_disk
    assert store.snapshot.watermark is None
    assert sound(tmp_path)
    server.blocked, server.fault_if = False, lambda path, query: None
    assert run(server, tmp_path, "sync") == 0
    assert len(open_store(tmp_path / "incidents").records) == 60


def test_a_clock_going_backwards_is_no_error(server, tmp_path):
    run(server, tmp_path, "sync")
    server.clock = NOON - timedelta(days=400)
    assert run(server, tmp_path, "sync") == 0
    assert sound(tmp_path)


def test_a_key_comes_from_a_file_or_the_environment_and_is_never_shown(server, tmp_path, capsys, monkeypatch):
    place = tmp_path / "key"
    place.write_text(f"{server.key}\n")
    assert run(server, tmp_path, "sync", "--api-key-file", str(place)) == 0
    assert any("x-bugzilla-api-key" in seen for seen in server.headers_seen)
    monkeypatch.setenv("CA_INCIDENTS_API_KEY", "wrongkey0123")
    assert run(server, tmp_path, "sync", "--full") == 2
    monkeypatch.setenv("CA_INCIDENTS_API_KEY", "two words")
    assert run(server, tmp_path, "sync") == 2
    assert run(server, tmp_path, "sync", "--api-key-file", str(tmp_path / "absent")) == 2
    shown = "".join(capsys.readouterr())
    assert "does not accept the API key" in shown
    assert not [key for key in (server.key, "wrongkey0123", "two words") if key in shown]


def test_the_key_is_tested_before_anything_else_is_asked(server, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("CA_INCIDENTS_API_KEY", server.key)
    assert run(server, tmp_path, "sync") == 0
    assert server.requests[0] == "/rest/whoami"
    assert "5 requests" in capsys.readouterr().out
    asked = len(server.requests)
    monkeypatch.setenv("CA_INCIDENTS_API_KEY", "wrongkey0123")
    assert run(server, tmp_path, "sync") == 2
    assert len(server.requests) == asked + 1
    err = capsys.readouterr().err
    assert "does not accept the API key" in err and "wrongkey0123" not in err


def test_a_server_that_repeats_the_key_does_not_get_it_printed(server, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("CA_INCIDENTS_API_KEY", server.key)

    def refuse(path, query, keyed):
        raise Refusal(400, 50, f"\x1b[2J The key {server.key} is {server.key}.")

    server.answer = refuse
    for command in (("sync",), ("add", str(FIRST))):
        assert run(server, tmp_path, *command) == 2
    shown = "".join(capsys.readouterr())
    assert server.key not in shown and "\x1b" not in shown


def test_a_key_is_sent_neither_over_http_nor_through_a_proxy_without_a_word(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("CA_INCIDENTS_API_KEY", "0123456789")
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(rest.Bugzilla, "check_key", _stop)
    assert main(["sync", "--url", "http://server.example", "--allow-http"], commands=COMMANDS) == 2
    assert "not sent over http" in capsys.readouterr().err
    assert main(["sync", "--url", "https://server.example"], commands=COMMANDS) == 2
    assert capsys.readouterr().err == "stopped\n"
    monkeypatch.setenv("https_proxy", "http://user:secret@proxy.example:3128")
    assert main(["sync", "--url", "https://server.example"], commands=COMMANDS) == 2
    assert capsys.readouterr().err == "the API key is used through the proxy proxy.example, encrypted\nstopped\n"
    monkeypatch.setenv("no_proxy", "server.example")
    assert main(["sync", "--url", "https://server.example"], commands=COMMANDS) == 2
    assert capsys.readouterr().err == "stopped\n"


def _stop(_client: object) -> None:
    raise rest.Unreachable("stopped")


def test_add_fetches_one_bug_and_says_where_it_lies(server, tmp_path, capsys):
    assert run(server, tmp_path, "add", str(FIRST)) == 0
    assert len(server.requests) == 1
    out = capsys.readouterr().out
    assert f"incidents/2024/{FIRST}.yaml: added" in out
    assert "curated: add a summary" in out
    assert sound(tmp_path)
    assert run(server, tmp_path, "add", f"https://bugzilla.mozilla.org/show_bug.cgi?id={FIRST}") == 0
    assert ": unchanged" in capsys.readouterr().out


def test_add_refuses_what_has_no_place_in_the_dataset(server, tmp_path, capsys):
    server.bugs[FIRST]["groups"] = ["core-security"]
    server.bugs[FIRST + 1]["component"] = "Other"
    for number in (FIRST, FIRST + 1, 42):
        assert run(server, tmp_path, "add", str(number)) == 2
    assert run(server, tmp_path, "add") == 2
    err = capsys.readouterr().err
    assert "not public" in err
    assert "Other" in err
    assert not (tmp_path / "incidents").exists()


def test_add_leaves_the_watermark_and_the_next_sync_goes_on_from_it(server, tmp_path):
    run(server, tmp_path, "sync")
    server.clock = NOON + timedelta(hours=5)
    add_comment(server.bugs[FIRST], "Newer words.", at=NOON + timedelta(hours=4))
    assert run(server, tmp_path, "add", str(FIRST)) == 0
    snapshot = open_store(tmp_path / "incidents").snapshot
    assert (snapshot.watermark, snapshot.as_of) == ("2026-01-02T12:00:00Z", "2026-01-02T12:00:00Z")
    state = record(tmp_path, FIRST).bugzilla
    assert (state.read_from, state.read_until) == ("rest", "2026-01-02T16:00:00Z")
    assert sound(tmp_path)
    assert run(server, tmp_path, "sync") == 0
    state = record(tmp_path, FIRST).bugzilla
    assert (state.read_from, state.read_until) == (None, None)
    assert sound(tmp_path)


def page(tmp_path: Path, text: str, name: str = f"bug-{FIRST}.html") -> str:
    (tmp_path / name).write_text(text, "utf-8")
    return str(tmp_path / name)


def test_add_from_a_page_without_dates_in_an_empty_dataset(server, tmp_path, capsys):
    bug = make_bug(FIRST, comments=3) | {"id": 1_671_038}
    assert run(server, tmp_path, "add", "1671038", "--from", page(tmp_path, text_page(bug))) == 0
    assert server.requests == []
    made = record(tmp_path, 1_671_038)
    assert (made.bugzilla.opened, made.bugzilla.status) == ("2020", "UNKNOWN")
    assert [c.at for c in made.bugzilla.comments] == [None] * 3
    assert made.report.certificates.crtsh_ids
    out = capsys.readouterr().out
    assert "bugzilla.status: the source does not tell it" in out
    assert sound(tmp_path)


def test_a_page_without_any_year_is_refused(server, tmp_path, capsys):
    bug = make_bug(FIRST, comments=2)
    assert run(server, tmp_path, "add", "999999999", "--from", page(tmp_path, text_page(bug))) == 2
    assert "when it was opened" in capsys.readouterr().err


def test_a_page_of_unknown_age_adds_facts_and_changes_no_state(server, tmp_path):
    run(server, tmp_path, "sync")
    before = record(tmp_path, FIRST)
    old = make_bug(FIRST, comments=3) | {"summary": "DigiCert: old title", "whiteboard": "[old]"}
    assert run(server, tmp_path, "add", "--from", page(tmp_path, text_page(old))) == 0
    assert record(tmp_path, FIRST).bugzilla == before.bugzilla
    assert record(tmp_path, FIRST).title == before.title


def test_a_page_gives_the_record_that_rest_gives(server, tmp_path):
    run(server, tmp_path / "rest", "sync")
    bug = server.bugs[FIRST]
    place = page(tmp_path, modern_page(bug))
    assert run(server, tmp_path / "page", "sync", "--from", place) == 0
    rest, paged = record(tmp_path / "rest", FIRST), record(tmp_path / "page", FIRST)
    assert (paged.title, paged.ca, paged.tags) == (rest.title, rest.ca, rest.tags)
    texts = msgspec.structs.replace(paged.report.texts, read_from=None)
    assert msgspec.structs.replace(paged.report, texts=texts) == rest.report
    assert (paged.bugzilla.read_from, paged.report.texts.read_from) == ("page", "page")
    assert paged.bugzilla.read_until == rest.bugzilla.comments[-1].at
    assert paged.bugzilla.history == rest.bugzilla.history
    assert [c.at for c in paged.bugzilla.comments] == [c.at for c in rest.bugzilla.comments]
    assert sound(tmp_path / "page")


def test_a_page_read_over_the_record_from_rest_changes_nothing(server, tmp_path):
    run(server, tmp_path, "sync")
    before = files(tmp_path)
    for text, name in ((modern_page(server.bugs[FIRST]), "a.html"), (xml_page(server.bugs[FIRST]), "b.xml")):
        assert run(server, tmp_path, "sync", "--from", page(tmp_path, text, name)) == 0
        assert files(tmp_path) == before


def test_xml_without_numbers_takes_them_from_the_record_and_else_keeps_the_description_only(server, tmp_path):
    bug = server.bugs[FIRST]
    place = page(tmp_path, xml_page(bug), "b.xml")
    assert run(server, tmp_path, "sync", "--from", place) == 0
    assert [c.number for c in record(tmp_path, FIRST).bugzilla.comments] == [0]
    bug["comments"].pop(1)
    run(server, tmp_path, "sync")
    assert run(server, tmp_path, "sync", "--from", place) == 0
    numbers = [c["count"] for c in bug["comments"]]
    assert [c.number for c in record(tmp_path, FIRST).bugzilla.comments] == numbers


def test_a_saved_page_never_brings_back_a_withdrawn_record(server, tmp_path):
    run(server, tmp_path, "sync")
    bug = server.bugs.pop(FIRST)
    run(server, tmp_path, "sync")
    before = files(tmp_path)
    assert run(server, tmp_path, "sync", "--from", page(tmp_path, modern_page(bug))) == 0
    assert files(tmp_path) == before


def claims(root: Path) -> dict[int, list[tuple[str, str]]]:
    derived = prepared(dataset.read(root)).derived
    return {number: [(flag.name, flag.rule.slug) for flag in found.flags] for number, found in derived.items()}


def test_one_newer_page_makes_no_claim_about_other_records(server, tmp_path):
    """Every open incident would seem overdue, were they all judged by the day of the newest comment of one."""
    root = tmp_path / "incidents"
    shutil.copytree(INCIDENTS, root)
    as_of, before = open_store(root).snapshot.as_of, claims(root)
    bug = make_bug(FIRST) | {"id": 2_099_999, "creation_time": "2026-11-01T10:00:00Z"}
    bug["comments"] = [bug["comments"][0] | {"creation_time": "2026-11-01T10:00:00Z", "time": "2026-11-01T10:00:00Z"}]
    bug["history"] = []
    add_comment(bug, "Words of November.", at=datetime(2026, 11, 9, 8, 0, 0, tzinfo=UTC))
    assert run(server, tmp_path, "add", "--from", page(tmp_path, modern_page(bug), "bug-2099999.html")) == 0
    assert open_store(root).snapshot.as_of == as_of
    assert record(tmp_path, 2_099_999).bugzilla.read_until == "2026-11-09T08:00:00Z"
    after = claims(root)
    assert after.pop(2_099_999) is not None
    assert after == before
    assert sound(tmp_path)
