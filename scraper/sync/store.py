"""The dataset's folder as a sync writes it: whole files only, only those that change, and never what people wrote.

A file is written beside the dataset's files (`.partial/`) and then moved into place, so that a run that is killed at
any moment leaves each file as it was or as it shall be.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

from ca_incidents.schema.check.files import (
    LEDGER,
    REMOVED,
    SNAPSHOT,
    Checked,
    RawFile,
    check_files,
    findings_in,
    number_of,
    read_files,
)
from ca_incidents.schema.dataset import InvalidDataset
from ca_incidents.schema.findings import Finding
from ca_incidents.schema.model import (
    SCHEMA_VERSION,
    Excluded,
    Incident,
    Ledger,
    Record,
    RemovedList,
    Snapshot,
    Structure,
    record_to_data,
)
from ca_incidents.schema.record import atomic_write, canonical, yaml_text
from ca_incidents.schema.record.removed_names import RemovedNames
from ca_incidents.schema.tables import registry

_LEDGER_LINE = (
    "Bugs of the component that are no incident, each with a reason. Made by a sync from the registry's exceptions."
)
_REMOVED_LINE = "Nicks and names that no sync writes, as salted digests. Made by `ca-incidents take-down`."
_SNAPSHOT_LINE = "Where the records come from and up to when. Made by a sync."


@dataclass(slots=True)
class Store:
    """What the folder holds: records by number with their place and text, the ledger, the snapshot, removed names.

    A store that is not `writable` does everything but touch the disk.
    """

    root: Path
    records: dict[int, Record] = field(default_factory=dict)
    places: dict[int, str] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    excluded: dict[int, Excluded] = field(default_factory=dict)
    snapshot: Snapshot | None = None
    removed: RemovedList | None = None
    names: RemovedNames = field(default_factory=lambda: RemovedNames(None))
    writable: bool = True

    def write_record(self, record: Record) -> bool:
        """Write a record if its machine part differs from what is there; say whether anything was written.

        The text of the curated block is carried over as it stands. A tombstone has none: its facts leave the file.
        Raises InvalidDataset, and leaves the file as it was, where the checks would refuse what was to be written.
        """
        before = self.texts.get(record.id, "")
        curated = canonical.split_text(before)[1] if isinstance(record, Incident) else ""
        machine_part = canonical.machine_part(record)
        text = machine_part + curated
        name = f"{record.year}/{record.id}.yaml" if isinstance(record, Incident) else self.places[record.id]
        if text == before and self.places.get(record.id) == name:
            return False
        _pass(name, machine_part)
        self._put(name, text)
        old = self.places.get(record.id)
        if old is not None and old != name:
            self._drop(old)
        self.records[record.id], self.places[record.id], self.texts[record.id] = record, name, text
        return True

    def remove_record(self, number: int) -> None:
        """Take a record away whose bug turned out to be no incident; it lives on in the ledger."""
        name = self.places.pop(number, None)
        if name is not None:
            self._drop(name)
        self.records.pop(number, None)
        self.texts.pop(number, None)

    def enter(self, entry: Excluded) -> None:
        """Enter a bug in the ledger. Raises InvalidDataset where the checks would refuse the entry."""
        if self.excluded.get(entry.bug) != entry:
            alone = Ledger(schema_version=SCHEMA_VERSION, excluded=(entry,))
            _pass(LEDGER, yaml_text.dump(record_to_data(alone), first_line=_LEDGER_LINE))
        self.excluded[entry.bug] = entry

    def write_ledger(self) -> bool:
        """Write the coverage ledger if it differs from what is there."""
        entries = tuple(self.excluded[number] for number in sorted(self.excluded))
        return self._put_if_new(LEDGER, Ledger(schema_version=SCHEMA_VERSION, excluded=entries), _LEDGER_LINE)

    def write_removed(self, removed: RemovedList) -> None:
        """Write the list of removed names, which holds for everything that is written from now on."""
        self.removed, self.names = removed, RemovedNames(removed)
        self._put_if_new(REMOVED, removed, _REMOVED_LINE)

    def write_snapshot(self, snapshot: Snapshot) -> bool:
        """Write the snapshot if it differs from what is there, after everything before it is on the disk.

        Raises InvalidDataset where the checks would refuse it.
        """
        _pass(SNAPSHOT, yaml_text.dump(record_to_data(snapshot), first_line=_SNAPSHOT_LINE))
        if self.writable:
            os.sync()
        self.snapshot = snapshot
        written = self._put_if_new(SNAPSHOT, snapshot, _SNAPSHOT_LINE)
        self.clear_partial()
        return written

    def clear_partial(self) -> None:
        """Drop what an interrupted run left beside the dataset."""
        if self.writable:
            atomic_write.clear(self.root)

    def _drop(self, name: str) -> None:
        if self.writable:
            (self.root / name).unlink(missing_ok=True)

    def _put_if_new(self, name: str, data: Structure, first_line: str) -> bool:
        text = yaml_text.dump(record_to_data(data), first_line=first_line)
        path = self.root / name
        if path.is_file() and path.read_bytes() == text.encode("utf-8"):
            return False
        self._put(name, text)
        return True

    def _put(self, name: str, text: str) -> None:
        if self.writable:
            atomic_write.put(self.root, name, text.encode("utf-8"))


def _pass(name: str, text: str) -> None:
    """Let only through what the checks accept. Raises InvalidDataset."""
    refused = findings_in(RawFile(name, text.encode("utf-8", "surrogatepass")), registry.standard())
    if refused:
        raise InvalidDataset(refused)


def open_store(root: Path, *, writable: bool = True) -> Store:
    """Read what a folder holds; a folder that is not there yet is an empty store.

    Only the machine's part of a record is looked at: whatever a curated block holds, it is kept and stops nothing.
    Raises InvalidDataset where a machine's part cannot be read: overwriting it could lose what a person put there.
    """
    store = Store(root, writable=writable)
    store.clear_partial()
    if not root.is_dir():
        return store
    files = {file.name: _machine_part_of(file) for file in read_files(root)}
    checked = check_files([file for file, _ in files.values()], registry.standard(), shown_as=root.name)
    places = {number: name for name in files if (number := number_of(name))}
    unread = [f for f in checked.findings if not _was_read(f, f.file.removeprefix(f"{root.name}/"), checked)]
    if unread:
        raise InvalidDataset(unread)
    for number, record in checked.records.items():
        store.records[number], store.places[number] = record, places[number]
        store.texts[number] = files[places[number]][1]
    store.snapshot = checked.snapshot
    store.removed, store.names = checked.removed, RemovedNames(checked.removed)
    store.excluded = {entry.bug: entry for entry in (checked.ledger.excluded if checked.ledger else ())}
    return store


def _machine_part_of(file: RawFile) -> tuple[RawFile, str]:
    if file.unreadable or "/" not in file.name:
        return file, ""
    try:
        text = file.raw.decode("utf-8")
    except UnicodeDecodeError:
        return file, ""
    return RawFile(file.name, canonical.split_text(text)[0].encode("utf-8")), text


def _was_read(finding: Finding, name: str, checked: Checked) -> bool:
    of_dataset = {SNAPSHOT: checked.snapshot, LEDGER: checked.ledger, REMOVED: checked.removed}
    if name in of_dataset:
        return of_dataset[name] is not None
    # Where two files claim one bug, the curated block of one of them would be lost, or laid over another bug.
    return number_of(name) in checked.records and finding.code not in {"duplicate-id", "id-not-file-name"}
