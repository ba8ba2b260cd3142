"""The pages as Markdown files for another site generator.

Covers: site_plugins/command_pages.py.
"""

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from markdown import Markdown

from ca_incidents.schema.cli.command import main
from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.files import markdown_files
from ca_incidents.site_plugins.views import all_pages
from tests.export_material import HOSTILE, data


def test_every_page_has_front_matter_and_its_html_passes_through_markdown() -> None:
    kinds = {page.kind: page for page in all_pages(Catalogue(data()))}
    hostile = next(p for p in all_pages(Catalogue(data())) if p.url == f"incidents/{HOSTILE}/")
    for page in (*kinds.values(), hostile):
        _, front, text = markdown_files.text_of(page).split("---\n", 2)
        fields = dict(line.split(": ", 1) for line in front.splitlines())
        assert set(fields) == {"title", "description", "date"}
        assert "<" not in json.loads(fields["title"])
        html = Markdown(extensions=["tables", "attr_list"]).convert(text)
        assert shape(html) == shape(f"<div>{page.body()}</div>"), page.url


def shape(html: str) -> list[str]:
    soup = BeautifulSoup(html, "html.parser")
    return [*(tag.name for tag in soup.find_all(True)), *soup.get_text().split()]


def test_the_command_writes_pages_and_what_they_link(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pages", str(tmp_path / "docs")]) == 0
    docs = tmp_path / "docs"
    assert f"{len(list(docs.rglob('index.md'))):,} pages" in capsys.readouterr().out
    for there in ("index.md", "about.md", "incidents/1671037/index.md", "assets/explore.json", "data/v1/SHA256SUMS"):
        assert (docs / there).is_file(), there


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "docs").write_text("")
    assert main(["pages", str(tmp_path / "docs")]) == 2
    assert "cannot be written" in capsys.readouterr().err
