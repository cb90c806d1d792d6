"""What a text says yes or no to, in several languages."""

import pytest

from portal.security_md import document, stances


def said(text):
    return {one.name: one.value for one in stances.read(document.read(f"# Policy\n\n{text}")).facts}


FORBIDDEN = """
Please do not open a public issue.
Maak geen openbaar issue aan.
Email us rather than opening an issue.
Security issues must not be reported through GitHub issues.
Please use private reporting instead of opening a public issue.
Please report it to us, never in public.
Flaws should not be discussed on the issue tracker.
Keep what can be exploited out of public issues.
Public GitHub issues are not the right place for this.
No public issues, please.
Flaws do not belong in the bug tracker.
Reporting flaws through GitHub issues is discouraged.
Bitte melden Sie Lücken nicht über ein öffentliches Issue.
Bitte eröffne dafür kein öffentliches Issue.
N'ouvrez pas d'issue publique.
No abras un issue público.
NÃO abra uma issue pública.
Non aprire una issue pubblica.
Nie otwieraj publicznego zgłoszenia.
Не открывайте публичный issue.
Jangan membuat issue publik.
Lütfen açık bir issue açmayın.
请勿在公开 Issue 中提交漏洞。
公開の Issue に書かないでください。
공개 이슈로 등록하지 마세요.
"""
ALLOWED = """
You can open a public issue if the fault is not sensitive.
Do not commit credentials to public repositories.
We do not publicly disclose issues before a fix.
These fixes are not committed to the public repository.
If that does not work, open a GitHub issue.
This does not affect the public API.
Do not be afraid to upgrade if you only use our documented public APIs.
Please keep the report private.
Do not open an issue for general questions.
Ordinary bugs can be reported on the issue tracker.
"""


@pytest.mark.parametrize("text", FORBIDDEN.strip().split("\n"))
def test_public_issues_are_forbidden_where_it_is_said(text):
    assert said(text).get("public_issues_forbidden") is True


def test_public_issues_are_forbidden_by_a_heading_over_them():
    assert said("## Please do not\n\n- Open a public issue for a vulnerability")["public_issues_forbidden"] is True


@pytest.mark.parametrize("text", ALLOWED.strip().split("\n"))
def test_public_issues_are_not_forbidden_by_other_words(text):
    assert "public_issues_forbidden" not in said(text)


@pytest.mark.parametrize(
    "text",
    [
        "We will credit you in the advisory.",
        "Reporters will be acknowledged in the changelog.",
        "With your permission, we will acknowledge your contribution in the advisory.",
        "The reporter is credited, unless they ask otherwise.",
        "## Hall of Fame\n\n- Nobody yet",
        "Flaws are published in this file, along with credits.",
        "Such reports are welcome and publicly acknowledged.",
        "The advisory gives the name of the person who reported it.",
        "The advisory will identify the reporter unless they object.",
        "Reporters are named in the changelog.",
        "Tell us your name and employer for attribution.",
        "What you can expect: public recognition, if you like it.",
        "Vous serez crédité dans l'avis.",
        "修复后公开致谢。",
    ],
)
def test_credit_is_read(text):
    assert said(text)["credit"] == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "We will acknowledge your report within 48 hours.",
        "We never share your name without your permission.",
        "Those told early may include the reporter of the flaw.",
        "Your report will be acknowledged in two days, and we publish an advisory.",
        "Report leaks of credit cards to the bank.",
        "Please list the affected versions.",
    ],
)
def test_a_receipt_is_no_credit(text):
    assert "credit" not in said(text)


@pytest.mark.parametrize(
    "text, answer",
    [
        ("We run a bug bounty programme.", "yes"),
        ("There is no bug bounty.", "no"),
        ("We do not offer rewards for reports.", "no"),
        ("We can't pay bounties.", "no"),
        ("Pas de programme bug bounty actuellement.", "no"),
        ("报告者可获得奖金。", "yes"),
        ("暂无奖金。", "no"),
        ("Tell us about it.", None),
    ],
)
def test_bounty_is_yes_no_or_not_said(text, answer):
    assert said(text).get("bounty") == answer


@pytest.mark.parametrize(
    "text",
    [
        "We will not take legal action against you.",
        "We won't sue anybody for research in good faith.",
        "## Safe harbor\n\nResearch in good faith is welcome.",
        "Your research is authorized conduct.",
        "Wir ergreifen keine rechtlichen Schritte.",
        "善意の研究に対して法的措置は取りません。",
    ],
)
def test_safe_harbour_is_read(text):
    assert said(text)["safe_harbour"] == "yes"


@pytest.mark.parametrize(
    "text, mode",
    [
        ("AI-generated reports will be closed.", "refuse"),
        ("If you used an LLM for the report, disclose it.", "declare"),
        ("Reports found with the help of AI tools are welcome.", "allow"),
        ("The product has an AI assistant.", None),
    ],
)
def test_the_clause_about_ai_has_its_mode(text, mode):
    assert said(text).get("ai") == mode


@pytest.mark.parametrize(
    "text, answer",
    [
        ("We agree with you on a date of disclosure: we coordinate disclosure.", "yes"),
        ("We do not accept embargoes.", "no"),
        ("Write to us.", None),
    ],
)
def test_agreeing_on_a_date_is_read(text, answer):
    assert said(text).get("embargo") == answer


@pytest.mark.parametrize(
    "text, tags",
    [
        ("We prefer all communication to be in English.", "en"),
        ("Bitte schreiben Sie auf Deutsch oder Englisch.", "de,en"),
        ("Escríbenos en español o inglés.", "es,en"),
        ("请使用中文或英文报告漏洞。", "zh,en"),
        ("Please polish the report before you submit it in time.", None),
    ],
)
def test_languages_are_tags_in_the_order_of_the_text(text, tags):
    assert said(text).get("languages") == tags


def test_a_stance_knows_its_line():
    (one,) = stances.read(document.read("# Policy\n\nHello.\n\nThere is no bug bounty.")).facts
    assert (one.name, one.line) == ("bounty", 5)
