"""Findings in each format, and the pages of the codes.

Covers: schema/cli/check.py, schema/cli/explain.py, schema/findings.py.
"""

import io
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from test_schema_check import ONE, incident, put, root  # noqa: F401

from ca_incidents.schema.check import codes, output_formats
from ca_incidents.schema.cli import check as check_command
from ca_incidents.schema.cli import command
from ca_incidents.schema.cli.all import COMMANDS
from ca_incidents.schema.cli.command import Surroundings
from ca_incidents.schema.findings import Finding, in_order, visible, written_path

ONE_FINDING = Finding(
    file="incidents/2020/a, b:%.yaml",
    line=2,
    column=5,
    path="tags[0]",
    message='unknown tag "x"\n50%',
    code="unknown-tag",
)
WHOLE_FILE = Finding(
    file="incidents/x\n\x1b[2J.txt", line=0, column=0, path="", message="is no part", code="not-a-record-file"
)
RESULT = output_formats.Result(
    findings=(ONE_FINDING, WHOLE_FILE),
    files=("incidents/2020/a, b:%.yaml", "incidents/x\n\x1b[2J.txt", "incidents/2020/1.yaml"),
    sources={"incidents/2020/a, b:%.yaml": "id: 1\nt\u202e: [x]\n".encode()},
)
EMPTY = output_formats.Result((), ("a.yaml",), {})


def test_text_is_one_line_a_finding_whatever_stands_in_it() -> None:
    assert output_formats.as_text(RESULT).splitlines() == [
        'incidents/2020/a, b:%.yaml:2:5: tags[0]: unknown tag "x"\\n50% [unknown-tag]',
        "incidents/x\\n\\x1b[2J.txt: is no part [not-a-record-file]",
    ]


def test_a_terminal_shows_the_line_with_a_caret_and_where_to_read_more() -> None:
    assert output_formats.for_terminal(RESULT).splitlines() == [
        'incidents/2020/a, b:%.yaml:2:5: tags[0]: unknown tag "x"\\n50% [unknown-tag]',
        "  2 | t\\u202e: [x]",
        "    |          ^",
        "incidents/x\\n\\x1b[2J.txt: is no part [not-a-record-file]",
        "",
        "unknown-tag: ca-incidents explain unknown-tag",
        "not-a-record-file: ca-incidents explain not-a-record-file",
    ]
    assert output_formats.for_terminal(EMPTY) == ""


def test_a_long_line_is_cut_around_the_caret() -> None:
    finding = Finding(file="f", line=1, column=5_001, path="", message="m", code="schema")
    _, line, caret, *_ = output_formats.for_terminal(
        output_formats.Result((finding,), ("f",), {"f": b"a" * 5_000 + b"B" + b"c" * 5_000})
    ).splitlines()
    assert len(line) < 120
    assert line[caret.index("^")] == "B"


def test_a_terminal_gets_the_line_and_a_pipe_does_not(root: Path) -> None:  # noqa: F811
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    data = incident()
    data["ca"] = "nobody"
    put(root, f"2020/{ONE}.yaml", data)
    arguments = command.argparse.ArgumentParser()
    check_command.arguments(arguments)
    for out, carets in ((Terminal(), 1), (io.StringIO(), 0)):
        assert (
            check_command.run(arguments.parse_args([]), Surroundings(out=out, err=io.StringIO(), folder=root.parent))
            == 1
        )
        assert out.getvalue().count("^\n") == carets


def test_github_annotations() -> None:
    assert output_formats.as_github(RESULT).splitlines() == [
        "::error file=incidents/2020/a%2C b%3A%25.yaml,line=2,col=5,title=A tag that is not in the vocabulary::"
        'tags[0]: unknown tag "x"\\n50%25 [unknown-tag]',
        "::error file=incidents/x\\n\\x1b[2J.txt,title=A file that does not belong here::"
        "is no part [not-a-record-file]",
    ]


def test_json() -> None:
    data = json.loads(output_formats.as_json(RESULT))
    assert data["files"] == 3
    assert data["findings"][0] == {
        "file": "incidents/2020/a, b:%.yaml",
        "line": 2,
        "column": 5,
        "path": "tags[0]",
        "message": 'unknown tag "x"\n50%',
        "code": "unknown-tag",
        "fixable": True,
        "hint": False,
        "page": "https://ca-incidents.github.io/ca-incidents/codes/unknown-tag/",
    }


def test_sarif() -> None:
    log = json.loads(output_formats.as_sarif(RESULT))
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert (log["version"], [rule["id"] for rule in rules]) == ("2.1.0", ["not-a-record-file", "unknown-tag"])
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    first, second = (result["locations"][0]["physicalLocation"] for result in run["results"])
    assert first == {
        "artifactLocation": {"uri": "incidents/2020/a%2C%20b%3A%25.yaml"},
        "region": {"startLine": 2, "startColumn": 5},
    }
    assert "region" not in second


def test_junit() -> None:
    suite = ElementTree.fromstring(output_formats.as_junit(RESULT))
    assert (suite.get("tests"), suite.get("failures")) == ("3", "2")
    assert [len(case) for case in suite] == [1, 1, 0]
    assert ElementTree.fromstring(output_formats.as_junit(EMPTY)).get("failures") == "0"


@pytest.mark.parametrize("name", output_formats.FORMATS)
def test_every_format_can_say_that_all_is_well_and_write_any_name(name: str) -> None:
    assert isinstance(output_formats.FORMATS[name](EMPTY), str)
    odd = Finding(file="\udcff\u202e<&]]>", line=1, column=1, path="a", message="\x00\ufffe\ud800", code="schema")
    output_formats.FORMATS[name](output_formats.Result((odd,), (odd.file,), {odd.file: b"\xff"})).encode("utf-8")


def test_the_summary_counts() -> None:
    assert output_formats.summary(RESULT) == "3 files checked: 2 findings in 2 files"
    assert output_formats.summary(EMPTY) == "1 file checked: no findings"
    many = output_formats.Result((), tuple(map(str, range(1690))), {})
    assert output_formats.summary(many) == "1,690 files checked: no findings"


def test_paths_and_order() -> None:
    assert written_path(("bugzilla", "comments", 2, "at")) == "bugzilla.comments[2].at"
    assert written_path((0, "a")) == "[0].a"
    assert in_order([WHOLE_FILE, ONE_FINDING, WHOLE_FILE]) == [ONE_FINDING, WHOLE_FILE]
    assert visible("a\u200b\udc80é") == "a\\u200b\\udc80é"


@pytest.mark.parametrize("code", codes.CODES)
def test_each_code_has_a_page(code: str, capsys) -> None:
    assert command.main(["explain", code], commands=COMMANDS) == 0
    said = capsys.readouterr().out
    entry = codes.CODES[code]
    for part in (entry.title, entry.explanation, entry.fix, entry.page):
        assert part in said
    assert ("--fix` fixes" in said) == entry.fixable


def test_explain_lists_all_codes_and_proposes_the_nearest(capsys) -> None:
    assert command.main(["explain"], commands=COMMANDS) == 0
    *listed, _, vocabularies = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed] == list(codes.CODES)
    assert vocabularies.startswith("Vocabularies: ") and "root-causes" in vocabularies
    assert command.main(["explain", "root-causes"], commands=COMMANDS) == 0
    assert "process-gap: " in capsys.readouterr().out
    assert command.main(["explain", "topics"], commands=COMMANDS) == 0
    said = capsys.readouterr().out
    assert command.main(["explain", "topic"], commands=COMMANDS) == 0 and capsys.readouterr().out == said
    assert "crl: CRL (what)\n" in said and "\n    Example: Alder CA: " in said
    assert command.main(["explain", "[unknown-tga]"], commands=COMMANDS) == 2
    assert 'did you mean "unknown-tag"?' in capsys.readouterr().err


def test_explain_gives_no_control_character_back(capsys) -> None:
    assert command.main(["explain", "tag\x1b[2J\u202e"], commands=COMMANDS) == 2
    assert "\\x1b[2J\\u202e" in capsys.readouterr().err
