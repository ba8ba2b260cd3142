"""Read the files of the dataset's folder, check each, then all of them together."""

import os
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice, zip_longest
from pathlib import Path
from typing import Protocol

import msgspec

from ca_incidents.schema.check import forbidden_text, rules
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.findings import Finding, in_order, visible, written_path
from ca_incidents.schema.model import Counts, Incident, Ledger, Record, Snapshot, Tombstone, record_from_data
from ca_incidents.schema.record import canonical as form
from ca_incidents.schema.record import json_schema, yaml_text
from ca_incidents.schema.record.atomic_write import PARTIAL
from ca_incidents.schema.tables.registry import Registry

SNAPSHOT = "snapshot.yaml"
LEDGER = "excluded.yaml"
# All of a dataset is held in memory at once; this is a hundred times its size.
MAX_TOTAL = 400_000_000

_RECORD = re.compile(r"[0-9]{4}/([1-9][0-9]{0,10})\.yaml\Z")


class DatasetError(CaIncidentsError):
    """The dataset's folder cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class RawFile:
    """One file of the dataset: its name inside the folder, and its bytes or why there are none.

    `skipped` files exist, but nobody asked for their content.
    """

    name: str
    raw: bytes = b""
    unreadable: str | None = None
    skipped: bool = False


class RecordCache(Protocol):
    """Incidents of files without findings, by the file's name and bytes. Tombstones are few and not cached."""

    def get(self, inputs: bytes) -> Incident | None:
        """Return the incident of a file, None on a miss."""

    def put(self, inputs: bytes, value: Incident) -> None:
        """Store the incident of a file."""


@dataclass(slots=True)
class Checked:
    """The result of checking files: everything that could be read, and all findings."""

    records: dict[int, Record] = field(default_factory=dict)
    snapshot: Snapshot | None = None
    ledger: Ledger | None = None
    findings: list[Finding] = field(default_factory=list)


def file_names(root: Path) -> list[str]:
    """List the names of the dataset's files. Raises DatasetError if the folder is missing."""
    return [name for name, _ in _named_entries(root)]


def read_files(root: Path, only: Collection[str] | None = None) -> list[RawFile]:
    """Read the files of the dataset's folder, sorted by name; with `only`, skip the content of all others.

    Symbolic links, files in other places, and everything after MAX_TOTAL bytes become unreadable entries, not errors.
    Raises DatasetError if the folder is missing.
    """
    found = []
    left = MAX_TOTAL
    for name, entry in _named_entries(root):
        if only is not None and name not in only:
            file = RawFile(name, skipped=True)
        elif left > 0:
            file = _raw_file(name, entry)
        else:
            file = RawFile(name, unreadable=f"is not read: the files before it have {MAX_TOTAL:,} bytes")
        left -= len(file.raw)
        found.append(file)
    return found


def needed_for(some: Collection[str], names: Iterable[str]) -> frozenset[str]:
    """Return which files must be read to check some of them.

    These, the snapshot, the ledger, and other files of the same bugs; the snapshot's counts need every record. That
    other records exist is seen from their names.
    """
    if SNAPSHOT in some:
        return frozenset(names)
    numbers = {number_of(name) for name in some} - {None}
    same_bugs = [name for name in names if number_of(name) in numbers]
    return frozenset({SNAPSHOT, LEDGER, *some, *same_bugs})


def _named_entries(root: Path) -> "Iterator[tuple[str, os.DirEntry[str]]]":
    if not root.is_dir():
        raise DatasetError(f"{visible(str(root))}: there is no such folder")
    for entry in _entries(root):
        if entry.name == PARTIAL and entry.is_dir(follow_symlinks=False):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from ((f"{entry.name}/{inner.name}", inner) for inner in _entries(entry))
        else:
            yield entry.name, entry


def _entries(folder: "Path | os.DirEntry[str]") -> "list[os.DirEntry[str]]":
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise DatasetError(f"{visible(os.fspath(folder))}: cannot be read: {error.strerror}") from None


def _raw_file(name: str, entry: "os.DirEntry[str]") -> RawFile:
    if entry.is_symlink():
        return RawFile(name, unreadable="is a symbolic link; replace it with the file itself")
    if not entry.is_file(follow_symlinks=False):
        return RawFile(name, unreadable="is not a regular file; records are <year>/<bug>.yaml")
    try:
        with Path(entry.path).open("rb") as stream:
            # One byte over the limit is enough for the reader to say that the file is too large.
            return RawFile(name, stream.read(yaml_text.MAX_BYTES + 1))
    except OSError as error:
        return RawFile(name, unreadable=f"cannot be read: {error.strerror}")


def check_files(
    files: Iterable[RawFile],
    registry: Registry,
    *,
    shown_as: str = "",
    only: Collection[str] | None = None,
    cache: RecordCache | None = None,
) -> Checked:
    """Check every file by itself, then the records against each other.

    `shown_as` is put before the names in findings. `only` names the files to check completely; the others are only
    read, for the rules between records, and findings about them are returned as well. `cache` has valid files.
    """
    checked = Checked()
    places = _Places()
    for file in files:
        number = number_of(file.name)
        if file.skipped:
            places.unsound.update([number] if number else ())
            continue
        close = only is None or file.name in only
        inputs = b"\0".join((os.fsencode(file.name), file.raw))
        record: Record | None = cache.get(inputs) if cache and close else None
        findings: list[Finding] = []
        if record is None:
            findings, record = _read_file(file, checked, registry if close else None)
            if cache and close and isinstance(record, Incident) and not findings:
                cache.put(inputs, record)
        if record is None:
            places.unsound.update([number] if number else ())
        elif record.id in checked.records:
            also = rules.Broken(
                ("id",),
                "duplicate-id",
                f"bug {record.id} is in {places.files[record.id].name} too; keep one",
            )
            findings += _located([also], file.name, yaml_text.load(file.raw))
        else:
            checked.records[record.id] = record
            places.files[record.id] = file
        places.files_by_name[file.name] = file
        checked.findings += findings
    checked.findings += places.located(_between_files(checked, places))
    if shown_as:
        checked.findings = [replace(f, file=f"{shown_as}/{f.file}") for f in checked.findings]
    checked.findings = in_order(checked.findings)
    return checked


def findings_in(file: RawFile, registry: Registry) -> list[Finding]:
    """Check one file by itself."""
    return in_order(_read_file(file, Checked(), registry)[0])


def _between_files(checked: Checked, places: "_Places") -> Iterator[tuple[str, list[rules.Broken]]]:
    excluded = [e.bug for e in checked.ledger.excluded] if checked.ledger else []
    for number, broken in rules.across_records(checked.records, excluded, places.unsound):
        yield places.files[number].name, broken
    snapshot = checked.snapshot
    if snapshot is None:
        return
    for number, record in checked.records.items():
        yield places.files[number].name, rules.of_snapshot_day(record, snapshot.as_of)
    if snapshot.counts and not places.unsound and (checked.ledger or LEDGER not in places.files_by_name):
        yield SNAPSHOT, rules.of_counts(msgspec.to_builtins(snapshot.counts), msgspec.to_builtins(counts_of(checked)))


def counts_of(checked: Checked) -> Counts:
    """Count what was read, the way the snapshot that is published says it."""
    stones = sum(isinstance(record, Tombstone) for record in checked.records.values())
    listed = sum(isinstance(r, Incident) and r.bugzilla.read_from == "list" for r in checked.records.values())
    excluded = len(checked.ledger.excluded) if checked.ledger else 0
    return Counts(records=len(checked.records) - stones, withdrawn=stones, excluded=excluded, listed=listed)


@dataclass(slots=True)
class _Places:
    """The file of each record, to locate findings between records; `unsound` bugs have a file that was not read."""

    files: dict[int, RawFile] = field(default_factory=dict)
    files_by_name: dict[str, RawFile] = field(default_factory=dict)
    unsound: set[int] = field(default_factory=set)

    def located(self, broken: Iterable[tuple[str, list[rules.Broken]]]) -> Iterator[Finding]:
        for name, wrong in broken:
            if wrong:
                yield from _located(wrong, name, yaml_text.load(self.files_by_name[name].raw))


def _located(broken: Iterable[rules.Broken], name: str, document: yaml_text.Document) -> list[Finding]:
    return [_finding(name, document.place(b.path, key=b.at_key), b, b.other) for b in broken]


def _finding(
    name: str, place: tuple[int, int], what: rules.Broken | yaml_text.Problem, other: int | None = None
) -> Finding:
    line, column = place
    return Finding(
        file=name,
        line=line,
        column=column,
        path=written_path(what.path),
        message=what.message,
        code=what.code,
        other=other,
    )


def _read_file(file: RawFile, checked: Checked, registry: Registry | None) -> tuple[list[Finding], Record | None]:
    """Read one file into `checked`; return its findings, and its record if the file has a readable one.

    Without a registry the file is only read, not checked.
    """
    name, kind = file.name, _kind_of(file.name)
    if file.unreadable or kind is None:
        wrong = file.unreadable or "does not belong to the dataset; records are <year>/<bug>.yaml"
        return [_finding(name, (0, 0), rules.Broken((), "not-a-record-file", wrong))], None
    try:
        document = yaml_text.load(file.raw)
    except yaml_text.UnreadableYaml as error:
        return [_finding(name, (p.line, p.column), p) for p in error.problems], None
    findings = [_finding(name, (p.line, p.column), p) for p in document.problems]
    if (registry or kind != "incident") and not forbidden_text.is_plain(document.text):
        findings += _located(rules.of_texts(document.data), name, document)
        findings += [_finding(name, (p.line, p.column), p) for p in _flaws_of_comments(document.text)]
    breaches = json_schema.breaches(document.data, kind)
    findings += _located((rules.Broken(b.path, b.code, b.message, b.at_key) for b in breaches), name, document)
    if breaches or not isinstance(document.data, dict):
        return findings, None
    if kind == "snapshot":
        checked.snapshot = msgspec.convert(document.data, Snapshot)
        return findings, None
    if kind == "excluded":
        checked.ledger = msgspec.convert(document.data, Ledger)
        return findings + _located(rules.of_ledger([e.bug for e in checked.ledger.excluded]), name, document), None
    record = record_from_data(document.data)
    if registry:
        findings += _located(rules.of_record(record, name, registry), name, document)
        if not document.problems:
            findings += _form(record, file, document)
    return findings, record


def _flaws_of_comments(text: str) -> list[yaml_text.Problem]:
    """Find forbidden text in the comments of a file, which are not part of its data."""
    if not any("#" in line and _flawed(line) for line in text.split("\n")):
        return []
    found = (
        yaml_text.Problem(line, 1, (), code, f"the comment {message}")
        for line, words in yaml_text.comments(text)
        for code, message in forbidden_text.flaws(words, typed=True)
    )
    return list(islice(found, yaml_text.MAX_PROBLEMS))


def _flawed(line: str) -> bool:
    return any(True for _ in forbidden_text.flaws(line, typed=True))


def _form(record: Record, file: RawFile, document: yaml_text.Document) -> list[Finding]:
    text = document.text
    machine, curated = form.split_text(text)
    canonical = form.machine_part(record)
    if text == canonical + curated and bool(curated) == (getattr(record, "curated", None) is not None):
        return []
    lines = zip_longest(machine.split("\n"), canonical.split("\n"))
    line = next((i for i, (found, wanted) in enumerate(lines, 1) if found != wanted), None)
    message = "the generated part is not in canonical form from this line on; run `ca-incidents check --fix`"
    if line is None:
        line = document.place(("curated",), key=True)[0]
        message = "the curated block must be last and end with a line break; run `ca-incidents check --fix`"
    return [_finding(file.name, (line, 1), rules.Broken((), "not-canonical", message))]


def is_record(name: str) -> bool:
    """Return whether a file of this name is a record's."""
    return _kind_of(name) == "incident"


def number_of(name: str) -> int | None:
    """Return the bug number in the name of a record's file; None for any other name."""
    found = _RECORD.match(name)
    return int(found[1]) if found else None


def _kind_of(name: str) -> str | None:
    if name in {SNAPSHOT, LEDGER}:
        return Path(name).stem
    return "incident" if _RECORD.match(name) else None
