"""The layers of the design, held over the imports of every module."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("schema", "scraper", "site_plugins")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

# Which package may import which other, and which one module of a package may import a library.
MAY_IMPORT = {"schema": {"schema"}, "scraper": {"schema", "scraper"}, "site_plugins": {"schema", "site_plugins"}}
ONE_MODULE = {
    "requests": "scraper/sources/rest.py",
    "urllib3": "scraper/sources/rest.py",
    "bs4": "scraper/sources/",
    "mkdocs": "site_plugins/plugin.py",
    "jsonschema": "schema/record/json_schema.py",
    "jsonschema_rs": "schema/record/json_schema.py",
    "yaml": "schema/record/yaml_text.py",
}


def imports(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name their package in full"
            yield node.module or ""


def wrong_imports(path: Path, source: str) -> list[str]:
    place = path.relative_to(ROOT).as_posix()
    package = place.split("/")[0]
    wrong = []
    for name in imports(source):
        top = name.split(".")[0]
        if top in PACKAGES and top not in MAY_IMPORT[package]:
            wrong.append(f"{place} imports {name}: {package} does not know {top}")
        if top in ONE_MODULE and not place.startswith(ONE_MODULE[top]):
            wrong.append(f"{place} imports {name}: only {ONE_MODULE[top]} does")
    return wrong


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_module_keeps_to_its_layer(path: Path) -> None:
    assert wrong_imports(path, path.read_text("utf-8")) == []


def test_a_wrong_import_is_seen() -> None:
    place = ROOT / "schema" / "model.py"
    assert len(wrong_imports(place, "import requests\nfrom scraper import wire\nfrom yaml import load\n")) == 3


def test_no_module_is_named_for_nothing() -> None:
    assert not {path.stem for path in MODULES} & {"utils", "util", "helpers", "helper", "manager", "common", "misc"}


def test_every_public_thing_has_a_docstring() -> None:
    bare = []
    for path in MODULES:
        tree = ast.parse(path.read_text("utf-8"))
        bare += [path.name] if ast.get_docstring(tree) is None else []
        for node in tree.body:
            public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if public and ast.get_docstring(node) is None:  # type: ignore[arg-type]
                bare.append(f"{path.name}: {node.name}")  # type: ignore[union-attr]
    assert bare == []
