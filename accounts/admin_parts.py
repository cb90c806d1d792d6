"""What the lists of the administration share: paged without counting large tables, searched by index, asking before they act."""

from uuid import UUID

from django.contrib.admin import ShowFacets, helpers
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.db.models.functions import Lower
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import User

CONFIRMED = "confirmed"


class BoundedPaginator(Paginator):
    """Counts no further than ``MOST``: whoever wants older rows searches or filters. ``more`` says whether there are any."""

    MOST = 1000

    @cached_property
    def count(self):
        found = self.object_list.order_by().values("pk")[: self.MOST + 1].count()
        self.more = found > self.MOST
        return min(found, self.MOST)


class LongList:
    """A list of many rows, newest first: no full counts, no sorting by columns without an index."""

    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    ordering = ["-pk"]
    sortable_by = []
    actions_selection_counter = False
    show_facets = ShowFacets.NEVER


class ReadOnly(LongList):
    """Rows that only the portal itself writes."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class FoundByPerson:
    """Searched by the whole address of a person or by a UUID, theirs or the row's own: both have an index."""

    person = "user"
    search_fields = ["pk"]  # shows the field; what is typed is looked up below
    search_help_text = _("The whole e-mail address of a person, or a UUID.")

    def get_search_results(self, request, queryset, search_term):
        term = search_term.strip()
        if not term:
            return queryset, False
        people = list(User.objects.alias(lower=Lower("email")).filter(lower=term.lower()).values_list("pk", flat=True))
        where = Q(**{f"{self.person}__in": people})
        if uuid := as_uuid(term):
            where |= Q(**{f"{self.person}__uuid": uuid})
            if any(field.name == "uuid" for field in self.model._meta.fields):
                where |= Q(uuid=uuid)
        return queryset.filter(where), False


def as_uuid(text: str) -> UUID | None:
    """Return the UUID that somebody typed, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None


def ask_first(admin, request, rows, *, action: str, title, sentence, label):
    """Return the page that says what would be done to these rows, or None once that was confirmed. ``rows``: (value, words) each."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    if request.POST.get(CONFIRMED):
        return None
    page = {
        **admin.admin_site.each_context(request),
        "opts": admin.model._meta,
        "title": title,
        "sentence": sentence,
        "label": label,
        "rows": rows,
        "action": action,
        "checkbox": helpers.ACTION_CHECKBOX_NAME,
        "confirmed": CONFIRMED,
    }
    return TemplateResponse(request, "admin/ask_first.html", page)
