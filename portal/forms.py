"""Forms of hosted projects."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.models.team import Role


class InvitationForm(forms.Form):
    """Whom to ask onto a team, and as what."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("The letter with the link goes there. It works for this address only, once, for 72 hours."),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        help_text=_("Triagers read, answer and judge reports. Maintainers also publish and close. Owners also invite."),
    )


class VersionForm(forms.Form):
    """Which version somebody asks about."""

    version = forms.CharField(label=_("Your version"), max_length=80, strip=True)
