"""The report form asks what the policy asks: the list of what is no vulnerability, AI, versions; and keeps the answers sealed."""

import pytest
from django.utils.timezone import now

from intake.models import Report
from portal import policies
from portal.keys import Keys
from tests.builders import a_new_version, a_recorded_report, a_report
from tests.intake.doing import field, filled

PATH = "/p/mailat/report/"
CANARY = "canary-5b1e"
LISTED = [("not_a_vulnerability", "A missing header."), ("not_a_vulnerability", "A version number that is shown.")]


def content_of(report):
    return Keys.to(shared=[report.uuid]).open(report)


def shown(client, path=PATH):
    return " ".join(client.get(path).content.decode().split())


def sent(client, **answers):
    answer = client.post(PATH, filled(**answers))
    return answer, " ".join(answer.content.decode().split())


def both_sides(cast, report):
    """The report as its reporter and as the team see it."""
    return shown(cast.client("rita"), report.get_absolute_url()), shown(cast.client("bob"), report.case.get_absolute_url())


def test_a_policy_without_a_list_or_an_ai_clause_asks_for_no_tick(cast):
    page = shown(cast.client("rita"))
    assert "None of these" not in page and 'name="ai"' not in page and "Before you write" not in page
    assert sent(cast.client("rita"))[0].status_code == 302
    assert "declared" not in content_of(Report.objects.get())


def test_the_list_is_shown_and_must_be_ticked(cast):
    a_new_version(cast.mailat, clauses=LISTED)
    client = cast.client("rita")
    page = shown(client)
    assert page.index("A missing header.") < page.index("None of these describes what I found") < page.index('name="title"')
    answer, page = sent(client, answer_fix="kept as typed")
    assert answer.status_code == 422 and "Read the list first" in page and "kept as typed" in page
    assert sent(client, none_of_these_2="on")[0].status_code == 302
    report = Report.objects.get()
    assert content_of(report)["declared"] == {"none_of": ["A missing header.", "A version number that is shown."]}
    for page in both_sides(cast, report):
        assert "none of what the policy lists as no vulnerability" in page and "A missing header." in page


def test_a_tick_under_one_version_says_nothing_of_the_next(cast):
    a_new_version(cast.mailat, clauses=LISTED)
    a_new_version(cast.mailat, clauses=[("not_a_vulnerability", "Something new.")])
    answer, page = sent(cast.client("rita"), none_of_these_2="on")
    assert answer.status_code == 422 and "Something new." in page and 'name="none_of_these_3"' in page


@pytest.mark.parametrize(
    "answers, kept", [({}, None), ({"ai": ""}, None), ({"ai": "none"}, {"ai": "none"}), ({"ai": "wrote"}, {"ai": "wrote"})]
)
def test_where_ai_is_allowed_it_is_an_open_question(cast, answers, kept):
    a_new_version(cast.mailat, ai="allow")
    assert "I would rather not say" in shown(cast.client("rita"))
    assert sent(cast.client("rita"), **answers)[0].status_code == 302
    assert content_of(Report.objects.get()).get("declared") == kept


@pytest.mark.parametrize(
    "answers, said",
    [
        ({}, "Choose one: the policy asks every reporter to say so."),
        ({"ai": "yes"}, "Select a valid choice"),
        ({"ai": "helped"}, "Say what was used and for what"),
        ({"ai": "wrote", "ai_how": " \n"}, "Say what was used and for what"),
        ({"ai": "wrote", "ai_how": "x" * 1001}, "at most 1000 characters"),
    ],
)
def test_where_ai_is_to_be_declared_an_answer_is_needed(cast, answers, said):
    a_new_version(cast.mailat, ai="declare", clauses=[("ai", "Name your tools.")])
    answer, page = sent(cast.client("rita"), answer_fix="kept as typed", **answers)
    assert answer.status_code == 422 and said in page and "kept as typed" in page and "Name your tools." in page
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    "answers, words",
    [
        ({"ai": "none"}, "No AI was used."),
        ({"ai": "helped", "ai_how": CANARY}, "AI helped to find or to describe it."),
        ({"ai": "wrote", "ai_how": CANARY}, "AI wrote it, and the reporter has checked it."),
    ],
)
def test_what_was_declared_is_seen_by_both_sides(cast, answers, words):
    a_new_version(cast.mailat, ai="declare")
    assert sent(cast.client("rita"), **answers)[0].status_code == 302
    report = Report.objects.get()
    assert content_of(report)["declared"] == answers
    for page in both_sides(cast, report):
        assert words in page and answers.get("ai_how", words) in page


def test_where_ai_is_refused_a_tick_is_needed_and_why_is_said(cast):
    a_new_version(cast.mailat, ai="refuse")
    client = cast.client("rita")
    assert "takes a person's time" in shown(client)
    answer, page = sent(client, answer_fix="kept as typed")
    assert answer.status_code == 422 and "only reports that were found and written without AI" in page and "kept as typed" in page
    assert sent(client, without_ai_2="on")[0].status_code == 302
    report = Report.objects.get()
    assert content_of(report)["declared"] == {"ai": "none"}
    assert all("No AI was used." in page for page in both_sides(cast, report))


def test_scope_and_languages_guide_before_the_form(cast):
    a_new_version(cast.mailat, languages="en, de", clauses=[("scope_in", "The server."), ("scope_out", "The website.")])
    page = shown(cast.client("rita"))
    assert page.index("The team reads: English, German.") < page.index("The website.") < page.index('name="title"')


def test_the_policys_own_question_for_a_version_takes_the_place_of_ours(cast):
    asked = [
        {"key": "release", "label": "Which release?", "kind": "version", "required": True},
        {"key": "client", "label": "Which client?", "kind": "version"},
    ]
    a_new_version(cast.mailat, fields=asked)
    client = cast.client("rita")
    page = shown(client, f"{PATH}?version=1.2.3")
    assert 'name="version"' not in page and "Which release?" in page
    assert field(client.get(f"{PATH}?version=1.2.3"), "answer_release") == "1.2.3"
    assert sent(client, answer_release="")[0].status_code == 422
    assert sent(client, answer_release="1.4.2, 0.9", answer_client="7.0")[0].status_code == 302
    kept = content_of(Report.objects.get())
    assert kept["version"] == "1.4.2, 0.9" and "release" not in [one["key"] for one in kept["answers"]]
    assert [(one["version"], one["answer"]) for one in kept["versions"]] == [
        ("1.4.2", "supported"),
        ("0.9", "not_supported"),
        ("7.0", "in_no_row"),
    ]


def test_a_report_about_any_version_is_taken_and_the_answer_is_shown_to_both_sides(cast):
    client = cast.client("rita")
    answer, _page = sent(client, version="0.9, banana")
    receipt = shown(client, answer.url)
    assert "What the policy says of your version" in receipt and "counts all the same" in receipt
    for page in (receipt, *both_sides(cast, Report.objects.get())):
        assert "<code>0.9</code>" in page and "not supported" in page and "&lt; 1.0" in page
        assert "<code>banana</code>" in page and "cannot tell" in page


def test_without_a_version_nothing_is_said_of_one(cast):
    answer, _page = sent(cast.client("rita"), version="")
    assert "versions" not in content_of(Report.objects.get())
    assert "What the policy says" not in shown(cast.client("rita"), answer.url)


def test_a_report_from_before_these_questions_is_shown_as_ever(cast):
    report = a_report(cast.mailat, by=cast.rita)
    old = {name: value for name, value in content_of(report).items() if name not in ("versions", "declared")}
    keys = Keys.to(shared=[report.uuid])
    keys.seal(report, old)
    report.save()
    for page in both_sides(cast, report):
        assert "Opening a crafted message runs script." in page and "Said with it" not in page


def test_a_form_sent_twice_is_one_report_whatever_the_table_says_by_then(cast):
    form, client = filled(version="1.4.2"), cast.client("rita")
    first = client.post(PATH, form)
    draft = policies.new_draft(cast.mailat, by=None, at=now())
    draft.supported_versions.update(status="ended")
    policies.publish(draft, by=None, at=now())
    assert client.post(PATH, form).url == first.url and Report.objects.count() == 1


def test_what_is_declared_otherwise_is_not_the_same_report(cast):
    a_new_version(cast.mailat, ai="declare", clauses=LISTED)
    form, client = filled(none_of_these_2="on", ai="helped", ai_how="A model."), cast.client("rita")
    first = client.post(PATH, form)
    assert first.status_code == 302 and client.post(PATH, form).url == first.url
    changed = client.post(PATH, form | {"ai_how": "Another model."})
    assert changed.status_code == 409 and "This form was sent already" in changed.content.decode()
    assert Report.objects.count() == 1


def test_the_team_is_asked_for_none_of_it_when_it_records_a_report(cast):
    a_new_version(cast.mailat, ai="refuse", clauses=LISTED)
    page = shown(cast.client("bob"), "/p/mailat/record/")
    assert "None of these" not in page and "without AI" not in page
    recorded = a_recorded_report(cast.mailat, by=cast.bob, version="0.9")
    assert [one["answer"] for one in content_of(recorded)["versions"]] == ["not_supported"]


def test_the_page_says_by_which_version_it_is_judged_and_leads_to_it(cast):
    report = cast.report
    a_new_version(cast.mailat, introduction="New words.")
    for path in (report.get_absolute_url(), f"{report.get_absolute_url()}receipt/"):
        page = shown(cast.client("rita"), path)
        assert '<a href="/p/mailat/history/1/">version 1</a>, in force when it arrived' in page


def test_a_session_that_ended_gives_ticks_and_declarations_back(cast):
    a_new_version(cast.mailat, ai="declare", clauses=LISTED)
    answer = cast.client(None).post(PATH, filled(none_of_these_2="on", ai="helped", ai_how=CANARY))
    page = answer.content.decode()
    assert answer.status_code == 401 and CANARY in page
    assert page.count(" checked>") == 2
    assert "hx-post" not in page
