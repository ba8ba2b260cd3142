"""Both validators agree on every kind of breach, and each breach is said in words."""

import copy
import random
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_schema_check import BROKEN, LEDGER, OPEN, SNAPSHOT, STONE, incident

from ca_incidents.schema.check import codes
from ca_incidents.schema.record import json_schema, yaml_text

BY_RULES = {
    "id-not-file-name",
    "wrong-year-folder",
    "unknown-ca",
    "look-alike",
    "comment-order",
    "date-order",
    "impossible-date",
    "resolution-missing",
    "unknown-comment",
    "bounds-of-opening",
    "reviewed-unread",
    "counts-contradict",
    "e-mail-address",
    "telephone-number",
    "at-mention",
    "excluded-and-recorded",
    "unknown-bug",
    "foreign-but-known",
    "after-snapshot",
}


def agree(data: object, name: str = "incident") -> bool:
    """Say whether the data is valid, and hold that both validators say so."""
    fast = json_schema._fast(name).is_valid(data)
    errors = list(json_schema._explaining(name).iter_errors(data))
    assert (not errors) == fast
    # The errors are passed on, since finding them takes most of the time of this file.
    with patch.object(json_schema, "_explaining", lambda _: SimpleNamespace(iter_errors=lambda _: iter(errors))):
        found = json_schema.breaches(data, name)
    assert bool(found) != fast
    assert {b.code for b in found} <= codes.CODES.keys()
    assert fast or all(b.message for b in found)
    return fast


@pytest.mark.parametrize("case", BROKEN)
def test_both_validators_agree_on_each_case(case: str) -> None:
    data = incident()
    BROKEN[case][0](data)
    is_rule = (BROKEN[case][2] in BY_RULES and case != "address as a nick") or case in {
        "long list",
        "hidden mark in a summary",
        "a rule cited twice",
        "a bug related twice",
    }
    assert agree(data) == is_rule


@pytest.mark.parametrize(
    ("data", "name"), [(incident(), "incident"), (STONE, "incident"), (SNAPSHOT, "snapshot"), (LEDGER, "excluded")]
)
def test_sound_data_has_no_breach(data: dict, name: str) -> None:
    assert agree(data, name)
    assert json_schema.breaches(data, name) == []


def test_every_record_of_the_dataset_is_valid_to_both() -> None:
    root = Path(__file__).parent.parent / "incidents"
    paths = sorted(root.glob("*/*.yaml"))[::40]
    assert paths
    assert all(agree(yaml_text.load(path.read_bytes()).data) for path in paths)


def paths_of(value: object, path: tuple = ()) -> list[tuple]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(p for key, v in inner for p in paths_of(v, (*path, key)))]


PATHS = paths_of(incident())[1:]
ODD = [
    None,
    True,
    False,
    0,
    1,
    -1,
    2**40,
    "",
    "a",
    "A",
    "a\n",
    "\n",
    "securetrust\n",
    "policy-failure",
    "ca-2",
    "no",
    [],
    {},
    [1],
    ["a", "a"],
    [[]],
    [None],
    {"a": 1},
    "2020-10-14",
    "2020-10-14\n",
    "2020-13-14",
    "2020-02-30",
    "0000-01-01",
    "2020-1-2",
    "2020",
    "2020-10",
    "2020-10-14T15:00Z",
    "2020-10-14T15:00:00Z",
    "2020-10-14T15:00:60Z",
    "2020-10-14T23:59:60Z",
    "2020-10-14T24:00:00Z",
    "2020-10-14T15:00:00z",
    "2020-10-14T15:00:00+00:00",
    "2020-10-14T15:00:00.5Z",
    "2020-10-14 15:00:00Z",
    "٢٠٢٠-10-14",
    "example.org",
    "example.org.",
    "-a.example",
    "a-.example",
    "a_b.example",
    "EXAMPLE.ORG",
    "xn--bcher-kva.example",
    "bücher.example",
    "a" * 64 + ".example",
    "a." * 130 + "a",
    "localhost",
    "1.2.3.4",
    "a..b",
    "rfc5280",
    "rfc1",
    "4.9.1",
    "ccadb-2",
    "x" * 281,
    "x" * 2001,
    "😀" * 280,
    "😀" * 281,
    "\u202e",
    "\u200b",
    "a@b",
    "A000123",
    "a" * 64,
    "RESOLVED",
    "resolved",
]


@pytest.mark.parametrize("value", ODD, ids=lambda v: ascii(v)[:20])
def test_both_agree_on_each_odd_value_at_each_path(value: object) -> None:
    kinds = {tuple("*" if isinstance(p, int) else p for p in path): path for path in PATHS}
    for path in kinds.values():
        data = incident()
        within = data
        for part in path[:-1]:
            within = within[part]
        within[path[-1]] = copy.deepcopy(value)
        agree(data)


plain = st.sampled_from(ODD) | st.text(max_size=6) | st.integers(-2, 10**6)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 10**6), st.sampled_from(["set", "drop", "add", "double"]), plain),
        min_size=1,
        max_size=3,
    )
)
def test_both_agree_on_mutations_of_a_sound_record(changes: list) -> None:
    data = incident()
    for number, how, value in changes:
        paths = paths_of(data)[1:]
        path = paths[number % len(paths)] if paths else ()
        mutate(data, path, how, copy.deepcopy(value))
    agree(data)


def mutate(data: dict, path: tuple, how: str, value: object) -> None:
    within = data
    for part in path[:-1]:
        within = within[part]
    if not path:
        return
    if how == "set":
        within[path[-1]] = value
    elif how == "drop":
        del within[path[-1]]
    elif how == "add" and isinstance(within, dict):
        within["extra"] = value
    elif isinstance(within, list):
        within.append(copy.deepcopy(random.Random(0).choice(within)))


def test_a_line_break_at_the_end_does_not_slip_through() -> None:
    data = incident()
    data["ca"] = "securetrust\n"
    assert [(b.path, b.code) for b in json_schema.breaches(data)] == [(("ca",), "bad-format")]


def test_a_hopeless_record_is_not_explained_to_its_end() -> None:
    data = incident()
    data["bugzilla"]["comments"] = [{"number": "x"}] * 5_000
    assert 0 < len(json_schema.breaches(data)) <= json_schema.MAX_ERRORS


MESSAGES = [
    ("tags", ["leaf-revocation-dealy"], 'unknown tag "leaf-revocation-dealy"; did you mean "leaf-revocation-delay"?'),
    ("tags", [1], "1 is not a tag: write one of its words"),
    ("tags", ["policy-failure", "policy-failure"], '"policy-failure" is in this list twice'),
    ("curated", {"issuance_stopped": "Yes"}, '"Yes" must be true or false: write true, without quotes'),
    ("curated", {"issuance_stopped": "off"}, "write false"),
    ("curated", {"issuance_stopped": "perhaps"}, '"perhaps" must be true or false, without quotes'),
    ("tag", [], 'unknown key "tag"; "tags" is there already'),
    ("id", "x", '"x" must be a whole number'),
    ("ca", "s\u0435c", "it contains U+0435 CYRILLIC SMALL LETTER IE"),
    ("schema_version", 2, "2 must be 1"),
    ("ca", "Nobody", '"Nobody" is not a slug: write lower-case words joined by hyphens, like digicert'),
    ("id", 0, "0 is too small; the smallest number allowed is 1"),
    ("curated", "root_causes:[process-gap]", "each indented by two spaces. Is a space missing after a colon?"),
    (
        "curated",
        {"revoked": "16.10.2020"},
        "is not a date: write it like '2020-10-16', or '2020-10-16T14:00Z' with a time",
    ),
    ("curated", {"revoked": "2020-10-16 14:00"}, "; write a time zone as Z for UTC, or as an offset like +02:00"),
    ("curated", {"root_causes": ["human-error"]}, "; the words are: process-gap, "),
    ("curated", {"root_causes": ["x"]}, "(`ca-incidents explain root-causes` describes them)"),
]


@pytest.mark.parametrize(("key", "value", "said"), MESSAGES, ids=[f"{key} {value}"[:24] for key, value, _ in MESSAGES])
def test_messages_help(key: str, value: object, said: str) -> None:
    (breach,) = json_schema.breaches({**incident(), key: value})
    assert said in breach.message
    assert len(OPEN) == 2


def test_a_rule_without_words_of_its_own_is_still_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    even = {"properties": {"pairs": {"multipleOf": 2}}}
    monkeypatch.setattr(json_schema, "schema_named", lambda _name: even)
    assert json_schema.breaches({"pairs": 4}, "made up of pairs") == []
    [breach] = json_schema.breaches({"pairs": 3}, "made up of pairs")
    assert (breach.path, breach.code, breach.message) == (("pairs",), "schema", json_schema._OTHER)


@pytest.mark.parametrize("name", ["incident", "excluded", "snapshot", "cas", "deadlines", "policies"])
def test_every_pattern_of_a_schema_has_words_that_say_what_to_type(name: str) -> None:
    def titles(part: object) -> Iterator[str]:
        if isinstance(part, dict):
            pattern = part.get("pattern")
            if isinstance(pattern, str) and "title" in part and not pattern.startswith(("^[^\\u0000", "^[^@\\u0000")):
                yield str(part["title"]).lower()
            for inner in part.values():
                yield from titles(inner)
        elif isinstance(part, list):
            for inner in part:
                yield from titles(inner)

    assert set(titles(json_schema.schema_named(name))) <= json_schema._FORMS.keys()


def test_what_only_the_fast_validator_refuses_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_schema, "_explaining", lambda _name: SimpleNamespace(iter_errors=lambda _data: iter(())))
    [breach] = json_schema.breaches({**incident(), "id": "x"})
    assert (breach.path, breach.code) == (("id",), "schema")
    assert breach.message == json_schema._OTHER
