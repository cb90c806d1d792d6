"""Pages of hosted projects and of the portal itself."""
