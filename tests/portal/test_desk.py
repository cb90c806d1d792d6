"""Where people land after signing in."""

import pytest
from django.urls import reverse

from tests.builders import a_person
from tests.portal.conftest import a_member, signed_in

pytestmark = pytest.mark.django_db


def test_a_stranger_signs_in_first(client):
    assert client.get("/desk/").url == "/accounts/login/?next=/desk/"


def test_researchers_go_to_their_reports(client):
    assert signed_in(client, a_person("rita"), second_factor=False).get("/desk/").url == reverse("reports")


def test_a_team_goes_to_its_inbox(client, mailat):
    assert signed_in(client, a_member(mailat, "bob", "triager")).get("/desk/").url == reverse("inbox")


def test_administrators_go_to_the_administration(client):
    assert signed_in(client, a_person("ada", is_staff=True)).get("/desk/").url == reverse("admin:index")
