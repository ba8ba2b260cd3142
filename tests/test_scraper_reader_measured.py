"""What the reading of reports reaches: F1 of each field on cases that the parser's writers did not write.

`whole` are threads, `second` whole reports, `openings` first comments, half of them cut, `mixed` both of these; each
set is by another writer.

Covers: scraper/reader/facts/certificate_ids.py, scraper/reader/facts/cited_as_rule.py,
scraper/reader/facts/disclosure.py, scraper/reader/facts/noncompliance_dates.py, scraper/reader/facts/ca_owner_id.py,
scraper/reader/facts/revocation.py, scraper/reader/facts/section_or_version.py,
scraper/reader/form/fields.py, scraper/reader/form/placeholders.py, scraper/reader/form/sections.py,
scraper/reader/text/lines.py, scraper/reader/text/numbers.py, scraper/reader/text/sentences.py.
"""

import json
from pathlib import Path

import pytest
from measure_reports import ORDER, cases, score

CASES = Path(__file__).parent / "cases"
WHOLE = CASES / "whole"
# Slightly below what was reached when this was written; a field that falls below was made worse.
FLOORS = {
    "template": 0.98, "disclosure_source": 0.97, "ca_owner_id": 0.98, "noncompliance": 0.98, "issuance_stopped": 0.97,
    "certificates.total": 0.88, "certificates.remaining_valid": 0.98, "certificates.kinds": 0.86,
    "certificates.crtsh_ids": 0.99, "certificates.sha256": 0.99, "policies": 0.98, "timeline": 0.99,
    "action_items": 0.98, "related": 0.98,
}  # fmt: skip
STRUCTURE = {
    "template": 0.98, "disclosure_source": 0.97, "ca_owner_id": 0.98, "noncompliance": 0.98, "issuance_stopped": 0.97,
    "certificates.remaining_valid": 0.98, "certificates.crtsh_ids": 0.98, "certificates.sha256": 0.98,
    "policies": 0.97, "timeline": 0.98, "action_items": 0.98, "related": 0.98,
}  # fmt: skip
# Counts and kinds are judged by weights that are fitted to real texts. Invented ones say things in as many ways as
# their writers could think of; what is missing there is a doubt, and what is wrong is rare.
FLOORS_OF_REPORTS = {
    "second": {**STRUCTURE, "certificates.total": 0.92, "certificates.kinds": 0.80},
    "openings": {**STRUCTURE, "certificates.total": 0.65, "certificates.kinds": 0.72},
    "mixed": {
        **STRUCTURE, "certificates.total": 0.94, "certificates.kinds": 0.77, "policies": 0.93, "action_items": 0.93,
    },
    "reports": {**STRUCTURE, "certificates.total": 0.91, "certificates.kinds": 0.90},
}  # fmt: skip


@pytest.fixture(scope="module")
def counted() -> dict[str, list[int]]:
    return score(cases(WHOLE), errors=False)


def test_every_field_has_a_floor_and_a_case(counted: dict[str, list[int]]) -> None:
    assert set(FLOORS) == set(ORDER)
    assert len(list(WHOLE.glob("*.md"))) >= 40
    assert all(counted[name][0] >= 5 for name in ORDER)


@pytest.mark.parametrize("name", sorted(FLOORS))
def test_whole_threads_are_read_as_well_as_before(name: str, counted: dict[str, list[int]]) -> None:
    right, wrong, missing = counted[name]
    assert 2 * right / (2 * right + wrong + missing) >= FLOORS[name]


def test_no_case_holds_an_address() -> None:
    for path in (path for folder in ("whole", "second", "openings", "mixed") for path in (CASES / folder).iterdir()):
        assert "@" not in path.read_text("utf-8")


def test_every_expected_answer_is_of_the_shape_that_is_measured() -> None:
    for path in WHOLE.glob("*.json"):
        assert "template" in json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("folder", sorted(FLOORS_OF_REPORTS))
def test_other_writers_reports_are_read_as_well_as_before(folder: str) -> None:
    counts = score(cases(CASES / folder), errors=False)
    floors = FLOORS_OF_REPORTS[folder]
    assert set(floors) == set(ORDER)
    reached = {name: 2 * counts[name][0] / (2 * counts[name][0] + sum(counts[name][1:])) for name in ORDER}
    assert {name: value for name, value in reached.items() if value < floors[name]} == {}
    judged = [counts[name] for name in ("certificates.total", "certificates.kinds", "issuance_stopped")]
    right, wrong = sum(one[0] for one in judged), sum(one[1] for one in judged)
    assert right / (right + wrong) >= 0.9


def test_the_day_of_awareness_is_read_in_most_reports() -> None:
    right, wrong, missing = score(cases(CASES / "reports"), errors=False)["aware"]
    assert right / (right + missing) >= 0.8
    assert right / (right + wrong) >= 0.9
