"""An HTTP client for Bugzilla's REST interface: one method per endpoint, every failure a typed error.

Only searches are sent in large numbers: they are the one kind of request that Mozilla's server does not count towards
its rate limit; exceeding it blocks an address for an hour (BMO, `Bugzilla.pm` check_rate_limit and
`Bugzilla/App/Plugin/BlockIP.pm`). No other module imports requests.
"""

import contextlib
import math
import random
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.util.retry import Retry

from ca_incidents.schema.addresses import BUGZILLA
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.messages import shown
from ca_incidents.scraper.sources import json_text
from ca_incidents.scraper.sources.bug import HIGHEST_BUG, number_in

PROJECT = "https://github.com/ca-incidents/ca-incidents"
USER_AGENT = f"ca-incidents/1 (+{PROJECT}; nightly copy of the public facts of one component)"
COMPONENT = ("CA Program", "CA Certificate Compliance")
HERE = frozenset({"127.0.0.1", "localhost", "::1"})

BLOCK = timedelta(minutes=61)
LISTED_AT_ONCE = 5000
# The component has 1,700 bugs; a list that goes on and on is not a list of it.
LISTED_AT_MOST = 100_000
# A server silently cuts a list at a maximum of its own; no server's maximum is lower than this.
SURELY_WHOLE = 100
# Only the fields that a record needs: what is not requested cannot leak.
DETAIL = (
    "id,summary,status,resolution,is_open,whiteboard,creation_time,last_change_time,cf_last_resolved,product,component,"
    "creator,creator_detail,depends_on,blocks,see_also,duplicates,dupe_of,groups,comments,history"
)
LEFT_OUT = "comments.raw_text,comments.reactions"

_RATE_LIMIT_CODE = 32000
# Faults of the server's own code (Bugzilla/WebService/Constants.pm: ERROR_UNKNOWN_TRANSIENT, and 100000 + its number).
_FAULT, _FAULTS = -32000, 100_000
FAILURES_IN_A_ROW = 5
FOR_EVER = 1e9
_NOT_THERE, _NO_ACCESS = {100, 101}, {102}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TOO_MANY, _NO_SUCH_ADDRESS = 429, 404


class BugzillaError(CaIncidentsError):
    """The server could not be read; the text says why."""


class Unreachable(BugzillaError):
    """No complete answer after several attempts."""


class Unavailable(BugzillaError):
    """The server still reports that it is unavailable after several attempts."""


class ServerFault(BugzillaError):
    """The server broke while it made the answer, perhaps over one of the bugs."""


class Overloaded(BugzillaError):
    """So many requests in a row took too long or broke the server that no more are sent."""


class TooSlow(BugzillaError):
    """The answer did not come in time."""


class TooLarge(BugzillaError):
    """The answer is larger than the limit."""


class NotBugzilla(BugzillaError):
    """The answer is not one of Bugzilla's REST interface: another type, an HTML page, or broken JSON."""


class Garbled(NotBugzilla):
    """The answer should be JSON and is not."""


class OutOfOrder(BugzillaError):
    """The answer repeats bugs, or contains bugs that were not requested or are out of order."""


class Elsewhere(BugzillaError):
    """The server redirects to another host or an unencrypted address, or the given address is not acceptable."""


class Refused(BugzillaError):
    """Bugzilla's own error answer, with its code."""

    def __init__(self, message: str, code: int | None = None, status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


class KeyRefused(BugzillaError):
    """The server does not accept the API key; the text never contains it."""


class RateLimited(BugzillaError):
    """The server blocks this address, and each further request restarts the block. `back_at`: by its clock, UTC."""

    exit_status = 3

    def __init__(self, back_at: datetime | None) -> None:
        when = f"at {back_at:%Y-%m-%d %H:%M} UTC" if back_at else "in 61 minutes"
        super().__init__(
            f"the server's rate limit was exceeded and this address is blocked; try again {when}, not earlier: "
            "each request before that restarts the block. Everything read so far is saved."
        )
        self.back_at = back_at


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON answer, and the server's clock in UTC if it sent one."""

    data: dict[str, Any]
    clock: datetime | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a list of bugs: number and last change."""

    id: int
    changed: str


@dataclass(slots=True)
class Fetched:
    """The result of a search by numbers: the bugs as REST objects, and the reason for each that could not be read."""

    bugs: dict[int, dict[str, Any]] = field(default_factory=dict)
    unread: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How the server is treated. Times in seconds, sizes in bytes.

    `answer` is the longest time for one complete answer; `attempts` is the number of retries of a failed request;
    `longest_wait` is the longest Retry-After that is waited for.
    """

    jobs: int = 2
    pause: float = 0.5
    connect: float = 10.0
    read: float = 60.0
    answer: float = 180.0
    attempts: int = 4
    backoff: float = 1.0
    longest_wait: float = 120.0
    max_bytes: int = 32_000_000
    bugs_at_once: int = 50


class _Key(AuthBase):
    """Adds the key to the header of each request, and keeps it out of messages; nothing else sees it."""

    def __init__(self, key: str | None) -> None:
        self._key = key

    def __repr__(self) -> str:
        return "<key>" if self._key else "<no key>"

    def hidden_in(self, text: str) -> str:
        """Return a text without the key: some servers repeat it in their errors."""
        return text.replace(self._key, "(key)") if self._key else text

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._key:
            request.headers["X-BUGZILLA-API-KEY"] = self._key
        return request


class _Patient:
    """A connection that gives up if the head of an answer takes longer than `longest`, however it drips."""

    longest = 180.0
    sock: Any

    def getresponse(self) -> HTTPResponse:
        late = threading.Event()

        def cut() -> None:
            late.set()
            with contextlib.suppress(OSError, AttributeError):
                self.sock.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(self.longest, cut)
        timer.daemon = True
        timer.start()
        try:
            response: HTTPResponse = super().getresponse()  # type: ignore[misc]
        except Exception:
            if late.is_set():
                raise TimeoutError from None
            raise
        finally:
            timer.cancel()
        # A head that was cut off half-way can still look complete.
        if late.is_set():
            response.close()
            raise TimeoutError
        return response


class _Adapter(HTTPAdapter):
    """Connects with `_Patient` connections."""

    def __init__(self, longest: float) -> None:
        http = type("Http", (_Patient, HTTPConnection), {"longest": longest})
        https = type("Https", (_Patient, HTTPSConnection), {"longest": longest})
        self._pools = {
            "http": type("HttpPool", (HTTPConnectionPool,), {"ConnectionCls": http}),
            "https": type("HttpsPool", (HTTPSConnectionPool,), {"ConnectionCls": https}),
        }
        # The client alone repeats requests: there they are counted and keep the pause.
        super().__init__(max_retries=Retry(0, read=False))

    def init_poolmanager(self, *args: Any, **kw: Any) -> None:
        """Create the pools of direct connections."""
        super().init_poolmanager(*args, **kw)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *args: Any, **kw: Any) -> Any:
        """Create the pools of connections through a proxy."""
        manager = super().proxy_manager_for(*args, **kw)
        manager.pool_classes_by_scheme = self._pools
        return manager


class _NoCookies(requests.cookies.RequestsCookieJar):
    """Stores no cookies: Bugzilla sets login cookies in each answer."""

    def set_cookie(self, cookie: Any, *args: Any, **kw: Any) -> None:
        """Ignore the cookie."""


class Bugzilla:
    """A client for one Bugzilla server, safe to use from several threads; `watch` is told what it does.

    Raises Elsewhere for an address that is neither https nor this machine, unless `allow_http`.
    """

    def __init__(
        self,
        url: str = BUGZILLA,
        *,
        key: str | None = None,
        manners: Manners | None = None,
        allow_http: bool = False,
        sleep: Callable[[float], None] = time.sleep,
        watch: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.url = _checked_address(url, allow_http)
        self.manners = manners or Manners()
        self.has_key = bool(key)
        self._key = _Key(key)
        self.shows_addresses = False
        self.requests_sent = 0
        self._failed_in_a_row = 0
        self._sleep = sleep
        self._watch = watch
        self._turn = threading.Lock()
        self._next_turn = 0.0
        self._blocked: RateLimited | None = None
        self._session = self._new_session(_Key(key))
        self._anonymous = self._new_session(_Key(None)) if key else self._session

    def __repr__(self) -> str:
        return f"Bugzilla({self.url!r})"

    def _new_session(self, key: _Key) -> requests.Session:
        session = requests.Session()
        session.auth = key
        session.cookies = _NoCookies()
        session.headers.update({"User-Agent": USER_AGENT, "Accept": "application/json"})
        # A proxy or .netrc of the environment does not apply to requests to this machine.
        session.trust_env = urlsplit(self.url).hostname not in HERE
        session.mount("https://", _Adapter(self.manners.answer))
        session.mount("http://", _Adapter(self.manners.answer))
        return session

    # Endpoints

    def version(self) -> Answer:
        """`GET /rest/version`: sent first, for the server's clock. Raises NotBugzilla if there is no version."""
        answer = self._get("/rest/version", {})
        if not isinstance(answer.data.get("version"), str):
            raise NotBugzilla(f"{self.url} does not state a version; is it the address of a Bugzilla server?")
        return answer

    def check_key(self) -> None:
        """`GET /rest/whoami`: raise KeyRefused if the server does not accept the key.

        A server without that address says whether it does with the next answer.
        """
        try:
            person = self._get("/rest/whoami", {}).data.get("id")
        except Refused as error:
            if error.status == _NO_SUCH_ADDRESS:
                return
            raise KeyRefused(f"{self.url} does not accept the API key (code {error.code})") from None
        if type(person) is not int or person <= 0:
            raise KeyRefused(f"{self.url} does not accept the API key")

    def listing(self, product: str, component: str) -> list[Listed]:
        """`GET /rest/bug` for the complete component, number and last change only, sorted by number.

        Sent without the key, so that only public bugs are listed; `shows_addresses` becomes true if the server is set
        to show addresses to the public.
        Each page starts after the last number seen, not at an offset: a bug that appears or disappears meanwhile does
        not shift another over a page's edge. Raises OutOfOrder if the server does not keep the order, and TooLarge
        for a list without end.
        """
        found: list[Listed] = []
        while True:
            last = found[-1].id if found else 0
            asked: dict[str, str | int] = {
                "product": product,
                "component": component,
                "include_fields": "id,last_change_time,creator",
                "order": "bug_id",
                "limit": LISTED_AT_ONCE,
            }
            if found:
                asked |= {"f1": "bug_id", "o1": "greaterthan", "v1": last}
            answer = self._search(asked, anonymous=True)
            self.shows_addresses |= any("@" in str(bug.get("creator")) for bug in answer)
            page = [_listed(bug, self.url) for bug in answer]
            for line in page:
                if line.id <= last:
                    raise OutOfOrder(f"{self.url} lists bug {line.id} after bug {last}; its list cannot be trusted")
                last = line.id
            found += page
            if len(page) < SURELY_WHOLE:
                return found
            if len(found) > LISTED_AT_MOST:
                raise TooLarge(f"{self.url} lists more than {LISTED_AT_MOST:,} bugs")

    def bugs(self, numbers: Sequence[int], *, anonymous: bool = False) -> Fetched:
        """`GET /rest/bug?id=…` with comments and history; bugs that the public cannot see are absent from the answer.

        Divides the list if the answer is too large, too slow or broken, or if a bug breaks the server, down to single
        bugs. Raises Overloaded if too many requests in a row fail that way, and OutOfOrder if a bug is repeated or
        unrequested.
        """
        if not numbers:
            return Fetched()
        try:
            asked = {**_by_number(numbers), "include_fields": DETAIL, "exclude_fields": LEFT_OUT}
            answer = self._search(asked, anonymous=anonymous)
        except (TooLarge, TooSlow, Garbled, ServerFault) as error:
            self._count_failure(error)
            if len(numbers) == 1:
                return Fetched(unread={numbers[0]: str(error)})
            # Two divisions lead from a batch to single bugs: one bad bug makes no more than three failures in a row.
            size = math.isqrt(len(numbers) - 1)
            fetched = Fetched()
            for start in range(0, len(numbers), size):
                part = self.bugs(numbers[start : start + size], anonymous=anonymous)
                fetched.bugs |= part.bugs
                fetched.unread |= part.unread
            return fetched
        self._failed_in_a_row = 0
        fetched = Fetched()
        for bug in answer:
            number = bug.get("id")
            if not isinstance(number, int) or number not in numbers or number in fetched.bugs:
                raise OutOfOrder(f"{self.url} answers with a bug that was not requested or is there twice")
            fetched.bugs[number] = bug
        return fetched

    def _count_failure(self, error: BugzillaError) -> None:
        if isinstance(error, TooLarge):
            return
        self._failed_in_a_row += 1
        if self._failed_in_a_row >= FAILURES_IN_A_ROW:
            raise Overloaded(
                f"{error}; that was the {FAILURES_IN_A_ROW}th request in a row that failed, so no more are sent. "
                "Everything read so far is saved; try again later"
            )

    def public_among(self, numbers: Iterable[int]) -> set[int]:
        """`GET /rest/bug?id=…` without a key: return those of the numbers that are public."""
        wanted = sorted(set(numbers))
        seen: set[int] = set()
        for start in range(0, len(wanted), 500):
            asked = {**_by_number(wanted[start : start + 500]), "include_fields": "id"}
            seen |= {b["id"] for b in self._search(asked, anonymous=True) if isinstance(b.get("id"), int)}
        return seen & set(wanted)

    def access(self, number: int) -> str:
        """`GET /rest/bug/{id}` without a key: `public`, `restricted` or `vanished`. Counts towards the rate limit."""
        try:
            self._get(f"/rest/bug/{number}", {"include_fields": "id"}, anonymous=True)
        except Refused as error:
            if error.code in _NO_ACCESS:
                return "restricted"
            if error.code in _NOT_THERE:
                return "vanished"
            raise
        return "public"

    def each(self, batches: Sequence[Sequence[int]]) -> "Iterable[tuple[Sequence[int], Fetched]]":
        """Fetch batches of bugs, at most `jobs` at once, and yield them in order.

        After the first failure no further request is sent; the batches before it have been yielded.
        """
        with ThreadPoolExecutor(max_workers=max(1, self.manners.jobs)) as pool:
            ahead = max(1, self.manners.jobs)
            waiting = [pool.submit(self.bugs, batch) for batch in batches[:ahead]]
            try:
                for place, batch in enumerate(batches):
                    fetched = waiting[place].result()
                    if place + ahead < len(batches):
                        waiting.append(pool.submit(self.bugs, batches[place + ahead]))
                    yield batch, fetched
            finally:
                for future in waiting:
                    future.cancel()

    # Transport

    def _search(self, asked: Mapping[str, str | int], *, anonymous: bool = False) -> list[dict[str, Any]]:
        bugs = self._get("/rest/bug", asked, anonymous=anonymous).data.get("bugs")
        if not isinstance(bugs, list) or not all(isinstance(bug, dict) for bug in bugs):
            raise NotBugzilla(f'{self.url} answers a search with something other than {{"bugs": [...]}}')
        return bugs

    def _get(self, path: str, asked: Mapping[str, str | int], *, anonymous: bool = False) -> Answer:
        """Send a request until it is answered. The only place that repeats one, counted and with the pause."""
        session = self._anonymous if anonymous else self._session
        failure: _Passing | None = None
        for attempt in range(self.manners.attempts + 1):
            if failure is not None:
                usual = self.manners.backoff * (2**attempt + random.random())  # noqa: S311
                wait = min(usual, self.manners.longest_wait) if failure.wait is None else failure.wait
                self._watch(f"{failure.error}; attempt {attempt + 1} in {wait:.0f} s")
                self._sleep(wait)
            self._wait_for_turn()
            self._watch(f"request {self.requests_sent}: {path}")
            try:
                return self._one(session, path, asked)
            except _Passing as passing:
                failure = passing
                if passing.wait is not None and passing.wait > self.manners.longest_wait:
                    break
            except RateLimited as error:
                self._blocked = error
                raise
        assert failure is not None, "there is at least one attempt"
        raise failure.error from None

    def _wait_for_turn(self) -> None:
        """Keep the pause between the starts of two requests, whichever thread sends them."""
        with self._turn:
            if self._blocked:
                raise self._blocked
            now = time.monotonic()
            start = max(now, self._next_turn)
            self._next_turn = start + self.manners.pause
            self.requests_sent += 1
        if start > now:
            self._sleep(start - now)

    def _one(self, session: requests.Session, path: str, asked: Mapping[str, str | int]) -> Answer:
        address, until = self.url + path, time.monotonic() + self.manners.answer
        timeouts = (self.manners.connect, min(self.manners.read, self.manners.answer))
        try:
            for _ in range(4):
                response = session.get(address, params=asked, timeout=timeouts, stream=True, allow_redirects=False)
                with response:
                    if response.status_code not in _REDIRECTS:
                        return self._answer(response, until)
                    address, asked = self._same_host(urljoin(address, response.headers.get("Location", ""))), {}
        except requests.exceptions.ReadTimeout:
            raise TooSlow(f"{self.url}{path}: no answer within {timeouts[1]:g} seconds") from None
        except requests.exceptions.ConnectTimeout:
            error = Unreachable(f"{self.url}: no connection within {self.manners.connect:g} seconds")
            raise _Passing(error) from None
        except requests.exceptions.SSLError:
            raise Unreachable(f"{self.url}: its certificate or encryption cannot be trusted") from None
        except requests.exceptions.ConnectionError as broken:
            if "Read timed out" in str(broken):
                raise TooSlow(f"{self.url}{path}: the answer stopped for {self.manners.read:g} seconds") from None
            raise _Passing(Unreachable(f"{self.url}: no connection ({_reason(broken)})")) from None
        except requests.exceptions.RequestException as broken:
            raise _Passing(Unreachable(f"{self.url}: the answer broke off ({_reason(broken)})")) from None
        except (ValueError, OverflowError) as error:
            # The libraries below trust the numbers and addresses in headers.
            raise NotBugzilla(f"{self.url}: a header of its answer cannot be read ({type(error).__name__})") from None
        raise Elsewhere(f"{self.url} redirects without end")

    def _same_host(self, address: str) -> str:
        here, there = urlsplit(self.url), urlsplit(address)
        if (there.scheme, there.netloc) != (here.scheme, here.netloc):
            other = f"{there.scheme}://{there.hostname}"[:100]
            raise Elsewhere(f"{self.url} redirects to {other}, another host; give that address if you trust it")
        return address

    def _answer(self, response: requests.Response, until: float) -> Answer:
        status, clock = response.status_code, _moment(response.headers.get("Date"))
        if status == _TOO_MANY:
            raise RateLimited(_back_at(clock, response.headers.get("Retry-After")))
        if status >= 500 and not _is_json(response):
            after = _seconds_in(response.headers.get("Retry-After"))
            wait = f"; try again in {after:.0f} seconds" if after is not None and after < FOR_EVER else ""
            raise _Passing(Unavailable(f"{self.url} is unavailable (status {status}){wait}"), wait=after)
        if not _is_json(response):
            kind = self._key.hidden_in(response.headers.get("Content-Type", "none").split(";")[0])[:60]
            raise NotBugzilla(f"{self.url} answers with {shown(kind)} instead of JSON (status {status})")
        data = _decoded(self._body(response, until), self.url)
        if data.get("error") or status >= 400:
            message = data.get("message") or data.get("error")
            said = " ".join(self._key.hidden_in(message).split())[:200] if isinstance(message, str) else "no message"
            raise _refusal(data, said, status, clock, self.url)
        return Answer(data, clock)

    def _body(self, response: requests.Response, until: float) -> bytes:
        limit = self.manners.max_bytes
        too_large = TooLarge(f"{self.url}: an answer of more than {limit:,} bytes; that is the limit")
        announced = response.headers.get("Content-Length", "")
        if announced.isdecimal() and number_in(announced, limit) is None:
            raise too_large
        parts, size = [], 0
        for part in _pieces(response):
            parts.append(part)
            size += len(part)
            if size > limit:
                raise too_large
            if time.monotonic() > until:
                raise TooSlow(f"{self.url}: an answer that takes more than {self.manners.answer:g} seconds")
        return b"".join(parts)


def _pieces(response: requests.Response) -> Iterator[bytes]:
    """Yield the body as it arrives: waiting for full pieces would let a slow server decide when the clock is read."""
    try:
        while piece := response.raw.read1(1 << 16, decode_content=True):
            yield piece
    except ReadTimeoutError as error:
        raise requests.exceptions.ConnectionError(error) from None
    except HTTPError as error:
        raise requests.exceptions.ChunkedEncodingError(error) from None


class _Passing(Exception):
    """A failure that may pass, worth another attempt: after `wait` seconds, where the server says so."""

    def __init__(self, error: BugzillaError, wait: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait = wait


def _seconds_in(retry_after: str | None) -> float | None:
    """Read the header; a value that is no number of seconds counts as too long to wait for."""
    if not retry_after:
        return None
    seconds = number_in(retry_after.strip(), 10**9)
    return FOR_EVER if seconds is None else float(seconds)


def _checked_address(url: str, allow_http: bool) -> str:
    try:
        parts = urlsplit(url)
        has_port = parts.port != 0
    except ValueError:
        raise Elsewhere("this is not the address of a server; write https://HOST") from None
    if parts.username or parts.password or parts.query or parts.fragment or not parts.hostname or not has_port:
        raise Elsewhere("the address of a server is https://HOST, without user, key or query")
    if parts.scheme != "https" and not (parts.scheme == "http" and (allow_http or parts.hostname in HERE)):
        raise Elsewhere(f"{parts.scheme}://{parts.hostname} is not encrypted; use https")
    return url.rstrip("/")


def _by_number(numbers: Sequence[int]) -> dict[str, str | int]:
    return {"id": ",".join(map(str, numbers)), "order": "bug_id", "limit": max(1, len(numbers))}


def _listed(bug: dict[str, Any], url: str) -> Listed:
    number, changed = bug.get("id"), bug.get("last_change_time")
    if type(number) is not int or not 0 < number <= HIGHEST_BUG or not isinstance(changed, str):
        raise NotBugzilla(f"{url} lists a bug without number or last change")
    return Listed(number, changed)


def _is_json(response: requests.Response) -> bool:
    return response.headers.get("Content-Type", "").split(";")[0].strip().lower() == "application/json"


def _decoded(raw: bytes, url: str) -> dict[str, Any]:
    try:
        data = json_text.decoded(raw)
    except json_text.BadJson as error:
        raise Garbled(f"{url}: its answer {error}") from None
    if not isinstance(data, dict):
        raise NotBugzilla(f"{url} answers with JSON that is not an object")
    return data


def _refusal(data: Mapping[str, Any], said: str, status: int, clock: datetime | None, url: str) -> BugzillaError:
    code = data.get("code") if type(data.get("code")) is int else None
    if code == _RATE_LIMIT_CODE and "rate limit" in said.lower():
        return RateLimited(_back_at(clock, None))
    if status >= 500 or code == _FAULT or (code or 0) >= _FAULTS:
        return ServerFault(f"{url} has a fault (status {status}, code {code}): {said}")
    return Refused(f"{url} refuses (status {status}, code {code}): {said}", code, status)


def _moment(text: str | None) -> datetime | None:
    """Read a date of HTTP; None for anything else, and for a year in which no server can be."""
    try:
        found = parsedate_to_datetime(text or "")
        moment = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return moment if 2000 <= moment.year < 2200 else None


def _back_at(clock: datetime | None, retry_after: str | None) -> datetime | None:
    if clock is None:
        return None
    asked = timedelta(seconds=number_in(retry_after or "", 10**7) or 0)
    return max(clock + BLOCK, clock + asked, _moment(retry_after) or clock)


def _reason(error: BaseException) -> str:
    """Return the kind of an error, without the address of the request or anything that it carried."""
    cause: BaseException = error
    while cause.args and isinstance(cause.args[-1], BaseException):
        cause = cause.args[-1]
    inner = getattr(cause, "reason", None)
    return type(inner if isinstance(inner, BaseException) else cause).__name__
