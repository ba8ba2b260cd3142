"""Hostile and careless YAML, and the round trip through the canonical form."""

import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ca_incidents.schema.record import yaml_text


def problems(raw: bytes) -> list[tuple[int, int, str]]:
    try:
        found = yaml_text.load(raw).problems
    except yaml_text.UnreadableYaml as error:
        found = error.problems
    return [(p.line, p.column, p.code) for p in found]


BAD = {
    "duplicate key": (b"ca: a\ntags: []\nca: b\n", [(3, 1, "duplicate-key")]),
    "duplicate inner key": (b"a: {b: 1, b: 2}\n", [(1, 11, "duplicate-key")]),
    "tab": (b"a:\n\tb: 1\n", [(2, 1, "tab")]),
    "byte order mark": (b"\xef\xbb\xbfa: 1\n", [(1, 1, "byte-order-mark")]),
    "CRLF": (b"a: 1\r\nb: 2\r\n", [(1, 5, "carriage-return")]),
    "Latin-1": ('a: b\nb: "Zürich"\n'.encode("latin-1"), [(2, 6, "not-utf-8")]),
    "UTF-16": ("a: 1\n".encode("utf-16"), [(1, 1, "not-utf-8")]),
    "python object": (b'a: !!python/object/apply:os.system ["id"]\n', [(1, 4, "yaml-tag")]),
    "python tag on a key": (b"!!python/name:os.system a: 1\n", [(1, 1, "yaml-tag")]),
    "own tag": (b"a: !x 1\n", [(1, 4, "yaml-tag")]),
    "standard tag": (b"a: !!int 1\n", [(1, 4, "yaml-tag")]),
    "anchor without an alias": (b"a: &x 1\n", [(1, 4, "anchor")]),
    "anchor and alias": (b"a: &x [1]\nb: *x\n", [(1, 4, "anchor"), (2, 4, "anchor")]),
    "alias as a key": (b"a: &x b\n*x : 1\n", [(1, 4, "anchor"), (2, 1, "anchor")]),
    "merge key": (b"a: &x {b: 1}\nc: {<<: *x}\n", [(1, 4, "anchor"), (2, 9, "anchor")]),
    "deep flow": (b"a: " + b"[" * 100_000, [(1, 35, "too-deep")]),
    "deep flow with closings": (b"a: " + b"[[]," * 100_000, [(1, 125, "too-deep")]),
    "deep block": ("".join(" " * i + "a:\n" for i in range(40)).encode(), [(33, 33, "too-deep")]),
    "deep compact lists": (b"- " * 5_000 + b"x\n", [(1, 65, "too-deep")]),
    "deep keys": (b"? " * 5_000 + b"x\n", [*[(1, i, "key-not-text") for i in range(3, 66, 2)], (1, 65, "too-deep")]),
    "two documents": (b"a: 1\n---\nb: 2\n", [(2, 1, "several-documents")]),
    "empty": (b"", [(1, 1, "empty-file")]),
    "only a comment": (b"# to do\n", [(1, 1, "empty-file")]),
    "control character": (b"a: \x07\n", [(1, 4, "control-character")]),
    "NUL": (b"a: \x00\n", [(1, 4, "control-character")]),
    "bidirectional mark": ("a: b\nc: \u202ed\n".encode(), [(2, 4, "control-character")]),
    "zero-width blank": ("a: b\u200b\n".encode(), [(1, 5, "control-character")]),
    "line separator": ("a: b\u2028c: d\n".encode(), [(1, 5, "control-character")]),
    "open quote": (b'a: "b\nc: d\n', [(1, 4, "yaml-syntax")]),
    "open bracket": (b"a: [b\nc: d\n", [(1, 4, "yaml-syntax")]),
    "list as a key": (b"? [a]\n: 1\nb: 2\n", [(1, 3, "key-not-text")]),
    "too long a list": (b"a: [" + b"1," * 5_001 + b"]\n", [(1, 10007, "too-long")]),
    "too large a file": (b"a" * (yaml_text.MAX_BYTES + 1), [(1, 1, "file-too-large")]),
    "date": (b"a: 2026-01-02\n", [(1, 4, "unquoted-date")]),
    "moment": (b"a: 2026-01-02T10:00:00Z\n", [(1, 4, "unquoted-date")]),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_named_and_placed(case: str) -> None:
    raw, expected = BAD[case]
    assert problems(raw) == expected


def test_a_hopeless_text_is_not_read_to_its_end() -> None:
    found = problems(b"a: [" + b"no, " * 10_000 + b"]\n")
    assert len(found) == yaml_text.MAX_PROBLEMS + 1
    assert found[-1][2] == "too-many-problems"
    assert len(problems("\u202e".encode() * 10_000)) == yaml_text.MAX_PROBLEMS


@pytest.mark.parametrize(
    "word",
    "y n yes No on OFF True FALSE Null ~ 012 0o14 0x1F 0b1 1_000 12:30:45 1.5 .5 1. 1e5 .inf -.INF .nan +1 "
    "190:20:30.15 00".split(),
)
def test_a_word_that_readers_take_differently_stays_text_and_is_said(word: str) -> None:
    document = yaml_text.load(f"a: [x, {word}]\n".encode())
    assert document.data == {"a": ["x", word]}
    assert [(p.path, p.code) for p in document.problems] == [(("a", 1), "ambiguous-scalar")]
    assert yaml_text.load(f'a: "{word}"\n'.encode()).problems == ()


@pytest.mark.parametrize("digits", ["9" * 19, "9" * 101, "9" * 100_000, "0" * 100_000])
def test_a_very_long_number_is_no_number(digits: str) -> None:
    document = yaml_text.load(f"a: {digits}\n".encode())
    assert document.data == {"a": digits}
    assert [p.code for p in document.problems] == ["ambiguous-scalar"]


PLAIN = {
    "1": 1,
    "-7": -7,
    "0": 0,
    "true": True,
    "false": False,
    "null": None,
    "": None,
    "abc": "abc",
    "1.2.3": "1.2.3",
    "4.9.1": "4.9.1",
    "a: b": {"a": "b"},
    "2020-": "2020-",
    "-": [None],
}


@pytest.mark.parametrize("text", PLAIN)
def test_the_types_are_those_of_the_schema(text: str) -> None:
    document = yaml_text.load(f"k:\n  {text}\n".encode())
    assert document.data == {"k": PLAIN[text]}
    assert document.problems == ()


def test_places_are_those_of_values_and_keys() -> None:
    document = yaml_text.load(b"a:\n- {b: 1, c: x}\n- y\n? [z]\n: 1\nd: |\n  text\n")
    assert document.place(()) == (1, 1)
    assert document.place(("a",)) == (2, 1)
    assert document.place(("a",), key=True) == (1, 1)
    assert document.place(("a", 0, "c")) == (2, 13)
    assert document.place(("a", 0, "c"), key=True) == (2, 10)
    assert document.place(("a", 1)) == (3, 3)
    assert document.place(("a", 0, "absent", 7)) == (2, 3)
    assert document.place(("d",)) == (6, 4)


def test_nothing_is_lost_around_a_key_that_is_no_text() -> None:
    assert yaml_text.load(b"a: 1\n? {b: [c]}\n: {d: e}\nf: g\n").data == {"a": 1, "f": "g"}


def test_trusted_files_may_have_no_problem() -> None:
    assert yaml_text.load_trusted(b"a: 1\n") == {"a": 1}
    with pytest.raises(yaml_text.UnreadableYaml):
        yaml_text.load_trusted(b"a: no\n")


def test_comments_are_told_from_text() -> None:
    text = '# one\na: "# no"   # two\nb: c#no\n# three\n'
    assert yaml_text.comments(text) == [(1, "one"), (2, "two"), (4, "three")]


def test_scalars_are_replaced_in_place() -> None:
    text = "# kept\na:   {b: 2026-1-2, 'c': 'x'}  # kept\nd: |\n  two\n  lines\n"
    assert yaml_text.with_texts(text, {("a", "b"): "2026-01-02", ("a", "c"): "z"}) == (
        "# kept\na:   {b: \"2026-01-02\", 'c': z}  # kept\nd: |\n  two\n  lines\n"
    )
    assert yaml_text.with_texts(text, {("d",): "x", ("nowhere",): "x", ("a",): "x"}) == text


CANONICAL = """\
# first
a: 1
b: {c: true, d: null, e: "no"}
f:
- {g: "2026-01-02", h: [1, x]}
i:
  j: [x, "1"]
k: |-
  one

  two
l: ""
m: []
p: {}
o: "a: b"
"""


def test_the_canonical_form() -> None:
    data = {
        "a": 1,
        "b": {"c": True, "d": None, "e": "no"},
        "f": [{"g": "2026-01-02", "h": [1, "x"]}],
        "i": {"j": ["x", "1"]},
        "k": "one\n\ntwo",
        "l": "",
        "m": [],
        "p": {},
        "o": "a: b",
    }
    assert yaml_text.dump(data, first_line="first") == CANONICAL
    assert yaml_text.load(CANONICAL.encode()).data == data


def test_a_long_list_is_one_line_an_item() -> None:
    assert yaml_text.dump({"a": ["x" * 50, "y" * 50]}) == f"a:\n- {'x' * 50}\n- {'y' * 50}\n"


def test_no_value_of_another_type_is_written() -> None:
    with pytest.raises(TypeError):
        yaml_text.dump({"a": 1.5})


odd = st.sampled_from(
    [
        *"ab:#-?!&*[]{},|>%@`'\"\\ \n\t~.019",
        "\x00",
        "\x1f",
        "\x85",
        "\xa0",
        "\xad",
        "\u200b",
        "\u2028",
        "\u202e",
        "\ufeff",
        "\ufffe",
        "é",
        "Ж",
        "😀",
        "no",
        "true",
        "null",
        "1e5",
    ]
)
texts = st.lists(odd, max_size=8).map("".join) | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
scalars = texts | st.integers(-(10**16), 10**17) | st.booleans() | st.none()
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=12
)


@given(st.dictionaries(texts, values, max_size=4))
def test_what_is_written_reads_back_by_this_reader_and_by_another(data: dict) -> None:
    text = yaml_text.dump(data, first_line="first")
    document = yaml_text.load(text.encode("utf-8"))
    assert (document.data, document.problems) == (data, ())
    assert yaml.load(text, Loader=yaml.CSafeLoader) == data
    assert yaml_text.dump(document.data, first_line="first") == text


@given(st.binary(max_size=60) | st.lists(odd, max_size=30).map(lambda parts: "".join(parts).encode()))
def test_any_bytes_are_read_or_refused_with_a_place(raw: bytes) -> None:
    for line, column, code in problems(raw):
        assert line >= 1 and column >= 1 and code


OF_LIBYAML = re.compile(r"expected|scanning|parsing|token|scalar|node|mapping|sequence|simple key|context|stream")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> other\n", "2:1: merge conflict marker: keep one side"),
        ("a: b: c", "1:5: this text has a colon and a space inside"),
        ("a: 1\nb\nc: 2\n", "not a `key: value` line"),
        ("a: [1, 2\nb: 3\n", "bracket that opens here is not closed"),
        ('a: "b\nc: d\n', "a quote on this line is not closed"),
        ("a: `b", "a text cannot start with this sign"),
        ("a: %b", "a text cannot start with this sign"),
        ('a: "\\d"', "write two backslashes for one"),
        ("a: - b", "a list cannot start here"),
        ("a: 1\n  b: 2\n", "this line starts with 2 spaces: write no space"),
        ("a:\n    b: 1\n  c: 2\n", "fix its indentation"),
        ("a: &", "put a text that starts with & or *"),
        ("a: !<", "put a text that starts with !"),
        ("a: |x\n", "the text starts on the next line"),
    ],
)
def test_a_syntax_error_says_what_to_type(text: str, said: str) -> None:
    with pytest.raises(yaml_text.UnreadableYaml) as error:
        yaml_text.load(text.encode())
    assert said in str(error.value)


@given(st.text(alphabet="ab:-[]{},&*!|>'\"%@`#? \n\\<=", max_size=40))
def test_no_words_of_the_yaml_library_reach_a_contributor(text: str) -> None:
    try:
        problems = yaml_text.load(text.encode()).problems
    except yaml_text.UnreadableYaml as error:
        problems = error.problems
    assert not [p.message for p in problems if p.code == "yaml-syntax" and OF_LIBYAML.search(p.message)]
