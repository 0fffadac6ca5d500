# Needs Python 3.11 or newer and the package index, nothing else.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
WORKERS ?= auto

.PHONY: run test test-all lint format bench docs clean

run: .venv/installed  ## extract corpus/articles into outputs/
	@$(BIN)/xinwen run corpus/articles --out outputs --workers $(WORKERS)

test: .venv/dev  ## the tests, under five minutes
	$(BIN)/python -m pytest -q -n auto -m "not slow"

test-all: .venv/dev  ## the slow tests too
	$(BIN)/python -m pytest -q -n auto

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict pipeline
	$(BIN)/lint-imports

format: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev  ## speed against jieba and spaCy, from one run
	$(BIN)/python tests/bench.py

docs: .venv/installed  ## write outputs/README.md from the model
	$(BIN)/xinwen schema --markdown > outputs/README.md

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/dev: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ .venv/installed
