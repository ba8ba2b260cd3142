"""A Bugzilla to test against: a real HTTP server on 127.0.0.1 with invented bugs, settable faults and a settable clock.

It speaks the part of Mozilla's REST interface that a scraper meets. As a program it serves a saved dump:
`python tests/fake_bugzilla.py --bugs-from bugs.json --comments-from comments.ndjson.gz --latency-ms 20`.
"""

import argparse
import gzip
import json
import random
import re
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

PRODUCT, COMPONENT = "CA Program", "CA Certificate Compliance"
EXTRA = {"comments", "history", "attachments", "counts", "description"}
START = datetime(2024, 1, 1, tzinfo=UTC)

USERS = {
    "filer@exampleca.test": (11, "Example CA Office", "filer"),
    "mod@rootprogram.test": (12, "Mo Derator [:mod]", "mod"),
    "watch.er@public.test": (13, "Wat Cher (any) [:watch]", "watch"),
    "secret.person@hidden.test": (14, "Geheime Person", "secretperson"),
}


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def make_bug(number: int, *, comments: int = 3, opened: datetime | None = None) -> dict[str, Any]:
    """Invent one bug of the component; the same number always gives the same bug."""
    dice = random.Random(number)
    at = opened or START + timedelta(hours=number % 5000)
    owner = ("DigiCert", "Sectigo", "Entrust", "GlobalSign", "SwissSign")[number % 5]
    times = [at]
    for _ in range(comments - 1):
        times.append(times[-1] + timedelta(minutes=dice.randint(10, 9000)))
    closed = number % 3 == 0
    board = f"[ca-compliance] [{dice.choice(['ov-misissuance', 'policy-failure', 'crl-failure'])}]"
    bug = {
        "id": number,
        "summary": f"{owner}: wrong field number {number} in issued certificates",
        "status": "RESOLVED" if closed else "ASSIGNED",
        "resolution": "FIXED" if closed else "",
        "whiteboard": board,
        "creation_time": stamp(at),
        "last_change_time": stamp(times[-1]),
        "cf_last_resolved": stamp(times[-1]) if closed else None,
        "product": PRODUCT,
        "component": COMPONENT,
        "creator": "filer@exampleca.test",
        "assigned_to": "filer@exampleca.test",
        "cc": ["watch.er@public.test"],
        "groups": [],
        "depends_on": [],
        "blocks": [],
        "see_also": [],
        "duplicates": [],
        "dupe_of": None,
        "comments": [],
        "history": [],
    }
    writers = ("filer@exampleca.test", "mod@rootprogram.test", "watch.er@public.test")
    for i, moment in enumerate(times):
        text = f"Invented remark {i} on bug {number}: see https://crt.sh/?id={number * 10 + i} for an example."
        add_comment(bug, text, writers[i % 3] if i else writers[0], at=moment)
    add_change(bug, times[0], "whiteboard", "", board)
    if closed:
        add_change(bug, times[-1], "status", "ASSIGNED", "RESOLVED", more=[("resolution", "", "FIXED")])
    bug["last_change_time"] = stamp(times[-1])
    return bug


def add_comment(
    bug: dict[str, Any],
    text: str,
    creator: str = "filer@exampleca.test",
    *,
    at: datetime | None = None,
    private: bool = False,
    tags: tuple[str, ...] = (),
) -> dict[str, Any]:
    moment = stamp(at) if at else bug["last_change_time"]
    count = len(bug["comments"])
    comment = {
        "id": bug["id"] * 1000 + count,
        "bug_id": bug["id"],
        "count": count,
        "creator": creator,
        "author": creator,
        "time": moment,
        "creation_time": moment,
        "is_private": private,
        "text": text,
        "raw_text": text,
        "attachment_id": None,
        "tags": list(tags),
        "reactions": {},
    }
    bug["comments"].append(comment)
    bug["last_change_time"] = max(bug["last_change_time"], moment)
    return comment


def add_change(
    bug: dict[str, Any],
    at: datetime,
    name: str,
    removed: str,
    added: str,
    *,
    more: list[tuple[str, str, str]] | None = None,
) -> None:
    """Record a change in the history and move the time of the last change."""
    changes = [{"field_name": f, "removed": r, "added": a} for f, r, a in [(name, removed, added), *(more or [])]]
    bug["history"].append({"when": stamp(at), "who": "mod@rootprogram.test", "changes": changes})
    bug["last_change_time"] = max(bug["last_change_time"], stamp(at))


def set_field(bug: dict[str, Any], at: datetime, name: str, value: Any) -> None:
    add_change(bug, at, name, str(bug[name]), str(value))
    bug[name] = value


def make_bugs(count: int, first: int = 1_700_001) -> dict[int, dict[str, Any]]:
    return {n: make_bug(n, comments=2 + n % 4) for n in range(first, first + count)}


class Refusal(Exception):
    def __init__(self, status: int, code: int, message: str) -> None:
        self.status, self.code, self.message = status, code, message


class FakeBugzilla(ThreadingHTTPServer):
    """The server. `faults` maps the number of a request (from 0), or "all", to a fault; `before` is called first."""

    daemon_threads = True
    # A test that kills its clients must not find the port's queue full.
    request_queue_size = 64

    def __init__(self, bugs: dict[int, dict[str, Any]] | None = None, *, clock: datetime | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.bugs = bugs if bugs is not None else make_bugs(20)
        self.clock: datetime | None = clock
        self.latency = 0.0
        self.key = "K" * 40
        self.email_filter = False
        self.leaks = False
        self.max_results = 10_000
        self.rate_limit = 75
        self.direct = 0
        self.blocked = False
        self.faults: dict[int | str, str] = {}
        self.fault_if: Callable[[str, dict[str, list[str]]], str | None] = lambda path, query: None
        self.before: Callable[[int, str, dict[str, list[str]]], None] = lambda number, path, query: None
        self.requests: list[str] = []
        self.headers_seen: list[dict[str, str]] = []
        self.redirect_to = ""
        self.lock = threading.RLock()
        self.busy = 0
        self.most_busy = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def now(self) -> datetime:
        return self.clock or datetime.now(UTC)

    def __enter__(self) -> "FakeBugzilla":
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that break off are what the tests are about."""

    # What the public, or the holder of the key, sees

    def visible(self, bug: dict[str, Any], keyed: bool) -> bool:
        return not bug["groups"] or keyed

    def person(self, login: str, keyed: bool) -> str:
        return login.split("@", maxsplit=1)[0] if self.email_filter and not keyed else login

    def detail(self, login: str, keyed: bool) -> dict[str, Any]:
        number, real, nick = USERS.get(login, (99, "", login.split("@", maxsplit=1)[0]))
        shown = self.person(login, keyed)
        return {"id": number, "real_name": real, "nick": nick, "name": shown, "email": shown}

    def shown(self, bug: dict[str, Any], keyed: bool, fields: set[str], without: set[str]) -> dict[str, Any]:
        default = not fields or "_default" in fields or "_all" in fields
        data = {k: v for k, v in bug.items() if k not in EXTRA}
        for key in ("creator", "assigned_to"):
            if key in bug:
                data[f"{key}_detail"] = self.detail(bug[key], keyed)
                data[key] = self.person(bug[key], keyed)
        data["cc_detail"] = [self.detail(login, keyed) for login in bug.get("cc", [])]
        data["is_open"] = not bug["resolution"]
        data["comment_count"] = len(bug["comments"])
        if not keyed:
            for key in ("depends_on", "blocks", "duplicates"):
                data[key] = [n for n in bug[key] if n not in self.bugs or not self.bugs[n]["groups"]]
        if keyed:
            data["update_token"] = "1700000000-" + "x" * 40
        if fields & {"comments", "_extra", "_all"}:
            data["comments"] = [
                {
                    k: self.person(v, keyed) if k in {"creator", "author"} else v
                    for k, v in c.items()
                    if k != "raw_text" or "comments.raw_text" not in without
                }
                for c in bug["comments"]
                if keyed or not c["is_private"]
            ]
        if fields & {"history", "_extra", "_all"}:
            data["history"] = bug["history"]
        if keyed and self.leaks:
            data["creator_detail"]["real_name"] = "Leaky Realname"
            data["secret_notes"] = "leaky.person@hidden.test"
        chosen = data if default else {k: v for k, v in data.items() if k in fields}
        return {k: chosen[k] for k in sorted(chosen, key=lambda k: hash((k, bug["id"]))) if k not in without}

    # Endpoints

    def answer(self, path: str, query: dict[str, list[str]], keyed: bool) -> dict[str, Any]:
        if path == "/rest/version":
            return {"version": "20260820.1"}
        if path == "/rest/whoami":
            if not keyed:
                raise Refusal(401, 410, "You must log in before using this part of Bugzilla.")
            return {"id": 15, "name": "key.holder@public.test", "real_name": "Key Holder"}
        if path == "/rest/bug":
            return self.search(query, keyed)
        found = re.fullmatch(r"/rest/bug/([^/]+)(/comment|/history|/attachment)?", path)
        if not found:
            raise Refusal(404, 32614, "No such resource.")
        if not keyed and found[2] != "/history":
            self.direct += 1
            if self.direct > self.rate_limit:
                self.blocked = True
                raise Refusal(400, 32000, "You have exceeded the rate limit.")
        numbers = [found[1], *query.get("ids", [])]
        bugs = [self.one(text, keyed) for text in numbers]
        fields, without = _fields(query)
        if found[2] == "/comment":
            shown = {str(b["id"]): self.shown(b, keyed, {"comments"}, without) for b in bugs}
            return {"bugs": shown, "comments": {}}
        if found[2] == "/history":
            return {"bugs": [{"id": b["id"], "alias": None, "history": b["history"]} for b in bugs]}
        if found[2] == "/attachment":
            return {"bugs": {str(b["id"]): [] for b in bugs}, "attachments": {}}
        return {"bugs": [self.shown(b, keyed, fields, without) for b in bugs], "faults": []}

    def one(self, text: str, keyed: bool) -> dict[str, Any]:
        if not text.isdecimal() or text == "0":
            raise Refusal(400, 100, f"'{text}' is not a valid bug number nor an alias to a bug.")
        bug = self.bugs.get(int(text))
        if bug is None:
            raise Refusal(404, 101, f"Bug {text} does not exist.")
        if not self.visible(bug, keyed):
            raise Refusal(401, 102, f"You are not authorized to access bug {text}.")
        return bug

    def search(self, query: dict[str, list[str]], keyed: bool) -> dict[str, Any]:
        criteria = {"product", "component", "id", "last_change_time", "creation_time", "status", "resolution", "f1"}
        if not criteria & set(query):
            raise Refusal(400, 1000, "You must give some search criteria.")
        if "offset" in query and "limit" not in query:
            raise Refusal(400, 50, "The function requires a limit argument.")
        found = [b for b in self.bugs.values() if self.visible(b, keyed) and self.matches(b, query)]
        order = query.get("order", [""])[0]
        if order == "bug_id":
            found.sort(key=lambda b: b["id"])
        elif order.startswith("changeddate"):
            found.sort(key=lambda b: (b["last_change_time"], b["id"]), reverse="DESC" in order)
        else:
            random.Random(len(self.requests)).shuffle(found)
        if "count_only" in query:
            return {"bug_count": len(found)}
        limit = query.get("limit", ["0"])[0]
        size = int(limit) if limit.isdecimal() else 0
        start = int(query.get("offset", ["0"])[0]) if size else 0
        page = found[start : start + min(size or self.max_results, self.max_results)]
        fields, without = _fields(query)
        return {"bugs": [self.shown(b, keyed, fields, without) for b in page]}

    def matches(self, bug: dict[str, Any], query: dict[str, list[str]]) -> bool:
        for key in ("product", "component", "status", "resolution"):
            values = ["" if v == "---" else v.lower() for v in query.get(key, [])]
            if key in query and bug[key].lower() not in values:
                return False
        if "id" in query:
            wanted = {part.strip() for value in query["id"] for part in value.split(",")}
            if str(bug["id"]) not in wanted:
                return False
        for key in ("last_change_time", "creation_time"):
            for value in query.get(key, []):
                try:
                    since = datetime.fromisoformat(value)
                except ValueError:
                    raise Refusal(400, 56, f"'{value}' is not a legal date.") from None
                if datetime.fromisoformat(bug[key]) < since:
                    return False
        return "f1" not in query or self.chart(bug, query["f1"][0], query["o1"][0], query["v1"][0])

    def chart(self, bug: dict[str, Any], name: str, operator: str, value: str) -> bool:
        if name not in {"bug_id", "component", "product"}:
            raise Refusal(400, 108, f"Can't use {name} as a field name.")
        if operator == "greaterthan":
            return bool(bug["id"] > int(value))
        if operator in {"changedfrom", "changedto"}:
            side = "removed" if operator == "changedfrom" else "added"
            changes = (c for e in bug["history"] for c in e["changes"])
            return any(c["field_name"] == name and c[side] == value for c in changes)
        return bool(bug[name] == value)


def _fields(query: dict[str, list[str]]) -> tuple[set[str], set[str]]:
    asked = [{p.strip() for v in query.get(k, []) for p in v.split(",")} for k in ("include_fields", "exclude_fields")]
    return asked[0], asked[1]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: FakeBugzilla

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the tests' output clean."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        return format_datetime(self.server.now(), usegmt=True)

    def do_GET(self) -> None:
        server = self.server
        parts = urlsplit(self.path)
        query = parse_qs(parts.query, keep_blank_values=True)
        if parts.path == "/requests":
            return self.send(200, str(len(server.requests)).encode(), "text/plain")
        with server.lock:
            number = len(server.requests)
            server.requests.append(self.path)
            server.headers_seen.append({k.lower(): v for k, v in self.headers.items()})
            server.busy += 1
            server.most_busy = max(server.most_busy, server.busy)
            server.before(number, parts.path, query)
            fault = server.faults.get(number) or server.faults.get("all") or server.fault_if(parts.path, query)
        try:
            time.sleep(server.latency)
            self.reply(parts.path, query, fault)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            with server.lock:
                server.busy -= 1
        return None

    def reply(self, path: str, query: dict[str, list[str]], fault: str | None) -> None:
        server = self.server
        if server.blocked or fault == "429":
            return self.send(429, b"<html><title>Too Many Requests</title></html>", "text/html; charset=UTF-8")
        key = self.headers.get("X-BUGZILLA-API-KEY")
        try:
            if fault == "rate-limit":
                server.blocked = True
                raise Refusal(400, 32000, "You have exceeded the rate limit.")
            if key is not None and key != server.key:
                raise Refusal(400, 306, "The API key you specified is invalid.")
            with server.lock:
                data = server.answer(path, query, key is not None)
        except Refusal as refusal:
            said = {"error": True, "code": refusal.code, "message": refusal.message, "documentation": "https://b.test/"}
            return self.send(refusal.status, json.dumps(said).encode())
        if fault == "duplicate-pages" and "v1" in query:
            data = server.answer(path, {k: v for k, v in query.items() if k not in {"f1", "o1", "v1"}}, False)
        if fault == "duplicate-bugs" and data.get("bugs"):
            data["bugs"] = [*data["bugs"], data["bugs"][0]]
        # Half a surrogate pair is written as its escape, as in JSON.
        return self.spoil(json.dumps(data, ensure_ascii=False).encode("utf-8", "backslashreplace"), fault)

    def spoil(self, body: bytes, fault: str | None) -> None:
        match fault:
            case None | "duplicate-pages" | "duplicate-bugs":
                return self.send(200, body)
            case "slow":
                time.sleep(1.0)
                return self.send(200, body)
            case "cut":
                return self.send(200, body, cut=True)
            case "drop":
                self.close_connection = True
                return None
            case "500":
                return self.send(500, b"<html>Internal Server Error</html>", "text/html")
            case "503":
                return self.send(503, b"<html>Maintenance</html>", "text/html", extra={"Retry-After": "1"})
            case "503-long":
                return self.send(503, b"<html>Maintenance</html>", "text/html", extra={"Retry-After": "7200"})
            case "429-retry-after":
                return self.send(429, b"<html>Wait</html>", "text/html", extra={"Retry-After": "14400"})
            case "content-type":
                return self.send(200, body, "text/plain")
            case "html":
                return self.send(200, b"<!DOCTYPE html><title>Access Denied</title>", "text/html; charset=UTF-8")
            case "invalid-json":
                return self.send(200, body[:-20] + b"]]")
            case "error-200":
                return self.send(200, b'{"error":true,"code":-32000,"message":"Something went wrong."}')
            case "oversize":
                return self.send(200, b'{"bugs":[' + b" " * 300_000 + body[9:])
            case "redirect":
                return self.send(302, b"", "text/html", extra={"Location": self.server.redirect_to})
            case "nested":
                return self.send(200, b'{"bugs":' + b"[" * 100_000)
        raise AssertionError(f"no such fault: {fault}")

    def send(
        self,
        status: int,
        body: bytes,
        kind: str = "application/json; charset=UTF-8",
        *,
        cut: bool = False,
        extra: dict[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", "Bugzilla_login_request_cookie=abc; path=/")
        for name, value in (extra or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        if cut:
            self.wfile.flush()
            self.close_connection = True


def bugs_of_dump(bugs_file: Path, comments_file: Path | None) -> dict[int, dict[str, Any]]:
    """Make bugs out of a saved dump, without e-mail addresses since it holds none."""
    bugs = {}
    for saved in json.loads(bugs_file.read_text("utf-8"))["bugs"]:
        blank = {"product": PRODUCT, "component": COMPONENT, "groups": [], "depends_on": [], "blocks": []}
        blank |= {"see_also": [], "duplicates": [], "dupe_of": None, "cf_last_resolved": None, "cc": []}
        blank |= {"comments": [], "history": [], "last_change_time": saved["creation_time"]}
        domain = saved.pop("creator_domain", None)
        bugs[saved["id"]] = {
            **blank,
            **saved,
            "creator": f"{saved['creator']}@{domain}" if domain else saved["creator"],
        }
    if comments_file:
        opener = gzip.open if comments_file.suffix == ".gz" else open
        with opener(comments_file, "rt", encoding="utf-8") as lines:
            for line in lines:
                data = json.loads(line)
                bug = bugs.get(data["id"])
                for c in data["comments"] if bug else ():
                    who = f"{c['creator']}@{c['creator_domain']}" if c["creator_domain"] else c["creator"]
                    added = add_comment(bug, c.get("text", ""), who, at=datetime.fromisoformat(c["creation_time"]))
                    added["count"] = c["count"]
    return bugs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bugs-from", type=Path)
    parser.add_argument("--comments-from", type=Path)
    parser.add_argument("--latency-ms", type=float, default=0)
    parser.add_argument("--count", type=int, default=1690, help="invented bugs where no dump is given")
    parser.add_argument("--no-rate-limit", action="store_true", help="let clients ask for single bugs as they like")
    arguments = parser.parse_args()
    if arguments.bugs_from:
        bugs = bugs_of_dump(arguments.bugs_from, arguments.comments_from)
    else:
        bugs = make_bugs(arguments.count)
    server = FakeBugzilla(bugs)
    server.latency = arguments.latency_ms / 1000
    server.rate_limit = 10**9 if arguments.no_rate_limit else server.rate_limit
    print(server.url, flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print(f"{len(server.requests)} requests", flush=True)


if __name__ == "__main__":
    main()
