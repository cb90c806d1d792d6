"""Background work of accounts: delegates only."""

from celery import shared_task
from django.utils.timezone import now

from accounts import audit_check, digests, outbox, recovery
from accounts.sessions import SessionStore


@shared_task(ignore_result=True)
def drain_outbox():
    """Make the digests that are due, and try every letter that is."""
    digests.gather(at=now())
    outbox.drain(at=now())


@shared_task(ignore_result=True)
def follow_audit_trail():
    """Follow the chain of the audit trail some way further."""
    audit_check.follow(at=now())


@shared_task(ignore_result=True)
def sweep_recoveries():
    """Do the recoveries of second factors whose time has come."""
    recovery.sweep(at=now())


@shared_task(ignore_result=True)
def clear_sessions():
    """Delete the rows of sessions that ran out."""
    SessionStore.clear_expired()
