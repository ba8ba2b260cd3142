"""The rules that a text cites, and the patterns of the documents.

Covers: schema/tables/policies.py, scraper/reader/text/identifiers.py.
"""

from pathlib import Path

import pytest

from ca_incidents.schema.tables.policies import BadPolicies, policies_from_data, standard
from ca_incidents.schema.tables.vocabulary import terms
from ca_incidents.scraper.reader.facts.citations import citations_in, merged, without_broken_title
from ca_incidents.scraper.reader.facts.disclosure import disclosure_source
from ca_incidents.scraper.reader.text.identifiers import bugs, crtsh_ids, fingerprints
from ca_incidents.scraper.reader.thread import read_thread
from ca_incidents.scraper.sources.bug import Person, WireComment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BR 4.9.1.1", [("tls-br", "4.9.1.1", None)]),
        ("Section 7.1.2.3 of the BRs", [("tls-br", "7.1.2.3", None)]),
        ("Baseline Requirements v1.7.3 section 3.2.2.4", [("tls-br", "3.2.2.4", "1.7.3")]),
        ("MRSP 3.1.4", [("mozilla", "3.1.4", None)]),
        (
            "TLS BR v2.0.6, section 4.9.10, in combination with RFC 6960",
            [("tls-br", "4.9.10", "2.0.6"), ("rfc6960", None, None)],
        ),
        ("Our CPS 3.9 dates from May.", [("cp-cps", None, "3.9")]),
        ("This breaks our CPS.", [("cp-cps", None, None)]),
        ("It may be against our CPS.", [("cp-cps", None, None)]),
        (
            "The EV Guidelines, 9.2.4, ask for it. It was typed once. Section 11.13 of the same document is more.",
            [("ev-guidelines", "9.2.4", None), ("ev-guidelines", "11.13", None)],
        ),
        ("RFC 5280 section 4.2.1.2", [("rfc5280", "4.2.1.2", None)]),
        ("the CPS section 6.1.1.1 number 3", [("cp-cps", "6.1.1.1", None)]),
        (
            "TLS BR v2.2.2 Sections 3.2.2.8 and 4.9.1.1",
            [("tls-br", "3.2.2.8", "2.2.2"), ("tls-br", "4.9.1.1", "2.2.2")],
        ),
        (
            "RFC 6960 section 4.2.1 when read with RFC 5280 section 4.1",
            [("rfc6960", "4.2.1", None), ("rfc5280", "4.1", None)],
        ),
        ("Network Security Requirements Version 1.5 Section 3. f. 2.", [("netsec", "3.f.2", "1.5")]),
        (
            "contrary to MRSP 3.3 and to Section 2.3 of the Baseline Requirements",
            [("mozilla", "3.3", None), ("tls-br", "2.3", None)],
        ),
        ("ETSI EN 319 412-5, item QCS-4.3.4-03", [("etsi", "QCS-4.3.4-03", None)]),
        ("BR s2.2", [("tls-br", "2.2", None)]),
        (
            "Baseline Requirements for the Issuance and Management of Publicly-Trusted S/MIME"
            " Certificates, Section 4.9.1.1",
            [("smime-br", "4.9.1.1", None)],
        ),
        ("EV Guidelines chapter 9.2.4", [("ev-guidelines", "9.2.4", None)]),
        ("violates the CPS", [("cp-cps", None, None)]),
        ("[Section 2.2 of BR](https://a.example/#33-b)", [("tls-br", "2.2", None)]),
        ("We read the CPS again.", []),
        ("TLS BR 2.0.0 came.", [("tls-br", None, "2.0.0")]),
        ('CCADB Policy Version 2.0, section "6.2 Lists"', [("ccadb-policy", "6.2", "2.0")]),
        ("The BRs do not require this.", []),
        ("The certificates are compliant with the BRs, but not with the CPS.", [("cp-cps", None, None)]),
        ("Each validation complied with the current BRs.", []),
        ("They are not compliant with the BRs.", [("tls-br", None, None)]),
        ("They are aligned with RFC 5280 with one exception.", [("rfc5280", None, None)]),
        ("BR 2.0.1, section 7.1.2.11.2, forbids it", [("tls-br", "7.1.2.11.2", "2.0.1")]),
        ("contrary to section 7.1 of the Baseline Requirements (BR) version 2.0.1", [("tls-br", "7.1", "2.0.1")]),
        (
            "The BRs require it, from version 1, section 13.2.5, to version 1.7.0, section 4.9.9",
            [("tls-br", "13.2.5", "1"), ("tls-br", "4.9.9", "1.7.0")],
        ),
        ("section 4.9.1.4 of the Baseline Requirements for Code Signing Certificates", [("cs-br", "4.9.1.4", None)]),
        (
            "This is against the MRSP. Section 5.1 states what is allowed.",
            [("mozilla", None, None), ("mozilla", "5.1", None)],
        ),
        ("This is against the MRSP. Section 5.1 of our handbook states it.", [("mozilla", None, None)]),
        (
            "This is against the MRSP. It is forbidden in section 5.1 and section 6.2.",
            [("mozilla", None, None), ("mozilla", "5.1", None), ("mozilla", "6.2", None)],
        ),
        ("It violates TLS BR [7.1.2.7.7](https://a.example/#7)", [("tls-br", "7.1.2.7.7", None)]),
        ("ETSI EN 319 412-5 (Signatures (ES); Part 5: Statements) section 4.2.3 applies", [("etsi", "4.2.3", None)]),
        ("BR section 7.1.4.2.2(f) forbids it", [("tls-br", "7.1.4.2.2", None)]),
        ("BR 7.1.4.2.2i disallows it", [("tls-br", "7.1.4.2.2i", None)]),
        ("demanded by section 5.1.3 of version 2.7.1 of the MRSP", [("mozilla", "5.1.3", "2.7.1")]),
        ("The BR audit requires BR certificates.", []),
        ("Elm discloses the CPS versioned v2.22.", [("cp-cps", None, "2.22")]),
        ("We changed the CPS.", [("cp-cps", None, None)]),
        ("It breaks the BRs, as stated in 7.1.4.1", [("tls-br", "7.1.4.1", None)]),
        ("We are in breach of the WebTrust for CAs report.", []),
        ("A new MRSP version 2.8 requirement takes hold in spring.", [("mozilla", None, "2.8")]),
        ("Reason code 7 is not defined in RFC 5280.", [("rfc5280", None, None)]),
    ],
)
def test_a_citation_has_document_section_and_version(
    text: str, expected: list[tuple[str, str | None, str | None]]
) -> None:
    assert [(c.document, c.section, c.version) for c in citations_in(text, standard())] == expected


def test_invented_texts_cite_what_their_writer_meant() -> None:
    wrong = []
    for line in (Path(__file__).parent / "cases" / "citations.tsv").read_text("utf-8").splitlines()[1:]:
        expected, text = line.split("\t")
        found = _read(text.replace("\\n", "\n"))
        if found != [one for one in expected.split("; ") if one]:
            wrong.append((text, found))
    assert not wrong


def _read(text: str) -> list[str]:
    report = read_thread([WireComment(number=0, at=None, text=text)], bug=None, policies=standard()).report
    found = report.policies if report else ()
    return sorted(" ".join(filter(None, (one.document, one.section, one.version))) for one in found)


def test_a_list_of_policies_needs_no_verb() -> None:
    assert [c.document for c in citations_in("ETSI EN 319 411-1", standard(), listed=True)] == ["etsi"]


def test_a_list_of_policies_may_name_other_titles_and_profiles_of_the_tls_requirements() -> None:
    text = "Information Security Policy (OID 1.2.3) version 1.7\n7.1.2.11.3 A list of stamps\nWe read it on Monday."
    found = citations_in(text, standard(), listed=True)
    assert [(c.document, c.section, c.version) for c in found] == [
        ("other", None, "1.7"),
        ("tls-br", "7.1.2.11.3", None),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "S/MIME BR and Elm CP/CPS\n3.2.4 Names of people\n7.1.4.2.2 Names",
            ["smime-br 3.2.4", "cp-cps 3.2.4", "smime-br 7.1.4.2.2", "cp-cps 7.1.4.2.2"],
        ),
        ("ETSI EN 319 401:\n7.5 Keys, REQ-7.5-01", ["etsi REQ-7.5-01"]),
        ("TLS BR, 5", ["tls-br 5"]),
        ("Elm code review requirements", ["other"]),
        ("We wrote down what our requirements had been before.", []),
    ],
)
def test_an_item_below_a_document_is_its_section(text: str, expected: list[str]) -> None:
    found = merged(citations_in(text, standard(), listed=True))
    assert [f"{one.document} {one.section or ''}".strip() for one in found] == expected


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Policies: S/MIME BR 4.2, CA/B Forum Baseline Requirements for the", "Policies: S/MIME BR 4.2, "),
        ("violates the Baseline Requirements", "violates the "),
        ("violates BR 4.2", "violates BR 4.2"),
    ],
)
def test_a_title_that_was_cut_is_none(text: str, rest: str) -> None:
    assert without_broken_title(text) == rest


def test_a_more_exact_citation_takes_the_place_of_the_bare_one() -> None:
    found = citations_in("This violates the BRs. It is BR 4.9.5 that was broken, BR v2.1.0 section 4.9.5.", standard())
    assert [(c.document, c.section, c.version) for c in merged(found)] == [("tls-br", "4.9.5", "2.1.0")]


def test_every_document_is_in_the_vocabulary() -> None:
    slugs = {document.slug for document in standard().documents} - {"rfc"}
    assert slugs <= set(terms("policy_document"))
    assert set(terms("policy_document")) - slugs == {"other"}


def test_the_address_of_a_section() -> None:
    assert standard().address("rfc5280", "4.2") == "https://www.rfc-editor.org/rfc/rfc5280#section-4.2"
    assert (standard().address("tls-br", "4.9") or "").startswith("https://cabforum.org/")
    assert standard().address("cp-cps", "1") is None
    assert standard().title("rfc5280") == "RFC 5280"


@pytest.mark.parametrize(
    "data",
    [
        [{"slug": "a", "title": "A", "patterns": ["(?:a+)+"]}],
        [{"slug": "a", "title": "A", "patterns": ["("]}],
        [{"slug": "a"}],
        [{"slug": "a", "title": "A", "patterns": ["a"]}, {"slug": "a", "title": "A", "patterns": ["b"]}],
    ],
)
def test_a_bad_table_is_refused(data: object) -> None:
    with pytest.raises(BadPolicies):
        policies_from_data(data)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("https://crt.sh/?id=123456", (123456,)),
        ("crt.sh/?id=123456&opt=zlint", (123456,)),
        ("crt.sh/?opt=x&id=123456", (123456,)),
        ("https://crt.sh/?caid=123456", ()),
        ("crt.sh/?q=123456", ()),
        ("?id=123456&opt=cablint", (123456,)),
        ("show_bug.cgi?id=1234567", ()),
        ("attachment.cgi?id=9123456", ()),
        ("crt.sh ID 123456, 123457", (123456, 123457)),
        ("crt.sh/?iCAID=123456", ()),
    ],
)
def test_a_crtsh_number_is_a_certificate_only_after_id(text: str, ids: tuple[int, ...]) -> None:
    assert crtsh_ids(text) == ids


def test_fingerprints_are_folded_and_keys_are_left_out() -> None:
    plain, colons, key = "ab" * 32, ":".join(["CD"] * 32), "ef" * 32
    text = f"{plain} {colons} crt.sh/?spkisha256={key} {key} SPKI hash: {'12' * 32} {'a' * 63} {'a' * 65}"
    assert fingerprints(text) == (plain, "cd" * 32)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Contrary to S/MIME Baseline Requirements 1.0.11, Section 4.2.1", [("smime-br", "4.2.1", "1.0.11")]),
        ("a breach of section 7.1 of BR 1.6.0", [("tls-br", "7.1", "1.6.0")]),
        ("as per Elm CP/CPS 3.8, chapter 5.5.4", [("cp-cps", "5.5.4", "3.8")]),
        ("CCADB Incident Reporting Guidelines 3.1 require it", [("ccadb-incident", None, "3.1")]),
        ("BR 4.9.1.1 requires it", [("tls-br", "4.9.1.1", None)]),
        ("Under section 2 of the Chrome policy", [("chrome", "2", None)]),
    ],
)
def test_a_bare_number_before_a_section_is_an_edition(
    text: str, expected: list[tuple[str, str | None, str | None]]
) -> None:
    assert [(c.document, c.section, c.version) for c in citations_in(text, standard())] == expected


@pytest.mark.parametrize(
    "text",
    [
        "The SPKI fingerprints of the keys are:\n  {one}\n\nThe certificate:\n{two}",
        "{two} uses a key with the\nSPKI fingerprint\n{one}",
        "Time and SPKI of each report are given below.\n\n10:00 {one}\n\nThe certificate:\n{two}",
        "https://logs.example/?q=parent_spki_fingerprint%3A+{one} {two}",
        "SHA256 hash of certificate:\n{two}\nSPKI hash: {one}",
        "{two}, replaced by https://crt.sh/?q={one}",
        "The CPS disclosed for https://crt.sh/?q={one} lacks the address. {two}",
        "{two}\n\nOne has the same subject as a root found in another hierarchy of Elm:\n\nhttps://crt.sh/?q={one}",
        "Issued by the following CAs were:\n* Elm 1 (https://crt.sh/?q={one}): {one}\n\nOne is\n{two}",
    ],
)
def test_keys_and_certificates_of_no_concern_are_left_out(text: str) -> None:
    assert fingerprints(text.format(one="ab" * 32, two="cd" * 32)) == ("cd" * 32,)


def test_the_host_of_an_attachment_is_no_bug() -> None:
    text = "See Bugzilla bugpost 1900001, bug fix 1900002 and https://bug1900003.bmoattachments.org/attachment.cgi?id=9000001"
    assert [bug for bug, _ in bugs(text)] == [1900001, 1900002]


def test_the_source_that_a_field_names_first_counts() -> None:
    assert disclosure_source("Root program's observation on the audit of 2025") == "third-party"
    assert disclosure_source("The audit, as the root program saw it") == "audit"


def test_a_certificate_that_only_replaces_another_is_of_no_concern() -> None:
    assert crtsh_ids("https://crt.sh/?id=123456 was replaced by https://crt.sh/?id=234567") == (123456,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The time that the BRs leave had run out.", ["tls-br"]),
        ("The Mozilla and Apple policies ask for it.", ["mozilla", "apple"]),
        ("The Mozilla Root Program told us of it.", []),
        ("We compared the changes to the BRs.", []),
        ("The BR report lists 3 findings.", []),
        ("The gap was in the BR and EV SSL audits.", []),
        ("They sent no BR Self Assessment.", []),
        ("The Mozilla policy would not have applied at that time.", []),
        ("Their BR version was wrong, yet the issuance complied with the BRs.", []),
        ("Is it a breach of the BRs? No violation of RFC 5280 was found.", ["tls-br"]),
        ("We do not say that Elm has violated the BRs.", []),
        ("This was not explicitly required in RFC 5280.", []),
        ("The annual audit against ETSI EN 319 411-1 requires samples.", []),
        ("Elm's CPS was uploaded to the CCADB late.", ["cp-cps"]),
        ("The delay deviates from the practice in the [Elm Public CPS](https://elm.example/cps).", ["cp-cps"]),
        ("Our CPS at that time specified 90 days.", ["cp-cps"]),
        ("We wrote to the address in the CPS.", []),
        ("The certificate lacks the CPS URL.", []),
    ],
)
def test_a_document_is_cited_by_its_name_unless_named_in_passing(text: str, expected: list[str]) -> None:
    assert [one.document for one in citations_in(text, standard())] == expected


def test_a_name_alone_is_background_where_a_field_lists_the_rules() -> None:
    field = citations_in("BR 4.9.1.1", standard(), listed=True)
    assert citations_in("RFC 5280 counts the last second.", standard(), field=field) == ()
    assert [c.document for c in citations_in("It violates RFC 5280.", standard(), field=field)] == ["rfc5280"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("EN 319 411-2 REQ-6.1-02, -06, -07", ["etsi REQ-6.1-02", "etsi REQ-6.1-06", "etsi REQ-6.1-07"]),
        (
            "ETSI EN 319 401, 7.7\nto be shown [REQ-7.7-03, REQ-7.7-04]",
            ["etsi 7.7", "etsi REQ-7.7-03", "etsi REQ-7.7-04"],
        ),
        ("ETSI 319 403-1 (7.9d)", ["etsi 7.9d"]),
        ("TLS BR sections 4.9.1.1 (5), 4.9.5 point 2 and 7.1.4", ["tls-br 4.9.1.1", "tls-br 4.9.5", "tls-br 7.1.4"]),
        ("TLS BR v2.1.6 - 4.9.1.1 Reasons", ["tls-br 4.9.1.1"]),
        ("NetSec Requirements section 2.g.ii", ["netsec 2.g.ii"]),
        ("BR method 3.2.2.4.3", ["tls-br 3.2.2.4.3"]),
        ("section '7.1.2.7.9 Policies' of the Baseline Requirements", ["tls-br 7.1.2.7.9"]),
        ("Baseline Requirements for TLS, 7.1.2.11.5", ["tls-br 7.1.2.11.5"]),
        ("CA-Browser-Forum-EV-Guidelines-1.7.8", ["ev-guidelines 1.7.8"]),
        ("X.690 section 11.2", ["other 11.2"]),
        ("BR7.1.4.2", ["tls-br 7.1.4.2"]),
        ("The BRs in 7.1.2.3", ["tls-br 7.1.2.3"]),
        ("MRSP 2.8", ["mozilla 2.8"]),
        ("Chrome Root Program Policy 1.6", ["chrome 1.6"]),
        ("CCADB Policy 2.0", ["ccadb-policy 2.0"]),
        ("319 411-1 GEN-6.5.1-02", ["etsi GEN-6.5.1-02"]),
    ],
)
def test_sections_stand_behind_a_name_in_many_ways(text: str, expected: list[str]) -> None:
    found = citations_in(text, standard(), listed=True)
    assert [f"{one.document} {one.section or one.version or ''}".strip() for one in found] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Elm was late by section 4.9.1.1.", [("tls-br", "4.9.1.1", None)]),
        ("Elm was late by section 4.9.1.1 with its S/MIME certificates.", []),
        ("Elm was late by section 4.9.1.1 of its handbook.", []),
        ("Elm used method 3.2.2.4.6.", []),
        ("The auditor marked it as open [REV-6.2.4-03B].", [("etsi", "REV-6.2.4-03B", None)]),
        ("Under the Mozilla policy that holds, as is said in section 8 of the policy.", [("mozilla", "8", None)]),
        ("Elm's 7.0 CPS does not describe it.", [("cp-cps", None, "7.0")]),
        (
            "Two sections of v5.3 of our combined CPS differ.\n\nSection 3.1.2 says one.\nSection 7.1 the other.",
            [("cp-cps", "3.1.2", "5.3"), ("cp-cps", "7.1", "5.3")],
        ),
        (
            "This is what we broke of the EV Guidelines 1.7.8:\n9.2.4. Place\n9.2.5. Number\nThat is all.",
            [("ev-guidelines", "9.2.4", "1.7.8"), ("ev-guidelines", "9.2.5", "1.7.8")],
        ),
    ],
)
def test_a_section_may_stand_without_its_document(
    text: str, expected: list[tuple[str, str | None, str | None]]
) -> None:
    assert [(c.document, c.section, c.version) for c in merged(citations_in(text, standard()))] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "It breaks the Baseline Requirements' 7.1.2.4 and the BR's \"7.1.4.1 Names\".",
            ["tls-br 7.1.2.4", "tls-br 7.1.4.1"],
        ),
        ("It breaks TLS BR par. 6.1.1.", ["tls-br 6.1.1"]),
        ("Per 4.9.1.1, the Baseline Requirements leave us five days.", ["tls-br 4.9.1.1"]),
        (
            "It breaks [WebTrust for CAs v2.2.2](https://a.example/list-(15).pdf) (criterion 3.1.11).",
            ["webtrust 3.1.11"],
        ),
        ("It violates the Chrome Root Program, version 1.6, section 2.3.", ["chrome 2.3"]),
        (
            'They quote "if it is known by section 7.1.4.2.2(g), it was verified under section 3.2.2.1" in the BRs.',
            ["tls-br 7.1.4.2.2", "tls-br 3.2.2.1"],
        ),
        ("WebTrust BR:\nhttps://a.example/report", []),
    ],
)
def test_a_section_is_found_in_many_places(text: str, expected: list[str]) -> None:
    found = merged(citations_in(text, standard()))
    assert [f"{one.document} {one.section or ''}".strip() for one in found] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mail certificates break the S/MIME BRs.\nThey go as section 4.9 of the BRs says.", ["smime-br"]),
        ("It breaks the Baseline Requirements for S/MIME.", ["smime-br"]),
        ("It breaks the S/MIME BRs 4.2 and section 4.9 of the TLS BRs; so say the BRs.", ["smime-br", "tls-br"]),
        ("It breaks section 4.9 of the BRs (for TLS certificates) and CSBR 4.2.", ["tls-br", "cs-br"]),
    ],
)
def test_plain_requirements_are_the_special_ones_of_the_text(text: str, expected: list[str]) -> None:
    assert [one.document for one in merged(citations_in(text, standard()))] == expected


def test_a_quoted_rule_cites_sections_only() -> None:
    report = """## Preliminary Incident Report
### Summary
- **Incident description:** A key was used twice.
- **Relevant policies:** TLS BR section 6.1.1.3
> The CA SHALL reject a request by RFC 5280 and the procedure of section 4.9.3 and section 4.9.12.
- **Source of incident disclosure:** Self Reported
"""
    comment = WireComment(number=0, at=None, text=report.replace(" by RFC 5280", ""))
    found = read_thread([comment], bug=None, policies=standard()).report
    assert found is not None
    assert [(one.document, one.section) for one in found.policies] == [
        ("tls-br", "6.1.1.3"),
        ("tls-br", "4.9.3"),
        ("tls-br", "4.9.12"),
    ]


def test_a_section_may_follow_in_the_next_sentence_of_a_field() -> None:
    text = "It breaks the Chrome Root Program, version 1.6. In particular, section 2.3 says so."
    assert [(one.document, one.section) for one in merged(citations_in(text, standard(), listed=True))] == [
        ("chrome", "2.3")
    ]


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("BR 4.9.8, and section 4.9.8 of our CPS.", [("tls-br", "4.9.8"), ("cp-cps", "4.9.8")]),
        ("We read the S/MIME BR with our CPS, and are in chapter 3.", []),
    ],
)
def test_a_later_comment_of_the_reporter_cites_by_a_sections_number(text: str, cited: list[tuple[str, str]]) -> None:
    report = "## Incident Report\n### Summary\nThe list was late.\n### Impact\nNone.\n"
    comments = [
        WireComment(number=number, at=None, person=Person(nick="a"), text=one)
        for number, one in enumerate((report, text))
    ]
    found = read_thread(comments, bug=None, policies=standard()).report
    assert found is not None and [(one.document, one.section) for one in found.policies] == cited
