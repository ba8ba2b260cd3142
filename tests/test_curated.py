"""The curated records: people's work, and the examples that contributors copy."""

import re
from functools import cache
from pathlib import Path

from ca_incidents.schema import dataset
from ca_incidents.schema.model import Curated, Incident, record_to_data
from ca_incidents.schema.record import canonical
from ca_incidents.schema.record.reading import reading_of
from ca_incidents.schema.record.yaml_text import dump
from ca_incidents.schema.tables import vocabulary

ROOT = Path(__file__).parent.parent / "incidents"
METHOD = ROOT.parent / "docs" / "method.md"


@cache
def curated() -> dict[int, tuple[Incident, Curated]]:
    records = dataset.read(ROOT).incidents
    return {number: (r, r.curated) for number, r in records.items() if r.curated and r.curated.summary}


def test_curated_records_are_enough_to_learn_from() -> None:
    categories = {slug for slug, term in vocabulary.terms("tag").items() if term.group == "category"}
    assert 1671037 in curated()
    explained = [record for record, block in curated().values() if block.root_causes]
    assert len(explained) >= 12
    assert len({record.year for record in explained}) >= 8
    assert len({tag for record in explained for tag in record.tags if tag in categories}) >= 8


def test_the_method_does_not_claim_more_summaries_than_there_are() -> None:
    said = re.search(r"([0-9,]+) records have a summary", METHOD.read_text("utf-8"))
    assert said
    assert len(curated()) >= int(said[1].replace(",", ""))


def test_a_record_is_reviewed_only_where_its_whole_thread_was_read() -> None:
    reviewed = {number: record for number, (record, block) in curated().items() if block.reviewed}
    assert 1671037 in reviewed
    assert [number for number, record in reviewed.items() if not reading_of(record).whole] == []


def test_a_summary_is_short_and_written_in_sentences() -> None:
    for number, (_, block) in curated().items():
        words = (block.summary or "").split()
        assert 12 <= len(words) <= 150, number
        assert words[-1].endswith("."), number


def test_examples_are_written_in_the_one_form() -> None:
    for number, (record, block) in curated().items():
        text = (ROOT / str(record.year) / f"{number}.yaml").read_text("utf-8")
        assert canonical.split_text(text)[1] == dump({"curated": record_to_data(block)}), number
