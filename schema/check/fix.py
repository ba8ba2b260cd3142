"""Fix mechanical problems in a record's file: bytes in, bytes out.

Every fixed text is read again, and kept only if its data is the same except for the scalars that were to change. The
block `curated` keeps its form and its comments.
"""

import re
from datetime import date

from ca_incidents.schema.findings import Path
from ca_incidents.schema.model import Record, record_from_data
from ca_incidents.schema.record import canonical as form
from ca_incidents.schema.record import json_schema, yaml_text
from ca_incidents.schema.tables import vocabulary

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})\Z")
_DAY_FIRST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})\Z")
_DAY_NAMED = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3,9})\.?,?[ -]([0-9]{4})\Z")
_MONTH_NAMED = re.compile(r"([A-Za-z]{3,9})\.?[ -]([0-9]{1,2})(?:st|nd|rd|th)?,?[ -]([0-9]{4})\Z")
_YEAR_NAMED = re.compile(r"([0-9]{4})[ -]([A-Za-z]{3,9})\.?[ -]([0-9]{1,2})\Z")
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?) ?(?:Z|z|UTC|GMT|[+-]00:?00)\Z")


def fixed(raw: bytes) -> bytes:
    """Return the bytes of a record's file with every certain fix applied; the same bytes if there is none."""
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
        document = yaml_text.load(text.encode("utf-8"))
    except (UnicodeDecodeError, yaml_text.UnreadableYaml):
        return raw
    text = _with_fixed_scalars(text, document)
    return (_with_canonical_part(text) or text).encode("utf-8")


# The limit for finding out which fixes work together; a record has a few kilobytes.
MOST_READ = 300_000


def _with_fixed_scalars(text: str, document: yaml_text.Document) -> str:
    """Apply all fixes together; if the result is not valid, try halves, to find those that are."""
    proposed = list(_proposed(document).items())
    waiting = [proposed] if proposed else []
    for _ in range(max(1, MOST_READ // len(text))):
        if not waiting:
            break
        some = waiting.pop()
        changed = yaml_text.with_texts(text, dict(some))
        if _is_sound(changed, text, dict(some)):
            text = changed
        elif len(some) > 1:
            half = len(some) // 2
            waiting += [some[half:], some[:half]]
    return text


def _proposed(document: yaml_text.Document) -> dict[Path, str]:
    wrong = {b.path: b.code for b in json_schema.breaches(document.data)}
    values: dict[Path, str] = {}
    for problem in document.problems:
        value = _at(document.data, problem.path)
        only_unquoted = problem.code in {"unquoted-date", "ambiguous-scalar"} and problem.path not in wrong
        if only_unquoted and isinstance(value, str):
            values[problem.path] = value
    for path, code in wrong.items():
        value = _at(document.data, path)
        better = _better(code, value) if isinstance(value, str) else None
        if better is not None:
            values[path] = better
    return values


def _is_sound(changed: str, text: str, values: dict[Path, str]) -> bool:
    """Return whether a fixed text has the same data except for the values, and no new findings."""
    before = yaml_text.load(text.encode("utf-8"))
    try:
        after = yaml_text.load(changed.encode("utf-8"))
    except yaml_text.UnreadableYaml:
        return False
    found = set(json_schema.breaches(after.data))
    return (
        _replaced(before.data, values, ()) == after.data
        and all(breach.path not in values for breach in found)
        and found <= set(json_schema.breaches(before.data))
        and len(after.problems) <= len(before.problems)
    )


def _better(code: str, value: str) -> str | None:
    if code == "unknown-tag":
        return vocabulary.tag_spellings().get(vocabulary.folded(value))
    return sure_date(value) if code == "bad-format" else None


def sure_date(text: str) -> str | None:
    """Return the only day or time that a text can mean, in the record's format; None if it is ambiguous or neither."""
    text = " ".join(text.split())
    moment = _MOMENT.match(text)
    if moment:
        return f"{moment[1]}T{moment[2]}Z"
    found = _YEAR_FIRST.match(text)
    if found:
        return _day(found[1], found[3], found[4])
    found = _DAY_FIRST.match(text)
    if found:
        day, month = sorted((int(found[1]), int(found[3])), reverse=True)
        return _day(found[4], month, day) if day > 12 or day == month else None
    for pattern, order in ((_DAY_NAMED, (3, 2, 1)), (_MONTH_NAMED, (3, 1, 2)), (_YEAR_NAMED, (1, 2, 3))):
        found = pattern.match(text)
        if found:
            year, month_name, day_text = (found[i] for i in order)
            number = _month(month_name)
            return _day(year, number, day_text) if number else None
    return None


def _month(name: str) -> int | None:
    names = [date(2000, m, 1).strftime("%B").lower() for m in range(1, 13)]
    low = name.lower()
    if low in _MONTHS or low in names or low == "sept":
        return _MONTHS.index(low[:3]) + 1
    return None


def _day(year: str, month: str | int, day: str | int) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _with_canonical_part(text: str) -> str | None:
    document = yaml_text.load(text.encode("utf-8"))
    if document.problems or json_schema.breaches(document.data) or not isinstance(document.data, dict):
        return None
    record = record_from_data(document.data)
    machine, curated = form.split_text(text)
    # Otherwise a curated block that is not recognised would lose its form, and comments would be lost.
    if bool(curated) != ("curated" in document.data) or _has_comments(machine):
        return None
    canonical = form.record_text(record, curated)
    return canonical if _read(canonical) == record else None


def _has_comments(machine: str) -> bool:
    try:
        found = yaml_text.comments(machine)
    except yaml_text.UnreadableYaml:
        # What looks like the curated block or its comments is inside a quoted text.
        return True
    return any(words != form.MODELINE and "$schema=" not in words for _, words in found)


def _read(text: str) -> Record | None:
    try:
        data = yaml_text.load(text.encode("utf-8")).data
    except yaml_text.UnreadableYaml:
        return None
    return record_from_data(data) if isinstance(data, dict) else None


def _at(data: object, path: Path) -> object:
    for part in path:
        if isinstance(data, dict):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def _replaced(data: object, values: dict[Path, str], path: Path) -> object:
    if path in values:
        return values[path]
    if isinstance(data, dict):
        return {key: _replaced(inner, values, (*path, key)) for key, inner in data.items()}
    if isinstance(data, list):
        return [_replaced(inner, values, (*path, i)) for i, inner in enumerate(data)]
    return data
