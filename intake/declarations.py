"""What a reporter ticks and declares as the policy asks for it: form fields in, a small record for the sealed content out.

The record has these keys, each only where it was asked for: ``none_of`` (the list that was read, and none of it fits),
``ai`` ("none", "helped" or "wrote"), ``ai_how``, ``critical`` (why it cannot wait for the end of a pause).
"""

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.fields import TidyField, text_area
from portal.models import Clause
from portal.models.policy import AiMode

LONGEST = 1000
USES = [
    ("none", _("No AI was used")),
    ("helped", _("AI helped to find or to describe it")),
    ("wrote", _("AI wrote it, and I have checked it")),
]
NOT_SAID = ("", _("I would rather not say"))


class Declarations:
    """The questions that come from a policy and from a running pause, as fields of a form.

    The names of ticks carry the number of the policy: what was ticked under one version says nothing of the next.
    """

    def __init__(self, policy, pause):
        self.policy, self.pause = policy, pause
        clauses = policy.clauses.all()
        self.not_a_vulnerability = [one.text for one in clauses if one.kind == Clause.Kind.NOT_A_VULNERABILITY]
        self.ai_clauses = [one.text for one in clauses if one.kind == Clause.Kind.AI]
        self.none_of, self.without_ai = f"none_of_these_{policy.number}", f"without_ai_{policy.number}"

    def before(self) -> dict[str, forms.Field]:
        """Return what is asked before the report itself."""
        return self._critical() | self._none_of()

    def after(self) -> dict[str, forms.Field]:
        """Return what is asked after it."""
        match self.policy.ai:
            case AiMode.ALLOW:
                return self._ai([NOT_SAID, *USES], required=False)
            case AiMode.DECLARE:
                return self._ai(USES, required=True)
            case AiMode.REFUSE:
                return {self.without_ai: _tick(_("I found and wrote this without AI"), missing=WITHOUT_AI_MISSING)}
        return {}

    def check(self, cleaned: dict) -> dict[str, str]:
        """Return what is missing in answers that are each fine alone: {field: a sentence}."""
        if self.policy.ai == AiMode.DECLARE and cleaned.get("ai") in ("helped", "wrote") and not cleaned.get("ai_how"):
            return {"ai_how": _("Say what was used and for what, such as the name of the model and what you asked it to do.")}
        return {}

    def record(self, cleaned: dict) -> dict:
        """Return what was declared, ready to be sealed with the report."""
        said = {
            "none_of": self.not_a_vulnerability if cleaned.get(self.none_of) else [],
            "ai": "none" if cleaned.get(self.without_ai) else cleaned.get("ai", ""),
            "ai_how": cleaned.get("ai_how", ""),
            "critical": cleaned.get("critical_why", ""),
        }
        return {key: value for key, value in said.items() if value}

    def _critical(self):
        if not (self.pause and self.pause.critical_ok):
            return {}
        return {
            "critical": _tick(_("This is critical and cannot wait until then"), missing=CRITICAL_MISSING),
            "critical_why": TidyField(
                label=_("Why it cannot wait"),
                max_length=LONGEST,
                widget=text_area(3),
                help_text=_("Who is attacked or exposed now, for example. The team decides by it whether to interrupt its pause."),
            ),
        }

    def _none_of(self):
        if not self.not_a_vulnerability:
            return {}
        return {self.none_of: _tick(_("None of these describes what I found"), missing=NONE_OF_MISSING)}

    def _ai(self, choices, *, required):
        how = _("The name of the tool or model, and what it did. Needed where AI was used.") if required else NAME_IT
        return {
            "ai": forms.ChoiceField(
                label=_("Was AI used for this report?"),
                choices=choices,
                required=required,
                initial="",
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose one: the policy asks every reporter to say so.")},
            ),
            "ai_how": TidyField(label=_("Which AI, and how"), required=False, max_length=LONGEST, widget=text_area(2), help_text=how),
        }


NAME_IT = _("The name of the tool or model, and what it did.")
NONE_OF_MISSING = _("Read the list first, then tick this. Does one of them fit? Then the project does not see it as a vulnerability.")
WITHOUT_AI_MISSING = _("The project takes only reports that were found and written without AI. Tick this if yours was.")
CRITICAL_MISSING = _("The project is paused and takes critical reports only. Tick this if yours is one, or send it after the pause.")


def _tick(label, *, missing):
    return forms.BooleanField(label=label, error_messages={"required": missing})
