"""What tests build: plain functions over the product's own verbs."""

from datetime import timedelta
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.utils.timezone import now
from django_otp import DEVICE_ID_SESSION_KEY

from accounts.models import TotpDevice, User
from advisories import drafting, publication
from advisories.record import Affected, Record
from intake import attachments, conversation, drafts, guests, submission, texts
from intake.models import Attachment
from portal import pauses, policies, webhooks
from portal.keys import Keys
from portal.models import Membership
from portal.uploads import Staged

PASSWORD = "correct-horse-battery-9"


def a_person(name, *, email="", staff=False, **facts) -> User:
    """A person with a verified address."""
    email = email or f"{name.lower()}@example.org"
    make = User.objects.create_superuser if staff else User.objects.create_user
    user = make(email, PASSWORD, display_name=name, **facts)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def a_factor(user) -> TotpDevice:
    """A confirmed authenticator app of this person."""
    device = TotpDevice.with_new_seed(user, name="app")
    device.confirmed = True
    device.save()
    return device


def on_team(user, project, role) -> Membership:
    """A place on a project's team."""
    return Membership.objects.create(user=user, project=project, role=role)


def sign_in(client, user, *, factor=True):
    """A session of this person, with the second factor proved where they have one."""
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    device = TotpDevice.objects.filter(user=user, confirmed=True).first() if factor else None
    if device:
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()
    return client


def a_new_version(project, *, at=None, clauses=(), contacts=(), fields=(), **facts):
    """A new version of a project's policy, in force: with other facts, and more (kind, text) clauses, contacts and fields."""
    at = at or now()
    draft = policies.new_draft(project, by=None, at=at)
    for name, value in facts.items():
        setattr(draft, name, value)
    draft.save()
    for position, (kind, text) in enumerate(clauses, 100):
        draft.clauses.create(kind=kind, text=text, position=position)
    for relation, rows in ((draft.contacts, contacts), (draft.requested_fields, fields)):
        for position, row in enumerate(rows, 100):
            relation.create(position=position, **row)
    return policies.publish(draft, by=None, at=at)


def a_webhook(project, *, by, name="chat", url="https://hooks.example.org/SECRET-PATH", shape="json", kinds=(), at=None):
    """A webhook of a project."""
    hook, _secret = webhooks.make(project, name=name, url=url, shape=shape, kinds=kinds, by=by, at=at or now())
    return hook


def a_pause(project, *, at=None, begins=timedelta(0), days=7, message="We are away. Back in a week.", critical_ok=False):
    """A planned pause of a project; it runs now unless ``begins`` says when from now."""
    at = at or now()
    span = {"starts_at": at + begins, "ends_at": at + begins + timedelta(days=days)}
    return pauses.plan(project, **span, message=message, critical_ok=critical_ok, by=None, at=at)


def a_content(title="Stored XSS in the inbox preview", *, version="1.4.2", answers=None, credit="Rita", markup="markdown"):
    """The content of a report, rendered and salted."""
    given = answers or {"description": "Opening a crafted message runs script.", "steps": "1. Send the message\n2. Open it"}
    return texts.report(
        title=title,
        version=version,
        answers=[texts.Answer(key, key.title(), text) for key, text in given.items()],
        markup=markup,
        credit=credit,
    )


def a_report(project, *, by, at=None, client_id=None, **content):
    """A report that arrived through the portal; its case hangs on it."""
    at = at or now()
    policy = policies.in_force(project, at)
    return submission.submit(policy, content=a_content(**content), client_id=client_id or uuid4(), by=by, at=at)


def a_recorded_report(project, *, by, received_at=None, at=None, address="", **content):
    """A report that the team recorded."""
    at = at or now()
    return submission.record(
        project,
        content=a_content(**content),
        channel="mail",
        received_at=received_at or at - timedelta(hours=3),
        client_id=uuid4(),
        address=address,
        by=by,
        at=at,
    )


def a_team_reply(report, *, by, text="Thank you, it arrived.", at=None, assessment=False, waits=None):
    """A message from the team to the reporter."""
    report.keys, facts = _keys(report), {"assessment": assessment, "waits": waits}
    return conversation.team_reply(report, content=texts.message(text), client_id=uuid4(), by=by, at=at or now(), **facts)


def a_reporter_reply(report, *, by, text="Here is more.", at=None):
    """A message from the reporter to the team."""
    report.keys = _keys(report)
    return conversation.reporter_reply(report, content=texts.message(text), client_id=uuid4(), by=by, at=at or now())


def a_guest(report, user, *, by, at=None, with_history=True):
    """Somebody's place as a guest of a report, invited and accepted."""
    at = at or now()
    return guests.accept(guests.invite(report, email=user.email, with_history=with_history, by=by, at=at), user=user, at=at)


def an_unsent_file(report, *, by, content=b"GET /../../etc/passwd", name="poc.txt", at=None):
    """A file that hangs on somebody's draft of a message to a report."""
    file, report.keys = Staged(name), _keys(report)
    file.write(content)
    file.finish()
    attachments.add([file], by=by, at=at or now(), report=report)
    return Attachment.objects.get(pk=file.uuid)


def a_sent_file(report, *, by, at=None, **facts):
    """A file that came with a message of the reporter."""
    file = an_unsent_file(report, by=by, at=at, **facts)
    draft = drafts.of(by, report=report)
    conversation.reporter_reply(report, content=texts.message("With a file."), client_id=uuid4(), by=by, at=at or now(), draft=draft)
    file.refresh_from_db()
    return file


def a_note(case, *, by, text="Same sink as 0004.", at=None):
    """A team-only note."""
    case.keys = _keys(case=case)
    return conversation.note(case, content=texts.message(text), client_id=uuid4(), by=by, at=at or now())


def a_draft(case, *, by, at=None, **facts):
    """An advisory draft that could be published."""
    case.keys = Keys.to(internal=[case.uuid], shared=case.reports.values_list("uuid", flat=True))
    case.opened_reports = list(case.reports.all())
    for report in case.opened_reports:
        report.case, report.keys = case, case.keys
    draft = drafting.begin(case, by=by, at=at or now())
    record = {
        "title": "Stored script in message previews",
        "summary": "A crafted message can run a script.",
        "description": "Versions before 1.4.3 let MathML through.",
        "affected": (Affected("Mailat", "< 1.4.3", "1.4.3"),),
        **facts,
    }
    draft = drafting.save(draft, content=Record(**record), expected_revision=draft.revision, by=by, at=at or now())
    draft.case = case
    return draft


def an_advisory(case, *, by, at=None, **facts):
    """A published advisory of a case."""
    return publication.publish(a_draft(case, by=by, at=at, **facts), by=by, at=at or now())


def _keys(report=None, *, case=None):
    return Keys.to(shared=[report.uuid] if report else (), internal=[case.uuid] if case else ())
