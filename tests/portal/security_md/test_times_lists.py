"""Promises in lists and tables, where what introduces them says half."""

import pytest

from tests.portal.security_md.promised import promised

BY_SEVERITY = ["remediation/critical 7d", "remediation/high 30d", "remediation/medium 90d", "remediation/low 90d"]


@pytest.mark.parametrize(
    "text",
    [
        "## Fix timeline\n- Critical: 7 days\n- High: 30 days\n- Medium/Low: 90 days",
        "- **Fix timeline**:\n  - Critical: 7 days\n  - High: 30 days\n  - Others: 90 days",
        "- Answers: private\n- Fix timeline: by severity\n- Critical: 7 days\n- High: 30 days\n- Medium, low: 90 days",
        "We fix by severity:\n\n- 🔴 critical severity: within 7 days\n- high severity: within 30 days\n- medium, low: 90 days",
        "We fix, counted in days:\n\n- CVSS 9.0 - 10.0: 7 days\n- CVSS 7.0–8.9: 30 days\n- CVSS < 7.0: 90 days",
        "| Severity | Time to fix |\n|---|---|\n| Critical (disclosure) | 7 days |\n| High | 30 days |\n| Medium / low | 90 days |",
        "## Targets\n| Severity | Target |\n|---|---|\n| Critical | 7 days |\n| High | 30 days |\n| Medium, low | 90 days |",
        "| Step | Critical | High | Medium | Low |\n|---|---|---|---|---|\n| Fix | 7 days | 30 days | 90 days | 90 days |",
        "| Step | Time |\n|---|---|\n| Fix, critical | 7 days |\n| Fix, high | 30 days |\n| Fix, medium or low | 90 days |",
        "<table><tr><th>Severity</th><th>Patch</th></tr><tr><td>Critical</td><td>7 days</td></tr><tr><td>High</td><td>30 days</td></tr>"
        "<tr><td>Medium, low</td><td>90 days</td></tr></table>",
    ],
)
def test_a_table_of_severities(text):
    assert promised(text) == BY_SEVERITY


@pytest.mark.parametrize(
    "text",
    [
        "- Acknowledgement: 48 hours\n- Assessment: 5 business days\n- Fix: 14-30 days",
        "**Initial response:** 48 hours\n**Triage:** 5 working days\n**Resolution:** 14-30 days",
        "1. **Acknowledgement** (within 48 hours): we say that it came.\n2. **Triage** (5 business days)\n3. **Fix** (14-30 days)",
        "### Within 48 hours\nWe acknowledge it.\n\n### Within 5 business days\nWe assess it.\n\n### Within 14-30 days\nA fix is out.",
        "| When | What |\n|---|---|\n| 48 hours | Acknowledgement |\n| 5 business days | Assessment |\n| 14 to 30 days | Fix |",
    ],
)
def test_a_list_of_milestones(text):
    assert promised(text) == ["acknowledgement 48h", "assessment 5b", "remediation 14-30d"]


def test_numbered_days():
    text = "| When | What |\n|---|---|\n| Day 0 | It comes |\n| Day 1-2 | Acknowledgement |\n| Day 7 | Triage |\n| Day 90 | Disclosure |"
    assert promised(text) == ["acknowledgement 1-2d", "assessment 7d", "disclosure 90d"]


def test_a_heading_may_name_the_severity():
    text = "### Critical\n- Response: 4 hours\n- Fix: 24 hours\n\n### High\n- Response: 1 business day\n- Fix: 7 days"
    said = ["acknowledgement/critical 4h", "acknowledgement/high 1b", "remediation/critical 24h", "remediation/high 7d"]
    assert promised(text) == said


def test_response_by_severity_is_an_answer_unless_it_takes_too_long_for_one():
    table = "## Response times\n| Severity | Response |\n|---|---|\n| Critical | 4 hours |\n| Low | {} |"
    assert promised(table.format("3 days")) == ["acknowledgement/critical 4h", "acknowledgement/low 3d"]
    assert promised(table.format("90 days")) == ["remediation/critical 4h", "remediation/low 90d"]


def test_an_anchor_named_with_the_list_holds_for_its_items():
    text = "- Fix (from acknowledgement):\n  - Critical: 7 days\n  - High: 30 days"
    assert promised(text) == ["remediation/critical 7d from acknowledged", "remediation/high 30d from acknowledged"]
