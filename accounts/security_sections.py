"""The parts of the Security page that this app has."""

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils.timezone import now

from accounts import passkeys, recovery, signing_in, social, two_factor
from accounts.models import Session
from accounts.security_page import section

MOST_SESSIONS = 20  # who has more of them ends the others together


@section("accounts/_factors.html", place=10)
def factors(request):
    """Authenticator app, passkeys, and how many recovery codes are left."""
    return {"app": two_factor.app_of(request.user), "passkeys": list(passkeys.of(request.user)), **_codes(request.user)}


def _codes(user):
    left = two_factor.codes_left(user)
    return {"codes_left": left, "few": left <= two_factor.FEW_CODES}


@section("accounts/_password_section.html", place=20)
def password(request):
    """Where the password is changed; nothing for somebody who signs in elsewhere and has none."""
    return {} if request.user.has_usable_password() else None


@section("accounts/_linked.html", place=25)
def linked(request):
    """Accounts elsewhere that let this person in, and sites that could; nothing where no site is set."""
    return social.links_of(request.user)


@section("accounts/_sessions.html", place=30)
def sessions(request):
    """The newest living sessions, this one first, and whether there are more."""
    user, at = request.user, now()
    living = Session.objects.filter(user=user, expire_date__gt=at, begun_at__gt=at - signing_in.LONGEST)
    if user.needs_second_factor:
        living = living.filter(seen_at__gt=at - signing_in.STAFF_IDLE)
    is_this = ExpressionWrapper(Q(session_key=request.session.session_key), output_field=BooleanField())
    found = list(living.annotate(is_this=is_this).order_by("-is_this", "-seen_at", "-begun_at", "pk")[: MOST_SESSIONS + 1])
    return {"sessions": found[:MOST_SESSIONS], "more": len(found) > MOST_SESSIONS, "others": len(found) > 1}


@section("accounts/_recovery.html", place=5)
def lost_factor(request):
    """The recovery of one's second factor that is under way, to be stopped; nothing without one."""
    under_way = recovery.open_of(request.user)
    return under_way and {"recovery": under_way, "agreed": under_way.approvals.count()}
