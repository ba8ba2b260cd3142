import json
import logging
import re
import socketserver
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from fake_bugzilla import COMPONENT, PRODUCT, FakeBugzilla, make_bug, make_bugs

from ca_incidents.scraper.sources import rest
from ca_incidents.scraper.sources.rest import Bugzilla, Manners

NOON = datetime(2026, 1, 2, 12, 0, 0, tzinfo=UTC)
QUICK = Manners(pause=0, backoff=0.01, attempts=2, read=20, connect=20, max_bytes=200_000)


@pytest.fixture
def server() -> Iterator[FakeBugzilla]:
    with FakeBugzilla(clock=NOON) as fake:
        yield fake


def client(server: FakeBugzilla, **more: object) -> Bugzilla:
    return Bugzilla(server.url, **{"manners": QUICK, **more})


def manners_for(fault: str) -> Manners:
    # Only where the server is slow on purpose may a busy machine be taken for a slow one.
    return replace(QUICK, read=0.4) if fault == "slow" else QUICK


def listed(server: FakeBugzilla) -> list[int]:
    return [line.id for line in client(server).listing(PRODUCT, COMPONENT)]


def test_the_version_gives_the_servers_clock(server):
    assert client(server).version().clock == NOON


def test_listing_gives_every_bug_of_the_component_once_in_order(server):
    server.bugs[5] = {**make_bug(5), "component": "Other"}
    assert listed(server) == sorted(n for n in server.bugs if n != 5)
    assert len(server.requests) == 1


def test_listing_goes_on_where_the_server_cuts_its_answer(server):
    server.bugs = make_bugs(350)
    server.max_results = 120
    assert listed(server) == sorted(server.bugs)


def test_listing_neither_skips_nor_repeats_when_bugs_come_and_go_between_pages(server):
    server.bugs = make_bugs(300)
    server.max_results = 100
    numbers = sorted(server.bugs)

    def change(number: int, path: str, query: dict[str, list[str]]) -> None:
        if number == 1:
            del server.bugs[numbers[3]]
            server.bugs[7] = make_bug(7)

    server.before = change
    assert listed(server) == numbers


def test_a_server_that_repeats_a_page_is_found_out(server):
    server.bugs = make_bugs(150)
    server.faults["all"] = "duplicate-pages"
    with pytest.raises(rest.OutOfOrder):
        listed(server)


def test_a_bug_that_comes_twice_in_one_answer_is_found_out(server):
    server.faults["all"] = "duplicate-bugs"
    with pytest.raises(rest.OutOfOrder):
        client(server).bugs([1_700_001])


def test_bugs_come_with_comments_and_history_and_hidden_ones_are_just_absent(server):
    server.bugs[1_700_002]["groups"] = ["core-security"]
    fetched = client(server).bugs([1_700_001, 1_700_002, 999])
    assert list(fetched.bugs) == [1_700_001]
    assert fetched.bugs[1_700_001]["comments"]
    assert fetched.bugs[1_700_001]["history"]
    assert "raw_text" not in fetched.bugs[1_700_001]["comments"][0]
    assert "assigned_to" not in fetched.bugs[1_700_001]


@pytest.mark.parametrize("fault", ["oversize", "slow"])
def test_an_answer_too_large_or_too_slow_is_asked_for_in_halves(server, fault):
    server.fault_if = lambda path, query: fault if "," in query.get("id", [""])[0] else None
    numbers = sorted(server.bugs)[:3]
    fetched = client(server, manners=manners_for(fault)).bugs(numbers)
    assert sorted(fetched.bugs) == numbers
    assert fetched.unread == {}
    assert len(server.requests) > 3, "each bug was asked for alone"


def test_the_list_is_asked_for_as_the_public_sees_it(server):
    server.bugs[1_700_002]["groups"] = ["core-security"]
    found = [line.id for line in client(server, key=server.key).listing(PRODUCT, COMPONENT)]
    assert 1_700_002 not in found
    assert len(found) == len(server.bugs) - 1


def test_one_bug_that_is_too_large_is_left_out_with_the_reason(server):
    big = sorted(server.bugs)[0]
    server.bugs[big]["comments"][0]["text"] = "x" * 300_000
    fetched = client(server).bugs(sorted(server.bugs))
    assert len(fetched.bugs) == len(server.bugs) - 1
    assert list(fetched.unread) == [big]
    assert "limit" in fetched.unread[big]


FAULTS = [
    ("500", rest.Unavailable),
    ("503", rest.Unavailable),
    ("503-long", rest.Unavailable),
    ("cut", rest.Unreachable),
    ("drop", rest.Unreachable),
    ("slow", rest.TooSlow),
    ("oversize", rest.TooLarge),
    ("content-type", rest.NotBugzilla),
    ("html", rest.NotBugzilla),
    ("invalid-json", rest.NotBugzilla),
    ("nested", rest.NotBugzilla),
    ("error-200", rest.ServerFault),
    ("429", rest.RateLimited),
    ("429-retry-after", rest.RateLimited),
    ("rate-limit", rest.RateLimited),
]


@pytest.mark.parametrize(("fault", "kind"), FAULTS)
def test_each_fault_is_an_error_of_its_own_kind(server, fault, kind):
    server.faults["all"] = fault
    with pytest.raises(kind):
        client(server, manners=manners_for(fault)).listing(PRODUCT, COMPONENT)


@pytest.mark.parametrize("fault", ["500", "503", "cut", "drop"])
def test_what_passes_is_tried_again(server, fault):
    server.faults[0] = fault
    assert listed(server) == sorted(server.bugs)
    assert len(server.requests) == 2


def test_a_long_retry_after_is_not_slept_through(server):
    server.faults["all"] = "503-long"
    with pytest.raises(rest.Unavailable, match="7200"):
        listed(server)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("fault", "wait"), [("429", 61), ("rate-limit", 61), ("429-retry-after", 240)], ids=["429", "400", "retry-after"]
)
def test_a_rate_limit_stops_at_once_and_for_good_and_says_when_to_come_back(server, fault, wait):
    server.faults[0] = fault
    asking = client(server)
    with pytest.raises(rest.RateLimited) as first:
        asking.version()
    assert first.value.back_at == NOON + timedelta(minutes=wait)
    with pytest.raises(rest.RateLimited):
        asking.listing(PRODUCT, COMPONENT)
    assert len(server.requests) == 1


def test_an_error_answer_keeps_its_code(server):
    with pytest.raises(rest.Refused) as refused:
        client(server, key="wrong").version()
    assert (refused.value.code, refused.value.status) == (306, 400)


def test_access_tells_hidden_from_missing(server):
    server.bugs[1_700_002]["groups"] = ["core-security"]
    asking = client(server, key=server.key)
    assert [asking.access(n) for n in (1_700_001, 1_700_002, 42)] == ["public", "restricted", "vanished"]
    assert asking.public_among([1_700_001, 1_700_002, 42]) == {1_700_001}


def test_the_key_goes_into_the_header_and_nowhere_else(server, caplog):
    caplog.set_level(logging.DEBUG)
    asking = client(server, key=server.key)
    asking.bugs([1_700_001])
    server.faults["all"] = "html"
    with pytest.raises(rest.NotBugzilla) as error:
        asking.version()
    assert server.headers_seen[0]["x-bugzilla-api-key"] == server.key
    everything = caplog.text + str(error.value) + repr(asking) + repr(vars(asking)) + "".join(server.requests)
    assert caplog.text
    assert server.key not in everything


def test_the_agent_is_honest_and_no_cookie_is_kept(server):
    asking = client(server)
    asking.version()
    asking.version()
    assert re.match(r"ca-incidents/\S+ \(\+https://", server.headers_seen[1]["user-agent"])
    assert "cookie" not in server.headers_seen[1]


def test_a_redirect_to_another_host_is_refused_and_the_key_stays_home(server):
    with FakeBugzilla(clock=NOON) as other:
        server.faults["all"] = "redirect"
        server.redirect_to = other.url + "/rest/version"
        with pytest.raises(rest.Elsewhere):
            client(server, key=server.key).version()
        assert other.requests == []


def test_a_redirect_on_the_same_host_is_followed_but_not_for_ever(server):
    server.faults[0] = "redirect"
    server.redirect_to = "/rest/version"
    assert client(server).version().clock == NOON
    server.faults["all"] = "redirect"
    with pytest.raises(rest.Elsewhere):
        client(server).version()


@pytest.mark.parametrize(
    "url",
    ["http://bugzilla.example", "ftp://127.0.0.1", "https://me:key@bugzilla.example", "https://b.example/?k=1", ""],
)
def test_only_encrypted_addresses_without_secrets_are_taken(url):
    with pytest.raises(rest.Elsewhere):
        Bugzilla(url)


def test_no_more_requests_at_once_than_jobs(server):
    server.latency = 0.02
    asking = client(server, manners=Manners(pause=0, jobs=2))
    numbers = sorted(server.bugs)
    batches = [numbers[i : i + 2] for i in range(0, len(numbers), 2)]
    given = [number for _, fetched in asking.each(batches) for number in fetched.bugs]
    assert given == numbers
    assert server.most_busy <= 2


def test_the_pause_is_kept_between_all_requests(server):
    slept: list[float] = []
    asking = Bugzilla(server.url, manners=Manners(pause=5.0), sleep=slept.append)
    for _ in range(3):
        asking.version()
    assert len(slept) == 2
    assert slept[1] > slept[0] > 0


def test_after_a_failure_the_batches_before_it_were_given_and_no_further_one_is_asked(server):
    numbers = sorted(server.bugs)
    batches = [numbers[i : i + 1] for i in range(len(numbers))]
    server.faults[3] = "rate-limit"
    asking = client(server, manners=Manners(pause=0, jobs=1))
    given = []
    with pytest.raises(rest.RateLimited):
        for batch, _ in asking.each(batches):
            given += batch
    assert given == numbers[:3]
    assert len(server.requests) == 4


@contextmanager
def answering(pieces: Callable[[], Iterable[bytes]]) -> Iterator[str]:
    """Run a server that answers every connection with these bytes, whatever was asked; yields its address."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            with suppress(OSError):
                for piece in pieces():
                    self.request.sendall(piece)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
BODY = b'{"version": "1"}'


def slowly(before: bytes, byte: bytes) -> Iterator[bytes]:
    yield before
    while True:
        time.sleep(0.1)
        yield byte


@pytest.mark.parametrize("before", [HEAD + b"\r\n", HEAD + b"X: ", b""], ids=["body", "header", "status"])
def test_an_answer_that_drips_ends_at_the_limit(before):
    start = time.monotonic()
    byte = b" " if before.endswith(b"\n") else b"x"
    with answering(lambda: slowly(before, byte)) as url, pytest.raises(rest.TooSlow):
        Bugzilla(url, manners=Manners(pause=0, answer=1, attempts=0)).version()
    assert time.monotonic() - start < 10


DIGITS = b"9" * 5_000
NOW = b"Fri, 02 Jan 2026 12:00:00 GMT"
FAR = b"Fri, 31 Dec 9999 23:59:59 -1200"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (HEAD + b"Content-Length: " + DIGITS + b"\r\n\r\n" + BODY, rest.TooLarge),
        (HEAD + b"Date: " + FAR + b"\r\n\r\n" + BODY, None),
        (HEAD + b"Date: " + DIGITS + b"\r\n\r\n" + BODY, None),
        (HEAD + b"\r\n" + b'{"version": ' + DIGITS + b"}", rest.NotBugzilla),
        (HEAD + b"\r\n" + b'{"version": "1", "x": ' + b"[]," * 1_100_000, rest.NotBugzilla),
        (HEAD + b"\r\n" + b'{"error": true, "code": ' + b"[" * 90 + b"]" * 90 + b"}", rest.Refused),
        (b"HTTP/1.1 429 X\r\nDate: " + FAR + b"\r\nRetry-After: " + DIGITS + b"\r\n\r\n", rest.RateLimited),
        (
            b"HTTP/1.1 429 X\r\nDate: Fri, 02 Jan 2026 12:00:00 GMT\r\nRetry-After: " + FAR + b"\r\n\r\n",
            rest.RateLimited,
        ),
        (b"HTTP/1.1 503 X\r\nRetry-After: " + DIGITS + b"\r\n\r\n", rest.Unavailable),
        (b"HTTP/1.1 503 X\r\nRetry-After: soon\r\n\r\n", rest.Unavailable),
        (b"HTTP/1.1 302 X\r\nLocation: http://[x\r\n\r\n", rest.NotBugzilla),
        (b"HTTP/1.1 302 X\r\nLocation: http://[x]/\r\n\r\n", rest.NotBugzilla),
        (b"HTTP/1.1 302 X\r\nLocation: //\r\n\r\n", rest.BugzillaError),
        (b"HTTP/1.1 302 X\r\nLocation: http://x:" + DIGITS + b"\r\n\r\n", rest.Elsewhere),
        (b"HTTP/1.1 " + DIGITS + b" X\r\n\r\n", rest.BugzillaError),
        (b"\xff" * 70_000, rest.BugzillaError),
        (HEAD + b"A: 1\r\n" * 200 + b"\r\n" + BODY, rest.BugzillaError),
        (HEAD + b"Content-Encoding: gzip\r\n\r\nnot packed", rest.BugzillaError),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\n" + BODY, rest.BugzillaError),
        (b"HTTP/1.1 200 X\r\nContent-Type: \x1b[31m\r\n\r\n", rest.NotBugzilla),
    ],
    ids=lambda value: "",
)
def test_a_hostile_answer_is_an_error_of_ours_or_is_read(answer, kind):
    with answering(lambda: [answer]) as url:
        asking = Bugzilla(url, manners=Manners(pause=0, attempts=0, max_bytes=5_000_000))
        if kind is None:
            assert asking.version() == rest.Answer({"version": "1"}, None)
        else:
            with pytest.raises(kind) as error:
                asking.version()
            assert "\x1b" not in str(error.value) and len(str(error.value)) < 500


def test_a_list_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr(rest, "LISTED_AT_MOST", 1_000)
    numbers = count(1)

    def page() -> Iterator[bytes]:
        bugs = [{"id": next(numbers), "last_change_time": "2026-01-02T12:00:00Z"} for _ in range(200)]
        yield HEAD + b"\r\n" + json.dumps({"bugs": bugs}).encode()

    with answering(page) as url, pytest.raises(rest.TooLarge, match="more than 1,000 bugs"):
        Bugzilla(url, manners=Manners(pause=0)).listing(PRODUCT, COMPONENT)


@pytest.mark.parametrize("url", ["http://[x", "https://[x]", "https://b.example:" + "9" * 5_000, "https://b.example:x"])
def test_what_is_no_address_is_said_so(url):
    with pytest.raises(rest.Elsewhere, match="https://HOST"):
        Bugzilla(url)


def test_every_repeat_is_counted_and_keeps_the_pause_and_the_servers_wait(server):
    server.faults = {0: "500", 1: "503", 2: "drop"}
    slept: list[float] = []
    told: list[str] = []
    manners = Manners(pause=0, backoff=0.01, attempts=3, read=20, connect=20)
    asking = Bugzilla(server.url, manners=manners, sleep=slept.append, watch=told.append)
    asking.version()
    assert asking.requests_sent == len(server.requests) == 4
    assert slept[1] == 1.0
    assert [line.split(": ")[0] for line in told if line.startswith("request")] == [
        f"request {n}" for n in (1, 2, 3, 4)
    ]


def test_one_bug_that_breaks_the_server_costs_few_requests(server):
    server.fault_if = lambda path, query: "error-200" if "1700013" in query.get("id", [""])[0] else None
    asking = client(server)
    fetched = asking.bugs(list(server.bugs))
    assert list(fetched.unread) == [1_700_013]
    assert len(fetched.bugs) == len(server.bugs) - 1
    assert asking.requests_sent <= 3 * len(server.bugs) ** 0.5 + 3
