"""The types and the JSON Schema say the same, field by field.

Covers: schema/tables/vocabulary.py.
"""

import json
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from msgspec.structs import fields

from ca_incidents.schema import model
from ca_incidents.schema.tables import vocabulary

SCHEMA = vocabulary.incident_schema()
BLOCKS: dict[type[msgspec.Struct], str] = {
    model.Incident: "",
    model.Topic: "topics[]",
    model.Bugzilla: "bugzilla",
    model.Reporter: "bugzilla.reporter",
    model.Relations: "bugzilla.relations",
    model.Comment: "bugzilla.comments[]",
    model.Change: "bugzilla.history[]",
    model.Report: "report",
    model.Texts: "report.texts",
    model.Form: "report.forms[]",
    model.Noncompliance: "report.noncompliance",
    model.Certificates: "report.certificates",
    model.Citation: "report.policies[]",
    model.Event: "report.timeline[]",
    model.ActionItem: "report.action_items[]",
    model.RelatedBug: "report.related[]",
    model.Closure: "report.closure",
    model.Doubt: "doubts[]",
    model.Layer: "layers[]",
    model.Curated: "curated",
    model.Review: "curated.reviewed",
    model.Coding: "curated.coding[]",
    model.Withdrawal: "withdrawn",
}


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part and "properties" not in part:
        part = SCHEMA["$defs"][part["$ref"].rsplit("/", 1)[1]]
    return part


def at(path: str) -> dict[str, Any]:
    part = SCHEMA
    for name in filter(None, path.split(".")):
        part = resolved(part["properties"][name.removesuffix("[]")])
        if name.endswith("[]"):
            part = resolved(part["items"])
    return part


@pytest.mark.parametrize("kind", BLOCKS, ids=lambda kind: kind.__name__)
def test_type_and_schema_have_the_same_keys_in_the_same_order(kind: type[msgspec.Struct]) -> None:
    keys = [key for key in at(BLOCKS[kind])["properties"] if not (kind is model.Incident and key == "withdrawn")]
    assert [field.name for field in fields(kind)] == keys


@pytest.mark.parametrize("kind", BLOCKS, ids=lambda kind: kind.__name__)
def test_type_and_schema_require_the_same(kind: type[msgspec.Struct]) -> None:
    part = at(BLOCKS[kind])
    required = set(part.get("required", ()))
    if kind is model.Incident:
        required |= set(part["else"]["required"]) - {"schema_version"}
        required -= {"schema_version"}
    assert {field.name for field in fields(kind) if field.required} == required


NOT_OF_A_RECORD = {
    *(model.Counts, model.Later, model.Snapshot, model.Excluded, model.Ledger, model.Removed, model.RemovedList),
}


def test_every_type_of_the_model_is_held_to_the_schema() -> None:
    kinds = {v for v in vars(model).values() if isinstance(v, type) and issubclass(v, model.Structure)}
    assert kinds - {model.Structure, model.Tombstone, *NOT_OF_A_RECORD} == set(BLOCKS)


@pytest.mark.parametrize(
    ("words", "definition"),
    [
        (model.Precision, "precision"),
        (model.DisclosureSource, "disclosure_source"),
    ],
)
def test_literals_are_the_vocabulary(words: object, definition: str) -> None:
    assert set(get_args(words)) == set(vocabulary.terms(definition))


def test_every_property_has_a_title_and_a_description() -> None:
    bare = []

    def walk(part: object, path: str) -> None:
        if isinstance(part, dict):
            for name, inner in part.get("properties", {}).items():
                if not (isinstance(inner, dict) and inner.get("title") and inner.get("description")):
                    bare.append(f"{path}.{name}")
            for name, inner in part.items():
                if name not in {"if", "then", "else"}:
                    walk(inner, f"{path}.{name}")
        elif isinstance(part, list):
            for i, inner in enumerate(part):
                walk(inner, f"{path}[{i}]")

    for file in sorted(Path(vocabulary.__file__).parent.glob("*.schema.json")):
        schema = json.loads(file.read_text("utf-8"))
        assert schema["$schema"].endswith("2020-12/schema") and "/v1/" in schema["$id"]
        walk(schema, file.name)
    assert bare == []


def test_a_record_survives_the_way_through_plain_data() -> None:
    record = model.Incident(
        schema_version=1,
        id=1,
        title="A: b",
        bugzilla=model.Bugzilla(status="NEW", opened="2020-01-01T00:00:00Z"),
        report=model.Report(timeline=(model.Event(at="2020", precision="year"),), sources={"template": 0}),
    )
    data = model.record_to_data(record)
    assert model.record_from_data(json.loads(json.dumps(data))) == record
    assert "tags" not in data


def test_a_withdrawn_record_is_a_tombstone() -> None:
    data: dict[str, object] = {
        "schema_version": 1,
        "id": 7,
        "withdrawn": {"on": "2026-01-01", "reason": "restricted"},
    }
    record = model.record_from_data(data)
    assert isinstance(record, model.Tombstone) and model.record_to_data(record) == data
