"""The tests follow the layout: every module has a test file of its name, or one that says that it covers it."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("schema", "scraper", "site_plugins")
TESTS = sorted((ROOT / "tests").glob("test_*.py"))


def modules() -> list[str]:
    """List the modules with code in them; a package that has only a docstring needs no test."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    with_code = [path for path in paths if len(ast.parse(path.read_text("utf-8")).body) > 1]
    return [path.relative_to(ROOT).as_posix() for path in with_code]


def own_test(module: str) -> str:
    """Return the name of a module's own test file."""
    return f"test_{module.removesuffix('.py').removesuffix('/__init__').replace('/', '_')}.py"


def covered(docstring: str) -> list[str]:
    """List the modules that a docstring names in its paragraph `Covers: …`."""
    found = re.search(r"^Covers: (.+?)(?:\n\n|\Z)", docstring, re.M | re.S)
    return re.findall(r"[\w/]+\.py", found[1]) if found else []


def test_every_module_is_covered_by_a_test_file() -> None:
    names = {path.name for path in TESTS}
    said = {name for path in TESTS for name in covered(ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "")}
    assert [module for module in modules() if own_test(module) not in names and module not in said] == []


def test_what_a_test_file_covers_exists() -> None:
    for path in TESTS:
        named = covered(ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "")
        assert [name for name in named if not (ROOT / name).is_file()] == [], path.name


def test_a_paragraph_of_modules_is_read_to_its_end() -> None:
    text = "What.\n\nCovers: schema/check/rules.py,\nschema/check/codes.py.\n\nNot schema/model.py."
    assert covered(text) == ["schema/check/rules.py", "schema/check/codes.py"]
    assert covered("What.") == []
    assert own_test("site_plugins/views/__init__.py") == "test_site_plugins_views.py"
