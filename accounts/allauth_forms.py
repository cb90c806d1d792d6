"""allauth's forms in our words: labels instead of placeholders, one sentence about passwords."""

import allauth.account.utils  # noqa: F401  first: allauth.account.forms alone is a circular import
from allauth.account import forms
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

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


class SignupForm(_InOurWords, forms.SignupForm):
    def try_save(self, request):
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            # The form was sent twice at the same moment, and the other one made the account.
            self.account_already_exists = True
            return super().try_save(request)


class AddEmailForm(_InOurWords, forms.AddEmailForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New e-mail address")


class ChangePasswordForm(_InOurWords, forms.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")


class ResetPasswordForm(_InOurWords, forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(_InOurWords, forms.ResetPasswordKeyForm):
    pass


class ReauthenticateForm(_InOurWords, forms.ReauthenticateForm):
    pass
