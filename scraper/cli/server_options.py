"""The options shared by the commands that talk to a Bugzilla server, and the client that they configure."""

import argparse
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from ca_incidents.schema.addresses import BUGZILLA
from ca_incidents.schema.cli.command import Surroundings
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.findings import visible
from ca_incidents.scraper.sources.input_file import UnreadableFile, read_file
from ca_incidents.scraper.sources.rest import HERE, Bugzilla, Manners

KEY_VARIABLE = "CA_INCIDENTS_API_KEY"
LONGEST_KEY = 1_000


class BadKey(CaIncidentsError):
    """The API key cannot be read or is not a valid key; the text never contains it."""


def add_server_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options. The key has no option of its own: it would be visible in the list of processes."""
    usual = Manners()
    group = parser.add_argument_group(
        "server", f"The API key, if any, is read from the variable {KEY_VARIABLE} or a file."
    )
    group.add_argument("--url", default=BUGZILLA, help=f"address of the server (default: {BUGZILLA})")
    group.add_argument("--api-key-file", type=Path, help="file that contains only the API key")
    group.add_argument(
        "--jobs", type=_count, default=usual.jobs, help="number of parallel requests (default: %(default)s)"
    )
    group.add_argument(
        "--pause", type=_seconds, default=usual.pause, help="seconds between two requests (default: %(default)s)"
    )
    group.add_argument(
        "--timeout", type=_seconds, default=usual.read, help="seconds to wait for an answer (default: %(default)s)"
    )
    group.add_argument("--allow-http", action="store_true", help="accept an http:// address, which is not encrypted")


def add_verbosity(parser: argparse.ArgumentParser) -> None:
    """Add the options that decide how much a command says."""
    group = parser.add_mutually_exclusive_group()
    group.add_argument("-q", "--quiet", action="store_true", help="print errors only")
    group.add_argument("-v", "--verbose", action="store_true", help="print each request and each file that is read")


def client_of(
    arguments: argparse.Namespace,
    around: Surroundings,
    environment: Mapping[str, str] = os.environ,
    *,
    watch: Callable[[str], None] = lambda _: None,
) -> Bugzilla:
    """Create the client, and say if a key will go through a proxy; `watch` is told what it does.

    Raises BadKey and Elsewhere.
    """
    manners = Manners(jobs=arguments.jobs, pause=arguments.pause, read=arguments.timeout)
    key = read_key(arguments.api_key_file, environment)
    client = Bugzilla(arguments.url, key=key, manners=manners, allow_http=arguments.allow_http, watch=watch)
    server = urlsplit(client.url)
    if key and server.hostname not in HERE:
        if server.scheme != "https":
            raise BadKey("the API key is not sent over http, where everybody on the way can read it; use https")
        if proxy := _proxy_for(server.hostname or ""):
            print(f"the API key is used through the proxy {visible(proxy)}, encrypted", file=around.err)
    return client


def _proxy_for(host: str) -> str | None:
    """Return the host of the proxy that the environment sets for https, without any password in its address."""
    address = getproxies().get("https") or getproxies().get("all")
    if not address or proxy_bypass(host):
        return None
    try:
        return urlsplit(address if "://" in address else f"//{address}").hostname
    except ValueError:
        return "of the environment"


def read_key(file: Path | None, environment: Mapping[str, str]) -> str | None:
    """Read the key from the file, else from the environment; None if there is none. Raises BadKey."""
    where = visible(str(file)) if file else f"the environment variable {KEY_VARIABLE}"
    try:
        key = read_file(file, LONGEST_KEY).decode("ascii") if file else environment.get(KEY_VARIABLE, "")
    except UnreadableFile as error:
        raise BadKey(f"the API key cannot be read: {error}") from None
    except UnicodeDecodeError:
        raise BadKey(f"{where}: not an API key, which has only letters and digits") from None
    key = key.strip()
    if not key and file is None:
        return None
    if not key or not key.isascii() or not key.isalnum():
        raise BadKey(f"{where}: not an API key, which has only letters and digits")
    return key


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 8:
        raise argparse.ArgumentTypeError("must be from 1 to 8")
    return number


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 3600:
        raise argparse.ArgumentTypeError("must be from 0 to 3600")
    return number
