"""Letters that did not arrive, tried once more: for administrators who mended what was wrong."""

from django.db import transaction

from accounts import audit
from accounts.models import Delivery


@transaction.atomic
def try_again(letters, *, by, at) -> int:
    """Put letters that did not arrive back into the queue, from the first try; return how many there were.

    One to somebody without an account cannot be: its address was emptied when it was settled.
    """
    failed = letters.filter(outcome__in=Delivery.UNDELIVERED, recipient__isnull=False)
    count = failed.update(outcome=Delivery.Outcome.OPEN, due_at=at, attempts=0, claimed_until=None, settled_at=None, trouble="")
    if count:
        audit.record("letters.tried_again", by=by, at=at, count=count)
    return count
