from datetime import date

import pytest

from ca_incidents.schema.findings import Finding
from ca_incidents.scraper.reader.lint import lint_report

TODAY = date(2025, 6, 12)

EMPTY_PRELIMINARY = """## Preliminary Incident Report

### Summary

- **Incident description:**
- **Relevant policies:**
- **Source of incident disclosure:**
"""

EMPTY_CLOSURE = """## Report Closure Summary

- **Incident description:**
- **Incident Root Cause(s):**
- **Remediation description:**
- **Commitment summary:**
"""

EMPTY_FULL = """## Full Incident Report

### Summary

- **CA Owner CCADB unique ID:**
- **Incident description:**
- **Timeline summary:**
  - **Non-compliance start date:**
  - **Non-compliance identified date:**
  - **Non-compliance end date:**
- **Relevant policies:**
- **Source of incident disclosure:**

### Impact

- **Total number of certificates:**
- **Total number of "remaining valid" certificates:**
- **Affected certificate types:**
- **Incident heuristic:**
- **Was issuance stopped in response to this incident, and why or why not?:**
- **Analysis:**
- **Additional considerations:**

### Timeline

### Related Incidents

| Bug | Date | Description |
| --- | ---- | ----------- |
|     |      |             |

### Root Cause Analysis

#### Contributing Factor #: title

- **Description:**
- **Timeline:**
- **Detection:**
- **Interaction with other factors:**
- **Root Cause Analysis methodology used:**

### Lessons Learned

- **What went well:**
- **What didn’t go well:**
- **Where we got lucky:**
- **Additional:**

### Action Items

| Action Item | Kind | Corresponding Root Cause(s) | Evaluation Criteria | Due Date | Status |
| ----------- | ---- | --------------------------- | ------------------- | -------- | ------ |
|             |      |                             |                     |          |        |

### Appendix
"""

PERFECT = """## Full Incident Report

### Summary

- **CA Owner CCADB unique ID:** A000999
- **Incident description:** Alder CA signed leaf certificates with a wrong identifier.
- **Timeline summary:**
  - **Non-compliance start date:** 2025-05-19
  - **Non-compliance identified date:** 2025-06-01
  - **Non-compliance end date:** 2025-06-03
- **Relevant policies:** TLS Baseline Requirements v2.1.5, Section 7.1.2.7.1
- **Source of incident disclosure:** Self Reported

### Impact

- **Total number of certificates:** 2
- **Total number of "remaining valid" certificates:** 0
- **Affected certificate types:** DV
- **Incident heuristic:** N/A, all are listed.
- **Was issuance stopped in response to this incident, and why or why not?:** Yes, at once.
- **Analysis:** N/A
- **Additional considerations:** N/A

### Timeline

All times are UTC.

**2025-05-19**
- 09:51 The profile goes live

**2025-06-01**
- 08:01 Alarm

2025-06-03 17:00 Both certificates revoked

### Related Incidents

| Bug | Date | Description |
| --- | ---- | ----------- |
| [1900001](https://bugzilla.mozilla.org/show_bug.cgi?id=1900001) | 2024-05-01 | The same fault elsewhere |

### Root Cause Analysis

#### Contributing Factor #1: no linter

- **Description:** It was off.
- **Timeline:** Since spring.
- **Detection:** By an alarm.
- **Interaction with other factors:** N/A
- **Root Cause Analysis methodology used:** 5-Whys

### Lessons Learned

- **What went well:** Quick stop.
- **What didn’t go well:** No linter.
- **Where we got lucky:** Few subscribers.
- **Additional:** N/A

### Action Items

| Action Item | Kind | Corresponding Root Cause(s) | Evaluation Criteria | Due Date | Status |
| ----------- | ---- | --------------------------- | ------------------- | -------- | ------ |
| Lint before signing | Prevent | Root Cause #1 | None unlinted | 2025-06-10 | Complete |
| Report outages | Detect | Root Cause #1 | A drill | 2025-07-31 | Ongoing |

### Appendix

| Certificate SHA-256 | Subject | Issuer | Not before | Not after | Serial | dNSNames | Is revoked? |
| --- | --- | --- | --- | --- | --- | --- | --- |
| N/A | a | b | c | d | e | f | yes |
"""


def lint(text: str) -> list[Finding]:
    return lint_report(text, today=TODAY, file="draft.md")


def codes(text: str) -> list[str]:
    return [finding.code for finding in lint(text)]


def test_a_perfect_report_has_no_findings() -> None:
    assert lint(PERFECT) == []


def filled(
    form: str, text: str = "The CPS was late. No certificate is affected, and the incident is contained."
) -> str:
    return form.replace("disclosure:**", "disclosure:** Audit").replace(":**\n", f":** {text}\n")


@pytest.mark.parametrize("form", [EMPTY_PRELIMINARY, EMPTY_CLOSURE], ids=["preliminary", "closure"])
def test_a_filled_short_form_has_no_findings(form: str) -> None:
    assert lint(filled(form)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("The CPS was late.", ["no-containment", "no-impact"], id="neither impact nor containment"),
        pytest.param("The CPS was late. It is contained.", ["no-impact"], id="no impact"),
        pytest.param("40 OCSP responses were stale.", ["no-containment"], id="no containment"),
        pytest.param("40 certificates contained a wrong name.", ["no-containment"], id="contained as another word"),
        pytest.param("40 certificates were contained in one list.", ["no-containment"], id="contained in a list"),
        pytest.param("Three certificates had a wrong name. This is ongoing.", [], id="ongoing"),
        pytest.param("Some CRLs were stale. Issuance was stopped.", [], id="issuance stopped"),
        pytest.param("Some CRLs were stale. This has been fixed.", [], id="fixed"),
        pytest.param("Some CRLs were stale. This will be fixed.", ["no-containment"], id="fixed in future"),
        pytest.param("Several roots lack an audit. Issuance was not stopped.", [], id="issuance goes on"),
        pytest.param("The impact is unknown. Status: contained.", [], id="unknown impact, contained"),
    ],
)
def test_a_preliminary_report_states_impact_and_containment(text: str, expected: list[str]) -> None:
    assert sorted(codes(filled(EMPTY_PRELIMINARY, text))) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Self Reported", []),
        ("Third Party Reported", []),
        ("**Audit**", []),
        ("self-reported.", []),
        ("Self Reported\n\nThe full report follows within two weeks.", []),
        ("Externally reported", ["unknown-source"]),
        ("We were told by a message to our problem reporting address.", ["unknown-source"]),
        ("Self Reported, after a hint from a customer", ["unknown-source"]),
        ("Self Reported, Third Party Reported, Audit", ["unknown-source"]),
    ],
)
def test_the_source_is_one_of_the_three_phrases_and_no_more(source: str, expected: list[str]) -> None:
    assert codes(filled(EMPTY_PRELIMINARY).replace(":** Audit", f":** {source}")) == expected


@pytest.mark.parametrize(
    ("form", "fields"), [(EMPTY_PRELIMINARY, 3), (EMPTY_CLOSURE, 4)], ids=["preliminary", "closure"]
)
def test_every_field_of_an_empty_form_is_found(form: str, fields: int) -> None:
    assert codes(form) == ["empty-field"] * fields


def test_everything_missing_in_the_empty_full_form_is_found() -> None:
    found = lint(EMPTY_FULL)
    appendix = EMPTY_FULL[: EMPTY_FULL.index("### Appendix")].count("\n") + 1
    missing = {number for number, line in enumerate(EMPTY_FULL.split("\n"), start=1) if line.rstrip().endswith(":**")}
    holders = {number for number, line in enumerate(EMPTY_FULL.split("\n"), start=1) if "summary:" in line}
    assert {finding.line for finding in found if finding.code == "empty-field"} == (missing - holders) | {appendix}
    assert {"empty-timeline", "no-related-incidents", "no-action-items"} <= {finding.code for finding in found}


def test_each_finding_names_the_guidelines_section() -> None:
    for finding in lint(EMPTY_FULL):
        assert "CCADB Incident Reporting Guidelines 3.2, section" in finding.message


# What is changed in the perfect report, the code of the only finding, its place, and the line of the draft it names.
FAULTS = [
    ("- **Analysis:** N/A\n", "", "missing-field", "Impact", "### Impact"),
    ("- **Analysis:** N/A\n", "- **Analysis:**\n", "empty-field", "Impact", "- **Analysis:**"),
    ("- **Analysis:** N/A\n", "- **Analysis:** TBD\n", "empty-field", "Impact", "- **Analysis:** TBD"),
    ("- **Where we got lucky:** Few subscribers.", "- **Where we got lucky:**", "empty-field", "Lessons Learned",
     "- **Where we got lucky:**"),
    ("### Related Incidents", "### Something Else", "missing-section", "Related Incidents", "## Full Incident Report"),
    ("A000999", "Alder", "bad-owner-id", "Summary", "- **CA Owner CCADB unique ID:** Alder"),
    ("Self Reported", "Somebody", "unknown-source", "Summary", "- **Source of incident disclosure:** Somebody"),
    ("2025-05-19\n  -", "05/06/2025\n  -", "ambiguous-date", "Summary",
     "  - **Non-compliance start date:** 05/06/2025"),
    ("2025-05-19\n  -", "in spring\n  -", "no-date", "Summary", "  - **Non-compliance start date:** in spring"),
    ("2025-06-03 17:00 Both", "2025-06-03 Both", "time-without-minutes", "Timeline",
     "2025-06-03 Both certificates revoked"),
    ("**2025-05-19**\n", "", "time-without-day", "Timeline", "- 09:51 The profile"),
    ("- 08:01 Alarm", "- Alarm", "event-without-time", "Timeline", "- Alarm"),
    ("| Prevent |", "| |", "action-without-kind", "Action Items", "| Lint before signing"),
    ("| Prevent |", "| Improve |", "action-without-kind", "Action Items", "| Lint before signing"),
    ("- **Additional:** N/A\n", "", "missing-field", "Lessons Learned", "### Lessons Learned"),
    ("2025-06-03\n-", "2025-05-18\n-", "end-before-start", "Summary", "  - **Non-compliance end date:** 2025-05-18"),
    ("2025-05-19\n  -", "2025-02-30\n  -", "impossible-date", "Summary",
     "  - **Non-compliance start date:** 2025-02-30"),
    ('certificates:** 0', 'certificates:** 20', "more-remaining-than-total", "Impact",
     '- **Total number of "remaining valid" certificates:** 20'),
    ("2025-06-03 17:00 Both", "2025-06-31 17:00 Both", "impossible-date", "Timeline", "2025-06-31 17:00 Both"),
    ("| 2025-07-31 |", "| 2025-06-31 |", "impossible-date", "Action Items", "| Report outages"),
    ("| 2025-07-31 |", "| 06/07/2025 |", "ambiguous-date", "Action Items", "| Report outages"),
    ("| 2025-07-31 |", "| soon |", "action-without-due-date", "Action Items", "| Report outages"),
    ("| Ongoing |", "| |", "action-without-status", "Action Items", "| Report outages"),
    ("| 2025-07-31 |", "| 2025-06-11 |", "deadline-past", "Action Items", "| Report outages"),
    ("| A drill |", "| |", "incomplete-action", "Action Items", "| Report outages"),
    ("| Root Cause #1 | None", "| | None", "incomplete-action", "Action Items", "| Lint before signing"),
    ("| 2024-05-01 |", "| |", "incomplete-row", "Related Incidents", "| [1900001]"),
    ("| Subject | Issuer |", "| Issuer | Subject |", "columns-out-of-order", "Appendix", "| Certificate SHA-256"),
    ("- **Detection:** By an alarm.\n", "", "missing-field", "Root Cause Analysis", "#### Contributing Factor #1"),
    ("- **Detection:** By an alarm.\n", "- **Detection:**\n", "empty-field", "Root Cause Analysis", "- **Detection:**"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "code", "section", "line"),
    FAULTS,
    ids=[f"{code}: {new.strip() or old.strip()}" for old, new, code, *_ in FAULTS],
)
def test_one_fault_gives_one_finding_with_its_line_and_section(
    old: str, new: str, code: str, section: str, line: str
) -> None:
    assert PERFECT.count(old) >= 1
    draft = PERFECT.replace(old, new, 1)
    assert [finding.code for finding in lint(draft)] == [code]
    finding = lint(draft)[0]
    assert draft.split("\n")[finding.line - 1].startswith(line)
    assert f'section "{section}"' in finding.message


def test_every_time_without_an_offset_is_found() -> None:
    draft = PERFECT.replace("All times are UTC.\n", "")
    found = lint(draft)
    assert [finding.code for finding in found] == ["time-without-offset"] * 3
    assert all(draft.split("\n")[finding.line - 1].count(":") for finding in found)


def test_a_root_cause_analysis_without_a_factor() -> None:
    found = codes(PERFECT.replace("#### Contributing Factor #1: no linter\n", ""))
    assert "no-contributing-factor" in found


def test_a_table_without_the_columns_of_the_form() -> None:
    draft = PERFECT.replace(" Evaluation Criteria |", " Remarks |")
    assert codes(draft) == ["incomplete-action"] * 2


def test_regret_without_any_action_item() -> None:
    rows = [line for line in PERFECT.split("\n") if line.startswith(("| Lint", "| Report"))]
    text = PERFECT
    for row in rows:
        text = text.replace(row + "\n", "")
    assert {"no-action-items", "regret-without-action"} <= set(codes(text))


def test_a_finding_has_the_drafts_line() -> None:
    found = lint(PERFECT.replace("| 2025-07-31 |", "| 2025-06-11 |"))
    assert [PERFECT.split("\n")[finding.line - 1][:16] for finding in found] == ["| Report outages"]


def test_a_text_without_a_form_is_said_to_be_none() -> None:
    assert codes("Hello, I found two certificates.") == ["not-a-report"]
