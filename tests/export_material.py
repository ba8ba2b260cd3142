"""The dataset that the tests of exports look at: every real record, and made ones that hold what those may not."""

from functools import cache
from pathlib import Path

import msgspec

from ca_incidents.schema import dataset
from ca_incidents.schema.dataset import Dataset
from ca_incidents.schema.model import (
    ActionItem,
    Bugzilla,
    Certificates,
    Change,
    Citation,
    Comment,
    Curated,
    Event,
    Form,
    Incident,
    Noncompliance,
    RelatedBug,
    Relations,
    Report,
    Reporter,
    Review,
    Texts,
    Tombstone,
    Topic,
    Withdrawal,
)

ROOT = Path(__file__).parent.parent / "incidents"
FULL, HOSTILE, GONE = 9_000_001, 9_000_002, 9_000_003

_full = Incident(
    schema_version=1,
    id=FULL,
    title="DigiCert: made for a test",
    ca="digicert",
    also_named=("abb",),
    tags=("policy-failure", "external"),
    topics=(Topic(topic="crl", read_in="title"), Topic(topic="outage", read_in="text", source=3)),
    bugzilla=Bugzilla(
        status="ASSIGNED",
        whiteboard="[ca-compliance] [policy-failure] [external] Next update 2026-04-01",
        next_update="2026-04-01",
        opened="2026-01-05T10:00:00Z",
        changed="2026-03-01T10:00:00Z",
        reporter=Reporter(nick="someone", affiliation="digicert.com"),
        relations=Relations(depends_on=(1671037,), duplicates=(HOSTILE,)),
        comments=(
            Comment(number=0, at="2026-01-05T10:00:00Z", nick="someone", affiliation="digicert.com"),
            Comment(number=2, nick="other"),
            Comment(number=3, at="2026-01-09T08:30:00Z", nick="bwilson", affiliation="mozilla.com"),
        ),
        history=(
            Change(at="2026-01-06T00:00:00Z", field="status", removed="UNCONFIRMED", added="ASSIGNED"),
            Change(at="2026-01-07T00:00:00Z", field="whiteboard", added="[ca-compliance]"),
        ),
    ),
    report=Report(
        texts=Texts(read=3),
        template="ccadb-3-full",
        forms=(Form(source=0, template="ccadb-3-full"),),
        disclosure_source="self-reported",
        discovery="monitoring",
        aware="2026-01-04T08:50-05:00",
        noncompliance=Noncompliance(start="2025-12", identified="2026-01-04T09:00-05:00", end="2026-01-05"),
        issuance_stopped=False,
        revoked="2026-01-08",
        certificates=Certificates(
            total=2, remaining_valid=0, kinds=("dv", "ov"), crtsh_ids=(12345,), sha256=("ab" * 32,)
        ),
        policies=(
            Citation(document="tls-br", section="4.9.1.1", version="2.0.1", source=0),
            Citation(document="tls-br", section="4.9.1.1", source=3),
            Citation(document="mozilla", source=0),
        ),
        timeline=(
            Event(at="2026-01-04T09:00-05:00", precision="minute", kind="noticed", source=0),
            Event(at="03/04/2026", precision="ambiguous", quote="something, quoted", source=0),
        ),
        action_items=(
            ActionItem(
                kind="prevent", subject="linting", due="2026-02-01", status="complete", completed="2026-02-02", source=3
            ),
            ActionItem(due="2026-05-01"),
        ),
        related=(RelatedBug(bug=1671037, relation="similar", source=0),),
        sources={"noncompliance.start": 0},
    ),
    curated=Curated(
        tags=("dv-misissuance",),
        summary="A summary\nof two lines.",
        root_causes=("process-gap", "linting-gap"),
        reviewed=Review(by="someone", on="2026-03-02"),
    ),
)
_hostile = Incident(
    schema_version=1,
    id=HOSTILE,
    title='=HYPERLINK("x") </script><b>& "quoted", \u05d0 \U0001f512',
    bugzilla=Bugzilla(
        status="RESOLVED",
        resolution="FIXED",
        whiteboard="'apostrophe",
        opened="2019",
        resolved="2025-02-03T04:05Z",
        comments=(Comment(number=0, nick="-2+3"), Comment(number=1, at="2019-05-06T07:08Z", nick="@x")),
    ),
)
_gone = Tombstone(schema_version=1, id=GONE, withdrawn=Withdrawal(on="2026-01-02", reason="restricted"))


@cache
def data() -> Dataset:
    """Give the dataset."""
    real = dataset.read(ROOT)
    return Dataset(
        incidents={**real.incidents, FULL: _full, HOSTILE: _hostile},
        tombstones={GONE: _gone},
        excluded=real.excluded,
        snapshot=msgspec.structs.replace(real.snapshot, as_of="2026-03-13T14:37:17Z"),
        registry=real.registry,
    )
