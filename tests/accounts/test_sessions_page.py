"""Where somebody is signed in, said on the Security page, and ended from there and by what makes it necessary."""

from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from accounts import tasks
from accounts.models import AuditEvent, Session
from tests.accounts.conftest import PASSWORD, is_signed_in, letters, link_in, make_person, sign_in

SECURITY = "/account/security/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"


def browser(user, agent=FIREFOX, **more):
    client = Client(headers={"User-Agent": agent}, REMOTE_ADDR="192.0.2.77", **more)
    sign_in(client, user.email)
    return client


def path_to_end(client):
    return reverse("session_end", args=[Session.objects.get(session_key=client.session.session_key).uuid])


def test_each_is_named_in_words_and_one_or_all_others_are_ended(rita):
    here, phone, third = browser(rita), browser(rita, CHROME), browser(rita, "curl/8.5")
    somebody = browser(make_person("charlie@example.org"))
    page = here.get(SECURITY).content.decode()
    assert page.index("Firefox on Linux") < page.index("Chrome on Android") and "An unknown browser" in page
    assert page.count("this one</span>") == 1 and path_to_end(here) not in page and path_to_end(phone) in page
    assert somebody.post(path_to_end(phone)).status_code == 404, "only one's own"

    assert here.post(path_to_end(phone)).url == SECURITY
    assert phone.get("/account/").status_code == 302 and third.get("/account/").status_code == 200
    assert "That session is ended" in here.get(SECURITY).content.decode()
    phone = browser(rita, CHROME)
    here.post(reverse("sessions_end_others"))
    assert [is_signed_in(client) for client in (here, phone, third, somebody)] == [True, False, False, True]
    page = here.get(SECURITY).content.decode()
    assert "2 other sessions are ended" in page and reverse("sessions_end_others") not in page
    told = AuditEvent.objects.filter(kind__in=("session.ended", "sessions.ended")).order_by("seq").values_list("kind", "facts__count")
    assert list(told) == [("session.ended", None), ("sessions.ended", 2)]
    assert here.post(path_to_end(here)).url == reverse("account_login") and not is_signed_in(here)


def test_who_signs_out_leaves_nothing_in_the_browser_but_the_mark_that_it_is_known(client, rita):
    sign_in(client, rita.email)
    marks = set(client.cookies) - {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    assert marks, "the browser is known from now on"
    assert "Clear-Site-Data" not in client.get(reverse("account_logout")), "who is only asked is not signed out"
    answer = client.post(reverse("account_logout"))
    assert answer["Clear-Site-Data"] == '"cache", "storage"' and not is_signed_in(client)
    assert answer.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 0
    assert all(client.cookies[name].value for name in marks)
    sign_in(client, rita.email)
    assert is_signed_in(client)


def test_a_row_holds_no_address_of_the_network_and_goes_with_the_account(rita):
    browser(rita)
    row = Session.objects.filter(user=rita).values().get()
    assert row["agent"] == "Firefox on Linux" and row["begun_at"] and row["seen_at"]
    store = Session.get_session_store_class()(row["session_key"])
    for kept in (str(row), str(dict(store.items()))):
        assert "192.0.2.77" not in kept and "Gecko" not in kept
    rita.delete()
    assert not Session.objects.exists()


def test_what_ran_out_is_not_listed_and_is_cleared_by_the_clock(rita, ada_client, ada, time_machine_of):
    browser(rita, CHROME)
    with time_machine_of(now() + timedelta(minutes=31)):
        here = browser(rita)
        assert "Chrome on Android" in here.get(SECURITY).content.decode(), "researchers may pause"
        again = Client()
        sign_in(again, ada.email)
        again.post(reverse("second_factor_challenge"), {"code": ada.codes[0]})
        page = again.get(SECURITY).content.decode()
        assert page.count("An unknown browser") == 1, "the one that a member of staff left alone is over"
    with time_machine_of(now() + timedelta(hours=11)):
        here.get("/account/")
    with time_machine_of(now() + timedelta(hours=13)):
        here = browser(rita, "curl/8.5")
        assert "Firefox" not in here.get(SECURITY).content.decode(), "twelve hours at most, whatever is done"
        tasks.clear_sessions()
        assert Session.objects.filter(user=rita).count() == 2
    with time_machine_of(now() + timedelta(hours=26)):
        tasks.clear_sessions()
        assert not Session.objects.exists()


def test_a_new_password_ends_all_but_the_session_that_set_it(rita):
    here, phone = browser(rita), browser(rita, CHROME)
    new = "a ladder of 1909 rungs"
    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert here.get("/account/").status_code == 200 and [row.agent for row in rita.sessions.all()] == ["Firefox on Linux"]
    assert phone.get("/account/").status_code == 302
    # By mail, all of them.
    newer, visitor = "a ladder of 1910 rungs", Client()
    visitor.post(reverse("account_reset_password"), {"email": rita.email})
    page = visitor.get(link_in(letters()[-1]), follow=True)
    visitor.post(page.redirect_chain[-1][0], {"password1": newer, "password2": newer})
    assert not rita.sessions.exists() and here.get("/account/").status_code == 302
    assert list(AuditEvent.objects.filter(kind="sessions.ended").values_list("facts__why", flat=True)) == ["password"] * 2


def test_a_hundred_sessions_cost_as_much_as_two(rita):
    here = browser(rita)
    browser(rita, CHROME)
    counts = []
    for more in (0, 30):
        Session.objects.bulk_create(
            Session(session_key=f"k{number}", user=rita, begun_at=now(), seen_at=now(), expire_date=now() + timedelta(hours=1))
            for number in range(more)
        )
        with CaptureQueriesContext(connection) as statements:
            page = here.get(SECURITY).content.decode()
            counts.append(len(statements))
    assert counts[0] == counts[1] and page.count("/end/") == 20 - 1 and "There are more" in page
