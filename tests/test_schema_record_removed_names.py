"""Names that were removed on request: found in every spelling, never written, and no other word is touched."""

import time

import pytest

from ca_incidents.schema.model import Excluded, Incident, Removed, RemovedList, record_from_data, record_to_data
from ca_incidents.schema.record import json_schema
from ca_incidents.schema.record.removed_names import INSTEAD, RemovedNames, digest_of, folded, words_in

SALT = "00112233445566778899aabbccddeeff"
DATA = {
    "schema_version": 1,
    "id": 1_700_002,
    "title": "DigiCert: Jane Q. Doe and jdoe chose a wrong field",
    "ca": "digicert",
    "bugzilla": {
        "status": "NEW",
        "whiteboard": "[ca-compliance] ask jdoe",
        "opened": "2024-01-01T00:00:00Z",
        "reporter": {"nick": "jdoe"},
        "comments": [
            {"number": 0, "at": "2024-01-01T00:00:00Z", "nick": "jdoe", "affiliation": "digicert.com"},
            {"number": 1, "at": "2024-01-02T00:00:00Z", "nick": "jdoe2"},
        ],
        "history": [{"at": "2024-01-01T00:00:00Z", "field": "whiteboard", "removed": "", "added": "ask JDoe"}],
    },
    "doubts": [{"kind": "unmapped-name", "where": "title", "text": "Jane  Q. Doe"}],
}


def names(*given: str) -> RemovedNames:
    entries = [
        Removed(digest=digest_of(name, bytes.fromhex(SALT)), words=words_in(name), on="2026-01-01") for name in given
    ]
    found = RemovedList(schema_version=1, salt=SALT, removed=tuple(sorted(entries, key=lambda entry: entry.digest)))
    assert json_schema.breaches(record_to_data(found), "removed") == []
    return RemovedNames(found)


def record() -> Incident:
    found = record_from_data(DATA)
    assert isinstance(found, Incident)
    return found


def test_a_nick_and_a_name_leave_every_text_and_every_person() -> None:
    found = names("jdoe", "Jane Q. Doe").without(record())
    state = found.bugzilla
    assert found.title == f"DigiCert: {INSTEAD} and {INSTEAD} chose a wrong field"
    assert state.whiteboard == f"[ca-compliance] ask {INSTEAD}"
    assert state.reporter is None
    assert [(c.nick, c.affiliation) for c in state.comments] == [(None, "digicert.com"), ("jdoe2", None)]
    assert state.history[0].added == f"ask {INSTEAD}"
    assert found.doubts[0].text == INSTEAD
    assert names("jdoe").without(found) is found


def test_an_entry_of_the_ledger_is_treated_alike() -> None:
    entry = Excluded(bug=1, opened="2024-01-01T00:00:00Z", title="[meta] of jdoe", kind="tracker", reason="A tracker.")
    assert names("jdoe").without(entry).title == f"[meta] of {INSTEAD}"


@pytest.mark.parametrize("name", ["digicert", "wrong", "NEW", "ca-compliance", "digicert.com", "whiteboard"])
def test_words_that_the_program_chose_stay(name: str) -> None:
    before, after = record(), names(name).without(record())
    assert (after.ca, after.bugzilla.status, after.tags) == (before.ca, before.bugzilla.status, before.tags)
    assert [c.affiliation for c in after.bugzilla.comments] == [c.affiliation for c in before.bugzilla.comments]


def test_without_a_list_nothing_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ca_incidents.schema.record.removed_names.digest_of", None)
    found = record()
    assert RemovedNames(None).without(found) is found


@pytest.mark.parametrize("spelling", ["JDOE", "jdoe.", "(jdoe)", "\uff4adoe", "jdo"])
def test_spellings_of_a_nick(spelling: str) -> None:
    assert (folded(spelling) == "jdoe") == (spelling in names("jdoe"))


def test_each_name_is_hashed_once_and_a_thousand_in_about_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    found, asked = names("someone else", "other"), []
    began = time.process_time()
    for number in range(1000):
        assert f"n{number}" not in found
    assert time.process_time() - began < 3
    monkeypatch.setattr(
        "ca_incidents.schema.record.removed_names.digest_of", lambda name, _salt: asked.append(name) or ""
    )
    assert "n1" not in found
    assert "n1000" not in found
    assert "N1000" not in found
    assert asked == ["n1000"]
