"""Addresses under /account/."""

from django.urls import path

from accounts.views import account, closing, data, letters, passkeys, recovery, second_factor, security, sessions, social

urlpatterns = [
    path("", account.account, name="account"),
    path("security/", security.security, name="account_security"),
    path("security/link/<slug:provider>/", social.link, name="social_link"),
    path("security/unlink/<slug:provider>/", social.unlink, name="social_unlink"),
    path("openpgp/", account.key, name="account_key"),
    path("openpgp/remove/", account.key_remove, name="account_key_remove"),
    path("letters/", letters.letters, name="account_letters"),
    path("data/", data.data, name="account_data"),
    path("data/export/", data.export, name="account_export"),
    path("close/", closing.close, name="account_close"),
    path("close/<uuid:person>/", closing.close_other, name="account_close_other"),
    path("second-factor/", second_factor.challenge, name="second_factor_challenge"),
    path("second-factor/enrol/", second_factor.enrol, name="second_factor_enrol"),
    path("second-factor/enrol/<str:token>/", second_factor.enrol_link, name="second_factor_enrol_link"),
    path("second-factor/recovery-codes/", second_factor.recovery_codes, name="second_factor_codes"),
    path("second-factor/app/remove/", second_factor.remove_app, name="second_factor_remove_app"),
    path("passkeys/sign-in/begin/", passkeys.sign_in_begin, name="passkey_sign_in_begin"),
    path("passkeys/sign-in/", passkeys.sign_in, name="passkey_sign_in"),
    path("passkeys/prove/begin/", passkeys.prove_begin, name="passkey_prove_begin"),
    path("passkeys/add/begin/", passkeys.add_begin, name="passkey_add_begin"),
    path("passkeys/add/", passkeys.add, name="passkey_add"),
    path("passkeys/<str:key>/rename/", passkeys.rename, name="passkey_rename"),
    path("passkeys/<str:key>/remove/", passkeys.remove, name="passkey_remove"),
    path("sessions/<uuid:session>/end/", sessions.end, name="session_end"),
    path("sessions/end-others/", sessions.end_others, name="sessions_end_others"),
    path("recovery/", recovery.ask, name="recovery_ask"),
    path("recovery/stop/", recovery.stop_own, name="recovery_stop_own"),
    path("recoveries/", recovery.listed, name="recoveries"),
    path("recoveries/<uuid:recovery>/", recovery.one, name="recovery"),
    path("recoveries/<uuid:recovery>/approve/", recovery.approve, name="recovery_approve"),
    path("recoveries/<uuid:recovery>/stop/", recovery.stop, name="recovery_stop"),
]
