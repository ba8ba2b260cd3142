from datetime import date

import pytest

from schema.findings import Finding
from scraper.lint import lint_report

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


@pytest.mark.parametrize(("form", "fields"), [(EMPTY_PRELIMINARY, 3), (EMPTY_CLOSURE, 4)])
def test_every_field_of_an_empty_form_is_found(form: str, fields: int) -> None:
    assert codes(form) == ["empty-field"] * fields


def test_everything_missing_in_the_empty_full_form_is_found() -> None:
    found = lint(EMPTY_FULL)
    appendix = EMPTY_FULL[: EMPTY_FULL.index("### Appendix")].count("\n") + 1
    missing = {number for number, line in enumerate(EMPTY_FULL.split("\n"), start=1) if line.rstrip().endswith(":**")}
    holders = {
        number
        for number, line in enumerate(EMPTY_FULL.split("\n"), start=1)
        if "summary:" in line or "Additional:" in line
    }
    assert {finding.line for finding in found if finding.code == "empty-field"} == (missing - holders) | {appendix}
    assert {"empty-timeline", "no-related-incidents", "no-action-items"} <= {finding.code for finding in found}


def test_each_finding_names_the_guidelines_section() -> None:
    for finding in lint(EMPTY_FULL):
        assert "CCADB Incident Reporting Guidelines 3.2, section" in finding.message


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("- **Analysis:** N/A\n", "", "missing-field"),
        ("- **Analysis:** N/A\n", "- **Analysis:**\n", "empty-field"),
        ("### Related Incidents", "### Something Else", "missing-section"),
        ("A000999", "Alder", "bad-owner-id"),
        ("Self Reported", "Somebody", "unknown-source"),
        ("2025-05-19\n  -", "05/06/2025\n  -", "ambiguous-date"),
        ("2025-05-19\n  -", "in spring\n  -", "no-date"),
        ("All times are UTC.\n", "", "time-without-offset"),
        ("2025-06-03 17:00 Both", "2025-06-03 Both", "time-without-minutes"),
        ("- 08:01 Alarm", "- Alarm", "event-without-time"),
        ("| Prevent |", "| |", "action-without-kind"),
        ("| 2025-07-31 |", "| soon |", "action-without-due-date"),
        ("| Ongoing |", "| |", "action-without-status"),
        ("| 2025-07-31 |", "| 2025-06-11 |", "deadline-past"),
        ("| 2024-05-01 |", "| |", "incomplete-row"),
        ("| Subject | Issuer |", "| Issuer | Subject |", "columns-out-of-order"),
        ("- **Detection:** By an alarm.\n", "", "missing-field"),
        ("#### Contributing Factor #1: no linter\n", "", "no-contributing-factor"),
    ],
)
def test_one_fault_gives_its_finding(old: str, new: str, code: str) -> None:
    assert old in PERFECT
    assert code in codes(PERFECT.replace(old, new))


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
