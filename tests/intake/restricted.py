"""What the tests of restricted cases do: Alice keeps a case to herself and those whom she names."""

from django.utils.timezone import now

from intake import restriction
from intake.models import Case, CaseReader
from tests.intake import copied

HIDDEN = "canary-quiet-55"


def restrict(case, *others, by, at=None):
    """Restrict a case to somebody and others; return it read anew."""
    restriction.restrict(anew(case), readers=others, by=by, at=at or now())
    return anew(case)


def anew(case):
    return Case.objects.select_related("project").get(pk=case.pk)


def named(case):
    """The names of those who are named, who was named first on top."""
    return [row.user.display_name for row in CaseReader.objects.filter(case=case).select_related("user").order_by("pk")]


def proved(cast, who):
    """A browser of somebody who proved the second factor just now."""
    return copied.proved(cast.client(who))
