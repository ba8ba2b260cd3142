"""What the pages for one question are made from: what was open on a day, root programs' work, repeats, series.

Covers: site_plugins/statistics/distrust.py, site_plugins/statistics/open_on.py,
site_plugins/statistics/program_work.py, site_plugins/statistics/repeats.py, site_plugins/statistics/series.py,
site_plugins/views/analyses.py, site_plugins/views/audit_period.py, site_plugins/views/distrust.py,
site_plugins/views/periods.py, site_plugins/views/recurrences.py, site_plugins/views/root_programs.py.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec
from bs4 import BeautifulSoup

from ca_incidents.schema.model import Incident
from ca_incidents.schema.tables.registry import Distrust
from ca_incidents.site_plugins.catalogue import Catalogue, Rule
from ca_incidents.site_plugins.statistics import distrust, open_on, program_work, repeats, series
from ca_incidents.site_plugins.views import rule
from tests import built_site
from tests.export_material import data

VENDORED = built_site.ROOT / "site_plugins" / "assets" / "sortable"


def incident(number: int, opened: str, owner: str = "sectigo", **fields: Any) -> Incident:
    bugzilla = {"status": "RESOLVED", "resolution": "FIXED", "opened": opened, **fields.pop("bugzilla", {})}
    made = {"schema_version": 1, "id": number, "title": f"{owner}: made", "ca": owner, "bugzilla": bugzilla, **fields}
    return msgspec.convert(made, Incident)


def catalogue(records: Iterable[Incident]) -> Catalogue:
    return Catalogue(replace(data(), incidents={record.id: record for record in records}))


def spoken(number: int, at: str, nick: str | None, affiliation: str | None = None) -> dict[str, object]:
    return {"number": number, "at": at, "nick": nick, "affiliation": affiliation}


def test_a_bug_counts_as_open_until_it_is_known_to_have_ended() -> None:
    commented = {"comments": [spoken(0, "2024-01-01T00:00:00Z", "x"), spoken(1, "2024-02-02T00:00:00Z", "y")]}
    found = catalogue(
        [
            incident(1, "2024-01-01T00:00:00Z", bugzilla=commented),
            incident(2, "2024-01-01T00:00:00Z", bugzilla={**commented, "resolved": "2024-03-01T00:00:00Z"}),
            incident(3, "2024-01-01T00:00:00Z", bugzilla={"status": "ASSIGNED", "resolution": None}),
            incident(4, "2024-01-01T00:00:00Z"),
        ]
    )

    def on(day: str) -> set[int]:
        return {entry.number for entry in open_on.open_on(found.newest, date.fromisoformat(day))}

    assert on("2023-12-31") == set()
    assert on("2024-01-01") == {1, 2, 3, 4}
    assert on("2024-02-02") == {1, 2, 3}
    assert on("2024-03-01") == {2, 3}
    assert on("2024-03-02") == {3}


def test_no_number_is_given_for_a_day_that_is_not_known_or_later_than_the_snapshot() -> None:
    material = data()
    ends = tuple(Distrust(program="mozilla", on=on) for on in ("2024-02-02", "2024-02", None, "2026-03-14"))
    owners = {"sectigo": msgspec.structs.replace(material.registry.owners["sectigo"], distrust=ends)}
    still_open = incident(1, "2024-01-01T00:00:00Z", bugzilla={"status": "NEW", "resolution": None})
    found = distrust.events(
        Catalogue(replace(material, incidents={1: still_open}, registry=replace(material.registry, owners=owners)))
    )
    assert [(event.end.on, None if event.open is None else len(event.open)) for event in found] == [
        ("2026-03-14", None),
        ("2024-02-02", 1),
        ("2024-02", None),
        (None, None),
    ]


def test_programs_are_credited_with_what_their_accounts_did() -> None:
    asked = [
        spoken(0, "2019-12-31T00:00:00Z", "reporter", "sectigo.com"),
        spoken(1, "2020-01-01T00:00:00Z", "reporter"),
        spoken(2, "2020-01-02T00:00:00Z", "moderator", "mozilla.com"),
        spoken(3, "2020-01-03T00:00:00Z", "moderator", "mozilla.com"),
        spoken(4, "2021-01-03T00:00:00Z", "other", "google.com"),
    ]
    filed = [
        spoken(0, "2020-05-01T00:00:00Z", "moderator", "mozilla.com"),
        spoken(1, "2020-05-02T00:00:00Z", "x"),
        spoken(2, "2020-05-03T00:00:00Z", "other", "chromium.invalid"),
    ]
    # The comment between is not known: it may have been the first answer.
    gap = [spoken(0, "2022-05-01T00:00:00Z", "x"), spoken(2, "2022-05-02T00:00:00Z", "moderator", "mozilla.com")]
    nameless = [spoken(0, "2020-06-01T00:00:00Z", "x"), spoken(1, "2020-06-02T00:00:00Z", None, "mozilla.com")]
    found = program_work.by_program(
        catalogue(
            [
                incident(1, "2019-12-31T00:00:00Z", bugzilla={"comments": asked}),
                incident(2, "2020-05-01T00:00:00Z", bugzilla={"comments": filed}),
                incident(3, "2020-06-01T00:00:00Z", bugzilla={"comments": nameless}),
                incident(4, "2021-01-01T00:00:00Z", "google-trust-services", bugzilla={"comments": asked}),
                incident(5, "2022-05-01T00:00:00Z", bugzilla={"comments": gap}),
            ]
        )
    )
    assert {year: work.counts for year, work in found["mozilla"].items()} == {
        2020: (1, 3, 5, 2),
        2022: (0, 1, 1, 0),
    }
    assert {year: work.counts for year, work in found["chrome"].items()} == {2021: (0, 1, 1, 0)}
    assert found["microsoft"] == {}


def test_a_topic_of_a_text_makes_no_recurrence() -> None:
    def about(number: int, opened: str, read_in: str, owner: str = "sectigo") -> Incident:
        return incident(number, opened, owner, topics=[{"topic": "crl", "read_in": read_in}])

    found = catalogue(
        [
            about(1, "2024-01-01T00:00:00Z", "title"),
            about(2, "2024-02-01T00:00:00Z", "text"),
            about(3, "2024-03-01T00:00:00Z", "tags"),
            about(4, "2024-03-02T00:00:00Z", "title", "digicert"),
            about(5, "2026-03-02T00:00:00Z", "title"),
        ]
    )
    [row] = repeats.table_of_topics(found).rows
    assert row == ("sectigo", "crl", 1, "2024-01-01", 3, "2024-03-01", 60)


def test_a_section_is_cited_again_only_by_the_same_ca_in_two_years() -> None:
    def citing(number: int, opened: str, owner: str = "sectigo", document: str = "tls-br") -> Incident:
        cited = [{"document": document, "section": "4.9.1.1"}]
        return incident(number, opened, owner, report={"policies": cited})

    found = catalogue(
        [
            citing(1, "2020-01-01T00:00:00Z"),
            citing(2, "2022-01-02T00:00:00Z"),
            citing(3, "2022-01-02T00:00:00Z"),
            citing(4, "2022-01-03T00:00:00Z", "digicert"),
            citing(5, "2022-01-04T00:00:00Z", "digicert", "other"),
            citing(6, "2022-01-05T00:00:00Z", "digicert", "other"),
        ]
    )
    again = repeats.sections_again(found)
    assert list(again) == [Rule("tls-br", "4.9.1.1")]
    assert [(one.earlier.number, one.later.number, one.days) for one in again[Rule("tls-br", "4.9.1.1")]] == [(2, 3, 0)]
    said = {page.url: BeautifulSoup(page.body(), "html.parser").get_text(" ") for page in rule.pages(found)}
    assert "Citations are known for 6 of" in said["rules/tls-br/4.9.1.1/"]
    assert "No CA is known whose reports cite this section" in said["rules/other/4.9.1.1/"]


def test_periods_without_an_incident_are_there_and_unknown_months_are_left_out() -> None:
    late = {"tags": ["leaf-revocation-delay"]}
    found = catalogue(
        [incident(1, "2023-12-01T00:00:00Z"), incident(2, "2024-02-01T00:00:00Z", **late), incident(3, "2024")]
    )
    assert series.months(found).rows == (("2023-12", 1, 0, 0), ("2024-01", 0, 0, 0), ("2024-02", 1, 1, 0))
    assert series.quarters(found).rows == (("2023-Q4", 1, 0, 0), ("2024-Q1", 1, 1, 0))
    assert series.months(catalogue([])).rows == ()


def test_the_vendored_file_is_that_of_the_package() -> None:
    said = dict(re.findall(r"^([0-9a-f]{64})  (\S+)$", (VENDORED / "SOURCE.txt").read_text("utf-8"), re.M))
    found = {hashlib.sha256(path.read_bytes()).hexdigest(): path.name for path in VENDORED.iterdir()}
    assert said == {digest: name for digest, name in found.items() if name != "SOURCE.txt"}
    assert "public domain" in (VENDORED / "LICENSE").read_text("utf-8")
