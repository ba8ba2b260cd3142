"""Each published deadline is what its source says, as it was noted when the source was read."""

from pathlib import Path

import pytest
import yaml

from ca_incidents.schema.tables import deadlines

SOURCES = yaml.safe_load((Path(__file__).parent / "cases" / "deadline-sources.yaml").read_text("utf-8"))
RULES = deadlines.standard().rules


def test_every_deadline_has_been_looked_up() -> None:
    assert RULES.keys() == SOURCES.keys()


@pytest.mark.parametrize("slug", SOURCES)
def test_a_deadline_is_what_its_source_says(slug: str) -> None:
    rule, source = RULES[slug], SOURCES[slug]
    allowed = f"{rule.hours} hours" if rule.hours is not None else f"{rule.days} days"
    assert (allowed, rule.since, rule.must_from) == (source["allowed"], source["from"], source.get("binding_from"))
    assert rule.closure_ends_from == source.get("closure_ends_from")
    assert [exemption.since for exemption in rule.exemptions] == [d for d in [source.get("exempt_from")] if d]
    assert source["document"].split()[0].strip(",") in rule.document
