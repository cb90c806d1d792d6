"""Whole policies of many shapes and languages, in words of our own: versions, times and contacts as a program would get them."""

from datetime import date

import pytest

from portal.security_md import reading, summary

TEXTS = {
    "Chinese, with signs and words in one cell": (
        "# 安全策略\n\n## 版本支持情况\n\n| 版本 | 是否支持 | 终止日期 |\n| --- | --- | --- |\n| 3.2.x | ✔️ 完全支持 | - |\n"
        "| 3.1.x | ⚠️ 仅安全修复 | 2027-06-30 |\n| 2.x 及更早 | ✖️ 停止维护 | 2025-12-31 |\n\n## 如何报告\n\n"
        "请**不要**在公开 issue 中披露漏洞。请发邮件到 sec(at)kuaidi.example。\n我们会在 2 个工作日内确认收到，7 天内给出初步评估；"
        "高危漏洞 14 天内修复，其余 60 天内修复。",
        [("3.2.x", True), ("3.1.x", True), ("2.x 及更早", False)],
        ["acknowledgement 48", "initial_assessment 168", "fix high 336", "fix medium 1440", "fix low 1440"],
        ["sec@kuaidi.example"],
    ),
    "Japanese, with a list": (
        "# セキュリティポリシー\n## サポート対象バージョン\n- v4.x：サポート中\n- v3.x：セキュリティ修正のみ\n- v2.x 以前：サポート終了\n"
        "## 脆弱性の報告\nsecurity＠tsubame.example 宛にメールでお知らせください。\n"
        "3営業日以内に受領のご連絡をし、10日以内に調査結果をお伝えします。",
        [("v4.x", True), ("v3.x", True), ("v2.x 以前", False)],
        ["acknowledgement 72", "initial_assessment 240"],
        ["security@tsubame.example"],
    ),
    "Korean": (
        "# 보안 정책\n## 지원 버전\n| 버전 | 지원 여부 |\n|---|---|\n| 1.4.x | 예 |\n| 1.3.x | 보안 패치만 |\n| 1.2 이하 | 아니요 |\n"
        "## 취약점 신고\nbobae@haneul.example 로 이메일을 보내 주세요. 48시간 이내에 답변드리고, 심각한 취약점은 7일 이내에 수정합니다.",
        [("1.4.x", True), ("1.3.x", True), ("1.2 이하", False)],
        ["acknowledgement 48", "fix critical 168"],
        ["bobae@haneul.example"],
    ),
    "German, in sentences": (
        "# Sicherheitsrichtlinie\nGepflegt werden nur die beiden letzten Minor-Versionen. Ältere Versionen erhalten keine "
        "Sicherheitsupdates.\nMeldungen bitte an sicherheit (ät) wolke (punkt) example.\n"
        "Wir bestätigen den Eingang innerhalb von zwei Werktagen und melden uns alle zwei Wochen mit einem Zwischenstand.",
        [("beiden letzten Minor-Versionen", True), ("Ältere Versionen", False)],
        ["acknowledgement 48", "status_update 336"],
        ["sicherheit@wolke.example"],
    ),
    "French, with a form and a column for fixes": (
        "# Politique de sécurité\n## Versions prises en charge\n| Version | Correctifs de sécurité |\n|---|---|\n| 5.x | Oui |\n"
        "| 4.x | Jusqu'au 31/03/2027 |\n| < 4 | Non |\n## Signaler\n"
        "Écrivez à securite@brume.example ou utilisez le formulaire https://brume.example/contact/securite.\n"
        "Accusé de réception sous 72 heures ; correctif critique sous 15 jours.",
        [("5.x", True), ("4.x", True), ("< 4", False)],
        ["acknowledgement 72", "fix critical 360"],
        ["securite@brume.example", "https://brume.example/contact/securite"],
    ),
    "Spanish, with an address in words": (
        "# Política de seguridad\nSolo la última versión estable recibe parches de seguridad; las versiones anteriores no tienen "
        "soporte.\nPara informar de un fallo escriba a seguridad arroba colina punto example. Respondemos en un plazo de 3 días hábiles.",
        [("última versión estable", True), ("versiones anteriores", False)],
        ["acknowledgement 72"],
        ["seguridad@colina.example"],
    ),
    "Russian, with a messenger": (
        "# Политика безопасности\nПоддерживаются версии 2.4 и 2.3; версия 2.2 больше не поддерживается.\n"
        "Сообщайте об уязвимостях на адрес bezopasnost@rechka.example или в Telegram https://t.me/rechka_security.\n"
        "Ответим в течение 24 часов, критические уязвимости исправим за 7 дней.",
        [("2.4", True), ("2.3", True), ("2.2", False)],
        ["acknowledgement 24", "fix critical 168"],
        ["bezopasnost@rechka.example", "https://t.me/rechka_security"],
    ),
    "Indonesian": (
        "# Kebijakan Keamanan\n| Versi | Didukung |\n|---|---|\n| 1.2.x | Ya |\n| < 1.2 | Tidak |\n\n"
        "Laporkan kerentanan ke keamanan@sungai.example. Kami menjawab dalam 2 hari kerja.",
        [("1.2.x", True), ("< 1.2", False)],
        ["acknowledgement 48"],
        ["keamanan@sungai.example"],
    ),
    "an HTML table with ends of support": (
        "# Security\n<table>\n<thead><tr><th>Release line</th><th>Receives fixes</th><th>Until</th></tr></thead>\n<tbody>\n"
        "<tr><td>4.x</td><td>&#9989;</td><td>Dec 2028</td></tr>\n<tr><td>3.x</td><td>&#9989; security only</td>"
        "<td>June 30th, 2027</td></tr>\n"
        "<tr><td>&lt; 3.0</td><td>&#10060;</td><td>ended</td></tr>\n</tbody></table>\n\n"
        'Report to <a href="mailto:psirt@larch.example">our PSIRT</a>.',
        [("4.x", True), ("3.x", True), ("< 3.0", False)],
        [],
        ["psirt@larch.example"],
    ),
    "a table drawn with lines": (
        "## Supported versions\n\n    ┌─────────┬───────────┐\n    │ Version │ Supported │\n    ├─────────┼───────────┤\n"
        "    │ 2.x     │ Yes       │\n    ├─────────┼───────────┤\n    │ < 2     │ No        │\n    └─────────┴───────────┘\n",
        [("2.x", True), ("< 2", False)],
        [],
        [],
    ),
    "a grid of plus signs": (
        "Security\n========\n\n+---------+-----------+\n| Version | Supported |\n+=========+===========+\n| 2.0     | yes       |\n"
        "+---------+-----------+\n| 1.0     | no        |\n+---------+-----------+\n",
        [("2.0", True), ("1.0", False)],
        [],
        [],
    ),
    "versions by the score of the flaw": (
        "## Supported Versions\n\n| CVSS v3.0 | Supported Versions |\n|---|---|\n"
        "| 9.0-10.0 | All 2.x releases |\n| 4.0-8.9 | Latest release |\n",
        [("All 2.x releases", True), ("Latest release", True)],
        [],
        [],
    ),
    "a legend of circles": (
        "# Supported versions\n| Series | State |\n|--|--|\n| 12 | 🟢 |\n| 11 | 🟡 |\n| 10 | 🔴 |\n\n"
        "🟢 full support · 🟡 security fixes only · 🔴 end of life",
        [("12", True), ("11", True), ("10", False)],
        [],
        [],
    ),
    "several components": (
        "# Security Policy\n## Supported Versions\n### Server\n| Version | Supported |\n|---|---|\n"
        "| 8.x | :white_check_mark: |\n| 7.x | :x: |\n"
        "### Desktop client\n| Version | Supported |\n|---|---|\n| 2026.1 | :white_check_mark: |\n| 2025.4 | :warning: critical only |\n"
        "## Reporting\nServer bugs go to server-security@elm.example, client bugs to client-security@elm.example. "
        "For general chatter use https://forum.elm.example/.",
        [("8.x", True), ("7.x", False), ("2026.1", True), ("2025.4", True)],
        [],
        ["server-security@elm.example", "client-security@elm.example"],
    ),
    "a template that nobody filled in": (
        "# Security\nPlease report to [INSERT EMAIL ADDRESS] or security@YOUR_DOMAIN. You will get an answer within [X] days. "
        "See https://github.com/<owner>/<repo>/security/advisories/new.",
        [],
        [],
        [],
    ),
    "platforms and a draft advisory": (
        "# Reporting\nWe run a private programme on Bugcrowd: https://bugcrowd.com/engagements/maple. You may also use "
        "https://huntr.com/repos/maple/maple or [open a draft](https://github.com/maple/maple/security/advisories/new).\n"
        "Our CVEs are listed at https://github.com/maple/maple/security/advisories and on https://www.cve.org/.\n"
        "Follow [@maple](https://twitter.com/maple) for news.",
        [],
        [],
        [
            "https://bugcrowd.com/engagements/maple",
            "https://huntr.com/repos/maple/maple",
            "https://github.com/maple/maple/security/advisories/new",
        ],
    ),
    "severities across": (
        "## What you can expect\n| | Critical | High | Low |\n|--|--|--|--|\n"
        "| First response | 4 hours | 1 business day | 5 business days |\n"
        "| Patch | 72 hours | 7 days | next release |\n",
        [],
        ["acknowledgement critical 4", "acknowledgement high 24", "acknowledgement low 120", "fix critical 72", "fix high 168"],
        [],
    ),
    "a table whose cells go on after the time": (
        "# Security\n| Stage | Target |\n|---|---|\n| Acknowledge receipt | < 24h |\n| Initial triage | 3-5 business days |\n"
        "| Public disclosure | 90 days, or on release of the fix |\n",
        [],
        ["acknowledgement 24", "initial_assessment 120", "disclosure 2160"],
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", TEXTS)
def test_a_text_is_read_whatever_its_shape(shape):
    text, versions, times, contacts = TEXTS[shape]
    read = summary.as_json(reading.read(text, on=date(2026, 11, 22)), shape)
    assert [(row["version_text"], row["supported"]) for row in read["supported_versions"]] == versions
    said = [" ".join(filter(None, [one["stage"], one["severity"], str(one["max_hours"])])) for one in read["response_times"]]
    assert said == times
    assert read["contacts"] == contacts
