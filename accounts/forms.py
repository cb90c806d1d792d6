"""Forms of accounts."""

import zoneinfo

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from portal.lib import render


class SignUpExtra(forms.Form):
    """What we ask beside address and password. allauth builds its sign-up form on this one."""

    display_name = forms.CharField(
        label=_("Name shown to others"),
        max_length=80,
        required=False,
        help_text=_("A name or a pseudonym. The team that you report to sees it."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    timezone = forms.CharField(required=False, widget=forms.HiddenInput, initial="UTC")
    field_order = ["email", "display_name", "password1", "password2", "timezone"]

    def clean_timezone(self):
        # Filled in by a script: a strange value is no fault of the person.
        name = self.cleaned_data["timezone"]
        return name if name in zoneinfo.available_timezones() else "UTC"

    def clean_display_name(self):
        return as_name(self.cleaned_data["display_name"])

    def signup(self, request, user):
        """Keep the extra answers with the new person."""
        user.display_name = self.cleaned_data["display_name"]
        user.timezone = self.cleaned_data["timezone"]
        user.save(update_fields=["display_name", "timezone"])


def as_name(text):
    """Return a name as one line, without the marks that would reorder what stands around it."""
    return " ".join(render.REORDERING.sub("", render.tidy(text)).split())


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["display_name", "timezone"]
        widgets = {"display_name": forms.TextInput(attrs={"autocomplete": "nickname"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        zones = sorted(zoneinfo.available_timezones())
        self.fields["timezone"] = forms.ChoiceField(
            label=_("Time zone"), choices=[(zone, zone.replace("_", " ")) for zone in zones], help_text=_("Times are shown in it.")
        )

    def clean_display_name(self):
        return as_name(self.cleaned_data["display_name"])


class CloseForm(forms.Form):
    """The last word before an account is closed."""

    sure = forms.BooleanField(label=_("I have read this. Close the account for good."))


class CodeForm(forms.Form):
    """A code from an authenticator app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Six digits from your authenticator app, or one of your recovery codes."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false", "autofocus": True}
        ),
    )


class FirstCodeForm(forms.Form):
    """The first code of a new authenticator app."""

    code = forms.CharField(
        label=_("The code that the app shows now"),
        max_length=12,
        help_text=_("Six digits."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )
