"""The dataset's folder: its records, its snapshot and its coverage ledger, read and checked as a whole.

Layout: `<year>/<bug>.yaml`, `snapshot.yaml`, `excluded.yaml`. Reading touches files; everything after is a function of
bytes.
"""

import os
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from schema import registry as registries
from schema import rules, validate, yamltext
from schema.errors import CaIncidentsError
from schema.findings import Finding, in_order, posix, written_path
from schema.findings import Path as DataPath
from schema.model import Doubt, Incident, Record, Structure, Tombstone, record_from_data
from schema.registry import Registry

SNAPSHOT = "snapshot.yaml"
LEDGER = "excluded.yaml"
# Where a sync puts a file before it moves it into place.
PARTIAL = ".partial"
_YEAR = re.compile(r"[0-9]{4}\Z")


class DatasetError(CaIncidentsError):
    """The dataset's folder cannot be read at all; the text says why."""


class InvalidDataset(CaIncidentsError):
    """The dataset breaks its own rules; `findings` lists all of them."""

    exit_status = 1

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, self.findings)))


class Counts(Structure, frozen=True, kw_only=True):
    """How the bugs of the component are accounted for."""

    records: int
    withdrawn: int
    excluded: int


class Snapshot(Structure, frozen=True, kw_only=True):
    """Where the records come from and up to when; `as_of` is the site's today."""

    schema_version: int
    source: str
    as_of: str
    watermark: str | None = None
    full_pass: str | None = None
    counts: Counts


class Excluded(Structure, frozen=True, kw_only=True):
    """One bug of the component that is no incident, and why."""

    bug: int
    opened: str
    title: str | None = None
    kind: str
    reason: str
    doubts: tuple[Doubt, ...] = ()


class Ledger(Structure, frozen=True, kw_only=True):
    """The coverage ledger: every bug of the component that has no record."""

    schema_version: int
    excluded: tuple[Excluded, ...]


@dataclass(frozen=True, slots=True)
class RawFile:
    """One file of the dataset: its name inside the folder, and its bytes or why there are none."""

    name: str
    raw: bytes = b""
    unreadable: str | None = None


@dataclass(frozen=True, slots=True)
class Dataset:
    """Everything that the project knows: records by bug number, in that order."""

    incidents: Mapping[int, Incident]
    tombstones: Mapping[int, Tombstone]
    excluded: tuple[Excluded, ...]
    snapshot: Snapshot
    registry: Registry


@dataclass(slots=True)
class Checked:
    """What came out of reading raw files: what could be read, where it stands, and all findings."""

    records: dict[int, Record] = field(default_factory=dict)
    snapshot: Snapshot | None = None
    ledger: Ledger | None = None
    findings: list[Finding] = field(default_factory=list)


def read_files(root: Path) -> list[RawFile]:
    """Read every file of the dataset's folder, in the order of the names.

    Symbolic links, files in other places and files over the size limit become unreadable entries, not surprises.
    Raises DatasetError where the folder is not there.
    """
    if not root.is_dir():
        raise DatasetError(f"{root}: there is no such folder")
    found = []
    with os.scandir(root) as entries:
        top = sorted(entries, key=lambda e: e.name)
    for entry in top:
        if entry.name == PARTIAL:
            continue
        if entry.is_dir(follow_symlinks=False):
            with os.scandir(entry.path) as inner:
                found += [_raw_file(f"{entry.name}/{e.name}", e) for e in sorted(inner, key=lambda e: e.name)]
        else:
            found.append(_raw_file(entry.name, entry))
    return found


def _raw_file(name: str, entry: "os.DirEntry[str]") -> RawFile:
    if entry.is_symlink():
        return RawFile(name, unreadable="is a symbolic link; a record is a plain file")
    if not entry.is_file(follow_symlinks=False):
        return RawFile(name, unreadable="is no file; the dataset is <year>/<bug>.yaml")
    size = entry.stat(follow_symlinks=False).st_size
    if size > yamltext.MAX_BYTES:
        return RawFile(name, unreadable=f"has {size} bytes; a record has at most {yamltext.MAX_BYTES}")
    try:
        return RawFile(name, Path(entry.path).read_bytes())
    except OSError as error:
        return RawFile(name, unreadable=f"cannot be read: {error.strerror}")


def check_files(files: Iterable[RawFile], registry: Registry, *, shown_as: str, only: Collection[str] = ()) -> Checked:
    """Check every file by itself, then the records against each other; collect everything that is wrong.

    `shown_as` is put before the names in findings. `only` limits the findings to those names; all files are still read.
    """
    checked = Checked()
    documents: dict[int, tuple[str, yamltext.Document]] = {}
    for file in files:
        reading = _Reading(file.name, f"{shown_as}/{file.name}" if shown_as else file.name)
        record = reading.read(file, checked)
        if record is not None and reading.document is not None:
            reading.add(rules.of_record(record, file.name, registry))
            if record.id in checked.records:
                reading.add(
                    [rules.Broken(("id",), "duplicate-id", f"{record.id} stands in {documents[record.id][0]} too")]
                )
            else:
                checked.records[record.id] = record
                documents[record.id] = reading.shown, reading.document
        checked.findings += reading.findings
    excluded = {e.bug: i for i, e in enumerate(checked.ledger.excluded)} if checked.ledger else {}
    for number, broken in rules.across_records(checked.records, excluded):
        shown, document = documents[number]
        checked.findings += [_located(b, shown, document) for b in broken]
    if only:
        wanted = {f"{shown_as}/{name}" if shown_as else name for name in only}
        checked.findings = [f for f in checked.findings if f.file in wanted]
    checked.findings = in_order(checked.findings)
    return checked


def _located(broken: rules.Broken, shown: str, document: yamltext.Document) -> Finding:
    line, column = document.place(broken.path, key=broken.at_key)
    return Finding(
        file=posix(Path(shown)),
        line=line,
        column=column,
        path=written_path(broken.path),
        message=broken.message,
        code=broken.code,
    )


class _Reading:
    """One file on its way from bytes to a typed record, with its findings."""

    def __init__(self, name: str, shown: str) -> None:
        self.name = name
        self.shown = shown
        self.document: yamltext.Document | None = None
        self.findings: list[Finding] = []

    def add(self, broken: Iterable[rules.Broken]) -> None:
        document = self.document
        if document is not None:
            self.findings += [_located(b, self.shown, document) for b in broken]

    def read(self, file: RawFile, checked: Checked) -> Record | None:
        """Read the file into `checked`; give the record if it is one and is sound enough to go on with."""
        kind = _kind_of(file.name)
        if file.unreadable or kind is None:
            wrong = file.unreadable or "is no part of the dataset; records are <year>/<bug>.yaml"
            self._add_plain(0, 0, (), wrong, "not-a-record-file")
            return None
        try:
            self.document = document = yamltext.load(file.raw)
        except yamltext.UnreadableYaml as error:
            for p in error.problems:
                self._add_plain(p.line, p.column, p.path, p.message, p.code)
            return None
        for p in document.problems:
            self._add_plain(p.line, p.column, p.path, p.message, p.code)
        found = validate.breaches(document.data, kind)
        self.add(rules.Broken(b.path, b.code, b.message, b.at_key) for b in found)
        if found or not isinstance(document.data, dict):
            return None
        return self._typed(document.data, kind, checked)

    def _typed(self, data: dict[str, object], kind: str, checked: Checked) -> Record | None:
        if kind == "snapshot":
            checked.snapshot = msgspec.convert(data, Snapshot)
        elif kind == "excluded":
            checked.ledger = msgspec.convert(data, Ledger)
            self.add(rules.of_ledger([e.bug for e in checked.ledger.excluded]))
        else:
            return record_from_data(data)
        return None

    def _add_plain(self, line: int, column: int, path: DataPath, message: str, code: str) -> None:
        place = Finding(
            file=posix(Path(self.shown)), line=line, column=column, path=written_path(path), message=message, code=code
        )
        self.findings.append(place)


def _kind_of(name: str) -> str | None:
    if name in {SNAPSHOT, LEDGER}:
        return Path(name).stem
    folder, _, rest = name.partition("/")
    return "incident" if _YEAR.match(folder) and rest.endswith(".yaml") else None


def read(root: Path, registry: Registry | None = None) -> Dataset:
    """Read a sound dataset from its folder.

    Raises DatasetError where the folder or its snapshot is missing, and InvalidDataset with every finding where it is
    not sound.
    """
    known = registry or registries.standard()
    checked = check_files(read_files(root), known, shown_as=root.name)
    if checked.findings:
        raise InvalidDataset(checked.findings)
    if checked.snapshot is None:
        raise DatasetError(f"{root / SNAPSHOT}: there is no snapshot; run a sync first")
    records = dict(sorted(checked.records.items()))
    return Dataset(
        incidents={n: r for n, r in records.items() if isinstance(r, Incident)},
        tombstones={n: r for n, r in records.items() if isinstance(r, Tombstone)},
        excluded=checked.ledger.excluded if checked.ledger else (),
        snapshot=checked.snapshot,
        registry=known,
    )
