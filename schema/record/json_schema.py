"""Check plain data against a JSON Schema and explain what is wrong in plain words.

The only module that imports jsonschema and jsonschema_rs. jsonschema-rs is compiled and accepts valid data in a
fraction of the time; jsonschema explains what it refuses. A test shows for every kind of breach that both agree.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice
from typing import Any

import jsonschema_rs

from ca_incidents.schema.findings import UNSEEN, Path
from ca_incidents.schema.messages import nearest, shown, vocabulary_name
from ca_incidents.schema.record.yaml_text import on_one_line

MAX_ERRORS = 200


@dataclass(frozen=True, slots=True)
class Breach:
    """One place where the data does not match the schema; `at_key` if the key itself is wrong."""

    path: Path
    code: str
    message: str
    at_key: bool = False


@cache
def schema_named(name: str) -> dict[str, Any]:
    """Return the JSON Schema `schema/<name>.schema.json`."""
    schema: dict[str, Any] = json.loads(files("ca_incidents.schema").joinpath(f"{name}.schema.json").read_text("utf-8"))
    return schema


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})\Z")
_DOMAIN = re.compile(r"(?=.{1,253}\Z)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9-]{1,63}(?<!-)\Z")


def is_day(text: str) -> bool:
    """Return whether a text is an existing full-date of RFC 3339, section 5.6."""
    if not _DAY.match(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def is_moment(text: str) -> bool:
    """Return whether a text is a date-time of RFC 3339, section 5.6, in capitals and without leap seconds."""
    if not _MOMENT.match(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def is_domain(text: str) -> bool:
    """Return whether a text is a host name by RFC 1123, section 2.1, without a dot at the end."""
    return _DOMAIN.match(text) is not None and not text.startswith("-")


# Used by both validators: their own checks differ on the year 0, leap seconds, non-ASCII digits and line breaks.
_FORMAT_CHECKS: dict[str, Callable[[str], bool]] = {"date": is_day, "date-time": is_moment, "hostname": is_domain}


@cache
def _fast(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema_named(name), validate_formats=True, formats=_FORMAT_CHECKS)


@cache
def _explaining(name: str) -> Any:
    # Imported here because it is slow to import, and valid data never needs it.
    import jsonschema  # noqa: PLC0415

    def exact_pattern(validator: Any, pattern: str, instance: object, schema: Any) -> Iterator[Any]:  # noqa: ARG001
        # Python's `$` also matches before a final line break; a JSON Schema's does not (ECMA-262, section 22.2.2.3).
        if isinstance(instance, str) and not re.search(re.sub(r"\$\Z", r"\\Z", pattern), instance):
            yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")

    standard = jsonschema.Draft202012Validator
    exact = jsonschema.validators.extend(standard, {"pattern": exact_pattern})  # type: ignore[no-untyped-call]
    formats = jsonschema.FormatChecker(formats=())
    for format_name, is_one in _FORMAT_CHECKS.items():
        # If a value is not text, its type is wrong, not its format.
        formats.checks(format_name)(lambda value, is_one=is_one: not isinstance(value, str) or is_one(value))
    return exact(schema_named(name), format_checker=formats)


def breaches(data: object, name: str = "incident") -> list[Breach]:
    """List every difference between data and the schema of this name, sorted by path."""
    if _fast(name).is_valid(data):
        return []
    errors = islice(_explaining(name).iter_errors(data), MAX_ERRORS)
    found = [breach for error in errors for breach in _explained(error, name)]
    if not found:
        found = [Breach(tuple(e.instance_path), "schema", _OTHER) for e in _fast(name).iter_errors(data)]
    return sorted(set(found), key=lambda b: ([str(p).zfill(6) for p in b.path], b.code, b.message))


_OTHER = "this value is not allowed here; see the field in the schema"


def _explained(error: Any, name: str) -> Iterator[Breach]:
    path: Path = tuple(error.absolute_path)
    value, rule = error.instance, error.validator_value
    if "propertyNames" in error.absolute_schema_path:
        message = f"the key {shown(value)} is not the path of a field; write it like noncompliance.start"
        yield Breach((*path, value), "unknown-key", message, at_key=True)
        return
    match error.validator:
        case "additionalProperties":
            known = sorted(error.schema.get("properties", {}))
            for key in sorted(set(value) - set(known), key=str):
                yield Breach(
                    (*path, key), "unknown-key", f'unknown key "{key}"{_known_key(key, known, value)}', at_key=True
                )
        case "required":
            for key in (k for k in rule if k not in value):
                what = _words_of(resolved(error.schema.get("properties", {}).get(key, {}), name))
                yield Breach(path, "missing-key", f'the key "{key}" is missing{what}')
        case "dependentRequired":
            for key, needed in rule.items():
                for other in (k for k in needed if key in value and k not in value):
                    yield Breach(
                        (*path, key), "missing-key", f'"{key}" needs the key "{other}" next to it', at_key=True
                    )
        case "not" if not isinstance(value, dict):
            # The wrong type has a breach of its own.
            return
        case "not" if keys := _required(rule) & set(value):
            for key in sorted(keys):
                message = f'the key "{key}" does not fit the other keys here: delete it, or correct them'
                yield Breach((*path, key), "unknown-key", message, at_key=True)
        case "oneOf" | "anyOf":
            yield _not_in_vocabulary(path, value, error.schema, name)
        case _:
            yield _plain_breach(path, error, name)


def _required(rule: Mapping[str, Any]) -> set[str]:
    """Return the keys that a rule requires, or that one of its alternatives does."""
    return {key for part in (rule, *rule.get("anyOf", ())) for key in part.get("required", ())}


def _known_key(key: str, known: list[str], there: Mapping[str, object]) -> str:
    near = nearest(key, known)
    other = next((word for word in known if f'"{word}"' in near), None)
    if other in there:
        return f'; "{other}" is there already: put this into it'
    return near or (f"; the keys here are: {', '.join(known)}" if len(known) <= _LISTED else "")


def _words_of(schema: dict[str, Any]) -> str:
    words = [word for word, _ in _constants(schema)]
    return f"; its words are: {', '.join(words)}" if 0 < len(words) <= _LISTED else ""


def _not_in_vocabulary(path: Path, value: object, schema: dict[str, Any], name: str) -> Breach:
    what = str(schema.get("title") or "value").lower()
    titles = dict(_constants(schema))
    words = list(titles)
    if not isinstance(value, str):
        return Breach(path, "wrong-type", f"{shown(value)} is not {_article(what)}: write one of its words")
    near = nearest(value, words) or _entitled(value, titles) or f"; the words are: {', '.join(words[:_LISTED])}"
    definitions = schema_named(name).get("$defs", {})
    definition = next((key for key, known in definitions.items() if known == schema), None)
    if not near.endswith("?") and definition:
        more = ", …" if len(words) > _LISTED else ""
        near += f"{more} (`ca-incidents explain {vocabulary_name(definition)}` describes them)"
    code = f"unknown-{what.replace(' ', '-')}" if what in {"tag", "root cause"} else "unknown-value"
    return Breach(path, code, f"unknown {what} {shown(value)}{near}")


def _entitled(value: str, titles: dict[str, str]) -> str:
    """Suggest the words whose titles contain what was written; an empty text if there are none, or too many."""
    found = [word for word, title in titles.items() if value.casefold() in title.casefold()]
    return f"; did you mean {' or '.join(map(shown, found))}?" if 0 < len(found) <= _SUGGESTED else ""


def _constants(schema: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if "const" in schema:
        yield str(schema["const"]), str(schema.get("title", ""))
    for choice in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
        yield from _constants(choice)


# The number of words of a vocabulary that a message lists, and of words that it suggests.
_LISTED = 20
_SUGGESTED = 3

_TYPES = {
    "object": "needs `key: value` lines below it, each indented by two spaces",
    "array": "must be a list: write it in brackets, [first, second]",
    "string": "must be text: put it in double quotes",
    "integer": "must be a whole number: write plain digits, without quotes or other signs",
    "boolean": "must be true or false, without quotes",
}
_FORMATS = {
    "date": "not a day: write it like 2020-10-16",
    "date-time": "not a time: write it like 2020-10-16T14:00:00Z",
    "hostname": "not a domain name: write it like digicert.com",
    "uri": "not an address: write it like https://www.ccadb.org/cas/",
}
# What to type, by the title of the part of a schema whose pattern was not matched.
_WORDS = "lower-case words joined by hyphens"
_FORMS = {
    "address": "an address: write it like https://www.ccadb.org/cas/",
    "address of a section": "an address: write https:// and put {section} where the section's number goes",
    "as of": "a time: write it like '2020-10-16T14:00:00Z', or in the registry '2020-10-16'",
    "at": "a date: write it like '2020-10-16', or '2020-10-16T14:00Z' with a time",
    "ca owner id": "a CA Owner id: write it like A000123",
    "country": "a country code: write two capital letters, like US",
    "domain": "a domain name: write it like digicert.com, in lower case",
    "from": "a day: write it like '2020-10-16'",
    "full pass": "a time: write it like '2020-10-16T14:00:00Z'",
    "instant": "a time: write it like '2020-10-16T14:00:00Z'",
    "kind": f"a kind: write {_WORDS}",
    "moment": "a time: write it like '2020-10-16T14:00:00Z' or '2020-10-16T14:00Z'",
    "name": "a name: delete the spaces around it",
    "nick": "a nick: write it without an @",
    "opened": "a time: write it like '2020-10-16T14:00:00Z', or only the year",
    "partial date": "a date: write it like '2020-10-16', '2020-10' or 2020",
    "relation": f"a relation: write {_WORDS}",
    "resolution": "a resolution of Bugzilla: write it in capitals, like FIXED",
    "rfc": "an RFC: write it like rfc5280",
    "section": "a number of a section: write it like 4.9.1.1",
    "sentence": "a sentence: end it with a full stop",
    "sha-256 fingerprint": "a SHA-256 fingerprint: write 64 digits from 0-9 and a-f, without colons",
    "source": "an address: write it like https://www.ccadb.org/cas/",
    "slug": f"a slug: write {_WORDS}, like digicert",
    "status": "a status of Bugzilla: write it in capitals, like RESOLVED",
    "time in a report": "a date: write it like '2020-10-16', or '2020-10-16T14:00Z' with a time",
    "until": "a day: write it like '2020-10-16'",
    "version": "a version: write it like 2.0.1",
    "watermark": "a time: write it like '2020-10-16T14:00:00Z'",
    "year or month": "a year or month: write it like 2020 or '2020-10'",
}


def _plain_breach(path: Path, error: Any, name: str) -> Breach:
    value, rule = error.instance, error.validator_value
    title = str(error.schema.get("title", "this value")) if isinstance(error.schema, dict) else "this value"
    match error.validator:
        case "type":
            return Breach(path, "wrong-type", _mistyped(path, value, str(rule), error.schema, name))
        case "format":
            return Breach(path, "bad-format", f"{shown(value)} is {_FORMATS[str(rule)]}")
        case "pattern":
            return Breach(path, *_misformed(str(value), str(rule), title))
        case "const":
            return Breach(path, "bad-value", f"{shown(value)} must be {shown(rule)}")
        case "enum":
            return Breach(path, "bad-value", f"{shown(value)} must be one of {', '.join(map(str, rule))}")
        case "uniqueItems":
            return Breach(path, "not-unique", f"{_repeated(value)} is in this list twice; keep one of them")
        case "minItems" | "minProperties" | "minLength":
            return Breach(path, "empty", "must not be empty; delete the key if there is no value")
        case "maxLength":
            return Breach(path, "too-long", f"has {len(value):,} characters; at most {rule:,} are allowed")
        case "maxItems":
            return Breach(path, "too-long", f"has {len(value):,} items; at most {rule:,} are allowed")
        case "maxProperties":
            return Breach(
                path, "withdrawn-with-facts", "a withdrawn record has its number and the reason, and nothing else"
            )
        case "minimum":
            return Breach(path, "out-of-range", f"{shown(value)} is too small; the smallest number allowed is {rule:,}")
        case "maximum":
            return Breach(path, "out-of-range", f"{shown(value)} is too large; the largest number allowed is {rule:,}")
    return Breach(path, "schema", _OTHER)


def _repeated(items: list[object]) -> str:
    """Return what is in a list twice, as a message shows it."""
    seen: set[str] = set()
    for item in items:
        written = on_one_line(item)
        if written in seen:
            return shown(item)
        seen.add(written)
    return "an item"


def _mistyped(path: Path, value: object, wanted: str, schema: dict[str, Any], name: str) -> str:
    missing = ". Is a space missing after a colon?" if isinstance(value, str) and ":" in value else ""
    if wanted == "object" and not path:
        return f"a record consists of `key: value` lines{missing}"
    where = f"`{path[-1]}`" if path and isinstance(path[-1], str) else "this item"
    example = _example(value, wanted, schema, name)
    if wanted == "object":
        return f"{where} {_TYPES[wanted]}{f', or the same on one line: {example}' if example else missing}"
    if wanted == "array" and example:
        return f"{shown(value)} must be a list: write {example}"
    if wanted == "integer" and example:
        return f"{shown(value)} must be a whole number: write {example}"
    if wanted == "boolean" and example:
        return f"{shown(value)} must be true or false: write {example}, without quotes"
    return f"{shown(value)} {_TYPES[wanted]}"


_MEANT = {**dict.fromkeys("yes y on true".split(), "true"), **dict.fromkeys("no n off false".split(), "false")}
_NUMBER = re.compile(r"[0-9]+(?:[,.' ][0-9]{3})*")


def _example(value: object, wanted: str, schema: dict[str, Any], name: str) -> str:
    """Write what was probably meant, or an example of the schema; an empty text if there is neither."""
    if wanted == "integer":
        numbers = _NUMBER.findall(value) if isinstance(value, str) else []
        return str(int(re.sub(r"[^0-9]", "", numbers[0]))) if len(numbers) == 1 and len(numbers[0]) < 20 else ""
    if wanted == "boolean":
        return _MEANT.get(str(value).casefold(), "")
    if wanted == "object":
        return on_one_line(_with_number(schema["examples"][0], value)) if schema.get("examples") else ""
    items = resolved(schema.get("items", {}), name)
    if items.get("examples"):
        return on_one_line([_with_number(items["examples"][0], value)])
    words = [word.strip() for word in value.split(",")] if isinstance(value, str) else [value]
    return on_one_line(words) if wanted == "array" and isinstance(value, str | int) else ""


def _with_number(example: Mapping[str, object], written: object) -> Mapping[str, object]:
    """Put the one number that was written into an example that consists of one number."""
    numbers = re.findall(r"[0-9]+", str(written))
    if len(example) == 1 and len(numbers) == 1 and isinstance(next(iter(example.values())), int):
        return dict.fromkeys(example, int(numbers[0]))
    return example


def resolved(schema: dict[str, Any], name: str) -> dict[str, Any]:
    """Follow the references of a part of the schema of this name."""
    while "$ref" in schema:
        schema = schema_named(name)["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def _misformed(value: str, rule: str, title: str) -> tuple[str, str]:
    if rule.startswith(("^[^\\u0000", "^[^@\\u0000")):
        unseen = UNSEEN.search(value)
        if unseen:
            return "control-character", f"contains the invisible character U+{ord(unseen[0]):04X}; delete it"
        return "bad-format", f"{shown(value)} contains an @: write it without, {shown(value.replace('@', ''))}"
    if _CURLY.search(value):
        straight = shown(_CURLY.sub("", value))
        return (
            "bad-format",
            f"{shown(value)} has curly quotes, as a word processor makes them: type straight ones, {straight}",
        )
    odd = next((c for c in value if not c.isascii()), "")
    hint = f"; it contains U+{ord(odd):04X} {unicodedata.name(odd, '')}" if odd else ""
    form = _FORMS.get(title.lower(), f"{_article(title)}; see the field in the schema")
    more = next((more for pattern, more in _REMARKS if pattern.search(value)), "") if "date" in form else ""
    return "bad-format", f"{shown(value)} is not {form}{hint}{more}"


_CURLY = re.compile("[\u2018-\u201f]")
# What to do about a date that is written in another way.
_REMARKS = (
    (
        re.compile(r"[0-9] ?[A-Z]{2,5}\Z|[T ][0-9]{2}(?::[0-9]{2}){0,2}\Z"),
        "; write a time zone as Z for UTC, or as an offset like +02:00",
    ),
    (re.compile(r"[0-9] *(?:to|until|and|[\u2013\u2014]|-) +[0-9]"), "; only one day is possible here"),
)


def _article(title: str) -> str:
    return f"{'an' if title[:1].lower() in 'aeiou' else 'a'} {title[:1].lower()}{title[1:]}"
