"""Bad input on disk: each case is a clear finding, nothing is executed or followed, and the rest is still checked.

`measure_input.py` prints the same cases with the memory that each takes.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from test_schema_check import ONE, incident, root, run  # noqa: F401

from ca_incidents.schema.check import files
from ca_incidents.schema.cli import command
from ca_incidents.schema.cli.all import COMMANDS
from ca_incidents.schema.model import record_from_data
from ca_incidents.schema.record import canonical
from ca_incidents.schema.tables import registry

TEXT = canonical.record_text(record_from_data(incident()))
MACHINE = canonical.split_text(TEXT)[0]
TAGS = "tags: [policy-failure]\n"


def text(old: str, new: str) -> Callable[[Path], None]:
    assert old in TEXT

    def write(file: Path) -> None:
        file.write_bytes(TEXT.replace(old, new, 1).encode("utf-8"))

    return write


def raw(content: bytes) -> Callable[[Path], None]:
    return lambda file: file.write_bytes(content) and None


def large(file: Path) -> None:
    with file.open("wb") as stream:
        stream.write(TEXT.encode())
        stream.truncate(100_000_000)


def alias_bomb(file: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    file.write_text(TEXT + "\n".join(lines) + "\n")


def link_out(file: Path) -> None:
    outside = file.parents[2] / "outside.yaml"
    outside.write_text(TEXT)
    file.unlink()
    file.symlink_to(outside)


def linked_folder(file: Path) -> None:
    (file.parents[2] / "elsewhere").mkdir()
    (file.parents[1] / "2021").symlink_to(file.parents[2] / "elsewhere")


def beside(name: bytes) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        Path(os.fsdecode(os.fsencode(file.parent) + b"/" + name)).write_text("id: 1\n")

    return write


def linked_partial(file: Path) -> None:
    (file.parents[2] / "elsewhere").mkdir()
    (file.parents[1] / ".partial").symlink_to(file.parents[2] / "elsewhere")


def file_partial(file: Path) -> None:
    (file.parents[1] / ".partial").write_text("x")


def top(name: str, old: str, new: str) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        place = file.parents[1] / name
        before = place.read_text()
        assert old in before
        place.write_text(before.replace(old, new, 1))

    return write


def pipe(file: Path) -> None:
    os.mkfifo(file.with_name("13.yaml"))


def folder(file: Path) -> None:
    (file.parent / "14.yaml").mkdir()


def curated(block: str) -> Callable[[Path], None]:
    return lambda file: file.write_text(f"{MACHINE}curated:\n  {block}\n") and None


# case: (what is done to a sound record's file, the code, a part of the message)
CASES: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "duplicate key": (
        text("ca: securetrust\n", "ca: securetrust\nca: trustwave\n"),
        "duplicate-key",
        '"ca" is in line 5 already',
    ),
    "duplicate key inside a block": (
        curated("issuance_stopped: true\n  revoked: '2020-10-08'\n  issuance_stopped: true"),
        "duplicate-key",
        f'"issuance_stopped" is in line {MACHINE.count(chr(10)) + 2} already',
    ),
    "tab": (text("  status: RESOLVED", "\tstatus: RESOLVED"), "tab", "tab"),
    "byte order mark": (raw(b"\xef\xbb\xbf" + TEXT.encode()), "byte-order-mark", "byte order mark"),
    "CRLF": (raw(TEXT.replace("\n", "\r\n").encode()), "carriage-return", "LF line endings"),
    "Latin-1": (raw(TEXT.replace("late report", "später").encode("latin-1")), "not-utf-8", "byte 0xe4"),
    "UTF-16": (raw(TEXT.encode("utf-16")), "not-utf-8", "byte 0xff"),
    "python/object/apply": (
        text("policy-failure]\n", 'policy-failure]\nx: !!python/object/apply:os.system ["touch hacked"]\n'),
        "yaml-tag",
        "os.system",
    ),
    "python/name": (text("id: 1671037", "id: !!python/name:os.system 1671037"), "yaml-tag", "python/name"),
    "alias bomb": (alias_bomb, "anchor", "not allowed"),
    "100 MB": (large, "file-too-large", "1,000,000"),
    "1 MB of brackets": (raw(b"x: " + b"[" * 990_000), "too-deep", "32 levels"),
    "1 MB of brackets with closings": (raw(b"x: " + b"[[]," * 240_000), "too-deep", "32 levels"),
    "1 MB of keys": (raw(b"? " * 480_000 + b"x\n"), "too-deep", "32 levels"),
    "1 MB of list items": (raw(b"x: [" + b"1," * 480_000 + b"]\n"), "too-long", "5,000"),
    "1 MB of ambiguous words": (
        raw(b"x: [" + b"no," * 330_000 + b"]\n"),
        "too-many-problems",
        "fix the problems above",
    ),
    "1 MB of line breaks": (raw(b"\n" * 990_000), "empty-file", "no data"),
    "1 MB of digits": (text("id: 1671037", "id: " + "1" * 990_000), "wrong-type", "whole number"),
    "1 MB of one word": (text("securetrust\n", "a" * 990_000 + "\n"), "unknown-ca", "the registry has no"),
    "1 MB of a tag": (text("[policy-failure]", "[" + "a-" * 480_000 + "a]"), "unknown-tag", "unknown tag"),
    "1 MB of keys that are unknown": (
        raw(TEXT.encode() + b"".join(b"a%d: 1\n" % i for i in range(70_000))),
        "too-long",
        "items",
    ),
    "4,900 spellings of one tag": (
        text("[policy-failure]", f"[{', '.join(['policy failure'] * 4_900)}]"),
        "unknown-tag",
        "unknown tag",
    ),
    "4,900 days of another form": (
        curated(
            "action_items:\n" + "".join(f'  - {{kind: prevent, due: "{i % 28 + 1}.1.2026"}}\n' for i in range(4_900))
        ),
        "bad-format",
        "is not a date",
    ),
    "symbolic link out of the tree": (link_out, "not-a-record-file", "symbolic link"),
    "folder that is a symbolic link": (linked_folder, "not-a-record-file", "symbolic link"),
    "named pipe": (pipe, "not-a-record-file", "not a regular file"),
    "folder named like a file": (folder, "not-a-record-file", "not a regular file"),
    "file name with a line break": (beside(b"1\n2.yaml"), "not-a-record-file", "does not belong"),
    "file name that is no UTF-8": (beside(b"\xff.yaml"), "not-a-record-file", "does not belong"),
    "file name that steers the terminal": (beside(b"\x1b[2J.txt"), "not-a-record-file", "does not belong"),
    "wrong type": (text(TAGS, "tags: policy-failure\n"), "wrong-type", "must be a list"),
    "Norway": (text("issuance_stopped: true", "issuance_stopped: no"), "wrong-type", "true or false"),
    "octal": (text("total: 9", "total: 011"), "wrong-type", "write 11"),
    "sexagesimal": (text("total: 9", "total: 1:30:00"), "wrong-type", "plain digits"),
    "NaN": (text("total: 9", "total: .nan"), "wrong-type", "plain digits"),
    "control character": (text("late report", "late\x07report"), "control-character", "U+0007"),
    "control character as an escape": (text("late report", "late\\ereport"), "control-character", "U+001B"),
    "bidirectional mark": (text("late report", "late \u202ereport"), "control-character", "U+202E"),
    "bidirectional mark as an escape": (text("late report", "late \\u202ereport"), "control-character", "U+202E"),
    "look-alike slug": (text("ca: securetrust", 'ca: "s\u0435curetrust"'), "bad-format", "CYRILLIC SMALL LETTER IE"),
    "look-alike title": (text("SecureTrust:", "S\u0435cureTrust:"), "look-alike", "CYRILLIC SMALL LETTER IE"),
    "e-mail address in the curated block": (
        curated('notes: "ask jane.doe@example.org"'),
        "e-mail-address",
        "delete it",
    ),
    "at-mention in the curated block": (curated('summary: "thanks @jane"'), "at-mention", "delete the name"),
    "address without a dot": (curated('notes: "ask jane@host"'), "e-mail-address", "delete it"),
    "address with a fullwidth sign": (curated('notes: "ask jane\uff20example.org"'), "e-mail-address", "delete it"),
    "address with (at)": (curated('notes: "ask jane (at) example.org"'), "e-mail-address", "delete it"),
    "address in words": (curated("notes: ask jane at example dot org"), "e-mail-address", "delete it"),
    "address with an entity": (curated("notes: ask jane&#64;example.org"), "e-mail-address", "delete it"),
    "address as an escape": (curated('notes: "ask jane\\x40example.org"'), "e-mail-address", "delete it"),
    "address in a comment of the curated block": (
        curated("notes: late # ask jane@example.org"),
        "e-mail-address",
        "the comment contains",
    ),
    "address in a comment of the machine's part": (
        text("tags:", "# ask jane@example.org\ntags:"),
        "e-mail-address",
        "the comment contains",
    ),
    "at-mention in a comment": (curated("# as @jane said\n  notes: late"), "at-mention", "the comment mentions"),
    "address in the ledger": (top("excluded.yaml", "A trial.", "Ask jane@host."), "e-mail-address", "delete it"),
    "at-mention in the ledger": (top("excluded.yaml", "A trial.", '"@jane says so."'), "at-mention", "delete the name"),
    "address in a comment of the ledger": (
        top("excluded.yaml", "Made by", "Ask jane@host."),
        "e-mail-address",
        "the comment contains",
    ),
    "address in the snapshot": (top("snapshot.yaml", "saved dump", "jane@example.org"), "e-mail-address", "delete it"),
    "900 kB that could begin an address": (
        curated(f'notes: "{"a" * 900_000} @jane"'),
        "at-mention",
        "delete the name",
    ),
    "900 kB of signs": (text("[ca-compliance] [policy-failure]", "@ " * 450_000 + "a@b"), "e-mail-address", ""),
    "name in letters of two scripts": (
        text("late report", "late report of Glob\u0430lSign"),
        "look-alike",
        "CYRILLIC SMALL LETTER A",
    ),
    "name in fullwidth letters": (text("SecureTrust:", "\uff33ecureTrust:"), "look-alike", "FULLWIDTH"),
    "name in mathematical letters": (curated('notes: "\U0001d402omodo"'), "look-alike", "MATHEMATICAL"),
    "name all in Cyrillic": (text("SecureTrust:", "\u0405\u0415\u0421\u041e\u041c:"), "look-alike", "CYRILLIC"),
    "zero-width joiner": (text("SecureTrust:", "Secure\u200dTrust:"), "control-character", "U+200D"),
    "Hangul filler": (text("SecureTrust:", "Secure\u3164Trust:"), "control-character", "U+3164"),
    "variation selector": (curated('notes: "late\ufe0f"'), "control-character", "U+FE0F"),
    "letters of the tag block": (curated('notes: "late\U000e0041"'), "control-character", "U+E0041"),
    "zero-width space as an escape": (
        text("SecureTrust:", "Secure\\u200bTrust:"),
        "control-character",
        "U+200B",
    ),
    "file name with a leading zero": (beside(b"01671037.yaml"), "not-a-record-file", "does not belong"),
    "file name in other digits": (beside("\u0661\u0662.yaml".encode()), "not-a-record-file", "does not belong"),
    "link in the place of the folder for half files": (linked_partial, "not-a-record-file", "symbolic link"),
    "file in the place of the folder for half files": (file_partial, "not-a-record-file", "does not belong"),
    "a lone ---": (raw(b"---\n"), "empty-file", "no data"),
    "a lone ...": (raw(b"...\n"), "yaml-syntax", ""),
    "only null": (raw(b"null\n"), "empty-file", "no data"),
    "a directive": (raw(b"%YAML 1.1\n---\n" + TEXT.encode()), "not-canonical", "as the program writes it"),
    "date without quotes": (text('"on": "2026-01-02"', "on: 2026-01-02"), "unquoted-date", "double quotes"),
    "list as a key": (raw(TEXT.encode() + b"? [a]\n: b\n"), "key-not-text", "must be text"),
    "two documents": (raw(TEXT.encode() + b"---\nid: 2\n"), "several-documents", "second document"),
    "empty": (raw(b""), "empty-file", "no data"),
    "a list": (raw(b"- 1\n"), "wrong-type", "consists of `key: value` lines"),
    "plain text": (raw(b"hello\n"), "wrong-type", "consists of `key: value` lines"),
    "open quote": (text('title: "', 'title: "" "'), "yaml-syntax", ""),
}


@pytest.mark.parametrize("case", CASES)
def test_each_case_is_a_clear_finding(case: str, root: Path, capsys, tmp_path: Path) -> None:  # noqa: F811
    change, code, words = CASES[case]
    change(root / "2020" / f"{ONE}.yaml")
    status, findings, _ = run(capsys)
    assert status == 1
    assert any(f["code"] == code and words in f["message"] for f in findings), findings[:3]
    # Nothing of it spills over to the sound files, but for the links to a record that is no more.
    assert {f["code"] for f in findings if "1671038" in f["file"]} <= {"unknown-bug"}
    assert not (tmp_path / "hacked").exists()
    assert all(len(f["message"]) < 600 for f in findings)


@pytest.mark.parametrize("case", CASES)
def test_text_stays_one_line_a_finding(case: str, root: Path, capsysbinary) -> None:  # noqa: F811
    CASES[case][0](root / "2020" / f"{ONE}.yaml")
    assert command.main(["check", "--fix"], commands=COMMANDS) in {0, 1}
    lines = capsysbinary.readouterr().out.decode("utf-8").splitlines()
    assert all(line.startswith("incidents/") and line.endswith("]") and line.isprintable() for line in lines)


def test_a_file_that_cannot_be_read(root: Path, capsys, monkeypatch) -> None:  # noqa: F811
    # Permissions do not stop root, who may run the tests; so the refusal is made here.
    real = Path.open

    def refuse(self: Path, *arguments: object, **more: object):
        if self.name == f"{ONE}.yaml":
            raise PermissionError(13, "Permission denied")
        return real(self, *arguments, **more)

    monkeypatch.setattr(Path, "open", refuse)
    _, findings, _ = run(capsys)
    assert [(f["code"], f["message"]) for f in findings] == [("not-a-record-file", "cannot be read: Permission denied")]


def test_a_link_named_on_the_command_line_is_a_finding(root: Path, capsys) -> None:  # noqa: F811
    linked_folder(root / "2020" / f"{ONE}.yaml")
    assert [f["file"] for f in run(capsys, "incidents/2021")[1]] == ["incidents/2021"]


def test_a_dataset_over_the_limit_is_not_held_in_memory(root: Path, capsys, monkeypatch) -> None:  # noqa: F811
    monkeypatch.setattr(files, "MAX_TOTAL", 1)
    _, findings, _ = run(capsys, "incidents")
    assert {f["code"] for f in findings} == {"not-a-record-file"}


def test_a_fix_writes_nothing_through_a_link(root: Path, capsys, tmp_path: Path) -> None:  # noqa: F811
    file = root / "2020" / f"{ONE}.yaml"
    before = file.read_bytes()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_text("ours")
    for planted in ("folder", "file"):
        file.write_bytes(before.replace(TAGS.encode(), b"tags: ['policy failure']\n"))
        if planted == "folder":
            (root / ".partial").symlink_to(outside)
        else:
            (root / ".partial").mkdir()
            (root / ".partial" / f"2020-{ONE}.yaml").symlink_to(outside / "precious")
        run(capsys, "--fix")
        assert file.read_bytes() == before and not file.is_symlink()
        assert not os.path.lexists(root / ".partial")
        assert [p.name for p in outside.iterdir()] == ["precious"]
        assert (outside / "precious").read_text() == "ours"


@pytest.mark.parametrize(
    ("block", "line"),
    [
        ("notes: |\n    A first line.\n\n    Ask jane.doe@c.example about it.\n", 4),
        ("notes: |-\n    Ask jane.doe@c.example about it.", 2),
        ('notes: "Ask jane.doe@c.example about it."', 1),
    ],
)
def test_an_address_is_found_in_its_own_line_of_a_text(tmp_path: Path, block: str, line: int) -> None:
    file = files.RawFile("2020/1671037.yaml", f"{MACHINE}curated:\n  {block}\n".encode())
    [found] = [f for f in files.findings_in(file, registry.standard()) if f.code == "e-mail-address"]
    assert found.line == MACHINE.count("\n") + 1 + line
