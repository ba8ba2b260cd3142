"""A take-down, from the issue's form to the built site: no output has the record or the name, no sync restores it."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from fake_bugzilla import FakeBugzilla, make_bugs

from ca_incidents.schema.cli.all import COMMANDS as SCHEMAS_COMMANDS
from ca_incidents.schema.cli.command import main
from ca_incidents.scraper.cli.all import COMMANDS as SCRAPERS_COMMANDS
from ca_incidents.scraper.sources.bug import bug_number_in
from ca_incidents.site_plugins.commands import COMMANDS as SITES_COMMANDS
from tests.built_site import build

ROOT = Path(__file__).parent.parent
COMMANDS = (*SCHEMAS_COMMANDS, *SCRAPERS_COMMANDS, *SITES_COMMANDS)
FORM = yaml.safe_load((ROOT / ".github/ISSUE_TEMPLATE/take-down.yml").read_text("utf-8"))
FIRST = 1_700_002
SECRET, NAME, NICK = "A title that must go", "Wat Cher Junior", "watch.er"


def run(*words: str, given: str = "", monkeypatch: pytest.MonkeyPatch | None = None) -> int:
    if monkeypatch:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
    return main(list(words), COMMANDS)


def issue(**answers: str) -> str:
    """Fill in the form as the forge does: one heading per field, required ones answered."""
    fields = [part for part in FORM["body"] if part["type"] != "markdown"]
    required = {part["id"] for part in fields if part.get("validations", {}).get("required")}
    assert required == {"place", "kind"}
    assert required <= answers.keys() <= {part["id"] for part in fields}
    kinds = next(part["attributes"]["options"] for part in fields if part["id"] == "kind")
    assert answers["kind"] in kinds
    return "\n".join(f"### {part['attributes']['label']}\n\n{answers.get(part['id'], '')}\n" for part in fields)


def texts_below(folder: Path) -> dict[str, str]:
    return {str(path): path.read_bytes().decode("utf-8", "replace") for path in folder.rglob("*") if path.is_file()}


def traces(word: str, *folders: Path) -> list[str]:
    pattern = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])", re.I)
    return [name for folder in folders for name, text in texts_below(folder).items() if pattern.search(text)]


@pytest.fixture
def outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Bugs that were synced, exported and written as pages before anybody asked for a removal."""
    bugs = make_bugs(6, FIRST)
    bugs[FIRST]["summary"] = f"DigiCert: {SECRET}"
    bugs[FIRST + 1]["summary"] = f"Sectigo: {NAME} chose a wrong field"
    monkeypatch.chdir(tmp_path)
    with FakeBugzilla(bugs, clock=datetime(2026, 1, 2, 12, tzinfo=UTC)) as server:
        sync = ("sync", "--url", server.url, "--pause", "0", "--full")
        assert run(*sync) == 0
        written = (("export", "exported"), ("pages", "pages", "--docs", "none"))
        assert [run(*words) for words in written] == [0, 0]
        yield tmp_path, sync, written


def test_nothing_of_a_take_down_is_left_in_any_output(outputs, tmp_path, monkeypatch, capsys):
    _, sync, written = outputs
    folders = tmp_path / "incidents", tmp_path / "exported", tmp_path / "pages"
    assert all(traces(word, folder) for word in (SECRET, NAME, NICK) for folder in folders)

    text = issue(place=f"https://bugzilla.mozilla.org/show_bug.cgi?id={FIRST}", kind="Something else")
    number = bug_number_in(re.search(r"https://\S+", text)[0])
    assert run("take-down", str(number)) == 0
    text = issue(place=str(FIRST + 1), kind="Personal data (a name, an address)", field="title, nick")
    assert NAME not in text
    capsys.readouterr()
    assert run("take-down", given=f"{NICK}\n\n  {NAME.upper()} \n", monkeypatch=monkeypatch) == 0
    assert capsys.readouterr().out == "names in the list: 2; records changed: 4\n"
    kept = (tmp_path / "incidents/removed.yaml").read_text("utf-8")
    assert run("take-down", given=NICK, monkeypatch=monkeypatch) == 0
    assert (tmp_path / "incidents/removed.yaml").read_text("utf-8") == kept

    assert run(*sync, "--summary", "summary.md") == 0
    assert run("check") == 0
    assert [run(*words) for words in written] == [0, 0]
    site = build(tmp_path / "incidents", tmp_path / "built")
    assert [found for word in (SECRET, NAME, NICK) for found in traces(word, *folders, site)] == []
    assert NAME not in (tmp_path / "summary.md").read_text("utf-8")
    assert "withdrawn" in (site / f"incidents/{FIRST}/index.html").read_text("utf-8").lower()


def test_what_people_wrote_is_named_and_not_changed(outputs, tmp_path, monkeypatch, capsys):
    path = next(tmp_path.glob(f"incidents/*/{FIRST}.yaml"))
    path.write_text(path.read_text("utf-8") + f"curated:\n  summary: As {NICK} said.\n", "utf-8")
    assert run("take-down", given=NICK, monkeypatch=monkeypatch) == 1
    err = capsys.readouterr().err
    assert f"incidents/{path.parent.name}/{FIRST}.yaml" in err
    assert f"As {NICK} said." in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "1 to 100"),
        ("a\n" * 101, "1 to 100"),
        ("one two three four five", "name 1: must have 1 to 4 words"),
        ("x" * 121, "name 1: must have"),
        ("---", "name 1: must have"),
        ("DigiCert", "name 1: is the name of a CA"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_without_repeating_it(tmp_path, monkeypatch, capsys, given, words):
    monkeypatch.chdir(tmp_path)
    assert run("take-down", given=given, monkeypatch=monkeypatch) == 2
    err = capsys.readouterr().err
    assert words in err
    assert not [line for line in given.split() if len(line) > 3 and line in err]


def test_input_that_is_no_text_and_an_unknown_bug_are_messages(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe")))
    assert run("take-down") == 2
    assert run("take-down", "5") == 2
    assert "there is no record of bug 5" in capsys.readouterr().err
