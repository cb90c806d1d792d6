"""Addresses under /account/."""

from django.urls import path

from accounts.views import account, closing, second_factor

urlpatterns = [
    path("", account.account, name="account"),
    path("close/", closing.close, name="account_close"),
    path("close/<uuid:person>/", closing.close_other, name="account_close_other"),
    path("second-factor/", second_factor.challenge, name="second_factor_challenge"),
    path("second-factor/enrol/", second_factor.enrol, name="second_factor_enrol"),
    path("second-factor/enrol/<str:token>/", second_factor.enrol_link, name="second_factor_enrol_link"),
    path("second-factor/recovery-codes/", second_factor.recovery_codes, name="second_factor_codes"),
]
