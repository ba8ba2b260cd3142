from ca_incidents.schema.model import Tombstone, record_from_data
from ca_incidents.scraper.sync.difference import differences

DATA = {
    "schema_version": 1,
    "id": 1_700_002,
    "title": "Example: a title",
    "tags": ["policy-failure"],
    "bugzilla": {
        "status": "NEW",
        "opened": "2024-01-01T00:00:00Z",
        "comments": [{"number": 0, "at": "2024-01-01T00:00:00Z"}],
    },
    "curated": {"summary": "Ours."},
}


def changed(**bugzilla: object) -> dict[str, object]:
    return {**DATA, "bugzilla": {**DATA["bugzilla"], **bugzilla}}


def said(before: dict | None, after: dict) -> list[str]:
    return [str(d) for d in differences(record_from_data(before) if before else None, record_from_data(after))]


def test_the_same_record_has_no_differences_whatever_is_curated():
    assert said(DATA, {k: v for k, v in DATA.items() if k != "curated"}) == []


def test_fields_are_named_by_their_paths():
    after = changed(status="RESOLVED", resolution="FIXED")
    assert said(DATA, after) == ["bugzilla.status: NEW → RESOLVED", "bugzilla.resolution: + FIXED"]
    assert said(after, DATA)[1] == "bugzilla.resolution: - FIXED"


def test_items_that_come_and_go_are_listed_one_by_one():
    comments = [*DATA["bugzilla"]["comments"], {"number": 1, "at": "2024-01-02T00:00:00Z"}]
    assert said(DATA, changed(comments=comments)) == ['bugzilla.comments: + {"number":1,"at":"2024-01-02T00:00:00Z"}']
    assert said({**DATA, "tags": ["a", "b"]}, {**DATA, "tags": ["b", "a"]}) == ["tags: another order → this order"]


def test_a_new_record_is_all_plus_and_a_tombstone_takes_all_away():
    assert all(line.split(": ", 1)[1].startswith("+ ") for line in said(None, DATA))
    stone = {"schema_version": 1, "id": 1_700_002, "withdrawn": {"on": "2026-01-01", "reason": "moved"}}
    assert isinstance(record_from_data(stone), Tombstone)
    assert "title: - Example: a title" in said(DATA, stone)


def test_values_name_the_source_that_gave_them():
    page = changed(read_from="page", status="RESOLVED")
    assert "bugzilla.status: NEW → RESOLVED (from a page)" in said(DATA, page)
    layers = [
        {"read_from": "page", "title": "Example: a title", "status": "NEW", "relations": {"blocks": [7]}},
        {"read_from": "text", "title": "Example: other", "report": {"ca_owner_id": "A000001"}},
    ]
    both = changed(relations={"blocks": [7]}) | {"report": {"ca_owner_id": "A000001"}, "layers": layers}
    assert said(DATA, both) == [
        'bugzilla.relations: + {"blocks":[7]} (from a page)',
        'report: + {"ca_owner_id":"A000001"} (from a page\'s text)',
    ]
