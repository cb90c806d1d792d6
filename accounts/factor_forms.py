"""Forms of second factors: proving one, naming one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import CodeForm, as_name


class ConfirmForm(forms.Form):
    """The proof that comes along with another form: a code or a passkey, or the password of who has no factor."""

    def __init__(self, *args, by_password, **kwargs):
        super().__init__(*args, **kwargs)
        if by_password:
            attributes = {"autocomplete": "current-password", "autofocus": True}
            self.fields["password"] = forms.CharField(
                label=_("Password"), strip=False, max_length=4096, widget=forms.PasswordInput(attrs=attributes)
            )
        else:
            self.fields["code"] = CodeForm().fields["code"]
            self.fields["code"].required = False
            self.fields["credential"] = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)

    def clean(self):
        given = super().clean()
        if not self.errors and not any(given.values()):
            self.add_error("code", _("Type a code, or use a passkey."))
        return given


class PasskeyForm(forms.Form):
    """What a browser made for a new passkey, and what its person calls it."""

    name = forms.CharField(
        label=_("What you call it"),
        max_length=60,
        required=False,
        help_text=_("So that you know it again in a list: the device, or the password manager that keeps it."),
    )
    credential = forms.CharField(max_length=20_000, widget=forms.HiddenInput)

    def clean_name(self):
        return as_name(self.cleaned_data["name"])


class NameForm(PasskeyForm):
    """Another name for a passkey."""

    credential = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
