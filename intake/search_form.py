"""The form of the search."""

from datetime import datetime, time
from uuid import UUID

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from intake import search, search_words
from intake.fields import TidyField

SALT = "intake.search"


class SearchForm(forms.Form):
    """Words, where to look for them, and where an earlier search stopped (signed, for its person)."""

    words = TidyField(
        label=_("Words"),
        max_length=search_words.LONGEST,
        help_text=_("All of them must occur, in capitals or not. Put a phrase into quotes."),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(
        label=_("Where"),
        required=False,
        choices=[("", _("everywhere")), (search.CONVERSATION, _("reports and messages")), (search.NOTES, _("team notes"))],
    )
    project = forms.ChoiceField(label=_("Project"), required=False)
    since = forms.DateField(label=_("Not older than"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    before = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, user, projects, team, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.projects = user, {project.slug: project.pk for project in projects}
        self.fields["project"].choices = [("", _("all"))] + [(project.slug, project.name) for project in projects]
        if len(projects) < 2:
            del self.fields["project"]
        if not team:
            del self.fields["kind"]

    def clean_words(self):
        if not search_words.words_of(self.cleaned_data["words"]).all:
            raise ValidationError(_("Type at least one word."))
        return self.cleaned_data["words"]

    def clean_since(self):
        day = self.cleaned_data["since"]
        try:
            return make_aware(datetime.combine(day, time())) if day else None
        except (OverflowError, ValueError):
            raise ValidationError(_("Check the year.")) from None

    def clean_before(self):
        """Return (time, UUID) of where to go on, or None: also for what was changed, or belongs to somebody else."""
        try:
            whose, at, uuid = signing.loads(self.cleaned_data["before"], salt=SALT) if self.cleaned_data["before"] else ("", "", "")
            return (datetime.fromisoformat(at), UUID(uuid)) if whose == str(self.user.uuid) else None
        except (signing.BadSignature, ValueError):
            return None

    def wanted(self) -> search.Wanted:
        """Return what is searched for."""
        data = self.cleaned_data
        words = search_words.words_of(data["words"])
        return search.Wanted(words, self.projects.get(data.get("project")), data.get("kind") or "", data["since"], data["before"])

    def from_there(self, outcome) -> dict | None:
        """Return the fields of a form that goes on where a search stopped, or None for one that came to the end."""
        if not outcome.spent:
            return None
        at, uuid = outcome.reached
        before = signing.dumps([str(self.user.uuid), at.isoformat(), uuid.hex], salt=SALT)
        kept = {name: self.data.get(name, "") for name in self.fields if name != "before"}
        return kept | {"before": before}
