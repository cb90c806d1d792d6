"""SECURITY.md in and out: read into typed facts by rule, written from them. Pure: text in, facts out, and back."""
