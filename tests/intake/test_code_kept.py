"""A proof of concept comes out as it went in: what stands inside <code> is what was typed, whatever happened to the message."""

import re
from html import unescape

import pytest
from django.urls import reverse

from intake.models import Message
from portal.lib import render
from tests import builders
from tests.intake.doing import field, said
from tests.intake.test_quote import code_in

CODE = {
    "tabs": "all:\n\tcc -o poc poc.c\n\t\tindented\ttwice\t\n",
    "trailing spaces": "GET / HTTP/1.1  \nHost: x   \n   \n\n  end",
    "blank lines at both ends": "\n\n\nmiddle\n\n\n",
    "backticks": "echo `id` ``twice``\n~~~\n",
    "html": "<script>alert(1)</script>&amp;&lt;<!-- x --><img src=x onerror=alert(1)>\n</code></pre><b>\n",
    "markdown": "# no heading\n> no quote\n- no list\n**no bold** [no](link) @alice\n\\* \\\\ &copy; <https://x>\n",
    "unicode": "naïve \u202egnihtyna\u202c \u200b zero\u00a0width \U0001f4a3 日本語 e\u0301 \ufeff\n",
    "template": "{{ 7*7 }} {% csrf_token %} ${jndi:ldap://x} %s %(x)s\n",
    "hex": "\\x00\\x41 %00 \\u0000 \x7f \x85 \u2028 end\n",
    "quotation marks": "\"'‘“ && || ; $(id)\n",
}


def fenced(code):
    return f"Run this:\n\n````sh\n{code}\n````\n\nThen look."


def sides(cast):
    """What both sides see."""
    for who, path in (("rita", cast.report.get_absolute_url()), ("bob", cast.case.get_absolute_url())):
        yield cast.client(who).get(path).content.decode()


def typed(page, name="text"):
    """What a browser would take for the text of the form."""
    text = unescape(re.search(rf'<textarea name="{name}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)[1])
    return text.replace("\r\n", "\n")


@pytest.mark.parametrize("code", CODE.values(), ids=CODE)
def test_from_the_composer_to_the_page_through_edit_and_quotation(cast, code):
    client, path = cast.client("rita"), reverse("report_reply", args=[cast.report.ref])
    # As browsers send it.
    assert client.post(path, said(fenced(code).replace("\n", "\r\n"))).status_code == 302
    message = Message.objects.get()
    for page in sides(cast):
        assert code_in(page)[-1] == f"{code}\n"

    edit = reverse("message_edit", args=[cast.report.ref, message.pk])
    text = typed(client.get(edit).content.decode())
    assert text == fenced(code)
    assert client.post(edit, {"text": f"{text}\n\nMore.", "revision": 1}).status_code == 302
    for page in sides(cast):
        assert code_in(page)[-1] == f"{code}\n"
    history = client.get(reverse("message_history", args=[cast.report.ref, message.pk])).content.decode()
    assert code_in(history) == [f"{code}\n"] * 2

    quoted = typed(client.get(f"{cast.report.get_absolute_url()}?quote={message.pk}").content.decode())
    assert client.post(path, said(f"{quoted}Yes.")).status_code == 302
    for page in sides(cast):
        assert code_in(page)[-2:] == [f"{code}\n"] * 2


def test_a_text_that_is_refused_comes_back_as_it_was_typed(cast):
    text = "\n\n" + fenced("\t" + "x" * 70_000 + "  \n")
    answer = cast.client("rita").post(reverse("report_reply", args=[cast.report.ref]), said(text))
    assert answer.status_code == 422 and typed(answer.content.decode()) == text


def test_what_no_text_needs_goes_and_all_else_stays(cast):
    """NUL and other controls would hide from a reader; newlines have one form; tab stays."""
    client = cast.client("rita")
    client.post(reverse("report_reply", args=[cast.report.ref]), said("```\r\na\x00b\x0cc\td\re\n```"))
    for page in sides(cast):
        assert code_in(page)[-1] == "abc\td\ne\n"
    assert render.tidy("a\x00b\x0cc\td\re\r\nf") == "abc\td\ne\nf"


@pytest.mark.parametrize("code", CODE.values(), ids=CODE)
def test_a_draft_gives_it_back_as_it_was_typed(cast, code):
    client, path = cast.client("rita"), reverse("report_draft", args=[cast.report.ref])
    assert client.post(path, said(fenced(code).replace("\n", "\r\n"))).status_code == 302
    assert typed(client.get(cast.report.get_absolute_url()).content.decode()) == fenced(code)


def test_a_quotation_stands_behind_a_draft_once(cast):
    first = builders.a_team_reply(cast.report, by=cast.bob, text="Which version?")
    client, path = cast.client("rita"), cast.report.get_absolute_url()
    client.post(reverse("report_draft", args=[cast.report.ref]), said("\tBegun  "))
    begun = typed(client.get(f"{path}?quote={first.pk}").content.decode())
    assert begun == "\tBegun\n\n> Which version?\n\n"
    client.post(reverse("report_draft", args=[cast.report.ref]), said(begun, page=field(client.get(path), "page") or ""))
    assert typed(client.get(f"{path}?quote={first.pk}").content.decode()).count("> Which version?") == 1
