"""What closing an account does to teams: their last owner cannot go; everybody else leaves."""

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.dispatch import receiver
from django.utils.translation import gettext as _

from accounts.closing import closing
from portal import teams
from portal.lib.permissions import Standing
from portal.models import Invitation, Membership, Project


@receiver(closing)
def leave_teams(sender, farewell, **_kwargs):
    """Leave all teams, unless one would be without an owner."""
    memberships = farewell.user.memberships.select_related("project", "user").order_by("project")
    if farewell.closes:
        # Two owners who go at once take turns.
        list(Project.objects.select_for_update(no_key=True).filter(memberships__user=farewell.user).order_by("pk").values_list("pk"))
    for membership in memberships:
        project = membership.project
        others = project.memberships.filter(role=Standing.OWNER, user__is_active=True).exclude(user=farewell.user)
        if membership.role == Standing.OWNER and not others.exists():
            farewell.obstacles.append(_("%(name)s would be without an owner. Make somebody else one first.") % {"name": project.name})
        else:
            farewell.says(_("The team of %(name)s goes on without this person.") % {"name": project.name})
    if farewell.closes and not farewell.obstacles:
        _take_out_of_admin_log(farewell.user, memberships)
        for membership in memberships:
            teams.remove(membership, by=farewell.by, at=farewell.at)
        for address in farewell.addresses:
            Invitation.objects.filter(email__iexact=address).delete()


def _take_out_of_admin_log(user, memberships):
    """The history of the administration has them under the name of then."""
    kept = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Membership))
    kept.filter(object_id__in=[str(one.pk) for one in memberships]).update(object_repr=str(user.uuid))
