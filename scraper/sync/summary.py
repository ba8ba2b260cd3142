"""The Markdown that describes a sync to whoever reviews its pull request.

Numbers come first, then what needs a decision, then every change field by field. The text is posted by a bot with the
right to write, so nothing in it may act: everything that was read, down to bug numbers, is in code spans, where the
forge finds no mention, reference, commit or link. All other words are constants of this module.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from ca_incidents.schema.derive.status import Derived
from ca_incidents.schema.findings import visible
from ca_incidents.schema.model import Curated, Incident, Record, record_to_data
from ca_incidents.schema.record import canonical, yaml_text
from ca_incidents.schema.record.effective import curated_paths, effective
from ca_incidents.scraper.sync.apply import one_bug
from ca_incidents.scraper.sync.difference import Difference, as_text

# GitHub takes at most 65,536 characters as the text of a pull request.
LONGEST_SUMMARY = 60_000
# No section but the last can take the place of the others.
LONGEST_SECTION = 7_000
# A line quotes at most this many characters of what was read; two values and their path, or a finding, fit.
LONGEST_CODE = 500
MOST_FIELDS = 20

Derive = Callable[[Incident], Derived]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A record before and after a sync, the fields that differ, and the curated block that stays over both."""

    before: Record | None
    after: Record
    differences: tuple[Difference, ...]
    curated: Curated | None = None

    @property
    def kind(self) -> str:
        """Return what became of the record: added, changed or withdrawn."""
        if not isinstance(self.after, Incident):
            return "withdrawn"
        return "changed" if isinstance(self.before, Incident) else "added"

    @property
    def incident(self) -> Incident | None:
        """Return the record as it is, or as it was if it has been withdrawn; None if it is not known."""
        return next((record for record in (self.after, self.before) if isinstance(record, Incident)), None)

    @property
    def name(self) -> str:
        """Return the bug's number and the slug of its CA."""
        ca = self.incident.ca if self.incident else None
        return f"bug {self.after.id}" + (f" ({ca})" if ca else "")


def curated_of(text: str) -> Curated | None:
    """Return the curated block in the text of a record's file; None if there is none that can be read."""
    _, block = canonical.split_text(text)
    try:
        data = yaml_text.load(block.encode("utf-8")).data if block else None
        return msgspec.convert(data["curated"], Curated) if isinstance(data, dict) else None
    except (yaml_text.UnreadableYaml, msgspec.ValidationError, KeyError):
        return None


def summary(
    title: str,
    up_to: str | None,
    *,
    counts: Mapping[str, int],
    unread: Mapping[int, str],
    failure: str | None,
    changes: Sequence[Change],
    derive: Derive,
) -> str:
    """Return the Markdown for a pull request, at most LONGEST_SUMMARY characters.

    `title` and the names in `counts` are the program's own words; `derive` gives the facts of an effective record. A
    section that would be longer than LONGEST_SECTION says how many of its lines are missing; the details take what
    the others leave.
    """
    rows = "".join(f"| {name} | {count:,} |\n" for name, count in counts.items())
    parts = [f"# {title}{f' up to {code(up_to)}' if up_to else ''}\n\n", f"| | bugs |\n| --- | ---: |\n{rows}"]
    if failure is not None:
        parts.append(f"\nThe run did not end well: {code(failure)}\n")
    left = [f"{code(f'bug {number}')}: {code(why)}" for number, why in sorted(unread.items())]
    parts += [
        _section("Not read, and left as they were", left, rest="the log of the run"),
        _section("By kind of change", _by_kind(changes)),
        _section("By CA", _by_ca(changes)),
        _section("Effects on status and deadlines", _effects(changes, derive)),
        _section("The program disagrees with curated values", _conflicts(changes)),
    ]
    details = [_detail(change) for change in changes]
    return "".join(parts) + _cut("\n## Details\n", details, LONGEST_SUMMARY - sum(map(len, parts)))


def code(text: str) -> str:
    """Return a text as one code span, on one line, at most LONGEST_CODE characters of it, and nothing in it hidden."""
    plain = visible(" ".join(text.split()))
    plain = plain if len(plain) <= LONGEST_CODE else f"{plain[: LONGEST_CODE - 1]}…"
    if not plain:
        return "(empty)"
    # A span ends at the first run of exactly as many backticks as it began with.
    fence = "`" * (max((len(run) for run in re.findall("`+", plain)), default=0) + 1)
    return f"{fence} {plain} {fence}" if len(fence) > 1 else f"`{plain}`"


def _section(title: str, lines: Iterable[str], rest: str = "the files") -> str:
    return _cut(f"\n## {title}\n\n", [f"- {line}\n" for line in lines], LONGEST_SECTION, rest)


def _cut(heading: str, items: Sequence[str], longest: int, rest: str = "the files") -> str:
    """Join the items that fit; the last line tells how many do not, and where they are."""
    if not items:
        return ""
    room = longest - len(heading) - len(_more(len(items), rest))
    for count, item in enumerate(items):
        room -= len(item)
        if room < 0:
            return f"{heading}{''.join(items[:count])}{_more(len(items) - count, rest)}"
    return heading + "".join(items)


def _more(count: int, rest: str) -> str:
    return f"\n{count:,} more did not fit; see {rest}.\n"


def _by_kind(changes: Sequence[Change]) -> Iterator[str]:
    kinds = Counter(change.kind for change in changes if change.kind != "changed")
    fields = Counter(
        field
        for change in changes
        if change.kind == "changed"
        for field in {".".join(difference.path.split(".")[:2]) for difference in change.differences}
    )
    for name, count in (*kinds.most_common(), *sorted(fields.items(), key=lambda item: (-item[1], item[0]))):
        yield f"{code(name)}: {count:,}"


def _by_ca(changes: Sequence[Change]) -> Iterator[str]:
    kinds: dict[str, Counter[str]] = {}
    for change in changes:
        ca = change.incident.ca if change.incident else None
        kinds.setdefault(code(ca) if ca else "no CA", Counter())[change.kind] += 1
    for ca, counted in sorted(kinds.items(), key=lambda item: (-item[1].total(), item[0])):
        told = ", ".join(f"{counted[kind]:,} {kind}" for kind in ("added", "changed", "withdrawn") if counted[kind])
        yield f"{ca}: {told}"


def _effects(changes: Sequence[Change], derive: Derive) -> Iterator[str]:
    """List what now follows from the records and did not before; claims of lateness, which can hurt, come first."""
    claims: list[str] = []
    moves: dict[tuple[str, str], list[int]] = {}
    failed: dict[int, str] = {}
    for change in changes:
        old, new = None, None
        with one_bug(change.after.id, failed):
            old, new = (_derived(record, change.curated, derive) for record in (change.before, change.after))
        was, now = (_claims(derived) for derived in (old, new))
        claims += [f"{code(change.name)}: now {code(claim)}" for claim in (now - was).elements()]
        claims += [f"{code(change.name)}: no longer {code(claim)}" for claim in (was - now).elements()]
        if old and new and old.status != new.status:
            moves.setdefault((old.status, new.status), []).append(change.after.id)
    yield from (f"{code(f'bug {bug}')}: not known: {code(why)}" for bug, why in failed.items())
    yield from claims
    for (status, other), bugs in sorted(moves.items(), key=lambda move: (-len(move[1]), move[0])):
        yield f"{code(status)} → {code(other)}: {len(bugs):,} ({code(' '.join(map(str, bugs)))})"


def _derived(record: Record | None, curated: Curated | None, derive: Derive) -> Derived | None:
    return derive(effective(_with(record, curated))) if isinstance(record, Incident) else None


def _with(record: Incident, curated: Curated | None) -> Incident:
    return msgspec.structs.replace(record, curated=curated)


def _claims(derived: Derived | None) -> Counter[str]:
    return Counter(f"{flag.name} ({flag.rule.slug})" for flag in derived.flags) if derived else Counter()


def _conflicts(changes: Sequence[Change]) -> Iterator[str]:
    """List the curated values whose field the program has just read otherwise than a person gave it."""
    for change in changes:
        if change.curated is None or not isinstance(change.after, Incident):
            continue
        read, given = record_to_data(change.after), record_to_data(effective(_with(change.after, change.curated)))
        before = record_to_data(change.before) if change.before else {}
        for path in sorted(curated_paths(_with(change.after, change.curated))):
            now, stays = _value(read, path), _value(given, path)
            if now not in (_value(before, path), stays):
                told = f"program {code(as_text(now) or 'nothing')}, curated {code(as_text(stays) or 'nothing')}"
                yield f"{code(change.name)}: {code(path)}: {told}"


def _value(data: object, path: str) -> object:
    for key in path.split("."):
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _detail(change: Change) -> str:
    if not isinstance(change.after, Incident):
        # What must no longer be public is not repeated: a pull request outlives a rewritten history.
        return f"\n### {code(change.name)}\n\n- withdrawn: {code(change.after.withdrawn.reason)}\n"
    lines = [f"- {code(str(difference))}\n" for difference in change.differences[:MOST_FIELDS]]
    more = len(change.differences) - len(lines)
    lines += [f"- {more:,} more fields; see the file.\n"] if more else []
    return f"\n### {code(f'{change.name}: {change.after.title}')}\n\n{''.join(lines)}"
