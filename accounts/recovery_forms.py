"""The form of who agrees to the recovery of somebody's second factor."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SureOfPersonForm(forms.Form):
    """The word of somebody who knows the person."""

    sure = forms.BooleanField(label=_("I spoke with them in another way than by mail, and I am sure that it is them who asks."))
