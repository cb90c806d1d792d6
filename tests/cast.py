"""The people of every test: Alice maintains, Bob triages, Rita reports, Charlie is a stranger; Olivia owns, Ada administers."""

from dataclasses import dataclass
from functools import cached_property

from django.core.management import call_command
from django.test import Client

from accounts.models import User
from portal.models import Project
from tests import builders

TEAM = {"alice": "maintainer", "bob": "triager", "olivia": "owner"}


@dataclass
class Cast:
    """The four people (and two more), the two seeded projects, and one report of Rita's to Mailat."""

    alice: User
    bob: User
    rita: User
    charlie: User
    olivia: User
    ada: User
    mailat: Project
    mail_auth: Project

    @cached_property
    def report(self):
        """Rita's report to Mailat."""
        return builders.a_report(self.mailat, by=self.rita)

    @cached_property
    def case(self):
        """The case of Rita's report."""
        return self.report.case

    def client(self, who, *, factor=True) -> Client:
        """A browser in which this person ("alice", a User, or None for a visitor) is signed in."""
        if who is None:
            return Client()
        return builders.sign_in(Client(), getattr(self, who) if isinstance(who, str) else who, factor=factor)


def assemble() -> Cast:
    """Load the seeded projects and make the people."""
    call_command("load_policies", verbosity=0)
    people = {name: builders.a_person(name.title(), staff=name == "ada") for name in ("alice", "bob", "rita", "charlie", "olivia", "ada")}
    mailat, mail_auth = Project.objects.get(slug="mailat"), Project.objects.get(slug="mail-auth")
    for name, role in TEAM.items():
        builders.on_team(people[name], mailat, role)
        builders.a_factor(people[name])
    builders.a_factor(people["ada"])
    return Cast(**people, mailat=mailat, mail_auth=mail_auth)
