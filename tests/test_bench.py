"""What the bench measures at ten times the size is a sound dataset."""

from pathlib import Path

from ca_incidents.schema import dataset
from tests import bench_site
from tests.export_material import ROOT


def test_a_grown_dataset_is_sound_and_holds_every_record_that_often(tmp_path: Path) -> None:
    grown = dataset.read(bench_site.grown(ROOT, tmp_path, 2))
    real = dataset.read(ROOT)
    assert len(grown.incidents) == 2 * len(real.incidents)
    kept = [n for n, record in real.incidents.items() if record.report and record.report.related]
    assert kept
    for number in kept:
        copy = grown.incidents[number + bench_site.STEP].report
        first = grown.incidents[number].report
        assert copy and first
        assert [r.bug for r in copy.related] == [r.bug + bench_site.STEP for r in first.related]
