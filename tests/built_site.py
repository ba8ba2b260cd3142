"""The site as the tests look at it: the real records and a few hostile ones, built once for all test processes."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ca_incidents.schema.model import (
    ActionItem,
    Bugzilla,
    Certificates,
    Citation,
    Comment,
    Curated,
    Event,
    Form,
    Incident,
    Noncompliance,
    RelatedBug,
    Report,
    Reporter,
    Texts,
    Tombstone,
    Topic,
    Withdrawal,
)
from ca_incidents.schema.record import canonical

ROOT = Path(__file__).parent.parent
HOSTILE = 9_999_001
FULL = 9_999_002
GONE = 9_999_003
TITLE = 'Sectigo: <script>alert(1)</script> & *not* [Markdown](x) deliberately "quoted" {{ 7 * 7 }} <b>'


def hostile() -> Incident:
    return Incident(
        schema_version=1,
        id=HOSTILE,
        title=TITLE,
        ca="sectigo",
        tags=("leaf-revocation-delay", "external"),
        bugzilla=Bugzilla(
            status="ASSIGNED",
            whiteboard="[ca-compliance] [leaf-revocation-delay] <script>alert(2)</script>",
            opened="2026-03-01T00:00:00Z",
            reporter=Reporter(nick="someone"),
            comments=(Comment(number=0, at="2026-03-01T00:00:00Z", nick="someone"),),
        ),
    )


def full() -> Incident:
    comments = [
        Comment(
            number=n,
            at=f"2025-04-{n + 1:02}T10:00:00Z",
            nick=f"n{n % 3}",
            affiliation=("sectigo.com", "mozilla.com", None)[n % 3],
        )
        for n in range(20)
    ]
    return Incident(
        schema_version=1,
        id=FULL,
        title="Sectigo: A record with everything in it",
        ca="sectigo",
        also_named=("comodo",),
        topics=(Topic(topic="crl", read_in="title"), Topic(topic="outage", read_in="text", source=0)),
        tags=("ov-misissuance",),
        bugzilla=Bugzilla(
            status="ASSIGNED",
            whiteboard="[ca-compliance] [ov-misissuance] Next update 2026-04-01",
            next_update="2026-04-01",
            opened="2025-04-01T10:00:00Z",
            reporter=Reporter(nick="n0", affiliation="sectigo.com"),
            comments=tuple(comments),
        ),
        report=Report(
            texts=Texts(read=20),
            template="ccadb-3-full",
            forms=(Form(source=0, template="ccadb-3-preliminary"), Form(source=3, template="ccadb-3-full")),
            disclosure_source="self-reported",
            noncompliance=Noncompliance(start="2025-01-02", identified="2025-03-30T08:00Z"),
            issuance_stopped=True,
            certificates=Certificates(total=1234, remaining_valid=7, kinds=("ov",), crtsh_ids=tuple(range(1000, 1060))),
            policies=(Citation(document="tls-br", section="4.9.1.1", source=3), Citation(document="rfc5280", source=3)),
            timeline=(Event(at="2025-03-30T08:00Z", precision="minute", kind="detection", source=3),),
            action_items=(
                ActionItem(kind="prevent", due="2025-06-01", status="ongoing", source=3),
                ActionItem(kind="detect", due="2025-05-01", status="complete", completed="2025-04-30", source=9),
            ),
            related=(RelatedBug(bug=1671037, source=3),),
            sources={"disclosure_source": 0, "noncompliance.start": 3, "certificates.total": 3},
        ),
        curated=Curated(summary="One plain line.\n\nAnd <i>another</i>.", root_causes=("linting-gap",)),
    )


def extended(place: Path) -> Path:
    """Copy the dataset and add the records of this module."""
    folder = place / "incidents"
    shutil.copytree(ROOT / "incidents", folder)
    for record in (hostile(), full()):
        path = folder / str(record.year) / f"{record.id}.yaml"
        path.write_text(canonical.record_text(record), "utf-8")
    gone = Tombstone(schema_version=1, id=GONE, withdrawn=Withdrawal(on="2026-03-02", reason="restricted"))
    (folder / "2026" / f"{GONE}.yaml").write_text(canonical.record_text(gone), "utf-8")
    return folder


# Another day, time zone, order of hashes and language than the machine's.
ELSEWHERE = """
import time_machine
from mkdocs.__main__ import cli
with time_machine.travel("2031-07-08T23:30:00+00:00"):
    cli()
"""
THERE = {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LC_ALL": "C"}


def configured(folder: Path, place: Path) -> Path:
    """Write the project's own configuration for another dataset into a folder."""
    configuration = (ROOT / "mkdocs.yml").read_text("utf-8")
    for old, new in (
        ("dataset: incidents", f"dataset: {folder}"),
        ("docs_dir: docs", f"docs_dir: {ROOT / 'docs'}"),
        ("custom_dir: site_plugins", f"custom_dir: {ROOT / 'site_plugins'}"),
    ):
        assert old in configuration
        configuration = configuration.replace(old, new)
    place.mkdir(parents=True, exist_ok=True)
    (place / "mkdocs.yml").write_text(configuration, "utf-8")
    return place


def build(folder: Path, place: Path, *, elsewhere: bool = False) -> Path:
    """Build the site of a dataset; a warning is a failure."""
    configured(folder, place)
    program = ["-c", ELSEWHERE] if elsewhere else ["-m", "mkdocs"]
    command = [sys.executable, *program, "build", "--strict", "--quiet", "-f", str(place / "mkdocs.yml")]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", **(THERE if elsewhere else {})}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stdout + done.stderr
    return place / "site"


def built_once(factory: pytest.TempPathFactory) -> Path:
    """Give the built site; the first test process builds it, the others wait for it."""
    place = (
        factory.getbasetemp().parent / f"site-{os.environ.get('PYTEST_XDIST_TESTRUNUID', factory.getbasetemp().name)}"
    )
    ready, failed = place / "ready", place / "failed"
    try:
        place.mkdir()
    except FileExistsError:
        for _ in range(1200):
            if ready.exists():
                return place / "site"
            if failed.exists():
                break
            time.sleep(0.1)
        raise AssertionError("another test process did not finish building the site") from None
    try:
        site = build(extended(place), place)
    except BaseException:
        failed.touch()
        raise
    ready.touch()
    return site
