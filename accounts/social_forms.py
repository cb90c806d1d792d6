"""The form for newcomers who come with an account elsewhere."""

import allauth.account.utils  # noqa: F401  first: allauth.account.forms alone is a circular import
from allauth.socialaccount import forms
from allauth.socialaccount.models import SocialLogin
from django.utils.translation import gettext_lazy as _

from accounts.allauth_forms import MakesOneAccount


class SocialSignupForm(MakesOneAccount, forms.SignupForm):
    """The name to show and an address. What the site said is filled in, and may be changed."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        email = self.fields["email"]
        email.widget.attrs.pop("placeholder", None)
        email.label = _("E-mail address")
        self.proved = [one.email for one in self.sociallogin.email_addresses if one.verified]
        if self.proved:
            email.help_text = _("With another address than this one, a letter goes there first to see that it is yours.")
        else:
            email.help_text = _("A letter goes there first, to see that it is yours.")

    def _work_as_for_a_new_account(self, request):
        found, self.sociallogin = self.sociallogin, SocialLogin.deserialize(self.sociallogin.serialize())
        self.sociallogin.email_addresses = []  # the one that is taken may be among them
        try:
            super()._work_as_for_a_new_account(request)
        finally:
            self.sociallogin = found
