"""A site takes the place of the old one as a whole."""

import os
import resource
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from ca_incidents.site_plugins.build import swap
from tests.built_site import ROOT, configured


def built(site: Path, text: str) -> None:
    folder = swap.fresh(site)
    assert list(folder.iterdir()) == []
    (folder / f"{text}.html").write_text(text)


def test_the_new_site_replaces_the_old_one_with_everything_in_it(tmp_path: Path) -> None:
    site = tmp_path / "made" / "site"
    for text in ("old", "new"):
        built(site, text)
        swap.show(site)
        assert [path.name for path in site.iterdir()] == [f"{text}.html"]
        assert list(site.parent.iterdir()) == [site]


def test_what_an_interrupted_build_left_is_not_in_the_next_site(tmp_path: Path) -> None:
    site = tmp_path / "site"
    built(site, "left")
    built(site, "new")
    swap.show(site)
    assert [path.name for path in site.iterdir()] == ["new.html"]


@pytest.mark.parametrize("what", ["partial", "old"])
def test_a_planted_link_is_removed_and_not_followed(tmp_path: Path, what: str) -> None:
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mine").write_text("mine")
    (tmp_path / f".site.{what}").symlink_to(elsewhere)
    for text in ("old", "new"):
        built(site, text)
        swap.show(site)
    assert (elsewhere / "mine").read_text() == "mine"
    assert [path.name for path in site.iterdir()] == ["new.html"]


def test_a_link_to_the_sites_folder_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "disk" / "www", tmp_path / "site"
    real.mkdir(parents=True)
    link.symlink_to(real)
    built(link, "new")
    swap.show(link)
    assert link.is_symlink()
    assert [path.name for path in real.iterdir()] == ["new.html"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["disk", "site"]


def test_a_failed_build_leaves_the_old_site(tmp_path: Path) -> None:
    site = tmp_path / "site"
    built(site, "old")
    swap.show(site)
    built(site, "new")
    swap.discard(site)
    assert [path.name for path in site.iterdir()] == ["old.html"]
    assert list(tmp_path.iterdir()) == [site]


def built_by_mkdocs(place: Path, site: str, *, most_bytes: int | None = None) -> "subprocess.CompletedProcess[str]":
    """Build the project's site with its own configuration; no file may be larger than `most_bytes`."""
    configured(ROOT / "incidents", place)
    limited = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (most_bytes, most_bytes)) if most_bytes else None
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", site]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(
        command, cwd=place, env=environment, capture_output=True, text=True, check=False, preexec_fn=limited
    )


def test_a_folder_that_cannot_be_written_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    done = built_by_mkdocs(tmp_path, "file/site")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "Not a directory" in done.stderr


def test_a_disk_that_is_full_is_one_message_and_leaves_the_old_site(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "old.html").write_text("old")
    # The limit on the size of a file fails a write as a full disk does, with another number.
    done = built_by_mkdocs(tmp_path, "site", most_bytes=50_000)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr and "File too large" in done.stderr
    assert [path.name for path in site.iterdir()] == ["old.html"]
    assert not (tmp_path / ".site.partial").exists()
