"""Ctrl-C is one message and the status that shells use for it, whenever it arrives."""

import subprocess
import sys

import pytest

START = "from ca_incidents.scraper.cli.main import main\n"
WHERE = {
    "while modules are imported": """
import sys
class Pressed:
    def find_spec(self, name, *_):
        if name == "ca_incidents.schema.cli":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Pressed())
""",
    "while a command runs": """
from ca_incidents.schema.cli import check
def pressed(*_):
    raise KeyboardInterrupt
check.run = pressed
""",
}


@pytest.mark.parametrize("moment", WHERE)
def test_an_interruption_has_no_traceback(moment: str) -> None:
    program = f"{START}{WHERE[moment]}main()"
    done = subprocess.run([sys.executable, "-c", program, "check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "interrupted; run the same command again to continue\n"
