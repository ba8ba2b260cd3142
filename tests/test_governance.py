"""The files that say how the project works: they agree with each other, with the code, and lead somewhere."""

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from ca_incidents.schema.tables import vocabulary

ROOT = Path(__file__).parent.parent
PAGES = sorted(ROOT.glob("*.md"))
BY_HAND = sorted((ROOT / "docs").glob("*.md"))
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
FORGE = "https://github.com/ca-incidents/ca-incidents/blob/main/"
SITE = "https://ca-incidents.github.io/ca-incidents/"
# Documents that once were at the top, and the page of the site that each has become.
MOVED = {
    "BENCHMARKS": "benchmarks",
    "CORRECTIONS": "corrections",
    "DATASHEET": "datasheet",
    "ID-POLICY": "id-policy",
    "METHOD": "method",
    "PRIVACY": "privacy",
}


def links(page: Path) -> list[str]:
    return [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_files_lead_somewhere(page: Path) -> None:
    local = [target for target in links(page) if target and "://" not in target]
    assert [target for target in local if not (ROOT / target).exists()] == []


@pytest.mark.parametrize("page", BY_HAND, ids=lambda page: page.name)
def test_links_from_the_site_to_the_repository_lead_somewhere(page: Path) -> None:
    paths = [target.removeprefix(FORGE) for target in links(page) if target.startswith(FORGE)]
    assert [path for path in paths if not (ROOT / path).is_file()] == []


@pytest.mark.parametrize("page", BY_HAND, ids=lambda page: page.name)
def test_no_table_aligns_a_column(page: Path) -> None:
    # MkDocs would write inline styles, which the site's security policy refuses.
    assert not re.search(r"^\|.*-:", page.read_text("utf-8"), re.M)


@pytest.mark.parametrize("name", MOVED)
def test_a_moved_document_says_where_it_is_now(name: str) -> None:
    stub = (ROOT / f"{name}.md").read_text("utf-8")
    assert f"](docs/{MOVED[name]}.md)" in stub and f"<{SITE}{MOVED[name]}/>" in stub


def test_every_promised_file_is_there() -> None:
    names = "CODE_OF_CONDUCT CONTRIBUTING SECURITY".split()
    assert [name for name in names if not (ROOT / f"{name}.md").is_file()] == []
    assert {form.stem for form in FORMS} == {"config", "wrong-fact", "missing-incident", "dispute", "take-down"}


def test_the_ways_to_cite_agree() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    deposit = json.loads((ROOT / ".zenodo.json").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert citation["version"] == project["version"]
    assert citation["title"] == deposit["title"]
    assert citation["abstract"] == deposit["description"]
    assert citation["keywords"] == deposit["keywords"]


@pytest.mark.parametrize("form", [form for form in FORMS if form.stem != "config"], ids=lambda form: form.stem)
def test_a_form_asks_for_the_place_and_each_field_once(form: Path) -> None:
    data = yaml.safe_load(form.read_text("utf-8"))
    assert {"name", "description", "body"} <= data.keys()
    fields = [item for item in data["body"] if item["type"] != "markdown"]
    assert {item["type"] for item in fields} <= {"input", "textarea", "dropdown", "checkboxes"}
    ids = [item["id"] for item in fields]
    assert len(ids) == len(set(ids))
    assert fields[0]["validations"]["required"]
    assert all(item["attributes"]["label"] for item in fields)


def test_the_hook_runs_the_check() -> None:
    hook, _ = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert hook["entry"].split()[:2] == ["ca-incidents", "check"]
    assert re.match(hook["files"], "incidents/2020/1671037.yaml")
    assert hook["pass_filenames"] is False


def test_the_hook_for_drafts_installs_what_it_needs() -> None:
    _, hook = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert hook["entry"] == "ca-incidents lint-report"
    assert hook["additional_dependencies"] == project["optional-dependencies"]["sync"]


def test_every_root_cause_has_a_meaning_and_an_example() -> None:
    causes = vocabulary.terms("root_cause").values()
    assert len({cause.example for cause in causes}) == len(causes)
    assert all(cause.description.endswith(".") and (cause.example or "").endswith(".") for cause in causes)
