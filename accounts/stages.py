"""The second factor as a stage of allauth's sign-in: until it is proved, the session belongs to nobody."""

from allauth.account import utils  # noqa: F401  first: allauth.account.stages alone is a circular import
from allauth.account.stages import LoginStage, LoginStageController
from django.http import HttpResponseRedirect
from django.urls import reverse

from accounts import two_factor


class SecondFactorStage(LoginStage):
    """Stops every way in (password, reset, link) of a person with a second factor at the challenge."""

    key = "second_factor"
    urlname = "second_factor_challenge"

    def handle(self):
        user = self.login.user
        if user is None or getattr(user, "otp_device", None) or not two_factor.has_factor(user):
            return None, True
        return HttpResponseRedirect(reverse(self.urlname)), True


def pending(request) -> LoginStage | None:
    """Return the stage that this sign-in waits at, if it is ours."""
    return LoginStageController.enter(request, SecondFactorStage.key)
