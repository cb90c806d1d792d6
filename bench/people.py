"""Who takes part: forty projects of very different size, their teams, two hundred reporters."""

import json
from dataclasses import dataclass
from itertools import count

from django.test import Client
from django.utils.timezone import now
from django_otp import DEVICE_ID_SESSION_KEY

from accounts.models import TotpDevice, User
from portal import policies, seeding
from portal.models import Membership, Project
from portal.models.team import Role

PROJECTS = 40
BUSY = (0, 3, 8, 15, 30)  # the five projects of the staff member whose inbox is measured: large, middling and small
QUIET = (35, 36, 37, 38, 39)  # the five smallest: their team's inbox must not pay for the others
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass
class People:
    """The people of a measurement and the projects, the largest first."""

    projects: list[Project]
    policies: dict[int, object]
    staff: User
    quiet: User
    reporters: list[User]


def gather() -> People:
    """Load the two seeded projects and more like them; make teams and reporters."""
    at = now()
    seeding.load_all(at=at)
    facts = json.loads((seeding.FOLDER / "mailat.json").read_text())
    for number in range(2, PROJECTS):
        facts["project"] |= {"slug": f"project-{number:02}", "name": f"Project {number:02}", "ref_prefix": f"P{number:02}"}
        seeding.load(facts, at=at)
    projects = list(Project.objects.order_by("pk"))
    numbers = count()
    staff, quiet = _staff("Alice", projects, BUSY), _staff("Quinn", projects, QUIET)
    for project in projects:
        mates = [_person(next(numbers)) for _ in range(2)]
        User.objects.bulk_create(mates)
        Membership.objects.bulk_create(Membership(user=mate, project=project, role=Role.TRIAGER) for mate in mates)
    reporters = User.objects.bulk_create(_person(next(numbers)) for _ in range(200))
    return People(projects, {project.pk: policies.in_force(project, at) for project in projects}, staff, quiet, reporters)


def session_of(user) -> str:
    """Sign somebody in, with the second factor where there is one; return the cookies of the session."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    device = TotpDevice.objects.filter(user=user).first()
    if device:
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def _person(number):
    return User(email=f"person{number}@example.org", display_name=f"Person {number}", password="!")


def _staff(name, projects, places):
    user = User.objects.create_user(f"{name.lower()}@example.org", None, display_name=name, timezone="Europe/Berlin")
    Membership.objects.bulk_create(Membership(user=user, project=projects[place], role=Role.MAINTAINER) for place in places)
    device = TotpDevice.with_new_seed(user, name="app")
    device.confirmed = True
    device.save()
    return user
