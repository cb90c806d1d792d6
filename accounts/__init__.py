"""People, how they prove who they are, the audit trail, and the one way out for letters."""
