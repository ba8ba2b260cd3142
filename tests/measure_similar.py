"""Measure the similar incidents by what reports themselves cite, with every link hidden.

    python tests/measure_similar.py [--dataset incidents]

Each pair is an incident and one that its report names; pairs where either title holds the other's number are left out.
The index sees no link at all: no relation of Bugzilla, no cited bug and no number in a title.
"""

import argparse
import dataclasses
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ca_incidents.schema.dataset import Dataset, read
from ca_incidents.schema.derive.links import links_in
from ca_incidents.schema.derive.similar import SimilarityIndex
from ca_incidents.schema.model import Incident
from ca_incidents.schema.record.effective import effective

PLACES = (1, 3, 6, 10, 20)
GOAL = {10: 0.60}
_NUMBER = re.compile(r"[0-9]{6,8}")


def cited(data: Dataset) -> list[tuple[int, int]]:
    """Return the pairs of an incident and one that its report names."""
    found = {
        (number, link.target)
        for number, record in data.incidents.items()
        for link in links_in(record)
        if link.path.startswith("report.") and link.target in data.incidents
    }
    title = {number: record.title for number, record in data.incidents.items()}
    return sorted((one, other) for one, other in found if str(other) not in title[one] and str(one) not in title[other])


def without_links(data: Dataset) -> Dataset:
    return dataclasses.replace(data, incidents={number: _hidden(one) for number, one in data.incidents.items()})


def _hidden(record: Incident) -> Incident:
    record = effective(record)
    return replace(
        record,
        title=_NUMBER.sub("", record.title),
        bugzilla=replace(record.bugzilla, relations=None),
        report=record.report and replace(record.report, related=()),
    )


def shares(data: Dataset) -> tuple[int, Mapping[int, float]]:
    """Return the number of pairs, and the share of them in which the cited one is among the first so many."""
    pairs = cited(data)
    index = SimilarityIndex(without_links(data))
    lists = {
        one: [like.incident.id for like in index.related(one, limit=max(PLACES), strong_only=True)] for one, _ in pairs
    }
    return len(pairs), {
        place: sum(other in lists[one][:place] for one, other in pairs) / max(1, len(pairs)) for place in PLACES
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the similar incidents by what reports cite.")
    parser.add_argument("--dataset", type=Path, default=Path("incidents"))
    pairs, found = shares(read(parser.parse_args().dataset))
    print(f"{pairs} cited incidents")
    for place, share in found.items():
        print(f"among the first {place}: {share:.0%}")
    sys.exit(any(found[place] < goal for place, goal in GOAL.items()))


if __name__ == "__main__":
    main()
