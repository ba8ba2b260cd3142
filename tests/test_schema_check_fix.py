"""What is mechanical is mended, and nothing else is touched.

Covers: schema/record/atomic_write.py.
"""

import errno
import os
import stat
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_schema_check import FORMS, ONE, incident, put, root, run  # noqa: F401

from ca_incidents.schema.check import fix
from ca_incidents.schema.cli import command
from ca_incidents.schema.cli.all import COMMANDS
from ca_incidents.schema.model import record_from_data
from ca_incidents.schema.record import atomic_write, canonical, json_schema, yaml_text

TEXT = canonical.record_text(record_from_data(incident()))
MACHINE, CURATED = canonical.split_text(TEXT)


def mended(text: str) -> str:
    return fix.fixed(text.encode("utf-8")).decode("utf-8")


def test_a_sound_file_keeps_its_bytes() -> None:
    assert mended(TEXT) == TEXT


@pytest.mark.parametrize("case", [c for c in FORMS if not c.startswith("a comment")])
def test_each_other_form_becomes_canonical(case: str) -> None:
    assert mended(FORMS[case](TEXT)) == TEXT


def test_marks_and_line_ends_go() -> None:
    assert fix.fixed(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()) == TEXT.encode()


def test_the_curated_block_keeps_its_form_and_comments() -> None:
    ours = "# Seen by us.\ncurated:\n    'notes':   'short'   # why\n    reviewed: {by: someone, on: 2026-1-2}\n"
    after = ours.replace("2026-1-2", '"2026-01-02"')
    assert mended(FORMS["quotes"](MACHINE) + ours) == MACHINE + after


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("[policy failure]", "[policy-failure]"),
        ("[Policy_Failure]", "[policy-failure]"),
        ("[delayed-revocation-leaf]", "[leaf-revocation-delay]"),
        ("[leaf-revocation-dealy]", None),
        ("[human]", None),
        ("[policy-failure, policy failure]", None),
    ],
)
def test_known_spellings_of_tags(written: str, meant: str | None) -> None:
    text = TEXT.replace("[policy-failure]", written, 1)
    assert mended(text) == (TEXT.replace("[policy-failure]", meant, 1) if meant else text)


DAYS = {
    "2026-1-2": "2026-01-02",
    "2026/01/02": "2026-01-02",
    "2026.1.2": "2026-01-02",
    "23.2.2024": "2024-02-23",
    "2/23/2024": "2024-02-23",
    "5.5.2024": "2024-05-05",
    "2 January 2026": "2026-01-02",
    "2nd Jan 2026": "2026-01-02",
    "2-Jan-2026": "2026-01-02",
    "Jan. 2, 2026": "2026-01-02",
    "January 2nd, 2026": "2026-01-02",
    "2026-Jan-2": "2026-01-02",
    "Sept 3, 2026": "2026-09-03",
    "3.2.2024": None,
    "31.2.2024": None,
    "13.13.2024": None,
    "2026-02-30": None,
    "2 Janvier 2026": None,
    "tomorrow": None,
    "02.03.24": None,
    "2026-01": None,
    "": None,
}


@pytest.mark.parametrize("written", DAYS)
def test_dates_of_which_there_is_one_reading(written: str) -> None:
    assert fix.sure_date(written) == DAYS[written]
    ours = '"on": "2026-01-02", causes'
    assert ours in TEXT
    text = TEXT.replace(ours, f'on: "{written}", causes')
    meant = DAYS[written]
    assert mended(text) == (TEXT.replace(ours, f'on: "{meant}", causes') if meant else text)


def test_what_cannot_be_mended_together_is_mended_one_by_one() -> None:
    ours = MACHINE + "curated:\n  tags: [policy failure, Policy_Failure, ca misissuance, audit failure]\n"
    meant = ours.replace("policy failure,", "policy-failure,").replace("ca misissuance", "ca-misissuance")
    assert mended(ours) == meant.replace("audit failure", "audit-failure")


def test_a_hopeless_record_is_given_up_soon(monkeypatch) -> None:
    read = []
    real = yaml_text.load
    monkeypatch.setattr(yaml_text, "load", lambda raw: read.append(len(raw)) or real(raw))
    ours = MACHINE + f"curated:\n  tags: [{', '.join(['policy failure'] * 4_900)}]\n"
    assert mended(ours) == ours
    assert sum(read) < 4 * fix.MOST_READ


def test_moments() -> None:
    assert fix.sure_date("2026-01-02 10:20:30 UTC") == "2026-01-02T10:20:30Z"
    assert fix.sure_date("2026-01-02T10:20:30+00:00") == "2026-01-02T10:20:30Z"
    assert fix.sure_date("2026-01-02 10:20:30") is None
    assert fix.sure_date("2026-01-02T10:20:30+02:00") is None
    assert 'changed: "2021-01-04T00:00:00Z"' in TEXT
    text = TEXT.replace('changed: "2021-01-04T00:00:00Z"', "changed: 2021-01-04 00:00:00 UTC")
    assert mended(text) == TEXT


def test_quotes_are_put_where_the_text_is_meant_as_text() -> None:
    assert "notes: Compared with the bug." in TEXT and 'start: "2020-09-01"' in TEXT
    text = TEXT.replace("notes: Compared with the bug.", "notes: no").replace(
        'start: "2020-09-01"', "start: 2020-09-01"
    )
    assert mended(text) == TEXT.replace("notes: Compared with the bug.", 'notes: "no"')


pieces = st.sampled_from(
    [*TEXT.splitlines(keepends=True), "curated:\n", "  ", "# ours\n", "'", '"', "no\n", "2026-1-2", "\r\n", "\ufeff"]
)


@settings(max_examples=200, deadline=None)
@example([(TEXT.index("SecureTrust"), 24, TEXT.splitlines(keepends=True)[0])])
@example([(TEXT.rindex("causes:"), 0, TEXT.splitlines(keepends=True)[0])])
@given(st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(0, 30), pieces), max_size=3))
def test_whatever_is_mended_is_mended_once_and_keeps_its_record(cuts: list) -> None:
    text = TEXT
    for at, length, piece in cuts:
        text = text[:at] + piece + text[at + length :]
    raw = text.encode("utf-8")
    once = fix.fixed(raw)
    assert fix.fixed(once) == once
    try:
        before = yaml_text.load(raw)
    except yaml_text.UnreadableYaml:
        return
    if once != raw and not before.problems and not json_schema.breaches(before.data):
        assert record_from_data(yaml_text.load(once).data) == record_from_data(before.data)


UNTOUCHED = {
    "true or false": TEXT.replace("issuance_stopped: true", "issuance_stopped: yes"),
    "an octal number": TEXT.replace("total: 9", "total: 011"),
    "a number as text": TEXT.replace("total: 9", 'total: "9"'),
    "two values of one key": TEXT.replace("ca: securetrust\n", "ca: securetrust\nca: digicert\n"),
    "a comment among the machine's keys": FORMS["a comment among the machine's keys"](TEXT),
    "broken syntax": TEXT + "x: [\n",
    "another encoding": TEXT + "x: \udcff\n",
    "an unknown key": TEXT.replace("ca: securetrust", "'ca':   securetrust\nnotes: x"),
    "a block in flow form": TEXT.replace("\ncurated:", "\n'cur\\x61ted':").replace("'cur\\x61ted'", '"cur\\x61ted"'),
    "a tag of YAML": TEXT.replace("ca: securetrust", "ca:   !!str securetrust"),
}


@pytest.mark.parametrize("case", UNTOUCHED)
def test_what_is_not_sure_is_left_alone(case: str) -> None:
    raw = UNTOUCHED[case].encode("utf-8", "surrogateescape")
    assert raw != TEXT.encode()
    assert fix.fixed(raw) == raw


def test_the_command_mends_then_checks(root: Path, capsys) -> None:  # noqa: F811
    file = root / "2020" / f"{ONE}.yaml"
    before = file.read_bytes()
    file.write_bytes(before.replace(b"tags: [policy-failure]", b"tags: ['policy failure']"))
    file.chmod(0o640)
    status, findings, said = run(capsys, "--fix")
    assert (status, findings, said) == (0, [], "1 file fixed\n5 files checked: no findings\n")
    assert file.read_bytes() == before
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert not (root / atomic_write.PARTIAL).exists()


def test_only_what_is_named_is_mended_and_links_are_not_followed(root: Path, capsys, tmp_path: Path) -> None:  # noqa: F811
    outside = tmp_path / "outside.yaml"
    outside.write_text(FORMS["quotes"](TEXT))
    (root / "2020" / "13.yaml").symlink_to(outside)
    put(root, f"2020/{ONE}.yaml", incident())
    other = root / "2020" / "1671038.yaml"
    other.write_text(FORMS["quotes"](other.read_text()))
    before = (outside.read_bytes(), other.read_bytes())
    run(capsys, "--fix", f"incidents/2020/{ONE}.yaml", "incidents/2020/13.yaml")
    assert (outside.read_bytes(), other.read_bytes()) == before
    assert command.main(["check", "--fix", "incidents/2020/1671038.yaml"], commands=COMMANDS) == 0


def test_a_full_disk_leaves_the_old_file_and_one_message(root: Path, capsys, monkeypatch) -> None:  # noqa: F811
    file = root / "2020" / f"{ONE}.yaml"
    file.write_bytes(file.read_bytes().replace(b"tags: [policy-failure]", b"tags: ['policy failure']"))
    before = file.read_bytes()

    def full(self: Path, *_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self))

    monkeypatch.setattr(Path, "replace", full)
    assert command.main(["check", "--fix"], commands=COMMANDS) == 2
    assert capsys.readouterr().err.endswith(": No space left on device\n")
    assert file.read_bytes() == before
    assert not (root / atomic_write.PARTIAL).exists()
