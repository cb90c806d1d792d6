"""Reports, cases, conversations, triage and the clocks that no report escapes."""
