"""One record shown: machine, curated and effective side by side, and what follows.

Covers: schema/export/one_record.py.
"""

import json
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from ca_incidents.schema.cli import command
from ca_incidents.schema.cli.all import COMMANDS
from ca_incidents.schema.export.one_record import rows_of
from ca_incidents.schema.model import (
    Bugzilla,
    Certificates,
    Citation,
    Comment,
    Curated,
    Incident,
    Noncompliance,
    Report,
    Texts,
    Tombstone,
    Topic,
    Withdrawal,
)
from ca_incidents.schema.record import canonical

OPENED = "2025-06-02T12:00:00Z"
RECORD = Incident(
    schema_version=1,
    id=5,
    title="DigiCert: something",
    ca="digicert",
    tags=("crl-failure",),
    bugzilla=Bugzilla(status="ASSIGNED", opened=OPENED, comments=(Comment(number=0, at=OPENED),)),
    report=Report(
        texts=Texts(read=1),
        noncompliance=Noncompliance(start="2025-05-01", identified="2025-06-01T12:00Z"),
        issuance_stopped=True,
        policies=(Citation(document="tls-br", section="4.9.1", source=0),),
        sources={"noncompliance.start": 0, "noncompliance.identified": 0},
    ),
    curated=Curated(tags=("ocsp-failure",), noncompliance=Noncompliance(start="2025-04-30"), summary="In own words."),
)


def row(path):
    (found,) = [r for r in rows_of(RECORD) if r.path == path]
    return found.machine, found.curated, found.effective, found.source


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("tags", ("crl-failure", "ocsp-failure", "ocsp-failure", "a person")),
        ("report.noncompliance.start", ("2025-05-01", "2025-04-30", "2025-04-30", "a person")),
        ("report.noncompliance.identified", ("2025-06-01T12:00Z", "", "2025-06-01T12:00Z", "comment 0")),
        ("report.issuance_stopped", ("yes", "", "yes", "")),
        (
            "report.policies[0]",
            ("document: tls-br, section: 4.9.1", "", "document: tls-br, section: 4.9.1", "comment 0"),
        ),
        ("bugzilla.comments", ("1 of them", "", "1 of them", "")),
        ("curated.summary", ("", "In own words.", "In own words.", "a person")),
    ],
)
def test_values_stand_side_by_side_with_their_source(path, values):
    assert row(path) == values


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    root = tmp_path / "incidents"
    (root / "2025").mkdir(parents=True)
    counts = "counts: {records: 1, withdrawn: 1, excluded: 0}"
    (root / "snapshot.yaml").write_text(f'schema_version: 1\nsource: test\nas_of: "2025-06-10T12:00:00Z"\n{counts}\n')
    gone = Tombstone(schema_version=1, id=6, withdrawn=Withdrawal(on="2025-07-01", reason="restricted"))
    for record in (RECORD, gone):
        (root / "2025" / f"{record.id}.yaml").write_text(canonical.record_text(record))


def run(capsys, *arguments):
    status = command.main(["show", *arguments], commands=COMMANDS)
    said = capsys.readouterr()
    return status, said.out, said.err


def test_text_ends_with_what_follows(folder, capsys):
    status, out, _ = run(capsys, "5")
    assert status == 0
    assert out.startswith("FIELD ")
    assert "\nstatus: unreported\n" in out
    assert "\ndays_open: 8.0 (bugzilla.opened, snapshot.as_of)\n" in out
    assert "\nclock: disclosure-72h: unknown, started 2025-06-01T12:00Z, due 2025-06-04T12:00Z\n" in out


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"title": "DigiCert: expired CRL"}, ['status-unavailable: title: "crl", "expired"']),
        ({"topics": (Topic(topic="crl", read_in="tags"),)}, ['crl: tags: "crl-failure"']),
        ({"topics": (Topic(topic="outage", read_in="text", source=2),)}, ["outage: comment 2"]),
        ({"curated": Curated(topics=("ct", "encoding"))}, ["ct: a person", "encoding: a person"]),
        ({"topics": ()}, ["unknown: neither title, text nor tags say what failed"]),
    ],
)
def test_why_names_the_words_of_each_topic(folder, capsys, changes, reasons):
    read = {"topics": (Topic(topic="status-unavailable", read_in="title"),), **changes}
    record = msgspec.structs.replace(RECORD, **read)
    Path("incidents/2025/5.yaml").write_text(canonical.record_text(record))
    assert "topic: " not in run(capsys, "5")[1].partition("\nstatus: ")[2]
    said = [line for line in run(capsys, "5", "--why")[1].splitlines() if line.startswith("topic: ")]
    assert said == [f"topic: {reason}" for reason in reasons]


def test_topics_of_program_and_person_stand_side_by_side(capsys):
    topics = (Topic(topic="crl", read_in="text", source=3), Topic(topic="ct", read_in="title"))
    read = msgspec.structs.replace(RECORD, topics=topics, curated=None)
    assert [(r.machine, r.source) for r in rows_of(read) if r.path.startswith("topics")] == [
        ("topic: crl, read_in: text", "comment 3"),
        ("topic: ct, read_in: title", ""),
    ]
    (given,) = [
        r for r in rows_of(msgspec.structs.replace(read, curated=Curated(topics=("ocsp",)))) if r.path == "topics[0]"
    ]
    assert (given.machine, given.curated) == ("topic: crl, read_in: text", "topic: ocsp")
    assert (given.effective, given.source) == ("topic: ocsp", "a person")


def test_json_holds_all_three_and_the_derived_facts(folder, capsys):
    _, out, _ = run(capsys, "5", "--format", "json")
    data = json.loads(out)
    assert data["machine"]["tags"] == ["crl-failure"]
    assert data["curated"]["tags"] == data["effective"]["tags"] == ["ocsp-failure"]
    assert "curated" not in data["machine"] and "curated" not in data["effective"]
    assert data["curated_paths"] == ["curated.summary", "report.noncompliance.start", "tags"]
    assert data["derived"]["status"] == "unreported"
    assert data["derived"]["measures"]["days_open"]["value"] == 8
    assert {c["rule"]: c["state"] for c in data["derived"]["clocks"]}["disclosure-72h"] == "unknown"


def test_json_says_why_a_clock_calls_nobody_late(folder, capsys):
    dated = replace(RECORD.report, revoked="2025-06-09", certificates=Certificates(kinds=("dv",)))
    Path("incidents/2025/5.yaml").write_text(canonical.record_text(replace(RECORD, report=dated)))
    clocks = json.loads(run(capsys, "5", "--format", "json")[1])["derived"]["clocks"]
    reservations = {c["rule"]: c.get("reservation") for c in clocks}
    assert reservations == {"disclosure-72h": None, "full-report-14d": None, "revocation-5d": "exempt"}


def test_a_withdrawn_record_shows_its_tombstone(folder, capsys):
    assert run(capsys, "6") == (0, "6 was withdrawn on 2025-07-01: restricted\n", "")


def test_an_unknown_bug_is_said_so(folder, capsys):
    assert run(capsys, "7") == (2, "", "there is no record of bug 7\n")


def test_other_records_need_not_be_sound(folder, capsys):
    Path("incidents/2025/6.yaml").write_text("{")
    assert run(capsys, "5")[0] == 0
    status, out, err = run(capsys, "6")
    assert (status, out) == (1, "") and err.startswith("incidents/2025/6.yaml:") and "[yaml-syntax]" in err


def test_a_broken_or_missing_snapshot_is_said_so(folder, capsys):
    Path("incidents/snapshot.yaml").write_text("as_of: 7\n")
    assert run(capsys, "5")[2].startswith("incidents/snapshot.yaml:")
    Path("incidents/snapshot.yaml").unlink()
    assert run(capsys, "5")[0] == 2
