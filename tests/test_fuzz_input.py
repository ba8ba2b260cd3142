"""A few mutated inputs for every entry point, the same ones each time; `make fuzz` tries more."""

from pathlib import Path

import pytest

from ca_incidents.schema.errors import CaIncidentsError
from tests.fuzz_input import ENTRIES, Entry, inputs, try_inputs

FEW = 60
# What lists findings, or counts whatever is damaged as absent, raises nothing.
NEVER_REFUSING = {"CSV", "draft", "snapshot, ledger", "record file", "cache", "options"}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_mutated_inputs_are_read_or_refused(entry: Entry) -> None:
    good = len(entry.seeds())
    tried = try_inputs(entry, 1, count=good + FEW)
    assert tried.findings == {}
    assert tried.inputs == tried.accepted + tried.refused == good + FEW
    # Neither is everything refused at the door, nor is anything accepted.
    assert tried.accepted >= good / 10
    assert tried.refused or entry.name in NEVER_REFUSING


def test_an_error_that_is_not_typed_and_a_slow_input_are_findings() -> None:
    def read(raw: bytes, _folder: Path) -> None:
        if raw == b"typed":
            raise CaIncidentsError("refused")
        if raw == b"good":
            return
        raise KeyError(raw)

    tried = try_inputs(Entry("made", lambda: [b"good", b"typed"], read), 1, count=50)
    assert (tried.accepted, tried.refused) >= (1, 1)
    assert [kind.partition(" ")[0] for kind in tried.findings] == ["KeyError"]


def test_the_same_seed_gives_the_same_inputs() -> None:
    first, second = (inputs(ENTRIES[0], 7) for _ in range(2))
    assert [next(first) for _ in range(60)] == [next(second) for _ in range(60)]
