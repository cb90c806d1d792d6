"""Fields that take what people write."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.lib import render

LINE_LENGTH = 300


class TidyField(forms.CharField):
    """Text as typed, without what no text needs (NUL and other control characters); newlines are normalised.

    White space alone counts as nothing, so that it does not pass for a required answer.
    """

    default_error_messages = {"required": _("This is needed: please fill it in.")}

    def to_python(self, value):
        text = super().to_python(render.tidy(value) if isinstance(value, str) else value)
        return text if text.strip() else self.empty_value


def text_area(rows, **attrs):
    return forms.Textarea(attrs={"rows": rows, **attrs})
