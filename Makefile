# Needs Python 3.11 or newer and the package index, nothing else.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
WORKERS ?= auto

.PHONY: run test test-all lint format bench bench-batch encodings metadata fuzz audit picture docs clean

run: .venv/installed  ## extract corpus/articles into outputs/
	@$(BIN)/xinwen run corpus/articles --out outputs --formats all --workers $(WORKERS)

test: .venv/dev  ## the tests, under five minutes
	$(BIN)/python -m pytest -q -n auto -m "not slow"

test-all: .venv/dev  ## the slow tests too, those of Spark among them (needs Java)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,spark]'
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

encodings: .venv/dev  ## how often encodings are guessed right, here and by others
	cd tests && ../$(BIN)/python encodings.py

metadata: .venv/dev  ## how often title, author, publisher, date, sections and boilerplate of pages are right
	cd tests && ../$(BIN)/python metadata.py

SECONDS ?= 60
fuzz: .venv/dev  ## coverage-guided fuzzing of every reader and the extractor, so long each; findings land in fuzz/
	$(BIN)/python -m pip install --quiet atheris
	for target in $$($(BIN)/python tests/fuzz.py 2>/dev/null); do mkdir -p fuzz/$$target && \
	$(BIN)/python tests/fuzz.py $$target -max_total_time=$(SECONDS) -timeout=60 -max_len=90000 \
	-artifact_prefix=fuzz/found- fuzz/$$target || exit; done

audit: .venv/dev  ## known holes in what is installed (asks the package index and OSV), and the licences of it
	$(BIN)/python -m pip install --quiet pip-audit
	$(BIN)/python tests/audit.py
	$(BIN)/python -m pytest -q tests/test_licences.py

bench-batch: .venv/dev  ## two workers, memory over a gigabyte, Spark (needs Java)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,spark]'
	$(BIN)/python tests/bench_batch.py

picture: .venv/dev  ## the README's pictures of the report, made anew; needs chromium
	$(BIN)/python tests/picture.py docs

docs: .venv/installed  ## write outputs/README.md from the model
	$(BIN)/xinwen schema --markdown > outputs/README.md

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[formats]'
	@touch $@

.venv/dev: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ .venv/installed
