"""Forms of what belongs to deadlines: who looks after a case, who is reminded when, a later date."""

from django import forms
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext_lazy as _

from intake.forms import MessageForm, TidyField, text_area
from portal import ladders
from portal.forms import MOMENT
from portal.models import Audience, When


class AssignForm(forms.Form):
    """Who looks after a case: somebody of these people, or nobody."""

    to = forms.ChoiceField(label=_("Looked after by"), required=False)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", _("nobody")), *((str(uuid), name) for uuid, name in people)]


class RungForm(forms.Form):
    """One step of a ladder."""

    when = forms.ChoiceField(label=_("When"), choices=When.choices)
    hours = forms.IntegerField(
        label=_("Hours"),
        required=False,
        min_value=0,
        max_value=ladders.MOST_HOURS,
        help_text=_("Before or after the moment at which it is due. Leave it empty for the others."),
    )
    audience = forms.ChoiceField(label=_("Who is told"), choices=Audience.choices)

    @property
    def step(self):
        """The step as ``portal.ladders`` takes it."""
        given = self.cleaned_data
        return ladders.Step(given["when"], given["hours"] or 0, given["audience"])


class TurnsForm(forms.Form):
    """After how many hours a case that nobody took is assigned."""

    hours = forms.IntegerField(
        label=_("Hours until a case that nobody took is assigned"),
        required=False,
        min_value=1,
        max_value=24 * 30,
        help_text=_("To whoever waited longest for one and is not away. Empty: nobody is assigned by the clock."),
    )


class ExtensionForm(MessageForm):
    """A later date for one of these deadlines, and why; ``deadlines`` are (UUID, name) of those that can be moved."""

    deadline = forms.ChoiceField(label=_("For what"))
    until = forms.DateTimeField(label=_("New date"), widget=MOMENT)
    text = TidyField(
        label=_("Message to the reporter"),
        strip=False,
        widget=text_area(6),
        help_text=_("Why it takes longer, and what happens meanwhile."),
    )
    parent = None
    field_order = ["deadline", "until", "text"]

    def __init__(self, *args, deadlines, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["deadline"].choices = [(str(uuid), name) for uuid, name in deadlines]
        self.fields["until"].help_text = _("In your time zone, %s.") % str(get_current_timezone()).replace("_", " ")


class AnswerForm(forms.Form):
    """Whether the reporter agrees to a later date."""

    agrees = forms.TypedChoiceField(choices=[("yes", _("Agree")), ("no", _("Decline"))], coerce=lambda value: value == "yes")
