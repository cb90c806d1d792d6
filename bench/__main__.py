"""The door of ``python -m bench``: Django must be set up before anything of the portal is imported."""

import os
import sys
from importlib import import_module

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
django.setup()
import_module("bench.run").main(sys.argv[1:])
