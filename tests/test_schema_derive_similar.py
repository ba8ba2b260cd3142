"""Related incidents, links and the words of titles, on a dataset built here.

Covers: schema/addresses.py, schema/derive/links.py, schema/derive/title_index.py.
"""

import pytest
from msgspec.structs import replace

from ca_incidents.schema.dataset import Dataset, UnknownIncident
from ca_incidents.schema.derive.links import links_of
from ca_incidents.schema.derive.similar import SimilarityIndex, related
from ca_incidents.schema.derive.title_index import index_words
from ca_incidents.schema.model import (
    Bugzilla,
    Certificates,
    Citation,
    Counts,
    Curated,
    Incident,
    RelatedBug,
    Relations,
    Report,
    Snapshot,
    Topic,
)
from ca_incidents.schema.tables import registry
from ca_incidents.schema.tables.vocabulary import terms

PRINT = "ab" * 32


def incident(
    number, title, opened="2025-01-01", *, ca="digicert", tags=(), topics=(), report=None, curated=None, **relations
):
    return Incident(
        schema_version=1,
        id=number,
        title=title,
        ca=ca,
        tags=tags,
        topics=tuple(Topic(topic=topic) for topic in topics),
        bugzilla=Bugzilla(
            status="ASSIGNED",
            opened=f"{opened}T00:00:00Z",
            relations=Relations(**relations) if relations else None,
        ),
        report=report,
        curated=curated,
    )


def dataset(*records, as_of="2026-01-01T00:00:00Z"):
    return Dataset(
        incidents={r.id: r for r in records},
        tombstones={},
        excluded=(),
        snapshot=Snapshot(
            schema_version=1, source="test", as_of=as_of, counts=Counts(records=1, withdrawn=0, excluded=0)
        ),
        registry=registry.standard(),
    )


def cites(document, section=None):
    return Report(policies=(Citation(document=document, section=section),))


def found(data, bug=1, **more):
    return [(one.incident.id, one.reasons) for one in related(data, bug=bug, **more)]


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ({"report": cites("tls-br", "4.9.1.1")}, {"report": cites("tls-br", "4.9.1.1")}, "same rule: tls-br 4.9.1.1"),
        ({"report": cites("netsec", "2")}, {"report": cites("netsec", "3")}, "same document: netsec"),
        ({"topics": ("ocsp", "several-faults")}, {"topics": ("ocsp", "several-faults")}, "same topics: ocsp"),
        ({"tags": ("crl-failure",)}, {"tags": ("crl-failure", "external")}, "same tags: crl-failure"),
        (
            {"report": Report(certificates=Certificates(sha256=(PRINT,), crtsh_ids=(5,)))},
            {"report": Report(certificates=Certificates(sha256=(PRINT,), crtsh_ids=(5, 6)))},
            "same certificates: 2",
        ),
        ({"duplicate_of": 2}, {}, "duplicate"),
        ({}, {"see_also": (1,)}, "linked on Bugzilla"),
        ({"report": Report(related=(RelatedBug(bug=2),))}, {}, "cited by bug 1"),
        ({}, {"report": Report(related=(RelatedBug(bug=1),))}, "cites bug 1"),
        ({}, {"curated": Curated(related=(RelatedBug(bug=1),))}, "cites bug 1"),
        ({}, {"ca": "digicert", "opened": "2025-04-02"}, "same CA: digicert"),
    ],
    ids="rule document topic tag certificate duplicate see-also cited cites curated ca".split(),
)
def test_each_thing_in_common_is_a_reason(first, second, reason):
    sides = [{"ca": ca, **more} for ca, more in (("digicert", first), ("sectigo", second))]
    others = incident(3, "x: y", ca="ssl-com")
    data = dataset(incident(1, "One: apples", **sides[0]), incident(2, "Two: pears", **sides[1]), others)
    assert found(data) == [(2, (reason,))]


def test_the_cps_of_two_cas_are_different_documents():
    report = cites("cp-cps", "4.9.10")
    own = incident(1, "One: apples", ca="digicert", report=report)
    same = incident(2, "Two: pears", "2025-06-01", ca="digicert", report=report)
    other = incident(3, "Three: plums", ca="sectigo", report=report)
    assert found(dataset(own, same, other)) == [
        (2, ("same rule: cp-cps of digicert 4.9.10", "same CA: digicert")),
    ]
    unlisted = [incident(n, f"{n}: x{n}", f"2025-0{n * 4}-01", report=cites("other")) for n in (1, 2)]
    assert found(dataset(*unlisted)) == [(2, ("same CA: digicert",))]


def test_words_of_the_titles_count_in_any_inflection_and_not_the_names():
    data = dataset(
        incident(1, "Wonder: expired OCSP responses", ca="digicert"),
        incident(2, "Other: the OCSP response expires", ca="sectigo"),
        incident(3, "Wonder: the audit", ca="ssl-com"),
    )
    assert found(data) == [(2, ("words in the title: expires, ocsp, response",))]


def test_a_rare_thing_weighs_more_than_a_common_one():
    many = [incident(n, f"Many: {n}", ca=None, tags=("crl-failure",)) for n in range(10, 40)]
    rare = incident(2, "Rare: b", ca=None, tags=("audit-delay",))
    subject = incident(1, "Subject: a", ca=None, tags=("crl-failure", "audit-delay"))
    assert found(dataset(subject, rare, *many))[0][0] == 2


def test_of_two_incidents_of_one_ca_the_nearer_is_more_alike():
    data = dataset(
        incident(1, "A: x", "2025-01-10"),
        incident(2, "A: y", "2025-06-01"),
        incident(3, "A: z", "2025-01-11"),
        incident(4, "A: w", "2025-01-10"),
        incident(5, "A: v", "2024-12-31"),
    )
    assert found(data) == [
        (4, ("same CA: digicert", "opened on the same day")),
        (3, ("same CA: digicert", "opened 1 day apart")),
        (5, ("same CA: digicert", "opened 10 days apart")),
        (2, ("same CA: digicert",)),
    ]


@pytest.mark.parametrize(
    ("other", "strong"),
    [
        ({"title": "B: locality"}, False),
        ({"title": "B: locality plums"}, True),
        ({"report": cites("netsec", "3")}, False),
        ({"report": cites("netsec", "2")}, True),
        ({"ca": "digicert", "opened": "2025-04-02"}, False),
        ({"ca": "digicert", "opened": "2025-04-01"}, True),
        ({"tags": ("external",)}, False),
        ({"tags": ("crl-failure",)}, True),
        ({"topics": ("ocsp",)}, True),
        ({"see_also": (1,)}, True),
    ],
    ids="word words document section far near qualifier tag topic link".split(),
)
def test_a_strong_reason_can_be_asked_for(other, strong):
    every = {"tags": ("crl-failure", "external"), "topics": ("ocsp",), "report": cites("netsec", "2")}
    subject = incident(1, "A: locality plums", **every)
    data = dataset(subject, incident(2, **{"title": "B: other", "ca": "sectigo", **other}))
    index = SimilarityIndex(data)
    assert [one.incident.id for one in index.related(1)] == [2]
    assert [one.incident.id for one in index.related(1, strong_only=True)] == [2] * strong


def test_a_word_of_titles_about_everything_is_no_reason():
    topics = list(terms("topic"))[:12]
    records = [
        incident(n, f"{n}: long word{topic.replace('-', '')}", ca=None, topics=(topic,))
        for n, topic in enumerate(topics * 2, start=1)
    ]
    assert found(dataset(*records)) == [
        (13, (f"same topics: {topics[0]}", f"words in the title: word{topics[0].replace('-', '')}"))
    ]


def test_a_bug_that_the_title_names_comes_first():
    data = dataset(
        incident(1900001, "A: late revocation for bug #1900002", ca="digicert"),
        incident(1900002, "A: certificates with a wrong field", ca="digicert"),
        incident(1900003, "B: late revocation for bug 1900009", ca="sectigo"),
    )
    assert [bug for bug, _ in found(data, 1900001)] == [1900002, 1900003]


def test_only_the_years_around_count():
    data = dataset(
        incident(1, "A: x", "2023-06-01"),
        incident(2, "A: y", "2021-06-02"),
        incident(3, "A: z", "2021-05-01"),
        incident(4, "A: w", "2025-05-31"),
        incident(5, "A: v", "2025-07-01"),
    )
    assert {bug for bug, _ in found(data)} == {2, 4}
    assert {bug for bug, _ in found(data, years=None)} == {2, 3, 4, 5}
    assert len(found(data, years=None, limit=3)) == 3


def test_what_is_linked_is_no_exception_to_the_years():
    data = dataset(incident(1, "A: x", "2023-06-01", depends_on=(2,)), incident(2, "B: y", "2020-06-02", ca="sectigo"))
    assert found(data) == []
    assert found(data, years=None) == [(2, ("linked on Bugzilla",))]


def test_a_word_of_every_other_title_is_no_reason():
    same = [incident(n, f"A: certificates number{n}", ca=None) for n in range(1, 41)]
    assert found(dataset(*same)) == []
    assert found(dataset(*same, incident(50, "B: number1", ca=None)))[0][1] == ("words in the title: number1",)


def test_conditions_list_the_newest_of_the_last_years():
    data = dataset(
        incident(1, "A: x", "2023-06-01", report=cites("tls-br", "4.9.1.1")),
        incident(2, "B: y", "2024-06-02", ca="sectigo", tags=("crl-failure",), report=cites("tls-br", "4.9.10")),
        incident(3, "A: z", "2025-05-01", tags=("crl-failure",), report=cites("tls-br", "4.9.1")),
    )
    assert found(data, None, ca="digicert") == [(3, ("same CA: digicert",))]
    assert [bug for bug, _ in found(data, None, tag="crl-failure")] == [3, 2]
    assert [bug for bug, _ in found(data, None, policy="tls-br 4.9.1", years=None)] == [3, 1]
    assert [bug for bug, _ in found(data, None, policy="tls-br", tag="crl-failure", ca="sectigo")] == [2]
    assert [bug for bug, _ in found(data, 1, tag="crl-failure")] == [3, 2]


def test_a_bug_whose_day_is_not_known_counts_from_the_middle_of_what_is_known():
    def opened(number, day, between=None):
        return replace(
            incident(number, "A: x"), bugzilla=Bugzilla(status="UNKNOWN", opened=day, opened_between=between)
        )

    listed = opened(2, "2026", ("2026-03-20", "2026-03-20"))
    bounded = opened(3, "2026", ("2026-03-01", "2026-03-31"))
    only_year = opened(4, "2026")
    subject = opened(1, "2024-03-18T00:00:00Z")
    data = dataset(subject, listed, bounded, only_year, as_of="2026-08-01")
    assert [bug for bug, _ in found(data, 1)] == [3]
    assert [bug for bug, _ in found(data, None, ca="digicert")] == [4, 2, 3]


def test_an_unknown_bug_is_said_so():
    with pytest.raises(UnknownIncident, match="bug 9"):
        related(dataset(incident(1, "A: x")), bug=9)


def test_the_order_does_not_hang_on_the_order_of_the_records():
    records = [incident(n, f"A: word{n % 3} other{n % 5}", f"2025-01-{n + 10}") for n in range(1, 9)]
    lists = [
        [[(r.incident.id, r.score) for r in SimilarityIndex(dataset(*order)).related(n)] for n in range(1, 9)]
        for order in (records, records[::-1])
    ]
    assert lists[0] == lists[1]


def test_links_go_both_ways_and_never_to_the_record_itself():
    data = dataset(
        incident(1, "A: x", depends_on=(2,), duplicates=(1, 3)),
        incident(2, "A: y", report=Report(related=(RelatedBug(bug=1, relation="cause", source=4),))),
    )
    links = links_of(data.incidents)
    assert [(n.target, n.relation) for n in links.names[1]] == [(2, "depends-on"), (3, "duplicate")]
    assert [(n.source, n.relation, n.path, n.comment) for n in links.named_by[1]] == [
        (2, "cause", "report.related[0]", 4)
    ]
    assert [n.source for n in links.named_by[3]] == [1]


@pytest.mark.parametrize(
    "title", ['a "b" c', "'; DROP TABLE plain; --", "NEAR(x y)", "x OR y AND NOT z*", "证书 吊销", ""]
)
def test_no_title_breaks_the_index(title):
    index = index_words({1: title, 2: title}, {})
    for stem, scores in index.scores.items():
        assert stem in index.words[1]
        assert [number for number, _ in scores] == [1, 2]
