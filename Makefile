# Every target sets up .venv from the lock when it is missing or stale. Python 3.11 or later and make are all it assumes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STUDY ?= seeds/study.toml
SHARED ?= $(or $(NUTGRAF_SHARED),../shared)

.DEFAULT_GOAL := help
.PHONY: help install report test test-long lint lab bench pictures validate train-sentiment lock clean

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
	NUTGRAF_SHARED=$(SHARED) $(BIN)/python benchmarks/lexical.py
	$(BIN)/python benchmarks/framing.py $(SHARED)/corpora/allsides_sample.parquet
	$(BIN)/python benchmarks/attribution.py $(SHARED)/corpora/allsides_sample.parquet
	NUTGRAF_SHARED=$(SHARED) $(BIN)/python benchmarks/sentiment.py
	$(BIN)/python benchmarks/reuse.py quality --corpus $(SHARED)/corpora/allsides_sample.parquet
	$(BIN)/python benchmarks/reuse.py speed --corpus $(SHARED)/corpora/allsides_sample.parquet
	$(BIN)/python benchmarks/reuse.py growth --corpus $(SHARED)/corpora/allsides_sample.parquet
	NUTGRAF_SHARED=$(SHARED) $(BIN)/python benchmarks/scale.py engines

pictures: $(VENV)/dev.stamp ## the README's pictures, of the real report (needs Chromium)
	$(BIN)/python docs/pictures.py

validate: $(VENV)/dev.stamp ## agreement with human coding, from the gold data
	$(BIN)/nutgraf validate $(SHARED)/gold --out reports/validation

# TRAINING: a Python with requirements/training.txt; BASE: folder with minilm/ and mpnet/; WORK: where runs and data go.
TRAINING ?= python3
WORK ?= training
TRAIN = cd analysis/models && $(TRAINING) -m sentiment_training
train-sentiment:            ## the sentiment model anew (hours; analysis/models/sentiment_training/README.md)
	@test -n "$(BASE)" || { echo "give BASE=FOLDER with the base weights; see analysis/models/sentiment_training/README.md" >&2; exit 2; }
	$(TRAIN).train --base $(abspath $(BASE))/minilm --gold $(abspath $(SHARED))/gold/newsmtsc --out $(abspath $(WORK))/first --seed 1
	$(TRAIN).train --base $(abspath $(BASE))/mpnet --gold $(abspath $(SHARED))/gold/newsmtsc --out $(abspath $(WORK))/teacher \
	  --epochs 3 --rate 5e-5 --head-rate 2e-4 --frozen 6
	$(TRAIN).mentions --corpus $(abspath $(wildcard $(SHARED)/corpora/*.parquet)) --gold $(abspath $(SHARED))/gold/newsmtsc \
	  --count 235000 --out $(abspath $(WORK))/drawn.jsonl
	$(TRAIN).teach --base $(abspath $(BASE))/minilm --model $(abspath $(WORK))/first/model.safetensors \
	  --gold $(abspath $(SHARED))/gold/newsmtsc --rows $(abspath $(WORK))/drawn.jsonl --out $(abspath $(WORK))/by-first
	$(TRAIN).choose --rows $(abspath $(WORK))/by-first/drawn.jsonl --count 112000 --out $(abspath $(WORK))/chosen.jsonl
	$(TRAIN).teach --base $(abspath $(BASE))/mpnet --model $(abspath $(WORK))/teacher/model.safetensors \
	  --gold $(abspath $(SHARED))/gold/newsmtsc --rows $(abspath $(WORK))/chosen.jsonl $(abspath $(SHARED))/gold/newsmtsc/train.jsonl \
	  --out $(abspath $(WORK))/taught
	$(TRAIN).train --base $(abspath $(BASE))/minilm --start $(abspath $(WORK))/first/model.safetensors \
	  --gold $(abspath $(SHARED))/gold/newsmtsc --train $(abspath $(WORK))/taught/train.jsonl \
	  --extra $(abspath $(WORK))/taught/chosen.jsonl --gold-weight 0.5 --epochs 3 --out $(abspath $(WORK))/student
	$(TRAIN).export --base $(abspath $(BASE))/minilm --model $(abspath $(WORK))/student/model.safetensors \
	  --gold $(abspath $(SHARED))/gold/newsmtsc --out $(abspath $(WORK))/export

lock:                       ## make the lock files anew (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
	  --extra lab --extra build pyproject.toml -o requirements/run.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
	  --extra lab --extra build --extra scale --extra dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt

clean:                      ## remove .venv and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
