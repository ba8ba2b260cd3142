"""Forms of the forge become corrections, or questions; whatever a stranger types is only ever a value."""

import json
import subprocess
from pathlib import Path

import pytest
from test_ci import script
from test_schema_check import ONE, root  # noqa: F401

from ca_incidents.schema.check.correction import Unclear, applied, read_form
from ca_incidents.schema.record import yaml_text
from ca_incidents.schema.tables import registry


def form(
    bug: object = ONE, field: str = "noncompliance.start", value: str = "2020-08-31", source: str = "Comment 2"
) -> str:
    answers = {"Bug number on Bugzilla": bug, "Field": field, "What it should be": value, "Source": source}
    return "\n\n".join(f"### {title}\n\n{answer}" for title, answer in answers.items())


def corrected(root: Path, **answers: object) -> dict:  # noqa: F811
    name = f"2020/{ONE}.yaml"
    text = (root / name).read_text("utf-8")
    result = applied(text, name, read_form(form(**answers)), registry.standard())
    assert result.startswith(text.partition("curated:")[0])
    return yaml_text.load(result.encode()).data["curated"]


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("noncompliance.start", "2020-08-31", {"noncompliance": {"start": "2020-08-31"}}),
        ("report.noncompliance.start", "2020-08-31", {"noncompliance": {"start": "2020-08-31"}}),
        ("certificates.total", "1,700", {"certificates": {"total": 1700}}),
        ("issuance_stopped", "No", {"issuance_stopped": False}),
        ("root_causes", "process-gap, software-defect", {"root_causes": ["process-gap", "software-defect"]}),
        (
            "policies",
            '[{document: tls-br, section: "4.9.1"}]',
            {"policies": [{"document": "tls-br", "section": "4.9.1"}]},
        ),
        ("ca", "digicert", {"ca": "digicert"}),
        ("notes", "See comment 5 # and the rest", {"notes": "See comment 5 # and the rest"}),
    ],
)
def test_a_form_becomes_a_value_under_curated(root: Path, field: str, value: str, expected: dict) -> None:  # noqa: F811
    data = corrected(root, field=field, value=value)
    assert {key: data[key] for key in expected} == expected
    assert data["summary"] == "The report came late."


@pytest.mark.parametrize(
    ("answers", "question"),
    [
        ({"bug": "what?"}, "one bug number"),
        ({"bug": ""}, "Bug number on Bugzilla"),
        ({"source": "_No response_"}, "“Source”"),
        ({"field": "noncompliance.begin"}, 'no field "noncompliance.begin"'),
        ({"field": "title"}, "no field"),
        ({"field": "reviewed"}, "no field"),
        ({"value": "last week"}, "is not a date"),
        ({"field": "certificates.total", "value": "some"}, "plain digits"),
        ({"field": "issuance_stopped", "value": "perhaps"}, "yes or no"),
        ({"field": "policies", "value": "the BRs"}, "[{document: tls-br"),
        ({"field": "policies", "value": "[{document: tls-br"}, "not closed"),
        ({"field": "root_causes", "value": "human error"}, "unknown root cause"),
        ({"field": "notes", "value": "Ask jane@example.org"}, "e-mail"),
        ({"field": "notes", "value": "x" * 3_000}, "longer than"),
    ],
)
def test_what_is_unclear_is_asked(root: Path, answers: dict, question: str) -> None:  # noqa: F811
    with pytest.raises(Unclear) as raised:
        corrected(root, **answers)
    assert question in str(raised.value)


HOSTILE = {
    "a path": {"bug": "../../etc/passwd"},
    "YAML behind the value": {"field": "notes", "value": "x\n  reviewed: {by: me, on: 2020}\nid: 7"},
    "an anchor": {"field": "policies", "value": "[&a {document: tls-br}, *a]"},
    "a tag": {"field": "policies", "value": "[!!python/object/apply:os.system ['touch hacked']]"},
    "depth": {"field": "policies", "value": "[" * 900},
    "a second answer": {"value": "2020-08-31\n\n### Field\n\nnotes"},
    "a workflow command": {"field": "notes", "value": "::set-output name=x::y"},
    "Markdown": {
        "field": "notes",
        "value": "`` ` `` @someone Fixes #1 <img src=x>",
        "source": "[x](https://evil.example)",
    },
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_form_changes_one_value_of_one_record_or_nothing(
    case: str,
    root: Path,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    correct = script("correct")
    monkeypatch.setattr(correct, "ROOT", tmp_path)
    monkeypatch.setattr(correct, "RECORDS", root)
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"issue": {"user": {"login": "some-one"}, "body": form(**HOSTILE[case])}}), "utf-8")
    others = {path: path.read_bytes() for path in root.rglob("*.yaml") if path.stem != str(ONE)}
    correct.main(event, tmp_path / "proposal")
    assert {path: path.read_bytes() for path in others} == others
    data = yaml_text.load((root / "2020" / f"{ONE}.yaml").read_bytes()).data
    assert data["id"] == ONE and "reviewed" not in data["curated"]
    message = (tmp_path / "proposal/message.md").read_text("utf-8")
    assert all(
        line.startswith(("Suggested by ` ", "Suggested by `some", "This cannot", "- "))
        for line in message.split("\n")
        if line
    )
    assert not (tmp_path / "hacked").exists()
