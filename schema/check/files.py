"""Read the files of the dataset's folder, check each, then all of them together."""

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any, Protocol

import msgspec

from ca_incidents.schema.check import curated, forbidden_text, rules
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.findings import Broken, Finding, in_order, visible, written_path
from ca_incidents.schema.messages import shown
from ca_incidents.schema.model import (
    Counts,
    Incident,
    Ledger,
    Record,
    RemovedList,
    Snapshot,
    Tombstone,
    record_from_data,
)
from ca_incidents.schema.record import canonical as form
from ca_incidents.schema.record import json_schema, yaml_text
from ca_incidents.schema.record.atomic_write import PARTIAL
from ca_incidents.schema.tables.registry import Registry

SNAPSHOT = "snapshot.yaml"
LEDGER = "excluded.yaml"
REMOVED = "removed.yaml"
# All of a dataset is held in memory at once; this is a hundred times its size.
MAX_TOTAL = 400_000_000

_RECORD = re.compile(r"[0-9]{4}/([1-9][0-9]{0,10})\.yaml\Z")


class DatasetError(CaIncidentsError):
    """The dataset's folder cannot be read; the text says why."""


class NoDataset(DatasetError):
    """The folder is there, but it is not a dataset's."""

    def __init__(self, root: Path) -> None:
        super().__init__(
            f"{visible(str(root))}: is not a dataset: it has no {SNAPSHOT}; name its folder with --dataset"
        )


@dataclass(frozen=True, slots=True)
class RawFile:
    """One file of the dataset: its name inside the folder, and its bytes or why there are none.

    `skipped` files exist, but nobody asked for their content.
    """

    name: str
    raw: bytes = b""
    unreadable: str | None = None
    skipped: bool = False


# The earlier version of a record, by the name of its file; None for files that are not compared.
Earlier = Callable[[str], Incident | None]


class RecordCache(Protocol):
    """Incidents of files without findings, by the file's name and bytes. Tombstones are few and not cached."""

    def get(self, inputs: bytes) -> Incident | None:
        """Return the incident of a file, None on a miss."""

    def put(self, inputs: bytes, value: Incident) -> None:
        """Store the incident of a file."""


@dataclass(slots=True)
class Checked:
    """The result of checking files: everything that could be read, all findings, and what is only worth a look."""

    records: dict[int, Record] = field(default_factory=dict)
    snapshot: Snapshot | None = None
    ledger: Ledger | None = None
    removed: RemovedList | None = None
    findings: list[Finding] = field(default_factory=list)
    hints: list[Finding] = field(default_factory=list)


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
    today: str | None = None,
    earlier: Earlier | None = None,
) -> Checked:
    """Check every file by itself, then the records against each other.

    `shown_as` is put before the names in findings. `only` names the files to check completely; the others are only
    read, for the rules between records, and findings about them are returned as well. `cache` has valid files. Given
    `today`, a day, what people dated later is found; given `earlier`, edits of what a sync writes.
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
            also = Broken(
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
    if today is not None:
        checked.findings += places.located(_by_people(checked, places, lambda r: curated.of_today(r, today)))
    if earlier is not None:
        checked.findings += places.located(_edited(checked, places, earlier))
    wrong = {finding.file for finding in checked.findings}
    hints = places.located(_by_people(checked, places, curated.hints))
    checked.hints = in_order(hint for hint in hints if hint.file not in wrong)
    if shown_as:
        checked.findings = [replace(f, file=f"{shown_as}/{f.file}") for f in checked.findings]
    checked.findings = in_order(checked.findings)
    return checked


def findings_in(file: RawFile, registry: Registry) -> list[Finding]:
    """Check one file by itself."""
    return in_order(_read_file(file, Checked(), registry)[0])


def _between_files(checked: Checked, places: "_Places") -> Iterator[tuple[str, list[Broken]]]:
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


def _by_people(
    checked: Checked, places: "_Places", rule: Callable[[Incident], Iterable[Broken]]
) -> Iterator[tuple[str, list[Broken]]]:
    for number, record in checked.records.items():
        if isinstance(record, Incident) and record.curated:
            yield places.files[number].name, list(rule(record))


def _edited(checked: Checked, places: "_Places", earlier: Earlier) -> Iterator[tuple[str, list[Broken]]]:
    for number, record in checked.records.items():
        name = places.files[number].name
        before = earlier(name) if isinstance(record, Incident) else None
        if before is not None and isinstance(record, Incident):
            yield name, list(curated.edits(before, record))


def read_earlier(text: str | None) -> Incident | None:
    """Read an earlier version of a record; None if there was no sound one."""
    try:
        data = yaml_text.load(text.encode("utf-8", "surrogateescape")).data if text is not None else None
    except yaml_text.UnreadableYaml:
        return None
    if not isinstance(data, dict) or json_schema.breaches(data):
        return None
    record = record_from_data(data)
    return record if isinstance(record, Incident) else None


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

    def located(self, broken: Iterable[tuple[str, list[Broken]]]) -> Iterator[Finding]:
        for name, wrong in broken:
            if wrong:
                yield from _located(wrong, name, yaml_text.load(self.files_by_name[name].raw))


def _located(broken: Iterable[Broken], name: str, document: yaml_text.Document) -> list[Finding]:
    return [_finding(name, document.place(b.path, key=b.at_key, row=b.row), b, b.other) for b in broken]


def _finding(name: str, place: tuple[int, int], what: Broken | yaml_text.Problem, other: int | None = None) -> Finding:
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
        return [_finding(name, (0, 0), Broken((), "not-a-record-file", wrong))], None
    try:
        document = yaml_text.load(file.raw)
    except yaml_text.UnreadableYaml as error:
        return [_finding(name, (p.line, p.column), p) for p in error.problems], None
    breaches = json_schema.breaches(document.data, kind)
    refused = {b.path for b in breaches}
    misformed = {b.path for b in breaches if b.code == "bad-format"}
    # What is refused anyway needs no advice on how to quote it.
    findings = [_finding(name, (p.line, p.column), p) for p in document.problems if p.path not in refused]
    if (registry or kind != "incident") and not forbidden_text.is_plain(document.text):
        flaws = [f for f in rules.of_texts(document.data) if f.code != "at-mention" or f.path not in misformed]
        findings += _located(flaws, name, document)
        breaches = [b for b in breaches if b.path not in {f.path for f in flaws}]
        findings += [_finding(name, (p.line, p.column), p) for p in _flaws_of_comments(document.text)]
    findings += [_finding(name, (p.line, p.column), p) for p in _cut_texts(document.text)]
    findings += _located([_broken(b, document.data, registry) for b in breaches], name, document)
    if refused or not isinstance(document.data, dict):
        return findings, None
    if kind == "snapshot":
        checked.snapshot = msgspec.convert(document.data, Snapshot)
        return findings, None
    if kind == "removed":
        checked.removed = msgspec.convert(document.data, RemovedList)
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


def _broken(breach: json_schema.Breach, data: object, registry: Registry | None) -> Broken:
    """Return a breach of the schema; where a CA is named by something that is no slug, with the slug."""
    path = breach.path
    if registry and breach.code == "bad-format" and {"ca", "also_named"} & set(path[-2:]):
        written: Any = data
        for part in path:
            written = written[part]
        if str(written).isprintable() and registry.slug_of(str(written)):
            return rules.unknown_ca(path, str(written), registry)
    return Broken(path, breach.code, breach.message, breach.at_key)


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


_CUT_TEXT = re.compile(r"^ +(?:- +)?(?:summary|notes|quote): +[^\s\"'|>#][^\n]*?( #[^\n]*)", re.M)


def _cut_texts(text: str) -> Iterator[yaml_text.Problem]:
    """Find free text that ends early, because YAML takes what follows a space and a # for a comment."""
    for cut in _CUT_TEXT.finditer(text) if " #" in text else ():
        before = text[: cut.start(1)]
        message = f"{shown(cut[1].strip())} is a comment to YAML and lost: put the complete text in double quotes"
        column = cut.start(1) - (before.rfind("\n") + 1) + 2
        yield yaml_text.Problem(before.count("\n") + 1, column, (), "text-behind-hash", message)


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
    message = (
        "the generated part is not as the program writes it from this line on: write corrections under `curated`, and "
        "run `ca-incidents check --fix`"
    )
    if line is None:
        line = document.place(("curated",), key=True)[0]
        message = "the curated block must be last and end with a line break; run `ca-incidents check --fix`"
    return [_finding(file.name, (line, 1), Broken((), "not-canonical", message))]


def is_record(name: str) -> bool:
    """Return whether a file of this name is a record's."""
    return _kind_of(name) == "incident"


def number_of(name: str) -> int | None:
    """Return the bug number in the name of a record's file; None for any other name."""
    found = _RECORD.match(name)
    return int(found[1]) if found else None


def _kind_of(name: str) -> str | None:
    if name in {SNAPSHOT, LEDGER, REMOVED}:
        return Path(name).stem
    return "incident" if _RECORD.match(name) else None
