"""A real site to sign in with: django-oauth-toolkit as a process of its own, once as OpenID Connect and once in GitHub's dialect.

It answers under ``localhost`` and under ``127.0.0.1``: two issuers with the same people. Some of these people are no good:
their names say how the site lies about them (``lies.py``).
"""
