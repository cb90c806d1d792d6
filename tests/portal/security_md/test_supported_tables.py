"""Version tables, whatever their columns are called and in which order they stand."""

from datetime import date

import pytest

from portal.security_md import document, supported

SUPPORTED, SECURITY, ENDED, UNCLEAR = "supported", "security_only", "ended", "unclear"
TODAY = date(2026, 11, 22)


def read(text, heading="Supported Versions"):
    return supported.read(document.read(f"# Policy\n\n## {heading}\n\n{text}\n"), TODAY)


def rows(text, **how):
    return [(row.text, row.status) for row in read(text, **how).facts]


def under(head, *lines):
    bar = "|".join("---" for _cell in head.split("|"))
    return "\n".join([f"| {head} |", f"|{bar}|", *(f"| {line} |" for line in lines)])


@pytest.mark.parametrize(
    "mark, status",
    [
        (":white_check_mark:", SUPPORTED), ("✅", SUPPORTED), ("✔️", SUPPORTED), ("✔", SUPPORTED), ("☑", SUPPORTED),
        ("🟢 Active", SUPPORTED), ("[x]", SUPPORTED), ("Yes", SUPPORTED), ("**Yes**", SUPPORTED), ("Supported", SUPPORTED),
        ("LTS", SUPPORTED), ("maintained", SUPPORTED), ("feature updates", SUPPORTED), ("bug fixes only", SUPPORTED),
        ("Active development", SUPPORTED), ("✅ (development)", SUPPORTED), ("Security fixes only", SECURITY),
        ("✅ security updates", SECURITY), ("critical fixes only", SECURITY), ("⚠️ critical only", SECURITY),
        ("security and critical bug fixes", SUPPORTED), ("🟡 Security fixes", SECURITY), (":x:", ENDED), ("❌", ENDED), ("✗", ENDED),
        ("✖", ENDED), ("🔴", ENDED), ("[ ]", ENDED), ("No", ENDED), ("no, please upgrade", ENDED), ("unsupported", ENDED),
        ("Not supported", ENDED), ("no longer maintained", ENDED), ("EOL", ENDED), ("End of life", ENDED), ("❌ EOL", ENDED),
        ("won't get fixes", ENDED), ("No security updates", ENDED), ("discontinued", ENDED), ("⚠️", UNCLEAR), (":hammer:", UNCLEAR),
        ("deprecated", UNCLEAR), ("Development", UNCLEAR), ("2024", UNCLEAR), ("?", UNCLEAR), ("", UNCLEAR), ("best effort", UNCLEAR),
        (":tada:", UNCLEAR), ("✅ no longer supported", UNCLEAR), ("❌ security fixes only", UNCLEAR), ("on request", UNCLEAR),
    ],
)  # fmt: skip
def test_a_mark_says_a_status_or_nothing_clear(mark, status):
    assert rows(under("Version | Supported", f"1.x | {mark}")) == [("1.x", status)]


@pytest.mark.parametrize(
    "head, good, security, bad",
    [
        ("Version | Unterstützt", "Ja", "Nur Sicherheitsupdates", "Nein"),
        ("Version | Prise en charge", "Oui", "Correctifs de sécurité uniquement", "Non maintenue"),
        ("Versión | Con soporte", "Sí", "Solo parches de seguridad", "Sin soporte"),
        ("Versão | Suportada", "Sim", "Apenas correções de segurança", "Não suportada"),
        ("Versione | Supportata", "Sì", "Solo aggiornamenti di sicurezza", "Non supportata"),
        ("Versie | Ondersteund", "Ja", "Alleen beveiligingsupdates", "Niet ondersteund"),
        ("Wersja | Wsparcie", "Tak", "Tylko poprawki bezpieczeństwa", "Niewspierana"),
        ("Версия | Поддержка", "Да", "Только исправления безопасности", "Не поддерживается"),
        ("Версія | Підтримка", "Так", "Лише оновлення безпеки", "Не підтримується"),
        ("Verze | Podpora", "Ano", "Pouze bezpečnostní opravy", "Bez podpory"),
        ("Sürüm | Destek", "Evet", "Yalnızca güvenlik güncellemeleri", "Desteklenmiyor"),
        ("Versi | Didukung", "Ya", "Hanya perbaikan keamanan", "Tidak didukung"),
        ("版本 | 是否支持", "是", "仅安全更新", "不再维护"),
        ("バージョン | サポート状況", "はい", "セキュリティ修正のみ", "サポート終了"),
        ("버전 | 지원 여부", "예", "보안 패치만", "지원 종료"),
    ],
)
def test_marks_are_read_in_many_languages(head, good, security, bad):
    text = under(head, f"3.x | {good}", f"2.x | {security}", f"< 2 | {bad}")
    assert rows(text, heading="X") == [("3.x", SUPPORTED), ("2.x", SECURITY), ("< 2", ENDED)]


def test_columns_stand_in_any_order_and_the_others_become_facts_or_notes():
    text = under(
        "Status | Release date | Component | Release | End of support | Notes",
        "✅ | 2025-01-01 | Server | 3.x | 2027-12-31 | current",
        "✅ fixes for a fee | 2024-01-01 | | 2.x | March 2026 | see [page](https://example.org)",
    )
    first, second = read(text).facts
    assert (first.text, first.status, first.component, first.ends_on, first.note, first.line) == (
        "3.x",
        SUPPORTED,
        "Server",
        date(2027, 12, 31),
        "current",
        7,
    )
    assert (second.text, second.status, second.component, second.ends_on) == ("2.x", SUPPORTED, "Server", date(2026, 3, 31))
    assert second.note == "fixes for a fee; see page"


@pytest.mark.parametrize(
    "end, status, day",
    [
        ("2027-01-31", SUPPORTED, date(2027, 1, 31)),
        ("2024-03-26", ENDED, date(2024, 3, 26)),
        ("Jan 15, 2028", SUPPORTED, date(2028, 1, 15)),
        ("-", SUPPORTED, None),
        ("", SUPPORTED, None),
        ("Further notice", SUPPORTED, None),
        ("TBD", SUPPORTED, None),
        ("reached end of life", ENDED, None),
        ("soon", UNCLEAR, None),
        ("2030", UNCLEAR, date(2030, 12, 31)),
    ],
)
def test_a_row_that_only_names_its_end_is_held_against_the_day_of_reading(end, status, day):
    assert [(row.status, row.ends_on) for row in read(under("Version | End of life", f"1.x | {end}")).facts] == [(status, day)]


def test_a_mark_counts_more_than_a_past_end_which_the_policy_keeps():
    (row,) = read(under("Version | Supported | EOL", "1.x | ✅ | 2020-01-01")).facts
    assert (row.status, row.ends_on) == (SUPPORTED, date(2020, 1, 1))


@pytest.mark.parametrize(
    "cell, status",
    [("Supported until 2027-05-01", SUPPORTED), ("EOL 2027-05-01", SUPPORTED), ("EOL 2025-05-01", ENDED), ("2027-05-01", SUPPORTED)],
)
def test_a_date_beside_the_mark_is_the_end_of_support(cell, status):
    (row,) = read(under("Version | Status", f"1.x | {cell}")).facts
    assert (row.status, row.ends_on.month) == (status, 5)


def test_fixes_of_bugs_and_of_security_may_have_a_column_each():
    text = under("Branch | Bug fixes | Security fixes", "3.x | ✅ | ✅", "2.x | ❌ | ✅", "1.x | ❌ | ❌")
    assert rows(text) == [("3.x", SUPPORTED), ("2.x", SECURITY), ("1.x", ENDED)]


def test_the_same_version_in_several_rows_is_told_apart_by_its_tag():
    text = under("Version | Release Tag | Notes", "5.x | Stable | LTS", "5.x | Beta | End of life", "4.x | N/A | Security only")
    assert rows(text) == [("5.x Stable", SUPPORTED), ("5.x Beta", ENDED), ("4.x", SECURITY)]


def test_a_legend_explains_signs():
    legend = "### Legend\n\n```\n✅ Everything\n🕐 Security fixes only\n📅 Planned\n```\n"
    text = under("Version | Status", "3.x | :white_check_mark:", "2.x | :clock1:", "4.x | 📅")
    assert rows(f"{text}\n\n{legend}") == [("3.x", SUPPORTED), ("2.x", SECURITY), ("4.x", UNCLEAR)]


def test_versions_may_stand_in_the_head():
    assert rows(under("Version | 1.x | 2.x", "Supported | ❌ | ✅")) == [("1.x", ENDED), ("2.x", SUPPORTED)]
    assert rows(under("1.x | ✅", "0.x | ❌")) == [("1.x", SUPPORTED), ("0.x", ENDED)]
    assert rows(under("Supported versions | Unsupported versions", "2.x | 1.x", "3.x | ")) == [
        ("2.x", SUPPORTED),
        ("1.x", ENDED),
        ("3.x", SUPPORTED),
    ]


def test_several_versions_below_each_other_in_a_cell_are_rows_of_their_own():
    text = under("Version | Supported", "2.x<br>3.x | ✅", "1.1<br>1.0 | ✅<br>❌", "7.x, 8.x | ❌")
    assert rows(text) == [("2.x", SUPPORTED), ("3.x", SUPPORTED), ("1.1", SUPPORTED), ("1.0", ENDED), ("7.x, 8.x", ENDED)]


def test_versions_keep_their_text_without_the_marks():
    text = under(
        "Version | Supported",
        "`main` (unreleased) | Yes",
        "✅ **4.2 LTS**[^1] | Yes",
        "1.* | No",
        "≤ 0.9 | No",
        "Older than 0.5 | No",
        "\\<0.1 | No",
    )
    assert [text for text, _status in rows(text)] == ["main (unreleased)", "4.2 LTS", "1.*", "≤ 0.9", "Older than 0.5", "<0.1"]


def test_tables_of_several_components_are_named_by_their_headings():
    server, agent = under("Version | Supported", "2.x | ✅"), under("Version | Supported", "1.x | ✅")
    found = read(f"### Server\n\n{server}\n\n### Field agent versions\n\n{agent}").facts
    assert [(row.text, row.component) for row in found] == [("2.x", "Server"), ("1.x", "Field agent")]
    assert [row.component for row in read(f"### Server\n\n{server}").facts] == [""]
    assert [row.component for row in read(f"{server}\n\nLatest:\n\n{agent}").facts] == ["", ""]


def test_merged_cells_are_read_with_a_warning():
    text = "<table><tr><th>Version</th><th>Supported</th></tr><tr><td>2.x</td><td rowspan='2'>Yes</td></tr><tr><td>1.x</td></tr></table>"
    found = read(text)
    assert [(row.text, row.status) for row in found.facts] == [("2.x", SUPPORTED), ("1.x", SUPPORTED)]
    assert "merged cells" in found.warnings[0] and "5" in found.warnings[0]


def test_what_is_unclear_is_warned_of_and_kept():
    found = read(under("Version | Supported", "1.x | ?", "2.x | ✅"))
    assert [row.status for row in found.facts] == [UNCLEAR, SUPPORTED]
    assert len(found.warnings) == 1 and "1.x" in found.warnings[0] and "2.x" not in found.warnings[0]


def test_the_lines_of_a_table_and_of_what_leads_to_it_are_accounted_for():
    found = read("The following versions get security fixes:\n\n" + under("Version | Supported", "1.x | ✅") + "\n\nSomething else.")
    assert {5, 7, 9} <= found.lines and 11 not in found.lines


@pytest.mark.parametrize(
    "text",
    [
        under("ID | Affected versions | Patched versions", "1 | < 2.0 | 2.0"),
        under("Severity | Response", "Critical | 7 days", "High | Supported"),
        under("Step | Time", "Answer | **72 hours**", "Fix for a critical one | **30 days**"),
        under("Tool | Version | Status", "scanner | 1.2 | ✅"),
        under("Path | Scope", "`src/` | ✅", "`docs/` | ❌"),
        under(" | ", "Secret scanning | ✅ enabled"),
        under("Version | Changes", "1.0 | first", "1.1 | second"),
    ],
)
def test_other_tables_are_no_versions(text):
    assert rows(text, heading="Security") == []
