"""The command `show`: one record and what is derived from it, as text or JSON."""

import argparse
import json
from collections.abc import Iterator, Sequence

from ca_incidents.schema import dataset
from ca_incidents.schema.cli.command import Surroundings
from ca_incidents.schema.cli.dataset_option import add_dataset_option
from ca_incidents.schema.derive.clocks import Clock
from ca_incidents.schema.derive.links import links_in
from ca_incidents.schema.derive.status import Derived, derive_among
from ca_incidents.schema.derive.topic_evidence import evidence_of
from ca_incidents.schema.export.one_record import Row, derived_to_data, rows_of
from ca_incidents.schema.model import Incident, Tombstone, record_to_data
from ca_incidents.schema.record.effective import curated_paths, effective
from ca_incidents.schema.tables import deadlines, registry

WIDEST = 48


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `show`."""
    parser.add_argument("bug", type=int, metavar="BUG", help="number of the bug")
    parser.add_argument(
        "--why", action="store_true", help="also print, as text, which words of which field gave each topic"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="output format (default: text)")
    add_dataset_option(parser)


def run(arguments: argparse.Namespace, around: Surroundings) -> int:
    """Print one record, or that it was withdrawn."""
    known = registry.standard()
    root = around.folder / arguments.dataset
    record, snapshot = dataset.read_record(root, arguments.bug, known)
    if isinstance(record, Tombstone):
        print(f"{record.id} was withdrawn on {record.withdrawn.on}: {record.withdrawn.reason}", file=around.out)
        return 0
    shown = effective(record)
    named = dataset.read_incidents(root, {link.target for link in links_in(shown)}, known)
    derived = derive_among(shown, named, as_of=snapshot.as_of, registry=known, deadlines=deadlines.standard())
    write = as_json if arguments.format == "json" else as_text
    print(write(record, derived), file=around.out)
    if arguments.why and arguments.format == "text":
        print("\n".join(["", *_reasons(record, shown)]), file=around.out)
    return 0


def _reasons(record: Incident, shown: Incident) -> Iterator[str]:
    """Say of each topic which words of the title or which tag gave it, which comment, or that a person did."""
    found = evidence_of(record.title, also_named=record.also_named, tags=record.tags)
    words = {one.topic: ", ".join(f'"{word}"' for word in one.words) for one in found}
    for one in shown.topics:
        reader = f"comment {one.source}" if one.read_in == "text" else one.read_in or "a person"
        yield f"topic: {one.topic}: {reader}{': ' if one in words else ''}{words.get(one, '')}"
    if not shown.topics:
        yield "topic: unknown: neither title, text nor tags say what failed"


def as_json(record: Incident, derived: Derived) -> str:
    """Write one object: machine, curated, effective, curated_paths, derived."""
    machine = record_to_data(record)
    curated = machine.pop("curated", {})
    holds = record_to_data(effective(record))
    holds.pop("curated", None)
    data = {
        "machine": machine,
        "curated": curated,
        "effective": holds,
        "curated_paths": sorted(curated_paths(record)),
        "derived": derived_to_data(derived),
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def as_text(record: Incident, derived: Derived) -> str:
    """Write a table of the fields with long values shortened, then what is derived from them."""
    rows = [Row("FIELD", "MACHINE", "CURATED", "EFFECTIVE", "SOURCE"), *rows_of(record)]
    return "\n".join([*_table(rows), "", *_derived_lines(derived)])


def _table(rows: Sequence[Row]) -> Iterator[str]:
    cells = [[_short(c) for c in (r.path, r.machine, r.curated, r.effective, r.source)] for r in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(5)]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= WIDEST else f"{line[: WIDEST - 1]}…"


def _derived_lines(derived: Derived) -> Iterator[str]:
    yield f"status: {derived.status}"
    yield f"reported by: {derived.reporter_kind}"
    if not derived.reading.whole:
        yield f"nothing is called late: {derived.reading}"
    for name, measure in derived.measures.items():
        yield f"{name}: {measure.value} ({', '.join(i.path for i in measure.inputs)})"
    for flag in derived.flags:
        yield f"flag: {flag.name} ({flag.rule.slug})"
    yield from map(_clock_line, derived.clocks)
    if derived.next_due is not None:
        yield f"next due: {derived.next_due.due} ({derived.next_due.rule.slug})"


def _clock_line(clock: Clock) -> str:
    times = (("started", clock.started), ("due", clock.due), ("happened", clock.happened))
    return f"clock: {clock.rule.slug}: {clock.state}" + "".join(f", {name} {at}" for name, at in times if at)
