"""The HTTP client of a Bugzilla: one method an endpoint, every failure a typed error. The only user of requests.

Only searches are asked for in numbers: they are the one kind of request that Mozilla's server does not count towards
the rate limit whose breach blocks an address for an hour (BMO, `Bugzilla.pm` check_rate_limit and
`Bugzilla/App/Plugin/BlockIP.pm`).
"""

import random
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import msgspec
import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.exceptions import MaxRetryError, ReadTimeoutError, ResponseError
from urllib3.response import BaseHTTPResponse
from urllib3.util.retry import Retry

from ca_incidents.schema.addresses import BUGZILLA
from ca_incidents.schema.errors import CaIncidentsError

PROJECT = "https://github.com/ca-incidents/ca-incidents"
USER_AGENT = f"ca-incidents/1 (+{PROJECT}; nightly copy of the public facts of one component)"
COMPONENT = ("CA Program", "CA Certificate Compliance")
HERE = frozenset({"127.0.0.1", "localhost", "::1"})

BLOCK = timedelta(minutes=61)
LISTED_AT_ONCE = 5000
# A server cuts a list at a maximum of its own without saying so; no server's maximum is lower than this.
SURELY_WHOLE = 100
# The fields that a record is made of, and no others: what is not asked for cannot leak.
DETAIL = (
    "id,summary,status,resolution,is_open,whiteboard,creation_time,last_change_time,cf_last_resolved,product,component,"
    "creator,creator_detail,depends_on,blocks,see_also,duplicates,dupe_of,groups,comments,history"
)
LEFT_OUT = "comments.raw_text,comments.reactions"

_RATE_LIMIT_CODE = 32000
_NOT_THERE, _NO_ACCESS = {100, 101}, {102}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TOO_MANY = 429


class BugzillaError(CaIncidentsError):
    """The server could not be read; the text says why and what to do."""


class Unreachable(BugzillaError):
    """No answer, or none that was whole, after several attempts."""


class Unavailable(BugzillaError):
    """The server answers that it is out of order, after several attempts."""


class TooSlow(BugzillaError):
    """The answer did not come in time."""


class TooLarge(BugzillaError):
    """The answer is larger than the limit."""


class NotBugzilla(BugzillaError):
    """The answer is none of Bugzilla's REST interface: another type, an HTML page, or broken JSON."""


class OutOfOrder(BugzillaError):
    """The answer repeats bugs, or gives bugs that were not asked for or in another order."""


class Elsewhere(BugzillaError):
    """The server sends to another host, or to a place without encryption; the key must not go there."""


class Refused(BugzillaError):
    """Bugzilla's own error answer, with its code."""

    def __init__(self, message: str, code: int | None = None, status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


class RateLimited(BugzillaError):
    """The server blocks this address; every further request would restart the block. `back_at` is its clock, UTC."""

    exit_status = 3

    def __init__(self, back_at: datetime | None) -> None:
        when = f"at {back_at:%Y-%m-%d %H:%M} UTC" if back_at else "in 61 minutes"
        super().__init__(
            f"the server has reached its rate limit and blocks this address; come back {when}, not earlier: "
            "each request before that starts the block anew. Everything read so far is on disk."
        )
        self.back_at = back_at


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON answer and the server's clock when it was given, UTC, where it told."""

    data: dict[str, Any]
    clock: datetime | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list of bugs: number and last change."""

    id: int
    changed: str


@dataclass(slots=True)
class Fetched:
    """What a search by numbers gave: the bugs as REST objects, and those that could not be had, with the reason."""

    bugs: dict[int, dict[str, Any]] = field(default_factory=dict)
    unread: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How the server is treated. Times in seconds, sizes in bytes.

    `answer` is the longest time for one whole answer; `attempts` counts repeats of a failed request; `longest_wait` is
    how long a Retry-After is obeyed before the run gives up.
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
    """Puts the key into the header of each request; nothing else ever sees it."""

    def __init__(self, key: str | None) -> None:
        self._key = key

    def __repr__(self) -> str:
        return "<key>" if self._key else "<no key>"

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._key:
            request.headers["X-BUGZILLA-API-KEY"] = self._key
        return request


class _Repeats(Retry):
    """Repeats 5xx and broken connections only: a 429 is never repeated, a long wait and a time-out are given back."""

    RETRY_AFTER_STATUS_CODES = frozenset({503})
    longest_wait = 120.0

    def new(self, **kw: Any) -> "_Repeats":
        """Carry the longest wait over; urllib3 makes a new object for each attempt."""
        made = super().new(**kw)
        made.longest_wait = self.longest_wait
        return made

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        *args: Any,
        **kw: Any,
    ) -> "_Repeats":
        """Count one attempt, or give up."""
        if isinstance(error, ReadTimeoutError):
            raise error
        if response is not None and (self.get_retry_after(response) or 0.0) > self.longest_wait:
            raise MaxRetryError(kw.get("_pool") or (args[0] if args else None), "", ResponseError("asks to wait long"))  # type: ignore[arg-type]
        return super().increment(method, url, response, error, *args, **kw)


class _NoCookies(requests.cookies.RequestsCookieJar):
    """Forgets every cookie: Bugzilla sets login cookies on each answer."""

    def set_cookie(self, cookie: Any, *args: Any, **kw: Any) -> None:
        """Keep nothing."""


class Bugzilla:
    """A Bugzilla that can be read. Safe to use from several threads at once.

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
    ) -> None:
        self.url = _checked_address(url, allow_http)
        self.manners = manners or Manners()
        self.has_key = bool(key)
        self.shows_addresses = False
        self.requests_sent = 0
        self._sleep = sleep
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
        # A proxy or a .netrc of the surroundings has no say over requests to this machine.
        session.trust_env = urlsplit(self.url).hostname not in HERE
        manners = self.manners
        repeats = _Repeats(
            total=manners.attempts,
            status_forcelist=(500, 502, 503, 504),
            allowed_methods={"GET"},
            backoff_factor=manners.backoff,
            backoff_jitter=manners.backoff,
            raise_on_status=False,
            redirect=False,
        )
        repeats.longest_wait = manners.longest_wait
        session.mount("https://", HTTPAdapter(max_retries=repeats))
        session.mount("http://", HTTPAdapter(max_retries=repeats))
        return session

    # Endpoints

    def version(self) -> Answer:
        """`GET /rest/version`: asked first, for the server's clock. Raises NotBugzilla where it tells none."""
        answer = self._get("/rest/version", {})
        if not isinstance(answer.data.get("version"), str):
            raise NotBugzilla(f"{self.url} gives no version; is it the address of a Bugzilla?")
        return answer

    def listing(self, product: str, component: str) -> list[Listed]:
        """`GET /rest/bug` for the whole component, number and last change only, in the order of the numbers.

        Asked without the key, so that only public bugs are in it; whether the public sees addresses, which is a setting
        of the server, is noted in `shows_addresses`.
        Pages go on after the last number seen, not from an offset: a bug that comes or goes meanwhile moves no other
        bug over a page's edge. Raises OutOfOrder where the server does not keep the order.
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

    def bugs(self, numbers: Sequence[int], *, anonymous: bool = False) -> Fetched:
        """`GET /rest/bug?id=…` with comments and history; bugs that the public cannot see are just not in the answer.

        Halves the list where the answer is too large or too slow. Raises OutOfOrder where a bug comes twice or unasked.
        """
        if not numbers:
            return Fetched()
        try:
            asked = {**_by_number(numbers), "include_fields": DETAIL, "exclude_fields": LEFT_OUT}
            answer = self._search(asked, anonymous=anonymous)
        except (TooLarge, TooSlow) as error:
            if len(numbers) == 1:
                return Fetched(unread={numbers[0]: str(error)})
            half = len(numbers) // 2
            first, second = (self.bugs(part, anonymous=anonymous) for part in (numbers[:half], numbers[half:]))
            return Fetched({**first.bugs, **second.bugs}, {**first.unread, **second.unread})
        fetched = Fetched()
        for bug in answer:
            number = bug.get("id")
            if not isinstance(number, int) or number not in numbers or number in fetched.bugs:
                raise OutOfOrder(f"{self.url} answers with bug {number!r}, which was not asked for or came before")
            fetched.bugs[number] = bug
        return fetched

    def public_among(self, numbers: Iterable[int]) -> set[int]:
        """`GET /rest/bug?id=…` without a key: those of the numbers that everybody may see."""
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
        """Fetch batches of bugs, at most `jobs` at once, and give them in their order.

        After the first failure no further request is sent; what came before it has been given.
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
            raise NotBugzilla(f'{self.url} answers a search with something else than {{"bugs": [...]}}')
        return bugs

    def _get(self, path: str, asked: Mapping[str, str | int], *, anonymous: bool = False) -> Answer:
        session = self._anonymous if anonymous else self._session
        for attempt in range(self.manners.attempts + 1):
            if attempt:
                wait = self.manners.backoff * (2**attempt + random.random())  # noqa: S311
                self._sleep(min(wait, self.manners.longest_wait))
            self._wait_for_turn()
            try:
                return self._one(session, path, asked)
            except _Broken as error:
                failure: _Broken = error
            except RateLimited as error:
                self._blocked = error
                raise
        raise Unreachable(f"{self.url}: {failure} ({self.manners.attempts + 1} attempts)")

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
        address = self.url + path
        try:
            for _ in range(4):
                timeouts = (self.manners.connect, self.manners.read)
                response = session.get(address, params=asked, timeout=timeouts, stream=True, allow_redirects=False)
                with response:
                    if response.status_code not in _REDIRECTS:
                        return self._answer(response)
                    address, asked = self._same_host(urljoin(address, response.headers.get("Location", ""))), {}
        except requests.exceptions.ReadTimeout:
            raise TooSlow(f"{self.url}{path}: no answer within {self.manners.read:g} seconds") from None
        except requests.exceptions.ConnectTimeout:
            raise Unreachable(f"{self.url}: no connection within {self.manners.connect:g} seconds") from None
        except requests.exceptions.SSLError:
            raise Unreachable(f"{self.url}: its certificate or encryption cannot be trusted") from None
        except requests.exceptions.ConnectionError as error:
            if "Read timed out" in str(error):
                raise TooSlow(f"{self.url}{path}: the answer stopped for {self.manners.read:g} seconds") from None
            raise Unreachable(f"{self.url}: no connection ({_reason(error)})") from None
        except requests.exceptions.RequestException as error:
            raise _Broken(f"the answer broke off ({_reason(error)})") from None
        raise Elsewhere(f"{self.url} sends from place to place without end")

    def _same_host(self, address: str) -> str:
        here, there = urlsplit(self.url), urlsplit(address)
        if (there.scheme, there.netloc) != (here.scheme, here.netloc):
            raise Elsewhere(f"{self.url} sends to {there.scheme}://{there.hostname}; only the first host is asked")
        return address

    def _answer(self, response: requests.Response) -> Answer:
        status, clock = response.status_code, _moment(response.headers.get("Date"))
        if status == _TOO_MANY:
            raise RateLimited(_back_at(clock, response.headers.get("Retry-After")))
        if status >= 500 and not _is_json(response):
            after = response.headers.get("Retry-After")
            wait = f"; it asks to come back in {after} seconds" if after and after.isdecimal() else ""
            raise Unavailable(f"{self.url} is out of order (status {status}){wait}")
        if not _is_json(response):
            kind = response.headers.get("Content-Type", "none").split(";")[0][:60]
            raise NotBugzilla(f"{self.url} answers with {kind!r} instead of JSON (status {status})")
        data = _decoded(self._body(response), self.url)
        if data.get("error") or status >= 400:
            raise _refusal(data, status, clock, self.url)
        return Answer(data, clock)

    def _body(self, response: requests.Response) -> bytes:
        limit, until = self.manners.max_bytes, time.monotonic() + self.manners.answer
        announced = response.headers.get("Content-Length", "")
        if announced.isdecimal() and int(announced) > limit:
            raise TooLarge(f"{self.url}: an answer of {announced} bytes; the limit is {limit}")
        parts, size = [], 0
        for part in response.iter_content(1 << 16):
            parts.append(part)
            size += len(part)
            if size > limit:
                raise TooLarge(f"{self.url}: an answer of more than {limit} bytes")
            if time.monotonic() > until:
                raise TooSlow(f"{self.url}: an answer that takes more than {self.manners.answer:g} seconds")
        return b"".join(parts)


class _Broken(Exception):
    """An answer that broke off half-way; worth another attempt."""


def _checked_address(url: str, allow_http: bool) -> str:
    parts = urlsplit(url)
    if parts.username or parts.password or parts.query or parts.fragment or not parts.hostname:
        raise Elsewhere("the address of a Bugzilla is https://HOST, without user, key or query")
    if parts.scheme != "https" and not (parts.scheme == "http" and (allow_http or parts.hostname in HERE)):
        raise Elsewhere(f"{parts.scheme}://{parts.hostname} is not encrypted; use https")
    return url.rstrip("/")


def _by_number(numbers: Sequence[int]) -> dict[str, str | int]:
    return {"id": ",".join(map(str, numbers)), "order": "bug_id", "limit": max(1, len(numbers))}


def _listed(bug: dict[str, Any], url: str) -> Listed:
    number, changed = bug.get("id"), bug.get("last_change_time")
    if not isinstance(number, int) or isinstance(number, bool) or not isinstance(changed, str):
        raise NotBugzilla(f"{url} lists a bug without number or last change")
    return Listed(number, changed)


def _is_json(response: requests.Response) -> bool:
    return response.headers.get("Content-Type", "").split(";")[0].strip().lower() == "application/json"


def _decoded(raw: bytes, url: str) -> dict[str, Any]:
    try:
        data = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotBugzilla(f"{url} answers with broken JSON ({error})") from None
    if not isinstance(data, dict):
        raise NotBugzilla(f"{url} answers with JSON that is no object")
    return data


def _refusal(data: Mapping[str, Any], status: int, clock: datetime | None, url: str) -> BugzillaError:
    code, message = data.get("code"), data.get("message") or data.get("error")
    said = " ".join(str(message).split())[:200] if isinstance(message, str) else "no message"
    if code == _RATE_LIMIT_CODE and "rate limit" in said.lower():
        return RateLimited(_back_at(clock, None))
    if status >= 500:
        return Unavailable(f"{url} is out of order (status {status}, code {code}): {said}")
    return Refused(f"{url} refuses (status {status}, code {code}): {said}", code if type(code) is int else None, status)


def _moment(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _back_at(clock: datetime | None, retry_after: str | None) -> datetime | None:
    if clock is None:
        return None
    asked = timedelta(seconds=min(int(retry_after), 10**7)) if retry_after and retry_after.isdecimal() else timedelta(0)
    named = _moment(retry_after) if retry_after and not retry_after.isdecimal() else None
    return max(clock + BLOCK, clock + asked, named or clock)


def _reason(error: BaseException) -> str:
    """Name what went wrong without the address of the request or anything that it carried."""
    cause: BaseException = error
    while cause.args and isinstance(cause.args[-1], BaseException):
        cause = cause.args[-1]
    inner = getattr(cause, "reason", None)
    return type(inner if isinstance(inner, BaseException) else cause).__name__
