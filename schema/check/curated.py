"""Rules for what people write by hand: the `curated` block, and nothing outside it."""

from collections import Counter
from collections.abc import Iterator

from ca_incidents.schema.findings import Broken, Path
from ca_incidents.schema.model import Bugzilla, Certificates, Curated, Incident, Noncompliance, Report, Structure, Texts
from ca_incidents.schema.record.time_spans import span_of
from ca_incidents.schema.tables.registry import Registry

PLACEHOLDER = "your-nick"


def placeholders(record: Incident, registry: Registry) -> Iterator[Broken]:  # noqa: ARG001
    """Find the nick of the examples, which nobody has."""
    curated = record.curated or Curated()
    if curated.reviewed and curated.reviewed.by == PLACEHOLDER:
        yield Broken(("curated", "reviewed", "by"), "placeholder", _REPLACE)
    for i, one in enumerate(curated.coding or ()):
        if one.by == PLACEHOLDER:
            yield Broken(("curated", "coding", i, "by"), "placeholder", _REPLACE)


_REPLACE = f'"{PLACEHOLDER}" is from the example: write your own nick'


def coded_once(record: Incident, registry: Registry) -> Iterator[Broken]:  # noqa: ARG001
    """Find people who coded a record twice: agreement between people needs each once."""
    coding = (record.curated and record.curated.coding) or ()
    before: Counter[str] = Counter()
    for i, one in enumerate(coding):
        if before[one.by]:
            message = f'"{one.by}" coded this record above already: keep one of the two'
            yield Broken(("curated", "coding", i, "by"), "coded-twice", message)
        before[one.by] += 1


def periods_in_order(record: Incident, registry: Registry) -> Iterator[Broken]:  # noqa: ARG001
    """Find an end before the start, and an incident that was noticed before it began or after it was filed."""
    blocks: list[tuple[str, Curated | Report | None]] = [("report", record.report), ("curated", record.curated)]
    for block, part in blocks:
        times = (part and part.noncompliance) or Noncompliance()
        path = (block, "noncompliance")
        if times.start and times.end and _before(times.end, times.start):
            message = f"{times.end} is before the start ({times.start})"
            yield Broken((*path, "end"), "period-order", message)
        if times.start and times.identified and _before(times.identified, times.start):
            message = f"{times.identified} is before the start ({times.start})"
            yield Broken((*path, "identified"), "period-order", message)
        if block == "curated" and times.identified and _before(record.bugzilla.opened, times.identified):
            message = f"{times.identified} is after the bug was filed ({record.bugzilla.opened[:10]})"
            yield Broken((*path, "identified"), "period-order", message)


def _before(one: str, other: str) -> bool:
    """Return whether a time is surely before another; days without a time are taken to be of one time zone."""
    if "T" not in one and "T" not in other:
        length = min(len(one), len(other))
        return one[:length] < other[:length]
    first, second = span_of(one), span_of(other)
    return first is not None and second is not None and second.surely_after(first)


def review_after_filing(record: Incident, registry: Registry) -> Iterator[Broken]:  # noqa: ARG001
    """Find reviews and codings from before the bug was filed."""
    opened = record.bugzilla.opened[:10]
    for path, on in _days_of_people(record):
        if on[: len(opened)] < opened:
            yield Broken(path, "date-order", f"{on} is before the bug was filed ({opened})")


def of_today(record: Incident, today: str) -> list[Broken]:
    """Find reviews and codings that are dated after today, a day such as 2026-11-28."""
    return [
        Broken(path, "future-date", f"{on} has not come yet: today is {today}")
        for path, on in _days_of_people(record)
        if on > today
    ]


def _days_of_people(record: Incident) -> Iterator[tuple[Path, str]]:
    curated = record.curated or Curated()
    if curated.reviewed:
        yield ("curated", "reviewed", "on"), curated.reviewed.on
    for i, one in enumerate(curated.coding or ()):
        yield ("curated", "coding", i, "on"), one.on


def hints(record: Incident) -> Iterator[Broken]:
    """Find curated values that a program read as well."""
    curated, report = record.curated or Curated(), record.report or Report()
    pairs: list[tuple[Path, object, object]] = [
        (("curated", name), getattr(curated, name), getattr(record if hasattr(record, name) else report, name))
        for name in curated.__struct_fields__
        if name not in _OF_SEVERAL and (hasattr(record, name) or hasattr(report, name))
    ]
    for name, empty in _OF_SEVERAL.items():
        mine, read = getattr(curated, name) or empty, getattr(report, name) or empty
        pairs += [(("curated", name, key), getattr(mine, key), getattr(read, key)) for key in empty.__struct_fields__]
    for path, mine, read in pairs:
        if mine not in (None, ()) and mine == read:
            yield Broken(
                path, "equal-to-generated", "the program read the same in the bug: this entry may be deleted, or stay"
            )


_OF_SEVERAL: dict[str, Structure] = {"noncompliance": Noncompliance(), "certificates": Certificates()}


def edits(before: Incident, after: Incident) -> Iterator[Broken]:
    """Find what a person changed outside `curated`; nothing where a program has read the bug again since."""
    if _reading(before) == _reading(after):
        yield from _differences((), before, after)


def _reading(record: Incident) -> tuple[str | None, str | None, Texts | None]:
    bug, report = record.bugzilla, record.report or Report()
    return bug.read_from, bug.read_until, report.texts


def _differences(path: Path, before: Structure, after: Structure) -> Iterator[Broken]:
    for name in after.__struct_fields__:
        one, other = getattr(before, name), getattr(after, name)
        if one == other or name == "curated":
            continue
        if isinstance(one, Bugzilla | Report) and isinstance(other, Bugzilla | Report):
            yield from _differences((*path, name), one, other)
            continue
        can = name in Curated.__struct_fields__
        what = "write the correction under `curated`" if can else "what Bugzilla says is corrected there"
        yield Broken((*path, name), "generated-edit", f"a sync writes this and would overwrite the edit; {what}")


RULES = (placeholders, coded_once, periods_in_order, review_after_filing)
