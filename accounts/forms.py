"""Forms of accounts."""

import zoneinfo

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import How, User
from accounts.models.user import Credit
from portal.lib import openpgp, render

MOST_LINKS = 5
LONGEST_LINK = 200


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


class LinksField(forms.CharField):
    """Addresses of web pages, one a line: a list of strings."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none"})
    _check = URLValidator(schemes=["https"])

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value):
        links = list(dict.fromkeys(super().clean(value).split()))
        if len(links) > MOST_LINKS:
            raise forms.ValidationError(_now("Give five links at most."))
        for link in links:
            self._check_link(link)
        return links

    def _check_link(self, link):
        try:
            self._check(link)
        except forms.ValidationError:
            raise forms.ValidationError(_now("%s is no address of a web page that begins with https://") % link[:80]) from None
        if not link.isascii() or "@" in link.partition("://")[2].partition("/")[0]:
            raise forms.ValidationError(_now("%s: copy the address from your browser, so that everybody sees where it leads.") % link[:80])
        if len(link) > LONGEST_LINK:
            raise forms.ValidationError(_now("A link has 200 characters at most."))


class ProfileForm(forms.ModelForm):
    """What others see of somebody, how they are thanked, and in which zone they read times."""

    links = LinksField(
        label=_("Links"),
        required=False,
        max_length=MOST_LINKS * (LONGEST_LINK + 2),
        help_text=_("Up to five pages about you, one a line. The teams that you report to see them, and nobody else."),
    )
    credit = forms.ChoiceField(
        label=_("Credit in advisories"),
        choices=Credit.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("What the form for a new report suggests. You can say something else in each report."),
    )
    credit_text = forms.CharField(label=_("The other name for the credit"), max_length=120, required=False)

    class Meta:
        model = User
        fields = ["display_name", "links", "credit", "credit_text", "timezone"]
        widgets = {"display_name": forms.TextInput(attrs={"autocomplete": "nickname"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        zones = sorted(zoneinfo.available_timezones())
        self.fields["timezone"] = forms.ChoiceField(
            label=_("Time zone"), choices=[(zone, zone.replace("_", " ")) for zone in zones], help_text=_("Times are shown in it.")
        )

    def clean_display_name(self):
        return as_name(self.cleaned_data["display_name"])

    def clean_credit(self):
        return self.cleaned_data["credit"] or self.initial["credit"]

    def clean_credit_text(self):
        return as_name(self.cleaned_data["credit_text"])

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("credit") == Credit.TEXT and not cleaned.get("credit_text") and "credit_text" not in self.errors:
            self.add_error("credit_text", _("Type the name, or choose another credit."))
        return cleaned


class KeyForm(forms.Form):
    """A public OpenPGP key, pasted or as a file. A secret key is refused and not shown again."""

    key = forms.CharField(
        label=_("Your public key"),
        required=False,
        strip=True,
        max_length=openpgp.LARGEST_CERTIFICATE,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("The whole block, from “-----BEGIN PGP PUBLIC KEY BLOCK-----” to its end."),
    )
    file = forms.FileField(label=_("Or as a file"), required=False, allow_empty_file=True)

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        file = cleaned.get("file")
        document = file.read(openpgp.LARGEST_CERTIFICATE + 1) if file else cleaned["key"].encode(errors="replace")
        if not document.strip():
            raise forms.ValidationError(_("Paste your public key, or choose its file."))
        try:
            cleaned["certificate"] = openpgp.certificate(document)
        except openpgp.Refused as refused:
            if isinstance(refused, openpgp.SecretGiven):
                self.data = {}
            raise forms.ValidationError(str(refused)) from None
        return cleaned


HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]
NO_HOUR = [("", _("no quiet hours")), *HOURS]


class LettersForm(forms.Form):
    """How somebody wants each kind of letter: the kinds that are offered (``accounts.notices.offers``) with more than one way."""

    hour = forms.TypedChoiceField(label=_("Hour of the letter of the day"), choices=HOURS, coerce=int)

    quiet_from = forms.TypedChoiceField(label=_("Quiet from"), choices=NO_HOUR, coerce=int, empty_value=None, required=False)
    quiet_until = forms.TypedChoiceField(
        label=_("Quiet until"),
        choices=NO_HOUR,
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Letters that can wait come together when the quiet hours end. What is due before then comes at once."),
    )

    def __init__(self, *args, offers, zone, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["hour"].help_text = _("In your time zone, %s.") % zone.replace("_", " ")
        self.kinds = [offer.kind for offer in offers if len(offer.ways) > 1]
        for offer in offers:
            if offer.kind in self.kinds:
                self.fields[offer.kind] = forms.ChoiceField(
                    label=offer.kind.label,
                    help_text=offer.about,
                    choices=[(how, how.label) for how in offer.ways],
                    initial=offer.chosen,
                    widget=forms.RadioSelect,
                )
        self.order_fields([*self.kinds, "hour", "quiet_from", "quiet_until"])

    def clean(self):
        cleaned = super().clean()
        begin, end = cleaned.get("quiet_from"), cleaned.get("quiet_until")
        if not self.errors and ((begin is None) != (end is None) or (begin is not None and begin == end)):
            self.add_error("quiet_until", _("Choose two different hours, or none for both."))
        return cleaned

    @property
    def choices(self):
        """What was chosen: {kind: how}."""
        return {kind: How(self.cleaned_data[kind]) for kind in self.kinds}


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
