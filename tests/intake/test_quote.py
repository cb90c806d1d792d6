"""A message becomes a Markdown quotation in the composer; code in it stays what it is."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import quoting
from intake.models import Message
from portal.lib import render
from tests import builders
from tests.intake.doing import field, said
from tests.intake.test_retract import retracts

LINES = st.lists(st.text(alphabet=list("\t >a`~-1.*#<&\\_é\u202e "), max_size=12), max_size=8)


def code_in(html):
    """The text of each code block."""
    return [unescape(code) for code in re.findall(r"<pre><code[^>]*>(.*?)</code></pre>", html, re.DOTALL)]


@pytest.mark.parametrize(
    "text, quoted",
    [
        ("One.", "> One.\n\n"),
        ("One.\n\nTwo.\n", "> One.\n>\n> Two.\n\n"),
        ("> Earlier.\n\nNow.", "> > Earlier.\n>\n> Now.\n\n"),
        ("```\n\tkept  \n\n```", "> ```\n> \tkept  \n>\n> ```\n\n"),
        ("\tcode by a tab", ">     code by a tab\n\n"),
    ],
)
def test_each_line_gets_its_mark(text, quoted):
    assert quoting.quotation(text) == quoted


@given(LINES, st.sampled_from(["```", "````", "~~~"]), st.integers(1, 3))
def test_code_comes_out_of_a_quotation_byte_for_byte(lines, fence, times):
    inside = [line for line in lines if not re.match(rf" {{0,3}}{fence[0]}{{{len(fence)},}}\s*$", line)]
    text = "\n".join(["Before", "", fence, *inside, fence, "", "\tby a tab\there", "", "After"])
    expected, quoted = code_in(render.render(text)), text
    assert len(expected) == 2
    for _time in range(times):
        quoted = quoting.quotation(quoted)
    assert code_in(render.render(quoted)) == expected


def test_the_composer_begins_with_it_and_answers_that_message(cast):
    first = builders.a_team_reply(cast.report, by=cast.bob, text="Which version?\n\n```\n\tmake  \n```")
    for who, path in (("rita", cast.report.get_absolute_url()), ("alice", cast.case.get_absolute_url())):
        client = cast.client(who)
        page = client.get(path).content.decode()
        link = re.search(r'href="(\?quote=[^"#]*)#([^"]*)"', page)
        assert link[1] == f"?quote={first.pk}" and f'id="{link[2]}"' in page
        answer = client.get(path + link[1])
        page = answer.content.decode()
        assert field(answer, "parent") == str(first.pk) and "Answers the message of Bob" in page
        text = re.search(r'<textarea name="text"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)[1]
        assert unescape(text) == "> Which version?\n>\n> ```\n> \tmake  \n> ```\n\n"


def test_a_quotation_that_is_sent_shows_as_one(cast):
    first = builders.a_team_reply(cast.report, by=cast.bob, text="`one` **two**")
    form = said(quoting.quotation("`one` **two**") + "Yes.", parent=str(first.pk))
    assert cast.client("rita").post(f"/reports/{cast.report.ref}/reply/", form).status_code == 302
    page = cast.client("bob").get(cast.case.get_absolute_url()).content.decode()
    assert "<blockquote>\n<p><code>one</code> <strong>two</strong></p>\n</blockquote>\n<p>Yes.</p>" in page
    assert Message.objects.get(parent=first)


def test_what_cannot_be_quoted_leaves_the_composer_empty(cast):
    other = builders.a_team_reply(builders.a_report(cast.mailat, by=cast.charlie), by=cast.bob, text="foreign-words")
    gone, broken = builders.a_team_reply(cast.report, by=cast.bob), builders.a_team_reply(cast.report, by=cast.bob)
    note = builders.a_note(cast.case, by=cast.bob, text="only-the-team")
    retracts(cast, gone, who="bob", team=True)
    Message.objects.filter(pk=broken.pk).update(sealed=b"nonsense")
    for wanted in (other.pk, gone.pk, broken.pk, note.pk, "nonsense", ""):
        answer = cast.client("rita").get(f"{cast.report.get_absolute_url()}?quote={wanted}")
        page = answer.content.decode()
        assert answer.status_code == 200 and "&gt; " not in page, wanted
        assert "foreign-words" not in page and "only-the-team" not in page


def test_a_quotation_stands_behind_what_was_begun_and_only_once():
    first = quoting.behind("", "One.")
    assert first == "> One.\n\n"
    assert quoting.behind("Dear team,\n", "One.") == "Dear team,\n\n> One.\n\n"
    assert quoting.behind(f"{first}Yes.", "One.") == f"{first}Yes."
