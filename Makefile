# Every target sets up .venv from the lock when it is missing or stale. Python 3.11 or later and make are all it assumes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STUDY ?= seeds/study.toml
SHARED ?= $(or $(NUTGRAF_SHARED),../shared)

.DEFAULT_GOAL := help
.PHONY: help install report test test-long lab bench check lint lock validate pictures clean

help:            ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 24

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or later is needed; give it with make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)

# The stamps hold what is installed: run.txt for the main job and the lab, dev.txt (a superset) for the tests.
$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

install: $(VENV)/run.stamp  ## set up .venv alone

report: $(VENV)/run.stamp   ## publish the report of seeds/study.toml (STUDY=... for another)
	$(BIN)/nutgraf report $(STUDY)

lab: $(VENV)/run.stamp      ## open JupyterLab on notebooks/
	$(BIN)/jupyter lab --notebook-dir=notebooks

test: $(VENV)/dev.stamp     ## every test but the long harnesses
	NUTGRAF_SHARED=$(SHARED) $(BIN)/python -m pytest -m "not long"

test-long: $(VENV)/dev.stamp ## the long harnesses
	NUTGRAF_SHARED=$(SHARED) $(BIN)/python -m pytest -m long

lint: $(VENV)/dev.stamp     ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/dev.stamp    ## the benchmarks, side by side; those against other packages say what to install
	$(BIN)/python benchmarks/runner.py
	NUTGRAF_SHARED=$(SHARED) $(BIN)/python benchmarks/readability.py
	$(BIN)/python benchmarks/framing.py $(SHARED)/corpora/allsides_sample.parquet
	$(BIN)/python benchmarks/attribution.py $(SHARED)/corpora/allsides_sample.parquet
	NUTGRAF_SHARED=$(SHARED) $(BIN)/python benchmarks/sentiment.py
	$(BIN)/python benchmarks/reuse.py quality --corpus $(SHARED)/corpora/allsides_sample.parquet
	$(BIN)/python benchmarks/reuse.py speed --corpus $(SHARED)/corpora/allsides_sample.parquet

validate: $(VENV)/dev.stamp ## agreement with human coding, from the gold data
	$(BIN)/nutgraf validate $(SHARED)/gold --out reports/validation

lock:                       ## make the lock files anew (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
	  --extra lab --extra build pyproject.toml -o requirements/run.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
	  --extra lab --extra build --extra dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt

clean:                      ## remove .venv and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
