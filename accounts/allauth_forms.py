"""allauth's forms in our words: labels instead of placeholders, one sentence about passwords."""

from uuid import uuid4

import allauth.account.utils  # noqa: F401  first: allauth.account.forms alone is a circular import
from allauth.account import forms
from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts import password_reset
from portal.lib import limits

LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "oldpassword": _("Your present password"),
    "password": _("Password"),
    "password1": _("Password"),
    "password2": _("The same password once more"),
}
ABOUT_PASSWORDS = _("At least 12 characters. A few words that belong together only for you are good and easy to keep.")


class _InOurWords:
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = LABELS.get(name, field.label)
            if name == "password1":
                field.help_text = ABOUT_PASSWORDS


class LoginForm(_InOurWords, forms.LoginForm):
    pass


class MakesOneAccount:
    """A form that makes an account: one of two that are sent at once, and with the same work where there is one already."""

    def try_save(self, request):
        if self.account_already_exists:
            self._work_as_for_a_new_account(request)
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            # The form was sent twice at the same moment, and the other one made the account.
            self.account_already_exists = True
            return super().try_save(request)

    def _work_as_for_a_new_account(self, request):
        """Make an account that nobody gets and undo it: without the same hashing and writing, the time would tell who has one."""
        given, self.account_already_exists = self.cleaned_data, False
        self.cleaned_data = {**given, "email": f"{uuid4().hex}@account.invalid"}
        try:
            # Two of them: the outer one is committed, which costs what committing an account does.
            with transaction.atomic(), transaction.atomic():
                self.save(request)
                transaction.set_rollback(True)
        finally:
            self.cleaned_data, self.account_already_exists = given, True


class SignupForm(MakesOneAccount, _InOurWords, forms.SignupForm):
    pass


class AddEmailForm(_InOurWords, forms.AddEmailForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New e-mail address")


class ChangePasswordForm(_InOurWords, forms.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")


class ResetPasswordForm(_InOurWords, forms.ResetPasswordForm):
    """Asks nothing about accounts: the outbox does, later."""

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        limits.spend("reset.account", email)
        return email

    def save(self, request, **kwargs):
        password_reset.ask(self.cleaned_data["email"], at=now())
        return self.cleaned_data["email"]


class ResetPasswordKeyForm(_InOurWords, forms.ResetPasswordKeyForm):
    pass


class ReauthenticateForm(_InOurWords, forms.ReauthenticateForm):
    pass
