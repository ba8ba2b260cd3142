"""What Explore, Compare and the statistics are made from: columns, facets, figures, tables.

Covers: site_plugins/files/script_data.py, site_plugins/pages/charts.py, site_plugins/statistics/comparison.py,
site_plugins/statistics/medians.py, site_plugins/statistics/csv_tables.py,
site_plugins/statistics/table.py, site_plugins/views/statistics.py.
"""

import csv
import gzip
import io
import json

import pytest

from ca_incidents.schema import dataset
from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.files import script_data
from ca_incidents.site_plugins.pages import charts
from ca_incidents.site_plugins.statistics import comparison, csv_tables
from ca_incidents.site_plugins.statistics.table import Table
from ca_incidents.site_plugins.views import explore, statistics
from tests import built_site

KB = 1024


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return Catalogue(dataset.read(built_site.extended(tmp_path_factory.mktemp("explore"))))


@pytest.fixture(scope="module")
def data(catalogue: Catalogue) -> dict:
    return script_data.explore(catalogue)


def values(data: dict, key: str, row: int) -> list[str]:
    facet = next(f for f in data["facets"] if f["key"] == key)
    of = facet["of"][row]
    return [facet["values"][place][0] for place in ([of] if isinstance(of, int) else of)]


def test_every_column_has_a_value_for_every_incident(catalogue: Catalogue, data: dict) -> None:
    for column in ("id", "opened", "updated", "resolved", "comments", "title", "skip"):
        assert len(data[column]) == len(catalogue.entries), column
    for facet in data["facets"]:
        assert len(facet["of"]) == len(catalogue.entries), facet["key"]


def test_facets_say_of_an_incident_what_its_record_says(data: dict) -> None:
    row = data["id"].index(built_site.FULL)
    assert values(data, "ca", row) == ["sectigo", "comodo"]
    assert values(data, "rule", row) == ["tls-br:4.9.1.1", "tls-br", "rfc5280"]
    assert values(data, "disclosure", row) == ["self-reported"]
    assert values(data, "topic", row) == ["crl", "outage"]
    assert values(data, "cause", row) == ["linting-gap"]
    assert values(data, "bug", row) == ["open"] and values(data, "year", row) == ["2025"]
    assert values(data, "quarter", row) == ["2025-Q2"] and values(data, "month", row) == ["2025-04"]
    assert values(data, "kind", row) == ["ov"]
    row = data["id"].index(built_site.HOSTILE)
    unknown = ("disclosure", "topic", "cause", "kind", "discovery", "rule")
    assert all(values(data, key, row) == [script_data.NONE] for key in unknown)
    assert data["title"][row][data["skip"][row] :].startswith("<script>alert(1)")


def test_a_certificate_leads_to_its_bugs_by_either_key(catalogue: Catalogue) -> None:
    found = script_data.certificates(catalogue)
    assert found["crtsh"]["1231411316"] == [1531817]
    assert found["sha256"]["651b68c520492a44"] == [1531817]
    assert found["crtsh"]["1000"] == [built_site.FULL]
    assert list(found["sha256"]) == sorted(found["sha256"])


def test_facets_count_as_the_pages_do(catalogue: Catalogue, data: dict) -> None:
    for key, counted in (("ca", catalogue.by_ca), ("tag", catalogue.by_tag), ("topic", catalogue.by_topic)):
        for slug, found in counted.items():
            assert sum(slug in values(data, key, row) for row in range(len(data["id"]))) == len(found), slug
            break
    everywhere = [values(data, "rule", row) for row in range(len(data["id"]))]
    for rule, found in catalogue.by_rule.items():
        assert sum(script_data.rule_key(rule) in rules for rules in everywhere) == len(found)


def test_what_is_loaded_stays_small(catalogue: Catalogue) -> None:
    made = dict(script_data.written(catalogue))
    assert len(gzip.compress(made[script_data.EXPLORE])) < 120 * KB
    assert len(gzip.compress(made[script_data.COMPARE])) < 20 * KB
    assert json.loads(made[script_data.EXPLORE])["as_of"] == catalogue.as_of


def test_older_incidents_than_the_plain_table_holds_are_named_by_year(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explore, "PLAIN_ROWS", 100)
    (page,) = explore.pages(catalogue)
    html = page.body()
    assert html.count('<td><a href="../incidents/') == 100
    assert "older ones are on the pages of" in html and '<a href="../years/2017/">2017</a>' in html


def test_figures_count_once_per_incident(catalogue: Catalogue) -> None:
    own = comparison.figures(catalogue.by_ca["sectigo"])
    assert own.total == len(catalogue.by_ca["sectigo"]) == sum(own.years.values())
    data = comparison.comparison(catalogue)
    assert data["all"]["total"] == sum(data["all"]["years"]) == len(catalogue.entries)
    (sectigo,) = (ca for ca in data["cas"] if ca["slug"] == "sectigo")
    assert sectigo["total"] == own.total and sectigo["open"] == own.open >= 2
    nothing = comparison.figures([])
    assert nothing.total == 0 and all(m.value is None for m in nothing.measures)


def test_a_table_is_written_as_it_is_shown(catalogue: Catalogue) -> None:
    files = dict(csv_tables.written(catalogue))
    for table in csv_tables.tables(catalogue).values():
        read = list(csv.reader(io.StringIO(files[table.file].decode(), newline="")))
        assert tuple(read[0]) == table.columns
        assert read[1:] == [["" if cell is None else str(cell) for cell in row] for row in table.rows]


def test_tables_add_up(catalogue: Catalogue) -> None:
    found = csv_tables.tables(catalogue)
    assert sum(row[1] for row in found["years"].rows) == len(catalogue.entries)
    for row in (*found["categories"].rows, *found["reporters"].rows):
        assert row[1] == sum(row[2:]), row
    assert sum(row[1] for row in found["reporters"].rows) == len(catalogue.entries)
    judged = [r for r in catalogue.deadlines.rules.values() if r.clock and r.slug.startswith("revocation-")]
    assert {row[0] for row in found["revocations"].rows} == {rule.title for rule in judged} and len(judged) == 7
    closing = found["closing"].rows
    assert sum(row[2] for row in closing) == sum(
        not e.is_open and e.derived.days_open is not None for e in catalogue.newest
    )


def test_a_median_of_few_values_is_not_drawn() -> None:
    rows = ((2014, 920.2, 1), (2015, 2.5, 5), (2016, 3.0, 60))
    table = Table("x", "Days", ("year", "median_days", "values"), rows)
    drawn = statistics._chart(table, 1)
    assert isinstance(drawn, charts.BarChart)
    assert [(bar.label, bar.value) for bar in drawn.bars] == [("2015", 2.5), ("2016", 3)]


def test_a_chart_begins_where_there_is_something() -> None:
    rows = tuple((2000 + n, int(n > 5)) for n in range(20))
    drawn = statistics._chart(Table("x", "Open", ("year", "open"), rows), 1)
    assert [bar.label for bar in drawn.bars] == [str(2000 + n) for n in range(6, 20)]
