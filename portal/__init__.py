"""The Django project, and the app of hosted projects and their policies."""

VERSION = "0.1.0"
