"""Measure the reading of reports against hand labels: precision, recall and F1 of each field, over all values.

    python tests/measure_reports.py --labels tests/labels/set1.ndjson --comments COMMENTS.ndjson.gz [--errors]

A label line has the shape of `parse-report` plus `bug` and `comment`. Without arguments, the reports in
`tests/cases/reports` are measured. A comments file holds `{"id", "comments": [{"count", "creation_time", "text"}]}` a
line; texts of exactly `--cut` characters (1,000) are taken as cut off.
"""

import argparse
import gzip
import hashlib
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ca_incidents.schema.tables.policies import standard
from ca_incidents.scraper.cli.parse_report import parse_report_json
from ca_incidents.scraper.reader.thread import read_thread
from ca_incidents.scraper.sources.bug import Person, WireComment

CASES = Path(__file__).parent / "cases" / "reports"
GOALS = {
    "template": 0.95, "ca_owner_id": 0.98, "noncompliance": 0.95, "certificates.total": 0.95,
    "certificates.remaining_valid": 0.95, "certificates.crtsh_ids": 0.98, "certificates.sha256": 0.98, "related": 0.98,
    "policies": 0.90, "timeline": 0.90, "action_items": 0.90,
    "timeline.kind": 0.85, "discovery": 0.85, "aware": 0.93,
}  # fmt: skip
GROUPS = {
    "dates and counts": ("noncompliance", "certificates.total", "certificates.remaining_valid"),
    "identifiers": ("ca_owner_id", "certificates.crtsh_ids", "certificates.sha256", "related"),
}
ORDER = (
    "template", "disclosure_source", "ca_owner_id", "noncompliance", "issuance_stopped", "certificates.total",
    "certificates.remaining_valid", "certificates.kinds", "certificates.crtsh_ids", "certificates.sha256", "policies",
    "timeline", "action_items", "related",
)  # fmt: skip
# Facts that only the later labels state; each is compared where the labels at hand have it at all.
LATER = ("timeline.kind", "action_items.subject", "discovery", "aware")
_LATER_PARTS = {"timeline": "kind", "action_items": "subject"}
_SPLIT = re.compile(r"^<!-- comment (\d+)(?: (\d\S+))?(?: by (\S+)| (\S+@\S+))?(?: (cut))? -->[ \t]*\n", re.M)

Values = Mapping[str, Counter[str]]


def values_of(facts: Mapping[str, object]) -> dict[str, Counter[str]]:
    """Turn one report's facts into comparable values, field by field."""
    values: dict[str, Counter[str]] = {name: Counter() for name in (*ORDER, *LATER)}
    for name, counted in values.items():
        head, _, tail = name.partition(".")
        value = facts.get(head)
        if tail and head not in _LATER_PARTS:
            value = (value or {}).get(tail)
        if value is None:
            continue
        if name == "noncompliance":
            value = [f"{part}={day}" for part, day in value.items()]
        elif name == "related":
            value = [item["bug"] for item in value]
        elif name in _LATER_PARTS:
            value = [{part: item[part] for part in item if part != _LATER_PARTS[name]} for item in value]
        elif head in _LATER_PARTS:
            # An event counts with its day, an item with its kind and due date.
            value = [
                [item.get("at", [item.get("kind"), item.get("due")]), item[tail]] for item in value if tail in item
            ]
        for item in value if isinstance(value, list | tuple) else [value]:
            counted[json.dumps(item, sort_keys=True)] += 1
    return values


def thread_of(text: str) -> list[WireComment]:
    """Cut a case file at its `<!-- comment N TIME -->` lines; a file without any is comment 0."""
    parts = _SPLIT.split(text)
    comments = [(0, None, None, None, parts[0])] if parts[0].strip() else []
    comments += [
        (int(n), at, by or handle, cut, body)
        for n, at, by, handle, cut, body in zip(*[iter(parts[1:])] * 6, strict=True)
    ]
    return [
        WireComment(number=n, at=at, person=Person(nick=by or "example-ca"), text=body.strip("\n"), cut=bool(cut))
        for n, at, by, cut, body in comments
    ]


def read_case(path: Path) -> dict[str, object]:
    """Read the facts of one case file."""
    reading = read_thread(thread_of(path.read_text("utf-8")), bug=None, policies=standard())
    return parse_report_json(reading.report, path.name)


def cases(folder: Path) -> Iterator[tuple[str, Mapping[str, object], Mapping[str, object]]]:
    """Give name, expected facts and read facts of every case in a folder."""
    for path in sorted(folder.glob("*.md")):
        expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
        yield path.name, expected, read_case(path)


@dataclass(frozen=True)
class Text:
    """A labelled comment: its name, the set of labels it is in, the bug's title and whiteboard, and the label."""

    name: str
    part: str
    comment: WireComment
    label: Mapping
    title: str = ""
    whiteboard: str = ""


def labelled_texts(labels: Path, comments: Path, bugs: Path | None, cut: int = 1000) -> Iterator[Text]:
    """Join the labels of a file with the texts, titles and whiteboards; a text of `cut` characters is cut off."""
    texts = _texts(comments)
    known = _bugs(bugs) if bugs else {}
    for line in labels.read_text("utf-8").splitlines():
        label = json.loads(line)
        at, text = texts[label["bug"], label["comment"]]
        comment = WireComment(number=label["comment"], at=at, text=text, cut=len(text) >= cut)
        title, whiteboard = known.get(label["bug"], ("", ""))
        yield Text(str(label["bug"]), labels.stem, comment, label, title, whiteboard)


@cache
def _texts(comments: Path) -> Mapping[tuple[int, int], tuple[str | None, str]]:
    texts: dict[tuple[int, int], tuple[str | None, str]] = {}
    with gzip.open(comments, "rt", encoding="utf-8") as stream:
        for line in stream:
            bug = json.loads(line)
            for one in bug["comments"]:
                if "text" in one:
                    texts[bug["id"], one["count"]] = (one.get("creation_time"), one["text"])
    return texts


@cache
def _bugs(bugs: Path) -> Mapping[int, tuple[str, str]]:
    return {bug["id"]: (bug["summary"], bug["whiteboard"]) for bug in json.loads(bugs.read_text("utf-8"))["bugs"]}


def labels_digest() -> str:
    """Return the digest of the labels that the weights are fitted from."""
    folder = Path(__file__).parent / "labels"
    parts = [folder / "parts" / f"{name}.ndjson" for name in ("fit", "choose", "final")]
    files = [*sorted(folder.glob("set*.ndjson")), *parts]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def labelled(
    labels: Path, comments: Path, cut: int, bugs: Path | None = None
) -> Iterator[tuple[str, Mapping[str, object], Mapping[str, object]]]:
    """Give bug, labelled facts and read facts of every label line."""
    for text in labelled_texts(labels, comments, bugs, cut):
        reading = read_thread(
            [text.comment], bug=int(text.name), policies=standard(), title=text.title, whiteboard=text.whiteboard
        )
        yield text.name, text.label, parse_report_json(reading.report, "-")


def score(
    rows: Iterable[tuple[str, Mapping[str, object], Mapping[str, object]]], *, errors: bool
) -> dict[str, list[int]]:
    """Count right, wrong and missing values of each field; print the differences where asked."""
    compared = [(name, values_of(expected), values_of(found)) for name, expected, found in rows]
    names = (*ORDER, *(name for name in LATER if any(want[name] for _, want, _ in compared)))
    counts = {name: [0, 0, 0] for name in names}
    for name, want, have in compared:
        for fieldname in names:
            wrong, missing = have[fieldname] - want[fieldname], want[fieldname] - have[fieldname]
            counts[fieldname][0] += (want[fieldname] & have[fieldname]).total()
            counts[fieldname][1] += wrong.total()
            counts[fieldname][2] += missing.total()
            if errors and (wrong or missing):
                print(f"{name}: {fieldname}: wrong {sorted(wrong.elements())} missing {sorted(missing.elements())}")
    for group, members in GROUPS.items():
        counts[group] = [sum(counts[m][n] for m in members) for n in range(3)]
    return counts


def table(counts: Mapping[str, list[int]]) -> str:
    """Write the counts as a table with precision, recall and F1."""
    lines = [f"{'field':30} {'right':>6} {'wrong':>6} {'missing':>7} {'prec':>6} {'recall':>6} {'F1':>6}  goal"]
    for name, (right, wrong, missing) in counts.items():
        precision = right / (right + wrong) if right + wrong else 1.0
        recall = right / (right + missing) if right + missing else 1.0
        f1 = 2 * right / (2 * right + wrong + missing) if right + wrong + missing else 1.0
        goal = f"{GOALS[name]:.2f}{'' if f1 >= GOALS[name] else ' missed'}" if name in GOALS else ""
        lines.append(f"{name:30} {right:6} {wrong:6} {missing:7} {precision:6.3f} {recall:6.3f} {f1:6.3f}  {goal}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labels", type=Path, nargs="*", default=[])
    parser.add_argument("--comments", type=Path)
    parser.add_argument("--bugs", type=Path, help="bugs with titles and whiteboards, as Bugzilla's REST answer")
    parser.add_argument("--cases", type=Path, default=CASES)
    parser.add_argument("--cut", type=int, default=1000)
    parser.add_argument("--errors", action="store_true", help="print every difference")
    options = parser.parse_args(arguments)
    if options.comments:
        for labels in options.labels:
            started = time.perf_counter()
            rows = list(labelled(labels, options.comments, options.cut, options.bugs))
            print(f"{labels.name}: {len(rows)} texts, {time.perf_counter() - started:.2f} s with loading")
            print(table(score(rows, errors=options.errors)))
    texts = [path.read_text("utf-8") for path in sorted(options.cases.glob("*.md"))]
    if texts:
        started = time.perf_counter()
        rows = list(cases(options.cases))
        seconds = time.perf_counter() - started
        size = sum(len(text.encode()) for text in texts) / 1e6
        print(
            f"own reports: {len(rows)} in {seconds:.2f} s, "
            f"{len(rows) / seconds:.0f} reports/s, {size / seconds:.2f} MB/s"
        )
        print(table(score(rows, errors=options.errors)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
