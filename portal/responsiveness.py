"""Whether everybody may read how soon a project's team answered: decided by its owners. What the page says is made by intake."""

from django.db import transaction

from accounts import audit
from portal.models import Project


@transaction.atomic
def show(project, *, shown: bool, by, at) -> bool:
    """Show the public page of response times from now on, or no longer; say whether that is new."""
    held = Project.objects.select_for_update(no_key=True).only("pk", "shows_responsiveness").get(pk=project.pk)
    if held.shows_responsiveness == shown:
        return False
    # The directory and the policy page link to it: they are made anew.
    Project.objects.filter(pk=project.pk).update(shows_responsiveness=shown, changed_at=at)
    project.shows_responsiveness = shown
    audit.record("project.responsiveness_set", by=by, at=at, project=project.uuid, shown=shown)
    return True
