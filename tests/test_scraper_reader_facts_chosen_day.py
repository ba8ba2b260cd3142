"""The choice of one day among all that a comment mentions."""

import pytest

from ca_incidents.scraper.reader.evidence.mentions import Proposal
from ca_incidents.scraper.reader.evidence.scores import Weights
from ca_incidents.scraper.reader.facts.chosen_day import chosen

WEIGHTS = Weights(rivals=True, threshold=0.5, bias=-1.0, weights={"strong": 4.0, "weak": 1.0, "poor": -3.0})


@pytest.mark.parametrize(
    ("mentions", "at"),
    [
        pytest.param([("2024-03-07", "strong"), ("2024-03-05", "weak")], "2024-03-07", id="the greatest share"),
        pytest.param([("2024-03-07", "strong"), ("2024-03-07T08:40Z", "weak")], "2024-03-07T08:40Z", id="its time"),
        pytest.param([("2024-03-07", "strong"), ("2024-03-07T08:40Z", "poor")], "2024-03-07", id="no time of it"),
        pytest.param([("2024-03-07", "weak"), ("2024-03-07", "weak")], "2024-03-07", id="twice"),
        pytest.param([("2024-03-07", "weak"), ("2024-03-05", "weak")], None, id="two as good as each other"),
        pytest.param([("2024-03-07", "poor")], None, id="none"),
        pytest.param([], None, id="no mention"),
    ],
)
def test_the_mentions_of_a_day_count_together(mentions: list[tuple[str, str]], at: str | None) -> None:
    best = chosen([Proposal(day, frozenset({test})) for day, test in mentions], WEIGHTS)
    assert (str(best.value) if best and best.counts else None) == at
