"""What a person gave lies over what a program read."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from ca_incidents.schema.model import (
    ActionItem,
    Bugzilla,
    Certificates,
    Citation,
    Curated,
    Incident,
    Noncompliance,
    RelatedBug,
    Report,
    Review,
    Topic,
)
from ca_incidents.schema.record.effective import curated_paths, effective

BUG = Bugzilla(status="ASSIGNED", opened="2025-04-01T10:00:00Z")
MACHINE = Report(
    disclosure_source="self-reported",
    noncompliance=Noncompliance(start="2025-01-01", identified="2025-03-30"),
    certificates=Certificates(total=10, kinds=("dv",)),
    policies=(Citation(document="tls-br", section="4.9.1", source=0),),
    related=(RelatedBug(bug=7, source=0),),
    sources={"noncompliance.start": 0, "noncompliance.identified": 1, "certificates.total": 2, "disclosure_source": 0},
)


def incident(curated=None, report=MACHINE):
    return Incident(
        id=1, title="A CA: x", ca="a-ca", tags=("crl-failure",), bugzilla=BUG, report=report, curated=curated
    )


def test_without_a_person_nothing_changes():
    record = incident()
    assert effective(record) is record
    assert curated_paths(record) == frozenset()


def test_fields_of_the_record_are_replaced():
    record = effective(incident(Curated(ca="b-ca", also_named=("c-ca",), tags=())))
    assert (record.ca, record.also_named, record.tags) == ("b-ca", ("c-ca",), ())
    assert record.report == MACHINE


def test_topics_of_a_person_replace_those_of_the_program():
    record = incident(Curated(topics=("ocsp", "outage"), discovery="monitoring", aware="2025-03-30"))
    record = effective(msgspec.structs.replace(record, topics=(Topic(topic="crl", read_in="title"),)))
    assert record.topics == (Topic(topic="ocsp"), Topic(topic="outage"))
    assert (record.report.discovery, record.report.aware) == ("monitoring", "2025-03-30")
    assert curated_paths(record) == {"topics", "report.discovery", "report.aware"}


def test_noncompliance_and_certificates_are_joined_field_by_field():
    given_by_person = Curated(
        noncompliance=Noncompliance(start="2024-12-31", end="2025-04-02"), certificates=Certificates(remaining_valid=3)
    )
    report = effective(incident(given_by_person)).report
    assert report.noncompliance == Noncompliance(start="2024-12-31", identified="2025-03-30", end="2025-04-02")
    assert report.certificates == Certificates(total=10, remaining_valid=3, kinds=("dv",))


def test_other_fields_are_replaced_as_a_whole():
    items = (ActionItem(due="2025-05-01"),)
    report = effective(incident(Curated(related=(), action_items=items, issuance_stopped=False))).report
    assert (report.related, report.action_items, report.issuance_stopped) == ((), items, False)
    assert report.policies == MACHINE.policies


def test_a_value_of_a_person_names_no_comment():
    report = effective(
        incident(Curated(noncompliance=Noncompliance(start="2024-12-31"), disclosure_source="audit"))
    ).report
    assert report.sources == {"noncompliance.identified": 1, "certificates.total": 2}


def test_a_person_can_give_what_no_program_read():
    record = effective(incident(Curated(noncompliance=Noncompliance(end="2025-04-02")), report=None))
    assert record.report == Report(noncompliance=Noncompliance(end="2025-04-02"))
    assert effective(incident(Curated(summary="Words."), report=None)).report is None


def test_paths_name_the_effective_values():
    curated = Curated(
        tags=("ocsp-failure",),
        noncompliance=Noncompliance(start="2024-12-31"),
        policies=(),
        summary="Words.",
        reviewed=Review(by="someone", on="2026-01-01"),
    )
    assert curated_paths(incident(curated)) == {
        "tags",
        "report.noncompliance.start",
        "report.policies",
        "curated.summary",
        "curated.reviewed",
    }


DAYS = st.one_of(st.none(), st.sampled_from(["2024-12-31", "2025", "2025-04-02T10:00+02:00"]))
CURATED = st.builds(
    Curated,
    ca=st.one_of(st.none(), st.just("b-ca")),
    tags=st.one_of(st.none(), st.just(()), st.just(("crl-failure", "covid-19"))),
    disclosure_source=st.one_of(st.none(), st.just("audit")),
    issuance_stopped=st.one_of(st.none(), st.booleans()),
    revoked=DAYS,
    noncompliance=st.one_of(st.none(), st.builds(Noncompliance, start=DAYS, identified=DAYS, end=DAYS)),
    certificates=st.one_of(
        st.none(),
        st.builds(
            Certificates,
            total=st.one_of(st.none(), st.just(0), st.just(5)),
            kinds=st.sampled_from([(), ("ev",)]),
            crtsh_ids=st.sampled_from([(), (5,)]),
        ),
    ),
    related=st.one_of(st.none(), st.just(()), st.just((RelatedBug(bug=9),))),
    notes=st.one_of(st.none(), st.just("Words.")),
)


@given(CURATED, st.sampled_from([MACHINE, Report(), None]))
def test_every_value_of_a_person_holds_and_stays(curated, report):
    record = incident(curated, report)
    holds = effective(record)
    assert holds.curated == curated
    assert effective(holds) == holds
    for path in curated_paths(record):
        value = given_value = None
        for part in path.split("."):
            value = holds if value is None else value
            value = getattr(value, part)
        key = path.removeprefix("report.").removeprefix("curated.")
        for part in key.split("."):
            given_value = getattr(curated if given_value is None else given_value, part)
        assert value == given_value
    named = {p.removeprefix("report.").removeprefix("curated.").split(".")[0] for p in curated_paths(record)}
    given_fields = {f for f in curated.__struct_fields__ if getattr(curated, f) is not None}
    empty = {f for f in ("noncompliance", "certificates") if not msgspec.to_builtins(getattr(curated, f))}
    assert named == given_fields - empty
