"""Saved pages are parsed in a process of their own: no file, however built, costs more than stated time and memory.

The HTML parser of the standard library takes quadratic time for some small inputs, and a page of a few megabytes can
become hundreds of megabytes of tags.
"""

import contextlib
import re
import subprocess
import sys
from pathlib import Path

import msgspec

from ca_incidents.schema.findings import visible
from ca_incidents.scraper.sources.bug import UnreadableAnswer, WireBug
from ca_incidents.scraper.sources.input_file import read_file
from ca_incidents.scraper.sources.saved_page import MAX_BYTES, AmbiguousPage, ErrorPage, UnreadablePage, read_page

MEMORY = 256 << 20
SECONDS = 60

_ERRORS = {error.__name__: error for error in (AmbiguousPage, ErrorPage, UnreadablePage, UnreadableAnswer)}


class _Result(msgspec.Struct):
    bugs: list[WireBug] = []
    error: str = ""
    message: str = ""


def load_page(path: Path, number: int | None = None) -> list[WireBug]:
    """Read the bugs of a saved file; without `number`, a page that does not contain the number gets the file name's.

    Raises UnreadableFile and the errors of `read_page`.
    """
    raw = read_file(path, MAX_BYTES)
    named = re.search(r"(?<![0-9])[0-9]{5,9}(?![0-9])", path.stem)
    return read_page_confined(raw, visible(str(path)), number or (int(named[0]) if named else None))


def read_page_confined(raw: bytes, source: str, number: int | None = None, *, seconds: int = SECONDS) -> list[WireBug]:
    """Do the same as `read_page`, in a process with limits; also raises UnreadablePage if it exceeds one."""
    # -I: neither the working folder nor the environment decides what is imported.
    command = [sys.executable, "-I", "-m", __name__, source, str(number or ""), str(seconds)]
    try:
        done = subprocess.run(command, input=raw, capture_output=True, timeout=2 * seconds, check=False)  # noqa: S603
        result = msgspec.json.decode(done.stdout, type=_Result)
    except (subprocess.TimeoutExpired, msgspec.DecodeError):
        limits = f"{seconds} seconds and {MEMORY >> 20} MiB of memory"
        raise UnreadablePage(f"{source}: cannot be read within {limits}") from None
    except (OSError, ValueError) as error:
        raise UnreadablePage(f"{source}: cannot be read ({error})") from None
    if result.error:
        raise _ERRORS[result.error](result.message)
    return result.bugs


def _main(source: str, number: str, seconds: str) -> None:
    with contextlib.suppress(ImportError):
        import resource  # noqa: PLC0415 - not on Windows

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    try:
        result = _Result(bugs=read_page(sys.stdin.buffer.read(), source, int(number) if number else None))
    except tuple(_ERRORS.values()) as error:
        result = _Result(error=type(error).__name__, message=str(error))
    sys.stdout.buffer.write(msgspec.json.encode(result))


if __name__ == "__main__":
    with contextlib.suppress(MemoryError):
        _main(*sys.argv[1:])
