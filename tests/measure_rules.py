"""Takes the code from each finding that the checker can make, in turn, and says whether some test notices.

Run it by hand: `python tests/measure_rules.py [SWITCH…]`. A switch is a place whose findings are then dropped (a call
that makes a finding, or a pair of code and message, by module and number), or a function between records that finds
nothing. The same file is the plugin of pytest that turns the switch.
"""

import ast
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
SCHEMA = HERE.parent / "schema"
SWITCH = "CA_INCIDENTS_RULE_OFF"
MODULES = ("check.forbidden_text", "record.yaml_text", "record.json_schema", "check.rules", "check.files")
FUNCTIONS = ("of_ledger", "of_snapshot_day", "of_counts", "of_texts", "across_records", "_place")
TESTS = (
    "check",
    "check_input",
    "record_yaml_text",
    "record_json_schema",
    "check_forbidden_text",
    "check_fix",
)
# Where the code stands among the arguments of what makes a finding.
MAKERS = {"Broken": 1, "Breach": 1, "Problem": 3, "_add": 2}
OFF = "switched-off"


class _Switch(ast.NodeTransformer):
    """Takes the code from the n-th finding that a module makes; lists the lines of all."""

    def __init__(self, codes: frozenset[str], number: int = -1) -> None:
        self.codes = codes
        self.number = number
        self.lines: list[int] = []

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        maker = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        at = MAKERS.get(maker)
        if at is not None and len(node.args) > at and not any(isinstance(a, ast.Starred) for a in node.args):
            self._turn(node.args, at)
        return node

    def visit_Tuple(self, node: ast.Tuple) -> ast.AST:
        self.generic_visit(node)
        for at, part in enumerate(node.elts):
            if isinstance(part, ast.Constant) and part.value in self.codes:
                self._turn(node.elts, at)
        return node

    def _turn(self, parts: list[ast.expr], at: int) -> None:
        self.lines.append(parts[at].lineno)
        if len(self.lines) - 1 == self.number:
            parts[at] = ast.copy_location(ast.Constant(OFF), parts[at])


def _codes() -> frozenset[str]:
    from ca_incidents.schema.check.codes import CODES  # noqa: PLC0415

    return frozenset(CODES)


def _file(module: str) -> Path:
    return SCHEMA.joinpath(*module.split(".")).with_suffix(".py")


def places(module: str) -> list[int]:
    """List the lines of a module at which it makes a finding."""
    switch = _Switch(_codes())
    switch.visit(ast.parse(_file(module).read_text("utf-8")))
    return switch.lines


def switch_off(switch: str) -> None:
    """Turn one switch in this process."""
    from ca_incidents.schema.check import files, rules  # noqa: PLC0415
    from ca_incidents.schema.record import json_schema  # noqa: PLC0415

    kind, _, what = switch.partition(":")
    if kind == "function":
        setattr(rules, what, lambda *a, **k: iter(()))
        return
    module = sys.modules[f"ca_incidents.schema.{kind}"]
    file = _file(kind)
    tree = _Switch(_codes(), int(what)).visit(ast.parse(file.read_text("utf-8")))
    exec(compile(ast.fix_missing_locations(tree), str(file), "exec"), module.__dict__)
    _join_again(kind)
    order, explained = files.in_order, json_schema.breaches
    files.in_order = lambda found: order(f for f in found if f.code != OFF)
    json_schema.breaches = lambda *given: [b for b in explained(*given) if b.code != OFF]


def _join_again(changed: str) -> None:
    """Give the modules that took names out of a changed one the new ones."""
    new = vars(sys.modules[f"ca_incidents.schema.{changed}"])
    for name, module in list(sys.modules.items()):
        if name.startswith(("ca_incidents.",)) and name != f"ca_incidents.schema.{changed}":
            for key, value in list(vars(module).items()):
                if getattr(value, "__module__", None) == f"ca_incidents.schema.{changed}" and key in new:
                    setattr(module, key, new[key])


def pytest_configure() -> None:
    """Turn the switch that the environment names."""
    if os.environ.get(SWITCH):
        switch_off(os.environ[SWITCH])


def noticed(switch: str) -> bool:
    """Say whether a test fails when this switch is turned; the empty one turns nothing."""
    environment = {**os.environ, "PYTHONPATH": f"{HERE}:{HERE.parent}", SWITCH: switch}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n0", "-p", "measure_rules", "-p", "no:cacheprovider"]
    # Slow, and about other things than whether a finding is made.
    command += ["-k", "not odd_value and not mutations and not one_line_a_finding and not takes_no_longer"]
    files = [str(HERE / f"test_schema_{name}.py") for name in TESTS]
    done = subprocess.run([*command, *files], env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 1}:
        raise RuntimeError(done.stdout + done.stderr)
    return done.returncode == 1


def main() -> int:
    """Measure each switch in a run of its own; exit 1 if one goes unnoticed."""
    sys.path.insert(0, str(HERE.parent))
    lines = {f"{module}:{i}": line for module in MODULES for i, line in enumerate(places(module))}
    switches = sys.argv[1:] or [*lines, *(f"function:{name}" for name in FUNCTIONS)]
    if noticed(""):
        print("the tests fail with every rule in its place", flush=True)
        return 1
    with ThreadPoolExecutor(max_workers=int(os.environ.get("JOBS", "2"))) as pool:
        unnoticed = []
        for switch, was_noticed in zip(switches, pool.map(noticed, switches), strict=True):
            where = f" (line {lines[switch]})" if switch in lines else ""
            print(f"{switch}{where}: {'noticed' if was_noticed else 'all tests pass'}", flush=True)
            unnoticed += [] if was_noticed else [switch]
    print(f"{len(switches)} switches, {len(switches) - len(unnoticed)} noticed; not: {unnoticed}")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
