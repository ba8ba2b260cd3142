"""What is installed: one namespace, the packages that are there, and per command only the libraries it imports.

Covers: site_plugins/commands.py.
"""

import ast
import subprocess
import sys
import tomllib
import zipfile
from functools import cache
from pathlib import Path

import pytest

from ca_incidents.schema.cli.all import COMMANDS as SCHEMA_COMMANDS
from ca_incidents.schema.cli.command import Command
from ca_incidents.scraper.cli.all import COMMANDS as SCRAPER_COMMANDS
from ca_incidents.site_plugins.commands import COMMANDS as SITE_COMMANDS

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PACKAGES = ("schema", "scraper", "site_plugins")
COMMANDS = (*SCHEMA_COMMANDS, *SCRAPER_COMMANDS, *SITE_COMMANDS)
# Distributions whose module has another name.
MODULES = {
    "beautifulsoup4": "bs4",
    "jsonschema-rs": "jsonschema_rs",
    "markdown-it-py": "markdown_it",
    "mkdocs-material": "material",
    "pillow": "PIL",
    "pyyaml": "yaml",
}


def modules_of(extra: str | None) -> set[str]:
    """Collect the modules that the base install and an extra bring."""
    project = PROJECT["project"]
    wanted = [*project["dependencies"], *(project["optional-dependencies"][extra] if extra else ())]
    found = set()
    for requirement in wanted:
        name = requirement.split(">")[0]
        if name.startswith("ca-incidents["):
            for inner in name.removeprefix("ca-incidents[").removesuffix("]").split(","):
                found |= modules_of(inner)
        else:
            found.add(MODULES.get(name, name))
    return found


@cache
def imported(module: str) -> frozenset[str]:
    """List the modules that a module of ours imports when it is imported itself."""
    path = ROOT.joinpath(*module.split(".")[1:])
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    found = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{name.name}" for name in node.names}
            ours = {name for name in inner if is_ours(name)}
            found |= ours or {node.module}
    return frozenset(found)


def is_ours(name: str) -> bool:
    path = ROOT.joinpath(*name.split(".")[1:])
    return name.startswith("ca_incidents.") and (path.with_suffix(".py").is_file() or path.is_dir())


def libraries(module: str) -> set[str]:
    """Collect the third-party modules that are imported with a module of ours."""
    seen, waiting = set(), [module]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += imported(name) if is_ours(name) else ()
    return {name.split(".")[0] for name in seen} - {"ca_incidents"} - sys.stdlib_module_names


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_command_imports_what_its_extra_installs(command: Command) -> None:
    assert libraries(command.module) <= modules_of(command.extra)


def test_the_commands_of_the_base_install_need_no_extra() -> None:
    base = {command.name for command in COMMANDS if command.extra is None}
    assert base == {"changes", "check", "deadlines", "explain", "export", "propose", "show"}


def test_nothing_is_required_that_is_not_imported() -> None:
    used = {top for package in PACKAGES for path in (ROOT / package).rglob("*.py") for top in tops(path)}
    # The theme is named in mkdocs.yml, and nowhere imported.
    assert modules_of("all") - used == {"material"}


def tops(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    plain = {name.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for name in node.names}
    return plain | {(node.module or "").split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)}


def test_a_command_whose_extra_is_missing_says_which() -> None:
    program = "import sys; sys.modules['requests'] = None; from ca_incidents.scraper.cli.main import main; main()"
    done = subprocess.run([sys.executable, "-c", program, "sync"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "`sync` needs requests, which is not installed: pip install 'ca-incidents[sync]'\n"


def test_every_package_is_listed() -> None:
    there = {path.parent.relative_to(ROOT) for package in PACKAGES for path in (ROOT / package).rglob("__init__.py")}
    listed = PROJECT["tool"]["setuptools"]["packages"]
    assert sorted(listed) == sorted("ca_incidents." + path.as_posix().replace("/", ".") for path in there)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    source, target = tmp_path_factory.mktemp("source") / "clone", tmp_path_factory.mktemp("wheel")
    listed = subprocess.run(["git", "ls-files", "-z", *PACKAGES], cwd=ROOT, capture_output=True, check=True).stdout
    for name in [*listed.decode().split("\0")[:-1], "pyproject.toml", "README.md", "LICENSE", "LICENSE-DATA"]:
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--wheel-dir", str(target), str(source)], check=True, capture_output=True)
    return zipfile.ZipFile(next(target.glob("*.whl")))


def test_the_wheel_has_one_top_level_module(wheel: zipfile.ZipFile) -> None:
    top = {name.split("/")[0] for name in wheel.namelist()}
    assert {name for name in top if not name.endswith(".dist-info")} == {"ca_incidents"}


def test_the_wheel_holds_every_file_of_the_packages(wheel: zipfile.ZipFile) -> None:
    inside = {name.removeprefix("ca_incidents/") for name in wheel.namelist()}
    listed = subprocess.run(["git", "ls-files", *PACKAGES], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [name for name in listed.split() if (ROOT / name).is_file() and name not in inside] == []
