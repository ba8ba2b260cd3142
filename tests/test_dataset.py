"""The dataset itself: every record of the repository is a test case."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

from ca_incidents.schema import dataset
from ca_incidents.schema.derive.parties import family, reporter_kind
from ca_incidents.schema.model import record_from_data
from ca_incidents.schema.record import canonical
from ca_incidents.schema.record.yaml_text import load
from ca_incidents.schema.tables import registry, vocabulary
from ca_incidents.scraper.reader.whiteboard import read_whiteboard

ROOT = Path(__file__).parent.parent / "incidents"


@cache
def data() -> dataset.Dataset:
    return dataset.read(ROOT)


def test_every_record_is_sound() -> None:
    assert len(data().incidents) > 1600


def test_every_record_is_written_in_the_one_form() -> None:
    for path in sorted(ROOT.glob("*/*.yaml")):
        text = path.read_text("utf-8")
        record = record_from_data(load(path.read_bytes()).data)  # type: ignore[arg-type]
        assert canonical.split_text(text)[0] == canonical.machine_part(record), path


def test_the_snapshot_accounts_for_every_bug() -> None:
    counts = data().snapshot.counts
    assert counts.records == len(data().incidents)
    assert counts.withdrawn == len(data().tombstones)
    assert counts.excluded == len(data().excluded)


def test_every_title_resolves() -> None:
    known = registry.standard()
    unmapped = {n: r.title for n, r in data().incidents.items() if known.resolve(n, r.title).unmapped}
    assert unmapped == {}


def test_every_fragment_of_a_whiteboard_is_a_tag_or_a_date_or_a_doubt() -> None:
    for number, record in data().incidents.items():
        board = read_whiteboard(record.bugzilla.whiteboard)
        assert board.tags == record.tags, number
        in_whiteboard = tuple(d for d in record.doubts if d.where == "bugzilla.whiteboard")
        assert board.doubts == in_whiteboard, number


def test_each_tag_of_the_vocabulary_that_has_no_record_is_known_to_have_none() -> None:
    used = Counter(tag for record in data().incidents.values() for tag in record.tags)
    assert set(used) <= set(vocabulary.terms("tag"))
    assert set(vocabulary.terms("tag")) - set(used) <= {"meta", "code-signing-misissuance"}


def test_no_record_holds_an_address() -> None:
    address = re.compile(rb"[\w.+%-]+@[\w-]+\.[\w.-]+")
    assert [path for path in sorted(ROOT.rglob("*.yaml")) if address.search(path.read_bytes())] == []


def test_a_ca_that_has_a_root_program_files_its_own_bugs_as_the_ca() -> None:
    own = {"apple": "apple.com", "certainly": "fastly.com", "google-trust-services": "google.com"}
    filed = Counter(
        (record.ca, reporter_kind(record, family(record, data().registry), data().registry))
        for record in data().incidents.values()
        if record.ca in own and record.bugzilla.reporter and record.bugzilla.reporter.affiliation == own[record.ca]
    )
    assert {kind for _, kind in filed} == {"ca"}
    assert sum(filed.values()) >= 42
