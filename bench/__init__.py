"""Measures what a request costs: ``python -m bench``. README.md beside this file says what, how, and how to read it."""
