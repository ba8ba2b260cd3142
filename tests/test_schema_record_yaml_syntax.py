"""A syntax error names the line that causes it, and what to type."""

import pytest

from ca_incidents.schema.record import yaml_text

CASES = {
    "space missing after a colon": (
        "a:\n  summary:|\n    Words.\n\n    More words.\n  b: 1\n",
        2,
        "space is missing after the colon",
    ),
    "the same before a list": ("a:\n  causes:[x]\n  b: 1\n", 2, "space is missing after the colon"),
    "space missing after a dash": ("a:\n  - {b: 1}\n  -{c: 1}\n", 3, "space is missing after the dash"),
    "open quote, closed by the next one": ('a: "b\nc: "d"\ne: 1\n', 1, "quote on this line is not closed"),
    "open quote within brackets": ('a: {b: "c, d: "e"}\nf: 1\n', 1, "quote on this line is not closed"),
    "open bracket": ("a: [b\nc: d\n", 1, "bracket that opens here is not closed"),
    "conflict": ("a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> work\n", 2, "merge conflict marker"),
    "a text of several lines is no structure": ('a: |\n  b:c [ and "d\ne: 1\n  f: 2\n', 4, "write no space"),
    "an apostrophe is no quote": ("a: it's\nb: 1\n   c: 2\n", 3, "starts with 3 spaces"),
    "a key that is indented too far": ("a:\n  b: |\n    Words.\n   c: 1\n", 4, "write 2 spaces"),
    "a key that is not indented": ("a:\n  b: 1\nc: 2\n  d: 3\n", 3, "write 2 spaces"),
    "two keys on one line": ("a: b: c\n", 1, "put the text in double quotes"),
    "a colon in a text": (
        "a: It failed: badly\nb: 1\n",
        1,
        "a colon and a space inside: put the text in double quotes",
    ),
    "a missing comma": ("a:\n- {b: c, d: e f: g}\n", 2, "a comma is missing before `f`"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_line_of_the_cause_is_named(case: str) -> None:
    text, line, words = CASES[case]
    with pytest.raises(yaml_text.UnreadableYaml) as raised:
        yaml_text.load(text.encode())
    (problem,) = raised.value.problems
    assert (problem.line, words in problem.message) == (line, True), problem
