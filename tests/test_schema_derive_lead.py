"""The lead of an incident: its grammar in every combination of facts, and what it says of each.

Covers: schema/derive/answers.py, schema/derive/lead.py, schema/derive/phrases.py.
"""

import re
from itertools import product
from typing import Any

import msgspec
import pytest

from ca_incidents.schema.derive import phrases
from ca_incidents.schema.derive.lead import lead_of
from ca_incidents.schema.derive.status import Derived, Measure, derive_among
from ca_incidents.schema.model import Incident
from ca_incidents.schema.record.effective import effective
from ca_incidents.schema.record.reading import Reading
from ca_incidents.schema.tables import deadlines, registry
from ca_incidents.schema.tables.vocabulary import terms

REGISTRY = registry.standard()
COMMENT = {"number": 0, "at": "2025-06-05T10:00:00Z"}
ANSWER = {"number": 1, "at": "2025-06-07T10:00:00Z"}
READINGS = {
    "none": Reading(listed=4, complete=0, shortened=0, hidden=0),
    "part": Reading(listed=4, complete=1, shortened=1, hidden=2),
    "all": Reading(listed=4, complete=4, shortened=0, hidden=0),
    "unlisted": Reading(listed=0, complete=0, shortened=0, hidden=0),
}
# What no sentence in English holds; a count of one stands before a singular, every other before a plural.
WRONG = (
    r"  ",
    r" [.,;:)]",
    r"[.,;:][.,;:]",
    r"\( |\(\)|\u201c\u201d",
    r"None(?! of)|[{}_]",
    r"\ba [aeioAEIO]",
    r"\ban (?![aeiouAEIO]|S/MIME)",
    r"\b(?<!,)1 [^.;]*?certificates",
    r"\b([02-9]|[0-9,]{2,}|no) [a-zA-Z/ -]*certificate\b",
    r"\bof the 1 comments|\b1 days",
    r"\b(by|on|in|at|and|or|of|the|a|an)[.;]",
    r"\b(\w+) \1\b",
)


def made(bug: dict[str, object] | None = None, **parts: object) -> Incident:
    """Make an effective record from plain values."""
    found: dict[str, Any] = {"id": 1, "title": "x", "bugzilla": {"status": "NEW", "opened": "2025-06-05T10:00:00Z"}}
    found["bugzilla"] |= bug or {}
    return effective(msgspec.convert(found | parts, Incident))


def derived(status: str = "closed", reading: str = "part", reporter: str = "ca", **parts: Any) -> Derived:
    """Make derived facts; nothing else of them enters a lead."""
    facts: dict[str, Any] = {
        "status": status,
        "status_inputs": (),
        "flags": (),
        "clocks": (),
        "next_due": None,
        "measures": {"days_to_last_comment": Measure(2.0, ())},
        "response_days": (),
        "reporter_kind": reporter,
        "reading": READINGS[reading],
        "read_until": "2026-03-13",
    }
    return Derived(**facts | parts)


def wrong_in(lead: str) -> list[str]:
    """List the rules of WRONG that a lead breaks, and sentences without a beginning or an end."""
    found = [f"{rule}: {lead}" for rule in WRONG if re.search(rule, lead)]
    return found + [
        f"sentence: {s!r}" for s in re.split(r"(?<=[a-z0-9\u201d)])\. ", lead) if not s[:1].isupper() and s[:1] != "1"
    ]


def test_the_first_sentence_is_right_in_every_combination() -> None:
    whats = (
        ([], "FIXED"),
        ([], "INVALID"),
        (["caa"], "INVALID"),
        (["caa", "revocation-late"], "FIXED"),
        (["caa", "crl", "ct", "san"], "FIXED"),
        (["collection"], "FIXED"),
        (["collection", "caa"], "WORKSFORME"),
    )
    ids = ([], [1], [1, 2, 3])
    tags = ([], ["ev-misissuance"], ["crl-failure", "ocsp-failure", "external"])
    names = ((None, []), ("digicert", []), ("tuvit", []), ("digicert", ["lets-encrypt"]))
    estimated = [{"kind": "estimated-count", "where": "certificates.total"}]
    counts = ((None, []), (0, []), (1, []), (1, estimated), (1234, estimated), (21, []))
    kinds = ([], ["ov"], ["smime", "other"], ["other"], ["ev", "ocsp", "dv"])
    documents = (
        [],
        [{"document": "tls-br", "section": "4.9.1.1"}],
        [{"document": "cp-cps"}, {"document": "rfc5280", "section": "4.2"}],
        [{"document": d} for d in ("mozilla", "etsi", "other")],
    )
    wrong = []
    for (what, resolution), tagged, (ca, also), (count, doubts), kind, cited, linked in product(
        whats, tags, names, counts, kinds, documents, ids
    ):
        record = made(
            {"status": "RESOLVED", "resolution": resolution},
            topics=[{"topic": topic} for topic in what],
            tags=tagged,
            ca=ca,
            also_named=also,
            doubts=doubts,
            report={"certificates": {"total": count, "kinds": kind, "crtsh_ids": linked}, "policies": cited},
        )
        wrong += wrong_in(lead_of(record, derived(), REGISTRY))
    assert not wrong[:5]


def test_the_second_sentence_is_right_in_every_combination() -> None:
    days = (None, "2026-03-13T10:00:00Z", "2026-03")
    ends: list[tuple[str, str | None, dict[str, object]]] = [("unknown", None, {"status": "UNKNOWN"})]
    ends += [
        ("closed", None, {"status": "RESOLVED", "resolution": how, "resolved": on})
        for how, on in product((*phrases.RESOLUTIONS, None), days)
    ]
    ends += [
        (status, on, {"status": "NEW"})
        for status, on in product(("unknown", "unreported", "investigating", "remediating", "remediated"), days)
    ]
    founds: tuple[dict[str, object] | None, ...] = (
        None,
        {"discovery": "auditor"},
        {"disclosure_source": "third-party"},
        {"disclosure_source": "self-reported"},
    )
    openings: tuple[dict[str, object], ...] = (
        {},
        {"opened": "2025-06-05"},
        {"opened": "2025"},
        {"opened": "2025", "opened_between": ("2025-06-01", "2025-06-05")},
        {"opened": "2025", "opened_between": ("2025-06-01", "2025-06-01")},
    )
    threads: tuple[list[dict[str, object]], ...] = ([], [COMMENT], [COMMENT, ANSWER])
    reporters = (None, "ca", "other-ca", "root-program", "auditor", "other", "unknown")
    wrong = []
    for (status, until, end), report, opening, thread, reporter in product(ends, founds, openings, threads, reporters):
        account = {"nick": "someone"} if reporter else None
        record = made({**opening, **end, "comments": thread, "reporter": account}, report=report)
        wrong += wrong_in(lead_of(record, derived(status, reporter=reporter or "unknown", read_until=until), REGISTRY))
    assert not wrong[:5]


def test_the_last_sentence_is_right_in_every_combination() -> None:
    wrong = []
    for reading, found, reporter, total, cited, (status, end), source in product(
        READINGS,
        (None, "monitoring"),
        (None, {"nick": "someone"}),
        (None, 3),
        ([], [{"document": "mozilla"}]),
        (
            ("unknown", {"status": "UNKNOWN"}),
            ("unknown", {"status": "NEW"}),
            ("closed", {"status": "RESOLVED"}),
            ("closed", {"status": "RESOLVED", "resolved": "2025-06-08"}),
        ),
        (None, "list", "page"),
    ):
        report = {"discovery": found, "certificates": {"total": total}, "policies": cited}
        record = made({**end, "reporter": reporter, "read_from": source}, report=report)
        wrong += wrong_in(lead_of(record, derived(status, reading), REGISTRY))
    assert not wrong[:5]


@pytest.mark.parametrize(
    ("table", "vocabulary"),
    [
        (phrases.DISCOVERIES, "discovery"),
        (phrases.DISCLOSURES, "disclosure_source"),
        (phrases.CERTIFICATE_KINDS, "certificate_kind"),
    ],
)
def test_every_word_has_a_phrase(table: dict[str, str], vocabulary: str) -> None:
    assert table.keys() == terms(vocabulary).keys()
    assert not [phrase for phrase in table.values() if "," in phrase]


def test_every_kind_and_document_reads_well() -> None:
    wrong = []
    for kind, document in product(phrases.CERTIFICATE_KINDS, (*terms("policy_document"), "rfc6960")):
        report = {"certificates": {"total": 3, "kinds": [kind]}, "policies": [{"document": document, "section": "2"}]}
        wrong += wrong_in(lead_of(made(report=report), derived(), REGISTRY))
    assert not wrong


MESSAGE = {"at": "2025-06-01", "precision": "day", "kind": "problem-report", "source": 0}
KNOWN = {
    "title": "DigiCert: Wrong state",
    "ca": "digicert",
    "topics": [{"topic": "subject-values", "read_in": "title"}, {"topic": "revocation-late"}],
    "report": {
        "discovery": "post-issuance-linting",
        "certificates": {"total": 1234, "kinds": ["ov"]},
        "policies": [{"document": "tls-br"}, {"document": "tls-br", "section": "7.1.4"}],
        "texts": {"read": 2, "complete": [0, 1]},
    },
}
CLOSED = {
    "status": "RESOLVED",
    "resolution": "FIXED",
    "resolved": "2025-06-08T10:00:00Z",
    "reporter": {"nick": "someone", "affiliation": "digicert.com"},
    "comments": [COMMENT | {"affiliation": "digicert.com"}, ANSWER | {"affiliation": "digicert.com"}],
}


def lead(bug: dict[str, object], **parts: object) -> str:
    """Return the lead of a record as the site would derive it."""
    record = made(bug, **parts)
    facts = derive_among(record, {}, as_of="2026-03-13", registry=REGISTRY, deadlines=deadlines.standard())
    return lead_of(record, facts, REGISTRY)


def test_what_is_known_is_said_and_nothing_is_called_unknown() -> None:
    assert lead(CLOSED, **KNOWN) == (
        "Bug 1, titled \u201cWrong state\u201d, is about DigiCert; it concerns 1,234 organisation-validated TLS "
        "certificates and cites section 7.1.4 of the TLS Baseline Requirements. What it reports was found by "
        "a check after issuance; the bug was filed on 5 June 2025 by the CA itself, discussed for 2 days "
        "(until 7 June 2025) and closed as fixed on 8 June 2025."
    )


def test_what_is_not_known_is_named_with_how_much_was_read() -> None:
    assert lead({"status": "ASSIGNED", "comments": [COMMENT, ANSWER]}, ca="digicert") == (
        "Bug 1, titled \u201cx\u201d, is about DigiCert. The bug was filed on 5 June 2025 and discussed for "
        "2 days (until 7 June 2025); on 13 March 2026 it was still open. It is not known who found it, who filed it, "
        "how big it was or which rule it is about: none of the 2 comments has been read."
    )


def test_of_a_bug_from_a_list_only_what_a_list_says_is_said() -> None:
    listed = {"status": "UNKNOWN", "opened": "2026", "opened_between": ("2026-06-24", "2026-06-24")}
    assert lead(listed | {"read_from": "list"}, ca="digicert", topics=[{"topic": "caa"}]) == (
        "Bug 1, titled \u201cx\u201d, is about DigiCert. The bug was filed on 24 June 2026. It is not known "
        "who found it, who filed it, how big it was, which rule it is about or whether it is still open: "
        "the bug is known only from a list of bugs."
    )


def test_curated_values_count_and_replace() -> None:
    curated = {"certificates": {"total": 1}, "discovery": "researcher"}
    text = lead(CLOSED, **KNOWN, curated=curated)
    assert "is about DigiCert; it concerns 1 organisation-validated TLS certificate and cites" in text
    assert "What it reports was found by somebody outside the CA; the bug was filed" in text


def test_sections_of_one_document_are_joined_and_many_rules_counted() -> None:
    def cites(*rules: tuple[str, str | None]) -> str:
        cited = [{"document": document, "section": section} for document, section in rules]
        found = re.search("it cites (.*?)[.] The bug", lead(CLOSED, **KNOWN | {"report": {"policies": cited}}))
        return found[1] if found else ""

    assert cites(("etsi", "REQ-7.7-03")) == "requirement REQ-7.7-03 of an ETSI standard"
    assert cites(("etsi", "OVR-6.4.8-05A")).startswith("requirement OVR")
    assert cites(("tls-br", "4.9.1"), ("tls-br", "7.1")) == "sections 4.9.1 and 7.1 of the TLS Baseline Requirements"
    assert cites(("rfc5280", "4.2"), ("mozilla", None)) == "section 4.2 of RFC 5280 and the Mozilla Root Store Policy"
    assert cites(("tls-br", None), ("tls-br", "7.1"), ("cp-cps", "1"), ("chrome", "2")) == (
        "section 7.1 of the TLS Baseline Requirements and 2 others"
    )


def test_what_was_found_and_what_was_filed_are_told_apart() -> None:
    text = lead(CLOSED, **KNOWN | {"report": {"disclosure_source": "self-reported"}})
    assert "What it reports was found by the CA itself; the bug was filed on 5 June 2025 by the CA itself, disc" in text


def test_a_title_that_does_not_say_what_went_wrong_is_called_so() -> None:
    unsaid = "; the title names only the area, not what exactly went wrong;"
    assert unsaid in lead(CLOSED, **KNOWN | {"title": "DigiCert: Issue with certificates of DigiCert"})
    assert unsaid not in lead(CLOSED, **KNOWN | {"title": "DigiCert: Missing certificates"})
    for curated in ({"topics": ["caa"]}, {"summary": "CAA records were not checked."}):
        assert unsaid not in lead(CLOSED, **KNOWN | {"title": "DigiCert: Issue", "curated": curated})


@pytest.mark.parametrize(
    ("summary", "report", "text"),
    [
        ("DigiCert failed.", {"certificates": {"total": 2}}, " Bug 1 concerns 2 certificates. The bug was filed on "),
        ("DigiCert lost 2 certificates.", {"certificates": {"total": 2}}, " Bug 1 was filed on "),
        ("DigiCert failed.", {"discovery": "monitoring"}, " What bug 1 reports was found by monitoring; the bug was "),
        ("DigiCert failed.", {}, " Bug 1 was filed on "),
        (
            "DigiCert failed.",
            {"discovery": "monitoring", "timeline": [MESSAGE]},
            " In bug 1 the accounts of how the pr",
        ),
        ("It failed.", {}, " Bug 1 is about DigiCert. The bug was filed on "),
    ],
)
def test_what_the_summary_says_is_not_said_again(summary: str, report: dict[str, object], text: str) -> None:
    assert text in lead(CLOSED, **KNOWN | {"report": report}, curated={"summary": summary})


LONG = f"Nobody {'really ' * 40}looked."


@pytest.mark.parametrize(
    ("summary", "brief"),
    [
        (f"CAA records\nwere not checked. {LONG}", "CAA records were not checked."),
        (f"It broke section 4.9.1. {LONG}", "It broke section 4.9.1."),
        (f"It was no EV. {LONG}", "It was no EV."),
        (f"Two names (in one CRL). {LONG}", "Two names (in one CRL)."),
        (f"One field, e.g. O, was wrong. {LONG}", "One field, e.g. O, was wrong."),
        (f"It failed. It was found. {LONG}", "It failed. It was found."),
        (LONG, LONG),
    ],
)
def test_a_summary_says_what_failed_in_the_sentences_that_fit(summary: str, brief: str) -> None:
    text = lead(CLOSED, **KNOWN | {"curated": {"summary": summary}})
    assert text.startswith(f"{brief} Bug 1 is about DigiCert; it concerns 1,234")


def test_beside_a_summary_the_lead_says_only_how_much_was_read() -> None:
    text = lead({"status": "ASSIGNED", "comments": [COMMENT, ANSWER]}, ca="digicert", curated={"summary": "It failed."})
    assert text.endswith("it was still open. None of the 2 comments has been read.")
    assert "not known" not in text


def test_what_may_be_precertificates_is_not_called_certificates() -> None:
    title = KNOWN | {"title": "DigiCert: Pre-certificates with a wrong state"}
    assert "concerns 1,234 organisation-validated TLS certificates or precertificates and" in lead(CLOSED, **title)
    linked = title | {"report": {"certificates": {"crtsh_ids": [1]}}}
    assert "it links at least 1 certificate or precertificate." in lead(CLOSED, **linked)


def test_certificates_of_the_summary_are_not_counted_again_from_links() -> None:
    linked = KNOWN | {"report": {"certificates": {"crtsh_ids": [1, 2], "kinds": ["ov"]}}}
    for summary, again in (("It failed.", True), ("One certificate was late.", False), ("An OV certificate.", False)):
        assert ("it concerns" in lead(CLOSED, **linked, curated={"summary": summary})) == again


def test_the_title_is_quoted_without_the_name_of_its_ca_and_on_one_line() -> None:
    for title, quoted in (
        ("DigiCert:  Two\n CRLs", "Two CRLs"),
        ("Alder CA: Two CRLs", "Alder CA: Two CRLs"),
        ("Possible error in CRLs", "Possible error in CRLs"),
        ("DigiCert: Field \u201cOU\u201d", "Field \u2018OU\u2019"),
    ):
        assert lead(CLOSED, **KNOWN | {"title": title}).startswith(
            f"Bug 1, titled \u201c{quoted}\u201d, is about DigiC"
        )


def test_a_document_without_a_name_is_no_answer() -> None:
    text = lead(CLOSED, **KNOWN | {"report": {"policies": [{"document": "other", "section": "4"}]}})
    assert "cited" not in text
    assert "or which rule it is about" in text


@pytest.mark.parametrize("resolution", ["INVALID", "WORKSFORME"])
def test_a_bug_that_is_no_incident_is_not_said_to_report_a_failure(resolution: str) -> None:
    text = lead(CLOSED | {"resolution": resolution}, **KNOWN)
    how = phrases.RESOLUTIONS[resolution]
    assert text.startswith("Bug 1, titled \u201cWrong state\u201d, is about DigiCert;")
    assert f"closed {how} on 8 June 2025" in text
    assert lead(CLOSED | {"resolution": resolution}, **KNOWN, curated={"summary": "It failed."}) == text


@pytest.mark.parametrize(
    ("report", "agrees"),
    [
        ({"discovery": "monitoring", "disclosure_source": "self-reported"}, True),
        ({"discovery": "auditor", "disclosure_source": "audit"}, True),
        ({"discovery": "researcher", "timeline": [MESSAGE]}, True),
        ({"discovery": "monitoring", "disclosure_source": "third-party"}, False),
        ({"discovery": "researcher", "disclosure_source": "self-reported"}, False),
        ({"discovery": "monitoring", "timeline": [MESSAGE]}, False),
    ],
)
def test_of_accounts_that_contradict_each_other_none_is_told(report: dict[str, object], agrees: bool) -> None:
    text = lead(CLOSED, **KNOWN | {"report": report})
    assert ("What it reports was found" in text) == agrees
    assert ("The accounts of how the problem was found differ; the bug was filed" in text) != agrees


def test_a_number_and_a_rule_of_the_title_count_where_the_report_has_none() -> None:
    title = "DigiCert: 3 certificates issued against the CPS"
    of_practice = {"topics": [{"topic": "cps-deviation", "read_in": "title"}]}
    text = lead(CLOSED, **KNOWN | of_practice | {"title": title, "report": {"certificates": {"kinds": ["ov"]}}})
    assert "; it concerns 3 organisation-validated TLS certificates and names the CA's own CP" in text
    assert "how big" not in text
    assert "which rule" not in text
    assert "it concerns 1,234" in lead(CLOSED, **KNOWN | {"title": title})
    assert "the CA's own CP" not in lead(CLOSED, **KNOWN | {"title": title})


def test_a_ca_s_own_document_is_the_rule_only_where_practice_differed_from_it() -> None:
    old = KNOWN | {"title": "DigiCert: CPS not updated", "topics": [{"topic": "cps-content"}], "report": {}}
    assert "or which rule it is about" in lead(CLOSED, **old)


def test_an_unanswered_problem_report_did_not_find_that_it_was_not_answered() -> None:
    late = KNOWN | {"topics": [{"topic": "problem-report-late"}], "report": {"discovery": "problem-report"}}
    assert "found through" not in lead(CLOSED, **late)
    assert "found through a problem report" in lead(CLOSED, **late | {"topics": [{"topic": "caa"}]})
    assert "found through a problem report" in lead(CLOSED, **late, curated={"discovery": "problem-report"})


def test_one_certificate_is_not_of_two_kinds() -> None:
    for total, said in (
        (1, "it concerns 1 certificate."),
        (2, "it concerns 2 extended-validation TLS and S/MIME cert"),
    ):
        report = {"certificates": {"total": total, "kinds": ["ev", "smime"]}}
        assert said in lead(CLOSED, **KNOWN | {"report": report})


def test_linked_certificates_are_a_least_number() -> None:
    prints = ["a" * 64, "b" * 64, "c" * 64]
    report = {"certificates": {"crtsh_ids": [1, 2], "sha256": prints}}
    text = lead(CLOSED, **KNOWN | {"report": report})
    assert "; it links at least 3 certificates." in text
    assert "how many certificates it concerns in all" in text


def test_of_a_duty_no_number_of_certificates_is_missed() -> None:
    assert "how big" not in lead(CLOSED, **KNOWN | {"topics": [{"topic": "audit-late"}], "report": {}})
    assert "how big" in lead(CLOSED, **KNOWN | {"topics": [{"topic": "audit-late"}, {"topic": "caa"}], "report": {}})
    tagged = {"topics": [{"topic": "audit-late"}], "tags": ["ov-misissuance"], "report": {}}
    assert "how big" in lead(CLOSED, **KNOWN | tagged)


def test_tags_say_who_found_it() -> None:
    assert "was found by somebody outside the CA;" in lead(CLOSED, **KNOWN | {"tags": ["external"], "report": {}})
    assert "What it reports was found in an audit; the bug was filed" in lead(
        CLOSED, **KNOWN | {"tags": ["audit-finding"], "report": {}}
    )
