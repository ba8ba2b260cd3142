"""Measure the reading of topics against hand labels: precision, recall and F1 over all topics.

    python tests/measure_topics.py tests/labels/titles-fit.ndjson [--comments COMMENTS.ndjson.gz] [--errors]

A line of labels has at least `bug` and `topics`; titles and tags are those of the records. Without comments only titles
are read; with them, texts and tags as well, as a sync does. Halves are every other line, from the first and the second.
`measure_reports.py` tells the shape of a comments file.
"""

import argparse
import gzip
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ca_incidents.schema import dataset
from ca_incidents.schema.tables import registry
from ca_incidents.scraper.reader.facts.topics import read_topics
from ca_incidents.scraper.sources.bug import Person, WireComment

ROOT = Path(__file__).parent.parent
Texts = Mapping[int, Sequence[WireComment]]


@dataclass(frozen=True)
class Row:
    """One labelled bug: its title, the topics of the label and those that were read."""

    bug: int
    title: str
    expected: tuple[str, ...]
    found: tuple[str, ...]


def rows_of(labels: Path, texts: Texts | None = None) -> list[Row]:
    """Read the topics of every labelled bug; without texts, from titles alone."""
    lines = [json.loads(line) for line in labels.read_text("utf-8").splitlines()]
    records = dataset.read_incidents(ROOT / "incidents", {line["bug"] for line in lines}, registry.standard())
    rows = []
    for line in lines:
        record = records[line["bug"]]
        more = (record.tags, texts.get(record.id, ())) if texts is not None else ((), ())
        found = tuple(one.topic for one in read_topics(record.title, record.also_named, *more))
        rows.append(Row(record.id, record.title, tuple(line["topics"]), found))
    return rows


def f1(rows: Iterable[Row]) -> tuple[float, float, float]:
    """Return precision, recall and F1 over all topics of all rows."""
    right = wrong = missing = 0
    for row in rows:
        expected, found = set(row.expected), set(row.found)
        right += len(expected & found)
        wrong += len(found - expected)
        missing += len(expected - found)
    return right / (right + wrong), right / (right + missing), 2 * right / (2 * right + wrong + missing)


def texts_of(path: Path) -> Texts:
    """Read a file of comments."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        bugs = [json.loads(line) for line in stream]
    return {
        bug["id"]: [
            WireComment(number=c["count"], at=c.get("creation_time"), person=Person(), text=c["text"], cut=True)
            for c in bug["comments"]
            if "text" in c
        ]
        for bug in bugs
    }


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labels", type=Path, nargs="+")
    parser.add_argument("--comments", type=Path)
    parser.add_argument("--errors", action="store_true", help="print every difference")
    options = parser.parse_args(arguments)
    texts = texts_of(options.comments) if options.comments else None
    for labels in options.labels:
        rows = rows_of(labels, texts)
        for name, some in (("all", rows), ("half 1", rows[::2]), ("half 2", rows[1::2])):
            precision, recall, both = f1(some)
            print(f"{labels.name:24} {name:7} n {len(some):4}  P {precision:.3f}  R {recall:.3f}  F1 {both:.3f}")
        first = sum(row.expected[:1] == row.found[:1] for row in rows) / len(rows)
        print(f"{labels.name:24} first topic right {first:.3f}")
        for row in rows if options.errors else ():
            if set(row.expected) != set(row.found):
                print(f"{row.bug} {row.title}: {', '.join(row.expected)} read as {', '.join(row.found)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
