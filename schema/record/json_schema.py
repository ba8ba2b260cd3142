"""Checks plain data against a JSON Schema and says what is wrong in a person's words.

The only module that imports jsonschema and jsonschema_rs. The compiled validator of jsonschema-rs passes what is right
in a fraction of the time; what it refuses is explained by jsonschema. A test proves on every kind of breach that both
agree.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice
from typing import Any

import jsonschema_rs

from ca_incidents.schema.findings import UNSEEN, Path
from ca_incidents.schema.messages import nearest, shown

MAX_ERRORS = 200


@dataclass(frozen=True, slots=True)
class Breach:
    """One place where data and schema differ; `at_key` where the key itself is what is wrong."""

    path: Path
    code: str
    message: str
    at_key: bool = False


@cache
def schema_named(name: str) -> dict[str, Any]:
    """Give the JSON Schema `schema/<name>.schema.json`."""
    schema: dict[str, Any] = json.loads(files("ca_incidents.schema").joinpath(f"{name}.schema.json").read_text("utf-8"))
    return schema


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})\Z")
_DOMAIN = re.compile(r"(?=.{1,253}\Z)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9-]{1,63}(?<!-)\Z")


def is_day(text: str) -> bool:
    """Say whether a text is a full-date of RFC 3339, section 5.6, that the calendar has."""
    if not _DAY.match(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def is_moment(text: str) -> bool:
    """Say whether a text is a date-time of RFC 3339, section 5.6, in capitals; Bugzilla has no leap seconds."""
    if not _MOMENT.match(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def is_domain(text: str) -> bool:
    """Say whether a text is a host name by RFC 1123, section 2.1, without a dot at its end."""
    return _DOMAIN.match(text) is not None and not text.startswith("-")


# One meaning for both validators: their own checks differ on the year 0, leap seconds, other digits and line breaks.
_FORMAT_CHECKS: dict[str, Callable[[str], bool]] = {"date": is_day, "date-time": is_moment, "hostname": is_domain}


@cache
def _fast(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema_named(name), validate_formats=True, formats=_FORMAT_CHECKS)


@cache
def _explaining(name: str) -> Any:
    # Imported late: it takes a good part of the time of checking a whole dataset, and a sound one needs none of it.
    import jsonschema  # noqa: PLC0415

    def exact_pattern(validator: Any, pattern: str, instance: object, schema: Any) -> Iterator[Any]:  # noqa: ARG001
        # Python's `$` also matches before a last line break; a JSON Schema's does not (ECMA-262, section 22.2.2.3).
        if isinstance(instance, str) and not re.search(re.sub(r"\$\Z", r"\\Z", pattern), instance):
            yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")

    standard = jsonschema.Draft202012Validator
    exact = jsonschema.validators.extend(standard, {"pattern": exact_pattern})  # type: ignore[no-untyped-call]
    formats = jsonschema.FormatChecker(formats=())
    for format_name, is_one in _FORMAT_CHECKS.items():
        # A value that is no text is a matter of its type, not of its format.
        formats.checks(format_name)(lambda value, is_one=is_one: not isinstance(value, str) or is_one(value))
    return exact(schema_named(name), format_checker=formats)


def breaches(data: object, name: str = "incident") -> list[Breach]:
    """List everything in which data differs from the schema of that name, in the order of the paths."""
    if _fast(name).is_valid(data):
        return []
    errors = islice(_explaining(name).iter_errors(data), MAX_ERRORS)
    found = [breach for error in errors for breach in _explained(error)]
    if not found:
        found = [Breach(tuple(e.instance_path), "schema", e.message) for e in _fast(name).iter_errors(data)]
    return sorted(set(found), key=lambda b: ([str(p).zfill(6) for p in b.path], b.code, b.message))


def _explained(error: Any) -> Iterator[Breach]:
    path: Path = tuple(error.absolute_path)
    value, rule = error.instance, error.validator_value
    if "propertyNames" in error.absolute_schema_path:
        yield Breach((*path, value), "unknown-key", f"the key {shown(value)} has another form than {rule}", at_key=True)
        return
    match error.validator:
        case "additionalProperties":
            known = sorted(error.schema.get("properties", {}))
            for key in sorted(set(value) - set(known), key=str):
                yield Breach((*path, key), "unknown-key", f'unknown key "{key}"{nearest(key, known)}', at_key=True)
        case "required":
            for key in (k for k in rule if k not in value):
                yield Breach(path, "missing-key", f'the key "{key}" is missing')
        case "oneOf" | "anyOf":
            yield _not_in_vocabulary(path, value, error.schema)
        case _:
            yield _plain_breach(path, error)


def _not_in_vocabulary(path: Path, value: object, schema: dict[str, Any]) -> Breach:
    what = str(schema.get("title") or "value").lower()
    words = list(_constants(schema))
    if not isinstance(value, str):
        return Breach(path, "wrong-type", f"{shown(value)} is no {what}; it must be text")
    near = nearest(value, words) or (f"; known: {', '.join(words)}" if len(words) <= 8 else "")
    code = f"unknown-{what.replace(' ', '-')}" if what in {"tag", "root cause"} else "unknown-value"
    return Breach(path, code, f"unknown {what} {shown(value)}{near}")


def _constants(schema: dict[str, Any]) -> Iterator[str]:
    if "const" in schema:
        yield str(schema["const"])
    for choice in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
        yield from _constants(choice)


_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
}
_FORMATS = {
    "date": "a day of the form YYYY-MM-DD",
    "date-time": "a moment of the form YYYY-MM-DDTHH:MM:SSZ",
    "hostname": "a domain name",
    "uri": "an address",
}


def _plain_breach(path: Path, error: Any) -> Breach:
    value, rule = error.instance, error.validator_value
    title = str(error.schema.get("title", "this value")) if isinstance(error.schema, dict) else "this value"
    match error.validator:
        case "type":
            return Breach(path, "wrong-type", f"{shown(value)} must be {_TYPES.get(rule, rule)}")
        case "format":
            return Breach(path, "bad-format", f"{shown(value)} is not {_FORMATS.get(rule, rule)}")
        case "pattern":
            return Breach(path, *_misformed(str(value), str(rule), title))
        case "const":
            return Breach(path, "bad-value", f"{shown(value)} must be {shown(rule)}")
        case "enum":
            return Breach(path, "bad-value", f"{shown(value)} must be one of {', '.join(map(str, rule))}")
        case "uniqueItems":
            return Breach(path, "not-unique", "an item stands in this list twice")
        case "minItems" | "minProperties" | "minLength":
            return Breach(path, "empty", "must not be empty; leave the key out where there is nothing to say")
        case "maxLength":
            return Breach(path, "too-long", f"has {len(value)} characters; at most {rule} are allowed")
        case "maxItems":
            return Breach(path, "too-long", f"has {len(value):,} items; at most {rule} are allowed")
        case "maxProperties":
            return Breach(
                path, "withdrawn-with-facts", "a withdrawn record holds its number and the reason, nothing else"
            )
        case "minimum" | "maximum":
            return Breach(path, "out-of-range", f"{value} is out of range ({error.validator} {rule})")
    return Breach(path, "schema", error.message)


def _misformed(value: str, rule: str, title: str) -> tuple[str, str]:
    if rule.startswith(("^[^\\u0000", "^[^@\\u0000")):
        unseen = UNSEEN.search(value)
        if unseen:
            message = f"holds U+{ord(unseen[0]):04X}, which is invisible or a control; leave it out"
            return "control-character", message
        return "bad-format", f"{shown(value)} is no {title.lower()}: it holds an @"
    odd = next((c for c in value if not c.isascii()), "")
    hint = f"; it holds U+{ord(odd):04X} {unicodedata.name(odd, '')}" if odd else ""
    return "bad-format", f"{shown(value)} does not have the form of {_article(title)} ({rule}){hint}"


def _article(title: str) -> str:
    return f"{'an' if title[:1].lower() in 'aeiou' else 'a'} {title[:1].lower()}{title[1:]}"
