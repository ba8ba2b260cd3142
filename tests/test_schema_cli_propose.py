"""The block that `propose` prints: valid as it is, each value with its evidence, nothing that people gave already.

Covers: schema/derive/proposals.py.
"""

from pathlib import Path

import pytest

from ca_incidents.schema.cli import command
from ca_incidents.schema.cli.all import COMMANDS
from ca_incidents.schema.derive import proposals
from ca_incidents.schema.model import (
    ActionItem,
    Bugzilla,
    Comment,
    Curated,
    Incident,
    Report,
    Texts,
    Tombstone,
    Topic,
    Withdrawal,
)
from ca_incidents.schema.record import canonical, yaml_text
from ca_incidents.schema.tables.vocabulary import terms

OPENED = "2025-06-02T12:00:00Z"
BUG = 2000001
ADDRESS = f"https://bugzilla.mozilla.org/show_bug.cgi?id={BUG}"


def record(*topics: Topic, curated: Curated | None = None, **report: object) -> Incident:
    return Incident(
        schema_version=1,
        id=BUG,
        title="DigiCert: {# made: for a test",
        ca="digicert",
        topics=topics,
        bugzilla=Bugzilla(
            status="ASSIGNED",
            whiteboard="[ca-compliance]",
            opened=OPENED,
            reporter=None,
            comments=(Comment(number=0, at=OPENED), Comment(number=3, at=OPENED)),
        ),
        report=Report(texts=Texts(read=2, complete=(0, 3)), **report),  # type: ignore[arg-type]
        curated=curated,
    )


MONITORING = Topic(topic="monitoring-gap", read_in="title")
OUTAGE = Topic(topic="outage", read_in="text", source=3)
ITEMS = (
    ActionItem(subject="monitoring", source=3),
    ActionItem(subject="monitoring", source=3),
    ActionItem(subject="training"),
)
FULL = record(MONITORING, OUTAGE, discovery="subscriber", action_items=ITEMS, sources={"discovery": 0})


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "incidents" / "2025"
    folder.mkdir(parents=True)
    (tmp_path / "incidents" / "snapshot.yaml").write_text(
        'schema_version: 1\nsource: test\nas_of: "2025-06-10T12:00:00Z"\n'
    )
    return folder / f"{BUG}.yaml"


def proposed(file: Path, found: Incident | Tombstone, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    file.write_text(canonical.record_text(found))
    assert command.main(["propose", str(BUG)], commands=COMMANDS) == 0
    return capsys.readouterr()


def test_the_block_can_be_appended_and_is_valid(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    block, advice = proposed(file, FULL, capsys)
    assert advice.startswith(f"append this to incidents/2025/{BUG}.yaml; compare each value")
    assert "root causes are candidates" in advice
    file.write_text(file.read_text() + block)
    assert command.main(["check", str(file)], commands=COMMANDS) == 0
    assert yaml_text.load_trusted(file.read_bytes())["curated"] == {
        "topics": ["monitoring-gap", "outage"],
        "discovery": "subscriber",
        "root_causes": ["monitoring-gap", "linting-gap", "infrastructure-failure", "staffing-or-training"],
    }


def test_every_value_has_its_meaning_and_its_evidence_above_it(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = proposed(file, FULL, capsys)[0].splitlines()
    assert lines[:3] == ["curated:", "  # DigiCert: {# made: for a test", f"  # {ADDRESS}"]
    at = lines.index("  - monitoring-gap", lines.index("  root_causes:"))
    assert lines[at - 4 : at] == [
        f"  # Monitoring gap: {terms('root_cause')['monitoring-gap'].description}",
        "  #   topic \u201cMonitoring or linting gap\u201d",
        f"  #   action item \u201cMonitoring\u201d, comment 3: {ADDRESS}#c3",
        f"  #   found by \u201cSubscriber\u201d, comment 0: {ADDRESS}#c0",
    ]
    at = lines.index("  - outage")
    assert lines[at - 1] == f"  #   read in the text, comment 3: {ADDRESS}#c3"


def test_what_people_gave_is_not_proposed_again(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = Curated(topics=("outage",), root_causes=("unknown",))
    block, advice = proposed(file, record(MONITORING, discovery="monitoring", curated=given), capsys)
    assert advice.startswith(f"add these lines below `curated:` in incidents/2025/{BUG}.yaml")
    assert "nothing that was read suggests a root cause" in advice
    file.write_text(file.read_text() + block)
    assert yaml_text.load_trusted(file.read_bytes())["curated"] == {
        "topics": ["outage"],
        "root_causes": ["unknown"],
        "discovery": "monitoring",
    }


def test_curated_topics_suggest_causes_too(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    block, _ = proposed(file, record(curated=Curated(topics=("supplier",))), capsys)
    assert block.splitlines()[-1] == "  - third-party-failure"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            record(),
            f"nothing to propose for bug {BUG}: read {ADDRESS} and write `curated` in incidents/2025/{BUG}.yaml",
        ),
        (
            Tombstone(schema_version=1, id=BUG, withdrawn=Withdrawal(on="2025-07-01", reason="restricted")),
            f"{BUG} was withdrawn on 2025-07-01: nothing to propose",
        ),
    ],
)
def test_nothing_to_propose_is_said(
    file: Path, capsys: pytest.CaptureFixture[str], found: Incident | Tombstone, said: str
) -> None:
    assert proposed(file, found, capsys) == ("", f"{said}\n")


@pytest.mark.parametrize(
    ("table", "vocabulary"),
    [
        (proposals._CAUSES_OF_TOPICS, "topic"),
        (proposals._CAUSES_OF_ACTIONS, "action_subject"),
        (proposals._CAUSES_OF_DISCOVERIES, "discovery"),
    ],
)
def test_hints_use_the_words_of_the_vocabularies(table: dict[str, tuple[str, ...]], vocabulary: str) -> None:
    assert table.keys() <= terms(vocabulary).keys()
    assert {cause for causes in table.values() for cause in causes} <= terms("root_cause").keys()
