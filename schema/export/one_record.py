"""One record as a person wants to check it: what a program read, what people gave, what holds, and where it is from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from ca_incidents.schema.derive.clocks import Clock
from ca_incidents.schema.derive.status import Derived
from ca_incidents.schema.model import Incident, record_to_data
from ca_incidents.schema.record.effective import curated_paths, effective

# Long lists of the thread itself are counted, not listed.
_COUNTED = frozenset({"bugzilla.comments", "bugzilla.history", "layers"})
_ABSENT = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One field: its path in the effective record, the three values as text, and the source of the one that holds."""

    path: str
    machine: str
    curated: str
    effective: str
    source: str


def rows_of(record: Incident) -> list[Row]:
    """Lay the machine's, the curated and the effective values side by side, in the record's order of fields.

    A source is `a person`, `comment N` or, where neither is said, empty: Bugzilla's own fields.
    """
    machine = dict(_leaves(record_to_data(msgspec.structs.replace(record, curated=None))))
    curated = {_in_effective(p): v for p, v in _leaves(_curated_data(record))}
    holds = effective(record)
    shown = dict(_leaves(record_to_data(msgspec.structs.replace(holds, curated=None))))
    by_person, sources = curated_paths(record), dict(_sources(holds))
    paths = dict.fromkeys((*shown, *machine, *curated))
    return [
        Row(
            path,
            machine.get(path, _ABSENT),
            curated.get(path, _ABSENT),
            shown.get(path, curated.get(path, _ABSENT) if path.startswith("curated.") else _ABSENT),
            _source(path, by_person, sources),
        )
        for path in paths
        if not path.startswith("report.sources")
    ]


def _curated_data(record: Incident) -> dict[str, object]:
    """Return the curated block as plain data, its topics in the shape that they have in the effective record."""
    if record.curated is None:
        return {}
    data = record_to_data(record.curated)
    if record.curated.topics:
        data["topics"] = [{"topic": topic} for topic in record.curated.topics]
    return data


def _in_effective(path: str) -> str:
    first = path.replace("[", ".").partition(".")[0]
    if first in {"ca", "also_named", "tags", "topics"}:
        return path
    return f"curated.{path}" if first in {"summary", "root_causes", "coding", "notes", "reviewed"} else f"report.{path}"


def _leaves(data: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _leaves(value, f"{path}.{key}" if path else str(key))
    elif isinstance(data, list | tuple):
        if path in _COUNTED:
            yield path, f"{len(data)} of them"
        elif data and isinstance(data[0], Mapping):
            for i, item in enumerate(data):
                yield f"{path}[{i}]", ", ".join(f"{k}: {_written(v)}" for k, v in item.items() if k != "source")
        else:
            yield path, ", ".join(map(_written, data)) or "(none)"
    else:
        yield path, _written(data)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _sources(record: Incident) -> Iterator[tuple[str, int]]:
    """Yield the path of each value and the comment that gave it."""
    yield from ((f"topics[{i}]", one.source) for i, one in enumerate(record.topics) if one.source is not None)
    report = record.report
    if report is None:
        return
    for path, comment in report.sources.items():
        yield f"report.{path}", comment
    for name in ("forms", "policies", "timeline", "action_items", "related"):
        for i, item in enumerate(getattr(report, name)):
            if item.source is not None:
                yield f"report.{name}[{i}]", item.source
    if report.closure is not None:
        yield "report.closure.source", report.closure.source


def _source(path: str, by_person: frozenset[str], sources: Mapping[str, int]) -> str:
    whole = path.partition("[")[0]
    if path.startswith("curated.") or any(whole == p or whole.startswith(f"{p}.") for p in by_person):
        return "a person"
    return f"comment {sources[path]}" if path in sources else ""


def derived_to_data(derived: Derived) -> dict[str, object]:
    """Turn derived facts into plain data; a rule is named by its slug, absent values are left out."""
    data: dict[str, object] = {
        "status": derived.status,
        "status_inputs": msgspec.to_builtins(derived.status_inputs),
        "reporter_kind": derived.reporter_kind,
        "flags": [
            {"name": f.name, "rule": f.rule.slug, "inputs": msgspec.to_builtins(f.inputs)} for f in derived.flags
        ],
        "clocks": [_clock_to_data(clock) for clock in derived.clocks],
        "measures": {name: msgspec.to_builtins(measure) for name, measure in derived.measures.items()},
        "response_days": [measure.value for measure in derived.response_days],
        "reading": msgspec.to_builtins(derived.reading),
    }
    if derived.read_until is not None:
        data["read_until"] = derived.read_until
    if derived.next_due is not None:
        data["next_due"] = _clock_to_data(derived.next_due)
    return data


def _clock_to_data(clock: Clock) -> dict[str, object]:
    times = {"started": clock.started, "due": clock.due, "happened": clock.happened}
    return {
        "rule": clock.rule.slug,
        **{name: time for name, time in times.items() if time is not None},
        "state": clock.state,
        **({"reservation": clock.reservation} if clock.reservation else {}),
        "inputs": msgspec.to_builtins(clock.inputs),
    }
