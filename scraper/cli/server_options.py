"""The options of every command that talks to a Bugzilla, and the client that they describe."""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

from ca_incidents.schema.addresses import BUGZILLA
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.scraper.sources.rest import Bugzilla, Manners

KEY_VARIABLE = "CA_INCIDENTS_API_KEY"


class BadKey(CaIncidentsError):
    """The API key cannot be read or cannot be one; the text never shows it."""


def add_server_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options; the key has none of its own, so that it never stands in a list of processes."""
    usual = Manners()
    group = parser.add_argument_group("server", f"The API key, if any, is taken from {KEY_VARIABLE} or a file.")
    group.add_argument("--url", default=BUGZILLA, help=f"address of the Bugzilla (default: {BUGZILLA})")
    group.add_argument("--api-key-file", type=Path, help="file that holds the API key and nothing else")
    group.add_argument("--jobs", type=_count, default=usual.jobs, help="requests at once (default: %(default)s)")
    group.add_argument(
        "--pause", type=_seconds, default=usual.pause, help="seconds between two requests (default: %(default)s)"
    )
    group.add_argument(
        "--timeout", type=_seconds, default=usual.read, help="seconds to wait for an answer (default: %(default)s)"
    )
    group.add_argument("--allow-http", action="store_true", help="take an address without encryption")


def client_of(arguments: argparse.Namespace, environment: Mapping[str, str] = os.environ) -> Bugzilla:
    """Make the client. Raises BadKey and Elsewhere."""
    manners = Manners(jobs=arguments.jobs, pause=arguments.pause, read=arguments.timeout)
    key = read_key(arguments.api_key_file, environment)
    return Bugzilla(arguments.url, key=key, manners=manners, allow_http=arguments.allow_http)


def read_key(file: Path | None, environment: Mapping[str, str]) -> str | None:
    """Read the key from the file, else from the environment. Raises BadKey without ever showing it."""
    where = str(file) if file else f"the variable {KEY_VARIABLE}"
    try:
        key = file.read_text("ascii") if file else environment.get(KEY_VARIABLE, "")
    except OSError as error:
        raise BadKey(f"{where}: the API key cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise BadKey(f"{where}: holds no API key, which is letters and digits only") from None
    key = key.strip()
    if not key and file is None:
        return None
    if not key or not key.isascii() or not key.isalnum():
        raise BadKey(f"{where}: holds no API key, which is letters and digits only")
    return key


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 8:
        raise argparse.ArgumentTypeError("from 1 to 8")
    return number


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 3600:
        raise argparse.ArgumentTypeError("from 0 to 3600")
    return number
