"""Where to write: which addresses of a text are contacts, and what each is for."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.security_md import addresses, contacts, document


def found(text):
    """The contacts of a text as {uri: purpose}."""
    return {one.uri: one.purpose for one in contacts.read(document.read(text)).facts}


def only(text):
    (one,) = contacts.read(document.read(text)).facts
    return one


@pytest.mark.parametrize(
    "written",
    [
        "security@example.org",
        "security [at] example [dot] org",
        "security(at)example(dot)org",
        "security AT example DOT org",
        "security at example dot org",
        "security&#64;example&#46;org",
        "security @ example.org",
        "security＠example.org",
        "security[@]example.org",
        "security-at-example-dot-org",
        "[our team](mailto:security@example.org?subject=Report%20%5Burgent%5D)",
        "<security@example.org>",
        "`security@example.org`",
        "**security@example.org**.",
        "security |at| example.org",
        'security" + "@" + "example.org',
        "security arroba example punto org",
        "security /at/ example /dot/ org",
        "security 'at' example 'dot' org",
        "security@example [dot] org",
        "security [at] example [dot org]",
        "security [at sign] example [dot] org",
    ],
)
def test_an_address_is_read_however_it_is_written(written):
    assert only(f"Please send your report to {written}").uri == "mailto:security@example.org"


@pytest.mark.parametrize(
    "text",
    [
        "Install it with `npm install tool@1.2.3`.",
        "Clone git@forge.example:team/tool.git first.",
        "The logo is logo@2x.png.",
        "Look at example.org for more.",
        "Ask on Twitter @user.name about it.",
        "# Hall of Fame\n\n- Rita <rita@example.org>\n- [Rita](https://forge.example/rita)",
        "# Security announcements\n\nThe list announce@lists.example.org is used for announcements.",
        "CVE-2021-12345 was reported by Rita (rita@example.org).",
        "Subscribe at https://lists.example.org/security-announce to be told of releases.",
        "Notifications will be distributed via:\n\n- <https://groups.example.org/tool-security>",
        "This project follows our code of conduct; write to conduct-team@example.org about it.",
        "## Out of scope\n\n- Faults of the engine. Report these to https://engine.example/report",
        "See https://example.org/security for how to report.",
        "We no longer accept reports through https://hackerone.com/tool",
        "Read about it on https://en.wikipedia.org/wiki/Vulnerability and https://cve.mitre.org/",
        "Do not open a [public issue](https://github.com/team/tool/issues/new) to report one.",
        "Please do not use forum@example.org for vulnerabilities.",
        "Reports are then triaged by the [response team](https://tool.example/about/team).",
        "We keep you informed, up to the full announcement at https://github.com/team/tool/discussions",
        "To report, write to us. Ref: https://tool.example/security/",
        "Before you report, look through the [known ones](https://github.com/team/tool/issues?q=security).",
        "A template for reports is at https://tool.example/report-template.txt",
        "Do not contact our support (staff@example.org) about it.",
        "Report flaws privately. That is for this code and the [package](https://hex.pm/packages/tool).",
        "Report confidentially: [here](https://keyoxide.org/0123456789ABCDEF) is my OpenPGP key.",
        "If you find something, report it to us. For general chatter: https://lists.tool.example/listinfo/users",
    ],
)
def test_what_only_looks_like_a_contact_is_none(text):
    assert "report" not in found(text).values()


@pytest.mark.parametrize(
    "text, uri",
    [
        (
            "Report it at https://github.com/team/tool/security/advisories/new please.",
            "https://github.com/team/tool/security/advisories/new",
        ),
        ("Please [report it][form].\n\n[form]: https://tool.example/report", "https://tool.example/report"),
        ("Use our programme at [HackerOne](https://hackerone.com/tool).", "https://hackerone.com/tool"),
        ("Send it through our [contact form](https://tool.example/security/contact).", "https://tool.example/security/contact"),
        ("To report a vulnerability, visit https://tool.example/report-a-bug", "https://tool.example/report-a-bug"),
        ("Many can be reported via our [issues](https://github.com/team/tool/issues).", "https://github.com/team/tool/issues"),
        (
            "You can report it through our [programme](https://snyk.io/vulnerability-disclosure/).",
            "https://snyk.io/vulnerability-disclosure/",
        ),
        ("You may contact the coordinators at <https://cna.tool.example/>.", "https://cna.tool.example/"),
        ("# Reporting\n\n1. Open https://github.com/team/tool/security", "https://github.com/team/tool/security"),
        ("Use [huntr](https://huntr.dev/bounties/disclose) for it.", "https://huntr.dev/bounties/disclose"),
        ("脆弱性は https://tool.example/vuln/report/ へご連絡ください。", "https://tool.example/vuln/report/"),
        ("请通过 https://src.tool.example/submit 提交漏洞。", "https://src.tool.example/submit"),
        ("Vous pouvez aussi utiliser le formulaire https://tool.example/signaler", "https://tool.example/signaler"),
        ("Before the public announcement.\n\n- The finder reports it to sec@example.org", "mailto:sec@example.org"),
        ("Bitte melden Sie Lücken an sicherheit@example.org.", "mailto:sicherheit@example.org"),
        ("请将漏洞报告发送至security@example.org，谢谢。", "mailto:security@example.org"),
        ("Сообщайте об уязвимостях на security@example.org", "mailto:security@example.org"),
        ("脆弱性は security@example.org までご連絡ください。", "mailto:security@example.org"),
        ("Envíe un informe a seguridad@example.org", "mailto:seguridad@example.org"),
    ],
)
def test_a_way_to_report_is_read(text, uri):
    assert found(text) == {uri: "report"}


def test_questions_of_another_kind_have_a_purpose_of_their_own():
    text = "Mail security@example.org.\n\nFor general questions, write to hello@example.org."
    assert found(text) == {"mailto:security@example.org": "report", "mailto:hello@example.org": "non_security"}


def test_a_list_says_what_its_addresses_are_for():
    text = "For non-security issues, please use:\n\n- [Issues](https://github.com/team/tool/issues)\n- hello@example.org"
    assert set(found(text).values()) == {"non_security"}


def test_who_is_written_to_when_nobody_answers_is_the_fallback_with_its_delay():
    text = "Mail security@example.org. If you do not receive an answer within 3 days, write to board@example.org."
    _first, fallback = contacts.read(document.read(text)).facts
    assert (fallback.purpose, fallback.delay_hours) == ("fallback", 72)
    assert fallback.note == "if you do not receive an answer within 3 days, write"


def test_asking_again_by_mail_is_a_fallback_to_the_same_address():
    text = "Mail hello@example.org. If no answer came within 24 hours, follow up by mail."
    first, fallback = contacts.read(document.read(text)).facts
    assert first.uri == fallback.uri
    assert (fallback.purpose, fallback.delay_hours, fallback.note) == (
        "fallback",
        24,
        "if no answer came within 24 hours, follow up by mail",
    )


def test_what_stands_in_brackets_after_an_address_is_its_note():
    assert only("Write to security@example.org (for security only).").note == "for security only"


def test_a_link_that_runs_on_into_the_next_line_is_read():
    text = "Report to the maintainers,\n[Rita Muster](mailto:rita@example.org) and [Otto\nMuster](mailto:otto@example.org)."
    assert list(found(text)) == ["mailto:rita@example.org", "mailto:otto@example.org"]


def test_people_who_are_only_listed_count_where_nobody_else_takes_reports():
    people = "## Security team\n\n- Rita <rita@example.org>\n- Otto <otto@example.org>\n"
    assert list(found(f"# Policy\n\nReport to security@example.org.\n\n{people}")) == ["mailto:security@example.org"]
    assert set(found(f"# Policy\n\n{people}").items()) == {("mailto:rita@example.org", "report"), ("mailto:otto@example.org", "report")}


@pytest.mark.parametrize("order", [1, -1])
def test_an_address_is_kept_once_and_a_report_wins(order):
    parts = ["For general questions, mail team@example.org.", "Report vulnerabilities to Team@example.org."]
    assert list(found("\n\n".join(parts[::order])).values()) == ["report"]


def test_the_form_of_a_repository_stands_for_its_other_pages():
    text = (
        "Report it on the [Security tab](https://github.com/team/tool/security): "
        "[Report a vulnerability](https://github.com/team/tool/security/advisories/new)"
    )
    assert list(found(text)) == ["https://github.com/team/tool/security/advisories/new"]


@pytest.mark.parametrize(
    "text, key",
    [
        ("Our PGP key is at https://example.org/key.asc", "https://example.org/key.asc"),
        ("GPG fingerprint: 1234 5678 90AB CDEF 1234  5678 90AB CDEF 1234 5678", "openpgp4fpr:1234567890ABCDEF1234567890ABCDEF12345678"),
    ],
)
def test_the_key_goes_with_the_address_for_reports(text, key):
    assert only(f"Send reports to security@example.org.\n\n{text}").encryption == key


def test_a_key_that_signs_releases_is_no_key_for_reports():
    text = "Send reports to security@example.org.\n\nReleases are signed with the PGP key at https://example.org/key.asc"
    assert only(text).encryption == ""


def test_private_reports_without_an_address_are_a_warning():
    reading = contacts.read(document.read("# Reporting\n\nUse GitHub private vulnerability reporting for this."))
    assert not reading.facts
    assert "private reports on GitHub" in reading.warnings[0]


def test_a_text_that_only_points_elsewhere_says_where():
    reading = contacts.read(document.read("Please read https://example.org/security for our policy."))
    assert "https://example.org/security" in reading.warnings[0]


def test_a_placeholder_is_kept_with_a_warning():
    reading = contacts.read(document.read("Report it to security@example.com"))
    assert reading.facts and "placeholder" in reading.warnings[0]


@settings(deadline=None)
@given(st.text(alphabet="ab@.[]() at:/-\n<>\"'", max_size=200))
def test_no_text_makes_addresses_raise(text):
    list(addresses.mails(text))
    list(addresses.webs(text))
    list(addresses.of_mailto(f"mailto:{text}"))
    list(addresses.fingerprints(text))


@settings(deadline=None)
@given(st.text(max_size=80))
def test_an_address_is_where_it_says(text):
    for one in (*addresses.webs(text), *addresses.webs(f"{text} https://example.org/{text}")):
        assert one.end - one.start == len(one.uri)


def test_a_name_with_a_dot_in_words_is_read_whole():
    assert only("Please write to rita dot muster at example dot org").uri == "mailto:rita.muster@example.org"


@pytest.mark.parametrize("place", ["hackerone.com/team", "g.co/vulnz", "github.com/team/tool/security/advisories/new"])
def test_a_well_known_place_needs_no_scheme(place):
    assert found(f"Please report it at {place}.") == {f"https://{place}": "report"}
    assert found(f"Please report it at [{place}](https://{place}?from=here).") == {f"https://{place}?from=here": "report"}


REPORTS = "# Security\n\n## Reporting a vulnerability\n\nWrite to security@example.org.\n\n"


@pytest.mark.parametrize(
    "aside",
    [
        "Encrypt it with [our encryption key](https://example.org/security/encryption).",
        "Our public part is at https://example.org/security/our-key.html for everybody who writes.",
        "Say who you are and how to reach you, such as you@home.example.",
        "These rules are adapted from those of [Others](https://others.example/report).",
        "Answers come from helpers or tickets@example.org.",
        "Do this instead of using the forum at https://forum.example.org/report for it.",
        "Write there, not to support@example.org.",
        "Report what you find in our web site at https://www.example.org.",
        "You can make an account at https://demo.example.org/signup for your attempts.",
        "Our maintainers are [a team](https://github.com/orgs/team/teams/security).",
        "Please open a [ticket](https://github.com/team/tool/issues) for anything that is not sensitive.",
        "Questions? Open a [discussion](https://github.com/team/tool/discussions).",
        "For any questions, please contact rita@example.org.",
        "- Help: help-centre@example.org\n- Web site: https://example.org",
        "We tell distros@vs.openwall.org of it later, and write to them first.",
        "```python\nclient.report(to='robot@example.org')\n```",
        "Set `OWNER_MAIL=owner@example.org` before you report.",
        "Weitere Informationen: https://example.org/sicherheit",
        "## Privacy\n\nContact data@example.org to have your data deleted.",
        "## Sponsors\n\nWrite to gifts@example.org.",
        "## Supported versions\n\nYou can find detailed information on our support here:\nhttps://example.org/support/lifecycle/",
        "The guidelines of the programme are defined on our [programme page](https://hackerone.com/team).",
        "Rules are at https://bugcrowd.com/resource/terms/ for those who report.",
        "See also [the rules](https://bughunters.google.com/about/rules/12345) of the programme.",
        "The programme and its rewards are as on [HackerOne](https://hackerone.com/team).",
        "The email goes to Rita (rita@home.example) and Otto (otto@home.example).",
        "That list is read by rita@home.example and nobody else.",
        "The committee will send a retrospective to everybody@example.org afterwards.",
        "The team will tell early by emailing the list of packagers@example.org.",
        "If you have another reason to write, please use team@example.org.",
        "The fingerprint is [`0123 4567 89AB CDEF`](https://pages.example.org/someone@home.example).",
        "Encrypt it with the PGP key, which you get on [our page](https://example.org/about).",
        "Do not report a flaw of a dependency here. Instead, open a ticket in [Discussions](https://github.com/team/tool/discussions).",
        "Do not report ordinary bugs. Use [issues](https://github.com/team/tool/issues/new/choose) instead.",
        "Open ones have the label [`hardening`](https://github.com/team/tool/issues?q=label%3Ahardening), please report with it.",
        "- [`~security`](https://handbook.example.org/security/labels) if you report one",
        "Send new membership requests to members@example.org.",
        "If you pass anything on, contact packagers@example.org about the distributors list.",
        "## Bugs in third-party modules\n\nReport them to the registry at modules@registry.example.",
        "## Where else\n\n- Report findings there to the respective vendors:\n  - Cloud → <https://cloud.example/security>",
        "We have agreed to share such flaws with these neighbours.\n\n## Disclosure relationships\n\n- Others <sec@others.example>",
        "We send our reports to [the database](https://github.com/advisories) as well.",
        "## More information\n\nFor more about our process, please see:\n\n- The centre: https://example.org/security-centre",
        "Details of the bounty are at [this page](https://go.example.org/corebounty).",
        "To report one, please go through the information mentioned [here](https://example.org/security).",
        "[Tool](https://example.org/plugins/tool) is a plug-in that we like to get reports about.",
        "How it went is [told elsewhere](https://example.org/blog/how-flaws-are-reported).",
        "Thank you!\n\nLast updated: in spring. Contact: hello@example.org",
        "Ask for a CVE, do not contact us: https://cveform.mitre.org/",
        "## Reporting abuse\n\nTo report abuse of the service, please send an email to abuse@example.org.",
        "Every flaw is tracked, and then we open an [issue](https://github.com/team/tool/issues).",
    ],
)
def test_an_address_that_only_stands_beside_takes_no_reports(aside):
    reports = {uri for uri, purpose in found(REPORTS + aside).items() if purpose != "non_security"}
    assert reports == {"mailto:security@example.org"}


def test_a_tracker_that_a_list_of_contacts_only_names_takes_no_reports_beside_a_mailing_list():
    text = "# Security team\n\n## Contact\n\n- [Issues](https://github.com/team/tool/issues)\n- [Private list](mailto:sec@example.org)"
    assert list(found(text)) == ["mailto:sec@example.org"]


@pytest.mark.parametrize(
    "text, uri",
    [
        ("Write to the [team](https://keybase.io/rita) there.", "https://keybase.io/rita"),
        ("Go to the [support page](https://tool.example/support) and create a report.", "https://tool.example/support"),
        (
            "If you find a flaw, please report it [directly to us](https://tool.example/services/flaws).",
            "https://tool.example/services/flaws",
        ),
        ("Share what you find with us on our [web site](https://tool.example/contact).", "https://tool.example/contact"),
        ("To disclose a flaw, visit https://bounty.tool.example and read on.", "https://bounty.tool.example"),
        ("Flaws should be reported to the centre through https://centre.example or by phone.", "https://centre.example"),
        ("Please open a confidential issue at https://gitlab.com/team/tool/-/work_items.", "https://gitlab.com/team/tool/-/work_items"),
        (
            "Please report with the private form, available at https://github.com/team/tool/security/advisories.",
            "https://github.com/team/tool/security/advisories",
        ),
        (
            "## GitHub Security Advisories\n\nReport privately:\n\n- Go to <https://github.com/team/tool/security/advisories/new>",
            "https://github.com/team/tool/security/advisories/new",
        ),
        ("## Mailing lists\n\n- Use maintainers@example.org to report security concerns.", "mailto:maintainers@example.org"),
        ("It handles issues reported to sec@example.org in confidence.", "mailto:sec@example.org"),
        ("Please report what you find to:\n\n    sec at example.org", "mailto:sec@example.org"),
        ('The address is [sec "dash" tool at example dot org](mailto:sec-tool@example.org) for reports.', "mailto:sec-tool@example.org"),
        ("We use https://hackerone.com/tool for what comes in.", "https://hackerone.com/tool"),
        (
            "We will then open a draft with you at https://github.com/team/tool/security/advisories/new.",
            "https://github.com/team/tool/security/advisories/new",
        ),
    ],
)
def test_a_way_is_read_by_the_words_around_it(text, uri):
    assert found(f"# Security\n\n{text}") == {uri: "report"}


def test_where_a_mail_goes_takes_reports_where_nothing_else_is_named():
    assert found("# Security\n\nThe mailbox is read by rita@example.org.") == {"mailto:rita@example.org": "report"}


def test_who_answers_questions_takes_reports_where_nobody_else_does():
    assert found("# Security\n\nFor any questions, please contact rita@example.org.") == {"mailto:rita@example.org": "report"}


@pytest.mark.parametrize(
    "text",
    [
        "What is based on the output of scanners, please send to rita@example.org too.",
        "If you are based in Europe, write to rita@example.org.",
        "If somebody told you of a flaw, please forward it to rita@example.org.",
        "Use a private channel such as rita@example.org to report it.",
    ],
)
def test_words_of_asides_do_not_hide_a_way(text):
    assert "mailto:rita@example.org" in found(text)


def test_the_page_of_a_team_is_no_place_where_its_address_follows():
    text = "Please report it to the [security team](https://example.org/team) at team@example.org."
    assert found(text) == {"mailto:team@example.org": "report"}


def test_a_link_is_found_as_a_word_of_its_own():
    text = REPORTS + "The rules of Ethereum apply; for any questions please reach out [here](mailto:prizes@example.org)."
    assert list(found(text)) == ["mailto:security@example.org"]


def test_a_form_in_a_table_of_ways_is_read():
    text = "## Reporting\n\n| Way | Where |\n|---|---|\n| Web | https://example.org/report |\n| Manual | https://example.org/docs |"
    assert found(text) == {"https://example.org/report": "report"}
