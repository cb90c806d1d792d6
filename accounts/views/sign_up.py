"""Signing up: allauth's pages. One asks for a proof of work while many new accounts are made, the other proves the address."""

import allauth.account.utils  # noqa: F401  first: allauth.account.views alone is a circular import
from allauth.account import views
from allauth.account.adapter import get_adapter

from accounts import proved_address
from portal.lib import limits, proof_of_work

PURPOSE = "signup"


class AskedWhileManyCome:
    """For a form view that makes accounts: past the rates it asks for a proof, in the page and with the form."""

    def form_valid(self, form):
        here = limits.network(self.request)
        try:
            _count(here)
        except limits.TooMany as met:
            try:
                self._check_proof(here)
            except proof_of_work.NotDone:
                return self._ask_for_proof(form, met)
        return super().form_valid(form)

    def get_context_data(self, **context):
        here = limits.network(self.request)
        if limits.exceeded("signup.network", here) or limits.exceeded("signup.portal"):
            ticket = self.request.POST.get("ticket", "")
            context["asked"] = proof_of_work.ask(PURPOSE, heavy=limits.exceeded("signup.heavy", here), ticket=ticket)
        return super().get_context_data(**context)

    def _check_proof(self, here):
        heavy = limits.exceeded("signup.heavy", here)
        proof_of_work.check(self.request.POST.dict(), PURPOSE, heavy=heavy, waiting=("signup.waiting", here))
        if not heavy:
            limits.spend("signup.heavy", here)

    def _ask_for_proof(self, form, met):
        response = self.render_to_response(self.get_context_data(form=form, met=met), status=429)
        response.headers["Retry-After"] = str(int(proof_of_work.WAIT.total_seconds()))
        return response


def _count(here):
    limits.ask("signup.portal")
    limits.spend("signup.network", here)
    limits.spend("signup.portal")


class SignUp(AskedWhileManyCome, views.SignupView):
    """Make an account with an address and a password."""


class ConfirmAddress(views.ConfirmEmailView):
    """Prove an address by the link of a letter."""

    def get_redirect_url(self):
        """Lead to where the person was going, but first to the choice of a password where one is needed."""
        then = self.get_next_url() or get_adapter(self.request).place_kept()
        return proved_address.next_page(self.object.email_address, then=then) or super().get_redirect_url()


sign_up = limits.per_network("signup.tries")(SignUp.as_view())
confirm_address = ConfirmAddress.as_view()
