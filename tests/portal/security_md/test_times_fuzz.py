"""No text makes reading of times raise, and whatever is read fits the columns of a policy."""

from hypothesis import given, settings, strategies

from portal.models import ServiceLevel
from portal.security_md import document, times

PIECES = strategies.sampled_from(
    [
        "# ",
        "## Response times\n",
        "\n",
        "\n\n",
        "- ",
        "  - ",
        "| ",
        " |\n",
        "|---|---|\n",
        "**",
        ": ",
        "(",
        ")",
        ", ",
        ". ",
        "Critical",
        "High",
        "medium/low",
        "others",
        "CVSS 9.0",
        "CVSS < 4",
        "7 days",
        "within 48 hours",
        "every 5 business days",
        "weekly",
        "1-7 days",
        "at least 60 days",
        "for 90 days",
        "acknowledge",
        "respond",
        "assess",
        "updates",
        "regular updates",
        "fix",
        "disclose publicly",
        "please give us",
        "do not",
        "if",
        "after",
        "of the report",
        "严重",
        "7 天内",
        "修复",
        "每周",
        "48시간 이내",
        "3営業日以内に",
        "返信",
        "within 10",
        "0",
        "Day 3",
        "exploited",
        "<table><tr><td>",
        "</td></tr></table>",
    ]
)
TEXTS = (
    strategies.lists(PIECES, max_size=40).map(" ".join) | strategies.lists(PIECES, max_size=40).map("".join) | strategies.text(max_size=200)
)


@settings(deadline=None)
@given(TEXTS)
def test_what_is_read_fits_a_policy(text):
    read = document.read(text)
    promises = times.read(read)
    window = times.disclosure_days(read)
    kept = [(one.milestone, one.severity) for one in promises.facts]
    assert len(kept) == len(set(kept))
    assert promises.lines <= set(range(1, len(read.source) + 2))
    assert window is None or window.days > 0
    for one in promises.facts:
        level = ServiceLevel(**{name: getattr(one, name) for name in one.__dataclass_fields__ if name != "line"})
        level.full_clean(exclude=["policy"], validate_constraints=False)
        assert one.latest > 0 and (one.earliest is None or 0 < one.earliest <= one.latest)
        assert not one.recurring or (one.milestone, one.anchor) == ("status_update", "last_update")
