"""Letters that were given up, tried once more: for administrators who mended what was wrong."""

from django.db import transaction

from accounts import audit
from accounts.models import Delivery


@transaction.atomic
def try_again(letters, *, by, at) -> int:
    """Put failed letters back into the queue, from the first try; return how many there were.

    One to somebody without an account cannot be: its address was emptied when it was given up.
    """
    failed = letters.filter(outcome=Delivery.Outcome.FAILED, recipient__isnull=False)
    count = failed.update(outcome=Delivery.Outcome.OPEN, due_at=at, attempts=0, claimed_until=None, settled_at=None, trouble="")
    if count:
        audit.record("letters.tried_again", by=by, at=at, count=count)
    return count
