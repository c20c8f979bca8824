# Homeward. Needs Python 3.11 or newer and make; everything else it brings along.
#   make demo    a living demonstration on this machine      make test   everything that must be true
#   make help    the other words

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
export PYTHONUNBUFFERED := 1

PY := .venv/bin/python
STAMP := .venv/.homeward-stamp
PEERS := .venv/.homeward-peers
WORKERS ?= 2

.PHONY: help env demo stop test quick lint fix pytest bench shots css lock clean chromium

help: ## Show these words
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

env: $(STAMP) ## Make the environment from the hash-locked list

$(STAMP): requirements/dev.txt scripts/make_env.sh
	@scripts/make_env.sh && touch $(STAMP)

$(PEERS): requirements/bench.txt $(STAMP)
	@echo "Installing what Homeward is measured against"
	@$(PY) -m pip install --disable-pip-version-check --no-input --quiet --require-hashes --prefer-binary -r requirements/bench.txt
	@touch $(PEERS)

demo: env ## Start everything with a seeded, living city; Ctrl-C stops it
	@exec $(PY) -m scripts.demo

stop: env ## Stop local services that were left running
	@$(PY) scripts/services.py down

test: env chromium lint pytest ## All checks and all tests

quick: env ## Tests without browser, concurrency and faults
	@$(PY) -m pytest -q -n $(WORKERS) --ignore tests/browser --ignore tests/concurrency --ignore tests/faults --ignore tests/base

pytest: env chromium
	@$(PY) -m pytest -q -n $(WORKERS) --dist loadgroup --durations 10

lint: env ## Style, types, import contracts, templates, migrations, deploy check
	@scripts/lint.sh

fix: env ## Bring code and templates into shape
	@.venv/bin/ruff check --fix-only -q . ; .venv/bin/ruff format -q . ; find templates -name '*.html' -print0 | xargs -0 -r .venv/bin/djade --target-version 5.2 || true

bench: env $(PEERS) ## Measure; prints seed, sizes, units, ratio and goal
	@scripts/bench.sh

shots: env chromium ## Screenshots of every page, light and dark, 390 and 1280 wide, into shots/
	@$(PY) -m scripts.shots

css: env ## Compile the style sheet (the result is committed)
	@$(PY) scripts/build_css.py

lock: ## Resolve the dependencies again and lock them with hashes (needs uv)
	@scripts/lock.sh

chromium: env
	@scripts/chromium.sh

clean: ## Remove the environment, local services with their data, and caches
	@if [ -x $(PY) ]; then $(PY) scripts/services.py purge; fi
	@rm -rf .venv .local staticfiles shots .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
