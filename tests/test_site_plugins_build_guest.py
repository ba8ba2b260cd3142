"""Another project installs the wheel: it gets pages below a prefix, and nothing of its own site changes."""

import json
import os
import re
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path

import msgspec
import pytest
from built_site import FULL, HOSTILE, ROOT, full, hostile
from test_packaging import wheel  # noqa: F401

from ca_incidents.schema.export.descriptions import REPOSITORY
from ca_incidents.schema.export.tables import HOME
from ca_incidents.schema.model import Incident
from ca_incidents.schema.record import canonical
from ca_incidents.site_plugins.build import guest

broken_links = runpy.run_path(str(ROOT / ".ci" / "links.py"))["broken_links"]

CONFIGURATION = """\
site_name: Field notes
site_url: https://notes.example/
strict: true
theme: {name: material}
copyright: Ours.
repo_url: https://forge.example/notes
plugins:
  - search
  - ca-incidents: {dataset: data/incidents}
nav:
  - Home: index.md
  - Incidents: ca-incidents/index.md
"""


def records() -> list[Incident]:
    alone = full()
    assert alone.report
    return [hostile(), msgspec.structs.replace(alone, report=msgspec.structs.replace(alone.report, related=()))]


def project(place: Path, configuration: str = CONFIGURATION) -> Path:
    """Write a project with two pages of its own and a dataset of two records."""
    data = place / "data" / "incidents"
    for record in records():
        path = data / str(record.year) / f"{record.id}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(canonical.record_text(record), "utf-8")
    (data / "snapshot.yaml").write_bytes((ROOT / "incidents" / "snapshot.yaml").read_bytes())
    (place / "docs").mkdir()
    (place / "docs" / "index.md").write_text("# Notes\n\nSee [incidents](ca-incidents/index.md), [more](more.md).\n")
    (place / "docs" / "more.md").write_text("# More\n\nNothing else.\n")
    (place / "mkdocs.yml").write_text(configuration)
    return place


def built(place: Path, installed: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(installed or "")}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(wheel: zipfile.ZipFile, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811
    installed = tmp_path_factory.mktemp("installed")
    wheel.extractall(installed)
    place = project(tmp_path_factory.mktemp("elsewhere") / "notes")
    done = built(place, installed)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    return place / "site"


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the same project without the plugin."""
    lines = [line for line in CONFIGURATION.splitlines(keepends=True) if "ca-incidents" not in line]
    place = project(tmp_path_factory.mktemp("without") / "notes", "".join(lines))
    (place / "docs" / "index.md").write_text("# Notes\n\nSee [more](more.md).\n")
    assert built(place).returncode == 0
    return place / "site"


def text(path: Path) -> str:
    return path.read_text("utf-8")


def test_everything_is_below_the_prefix(site: Path, without: Path) -> None:
    names, before = ({p.relative_to(s).as_posix() for p in s.rglob("*") if p.is_file()} for s in (site, without))
    assert {name for name in names - before if not name.startswith("ca-incidents/")} == set()
    assert before <= names
    assert {f"ca-incidents/incidents/{number}/index.html" for number in (HOSTILE, FULL)} <= names
    assert {"ca-incidents/index.html", "ca-incidents/data/v1/incidents.csv", "ca-incidents/explore/index.html"} <= names


def test_a_page_of_the_project_is_as_it_would_be_without(site: Path, without: Path) -> None:
    def main(path: Path) -> str:
        return re.sub(r"(?s)<nav\b.*?</nav>", "", text(path))

    assert "Notes" in main(site / "index.html") and "ci-" not in text(site / "more" / "index.html")
    assert main(site / "more" / "index.html") == main(without / "more" / "index.html")
    assert "Ours." in text(site / "ca-incidents" / "index.html")


def test_every_link_leads_somewhere(site: Path) -> None:
    assert broken_links(site, "/") == []


@pytest.mark.parametrize("name", ["index.html", "cas/index.html", f"incidents/{FULL}/index.html", "explore/index.html"])
def test_a_page_has_its_styles_before_the_theme_s_and_says_how_old_it_is(site: Path, name: str) -> None:
    page = text(site / "ca-incidents" / name)
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    assert [style.rpartition("/")[2] for style in styles[:2]] == ["ca-incidents.css", "explore.css"]
    assert "Snapshot of" in page and "ciSlot" not in page
    assert f'<link rel="canonical" href="https://notes.example/ca-incidents/{name.removesuffix("index.html")}"' in page


def test_links_to_hand_written_pages_and_to_the_records_lead_to_this_project(site: Path) -> None:
    page = text(site / "ca-incidents" / "statistics" / "index.html")
    assert f'href="{HOME}method/#counts"' in page
    assert f'href="{HOME}method/#counts"' in text(site / "ca-incidents" / "index.html")
    record = text(site / "ca-incidents" / "incidents" / str(FULL) / "index.html")
    assert f"{REPOSITORY}/edit/main/incidents/" in record
    # The form fills in the field of this id.
    assert f"{REPOSITORY}/issues/new?template=wrong-fact.yml&amp;bug={FULL}" in record
    assert "id: bug\n" in text(ROOT / ".github" / "ISSUE_TEMPLATE" / "wrong-fact.yml")


def test_the_project_s_search_and_site_map_have_the_pages(site: Path) -> None:
    index = json.loads(text(site / "search" / "search_index.json"))
    found = {entry["location"] for entry in index["docs"]}
    assert {"", "more/", f"ca-incidents/incidents/{FULL}/"} <= found
    assert f"https://notes.example/ca-incidents/incidents/{FULL}/" in text(site / "sitemap.xml")


REFUSED = {
    "another theme": (
        "{name: material}",
        "{name: mkdocs}",
        'the theme here is "mkdocs": write `theme: {name: material}`',
    ),
    "addresses without a slash": ("strict: true", "use_directory_urls: false", "delete `use_directory_urls`"),
    "a prefix that leads out": (
        "{dataset: data/incidents}",
        "{dataset: data/incidents, prefix: ../up}",
        'the prefix "../up" is not a folder of the site',
    ),
    "no prefix, where index.md is": (
        "{dataset: data/incidents}",
        '{dataset: data/incidents, prefix: ""}',
        'index.md has the address of a page of ca-incidents, which are below the prefix "": move it, or write another',
    ),
    "no dataset": ("data/incidents", "elsewhere", "elsewhere: there is no such folder"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_project_where_it_cannot_work_is_told_what_to_write(tmp_path: Path, case: str) -> None:
    old, new, said = REFUSED[case]
    place = project(tmp_path / "notes", CONFIGURATION.replace(old, new))
    done = built(place)
    assert done.returncode == 1 and said in done.stderr + done.stdout
    assert "Traceback" not in done.stderr and not (place / "site").exists()


@pytest.mark.parametrize(("written", "prefix"), [("", ""), ("/", ""), ("x", "x/"), ("/a/b.c/", "a/b.c/")])
def test_a_prefix_ends_with_a_slash(written: str, prefix: str) -> None:
    assert guest.prefix_of(written) == prefix


@pytest.mark.parametrize("wrong", ["..", "a/../b", "a b", "https://a.example", ".hidden"])
def test_a_prefix_that_is_no_folder_is_refused(wrong: str) -> None:
    with pytest.raises(guest.CannotBuildHere):
        guest.prefix_of(wrong)
