"""What the bench builds: the dataset grown by a factor, and the site's own pages again as Markdown for the peers."""

import itertools
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from ca_incidents.schema import dataset
from ca_incidents.schema.check import files
from ca_incidents.schema.model import Incident, RelatedBug, Relations, Report, record_to_data
from ca_incidents.schema.record import canonical, yaml_text

STEP = 10_000_000
ASIDE = "aside"
EDITED = "2020/1671037.yaml"
# How long a page may be to be in the peers' search; Material's plugin refuses longer ones at ten times the size.
SEARCHED: dict[str, list[str]] = {"1x": [], "10x": ["1500"]}
BIN = Path(sys.executable).parent


def grown(source: Path, place: Path, times: int) -> Path:
    """Make a dataset of so many times the records, with new numbers and with the relations among the copies."""
    target = place / "incidents"
    if target.is_dir():
        return target
    data = dataset.read(source)
    for copy in range(times):
        for record in data.incidents.values():
            moved = _moved(record, copy * STEP)
            path = target / str(moved.year) / f"{moved.id}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(canonical.record_text(moved), "utf-8")
    snapshot = msgspec.structs.replace(data.snapshot, counts=None)
    (target / files.SNAPSHOT).write_text(yaml_text.dump(record_to_data(snapshot)), "utf-8")
    return target


def _moved(record: Incident, step: int) -> Incident:
    state, report, curated = record.bugzilla, record.report, record.curated
    if state.relations:
        state = msgspec.structs.replace(state, relations=_moved_relations(state.relations, step))
    if report:
        report = _moved_report(report, step)
    if curated and curated.related:
        curated = msgspec.structs.replace(curated, related=_moved_related(curated.related, step))
    return msgspec.structs.replace(record, id=record.id + step, bugzilla=state, report=report, curated=curated)


def _moved_report(report: Report, step: int) -> Report:
    return msgspec.structs.replace(report, related=_moved_related(report.related, step))


def _moved_related(items: tuple[RelatedBug, ...], step: int) -> tuple[RelatedBug, ...]:
    return tuple(msgspec.structs.replace(item, bug=item.bug + step) for item in items)


def _moved_relations(old: Relations, step: int) -> Relations:
    changes: dict[str, Any] = {
        key: tuple(bug + step for bug in getattr(old, key))
        for key in ("depends_on", "blocks", "see_also", "duplicates", "foreign")
    }
    if old.duplicate_of:
        changes["duplicate_of"] = old.duplicate_of + step
    return msgspec.structs.replace(old, **changes)


def lines(
    root: Path, data: Path, work: Path, scale: str, peers: Path | None, *, in_nav: bool
) -> Iterator[dict[str, Any]]:
    """Give the builds to measure: ours with and without what an earlier one kept, and the peers on the same pages."""
    out = work / "out"
    config = our_config(root, data, work / f"config-{scale}")
    plain = f"plain MkDocs, pages outside nav, {scale}"
    name = f"ca-incidents site, {scale}"
    site = out / scale
    build = [str(BIN / "mkdocs"), "build", "--quiet", "--config-file", str(config), "--site-dir", str(site)]

    def fresh() -> None:
        set_aside(site, work)

    def cold() -> None:
        fresh()
        shutil.rmtree(config.parent / ".cache", ignore_errors=True)

    ours = {"command": build, "against": plain}
    yield {"name": f"ca-incidents site, empty cache, {scale}", "before": cold, **ours}
    yield {"name": name, "note": _weight(site), "before": fresh, **ours}
    if scale == "1x":
        yield _edited(root, data, work, plain)
    pages = markdown_pages(build, site, work / f"markdown-{scale}", peers, SEARCHED[scale])
    if pages is None:
        return
    most = {"1x": 1000, "10x": 2}[scale]
    yield _peer(plain, [str(BIN / "mkdocs"), "build", "--quiet"], pages, plain, most)
    if peers:
        zensical = [str(peers.parent / "zensical"), "build", "--clean"]
        yield _peer(f"Zensical, {scale}", zensical, pages, plain, most)
        if scale == "1x":
            own = second_back_end(data, work / f"pages-{scale}")
            yield _peer(f"Zensical on the files of ca-incidents pages, {scale}", zensical, own, plain, 2)
    if in_nav and scale == "1x":
        yield _peer(f"plain MkDocs, pages in nav, {scale}", ["sh", "-c", _in_nav_command()], pages, plain, 1)


def _edited(root: Path, data: Path, work: Path, against: str) -> dict[str, Any]:
    """Build with what was kept before one record got another title."""
    place, site = work / "one-edited", work / "out" / "one-edited"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(data, place / "incidents")
    config = our_config(root, place / "incidents", place)
    command = [str(BIN / "mkdocs"), "build", "--quiet", "--config-file", str(config), "--site-dir", str(site)]
    record, titles = place / "incidents" / EDITED, itertools.count()
    text = record.read_text("utf-8")

    def edit() -> None:
        if not (place / ".cache").is_dir():
            subprocess.run(command, check=True)
        set_aside(site, work)
        record.write_text(re.sub(r"^title: \"?", rf"\g<0>Edited{next(titles)} ", text, count=1, flags=re.M), "utf-8")

    return {"name": "ca-incidents site, one record changed, 1x", "command": command, "before": edit, "against": against}


def set_aside(site: Path, work: Path) -> None:
    """Move a built site out of the way, to be removed after all runs.

    Removing it is not part of building, and ext4 looks for new inodes ever longer where thousands were freed within
    the last minutes: right after a removal a build took up to twice its CPU time.
    """
    if site.is_dir():
        old = work / ASIDE
        old.mkdir(exist_ok=True)
        site.rename(next(old / str(n) for n in itertools.count() if not (old / str(n)).exists()))


def second_back_end(data: Path, place: Path) -> Path:
    """Write the same pages by the second back end, as another generator takes them."""
    shutil.rmtree(place, ignore_errors=True)
    command = [str(BIN / "ca-incidents"), "pages", str(place / "docs"), "--dataset", str(data)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (place / "mkdocs.yml").write_text(PLAIN_CONFIG + "nav: [index.md]\n", "utf-8")
    return place


def _peer(name: str, command: list[str], pages: Path, against: str, most: int) -> dict[str, Any]:
    def fresh() -> None:
        set_aside(pages / "site", pages.parent)

    return {"name": name, "command": command, "folder": pages, "against": against, "most_runs": most, "before": fresh}


def _in_nav_command() -> str:
    return f"{BIN / 'mkdocs'} build --quiet --config-file mkdocs-nav.yml"


def _weight(site: Path) -> Callable[[], str]:
    def note() -> str:
        pages = sum(1 for _ in site.rglob("*.html"))
        search = site / "search" / "search_index.json"
        return f"{pages:,} pages, search index {search.stat().st_size / 1e6:.2f} MB"

    return note


def our_config(root: Path, data: Path, place: Path) -> Path:
    """Write a configuration that inherits the project's and names another dataset; what builds keep is beside it."""
    place.mkdir(parents=True, exist_ok=True)
    config = place / "mkdocs.yml"
    config.write_text(
        f"INHERIT: {root / 'mkdocs.yml'}\n"
        f"docs_dir: {root / 'docs'}\n"
        f"theme:\n  custom_dir: {root / 'site_plugins' / 'templates' / 'theme'}\n"
        f'plugins:\n  search: {{}}\n  ca-incidents:\n    dataset: {data}\n    prefix: ""\n',
        "utf-8",
    )
    return config


PLAIN_CONFIG = """site_name: CA incidents
theme:
  name: material
  font: false
plugins: [search]
markdown_extensions: [tables, attr_list, toc]
validation:
  nav: {omitted_files: ignore}
  links: {not_found: ignore, unrecognized_links: ignore, absolute_links: ignore, anchors: ignore}
"""


def markdown_pages(build: list[str], site: Path, place: Path, peers: Path | None, words: list[str]) -> Path | None:
    """Write the main part of each of our built pages as a Markdown file, by the library markdownify."""
    if peers is None:
        return None
    if place.is_dir():
        return place
    subprocess.run(build, check=True)
    shutil.rmtree(place, ignore_errors=True)
    converter = Path(__file__).with_name("bench_markdown.py")
    subprocess.run([str(peers), str(converter), str(site), str(place / "docs"), *words], check=True)
    (place / "mkdocs.yml").write_text(PLAIN_CONFIG + "nav: [index.md]\n", "utf-8")
    (place / "mkdocs-nav.yml").write_text(PLAIN_CONFIG, "utf-8")
    return place
