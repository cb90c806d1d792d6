"""The way in after signing in."""

from django.shortcuts import redirect


def desk(request):
    """Lead people to where their work is: a team's inbox, the administration, or their own reports."""
    if request.user.memberships.exists():
        return redirect("inbox")
    return redirect("admin:index" if request.user.is_staff else "reports")
