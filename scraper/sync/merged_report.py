"""One report made of the reports of several layers: each comment speaks through the layer that read it best.

A layer owns the comments whose text it read better than any other; what a report says is taken from the layer that owns
the comment it was read in.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from ca_incidents.schema.model import Certificates, Doubt, Layer, Noncompliance, RelatedBug, Report, Texts
from ca_incidents.scraper.sync.layers import is_open_ended, key, qualities

_NO_FORM = "none"
_IDENTIFIERS = ("crtsh_ids", "sha256", "attachments")
_BLOCKS = {"noncompliance": Noncompliance, "certificates": Certificates}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Part:
    """A layer's report, and the comments that it owns."""

    report: Report
    doubts: tuple[Doubt, ...]
    owned: frozenset[int]


def merged_report(layers: Sequence[Layer], public: Collection[int]) -> tuple[Report | None, tuple[Doubt, ...]]:
    """Return the report of layers that come best first, and the doubts of their texts; `public` are the comments."""
    owners = {number: owner for number, owner in _owners(layers).items() if number in public}
    parts = [
        _Part(layer.report, layer.doubts, frozenset(n for n, owner in owners.items() if owner is layer))
        for layer in layers
        if layer.report is not None
    ]
    speaking = [part for part in parts if part.owned] or parts[:1]
    if not speaking:
        return None, ()
    rest = [layer.report for layer in layers if layer.report and is_open_ended(layer)]
    if len(speaking) == 1:
        report, doubts = speaking[0].report, speaking[0].doubts
    else:
        report, doubts = _merged(speaking, _texts(layers, owners)), _doubts(speaking)
    for other in rest:
        report = _filled(report, other)
    return report, doubts


def _owners(layers: Sequence[Layer]) -> dict[int, Layer]:
    read = [(qualities(layer), key(layer), -place) for place, layer in enumerate(layers)]
    numbers = sorted({number for found, *_ in read for number in found})
    best = {n: max(read, key=lambda one, n=n: (one[0].get(n, 0), *one[1:])) for n in numbers}  # type: ignore[misc]
    return {number: layers[-place] for number, (_, _, place) in best.items()}


def _merged(parts: Sequence[_Part], texts: Texts) -> Report:
    singles = _singles(parts)
    values = {path: value for path, (_, value) in singles.items()}
    lists: dict[str, Any] = {
        "forms": tuple(sorted(_owned(parts, "forms"), key=lambda form: form.source)),
        "policies": _distinct(_by_source(_owned(parts, "policies")), lambda c: (c.document, c.section, c.version)),
        "timeline": max((_own(part, "timeline") for part in parts), key=len),
        "action_items": max((_own(part, "action_items") for part in parts), key=_last_source),
        "related": _related(_owned(parts, "related")),
        "closure": max(_closures(parts), key=lambda closure: closure.source, default=None),
    }
    blocks = {
        name: kind(
            **{path.split(".")[1]: value for path, value in values.items() if path.startswith(f"{name}.")},
            **(_identifiers(parts) if name == "certificates" else {}),
        )
        for name, kind in _BLOCKS.items()
    }
    return Report(
        texts=texts,
        **{path: value for path, value in values.items() if "." not in path},
        **{name: block for name, block in blocks.items() if block != _BLOCKS[name]()},
        **lists,
        sources=dict(sorted((path, source) for path, (source, _) in singles.items())),
    )


def _singles(parts: Iterable[_Part]) -> dict[str, tuple[int, Any]]:
    """Return each single value with its comment: the last comment that states it counts, a form before free text."""
    found: dict[str, tuple[int, Any]] = {}
    for part in parts:
        for path, source in part.report.sources.items():
            value = _value(part.report, path)
            known = found.get(path)
            if source not in part.owned or value is None:
                continue
            if known is None or (value != _NO_FORM, source) > (known[1] != _NO_FORM, known[0]):
                found[path] = (source, value)
    return found


def _value(report: Report, path: str) -> Any:
    value: Any = report
    for name in path.split("."):
        value = getattr(value, name, None)
    return value


def _owned(parts: Iterable[_Part], name: str) -> Iterator[Any]:
    for part in parts:
        yield from _own(part, name)


def _own(part: _Part, name: str) -> tuple[Any, ...]:
    return tuple(item for item in getattr(part.report, name) if item.source is None or item.source in part.owned)


def _closures(parts: Iterable[_Part]) -> Iterator[Any]:
    for part in parts:
        if part.report.closure is not None and part.report.closure.source in part.owned:
            yield part.report.closure


def _by_source(items: Iterable[Any]) -> list[Any]:
    return sorted(items, key=lambda item: -1 if item.source is None else item.source)


def _last_source(items: Sequence[Any]) -> tuple[int, int]:
    return max((item.source or 0 for item in items), default=-1), len(items)


def _distinct(items: Iterable[_T], same: Any) -> tuple[_T, ...]:
    found: dict[Any, _T] = {}
    for item in items:
        found.setdefault(same(item), item)
    return tuple(found.values())


def _related(items: Iterable[RelatedBug]) -> tuple[RelatedBug, ...]:
    """Keep one relation per bug: one that lists it as a related incident before one that only cites it."""
    ordered = sorted(_by_source(items), key=lambda item: (item.bug, item.relation == "cited"))
    return _distinct(ordered, lambda item: item.bug)


def _identifiers(parts: Sequence[_Part]) -> dict[str, Any]:
    known = [part.report.certificates or Certificates() for part in parts]
    return {name: tuple(dict.fromkeys(one for c in known for one in getattr(c, name))) for name in _IDENTIFIERS}


def _texts(layers: Sequence[Layer], owners: dict[int, Layer]) -> Texts:
    read = {number: qualities(owner)[number] for number, owner in owners.items()}
    shortened = tuple(sorted(number for number, quality in read.items() if quality == 1))
    best = next(layer for layer in layers if any(owner is layer for owner in owners.values()))
    return Texts(
        read=len(read),
        cut=bool(shortened),
        complete=tuple(sorted(number for number, quality in read.items() if quality > 1)),
        shortened=shortened,
        read_from=best.report.texts.read_from if best.report and best.report.texts else None,
    )


def _doubts(parts: Iterable[_Part]) -> tuple[Doubt, ...]:
    found = (doubt for part in parts for doubt in part.doubts if doubt.source is None or doubt.source in part.owned)
    return tuple(dict.fromkeys(found))


def _filled(report: Report, other: Report) -> Report:
    """Take from a text of unknown extent what the better texts do not speak of at all."""
    changes: dict[str, Any] = {}
    sources = dict(report.sources)
    for path, source in other.sources.items():
        if _value(report, path) in (None, ()):
            top, _, inner = path.partition(".")
            value = _value(other, path)
            if inner:
                block = changes.get(top) or getattr(report, top) or _BLOCKS[top]()
                value = msgspec.structs.replace(block, **{inner: value})
            changes[top], sources[path] = value, source
    for name in ("policies", "timeline", "action_items", "related", "forms"):
        if not getattr(report, name):
            changes[name] = getattr(other, name)
    identifiers, theirs = changes.get("certificates") or report.certificates or Certificates(), other.certificates
    missing = {name: getattr(theirs, name) for name in _IDENTIFIERS if theirs and not getattr(identifiers, name)}
    if any(missing.values()):
        changes["certificates"] = msgspec.structs.replace(identifiers, **missing)
    return msgspec.structs.replace(report, **changes, sources=dict(sorted(sources.items())))
