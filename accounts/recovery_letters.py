"""The letters about a lost second factor: to the person, and to those who may agree or stop it."""

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts import outbox, recovery, two_factor
from accounts.models import FactorRecovery

OWN = {
    "asked": _("Somebody passed the first step of your sign-in and says that your second factor is lost. Two people have to confirm it."),
    "agreed": _("Somebody confirmed that it is you who lost the second factor. One more person has to."),
    "planned": _("It was confirmed that you lost your second factor."),
    "put_off": _("Your lost second factor waits again: somebody who confirmed that it is you is no longer in a position to."),
    "stopped": _("The recovery of your second factor was stopped. Everything stays as it is."),
    "expired": _("The recovery of your second factor ran out, because too few people confirmed that it is you. Everything stays as it is."),
    "done": _("Your second factors and recovery codes were taken away, and you were signed out everywhere."),
    "operator": _("Who runs the portal took your second factors and recovery codes away. You were signed out everywhere."),
}
OF_ANOTHER = {
    "asked": _("%(name)s lost their second factor, or says so. Two people have to confirm that it is them; you may be one of the two."),
    "agreed": _("Somebody confirmed that %(name)s lost their second factor. One more person has to."),
    "planned": _("It was confirmed that %(name)s lost their second factor."),
    "put_off": _("The lost second factor of %(name)s waits again: somebody who confirmed it is no longer in a position to."),
    "stopped": _("The recovery of the second factor of %(name)s was stopped. Everything stays as it is."),
    "expired": _("The recovery of the second factor of %(name)s ran out, because too few people confirmed it."),
    "done": _("The second factors of %(name)s were taken away, as was confirmed."),
    "operator": _("Who runs the portal took the second factors of %(name)s away on its console."),
}
UNDER_WAY = ("asked", "agreed", "planned", "put_off")


@outbox.letter("recovery_own")
def own(delivery):
    """To the person, at every address that is proved: what happened, and how to stop it."""
    found = _found(delivery)
    return found and {
        "said": OWN[delivery.facts["step"]],
        "stoppable": delivery.facts["step"] in UNDER_WAY,
        "ready_at": found.ready_at if delivery.facts["step"] == "planned" else None,
        "link": settings.PUBLIC_URL + reverse("account_security"),
    }


@outbox.letter("recovery_of_another")
def of_another(delivery):
    """To who may agree or stop it; nothing to somebody who no longer may."""
    found = _found(delivery)
    if found is None or not recovery.approvers(found.user).filter(pk=delivery.recipient_id).exists():
        return None
    return {
        "said": OF_ANOTHER[delivery.facts["step"]] % {"name": found.user.shown_name},
        "stoppable": delivery.facts["step"] in UNDER_WAY,
        "ready_at": found.ready_at if delivery.facts["step"] == "planned" else None,
        "link": settings.PUBLIC_URL + found.get_absolute_url(),
    }


@outbox.letter("recovery_done")
def done(delivery):
    """The one-time link to a new second factor; it is signed here and lies nowhere. Without teams: that there is no factor now."""
    if "link" not in delivery.facts:
        return {"link": settings.PUBLIC_URL + reverse("account_security")}
    link = two_factor.live_link(delivery.facts["link"], at=now(), user=delivery.recipient)
    return link and {"link": settings.PUBLIC_URL + two_factor.enrolment_path(link), "expires_at": link.expires_at}


def _found(delivery):
    return FactorRecovery.objects.select_related("user").filter(uuid=delivery.facts["recovery"]).first()
