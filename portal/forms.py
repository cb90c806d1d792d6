"""Forms of hosted projects."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from portal import retention, tokens
from portal.lib import outgoing
from portal.lib.permissions import SCOPES, may
from portal.models.team import Role
from portal.models.webhook import Shape
from portal.webhook_messages import EVENTS

MOMENT = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})


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
        help_text=_("Triagers read, answer and judge reports. Maintainers also publish and close. Owners also invite and write policies."),
    )


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        widget=forms.RadioSelect,
        help_text=_("Triagers read, answer and judge reports. Maintainers also publish and close. Owners also invite and write policies."),
    )


class TransferForm(forms.Form):
    """Who else is an owner from now on, and what becomes of the one who hands over."""

    to = forms.ChoiceField(label=_("The next owner"))
    stays = forms.ChoiceField(
        label=_("And you"),
        choices=[("no", _("become a maintainer")), ("yes", _("stay an owner as well"))],
        widget=forms.RadioSelect,
        initial="no",
    )

    def __init__(self, *args, others, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [
            (str(one.user.uuid), f"{one.user.shown_name} ({one.user.email}), {one.get_role_display()}") for one in others
        ]


class TokenForm(forms.Form):
    """A key for a program: what it is for, what it may do, for how long it works."""

    LIVES = [("7", _("a week")), ("30", _("30 days")), ("90", _("90 days")), ("180", _("180 days")), ("365", _("a year"))]

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("What it is for, such as “dashboard on the build server”."))
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what the token may do: without that it would open nothing.")},
    )
    days = forms.ChoiceField(label=_("It works for"), choices=LIVES, initial=str(tokens.USUAL.days))

    def __init__(self, *args, standing, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [(str(action), label) for action, label in SCOPES.items() if may(standing, action)]

    @property
    def facts(self):
        """What ``tokens.make`` takes."""
        given = self.cleaned_data
        return {"name": given["name"], "scopes": given["scopes"], "lives": timedelta(days=int(given["days"]))}


class VersionForm(forms.Form):
    """Which versions somebody asks about."""

    version = forms.CharField(label=_("Your version"), max_length=100, strip=True, help_text=_("Several: separate them by commas."))


class RetentionForm(forms.Form):
    """For how many months the content of closed cases is kept."""

    months = forms.IntegerField(
        label=_("Months after closing"),
        required=False,
        min_value=retention.LEAST,
        max_value=retention.MOST,
        help_text=_("From 1 to 240. Empty: the content is kept until somebody erases it."),
    )
    # What the page that asked showed: the months, and how many cases.
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)


class PauseForm(forms.Form):
    """A planned pause, its moments in the time zone that is active."""

    starts_at = forms.DateTimeField(label=_("From"), widget=MOMENT, help_text=_("A moment that has passed means now."))
    ends_at = forms.DateTimeField(label=_("Until"), widget=MOMENT)
    message = forms.CharField(
        label=_("Message to reporters"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Why reports wait, and when you are back. It stands on the policy page and in place of the report form."),
    )
    critical_ok = forms.BooleanField(
        label=_("Take critical reports all the same"),
        required=False,
        initial=True,
        help_text=_("A reporter then says why it cannot wait."),
    )


class WebhookForm(forms.Form):
    """Where events go, in which shape, and which. Of one that exists the shape stays, and the address need not be typed again."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("What it is for, such as “chat of the team”."))
    shape = forms.ChoiceField(
        label=_("Shape"),
        choices=Shape.choices,
        widget=forms.RadioSelect,
        initial=Shape.JSON,
        help_text=_(
            "JSON is for programs, and signed, so that they know who sends it. Slack’s shape is taken by many chats; it is not signed."
        ),
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=outgoing.LONGEST_URL,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("It begins with https:// and leads to a server on the public Internet. It is kept encrypted, and not shown again."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Events"),
        required=False,
        choices=EVENTS.items(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all of them, and those that are added to this list later."),
    )

    def __init__(self, *args, hook=None, **kwargs):
        super().__init__(*args, **kwargs)
        if hook:
            del self.fields["shape"]
            self.initial = {"name": hook.name, "kinds": hook.kinds}
            self.fields["url"].required = False
            self.fields["url"].label = _("Another address")
            self.fields["url"].help_text = _("Empty: it stays as it is. A new one is kept encrypted, and not shown again.")

    def clean_url(self):
        url = self.cleaned_data["url"]
        if url:
            try:
                outgoing.read(url)
            except outgoing.Refused as refusal:
                raise forms.ValidationError(refusal.sentence) from None
        return url


class AbsenceForm(forms.Form):
    """A time in which somebody is away, both days included."""

    starts_on = forms.DateField(label=_("First day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    ends_on = forms.DateField(label=_("Last day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
