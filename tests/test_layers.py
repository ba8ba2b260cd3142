"""The layers of the design, held over the imports of every module."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NAMESPACE = "ca_incidents"
PACKAGES = ("schema", "scraper", "site_plugins")
MODULES = {
    path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__"): path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
}

# From the top: a part imports only parts further down. Parts on one line do not know each other.
LAYERS = {
    "schema": """
        cli
        export
        derive
        dataset
        check
        tables
        record
        model findings messages
        errors addresses
    """,
    "scraper": """
        cli
        sync reader
        sources
    """,
    "scraper.reader": """
        thread lint draft whiteboard
        facts
        evidence
        document
        form
        text
    """,
    "site_plugins": """
        commands plugin command_pages
        views
        files
        statistics citation
        build catalogue
        pages
    """,
}
# The one module or folder that may import a library.
OWNERS = {
    "requests": "scraper.sources.rest",
    "urllib3": "scraper.sources.rest",
    "bs4": "scraper.sources",
    "mkdocs": "site_plugins.plugin",
    "jsonschema": "schema.record.json_schema",
    "jsonschema_rs": "schema.record.json_schema",
    "cryptography": "schema.derive.certificate_rows",
    "yaml": "schema.record.yaml_text",
}


def imports(source: str) -> Iterator[str]:
    """List the modules that a source imports; ours without the namespace."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name.removeprefix(f"{NAMESPACE}.") for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, "imports name their package in full"
            module = node.module.removeprefix(f"{NAMESPACE}.")
            for name in node.names:
                inner = f"{module}.{name.name}"
                yield inner if inner in MODULES else module


def within(module: str, owner: str) -> bool:
    return f"{module}.".startswith(f"{owner}.")


def layer(package: str, module: str) -> tuple[int, str] | None:
    """Find the layer of a module inside a package, counted from the top, and the name of its part."""
    part = module.removeprefix(f"{package}.").split(".")[0]
    if not within(module, package) or module == package:
        return None
    for number, line in enumerate(LAYERS[package].split("\n")):
        if part in line.split():
            return number, part
    raise AssertionError(f"{module}: add {part!r} to the layers of {package}")


def wrong_imports(module: str, source: str) -> list[str]:
    wrong = []
    package = module.split(".", maxsplit=1)[0]
    for name in imports(source):
        top = name.split(".")[0]
        if top in PACKAGES and top not in {package, "schema"}:
            wrong.append(f"{module} imports {name}: {package} does not know {top}")
        if top in OWNERS and not within(module, OWNERS[top]):
            wrong.append(f"{module} imports {name}: only {OWNERS[top]} does")
        for outer in LAYERS:
            here, there = layer(outer, module), layer(outer, name) if name in MODULES else None
            if here and there and here[1] != there[1] and here[0] >= there[0]:
                wrong.append(f"{module} imports {name}: {there[1]} is not below {here[1]} in {outer}")
    return wrong


@pytest.mark.parametrize("module", MODULES)
def test_module_keeps_to_its_layer(module: str) -> None:
    assert wrong_imports(module, MODULES[module].read_text("utf-8")) == []


def test_wrong_imports_are_seen() -> None:
    source = "import requests\nfrom ca_incidents.scraper.sources import rest\nfrom yaml import load\n"
    assert len(wrong_imports("schema.model", source)) == 3
    assert len(wrong_imports("schema.record.canonical", "from ca_incidents.schema import dataset\n")) == 1
    assert len(wrong_imports("scraper.sync.apply", "from ca_incidents.scraper.reader import thread\n")) == 1


def test_no_import_runs_in_a_circle() -> None:
    graph = {name: set(imports(path.read_text("utf-8"))) & (MODULES.keys() - {name}) for name, path in MODULES.items()}
    assert len(list(TopologicalSorter(graph).static_order())) == len(MODULES)


def test_no_module_is_named_for_nothing() -> None:
    stems = {name.rpartition(".")[2] for name in MODULES}
    assert not stems & {"utils", "util", "helpers", "helper", "manager", "common", "misc"}


def test_every_public_thing_has_a_docstring() -> None:
    bare = []
    for name, path in MODULES.items():
        tree = ast.parse(path.read_text("utf-8"))
        bare += [name] if ast.get_docstring(tree) is None else []
        for node in tree.body:
            public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if public and ast.get_docstring(node) is None:  # type: ignore[arg-type]
                bare.append(f"{name}: {node.name}")  # type: ignore[union-attr]
    assert bare == []
