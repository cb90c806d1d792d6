"""Forms of intake. The report form is made of the fields that the project's policy asks for."""

from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from intake import restriction, texts
from intake.copies import Reason
from intake.declarations import Declarations
from intake.fields import LINE_LENGTH, TidyField, text_area
from intake.models.case import RejectionReason
from intake.models.report import Channel
from portal import version_check
from portal.lib import render
from portal.models import RequestedField
from portal.models.policy import Severity, Stance
from portal.models.team import Role

MARKUPS = [("markdown", _("Markdown or plain text")), ("html", _("HTML"))]
FIRST_YEAR = 1970  # an earlier one is a slip of the pen, such as 0026


class ContentForm(forms.Form):
    """What a report says: title, version, the policy's requested fields, format, credit.

    Where the policy asks for a version in its own words, its first such question takes the place of ours.
    """

    title = TidyField(
        label=_("Title"), max_length=200, help_text=_("One line that tells the team what this is about. Encrypted like everything below.")
    )
    version = TidyField(
        label=_("Affected version"),
        required=False,
        max_length=100,
        help_text=_("As the software reports it, such as 1.4.2. Several: separate them by commas."),
    )
    markup = forms.ChoiceField(
        label=_("Format of your text"), choices=MARKUPS, initial="markdown",
        help_text=_("Code blocks stay byte for byte. HTML is reduced to harmless markup; other tags are removed."),
    )  # fmt: skip
    credit = TidyField(
        label=_("Name for the credit"),
        required=False,
        max_length=120,
        help_text=_("How an advisory may name you. Leave it empty to stay anonymous."),
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args, policy, **kwargs):
        super().__init__(*args, **kwargs)
        self.policy = policy
        self.requested = list(policy.requested_fields.all())
        for requested in self.requested:
            self.fields[_name(requested)] = _field_for(requested)
        asked = [_name(requested) for requested in self.requested]
        self.order_fields(["title", "version", *asked, "markup", "credit", "client_id"])
        self.version_names = [_name(one) for one in self.requested if one.kind == RequestedField.Kind.VERSION]
        if self.version_names:
            del self.fields["version"]
        self.version_names = self.version_names or ["version"]
        if policy.credit == Stance.NO:
            del self.fields["credit"]

    def clean(self):
        cleaned = super().clean()
        try:
            texts.check_size(*(value for value in cleaned.values() if isinstance(value, str)))
        except texts.TextRefused as refused:
            raise ValidationError(str(refused)) from refused
        return cleaned

    @property
    def version_selector(self) -> str:
        """Return the CSS selector of the fields that ask for a version."""
        return ", ".join(f"#{self[name].id_for_label}" for name in self.version_names)

    def checked(self, *, at):
        """Return what the policy says of the versions that stand in the form now, valid or not."""
        standing = (render.tidy(str(self[name].value() or ""))[:LINE_LENGTH] for name in self.version_names)
        return version_check.check(self.policy, ",".join(standing), at=at)

    def content(self) -> dict:
        """Return the rendered content of the report, ready to seal."""
        cleaned, version = self.cleaned_data, self.version_names[0]
        answers = [texts.Answer(one.key, one.label, cleaned[_name(one)]) for one in self.requested if _name(one) != version]
        return texts.report(
            title=cleaned["title"],
            version=cleaned[version],
            answers=answers,
            markup=cleaned["markup"],
            credit=cleaned.get("credit", ""),
            reached=cleaned.get("reached", ""),
            declared=self.declared(),
        )

    def declared(self) -> dict:
        """Return what was ticked and declared beside the report."""
        return {}


class ReportForm(ContentForm):
    """A report as its reporter sends it, with what the policy and a running pause want to have ticked and declared."""

    def __init__(self, *args, policy, pause=None, **kwargs):
        super().__init__(*args, policy=policy, **kwargs)
        self.pause, self.declarations = pause, Declarations(policy, pause)
        before, after, names = self.declarations.before(), self.declarations.after(), list(self.fields)
        place = names.index("markup")
        self.fields.update(before | after)
        self.order_fields([*before, *names[:place], *after, *names[place:]])

    def suggest(self, *, credit: str, version: str):
        """Fill in what is known of a new report."""
        self.initial |= {"credit": credit, self.version_names[0]: version[:LINE_LENGTH]}

    def clean(self):
        cleaned = super().clean()
        for name, sentence in self.declarations.check(cleaned).items():
            self.add_error(name, sentence)
        return cleaned

    def declared(self):
        return self.declarations.record(self.cleaned_data)


class RecordForm(ContentForm):
    """A report that reached the team elsewhere, with the time at which it came."""

    channel = forms.ChoiceField(label=_("How it arrived"), choices=[one for one in Channel.choices if one[0] != Channel.PORTAL])
    received_at = forms.DateTimeField(
        label=_("When it arrived"),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M:%S", attrs={"type": "datetime-local", "step": 1}),
        help_text=_("In your time zone. All clocks run from here."),
    )
    reached = TidyField(
        label=_("Who reported it, and how to reach them"), required=False, max_length=LINE_LENGTH, help_text=_("Encrypted with the report.")
    )
    address = forms.EmailField(
        label=_("Send the reporter a link to claim it"),
        required=False,
        help_text=_(
            "An e-mail address. With the link they follow the report here; it works once. Leave it empty to pass the link on yourself."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields(["channel", "received_at", "reached", "address"])
        for requested in self.requested:
            # What the reporter did not say, the recorder cannot know.
            self.fields[_name(requested)].required = False

    def clean_received_at(self):
        received_at = self.cleaned_data["received_at"]
        if received_at > now():
            raise ValidationError(_("A report cannot arrive in the future. Give the time at which it reached the team."))
        if received_at.year < FIRST_YEAR:
            raise ValidationError(_("Check the year: this is before anybody could have reported it."))
        return received_at


class MessageForm(forms.Form):
    """A message to the other side of a conversation."""

    text = TidyField(label=_("Your message"), strip=False, widget=text_area(6))
    parent = forms.UUIDField(required=False, widget=forms.HiddenInput)
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def clean_text(self):
        try:
            texts.check_size(self.cleaned_data["text"])
        except texts.TextRefused as refused:
            raise ValidationError(str(refused)) from refused
        return self.cleaned_data["text"]


class TeamMessageForm(MessageForm):
    text = TidyField(label=_("Message to the reporter"), strip=False, widget=text_area(6))
    # With what the page showed, so that a tick that somebody else made meanwhile is not taken back unseen.
    waits_for_reporter = forms.BooleanField(
        label=_("We need an answer from the reporter: clocks that wait for it stop until then"), required=False, show_hidden_initial=True
    )
    assessment = forms.BooleanField(
        label=_("This is our assessment, with the next steps"),
        required=False,
        help_text=_("Meets the promise of an assessment, where the policy makes one."),
    )

    def ask_whether_it_waits(self, possible, *, waiting):
        """Show the tick where a clock is open that can stop for the reporter; ticked while one does."""
        if possible:
            self.initial.setdefault("waits_for_reporter", waiting)
        else:
            del self.fields["waits_for_reporter"]

    @property
    def waits(self) -> bool | None:
        """Return whether the team waits for the reporter from here on; None leaves it as it is."""
        ticked = self.cleaned_data["waits_for_reporter"]
        return ticked if ticked or "waits_for_reporter" in self.changed_data else None


class NoteForm(MessageForm):
    text = TidyField(label=_("Team-only note"), strip=False, widget=text_area(4))
    parent = None


class DeclineForm(MessageForm):
    text = TidyField(
        label=_("Message to the reporter"), strip=False, widget=text_area(6), help_text=_("Why it stays, and perhaps until when.")
    )
    parent = None


class HoldForm(MessageForm):
    text = TidyField(label=_("Why"), strip=False, widget=text_area(4), help_text=_("Kept as a team note. Reporters do not see it."))
    # What its page offered: a second press, or a page from before, must not do the opposite.
    lifts = forms.BooleanField(required=False, widget=forms.HiddenInput)
    parent = None

    @property
    def lifting(self) -> bool:
        """Say whether this form lifts a hold, or places one."""
        return self.fields["lifts"].to_python(self["lifts"].value())


class CopyForm(forms.Form):
    """Why somebody of the team takes a copy of a case."""

    reason = forms.ChoiceField(label=_("Why"), choices=Reason.choices, help_text=_("It stands in the timeline, with your name."))


class HandOverForm(forms.Form):
    """Which guest becomes the reporter."""

    to = forms.ModelChoiceField(label=_("Who becomes the reporter"), queryset=None, widget=forms.RadioSelect, empty_label=None)

    def __init__(self, *args, heirs, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = heirs
        self.fields["to"].label_from_instance = lambda guest: guest.shown_name


class ReadersForm(forms.Form):
    """Who else of the team may open a restricted case."""

    people = forms.ModelMultipleChoiceField(
        label=_("Who else may open it"), queryset=None, to_field_name="uuid", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, case, by, required, **kwargs):
        super().__init__(*args, **kwargs)
        people = self.fields["people"]
        people.queryset, people.required = restriction.not_named(case).exclude(pk=by.pk), required
        people.label_from_instance = lambda one: f"{one.shown_name}, {Role(one.role).label}"


class EditForm(forms.Form):
    """A message or note put differently, with the revision that its author saw."""

    text = TidyField(label=_("Your text"), strip=False, widget=text_area(12))
    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    clean_text = MessageForm.clean_text


class GuestForm(forms.Form):
    """Whom to ask into a report as a guest, and what they may read of it."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("The letter with the link goes there. It works for this address only, once, for 72 hours."),
    )
    with_history = forms.TypedChoiceField(
        label=_("What the guest may read"),
        choices=[("yes", _("Everything, from the report on")), ("no", _("Only what is said after joining"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )

    def clean_email(self):
        return self.cleaned_data["email"].lower()  # as addresses of accounts are kept


class ReadForm(forms.Form):
    """Up to which message somebody has read on a page that stays open."""

    until = forms.UUIDField()


class SeverityForm(forms.Form):
    severity = forms.ChoiceField(label=_("Severity"), choices=[("", _("not set")), *Severity.choices])


class JoinForm(forms.Form):
    """The case to which a report is joined, by the team's reference; ``find`` returns the case of one, or None."""

    into = TidyField(label=_("Reference of the case"), max_length=32, help_text=_("As it stands in the inbox, such as MAILAT-2026-0007."))

    def __init__(self, *args, find, **kwargs):
        super().__init__(*args, **kwargs)
        self._find = find

    def clean_into(self):
        found = self._find(self.cleaned_data["into"].strip())
        if found is None:
            raise ValidationError(_("No case of this project has this reference. Look it up in the inbox, or choose one below."))
        return found


class TitleForm(forms.Form):
    title = TidyField(label=_("Working title"), max_length=200, help_text=_("Only the team sees it."))


class MoveForm(forms.Form):
    """A move that may, or must, come with a message to the reporters.

    ``reports`` are those of the case; ``shown`` names those of which its writer knew: a message goes to nobody else.
    """

    reason = forms.ChoiceField(label=_("Reason"), choices=RejectionReason.choices)
    text = TidyField(label=_("Message to the reporters"), required=False, strip=False, widget=text_area(8))
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, reports, with_reason, with_message, message_required, **kwargs):
        super().__init__(*args, **kwargs)
        self._several, self._reports = len(reports) > 1, " ".join(sorted(report.ref for report in reports))
        self.initial["shown"] = self._reports
        if not with_reason:
            del self.fields["reason"]
        if not with_message:
            del self.fields["text"]
        elif message_required:
            self.fields["text"].required = True

    clean_text = MessageForm.clean_text

    def clean(self):
        data, wanted = super().clean(), self._reports
        shown = data.get("shown") or ("" if self._several else wanted)
        if data.get("text", "").strip() and shown != wanted:
            self.data = self.data.copy()
            self.data[self.add_prefix("shown")] = wanted  # they were told, so the next press sends it
            self.add_error("text", texts.TO_OTHERS)
        return data


def _name(requested):
    return f"answer_{requested.key}"


def _field_for(requested):
    facts = {"label": requested.label, "help_text": requested.help, "required": requested.required}
    if requested.kind == RequestedField.Kind.TEXT:
        return TidyField(strip=False, widget=text_area(5), **facts)
    return TidyField(max_length=LINE_LENGTH, **facts)
