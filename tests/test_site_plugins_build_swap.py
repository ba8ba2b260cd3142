"""A site takes the place of the old one as a whole."""

from pathlib import Path

import pytest

from ca_incidents.site_plugins.build import swap


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


def test_a_failed_build_leaves_the_old_site(tmp_path: Path) -> None:
    site = tmp_path / "site"
    built(site, "old")
    swap.show(site)
    built(site, "new")
    swap.discard(site)
    assert [path.name for path in site.iterdir()] == ["old.html"]
    assert list(tmp_path.iterdir()) == [site]
