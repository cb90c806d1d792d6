"""Another role, leaving, being removed, handing ownership on: what each does, and to whom it is told."""

import pytest
from django.core import mail
from django.utils.timezone import now

from accounts import outbox
from accounts.models import AuditEvent, Session
from portal import teams, tokens
from portal.models import ApiToken, Membership
from tests import builders
from tests.portal.draft_pages import prove_anew

pytestmark = pytest.mark.django_db
TEAM = "/p/mailat/team/"


@pytest.fixture
def otto(cast):
    """A second owner."""
    otto = builders.a_person("Otto")
    builders.a_factor(otto)
    builders.on_team(otto, cast.mailat, "owner")
    return otto


def place(cast, who):
    return cast.mailat.memberships.select_related("user", "project").get(user=who)


def roles(cast):
    return dict(cast.mailat.memberships.values_list("user__display_name", "role"))


def proved(cast, who):
    return prove_anew(cast.client(who))


def of(person, act):
    return f"{TEAM}{person.uuid}/{act}/"


def letters():
    outbox.drain(at=now())
    found = {letter.to[0]: " ".join(letter.body.split()) for letter in mail.outbox}
    mail.outbox.clear()
    return found


def a_token(cast, who, name="bot"):
    return tokens.make(cast.mailat, name=name, scopes=["list_cases"], lives=tokens.USUAL, by=who, at=now())[0]


def dead(token):
    return ApiToken.objects.get(pk=token.pk).revoked_at is not None


def test_a_lower_role_ends_sessions_and_tokens_and_is_told(cast, otto):
    alices, kept, token = cast.client("alice"), a_token(cast, cast.bob), a_token(cast, cast.alice)
    answer = proved(cast, "olivia").post(of(cast.alice, "role"), {"role": "triager"})
    assert (answer.status_code, answer["Location"]) == (302, TEAM)
    assert roles(cast)["Alice"] == "triager"
    assert alices.get("/inbox/")["Location"].startswith("/accounts/login/")
    assert dead(token) and not dead(kept)
    told = letters()
    assert set(told) == {"alice@example.org", "otto@example.org"}
    assert "Your role in the team of Mailat is now: triager." in told["alice@example.org"]
    assert "Alice (alice@example.org) is now triager." in told["otto@example.org"]
    assert "It was done by Olivia (olivia@example.org)." in told["otto@example.org"]
    event = AuditEvent.objects.get(kind="team.role_changed")
    assert (event.actor, event.facts) == (cast.olivia, {"person": str(cast.alice.uuid), "role": "triager", "before": "maintainer"})


def test_a_higher_role_ends_nothing(cast):
    bobs, token = cast.client("bob"), a_token(cast, cast.bob)
    teams.change_role(place(cast, cast.bob), role="owner", by=cast.olivia, at=now())
    assert bobs.get(f"{TEAM}transfer/").status_code == 302  # to prove it anew: an owner at the next request
    assert bobs.get("/inbox/").status_code == 200
    assert not dead(token)


def test_who_is_removed_mid_session_opens_nothing_from_the_next_request_on(cast):
    """Twice: the session ends; and where it would not, the door asks for the role each time."""
    case = cast.case
    bobs, again, token = cast.client("bob"), cast.client("bob"), a_token(cast, cast.bob)
    assert bobs.get(case.get_absolute_url()).status_code == 200
    assert proved(cast, "olivia").post(of(cast.bob, "remove")).status_code == 302
    assert bobs.get(case.get_absolute_url())["Location"].startswith("/accounts/login/")
    assert dead(token)
    assert cast.client("bob").get(case.get_absolute_url()).status_code == 404
    cast.mailat.memberships.filter(user=cast.alice).delete()
    del again
    alices = cast.client("alice")
    assert [alices.get(path).status_code for path in (case.get_absolute_url(), TEAM, "/p/mailat/tokens/")] == [404] * 3
    assert "You are not on the team of Mailat any more." in letters()["bob@example.org"]


def test_places_as_a_guest_and_own_reports_stay(cast):
    other = builders.a_report(cast.mail_auth, by=cast.rita)
    builders.a_guest(other, cast.bob, by=cast.rita)
    own = builders.a_report(cast.mail_auth, by=cast.bob)
    teams.remove(place(cast, cast.bob), by=cast.olivia, at=now())
    bobs = cast.client("bob")
    assert bobs.get(other.get_absolute_url()).status_code == bobs.get(own.get_absolute_url()).status_code == 200


def test_the_page_of_a_removal_says_what_follows(cast):
    builders.a_team_reply(cast.report, by=cast.bob)
    a_token(cast, cast.bob)
    page = proved(cast, "olivia").get(of(cast.bob, "remove")).content.decode()
    assert cast.case.ref in page and "1 open case in which they take part" in page and "1 API token for this project is revoked" in page
    untouched = proved(cast, "olivia").get(of(cast.alice, "remove")).content.decode()
    assert "They take part in no open case." in untouched and "API token" not in untouched


def test_only_owners_act_on_others_and_only_when_proved_lately(cast):
    for act in ("role", "remove"):
        for who in ("bob", "alice"):
            assert proved(cast, who).post(of(cast.olivia, act), {"role": "triager"}).status_code == 403
        assert proved(cast, "charlie").post(of(cast.bob, act), {"role": "owner"}).status_code == 404
        assert cast.client("olivia").get(of(cast.bob, act))["Location"].startswith("/account/second-factor/")
        assert cast.client("olivia").post(of(cast.bob, act), {"role": "owner"}).status_code == 403
        assert proved(cast, "olivia").get(of(cast.rita, act)).status_code == 404
    assert cast.client("olivia").post(TEAM, {"email": "zoe@example.org", "role": "owner"}).status_code == 403
    assert not cast.mailat.invitations.exists()
    assert roles(cast) == {"Alice": "maintainer", "Bob": "triager", "Olivia": "owner"}
    assert proved(cast, "olivia").post(of(cast.bob, "role"), {"role": "administrator"}).status_code == 422


def test_the_last_owner_stays(cast):
    owner = proved(cast, "olivia")
    for path in (of(cast.olivia, "role"), f"{TEAM}leave/"):
        answer = owner.post(path, {"role": "triager"}, follow=True)
        assert "Mailat would be without an owner. Make somebody else an owner first." in answer.content.decode()
    assert owner.get(of(cast.olivia, "remove"))["Location"] == f"{TEAM}leave/"
    assert "You are its last owner" in owner.get(f"{TEAM}leave/").content.decode()
    # Somebody whose account is shut is no owner who could help.
    gone = builders.a_person("Otto", is_active=False)
    builders.on_team(gone, cast.mailat, "owner")
    with pytest.raises(teams.NotNow):
        teams.remove(place(cast, cast.olivia), by=cast.olivia, at=now())
    assert roles(cast)["Olivia"] == "owner"
    assert not AuditEvent.objects.filter(kind="team.left").exists()


def test_somebody_leaves_and_stays_signed_in(cast):
    bobs, elsewhere = proved(cast, "bob"), cast.client("bob")
    assert "You have left the team of Mailat." in bobs.post(f"{TEAM}leave/", follow=True).content.decode()
    assert elsewhere.get("/reports/")["Location"].startswith("/accounts/login/")
    assert list(Session.objects.filter(user=cast.bob).values_list("session_key", flat=True)) == [bobs.session.session_key]
    told = letters()
    assert set(told) == {"olivia@example.org"}
    assert "Somebody has left the team of Mailat: Bob (bob@example.org)." in told["olivia@example.org"]


@pytest.mark.parametrize("stays, left", [("yes", "owner"), ("no", "maintainer")])
def test_ownership_is_handed_on(cast, stays, left):
    owner = proved(cast, "olivia")
    page = owner.get(f"{TEAM}transfer/").content.decode()
    assert "Alice (alice@example.org), maintainer" in page and "olivia@example.org)" not in page
    answer = owner.post(f"{TEAM}transfer/", {"to": str(cast.alice.uuid), "stays": stays}, follow=True)
    assert "Alice is an owner now." in answer.content.decode()
    assert roles(cast) == {"Alice": "owner", "Bob": "triager", "Olivia": left}
    assert set(letters()) == {"alice@example.org"}
    assert owner.post(f"{TEAM}transfer/", {"to": str(cast.rita.uuid), "stays": "yes"}).status_code == (422 if stays == "yes" else 403)


def test_letters_that_are_no_longer_true_are_not_sent(cast, otto):
    for role in ("maintainer", "triager"):
        teams.change_role(place(cast, cast.bob), role=role, by=cast.olivia, at=now())
    teams.remove(place(cast, cast.alice), by=cast.olivia, at=now())
    builders.on_team(cast.alice, cast.mailat, "maintainer")
    Membership.objects.filter(user=otto).update(role="triager")
    told = letters()
    # Bob is what he was told last; Alice is back; Otto is no owner any more.
    assert set(told) == {"bob@example.org"} and "now: triager." in told["bob@example.org"]


def test_the_team_page_shows_what_counts(cast, otto, django_assert_max_num_queries):
    cast.client("bob").get("/inbox/")
    newcomer = builders.a_person("Nia")
    builders.on_team(newcomer, cast.mailat, "triager")
    client = cast.client("olivia")
    page = client.get(TEAM).content.decode()
    row = page[page.index("Nia</b>") : page.index("</tr>", page.index("Nia</b>"))]
    assert "none yet" in row and "not yet" in row and f"{newcomer.uuid}/remove/" in row
    row = page[page.index("Bob</b>") : page.index("</tr>", page.index("Bob</b>"))]
    assert "in use" in row and "not yet" not in row
    bobs = cast.client("bob").get(TEAM).content.decode()
    assert "/remove/" not in bobs and "/transfer/" not in bobs and f"{TEAM}leave/" in bobs
    with django_assert_max_num_queries(14):
        client.get(TEAM)
    for number in range(55):
        builders.on_team(builders.a_person(f"Member{number}"), cast.mailat, "triager")
    with django_assert_max_num_queries(14):
        page = client.get(TEAM).content.decode()
    assert page.count("/remove/") <= 50 and "?page=2" in page
