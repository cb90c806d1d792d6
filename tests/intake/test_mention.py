"""People on a case are named with an @ and told by letter; nobody learns of the team by it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from intake import mentions, texts
from intake.mentions import Named
from intake.models import Message, Note, Participant
from portal.lib import render
from portal.models import Project
from tests import builders
from tests.intake.doing import CANARY, keyed, letters, said, words_of

PEOPLE = [Named("alice", 1, "Alice", "team"), Named("bob-2", 2, "Bob", "team")]


def named_in(text):
    return [one["handle"] for one in texts.message(text, people=PEOPLE).get("mentions", ())]


def offered(cast, who, path):
    """The handles that a page offers, by the text they are for."""
    page = cast.client(who).get(path).content.decode()
    lists = re.findall(r'data-mentions="([^"]*)"(.*?)</details>', page, re.DOTALL)
    return {text: re.findall(r'data-handle="([^"]*)"', found) for text, found in lists}


def replies(cast, text, *, who="rita"):
    if who == "rita":
        return cast.client("rita").post(reverse("report_reply", args=[cast.report.ref]), said(text))
    return cast.client(who).post(reverse("case_reply", args=[cast.case.ref, cast.report.ref]), said(text))


def told():
    """Who got which letter."""
    return {(letter.to[0].partition("@")[0], letter.subject.split(" in ")[0].split(" on ")[0]) for letter in letters()}


@pytest.mark.parametrize(
    "text, found",
    [
        ("@alice look", ["alice"]),
        ("(@Alice), and @BOB-2!", ["alice", "bob-2"]),
        ("@alice @alice", ["alice"]),
        ("see **@alice**, *@bob-2*.", ["alice", "bob-2"]),
        ("- @alice\n- [ ] @bob-2", ["alice", "bob-2"]),
        ("`@alice`", []),
        ("```\n@alice\n```", []),
        ("    @alice", []),
        ("> @alice said so", []),
        ("<b>@alice</b>", ["alice"]),
        ("[@alice](https://example.org)", []),
        ("mail@alice, alice@alice.example, @alice.example", []),
        ("@alice/package, /@alice, @alicee, @ alice, @alice-3, @alice_", []),
        ("@bob, @2, @", []),
        (r"\@alice and &#64;alice", ["alice"]),
        ("@nobody", []),
    ],
)
def test_a_mention_is_prose_and_nothing_else(text, found):
    assert named_in(text) == found


def test_it_stands_out_and_nothing_else_changes():
    text = '@Alice <img src=x> `@alice` ["@alice"](https://example.org "a > @alice")'
    html = texts.message(text, people=PEOPLE)["html"]
    assert html.count('<span class="mention">@Alice</span>') == 1 == html.count("<span")
    assert re.sub(r"</?span[^>]*>", "", html) == texts.message(text)["html"]


def test_only_what_was_rendered_can_be_marked():
    with pytest.raises(TypeError):
        render.with_mentions("<script>@alice</script>", {"alice"})


@pytest.mark.parametrize(
    "name, handle",
    [
        ("Alice", "alice"),
        ("Alice B. O'Hara", "alice-b-o-hara"),
        ("  Zoë  ", "zoë"),
        ("李雷", "李雷"),
        ("ＦＵＬＬ", "full"),
        ("a_b", "a-b"),
        ("🙂", "person"),
        ("x" * 90, "x" * 40),
        ("@@<script>", "script"),
    ],
)
def test_a_handle_is_made_of_the_name_and_names_that_person(name, handle):
    assert mentions.handle_of(name) == handle
    assert texts.message(f"@{handle}", people=[Named(handle, 7, name, "team")])["mentions"] == [{"user": 7, "name": name, "handle": handle}]


def test_two_of_one_name_get_a_number(cast):
    builders.on_team(builders.a_person("Bob", email="bob2@example.org"), cast.mailat, "triager")
    handles = offered(cast, "alice", cast.case.get_absolute_url())["note_text"]
    assert handles == ["bob", "olivia", "bob-2"]
    assert offered(cast, "bob", cast.case.get_absolute_url())["note_text"] == ["alice", "olivia", "bob-2"]


def test_who_is_named_gets_one_letter_without_a_word_of_the_text(cast):
    cast.client("bob").get(cast.case.get_absolute_url())
    letters().clear()
    assert replies(cast, f"@bob, {CANARY}").status_code == 302
    assert told() == {("bob", "You were mentioned"), ("alice", "New message"), ("olivia", "New message")}
    for letter in letters():
        assert CANARY not in words_of(letter) and cast.report.ref not in words_of(letter)
    letter = next(one for one in letters() if one.to == ["bob@example.org"])
    message = Message.objects.get()
    link = re.search(r"http://[^/]+(/\S+)", letter.body)[1]
    assert link == f"{cast.case.get_absolute_url()}?at={message.pk}#m-{message.pk.hex}"
    assert CANARY in cast.client("bob").get(link).content.decode()


def test_the_team_names_the_reporter_and_each_other(cast):
    assert cast.report
    letters().clear()
    replies(cast, "@rita, ask @olivia", who="bob")
    assert told() == {("rita", "You were mentioned"), ("olivia", "You were mentioned")}
    for letter in letters():
        mine, theirs = (cast.case.ref, cast.report.ref) if letter.to == ["olivia@example.org"] else (cast.report.ref, cast.case.ref)
        assert mine in words_of(letter) and theirs not in words_of(letter)


def test_in_a_note_only_the_team_is_named_and_told(cast):
    assert cast.report
    letters().clear()
    cast.client("bob").post(reverse("case_note", args=[cast.case.ref]), said("@alice and @rita and @bob"))
    assert told() == {("alice", "You were mentioned")}
    assert [one["handle"] for one in keyed(cast.case).keys.open(Note.objects.get())["mentions"]] == ["alice"]
    page = cast.client("alice").get(cast.case.get_absolute_url()).content.decode()
    assert '<span class="mention">@alice</span> and @rita' in page


def test_a_reporter_is_offered_only_whom_they_know(cast):
    path = cast.report.get_absolute_url()
    assert offered(cast, "rita", path) == {}
    replies(cast, "@alice @bob")
    assert "mentions" not in keyed(cast.case).keys.open(Message.objects.get())
    cast.client("bob").get(cast.case.get_absolute_url())
    assert offered(cast, "rita", path) == {"reply_text": ["bob"]}
    assert "olivia" not in cast.client("rita").get(path).content.decode().lower()


def test_who_left_is_no_longer_offered(cast):
    builders.a_team_reply(cast.report, by=cast.bob)
    guest = builders.a_person("Gus")
    place = Participant.objects.create(report=cast.report, user=guest, role="collaborator", joined_at=now())
    assert offered(cast, "rita", cast.report.get_absolute_url()) == {"reply_text": ["gus", "bob"]}
    # On two other teams, and still one person.
    for project in (cast.mail_auth, Project.objects.create(slug="third", name="Third", ref_prefix="THIRD")):
        builders.on_team(guest, project, "triager")
    assert offered(cast, "rita", cast.report.get_absolute_url()) == {"reply_text": ["gus", "bob"]}
    Participant.objects.filter(pk=place.pk).update(left_at=now())
    cast.bob.memberships.all().delete()
    assert offered(cast, "rita", cast.report.get_absolute_url()) == {}
    assert offered(cast, "alice", cast.case.get_absolute_url()) == {f"{cast.report.ref}_text": ["rita", "olivia"], "note_text": ["olivia"]}


def test_each_report_of_a_case_has_its_own_people(cast):
    other = builders.a_report(cast.mailat, by=cast.charlie)
    type(other).objects.filter(pk=other.pk).update(case=cast.case)
    found = offered(cast, "alice", cast.case.get_absolute_url())
    assert found[f"{cast.report.ref}_text"] == ["rita", "bob", "olivia"] and found[f"{other.ref}_text"] == ["charlie", "bob", "olivia"]


def test_a_letter_is_not_sent_to_who_lost_the_role_meanwhile(cast):
    assert cast.report
    letters().clear()
    cast.client("bob").post(reverse("case_note", args=[cast.case.ref]), said("@alice"))
    cast.alice.memberships.all().delete()
    assert not letters()


def test_a_second_press_tells_nobody_twice_even_when_people_changed(cast):
    path = reverse("case_reply", args=[cast.case.ref, cast.report.ref])
    form, client = said("@rita look"), cast.client("bob")
    letters().clear()
    for _press in range(2):
        client.post(path, form)
        cast.rita.display_name = "Margherita"
        cast.rita.save()
    assert Message.objects.count() == 1 and len(letters(at=now() + timedelta(seconds=1))) == 1


def test_a_mention_that_is_edited_in_stands_out_and_tells_nobody(cast):
    message = builders.a_team_reply(cast.report, by=cast.bob)
    letters().clear()
    cast.client("bob").post(reverse("case_message_edit", args=[cast.case.ref, message.pk]), {"text": "@rita look", "revision": 1})
    assert '<span class="mention">@rita</span>' in cast.client("rita").get(cast.report.get_absolute_url()).content.decode()
    assert not letters()
