"""Switches off each rule of the checker in turn and says whether some test notices.

Run it by hand: `python tests/measure_rules.py [SWITCH…]`. Three kinds of switch: a code whose findings are dropped, a
place in `schema/rules.py` that no longer says what it found, and a function between records that finds nothing. The
same file is the plugin of pytest that turns the switch.
"""

import ast
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
RULES = HERE.parent / "schema" / "rules.py"
SWITCH = "CA_INCIDENTS_RULE_OFF"
FUNCTIONS = ("of_ledger", "of_snapshot_day", "of_counts", "across_records", "_place")
TESTS = ("test_schema_check.py", "test_schema_input.py", "test_schema_yamltext.py", "test_schema_validate.py")


class _Silencer(ast.NodeTransformer):
    """Turns the n-th `yield Broken(...)` into one that is never reached; counts them all."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.lines: list[int] = []

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        value = node.value
        made = isinstance(value, ast.Yield) and isinstance(value.value, ast.Call)
        if made and isinstance(value.value.func, ast.Name) and value.value.func.id == "Broken":
            self.lines.append(node.lineno)
            if len(self.lines) - 1 == self.number:
                return ast.copy_location(ast.If(ast.Constant(False), [node], []), node)
        return node


def places() -> list[int]:
    """List the lines of the rules that say what they found."""
    silencer = _Silencer(-1)
    silencer.visit(ast.parse(RULES.read_text("utf-8")))
    return silencer.lines


def switch_off(switch: str) -> None:
    """Turn one switch in this process."""
    from schema import dataset, rules  # noqa: PLC0415

    kind, _, what = switch.partition(":")
    if kind == "code":
        order = dataset.in_order
        dataset.in_order = lambda found: order(f for f in found if f.code != what)
    elif kind == "function":
        setattr(rules, what, lambda *a, **k: iter(()))
    else:
        silencer = _Silencer(int(what))
        tree = ast.fix_missing_locations(silencer.visit(ast.parse(RULES.read_text("utf-8"))))
        exec(compile(tree, str(RULES), "exec"), rules.__dict__)


def pytest_configure() -> None:
    """Turn the switch that the environment names."""
    if os.environ.get(SWITCH):
        switch_off(os.environ[SWITCH])


def main() -> int:
    """Measure each switch in a run of its own; exit 1 if one goes unnoticed."""
    sys.path.insert(0, str(HERE.parent))
    from schema.codes import CODES  # noqa: PLC0415

    switches = [*(f"place:{i}" for i in range(len(places()))), *(f"function:{name}" for name in FUNCTIONS)]
    switches += [f"code:{code}" for code in CODES if code != "schema"]
    switches = sys.argv[1:] or switches
    lines = places()
    unnoticed = []
    for switch in ["none", *switches]:
        environment = {**os.environ, "PYTHONPATH": f"{HERE}:{HERE.parent}", SWITCH: "" if switch == "none" else switch}
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "measure_rules", "-p", "no:cacheprovider"]
        command += ["-k", "not odd_value and not mutations and not one_line_a_finding"]
        done = subprocess.run(
            [*command, *(str(HERE / t) for t in TESTS)], env=environment, capture_output=True, text=True, check=False
        )
        noticed = done.returncode == 1
        where = f" (line {lines[int(switch[6:])]})" if switch.startswith("place:") else ""
        print(f"{switch}{where}: {'noticed' if noticed else 'all tests pass'}", flush=True)
        if noticed == (switch == "none"):
            unnoticed.append(switch)
    print(f"{len(switches)} switches, {len(switches) - len(unnoticed)} noticed; not: {unnoticed}")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
