"""Turns the form "Wrong fact" into a patch of one record, or says what is unclear.

Usage: correct.py EVENT FOLDER. EVENT is the forge's file about the issue; what it contains is never executed or
printed, nor used in a path. Writes changes.patch and message.md into FOLDER, or message.md alone. Needs the project
set up in .venv.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

from ca_incidents.schema.check.correction import Unclear, applied, read_form
from ca_incidents.schema.check.files import file_names, number_of
from ca_incidents.schema.tables import registry
from ca_incidents.scraper.sync.summary import code

ROOT = Path(__file__).parent.parent
RECORDS = ROOT / "incidents"
_LOGIN = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}(?:\[bot\])?\Z")


def main(event: Path, folder: Path) -> None:
    """Write what the job that may write needs."""
    issue = json.loads(event.read_text("utf-8"))["issue"]
    login = issue["user"]["login"]
    assert _LOGIN.match(login), "the forge gives every account such a name"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        message = _patched(issue.get("body") or "", login, folder)
    except Unclear as unclear:
        lines = [f"- {code(question)}" for question in unclear.questions]
        message = "\n".join(["This cannot become a correction yet. Please edit the form above:", "", *lines, ""])
    (folder / "message.md").write_text(message, "utf-8")


def _patched(body: str, login: str, folder: Path) -> str:
    correction = read_form(body)
    name = next((name for name in file_names(RECORDS) if number_of(name) == correction.bug), None)
    if name is None:
        raise Unclear(f"There is no record of bug {correction.bug}; a missing incident has a form of its own.")
    path = RECORDS / name
    path.write_bytes(
        applied(path.read_text("utf-8"), name, correction, registry.standard()).encode("utf-8"),
    )
    diff = ["git", "diff", "--no-ext-diff", "--binary", "--", "incidents"]
    patch = subprocess.run(diff, cwd=ROOT, capture_output=True, check=True).stdout  # noqa: S603
    (folder / "changes.patch").write_bytes(patch)
    rows = {
        "Bug": str(correction.bug),
        "Field": correction.field,
        "Value": correction.value,
        "Source": correction.source,
    }
    told = [f"- {title}: {code(value)}" for title, value in rows.items()]
    return "\n".join([f"Suggested by {code(login)} in a form. Compare the value with its source:", "", *told, ""])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
