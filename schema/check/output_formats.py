"""Output formats of findings: plain text, terminal, GitHub, JSON, SARIF, JUnit."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote
from xml.etree import ElementTree

from ca_incidents.schema.check.codes import CODES
from ca_incidents.schema.findings import Finding, visible

_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a check: sorted findings, the names of the checked files, and the bytes of those with findings."""

    findings: tuple[Finding, ...]
    files: tuple[str, ...]
    sources: Mapping[str, bytes]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that are more than hints."""
        return tuple(f for f in self.findings if not CODES[f.code].hint)


def summary(result: Result) -> str:
    """Summarise a check in one line."""
    count = len(result.files)
    files = f"{count:,} file{'s' * (count != 1)} checked"
    if not result.findings:
        return f"{files}: no findings"
    found, places = len(result.errors), len({f.file for f in result.errors})
    hints = len(result.findings) - found
    hinted = f"{hints:,} hint{'s' * (hints != 1)}"
    if not found:
        return f"{files}: no findings, {hinted}"
    more = f", {hinted}" if hints else ""
    return f"{files}: {found:,} finding{'s' * (found != 1)} in {places:,} file{'s' * (places != 1)}{more}"


def as_text(result: Result) -> str:
    """Write one finding per line."""
    return "".join(f"{finding}\n" for finding in result.findings)


def for_terminal(result: Result) -> str:
    """Write each finding with its source line and a caret, then for each code how to read more about it."""
    parts = []
    for finding in result.findings:
        parts.append(f"{finding}\n")
        shown = _pointed(finding, result.sources.get(finding.file, b""))
        parts += [f"{line}\n" for line in shown]
    codes = dict.fromkeys(finding.code for finding in result.findings)
    if codes:
        parts.append("\n" + "".join(f"{code}: ca-incidents explain {code}\n" for code in codes))
    return "".join(parts)


def _pointed(finding: Finding, raw: bytes) -> list[str]:
    if not finding.line or not finding.column:
        return []
    lines = raw.decode("utf-8", "replace").split("\n", finding.line)
    if len(lines) < finding.line:
        return []
    line, at = lines[finding.line - 1], finding.column - 1
    start = max(0, at - _WIDTH // 2)
    before, after = visible(line[start:at]), visible(line[at : start + _WIDTH])
    number = str(finding.line)
    return [f"  {number} | {before}{after}", f"  {' ' * len(number)} | {' ' * len(before)}^"]


def as_github(result: Result) -> str:
    """Write workflow commands that GitHub shows as annotations at the line.

    Source: GitHub Actions, workflow commands, setting an error message.
    """
    lines = []
    for f in result.findings:
        place = f",line={f.line},col={f.column}" if f.line else ""
        message = visible(f"{f.path + ': ' if f.path else ''}{f.message} [{f.code}]").replace("%", "%25")
        name = visible(f.file).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
        level = "notice" if CODES[f.code].hint else "error"
        lines.append(f"::{level} file={name}{place},title={CODES[f.code].title}::{message}\n")
    return "".join(lines)


def as_json(result: Result) -> str:
    """Write one JSON object: the findings, and the number of files."""
    findings = [
        {
            "file": f.file,
            "line": f.line,
            "column": f.column,
            "path": f.path,
            "message": f.message,
            "code": f.code,
            "fixable": CODES[f.code].fixable,
            "page": CODES[f.code].page,
            "hint": CODES[f.code].hint,
        }
        for f in result.findings
    ]
    return json.dumps({"files": len(result.files), "findings": findings}, indent=2) + "\n"


def as_sarif(result: Result) -> str:
    """Write a log in the Static Analysis Results Interchange Format (OASIS SARIF 2.1.0)."""
    used = sorted({f.code for f in result.findings})
    rules = [
        {
            "id": code,
            "shortDescription": {"text": CODES[code].title},
            "fullDescription": {"text": CODES[code].explanation},
            "help": {"text": CODES[code].fix},
            "helpUri": CODES[code].page,
        }
        for code in used
    ]
    driver = {
        "name": "ca-incidents",
        "informationUri": "https://ca-incidents.github.io/ca-incidents/",
        "rules": rules,
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(f, used.index(f.code)) for f in result.findings],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2) + "\n"


def _sarif_result(f: Finding, rule: int) -> dict[str, object]:
    name = quote(f.file.encode("utf-8", "surrogateescape"))
    place: dict[str, object] = {"artifactLocation": {"uri": name}}
    if f.line:
        place["region"] = {"startLine": f.line, "startColumn": f.column}
    return {
        "ruleId": f.code,
        "ruleIndex": rule,
        "level": "note" if CODES[f.code].hint else "error",
        "message": {"text": visible(f"{f.path + ': ' if f.path else ''}{f.message}")},
        "locations": [{"physicalLocation": place}],
    }


def as_junit(result: Result) -> str:
    """Write a test report in the XML that JUnit made common: one test case per file, with its findings."""
    by_file: dict[str, list[Finding]] = {name: [] for name in result.files}
    for finding in result.errors:
        by_file.setdefault(finding.file, []).append(finding)
    failed = sum(bool(found) for found in by_file.values())
    suite = ElementTree.Element("testsuite", name="ca-incidents check", tests=str(len(by_file)), failures=str(failed))
    for name, found in by_file.items():
        case = ElementTree.SubElement(suite, "testcase", classname="check", name=visible(name), file=visible(name))
        if found:
            codes = ", ".join(dict.fromkeys(f.code for f in found))
            failure = ElementTree.SubElement(case, "failure", type=codes, message=f"{len(found)} finding(s): {codes}")
            failure.text = "\n".join(map(str, found))
    ElementTree.indent(suite)
    return f"<?xml version='1.0' encoding='UTF-8'?>\n{ElementTree.tostring(suite, encoding='unicode')}\n"


FORMATS: Mapping[str, Callable[[Result], str]] = {
    "text": as_text,
    "github": as_github,
    "json": as_json,
    "sarif": as_sarif,
    "junit": as_junit,
}
