"""Forms of a policy draft: the policy itself, and its rows of five kinds. What may be said is decided by ``drafting``."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django import forms
from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.timezone import now, override
from django.utils.translation import gettext_lazy as _

from portal import drafting
from portal.models import Clause, Contact, RequestedField, SecurityPolicy, ServiceLevel, SupportedVersion
from portal.models.policy import Severity
from portal.policy_facts import OF_POLICY, ROWS, facts_of
from portal.security_md import reading
from portal.security_md.facts import Facts


class Weekdays(forms.MultipleChoiceField):
    """Days off in a week, kept as numbers: "6,7"."""

    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value):
        return value.split(",") if isinstance(value, str) else value

    def clean(self, value):
        days = sorted(super().clean(value))
        if len(days) == len(WEEKDAYS):
            raise forms.ValidationError(_("A week needs a business day: leave one day out."))
        return ",".join(days)


def _text_area(rows):
    return forms.Textarea(attrs={"rows": rows, "maxlength": drafting.LONGEST_TEXT})


def columns(model, names, **facts):
    """Give a form the fields of these columns, before its own; a field of the same name is the form's."""

    def given(form):
        form.base_fields = {**forms.fields_for_model(model, names, **facts), **form.base_fields}
        for field in form.base_fields.values():
            field.error_messages["required"] = drafting.NEEDED
            if list(getattr(field, "choices", ()))[:1] == models.BLANK_CHOICE_DASH:
                field.choices = [("", _("choose")), *list(field.choices)[1:]]
        return form

    return given


@columns(SecurityPolicy, OF_POLICY, widgets={"introduction": _text_area(3)})
class PolicyForm(forms.Form):
    """What the policy says apart from its rows. ``seen`` is the stamp of the state that was opened."""

    weekend = Weekdays(
        label=_("Days off in a week"), choices=[(str(number + 1), name) for number, name in sorted(WEEKDAYS.items())], required=False
    )
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)


class RowForm(forms.Form):
    """A row. One in which nothing of ``tells`` is filled in is no row, and is left out."""

    model = None
    tells = ()
    line = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def has_changed(self):
        return any(self[name].data not in (None, "", False) for name in self.tells)

    def fact(self):
        """Return the row as typed; only of a valid form."""
        return ROWS[RELATION_OF[self.model]][0](**self.cleaned_data)


@columns(
    SupportedVersion,
    ["text", "status", "ends_on", "note"],
    widgets={"ends_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})},
)
class VersionRowForm(RowForm):
    model, tells = SupportedVersion, ("text", "ends_on", "note")
    component = forms.ChoiceField(label=_("Component"), required=False)
    field_order = ["component"]

    def __init__(self, *args, components=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["component"].choices = [("", _("the whole project")), *((name, name) for name in components)]
        if len(components) < 2:
            self.fields["component"].widget = forms.HiddenInput()


@columns(ServiceLevel, ["milestone", "severity", "earliest", "latest", "unit", "anchor", "recurring", "waits_for_reporter"])
class LevelForm(RowForm):
    model, tells = ServiceLevel, ("milestone", "latest", "earliest")
    severity = forms.ChoiceField(label=_("Severity"), required=False, choices=[("", _("any")), *Severity.choices])


@columns(Contact, ["purpose", "uri", "note", "delay_hours", "encryption"])
class ContactForm(RowForm):
    model, tells = Contact, ("uri", "note", "encryption", "delay_hours")


@columns(RequestedField, ["label", "help", "kind", "required"])
class QuestionForm(RowForm):
    model, tells = RequestedField, ("label", "help")
    # Reports know their answers by it, so that it stays when the question is worded anew.
    key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


@columns(Clause, ["kind", "text"], widgets={"text": _text_area(2)})
class ClauseForm(RowForm):
    model, tells = Clause, ("text",)


ROW_FORMS = {
    "supported_versions": VersionRowForm,
    "service_levels": LevelForm,
    "contacts": ContactForm,
    "requested_fields": QuestionForm,
    "clauses": ClauseForm,
}
RELATION_OF = {model: relation for relation, (_fact, model) in ROWS.items()}


class CheckedRows:
    """Rows whose rules are those of ``drafting``: for the owners' page and for the inlines of the administration alike."""

    relation = ""

    def kept(self) -> list:
        """Return the forms that say something and can be read, in their order."""
        return [form for form in self.forms if not self.is_left_out(form) and not form.errors]

    def is_left_out(self, form) -> bool:
        return not form.has_changed()

    def clean(self):
        forms_kept = self.kept()
        for problem in drafting.row_problems(self.relation, [form.fact() for form in forms_kept]):
            if problem.row is None:
                raise forms.ValidationError(problem.sentence)
            form = forms_kept[problem.row]
            form.add_error(problem.field if problem.field in form.fields else None, problem.sentence)


class Rows(CheckedRows, forms.BaseFormSet):
    """The rows of one kind as typed; none of them is special, so that they may be taken out and moved."""

    default_error_messages = {
        **forms.BaseFormSet.default_error_messages,
        "too_many_forms": _("These are too many rows: a policy has at most %(num)d of them."),
    }

    def initial_form_count(self):
        return 0

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for field in form.fields.values() if index else ():
            field.help_text = ""  # the first row has said it

    def facts(self) -> tuple:
        return tuple(form.fact() for form in self.kept())

    def typed(self) -> list[dict]:
        """Return every row as it was typed, whether or not it can be read."""
        return [{name: form[name].data for name in form.fields} for form in self.forms]


def _rows_of(relation):
    most = drafting.MOST[relation]
    made = forms.formset_factory(ROW_FORMS[relation], Rows, extra=0, max_num=most, absolute_max=most, validate_max=True)
    return type(f"{ROW_FORMS[relation].__name__}s", (made,), {"relation": relation, "ordered": hasattr(ROWS[relation][1], "position")})


FORMSETS = {relation: _rows_of(relation) for relation in ROW_FORMS}


class DraftForms:
    """The whole draft as forms: from what is stored, from what was sent, or from what was typed, with a row more or less."""

    def __init__(self, project, data=None, *, policy=None, rows=None):
        self.project = project
        self.form = PolicyForm(data, initial=policy)
        components = [component.name for component in project.components.all()]
        self.rows = {relation: self._formset(relation, data, rows, components) for relation in FORMSETS}

    @classmethod
    def of(cls, draft, *, seen):
        """Show what a draft says."""
        said = facts_of(draft)
        rows = {relation: [vars(row) for row in getattr(said, relation)] for relation in ROWS}
        return cls(draft.project, policy={**{name: getattr(said, name) for name in OF_POLICY}, "seen": seen}, rows=rows)

    def is_valid(self) -> bool:
        # All, so that everything that is wrong is marked at once.
        valid = all([self.form.is_valid(), *(rows.is_valid() for rows in self.rows.values())])
        if self.form.is_valid():
            for problem in drafting.policy_problems(self.facts()):
                self.form.add_error(problem.field, problem.sentence)
                valid = False
        return valid

    def facts(self, otherwise: Facts = Facts()) -> Facts:  # noqa: B008 - frozen
        """Return what was typed; what cannot be read is left out, and in the policy itself said as in ``otherwise``."""
        read = self.form.cleaned_data
        policy = {name: read.get(name, getattr(otherwise, name)) for name in OF_POLICY}
        return Facts(**policy, **{relation: rows.facts() for relation, rows in self.rows.items()})

    def rearranged(self, wish: str) -> "DraftForms":
        """Return the same text with a row added, moved or taken out: "contacts add", "contacts up 2" (rows count from 0)."""
        policy = {name: self.form[name].data for name in self.form.fields}
        rows = {relation: formset.typed() for relation, formset in self.rows.items()}
        relation, what, place = (*wish.split(" "), "", "")[:3]
        focus = _rearrange(rows.get(relation, []), what, int(place) if place.isdecimal() and len(place) < 5 else -1)
        made = DraftForms(self.project, policy=policy, rows=rows)
        made._focus_on(relation, what, focus)
        return made

    def warn(self, warnings):
        """Put warnings of the version table beside the rows that they are about."""
        rows = self.rows["supported_versions"]
        shown = rows.kept() if rows.is_bound else rows.forms
        for warning in warnings:
            if warning.row is not None:
                form = shown[warning.row.position]
                form.warnings = [*getattr(form, "warnings", ()), warning.text]

    def focus_on_errors(self):
        """Let the page open at the first field that is wrong."""
        wrong = next((form for form in self._all() if form.errors), None)
        if wrong is not None:
            visible = wrong.visible_fields()
            at = next((field for field in visible if field.errors), visible[0])
            at.field.widget.attrs["autofocus"] = True

    def _all(self) -> Iterator[forms.Form]:
        yield self.form
        for rows in self.rows.values():
            yield from rows.forms

    def _formset(self, relation, data, rows, components):
        given = (rows or {}).get(relation, [])
        kwargs = {"form_kwargs": {"components": components}} if relation == "supported_versions" else {}
        made = FORMSETS[relation](data, prefix=relation, initial=given, **kwargs)
        made.extra = len(given)
        return made

    def _focus_on(self, relation, what, place):
        if relation not in self.rows:
            return
        rows = self.rows[relation]
        rows.emptied = what == "remove" and not rows.forms
        if not 0 <= place < len(rows.forms):
            return
        if what in ("add", "remove"):
            rows.forms[place].visible_fields()[0].field.widget.attrs["autofocus"] = True
        elif what in ("up", "down"):
            # At either end the button that was pressed is gone.
            rows.forms[place].moved = {0: "down", len(rows.forms) - 1: "up"}.get(place, what)


def _rearrange(rows, what, place) -> int:
    """Change the list of rows; return the place that it is about now (-1: none)."""
    if what == "add":
        rows.append({})
        return len(rows) - 1
    if not 0 <= place < len(rows):
        return -1
    if what == "remove":
        del rows[place]
        return min(place, len(rows) - 1)
    to = place + {"up": -1, "down": 1}.get(what, 0)
    if 0 <= to < len(rows):
        rows.insert(to, rows.pop(place))
        return to
    return place


class PublishForm(forms.Form):
    """When a draft begins to be in force, in the time zone of its project."""

    when = forms.ChoiceField(
        label=_("In force"), choices=[("now", _("at once")), ("later", _("from a date ahead"))], initial="now", widget=forms.RadioSelect
    )
    begins = forms.DateTimeField(
        label=_("From"),
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args, project, **kwargs):
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(project.timezone)
        self.fields["begins"].help_text = _("In the project's time zone, %(zone)s.") % {"zone": project.timezone}

    def full_clean(self):
        # A time that is typed is the project's, wherever the reader lives.
        with override(self.zone):
            super().full_clean()

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("when") == "now":
            cleaned["begins"] = None
        elif "begins" in cleaned and cleaned["begins"] is None:
            self.add_error("begins", _("Give the date and the time from which it is in force."))
        elif cleaned.get("begins") and cleaned["begins"] <= now():
            self.add_error("begins", _("This lies in the past. Give a time ahead, or choose “at once”."))
        return cleaned


class ImportForm(forms.Form):
    """A SECURITY.md: pasted, or as a file."""

    text = forms.CharField(label=_("Its text"), required=False, strip=False, widget=_text_area(14))
    file = forms.FileField(
        label=_("Or the file itself"),
        required=False,
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".md,.markdown,.txt,.rst,.adoc,text/*"}),
    )
    replace = forms.BooleanField(label=_("Replace the draft that is there, with all its rows"), required=False)

    def clean(self):
        """Take the text from the file, if one was chosen; ``name`` is then the file's."""
        cleaned = super().clean()
        file = cleaned.get("file")
        cleaned["name"] = file.name[:200] if file else ""
        if file:
            try:
                cleaned["text"] = reading.decoded(file.read())
            except reading.Unreadable as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        if not cleaned.get("text", "").strip():
            raise forms.ValidationError(_("Paste the text, or choose the file."))
        return cleaned


class KeepForm(forms.Form):
    """What the lines are that were not understood; those without a choice stay as they are."""

    def __init__(self, *args, passages, **kwargs):
        super().__init__(*args, **kwargs)
        for passage in passages:
            field = forms.ChoiceField(
                label=_("Line %(number)d") % {"number": passage["line"]},
                required=False,
                choices=[("", _("not kept")), *Clause.Kind.choices],
            )
            field.passage = passage["text"]
            self.fields[f"line-{passage['line']}"] = field

    def chosen(self) -> dict[int, str]:
        """Return the kind of each line that is to be kept."""
        return {int(name.removeprefix("line-")): kind for name, kind in self.cleaned_data.items() if kind}
