"""What somebody looks for in an audit trail, and in which form they take it away."""

from datetime import UTC, datetime, time, timedelta

from django import forms
from django.db import models
from django.db.models.functions import Lower
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit_trail import Wanted
from accounts.audit_words import Group
from accounts.models import User
from portal.models import Project

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class Format(models.TextChoices):
    """A file for people, and one for programs."""

    CSV = "csv", _("CSV, for a spreadsheet: with the sentences of this page")
    LINES = "jsonl", _("lines of JSON: what the hashes cover, to be checked against the database later")


class TrailForm(forms.Form):
    """Days are those of the reader, the last one included."""

    group = forms.ChoiceField(label=_("About"), choices=[("", _("everything")), *Group.choices], required=False)
    person = forms.CharField(label=_("Person"), required=False, max_length=254)
    since = forms.DateField(label=_("From"), required=False, widget=DAY)
    until = forms.DateField(label=_("To"), required=False, widget=DAY)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("since") and cleaned.get("until") and cleaned["until"] < cleaned["since"]:
            self.add_error("until", _("This day is before the first one."))
        return cleaned

    def wanted(self, project=None) -> Wanted:
        """Return what was asked for, within this project."""
        said = self.cleaned_data
        return Wanted(
            group=said.get("group", ""),
            person=said.get("person") or None,
            project=project.uuid if project else said.get("project") or None,
            since=_midnight(said.get("since")),
            until=_midnight(said.get("until"), days=1),
        )


class ProjectTrailForm(TrailForm):
    """For the owners of a project: the people are those of its team."""

    person = forms.TypedChoiceField(label=_("Person"), required=False, empty_value="", coerce=str)

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", _("anybody")), *((str(one.uuid), one.shown_name) for one in members)]


class WholeTrailForm(TrailForm):
    """For administrators: anybody by address, any project."""

    person = forms.EmailField(label=_("Person, by address"), required=False)
    project = forms.ChoiceField(label=_("Project"), required=False)
    field_order = ["group", "person", "project", "since", "until"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        projects = Project.objects.order_by("name").values_list("uuid", "name")
        self.fields["project"].choices = [("", _("all")), *((str(uuid), name) for uuid, name in projects)]

    def clean_person(self):
        address = self.cleaned_data["person"]
        if not address:
            return None
        found = User.objects.alias(address=Lower("email")).filter(address=address.lower()).values_list("uuid", flat=True).first()
        if found is None:
            raise forms.ValidationError(_("Nobody has an account with this address."))
        return found


class FormatForm(forms.Form):
    """In which form a copy is taken."""

    format = forms.ChoiceField(label=_("Format"), choices=Format.choices, widget=forms.RadioSelect, initial=Format.CSV)


def _midnight(day, *, days=0):
    """Return the moment at which a day of the reader begins; the first and last days of the calendar bound nothing."""
    try:
        return day and datetime.combine(day + timedelta(days=days), time.min, tzinfo=get_current_timezone()).astimezone(UTC)
    except OverflowError:
        return None
