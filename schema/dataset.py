"""The dataset's folder: its records, its snapshot and its coverage ledger, read and checked as a whole.

Layout: `<year>/<bug>.yaml`, `snapshot.yaml`, `excluded.yaml`. Reading touches files; everything after is a function of
bytes.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

import msgspec

from ca_incidents.schema.check.files import (
    SNAPSHOT,
    DatasetError,
    NoDataset,
    RecordCache,
    check_files,
    counts_of,
    file_names,
    needed_for,
    number_of,
    read_files,
)
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.findings import Finding, visible
from ca_incidents.schema.model import Excluded, Incident, Record, Snapshot, Tombstone
from ca_incidents.schema.tables import registry as registries
from ca_incidents.schema.tables.registry import Registry


class InvalidDataset(CaIncidentsError):
    """The dataset breaks its own rules; `findings` lists all of them."""

    exit_status = 1

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, self.findings)))


class UnknownIncident(CaIncidentsError):
    """The dataset has no record of that number, tag, CA or rule document."""


@dataclass(frozen=True)
class Dataset:
    """Everything that the project knows: records by bug number, in that order."""

    incidents: Mapping[int, Incident]
    tombstones: Mapping[int, Tombstone]
    excluded: tuple[Excluded, ...]
    snapshot: Snapshot
    registry: Registry

    @cached_property
    def digest(self) -> str:
        """The digest over all records, the ledger and the registry, in hexadecimal."""
        owners = [self.registry.owners[slug] for slug in sorted(self.registry.owners)]
        found = hashlib.sha256()
        encode = msgspec.json.Encoder().encode
        # One at a time: all at once would be as large as the dataset.
        for part in chain(self.incidents.values(), self.tombstones.values(), self.excluded, owners):
            found.update(encode(part) + b"\n")
        return found.hexdigest()

    @cached_property
    def digests(self) -> Mapping[int, bytes]:
        """The digest of each incident's record by itself, by bug number."""
        encode = msgspec.msgpack.Encoder().encode
        return {n: hashlib.sha256(encode(record)).digest() for n, record in self.incidents.items()}

    @property
    def version(self) -> str:
        """The version: the snapshot's day and the beginning of the digest, `2026-03-13.1a2b3c4d`."""
        return f"{self.snapshot.as_of[:10]}.{self.digest[:8]}"


def read(root: Path, registry: Registry | None = None, cache: RecordCache | None = None) -> Dataset:
    """Read a valid dataset from its folder.

    Raises DatasetError where the folder is missing, NoDataset where its snapshot is, and InvalidDataset with every
    finding where it is not valid.
    """
    known = registry or registries.standard()
    if SNAPSHOT not in file_names(root):
        raise NoDataset(root)
    # The cache's keys cover the standard registry only.
    checked = check_files(read_files(root), known, shown_as=root.name, cache=cache if registry is None else None)
    if checked.findings:
        raise InvalidDataset(checked.findings)
    assert checked.snapshot, "a snapshot without findings has been read"
    records = dict(sorted(checked.records.items()))
    return Dataset(
        incidents={n: r for n, r in records.items() if isinstance(r, Incident)},
        tombstones={n: r for n, r in records.items() if isinstance(r, Tombstone)},
        excluded=checked.ledger.excluded if checked.ledger else (),
        snapshot=msgspec.structs.replace(checked.snapshot, counts=counts_of(checked)),
        registry=known,
    )


def read_version(root: Path) -> dict[int, Record]:
    """Read the records of a version of the dataset, which may be older than a rule that it breaks.

    Raises DatasetError where the folder or its snapshot is missing, and InvalidDataset for every file that is no
    readable record.
    """
    if SNAPSHOT not in file_names(root):
        raise DatasetError(f"{visible(str(root))}: is no version of the dataset: it has no {SNAPSHOT}")
    files = read_files(root)
    checked = check_files(files, registries.standard(), only=())
    unread = {file.name for file in files if (number := number_of(file.name)) and number not in checked.records}
    if unread:
        raise InvalidDataset(finding for finding in checked.findings if finding.file in unread)
    return dict(sorted(checked.records.items()))


def read_record(root: Path, number: int, registry: Registry) -> tuple[Record, Snapshot]:
    """Read one sound record and the snapshot, without the rest of the dataset.

    Raises UnknownIncident if there is no such record, DatasetError if the folder is missing, NoDataset if its snapshot
    is, and InvalidDataset with the findings of these files if there are any.
    """
    there = file_names(root)
    if SNAPSHOT not in there:
        raise NoDataset(root)
    wanted = {name for name in there if number_of(name) == number}
    if not wanted:
        raise UnknownIncident(f"there is no record of bug {number}")
    wanted.add(SNAPSHOT)
    files = read_files(root, only=needed_for(wanted - {SNAPSHOT}, there))
    checked = check_files(files, registry, shown_as=root.name, only=wanted)
    if checked.findings:
        raise InvalidDataset(checked.findings)
    assert checked.snapshot, "a snapshot without findings has been read"
    return checked.records[number], checked.snapshot


def read_incidents(root: Path, numbers: Collection[int], registry: Registry) -> dict[int, Incident]:
    """Read the incidents with these numbers, without the rest of the dataset; leave out what has no sound record."""
    wanted = {name for name in file_names(root) if number_of(name) in numbers}
    checked = check_files(read_files(root, only=wanted), registry, only=wanted)
    return {number: record for number, record in checked.records.items() if isinstance(record, Incident)}
