"""Forms of advisories."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from advisories.drafting import offered
from advisories.record import Affected, Record
from intake.forms import TidyField, text_area
from portal.models.policy import Severity

CVE_ID = re.compile(r"CVE-\d{4}-\d{4,}")
ROWS_MAX = 50
is_web_address = URLValidator(schemes=["https", "http"])


class LinesField(TidyField):
    """One entry a line."""

    def __init__(self, **facts):
        super().__init__(required=False, widget=text_area(3), **facts)

    def prepare_value(self, value):
        return value if isinstance(value, str) else "\n".join(value or ())

    def clean(self, value):
        return tuple(filter(None, (" ".join(one.split()) for one in super().clean(value).split("\n"))))


class BeginForm(forms.Form):
    """What to take over from the case. Everything offered is shown beside its box: nothing is copied in silence."""

    take = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple, label=_("Take over from the case"))

    def __init__(self, *args, case, **kwargs):
        super().__init__(*args, **kwargs)
        found = offered(case)
        self.fields["take"].choices = [(str(source), f"{source.label}: {_shown(record)}") for source, record in found.items()]
        self.fields["take"].initial = [str(source) for source in found]
        self.offers = bool(found)


class DraftForm(forms.Form):
    """The record, but for its table of affected products."""

    title = TidyField(
        label=_("Title"), max_length=200, required=False, help_text=_("Product and effect, such as “Stored script in message previews”.")
    )
    summary = TidyField(
        label=_("Summary"),
        max_length=400,
        required=False,
        widget=text_area(2),
        help_text=_("One or two sentences. Lists and feeds show it."),
    )
    severity = forms.ChoiceField(label=_("Severity"), required=False, choices=[("", _("not stated")), *Severity.choices])
    description = TidyField(
        label=_("Description"), required=False, strip=False, widget=text_area(12),
        help_text=_("What is wrong, who is affected, what an attacker can do, how to tell. Markdown."),
    )  # fmt: skip
    workaround = TidyField(
        label=_("Workaround"),
        required=False,
        strip=False,
        widget=text_area(4),
        help_text=_("What helps until people can update. Markdown."),
    )
    credits = LinesField(
        label=_("Credits"), help_text=_("One name a line, as each reporter wished to be named. Leave out who stays anonymous.")
    )
    references = LinesField(label=_("References"), help_text=_("One address a line, beginning with https://."))
    cve_ids = LinesField(label=_("CVE numbers"), help_text=_("One a line, such as CVE-2026-12345."))
    reported_on = forms.DateField(
        label=_("Reported on"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Shown in public. Leave it empty to keep it out."),
    )
    revision = forms.IntegerField(min_value=1, max_value=2**31 - 2, widget=forms.HiddenInput)

    def clean_references(self):
        for one in self.cleaned_data["references"]:
            try:
                is_web_address(one)
            except ValidationError as refused:
                raise ValidationError(
                    _("“%(line)s” is not a web address. Begin each line with https://."), params={"line": one}
                ) from refused
        return self.cleaned_data["references"]

    def clean_cve_ids(self):
        found = tuple(one.upper() for one in self.cleaned_data["cve_ids"])
        for one in found:
            if not CVE_ID.fullmatch(one):
                raise ValidationError(_("“%(line)s” does not read as a CVE number. One looks like CVE-2026-12345."), params={"line": one})
        return found


class AffectedForm(forms.Form):
    """One affected product. An empty row is left out."""

    component = TidyField(label=_("Product"), max_length=120, required=False)
    versions = TidyField(label=_("Affected versions"), max_length=200, required=False)
    fixed = TidyField(label=_("Fixed in"), max_length=200, required=False)

    def clean(self):
        cleaned = super().clean()
        if any(cleaned.values()) and not (cleaned.get("component") and cleaned.get("versions")):
            raise ValidationError(_("Give the product and its affected versions, or empty the whole row."))
        return cleaned


AffectedRows = forms.formset_factory(AffectedForm, extra=2, max_num=ROWS_MAX, validate_max=True, absolute_max=ROWS_MAX + 10)


class RecordForms:
    """The two parts of the draft page, filled from a record or from what was sent."""

    def __init__(self, data=None, *, record=None, revision=None):
        record = record or Record()
        initial = {name: getattr(record, name) for name in DraftForm.base_fields if name != "revision"}
        self.form = DraftForm(data, initial={**initial, "revision": revision})
        self.rows = AffectedRows(data, initial=[vars(row) for row in record.affected] if data is None else None, prefix="affected")

    def is_valid(self):
        # Both, so that everything that is wrong is marked at once.
        return all([self.form.is_valid(), self.rows.is_valid()])

    def content(self) -> Record:
        """Return the record as typed."""
        facts = {name: value for name, value in self.form.cleaned_data.items() if name != "revision"}
        rows = (row for row in self.rows.cleaned_data if any(row.values()))
        return Record(**facts, affected=tuple(Affected(**row) for row in rows))


class ConfirmForm(forms.Form):
    """That the preview was read, and which."""

    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    confirmed = forms.BooleanField(label=_("I have read the preview, and it may be public."))


class ReviseForm(ConfirmForm):
    change = TidyField(label=_("What changed"), max_length=300, help_text=_("One line, shown in public with the revision."))
    field_order = ["revision", "change", "confirmed"]


class WithdrawForm(forms.Form):
    reason = TidyField(
        label=_("Reason"),
        max_length=300,
        help_text=_("Shown in public, on the page and in the feeds. The page stays; it cannot be unpublished."),
    )


def _shown(record):
    rows = ", ".join(f"{row.component} {row.versions}" for row in record.affected)
    severity = Severity(record.severity).label if record.severity else ""
    return record.title or severity or rows or ", ".join(record.credits) or f"{record.reported_on:%Y-%m-%d}"
