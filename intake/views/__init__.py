"""Pages of intake: the reporter's side, the team's side."""
