"""Corrections that people report in a form of the forge, not in a pull request: read, checked, written under `curated`.

Everything in the form is typed by a stranger. What is not clear is asked, never guessed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ca_incidents.schema.check.files import RawFile, findings_in
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.findings import Finding
from ca_incidents.schema.messages import nearest, shown
from ca_incidents.schema.record import canonical, yaml_text
from ca_incidents.schema.record.json_schema import resolved, schema_named
from ca_incidents.schema.tables.registry import Registry

MAX_LENGTH = 2_000
# The titles of the form's fields, as the forge writes them above the answers.
_QUESTIONS = {"bug": "Bug number on Bugzilla", "field": "Field", "value": "What it should be", "source": "Source"}
_HEADING = re.compile(r"^### (.+?)[ \t]*$", re.M)
_NO_ANSWER = "_No response_"
_BUG = re.compile(r"(?:bug[ #]*|#|https?://bugzilla\.mozilla\.org/show_bug\.cgi\?id=)?([1-9][0-9]{0,9})\Z", re.I)
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


class Unclear(CaIncidentsError):
    """The form cannot become a correction as it is; `questions` says what to change, one sentence per item."""

    exit_status = 1

    def __init__(self, *questions: str) -> None:
        self.questions = questions
        super().__init__("\n".join(questions))


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction: the bug, the field below `curated`, the value as typed, and where it comes from."""

    bug: int
    field: str
    value: str
    source: str


def read_form(body: str) -> Correction:
    """Read the answers of the form "Wrong fact"; raises Unclear."""
    parts = _HEADING.split(body.replace("\r\n", "\n"))
    # The first answer to a question counts: an answer can contain lines that look like a heading.
    answers: dict[str, str] = {}
    for title, answer in zip(parts[1::2], parts[2::2], strict=True):
        answers.setdefault(title, answer.strip())
    given = {key: answers.get(title, "").replace(_NO_ANSWER, "") for key, title in _QUESTIONS.items()}
    missing = [f"Please answer “{_QUESTIONS[key]}”." for key, answer in given.items() if not answer]
    missing += [
        f"“{_QUESTIONS[key]}” is longer than {MAX_LENGTH:,} characters."
        for key, answer in given.items()
        if len(answer) > MAX_LENGTH
    ]
    bug = _BUG.match(given["bug"])
    if given["bug"] and bug is None:
        missing.append("Please give one bug number, such as 1671037.")
    if missing or bug is None:
        raise Unclear(*missing)
    return Correction(int(bug[1]), given["field"], given["value"], given["source"])


def applied(text: str, name: str, correction: Correction, registry: Registry) -> str:
    """Return a record's text with the correction under `curated`; raises Unclear if the result would not be valid."""
    path, schema = _field(correction.field)
    value = _value(correction.value, schema)
    document = yaml_text.load(text.encode("utf-8"))
    assert isinstance(document.data, dict), "a record of the dataset is a mapping"
    generated, written = canonical.split_text(text)
    if "#" in written and yaml_text.comments(written):
        raise Unclear("This record has comments of its contributors, so that a person has to edit it.")
    curated = dict(document.data.get("curated") or {})
    if len(path) == 1:
        curated[path[0]] = value
    else:
        curated[path[0]] = {**(curated.get(path[0]) or {}), path[1]: value}
    order = list(schema_named("incident")["properties"]["curated"]["properties"])
    block = {key: _in_order(key, curated[key]) for key in order if key in curated}
    result = generated + yaml_text.dump({"curated": block})
    if result == text:
        raise Unclear("The record says so already.")
    found = findings_in(RawFile(name, result.encode("utf-8")), registry)
    if found:
        raise Unclear(*(_question(finding) for finding in found))
    return result


def _question(finding: Finding) -> str:
    return f"{finding.path or 'The record'}: {finding.message}."


def _in_order(key: str, value: object) -> object:
    """Put the keys of a block into the schema's order."""
    keys = schema_named("incident")["properties"]["curated"]["properties"][key].get("properties")
    return {k: value[k] for k in keys if k in value} if keys and isinstance(value, Mapping) else value


def _field(written: str) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Find a field below `curated` by its dotted name; raises Unclear with the closest one."""
    fields = _fields()
    name = written.strip(" `.").removeprefix("report.").removeprefix("curated.")
    if name not in fields:
        hint = nearest(name, sorted(fields)) or f"; the fields are: {', '.join(sorted(fields))}"
        raise Unclear(f"There is no field {shown(written)} that people can correct{hint}")
    return tuple(name.split(".")), fields[name]


def _fields() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name, schema in schema_named("incident")["properties"]["curated"]["properties"].items():
        inner = resolved(schema, "incident").get("properties")
        if name in {"reviewed", "coding"}:
            continue
        found |= {f"{name}.{key}": value for key, value in inner.items()} if inner else {name: schema}
    return found


def _value(written: str, schema: dict[str, Any]) -> object:
    """Read an answer as the type that the field has; raises Unclear."""
    schema = resolved(schema, "incident")
    answer = written.strip().strip("`")
    match schema.get("type"):
        case "integer":
            digits = answer.replace(",", "")
            if not digits.isascii() or not digits.isdecimal() or len(digits) > 15:
                raise Unclear(f"{shown(answer)} is not a whole number: please write plain digits.")
            return int(digits)
        case "boolean":
            if answer.casefold() not in _YES_NO:
                raise Unclear(f"Please answer yes or no instead of {shown(answer)}.")
            return _YES_NO[answer.casefold()]
        case "array":
            return _items(answer, resolved(schema["items"], "incident"))
    return answer


def _items(answer: str, schema: dict[str, Any]) -> object:
    if not answer.startswith(("[", "-", "{")):
        if schema.get("type") == "object":
            example = yaml_text.on_one_line(schema["examples"]) if schema.get("examples") else "a list"
            raise Unclear(f"Please write a list in brackets, such as {example}.")
        return [_value(word, schema) for word in answer.split(",")]
    try:
        return yaml_text.load(f"{answer}\n".encode()).data
    except yaml_text.UnreadableYaml as error:
        raise Unclear(*(f"The list cannot be read: {problem.message}." for problem in error.problems)) from None
