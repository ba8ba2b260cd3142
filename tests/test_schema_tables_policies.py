"""Versions of documents that hold rules: which one was in force on a day."""

import pytest

from ca_incidents.schema.tables.policies import BadPolicies, PolicyDocument, PolicyVersion, policies_from_data, standard


def document(*versions: tuple[str, str]) -> PolicyDocument:
    found = tuple(PolicyVersion(version=v, effective=day, source="https://example.org/") for v, day in versions)
    return PolicyDocument(slug="a", title="A", patterns=("a",), versions=found)


@pytest.mark.parametrize(
    ("day", "version"),
    [
        ("2024-01-07", None),
        ("2024-01-08", "2.0.2"),
        # 2.0.1 took effect after the version that replaced it.
        ("2024-03-15", "2.0.2"),
        ("2024-12-31", "2.0.2"),
        ("2025-01-01", "2.0.10"),
    ],
)
def test_the_highest_version_that_has_taken_effect_is_in_force(day: str, version: str | None) -> None:
    found = document(("2.0.1", "2024-03-15"), ("2.0.2", "2024-01-08"), ("2.0.10", "2025-01-01")).version_on(day)
    assert (found and found.version) == version


@pytest.mark.parametrize(
    ("slug", "day", "version"),
    [("tls-br", "2024-04-01", "2.0.2"), ("ev-guidelines", "2015-05-01", "1.5.5"), ("mozilla", "2020-01-01", None)],
)
def test_a_published_document_has_its_version_of_a_day(slug: str, day: str, version: str | None) -> None:
    found = standard().document(slug)
    assert found is not None
    in_force = found.version_on(day)
    assert (in_force and in_force.version) == version


@pytest.mark.parametrize("versions", [("1.10", "1.9"), ("1.0", "1.0"), ("1.0", "draft")])
def test_versions_that_do_not_ascend_are_refused(versions: tuple[str, ...]) -> None:
    listed = [{"version": v, "effective": "2020-01-01", "source": "https://example.org/"} for v in versions]
    with pytest.raises(BadPolicies):
        policies_from_data([{"slug": "a", "title": "A", "patterns": ["a"], "versions": listed}])
