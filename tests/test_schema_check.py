"""One sound dataset, broken in one way a case: every code of a finding, from the command line inwards.

Covers: schema/check/codes.py, schema/check/files.py, schema/check/rules.py, schema/check/targets.py,
schema/cli/all.py, schema/cli/command.py, schema/dataset.py, schema/errors.py, schema/messages.py,
schema/tables/registry.py.
"""

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from ca_incidents.schema import dataset
from ca_incidents.schema.check import codes, files, targets
from ca_incidents.schema.cli import command
from ca_incidents.schema.cli.all import COMMANDS
from ca_incidents.schema.model import record_from_data, record_to_data
from ca_incidents.schema.record import atomic_write, canonical, yaml_text
from ca_incidents.schema.tables import registry

OPENED = "2020-10-14T15:00:00Z"
ONE, OTHER, FOREIGN = 1671037, 1671038, 5
SNAPSHOT = {
    "schema_version": 1,
    "source": "saved dump",
    "as_of": "2026-03-13T00:00:00Z",
    "counts": {"records": 2, "withdrawn": 1, "excluded": 2},
}
LEDGER = {
    "schema_version": 1,
    "excluded": [
        {"bug": 10, "opened": OPENED, "kind": "tracker", "reason": "Gathers other bugs."},
        {"bug": 11, "opened": OPENED, "kind": "test", "reason": "A trial."},
    ],
}
STONE = {"schema_version": 1, "id": 12, "withdrawn": {"on": "2026-01-02", "reason": "restricted"}}


def incident(number: int = ONE) -> dict:
    return {
        "schema_version": 1,
        "id": number,
        "title": "SecureTrust: late report",
        "ca": "securetrust",
        "also_named": ["digicert"],
        "tags": ["policy-failure"],
        "bugzilla": {
            "status": "RESOLVED",
            "resolution": "FIXED",
            "whiteboard": "[ca-compliance] [policy-failure]",
            "opened": OPENED,
            "changed": "2021-01-04T00:00:00Z",
            "resolved": "2021-01-03T00:00:00Z",
            "reporter": {"nick": "someone", "affiliation": "example.org"},
            "relations": {"see_also": [OTHER, FOREIGN], "duplicate_of": 10, "foreign": [FOREIGN]},
            "comments": [
                {"number": 0, "at": OPENED, "nick": "someone"},
                {"number": 2, "at": "2020-10-15T15:00Z"},
                {"number": 3, "at": "2020-10-15T15:00:30Z", "affiliation": "example.org"},
            ],
            "history": [
                {"at": "2020-10-15T15:00:00Z", "field": "status", "added": "ASSIGNED"},
                {"at": "2020-10-16T15:00:00Z", "field": "status", "removed": "ASSIGNED", "added": "RESOLVED"},
            ],
        },
        "report": {
            "texts": {"read": 1, "cut": True},
            "template": "ccadb-3-full",
            "forms": [{"source": 2, "template": "ccadb-3-full"}],
            "disclosure_source": "self-reported",
            "ca_owner_id": "A000123",
            "noncompliance": {"start": "2020-09-01", "identified": "2020-09", "end": "2020-09-03T10:00+02:00"},
            "issuance_stopped": True,
            "certificates": {"total": 9, "remaining_valid": 3, "kinds": ["dv"], "crtsh_ids": [77]},
            "policies": [{"document": "tls-br", "section": "4.9.1", "source": 2}, {"document": "rfc5280"}],
            "timeline": [
                {"at": "2020-09-01T10:00Z", "precision": "minute", "source": 2},
                {"at": "03.04.2020", "precision": "ambiguous"},
            ],
            "action_items": [{"kind": "prevent", "due": "2020-12-31", "status": "complete", "source": 3}],
            "related": [{"bug": OTHER, "source": 2}, {"bug": FOREIGN, "foreign": True}],
            "closure": {"source": 3},
            "sources": {"ca_owner_id": 2},
        },
        "doubts": [{"kind": "unknown-fragment", "where": "bugzilla.whiteboard", "text": "odd"}],
        "curated": {
            "summary": "The report came late.",
            "root_causes": ["process-gap"],
            "related": [{"bug": 10}],
            "coding": [{"by": "someone", "on": "2026-01-02", "causes": ["process-gap"]}],
            "notes": "Compared with the bug.",
        },
    }


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    root = tmp_path / "incidents"
    (root / "2020").mkdir(parents=True)
    put(root, "snapshot.yaml", SNAPSHOT)
    put(root, "excluded.yaml", LEDGER)
    for data in (incident(), incident(OTHER), STONE):
        put(root, f"2020/{data['id']}.yaml", data)
    return root


def put(root: Path, name: str, data: dict) -> None:
    first = canonical.MODELINE if "/" in name else "Made by a test."
    (root / name).write_text(yaml_text.dump(in_order(data), first_line=first), "utf-8")


def in_order(data: dict) -> dict:
    """Put the keys into the record's order, where the data is a record at all and says nothing that a writer drops."""
    try:
        same = record_to_data(record_from_data(data))
    except msgspec.ValidationError:
        return data
    return same if json.loads(json.dumps(same)) == data else data


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict], str]:
    status = command.main(["check", "--format", "json", *arguments], commands=COMMANDS)
    said = capsys.readouterr()
    return status, json.loads(said.out)["findings"] if said.out else [], said.err


def found(findings: list[dict]) -> list[tuple[str, str]]:
    return [(f["path"], f["code"]) for f in findings]


def at(data: object, *path: str | int) -> dict | list:
    for part in path:
        data = data[part]
    return data


def setting(*path_and_value: object) -> Callable[[dict], None]:
    *path, last, value = path_and_value

    def change(data: dict) -> None:
        at(data, *path)[last] = value

    return change


def without(*path: str | int) -> Callable[[dict], None]:
    def change(data: dict) -> None:
        del at(data, *path[:-1])[path[-1]]

    return change


# (what is done to a sound record, where the finding is, its code)
BROKEN: dict[str, tuple[Callable[[dict], None], str, str]] = {
    "misspelt key": (setting("tag", []), "tag", "unknown-key"),
    "unknown inner key": (setting("bugzilla", "comments", 0, "text", "x"), "bugzilla.comments[0].text", "unknown-key"),
    "odd source key": (setting("report", "sources", "A b", 2), "report.sources.A b", "unknown-key"),
    "no title": (without("title"), "", "missing-key"),
    "no status": (without("bugzilla", "status"), "bugzilla", "missing-key"),
    "unknown tag": (setting("tags", ["leaf-revocation-dealy"]), "tags[0]", "unknown-tag"),
    "unknown cause": (setting("curated", "root_causes", ["human"]), "curated.root_causes[0]", "unknown-root-cause"),
    "unknown form": (setting("report", "template", "ccadb-9"), "report.template", "unknown-value"),
    "unknown document": (
        setting("report", "policies", 0, "document", "law"),
        "report.policies[0].document",
        "unknown-value",
    ),
    "tag is a number": (setting("tags", [7]), "tags[0]", "wrong-type"),
    "id is text": (setting("id", "1671037"), "id", "wrong-type"),
    "Norway": (setting("report", "issuance_stopped", "no"), "report.issuance_stopped", "wrong-type"),
    "tags are text": (setting("tags", "policy-failure"), "tags", "wrong-type"),
    "bugzilla is a list": (setting("bugzilla", []), "bugzilla", "wrong-type"),
    "no slug": (setting("ca", "Secure Trust"), "ca", "bad-format"),
    "slug with a line break": (setting("ca", "securetrust\n"), "ca", "bad-format"),
    "Cyrillic in a slug": (setting("ca", "s\u0435curetrust"), "ca", "bad-format"),
    "no such day": (
        setting("curated", "reviewed", {"by": "someone", "on": "2026-02-30"}),
        "curated.reviewed.on",
        "bad-format",
    ),
    "no moment": (setting("bugzilla", "opened", "yesterday"), "bugzilla.opened", "bad-format"),
    "no such moment": (setting("bugzilla", "changed", "2021-13-04T00:00:00Z"), "bugzilla.changed", "bad-format"),
    "no domain": (
        setting("bugzilla", "reporter", "affiliation", "not a domain"),
        "bugzilla.reporter.affiliation",
        "bad-format",
    ),
    "address as a nick": (
        setting("bugzilla", "reporter", "nick", "a@b.example"),
        "bugzilla.reporter.nick",
        "e-mail-address",
    ),
    "another version": (setting("schema_version", 2), "schema_version", "bad-value"),
    "another field": (setting("bugzilla", "history", 0, "field", "priority"), "bugzilla.history[0].field", "bad-value"),
    "not foreign": (setting("report", "related", 0, "foreign", False), "report.related[0].foreign", "bad-value"),
    "a tag twice": (setting("tags", ["policy-failure"] * 2), "tags", "not-unique"),
    "no tags": (setting("tags", []), "tags", "empty"),
    "empty block": (setting("report", "noncompliance", {}), "report.noncompliance", "empty"),
    "empty title": (setting("title", ""), "title", "empty"),
    "long quotation": (setting("report", "timeline", 0, "quote", "x" * 281), "report.timeline[0].quote", "too-long"),
    "long list": (
        setting("report", "certificates", "crtsh_ids", [*range(1, 5002)]),
        "report.certificates.crtsh_ids",
        "too-long",
    ),
    "negative": (setting("report", "certificates", "total", -1), "report.certificates.total", "out-of-range"),
    "id is zero": (setting("id", 0), "id", "out-of-range"),
    "withdrawn with facts": (setting("withdrawn", STONE["withdrawn"]), "", "withdrawn-with-facts"),
    "hidden mark in the title": (setting("title", "SecureTrust: \u202e late"), "title", "control-character"),
    "hidden mark in a summary": (setting("curated", "summary", "late\u202e"), "curated.summary", "control-character"),
    "hidden mark in a nick": (
        setting("bugzilla", "reporter", "nick", "a\u2066"),
        "bugzilla.reporter.nick",
        "control-character",
    ),
    "another id": (setting("id", 99), "id", "id-not-file-name"),
    "another year": (setting("bugzilla", "opened", "2019"), "bugzilla.opened", "wrong-year-folder"),
    "unknown CA": (setting("ca", "secure-truts"), "ca", "unknown-ca"),
    "unknown curated CA": (setting("curated", "ca", "nobody"), "curated.ca", "unknown-ca"),
    "unknown other": (setting("also_named", ["digicert", "nobody"]), "also_named[1]", "unknown-ca"),
    "unknown curated other": (setting("curated", "also_named", ["nobody"]), "curated.also_named[0]", "unknown-ca"),
    "look-alike": (setting("title", "S\u0435cur\u0435Trust: late"), "title", "look-alike"),
    "comments out of order": (
        setting("bugzilla", "comments", 1, "number", 4),
        "bugzilla.comments[2].number",
        "comment-order",
    ),
    "comment twice": (setting("bugzilla", "comments", 1, "number", 0), "bugzilla.comments[1].number", "comment-order"),
    "comment before the bug": (
        setting("bugzilla", "comments", 0, "at", "2020-10-14T14:59:59Z"),
        "bugzilla.comments[0].at",
        "date-order",
    ),
    "comment before the one above": (
        setting("bugzilla", "comments", 2, "at", "2020-10-15T14:59:59Z"),
        "bugzilla.comments[2].at",
        "date-order",
    ),
    "change before the one above": (
        setting("bugzilla", "history", 1, "at", "2020-10-15T14:00:00Z"),
        "bugzilla.history[1].at",
        "date-order",
    ),
    "resolved before opened": (setting("bugzilla", "resolved", "2020-10-13T00:00Z"), "bugzilla.resolved", "date-order"),
    "changed before opened": (setting("bugzilla", "changed", "2020-10-13T00:00:00Z"), "bugzilla.changed", "date-order"),
    "resolved after changed": (
        setting("bugzilla", "resolved", "2021-02-01T00:00:00Z"),
        "bugzilla.resolved",
        "date-order",
    ),
    "no such minute": (
        setting("bugzilla", "comments", 1, "at", "2020-10-15T15:60Z"),
        "bugzilla.comments[1].at",
        "impossible-date",
    ),
    "no such report day": (
        setting("report", "noncompliance", "start", "2020-02-30"),
        "report.noncompliance.start",
        "impossible-date",
    ),
    "no such month": (setting("report", "revoked", "2020-13"), "report.revoked", "impossible-date"),
    "no such offset": (
        setting("report", "noncompliance", "end", "2020-09-03T10:00+25:00"),
        "report.noncompliance.end",
        "impossible-date",
    ),
    "no such event": (setting("report", "timeline", 0, "at", "2020-09-31"), "report.timeline[0].at", "impossible-date"),
    "no such due day": (
        setting("report", "action_items", 0, "due", "2020-02-30"),
        "report.action_items[0].due",
        "impossible-date",
    ),
    "no such completion": (
        setting("report", "action_items", 0, "completed", "2020-00"),
        "report.action_items[0].completed",
        "impossible-date",
    ),
    "closed without resolution": (without("bugzilla", "resolution"), "bugzilla.status", "resolution-missing"),
    "unknown source": (setting("report", "policies", 0, "source", 1), "report.policies[0].source", "unknown-comment"),
    "unknown source of a form": (
        setting("report", "forms", 0, "source", 9),
        "report.forms[0].source",
        "unknown-comment",
    ),
    "unknown source of closure": (
        setting("report", "closure", "source", 9),
        "report.closure.source",
        "unknown-comment",
    ),
    "unknown source of a value": (
        setting("report", "sources", "ca_owner_id", 9),
        "report.sources.ca_owner_id",
        "unknown-comment",
    ),
    "too many still valid": (
        setting("report", "certificates", "remaining_valid", 10),
        "report.certificates.remaining_valid",
        "counts-contradict",
    ),
    "address in the title": (setting("title", "SecureTrust: mail a.b@c.example"), "title", "e-mail-address"),
    "address on the whiteboard": (
        setting("bugzilla", "whiteboard", "ask a@c.example"),
        "bugzilla.whiteboard",
        "e-mail-address",
    ),
    "address in a change": (
        setting("bugzilla", "history", 0, "added", "a@c.example"),
        "bugzilla.history[0].added",
        "e-mail-address",
    ),
    "address in a doubt": (setting("doubts", 0, "text", "a@c.example"), "doubts[0].text", "e-mail-address"),
    "address in a quotation": (
        setting("report", "timeline", 0, "quote", "a@c.example"),
        "report.timeline[0].quote",
        "e-mail-address",
    ),
    "telephone number": (setting("curated", "notes", "+1 555 010 0199"), "curated.notes", "telephone-number"),
    "address in notes": (setting("curated", "notes", "ask a@c.example"), "curated.notes", "e-mail-address"),
    "more codings than can be": (
        setting("curated", "coding", [{"by": "someone", "on": "2026-01-02", "causes": ["process-gap"]}] * 51),
        "curated.coding",
        "too-long",
    ),
    "mention in notes": (setting("curated", "notes", "as @someone said"), "curated.notes", "at-mention"),
    "a rule cited twice": (
        setting("report", "policies", 1, {"document": "tls-br", "section": "4.9.1"}),
        "report.policies[1]",
        "not-unique",
    ),
    "a bug related twice": (setting("report", "related", 1, {"bug": OTHER}), "report.related[1]", "not-unique"),
    "excluded and recorded": (setting("id", 10), "id", "excluded-and-recorded"),
    "unknown link": (
        setting("bugzilla", "relations", "see_also", 0, 6),
        "bugzilla.relations.see_also[0]",
        "unknown-bug",
    ),
    "unknown duplicate": (
        setting("bugzilla", "relations", "duplicate_of", 6),
        "bugzilla.relations.duplicate_of",
        "unknown-bug",
    ),
    "unknown relation": (setting("report", "related", 0, "bug", 6), "report.related[0].bug", "unknown-bug"),
    "unknown curated relation": (setting("curated", "related", 0, "bug", 6), "curated.related[0].bug", "unknown-bug"),
    "foreign but recorded": (
        setting("report", "related", 0, "foreign", True),
        "report.related[0].bug",
        "foreign-but-known",
    ),
    "reviewed, but half read": (
        setting("curated", "reviewed", {"by": "someone", "on": "2026-01-02"}),
        "curated.reviewed",
        "reviewed-unread",
    ),
    "bounds across a year": (
        setting("bugzilla", "opened_between", ["2020-12-30", "2021-01-02"]),
        "bugzilla.opened_between",
        "bounds-of-opening",
    ),
    "bounds beside a moment": (
        setting("bugzilla", "opened_between", ["2020-10-14", "2020-10-14"]),
        "bugzilla.opened_between",
        "bounds-of-opening",
    ),
    "a comment after its reading": (
        setting("bugzilla", "read_until", "2020-10-15T15:00:00Z"),
        "bugzilla.comments[2].at",
        "after-snapshot",
    ),
    "a comment of tomorrow": (
        setting("bugzilla", "comments", 2, "at", "2026-03-13T00:00:01Z"),
        "bugzilla.comments[2].at",
        "after-snapshot",
    ),
    "a change of tomorrow": (
        setting("bugzilla", "changed", "2026-03-14T00:00:00Z"),
        "bugzilla.changed",
        "after-snapshot",
    ),
    "history of tomorrow": (
        setting("bugzilla", "history", 1, "at", "2026-03-14T00:00:00Z"),
        "bugzilla.history[1].at",
        "after-snapshot",
    ),
}
OPEN = {
    "open with a resolution": (setting("bugzilla", "resolution", "FIXED"), "bugzilla.resolution"),
    "open but resolved": (setting("bugzilla", "resolved", "2021-01-03T00:00:00Z"), "bugzilla.resolved"),
}
# Cases whose data cannot become a record have no more than this in common with the other findings of the same file.
ALSO = {
    "comments out of order": {"unknown-comment"},
    "comment twice": {"unknown-comment"},
    "no such minute": {"date-order"},
}


@pytest.mark.parametrize("case", BROKEN)
def test_each_breach_is_found_at_its_path(case: str, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change, path, code = BROKEN[case]
    data = incident()
    change(data)
    put(root, f"2020/{ONE}.yaml", data)
    status, findings, _ = run(capsys)
    assert status == 1
    assert (path, code) in found(findings)
    others = {f["code"] for f in findings} - {code}
    # An id that is not the file's own also leaves the links to it without an end.
    assert others <= ALSO.get(case, set()) | ({"unknown-bug", "id-not-file-name"} if path == "id" else set())
    assert {f["code"] for f in findings} <= codes.CODES.keys()
    document = yaml_text.load((root / "2020" / f"{ONE}.yaml").read_bytes()) if case != "long list" else None
    for finding in findings:
        assert (finding["line"], finding["column"]) >= (1, 1)
        if document and finding["path"] == path == "title":
            assert finding["line"] == 4
    name = f"incidents/2020/{ONE}.yaml"
    assert run(capsys, name)[1] == [f for f in findings if f["file"] == name]


@pytest.mark.parametrize("case", OPEN)
def test_an_open_bug_has_no_end(case: str, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change, path = OPEN[case]
    data = incident()
    data["bugzilla"]["status"] = "ASSIGNED"
    del data["bugzilla"]["resolution"], data["bugzilla"]["resolved"]
    put(root, f"2020/{ONE}.yaml", data)
    assert run(capsys)[0] == 0
    change(data)
    put(root, f"2020/{ONE}.yaml", data)
    assert found(run(capsys)[1]) == [(path, "resolution-of-open-bug")]


def test_a_sound_dataset_has_no_findings(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys) == (0, [], "5 files checked: no findings\n")


def test_all_findings_of_all_files_come_at_once_in_order(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = incident(), incident(OTHER)
    one["tags"] = ["leaf-revocation-dealy"]
    one["ca"] = "Nobody"
    other["curated"]["summary"] = "as @someone said"
    put(root, f"2020/{ONE}.yaml", one)
    put(root, f"2020/{OTHER}.yaml", other)
    command.main(["check"], commands=COMMANDS)
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        'incidents/2020/1671037.yaml:5:5: ca: "Nobody" is not a slug: write lower-case words joined by hyphens, '
        "like digicert [bad-format]",
        'incidents/2020/1671037.yaml:7:8: tags[0]: unknown tag "leaf-revocation-dealy"; '
        'did you mean "leaf-revocation-delay"? [unknown-tag]',
        "incidents/2020/1671038.yaml:57:12: curated.summary: mentions somebody with an @; delete the name [at-mention]",
    ]
    assert said.err == "5 files checked: 3 findings in 2 files\n"


# (file name, data, path, code)
TOP = [
    ("excluded.yaml", setting("excluded", 1, "bug", 10), "excluded[1].bug", "duplicate-id"),
    ("excluded.yaml", setting("excluded", 1, "bug", 9), "excluded[1].bug", "ledger-order"),
    ("excluded.yaml", setting("excluded", 1, "kind", "boring"), "excluded[1].kind", "unknown-value"),
    ("snapshot.yaml", setting("counts", "records", 3), "counts.records", "wrong-count"),
    ("snapshot.yaml", setting("counts", "withdrawn", 0), "counts.withdrawn", "wrong-count"),
    ("snapshot.yaml", setting("counts", "excluded", 0), "counts.excluded", "wrong-count"),
    ("snapshot.yaml", setting("as_of", "now"), "as_of", "bad-format"),
]


@pytest.mark.parametrize("case", TOP)
def test_the_files_at_the_top_are_checked(case: tuple, root: Path, capsys) -> None:
    name, change, path, code = case
    data = copy.deepcopy(LEDGER if name == "excluded.yaml" else SNAPSHOT)
    change(data)
    put(root, name, data)
    status, findings, _ = run(capsys)
    assert status == 1
    assert (path, code) in found([f for f in findings if f["file"] == f"incidents/{name}"])


def test_one_bug_in_two_folders(root: Path, capsys) -> None:
    (root / "2021").mkdir()
    put(root, f"2021/{ONE}.yaml", incident())
    _, findings, _ = run(capsys)
    assert found(findings) == [("id", "duplicate-id"), ("bugzilla.opened", "wrong-year-folder")]
    assert "2020/1671037.yaml" in findings[0]["message"]


def test_a_broken_record_does_not_make_its_neighbours_look_wrong(root: Path, capsys) -> None:
    (root / "2020" / f"{OTHER}.yaml").write_text("id: [")
    assert {f["file"] for f in run(capsys)[1]} == {f"incidents/2020/{OTHER}.yaml"}


# The same data in another form; the curated part is free.
FORMS = {
    "quotes": lambda text: text.replace("[policy-failure]", "['policy-failure']", 1),
    "order": lambda text: text.replace("ca: securetrust\n", "").replace("bugzilla:\n", "ca: securetrust\nbugzilla:\n"),
    "no modeline": lambda text: text.split("\n", 1)[1],
    "a comment among the machine's keys": lambda text: text.replace("\ntags", "\n# ours\ntags"),
    "an absent value written out": lambda text: (
        text.replace("  status: RES", "  product:\n  status: RES")
        .replace("  product:\n", "")
        .replace("cut: true", "cut: true ")
        .replace("- {number: 2,", "- { number: 2,")
    ),
    "no last line break": lambda text: text[:-1],
    "keys below the curated block": lambda text: (
        text.replace("tags: [policy-failure]\n", "") + "tags: [policy-failure]\n"
    ),
}


@pytest.mark.parametrize("case", FORMS)
def test_another_form_is_found(case: str, root: Path, capsys) -> None:
    file = root / "2020" / f"{ONE}.yaml"
    before = file.read_text()
    file.write_text(FORMS[case](before))
    assert file.read_text() != before
    status, findings, _ = run(capsys)
    assert (status, found(findings)) == (1, [("", "not-canonical")])


def test_not_canonical_names_the_first_line_that_differs(root: Path, capsys) -> None:
    file = root / "2020" / f"{ONE}.yaml"
    file.write_text(FORMS["quotes"](file.read_text()))
    assert run(capsys)[1][0]["line"] == 7


def test_the_curated_block_keeps_its_own_form(root: Path, capsys) -> None:
    file = root / "2020" / f"{ONE}.yaml"
    machine, _ = canonical.split_text(file.read_text())
    file.write_text(machine + "\n# Seen by us.\ncurated:\n    'notes':   'short'   # why\n\n\n")
    assert run(capsys)[0] == 0


SHOWN = [
    ((), "incidents/2020/1671037.yaml"),
    (("incidents/2020",), "incidents/2020/1671037.yaml"),
    (("incidents/2020/",), "incidents/2020/1671037.yaml"),
    (("./incidents/2020/1671037.yaml",), "incidents/2020/1671037.yaml"),
    (("incidents/2020/1671038.yaml", "incidents/2020/1671037.yaml"), "incidents/2020/1671037.yaml"),
    (("{absolute}/2020",), "{absolute}/2020/1671037.yaml"),
]


@pytest.mark.parametrize(
    ("named", "shown"), SHOWN, ids=["nothing", "year", "slash at the end", "dot", "two files", "absolute"]
)
def test_files_are_named_as_the_user_named_them(named, shown, root: Path, capsys) -> None:
    data = incident()
    data["ca"] = "nobody"
    put(root, f"2020/{ONE}.yaml", data)
    _, findings, _ = run(capsys, *(n.format(absolute=root) for n in named))
    assert [f["file"] for f in findings] == [shown.format(absolute=root)]


def test_from_inside_the_dataset(root: Path, capsys, monkeypatch) -> None:
    data = incident()
    data["ca"] = "nobody"
    put(root, f"2020/{ONE}.yaml", data)
    monkeypatch.chdir(root / "2020")
    assert [f["file"] for f in run(capsys, ".")[1]] == ["1671037.yaml"]
    assert [f["file"] for f in run(capsys, "..")[1]] == ["../2020/1671037.yaml"]


def test_findings_are_limited_to_what_is_named_but_rules_use_everything(root: Path, capsys) -> None:
    data = incident(OTHER)
    data["ca"] = "nobody"
    put(root, f"2020/{OTHER}.yaml", data)
    one = f"incidents/2020/{ONE}.yaml"
    assert run(capsys, one) == (0, [], "1 file checked: no findings\n")
    (root / "2020" / f"{OTHER}.yaml").unlink()
    paths = {f["path"] for f in run(capsys, one)[1]}
    assert paths == {"bugzilla.relations.see_also[0]", "report.related[0].bug"}


def test_one_file_is_checked_without_reading_the_other_records(root: Path, capsys, monkeypatch) -> None:
    opened = []
    real = Path.open
    monkeypatch.setattr(Path, "open", lambda path, *args, **more: opened.append(path.name) or real(path, *args, **more))
    assert run(capsys, f"incidents/2020/{ONE}.yaml")[0] == 0
    assert f"{ONE}.yaml" in opened and f"{OTHER}.yaml" not in opened


def test_one_file_is_still_checked_against_another_of_the_same_bug(root: Path, capsys) -> None:
    (root / "2021").mkdir()
    put(root, f"2021/{ONE}.yaml", incident())
    assert ("id", "duplicate-id") in found(run(capsys, f"incidents/2021/{ONE}.yaml")[1])


@pytest.mark.parametrize("named", ["nowhere", "incidents/2020/9.yaml", "plain"])
def test_what_cannot_be_checked_exits_with_2(named: str, root: Path, capsys, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    status, _, said = run(capsys, named)
    assert (status, said.startswith(f"{named}: ")) == (2, True)


def test_a_command_line_that_makes_no_sense_exits_with_2(root: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["check", "--format", "prose"], commands=COMMANDS)
    assert ended.value.code == 2


def test_read_gives_the_dataset_or_all_findings(root: Path) -> None:
    data = dataset.read(root)
    assert (set(data.incidents), set(data.tombstones)) == ({ONE, OTHER}, {12})
    assert data.incidents[ONE] == record_from_data(incident())
    put(root, f"2020/{ONE}.yaml", {**incident(), "ca": "nobody", "title": "x" * 1001})
    with pytest.raises(dataset.InvalidDataset) as ended:
        dataset.read(root)
    assert [f.file for f in ended.value.findings] == ["incidents/2020/1671037.yaml"]
    with pytest.raises(files.DatasetError):
        dataset.read(root / "nowhere")


def test_a_dataset_without_a_snapshot_is_none(root: Path) -> None:
    (root / "snapshot.yaml").unlink()
    with pytest.raises(files.DatasetError):
        dataset.read(root)


def test_what_a_stopped_sync_left_is_no_finding(root: Path, capsys) -> None:
    (root / atomic_write.PARTIAL).mkdir()
    (root / atomic_write.PARTIAL / "x").write_text("half")
    assert run(capsys)[0] == 0


def test_the_plain_function_needs_no_command_line(root: Path) -> None:
    result = targets.check(targets.targets(["incidents"], root.parent), registry.standard())
    assert result.findings == () and len(result.files) == 5


def test_every_code_is_described_and_met_in_a_test() -> None:
    here = Path(__file__).parent
    files = [*here.glob("test_schema_*.py"), here / "test_scraper_reader_lint.py"]
    tests = "".join(path.read_text("utf-8") for path in sorted(files))
    assert [code for code in codes.CODES if f'"{code}"' not in tests] == []


def test_every_code_in_the_source_is_described() -> None:
    source = "".join(
        p.read_text("utf-8")
        for package in ("schema", "scraper")
        for p in sorted((Path(__file__).parent.parent / package).rglob("*.py"))
        if p.match("reader/lint.py")
        or p.name in {"rules.py", "curated.py", "forbidden_text.py", "json_schema.py", "yaml_text.py"}
        or p.match("check/files.py")
        or p.match("check/targets.py")
        or p.match("check/certificate_list.py")
    )
    used = {w for w in re.findall(r'"([a-z]+(?:-[a-z0-9]+)*)"', source) if w in codes.CODES}
    assert codes.CODES.keys() - used == {"unknown-tag", "unknown-root-cause"}
