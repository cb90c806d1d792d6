"""Advisories: drafted under seal on a case, published as a copy, read by everybody."""
