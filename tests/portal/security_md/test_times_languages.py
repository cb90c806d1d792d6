"""Promises in other languages."""

import pytest

from tests.portal.security_md.promised import promised

ANSWER_AND_FIX = ["acknowledgement 2b", "remediation/critical 7d"]


@pytest.mark.parametrize(
    "text",
    [
        "Wir bestätigen den Eingang innerhalb von zwei Werktagen und beheben kritische Lücken innerhalb von 7 Tagen.",
        "Nous accusons réception sous 2 jours ouvrés ; les failles critiques sont corrigées sous une semaine.",
        "Responderemos en 2 días hábiles y corregiremos las vulnerabilidades críticas en 7 días.",
        "Confirmamos o recebimento em até 2 dias úteis; falhas críticas são corrigidas em até 7 dias.",
        "Confermiamo la ricezione entro 2 giorni lavorativi e correggiamo le vulnerabilità critiche entro 7 giorni.",
        "Wij bevestigen uw melding binnen 2 werkdagen en verhelpen kritieke kwetsbaarheden binnen 7 dagen.",
        "Potwierdzamy zgłoszenie w ciągu 2 dni roboczych, a krytyczne podatności naprawimy w ciągu 7 dni.",
        "Мы подтвердим получение в течение 2 рабочих дней и исправим критические уязвимости в течение 7 дней.",
        "Raporunuzu 2 iş günü içinde yanıtlar, kritik açıkları 7 gün içinde düzeltiriz.",
        "Kami merespons dalam 2 hari kerja dan memperbaiki kerentanan kritis dalam 7 hari.",
        "- 2 个工作日内确认收到\n- 严重漏洞：7 天内修复",
        "- 2営業日以内に返信します。\n- 重大な脆弱性は7日以内に修正します。",
        "- 2영업일 이내에 접수를 확인합니다.\n- 심각한 취약점은 7일 이내에 수정합니다.",
    ],
)
def test_an_answer_and_a_fix(text):
    assert promised(text) == ANSWER_AND_FIX


@pytest.mark.parametrize(
    "text",
    [
        "Bitte geben Sie uns 90 Tage Zeit, bevor Sie die Lücke veröffentlichen.",
        "Merci de ne pas divulguer la faille pendant 90 jours.",
        "请在修复发布前保密 90 天。",
        "修正まで90日間は公開しないでください。",
    ],
)
def test_a_window(text):
    assert promised(text) == ["window 90d"]


@pytest.mark.parametrize(
    "text",
    [
        "Wöchentlich erhalten Sie ein Update zum Stand.",
        "Aggiornamenti settimanali sulla segnalazione.",
        "每周更新一次进展。",
        "Сообщаем о статусе каждые 7 дней.",
    ],
)
def test_updates_that_repeat(text):
    assert promised(text) == ["status_update 7d every"]


@pytest.mark.parametrize(
    "text",
    [
        "Falls Sie innerhalb von 3 Tagen keine Antwort erhalten, schreiben Sie noch einmal.",
        "如果 48 小时内没有收到回复，请再次发送邮件。",
        "Si no recibe respuesta en 48 horas, escriba otra vez.",
    ],
)
def test_what_to_do_without_an_answer_is_no_promise(text):
    assert promised(text) == []


def test_a_table_in_chinese():
    text = "| 严重程度 | 响应时间 | 修复时间 |\n|---|---|---|\n| 严重 | 24小时 | 3天 |\n| 高 | 48小时 | 一周 |"
    said = ["acknowledgement/critical 24h", "acknowledgement/high 48h", "remediation/critical 3d", "remediation/high 7d"]
    assert promised(text) == said
