# Everything a person needs: make run, make test. Nothing here needs more than Python and make.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
PY := $(VENV)/bin/python
BUSY = $(shell nproc 2>/dev/null || echo 1)
export PORT

.PHONY: help run env test proof lint lock bench python-is-new-enough

help:
	@echo "make run    start Parley here (PORT=8000)"
	@echo "make test   run the tests (ARGS= reaches pytest)"
	@echo "make proof  try properties on examples that nobody has tried yet, rotate 10,000 keys under load, kill processes for minutes (takes long)"
	@echo "make lint   check style, templates and migrations"
	@echo "make env    create or refresh the Python environment"
	@echo "make lock   resolve the requirements anew"
	@echo "make bench  measure (with DATABASE_URL for PostgreSQL)"

# Two stamps, so that `make run` waits for the runtime alone and an environment is only touched when its lock changed.
RUN_STAMP := $(VENV)/.runtime-ready
DEV_STAMP := $(VENV)/.development-ready

run: $(RUN_STAMP)
	@exec $(PY) manage.py up

env: $(DEV_STAMP)

test: $(DEV_STAMP)
	$(PY) -m pytest -n $(BUSY) --dist loadfile $(ARGS)

proof: $(DEV_STAMP)
	$(PY) -m pytest -n $(BUSY) -m "hypothesis or proof" --hypothesis-profile=proof $(ARGS)

lint: $(DEV_STAMP)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m djlint --quiet --lint templates
	@data=$$(mktemp -d); trap 'rm -rf "$$data"' EXIT; PARLEY_DATA="$$data" $(PY) manage.py makemigrations --check --dry-run

# The exact flags keep every host name out of the locks.
UV_COMPILE := $(VENV)/tools/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet
lock: $(VENV)/tools/bin/uv
	$(UV_COMPILE) --output-file requirements.lock $(ARGS)
	$(UV_COMPILE) --group dev --output-file requirements-dev.lock $(ARGS)

ifneq ($(wildcard bench/__main__.py),)
bench: $(DEV_STAMP)
	$(PY) -m bench $(ARGS)
else
bench:
	@echo "There is no bench/ in this checkout." && exit 1
endif

python-is-new-enough:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Parley needs Python 3.11 or newer, and '$(PYTHON)' is not that." \
	  "Name another one, for example: make $(or $(MAKECMDGOALS),run) PYTHON=python3.12"; exit 1; }

$(PY): | python-is-new-enough
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "This Python has no venv module. On Debian: apt install python3-venv"; exit 1; }

$(RUN_STAMP): requirements.lock | $(PY)
	@echo "Installing what $< names; the first time this takes a minute."
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes --requirement requirements.lock
	@touch $@

$(DEV_STAMP): requirements-dev.lock | $(PY)
	@echo "Installing what $< names; the first time this takes a minute."
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	@touch $@ $(RUN_STAMP)

$(VENV)/tools/bin/uv: | $(PY)
	$(PY) -m venv $(VENV)/tools
	$(VENV)/tools/bin/pip install --quiet --disable-pip-version-check uv
	@touch $@
