"""What every template may read beside its own context."""

from django.utils.functional import SimpleLazyObject


def csp_nonce(request):
    """The nonce of this response; reading it puts it into the Content-Security-Policy."""
    return {"csp_nonce": SimpleLazyObject(lambda: str(request.csp_nonce))}
