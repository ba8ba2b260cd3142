"""Every entry point for input, given mutated good inputs: nothing but a typed error may come out, and in bounded time.

`make fuzz SECONDS=2400` runs each entry point in a process of its own for its share of the time and
prints a table; inputs that break something are kept in a folder. `test_fuzz_input.py` runs a few thousand inputs.
"""

import argparse
import contextlib
import gzip
import io
import json
import multiprocessing
import random
import re
import resource
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

from fake_bugzilla import make_bug
from fake_pages import classic_page, modern_page, text_page, xml_page
from measure_reports import CASES

from ca_incidents.schema.check import certificate_list, fix
from ca_incidents.schema.check.files import RawFile, findings_in
from ca_incidents.schema.cli import all as schema_commands
from ca_incidents.schema.cli import show
from ca_incidents.schema.cli.command import main
from ca_incidents.schema.dataset import Dataset
from ca_incidents.schema.derive.status import derive_among
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.export.files import line_of
from ca_incidents.schema.export.tables import TABLES, prepared
from ca_incidents.schema.model import Incident, Snapshot, record_from_data
from ca_incidents.schema.record import canonical, yaml_text
from ca_incidents.schema.record.effective import effective
from ca_incidents.schema.tables import deadlines, policies, registry
from ca_incidents.scraper.cli import all as scraper_commands
from ca_incidents.scraper.cli.parse_report import parse_report_json
from ca_incidents.scraper.cli.sync import summary_of
from ca_incidents.scraper.cli.sync_tools import tools
from ca_incidents.scraper.reader.lint import lint_report
from ca_incidents.scraper.reader.thread import read_thread
from ca_incidents.scraper.sources import bug as bugs
from ca_incidents.scraper.sources import dump, rest, saved_page
from ca_incidents.scraper.sources.bug_list import read_list
from ca_incidents.scraper.sync.apply import Outcome, assembled
from ca_incidents.scraper.sync.assemble import mark_foreign
from ca_incidents.scraper.sync.store import Store
from ca_incidents.site_plugins.build.cache import Cache
from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.views import incident as incident_page

LONGEST = 200_000
# No input of the size that is tried here may cost more CPU time.
SECONDS = 5.0
TODAY = date(2026, 3, 13)
AS_OF = "2026-03-13T14:37:17Z"
ROOT = Path(__file__).parent.parent

# What broke something once, or breaks programs like this one.
TOKENS = [
    *("5 Sepember 2023", "5 \u017feptember 2023", "31 February 2021", "0000-00-00", "9999-12-31T23:59:60Z", "24:00"),
    *("http://[x", "https://bugzilla.mozilla.org/show_bug.cgi?id=", "a@b'c@d", "[meta] ", "=cmd()", "::add-mask::x"),
    *("9" * 5000, "-1", "1e999", "NaN", "0x10", "\u0669", "\u00b2", "1_000", "999999999999999999999"),
    *("\u2028", "\u0085", "\x00", "\ufeff", "\u202e", "\ud800", "\U000e0041", "\x1b[2J", "\r", "\t", "\x0b"),
    *(
        "[" * 3000,
        '{"a":' * 3000,
        "[" * 300,
        "<b>" * 300,
        "(" * 300,
        "- " * 300,
        "|" * 300,
        "`" * 300,
        "\n" * 300,
        "&#64;" * 50,
    ),
    *("null", "true", "{}", "[]", '""', "~", "!!python/object:os.system", "&a [*a]", "<<: *x", "? ", "%YAML 9.9\n"),
    *("</script>", "<!--", "]]>", "<![CDATA[", "&x;", "&#x110000;", "&#xd800;", '<!DOCTYPE a [<!ENTITY b "c">]>'),
    *(
        str(CASES),
        "--",
        "--help",
        "-",
        "%s",
        "{0}",
        "../../etc",
        "|",
        ";",
        "$(x)",
        "'",
        '"',
        "\\",
        "\\u0000",
        "\\ud800",
    ),
]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry point: good inputs, and what reads one, in a folder of its own, and raises typed errors only."""

    name: str
    seeds: Callable[[], Sequence[bytes]]
    read: Callable[[bytes, Path], None]


@dataclass(slots=True)
class Tried:
    """What became of the inputs of one entry point."""

    name: str
    inputs: int = 0
    accepted: int = 0
    refused: int = 0
    slowest: float = 0.0
    peak: int = 0
    findings: dict[str, bytes] = field(default_factory=dict)


# Mutation


def mutated(dice: random.Random, seeds: Sequence[bytes]) -> bytes:
    """Change a good input in one to four places, as text, as JSON where it is JSON, or as bytes."""
    raw = dice.choice(seeds)
    for _ in range(dice.choice((1, 1, 2, 4))):
        way = dice.random()
        if way < 0.4 and (data := _json(raw)) is not None:
            raw = json.dumps(_other(dice, data)).encode()
        elif way < 0.85:
            text = _text(dice, raw.decode("utf-8", "surrogateescape"), seeds)
            raw = _encoded(text)
        else:
            raw = _bytes(dice, raw)
    return raw[:LONGEST]


def _encoded(text: str) -> bytes:
    """Encode a text with the bytes that could not be decoded, or with halves of pairs as other programs write them."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def _other(dice: random.Random, data: Any) -> Any:
    """Change one value somewhere in plain data."""
    if isinstance(data, dict) and data and dice.random() < 0.9:
        key = dice.choice(list(data))
        if dice.random() < 0.1:
            return {name: value for name, value in data.items() if name != key}
        return {**data, key: _other(dice, data[key])}
    if isinstance(data, list) and data and dice.random() < 0.9:
        place = dice.randrange(len(data))
        if dice.random() < 0.1:
            return [*data, data[place]]
        return [*data[:place], _other(dice, data[place]), *data[place + 1 :]]
    if isinstance(data, str) and dice.random() < 0.5:
        place = dice.randint(0, len(data))
        return data[:place] + dice.choice(TOKENS) + data[place:]
    return dice.choice(
        [None, True, -1, 0, 2**63, 1e308, 0.5, "", [], {}, [[]], {"": None}, [data], {"x": data}, dice.choice(TOKENS)]
    )


def _text(dice: random.Random, text: str, seeds: Sequence[bytes]) -> str:
    start = dice.randint(0, len(text))
    end = min(len(text), start + int(dice.expovariate(1 / 20)))
    match dice.randrange(6):
        case 0:
            new = dice.choice(TOKENS)
        case 1:
            other = dice.choice(seeds).decode("utf-8", "surrogateescape")
            place = dice.randint(0, len(other))
            new = other[place : place + dice.choice((3, 30, 300))]
        case 2:
            new = text[start:end] * dice.choice((2, 3, 50))
        case 3:
            new = ""
        case 4:
            numbers = list(re.finditer("[0-9]+", text))
            if numbers:
                start, end = dice.choice(numbers).span()
            new = dice.choice(("0", "13", "32", "99", "1000000", "-5", "", "9" * 400, "\u0663", "07"))
        case _:
            words = list(re.finditer(r"[^\W\d_]+", text))
            if words:
                start, end = dice.choice(words).span()
            new = dice.choice((text[start:end].upper(), text[start:end].swapcase(), text[start:end][::-1], "\u017f"))
    return text[:start] + new + text[end:]


def _bytes(dice: random.Random, raw: bytes) -> bytes:
    place = dice.randint(0, len(raw))
    match dice.randrange(4):
        case 0:
            return raw[:place] + bytes([dice.randrange(256)]) + raw[place + 1 :]
        case 1:
            return raw[:place]
        case 2:
            return raw[:place] + dice.randbytes(dice.choice((1, 2, 16))) + raw[place:]
        case _:
            return raw[:place] + raw[place + dice.choice((1, 4, 64)) :]


# What is done with an input


TOOLS = tools(keep_quotes=True)


def use(bug: bugs.WireBug, folder: Path) -> None:
    """Take a bug all the way: to its record, through the gate, to everything that is made of a record."""
    store = Store(folder, writable=False)
    made = assembled(bug, store, TOOLS, today=AS_OF[:10])
    if made.excluded:
        store.enter(made.excluded)
    if made.record:
        record = mark_foreign(made.record, {bug.id})
        store.write_record(record)
        # Pages cost more than reading; records that differ are shown often enough all the same.
        if crc32(canonical.machine_part(record).encode("utf-8", "replace")) % 5 == 0:
            show_all(record)
        store.records[record.id] = record
        again = assembled(bug, store, TOOLS)
        assert again.record or again.is_older, "a record stays one when its bug is read again"


def show_all(record: Incident) -> None:
    """Make everything of a record that passed the gate: what cannot be shown must not pass."""
    shown = effective(record)
    until = max([AS_OF, record.bugzilla.opened])
    known = {record.id: shown}
    derived = derive_among(shown, known, as_of=until, registry=registry.standard(), deadlines=deadlines.standard())
    show.as_text(record, derived)
    show.as_json(record, derived)
    snapshot = Snapshot(schema_version=1, source="fuzz", as_of=until)
    data = Dataset(
        incidents={record.id: record}, tombstones={}, excluded=(), snapshot=snapshot, registry=registry.standard()
    )
    material = prepared(data)
    line_of(record.id, material)
    for table in TABLES:
        list(table.rows(material))
    for page in incident_page.pages(Catalogue(data, site_url="https://site.example/")):
        page.body()
    store = Store(Path(), records={record.id: record}, snapshot=snapshot, writable=False)
    outcome = Outcome(differences={record.id: ()})
    summary_of(outcome, {}, store, TOOLS, title="Sync", failure=None)


def read_answer(raw: bytes, folder: Path) -> None:
    for bug in dump.bugs_in_answer(rest._decoded(raw, "https://server.example"), "an answer"):
        use(bug, folder)


class _Response:
    """As much of an answer as its reader looks at."""

    def __init__(self, raw: bytes) -> None:
        head, _, self.body = raw.partition(b"\n\n")
        first, *lines = head.decode("latin-1").split("\n")
        self.status_code = int(first) if first.isascii() and first.isdecimal() and len(first) < 4 else 200
        self.headers = dict(line.partition(": ")[::2] for line in lines)
        self.raw = self

    def read1(self, size: int, *, decode_content: bool) -> bytes:
        assert decode_content
        part, self.body = self.body[:size], self.body[size:]
        return part


def read_head(raw: bytes, _folder: Path) -> None:
    client = rest.Bugzilla("https://server.example")
    response: Any = _Response(raw)
    try:
        if response.status_code in rest._REDIRECTS:
            client._same_host(rest.urljoin(client.url, response.headers.get("Location", "")))
        client._answer(response, time.monotonic() + 60)
    # As the client does around both.
    except rest._Passing as passing:
        raise passing.error from None
    except ValueError as error:
        raise rest.NotBugzilla(str(error)) from None


def read_dump(raw: bytes, folder: Path) -> None:
    first, _, rest_of_it = raw.partition(b"\n")
    (folder / "bugs.json").write_bytes(first)
    packed = folder / "comments.ndjson.gz"
    packed.write_bytes(rest_of_it if rest_of_it[:2] == b"\x1f\x8b" else gzip.compress(rest_of_it, 1))
    for bug in dump.read_saved(folder).bugs:
        use(bug, folder)


def read_bug_list(raw: bytes, folder: Path) -> None:
    (folder / "list.json").write_bytes(raw)
    for bug in read_list(folder / "list.json").bugs:
        use(bug, folder)


def read_page(raw: bytes, folder: Path) -> None:
    for bug in saved_page.read_page(raw, "a page", 1_700_001):
        use(bug, folder)


def read_record(raw: bytes, _folder: Path) -> None:
    name = "2021/1700001.yaml"
    fixed = fix.fixed(raw)
    assert fix.fixed(fixed) == fixed, "a fix of what was fixed changes nothing"
    for text in {raw, fixed}:
        if findings_in(RawFile(name, text), registry.standard()):
            continue
        record = record_from_data(yaml_text.load(text).data)  # type: ignore[arg-type]
        if isinstance(record, Incident):
            show_all(record)


def read_table(raw: bytes, _folder: Path) -> None:
    for name in ("snapshot.yaml", "excluded.yaml", "removed.yaml"):
        findings_in(RawFile(name, raw), registry.standard())


def read_draft(raw: bytes, _folder: Path) -> None:
    text = raw.decode("utf-8", "replace")
    for found in lint_report(text, today=TODAY, file="draft.md"):
        str(found)
    comment = bugs.WireComment(number=0, at=None, text=text)
    reading = read_thread([comment], bug=None, policies=policies.standard(), keep_quotes=True)
    json.dumps(parse_report_json(reading.report, "draft.md"))


def read_certificates(raw: bytes, _folder: Path) -> None:
    for found in certificate_list.check(raw, file="list.csv", today=TODAY):
        str(found)


def read_cache(raw: bytes, folder: Path) -> None:
    path = folder / "cache.sqlite"
    path.write_bytes(raw)
    found = Cache(path, "code")
    value = found.get("kind", b"inputs")
    assert value in (None, b"value" * 100), "a damaged entry is a miss"
    found.put("kind", b"other", b"new")
    found.save()


# Commands that write are parsed only: a mutated name could lead out of the folder.
COMMANDS = {c.name: c for c in (*schema_commands.COMMANDS, *scraper_commands.COMMANDS)}
READING = frozenset({"show", "deadlines", "explain", "lint-report", "lint-appendix", "parse-report", "doubts"})


def read_options(raw: bytes, folder: Path) -> None:
    words = raw.decode("utf-8", "replace").replace("\0", "").split("\n")
    (folder / "draft.md").write_bytes(draft_seeds()[0])
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out), contextlib.chdir(folder):
        try:
            if words[0] in READING:
                main(words, COMMANDS.values())
            elif words[0] in COMMANDS:
                parser = argparse.ArgumentParser()
                COMMANDS[words[0]].program().arguments(parser)
                parser.parse_args(words[1:])
        except SystemExit as error:
            assert error.code in (0, 2), "argparse ends with 0 or 2"
    assert "Traceback" not in out.getvalue()


def read_address(raw: bytes, _folder: Path) -> None:
    text = raw.decode("utf-8", "replace")
    bugs.bug_number_in(text)
    rest.Bugzilla(text)


# Good inputs


@cache
def draft_seeds() -> list[bytes]:
    return [path.read_bytes() for path in sorted(CASES.glob("*.md"))]


def _bug(number: int) -> dict[str, Any]:
    bug = make_bug(number, comments=3)
    bug["see_also"] = ["https://bugzilla.mozilla.org/show_bug.cgi?id=1700003", "https://github.com/x/y/issues/1"]
    bug["depends_on"], bug["blocks"] = [1_700_007], [1_700_008]
    texts = draft_seeds()
    bug["comments"][0]["text"] = texts[number % len(texts)].decode()
    bug["comments"][1]["text"] = "As of 2024-03-04 05:06 UTC, 3 of 1,234 certificates are revoked; see Bug 1700009."
    return bug


@cache
def some_bugs() -> list[dict[str, Any]]:
    return [_bug(1_700_001 + n) for n in range(0, 40, 3)]


def answer_seeds() -> list[bytes]:
    return [json.dumps({"bugs": [bug]}).encode() for bug in some_bugs()]


def head_seeds() -> list[bytes]:
    head = "Date: Fri, 02 Jan 2026 12:00:00 GMT\nRetry-After: 120\nContent-Type: application/json\n"
    bodies = (
        '{"bugs": []}',
        '{"error": true, "code": 102, "message": "no"}',
        '{"code": 32000, "message": "rate limit"}',
    )
    ends = (f"Content-Length: {len(bodies[0])}", "Location: https://server.example/rest", "Content-Length: 5")
    codes = ("200", "302", "400", "401", "429", "500", "503")
    return [f"{code}\n{head}{end}\n\n{body}".encode() for code in codes for end in ends for body in bodies]


def dump_seeds() -> list[bytes]:
    found = []
    for bug in some_bugs():
        comments = json.dumps({"id": bug["id"], "comments": bug["comments"]})
        found.append(f"{json.dumps({'bugs': [{**bug, 'comments': None}]})}\n{comments}\n{comments}".encode())
    return found


def list_seeds() -> list[bytes]:
    keys = ("id", "summary", "whiteboard")
    lines = [{**{k: bug[k] for k in keys}, "creation_time": bug["creation_time"][:10]} for bug in some_bugs()]
    return [json.dumps({"as_of": "2026-01-02", "complete": True, "bugs": lines[n : n + 3]}).encode() for n in range(8)]


def pages(make: Callable[[dict[str, Any]], str]) -> Callable[[], list[bytes]]:
    return lambda: [make(bug).encode() for bug in some_bugs()]


@cache
def record_seeds() -> list[bytes]:
    paths = sorted(ROOT.glob("incidents/*/*.yaml"))[::90]
    texts = [path.read_text("utf-8") for path in paths]
    curated = "curated:\n  summary: One line.\n  root_causes: [process-gap]\n  tags: [policy-failure]\n"
    texts += [canonical.record_text(record_from_data(yaml_text.load(t.encode()).data)) + curated for t in texts[:5]]  # type: ignore[arg-type]
    renamed = (re.sub(r"(?m)^id: [0-9]+", "id: 1700001", text) for text in texts)
    return [re.sub(r"(?m)^(  opened: .)[0-9]{4}", r"\g<1>2021", text).encode() for text in renamed]


def table_seeds() -> list[bytes]:
    removed = (
        f'schema_version: 1\nsalt: "{"0" * 32}"\nremoved:\n- {{digest: "{"a" * 32}", words: 1, on: "2026-01-01"}}\n'
    )
    return [removed.encode(), *((ROOT / "incidents" / n).read_bytes() for n in ("snapshot.yaml", "excluded.yaml"))]


def certificate_seeds() -> list[bytes]:
    row = [f"{1:064x}", f"{2:064x}", "CN=x", "CN=y", "2024-01-01", "2025-01-01", "0A", "a.example, b.example"]
    line = ",".join(f'"{cell}"' for cell in [*row, "Yes", "2024-02-01", "superseded"])
    links = "\n".join(f"https://crt.sh/?sha256={n:064x}" for n in range(20))
    return [f"{','.join(certificate_list.COLUMNS)}\n{line}\n{line}\n".encode(), links.encode()]


def cache_seeds() -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cache.sqlite"
        found = Cache(path, "code")
        found.put("kind", b"inputs", b"value" * 100)
        found.save()
        del found
        return [path.read_bytes()]


def option_seeds() -> list[bytes]:
    lines = [
        "show 1700001 --format json",
        "deadlines --aware 2026-01-02T03:04Z",
        "explain root-causes",
        "lint-report draft.md --format json",
        "lint-appendix draft.md --report draft.md",
        "parse-report draft.md",
        "doubts --to none",
        "sync --url https://x.example --jobs 2 --pause 0.5 --timeout 60 --full-every 7 --may-withdraw 3",
        "sync --from saved --to incidents --format json --summary s.md",
        "add 1700001 --from page.html --dry-run",
        "add https://bugzilla.mozilla.org/show_bug.cgi?id=1700001",
        "take-down 1700001",
        "check incidents --format json --changed-since main",
        "export out --format csv",
        "related --ca digicert",
    ]
    return ["\n".join(line.split()).encode() for line in lines]


def address_seeds() -> list[bytes]:
    return [b"https://bugzilla.mozilla.org/show_bug.cgi?id=1700001", b"https://bugzil.la/1", b"http://[::1]:80/rest"]


ENTRIES = (
    Entry("REST answer", answer_seeds, read_answer),
    Entry("HTTP head", head_seeds, read_head),
    Entry("dump", dump_seeds, read_dump),
    Entry("list of bugs", list_seeds, read_bug_list),
    Entry("XML", pages(lambda bug: xml_page(bug, numbers=True)), read_page),
    Entry("HTML, Mozilla's", pages(modern_page), read_page),
    Entry("HTML, classic", pages(classic_page), read_page),
    Entry("page text", pages(text_page), read_page),
    Entry("record file", record_seeds, read_record),
    Entry("snapshot, ledger", table_seeds, read_table),
    Entry("draft", draft_seeds, read_draft),
    Entry("CSV", certificate_seeds, read_certificates),
    Entry("cache", cache_seeds, read_cache),
    Entry("options", option_seeds, read_options),
    Entry("address", address_seeds, read_address),
)


# Running


def inputs(entry: Entry, seed: int) -> Iterator[bytes]:
    """Yield mutated inputs without end, the same ones for the same seed; the good ones first."""
    seeds = entry.seeds()
    yield from seeds
    dice = random.Random(f"{entry.name} {seed}")
    while True:
        yield mutated(dice, seeds)


def try_inputs(entry: Entry, seed: int, *, count: int | None = None, seconds: float = 1e9) -> Tried:
    """Try inputs until there were enough or the time is over."""
    tried, end = Tried(entry.name), time.monotonic() + seconds
    for raw in inputs(entry, seed):
        if tried.inputs == count or time.monotonic() > end:
            break
        tried.inputs += 1
        began = time.process_time()
        with tempfile.TemporaryDirectory() as folder:
            try:
                entry.read(raw, Path(folder))
                tried.accepted += 1
            except CaIncidentsError as error:
                str(error)
                tried.refused += 1
            except Exception as error:
                tried.findings.setdefault(_where(error), raw)
        took = time.process_time() - began
        if took > SECONDS:
            tried.findings.setdefault(f"{took:.0f} seconds", raw)
        tried.slowest = max(tried.slowest, took)
    tried.peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return tried


def _where(error: Exception) -> str:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "ca_incidents" in f.filename] or [
        traceback.extract_tb(error.__traceback__)[-1]
    ]
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}"
    return f"{type(error).__name__} in {place}"


def table(found: Sequence[Tried]) -> str:
    lines = ["| entry point | inputs | accepted | refused | findings | slowest, s | peak, MiB |", "| --- " * 7 + "|"]
    for t in found:
        kinds = ", ".join(sorted(t.findings)) or "none"
        lines.append(
            f"| {t.name} | {t.inputs:,} | {t.accepted:,} | {t.refused:,} | {kinds} | {t.slowest:.2f} | {t.peak} |"
        )
    return "\n".join(lines)


def _in_process(given: tuple[str, int, float]) -> Tried:
    name, seed, seconds = given
    entry = next(one for one in ENTRIES if one.name == name)
    return try_inputs(entry, seed, seconds=seconds)


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="for all entry points together")
    parser.add_argument("--seed", type=int, default=int(datetime.now(UTC).timestamp()))
    parser.add_argument("--only", help="words in the name of an entry point")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "fuzz-findings")
    arguments = parser.parse_args()
    entries = [entry for entry in ENTRIES if not arguments.only or arguments.only in entry.name]
    found: list[Tried] = []
    print(f"seed {arguments.seed}", flush=True)
    # One process for each, so that the peak is that of one entry point.
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        share = arguments.seconds / len(entries)
        for tried in pool.imap(_in_process, [(entry.name, arguments.seed, share) for entry in entries]):
            found.append(tried)
            for number, (kind, raw) in enumerate(tried.findings.items()):
                arguments.keep.mkdir(parents=True, exist_ok=True)
                place = arguments.keep / f"{re.sub('[^a-z]+', '-', tried.name.lower())}-{arguments.seed}-{number}"
                place.write_bytes(raw)
                print(f"{tried.name}: {kind}: {place}", file=sys.stderr, flush=True)
    print(table(found))
    return 1 if any(tried.findings for tried in found) else 0


if __name__ == "__main__":
    sys.exit(_main())
