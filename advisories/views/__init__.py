"""Pages of advisories: everybody's and the team's."""
