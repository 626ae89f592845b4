.DEFAULT_GOAL := help
.PHONY: help setup demo serve test test-browser test-all screens snapshots bench-pages bench-seal bench-scale chaos fuzz lint format lock clean
PY := .venv/bin/python
# The tests start the service a hundred times: it need not be compiled each time, whatever the shell says.
export PYTHONDONTWRITEBYTECODE :=

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## install everything that is missing (Debian packages, .venv)
	@bash .ci/setup

demo: setup ## run the whole job with sample data, from lease data to archive
	@$(PY) -m signing demo

serve: setup ## start the service with demo data, to click through
	@$(PY) -m signing serve --development var/serve --samples

# Of the browser's tests, those of the way of a tenant: all of them together take longer than the rest.
IN_SHORT := tests/browser/test_signing.py tests/browser/test_robots.py
SUITE := $(wildcard tests/test_*.py) tests/docgen tests/signing $(IN_SHORT)

test: setup lint ## run all checks, and all tests but the longer ones of the browser
	@$(PY) -m pytest -n 3 --dist loadscope --no-loadscope-reorder $(SUITE)

test-browser: setup ## run all tests of the pages in Chromium, with axe, in three languages
	@$(PY) -m pytest -n 2 --dist loadscope --no-loadscope-reorder tests/browser

test-all: test test-browser ## both

screens: setup ## photograph every page at phone and desktop width, in var/screens
	@HUURZEGEL_SCREENS=var/screens $(PY) -m pytest tests/browser

snapshots: setup ## renew the reviewed pictures of the documents' pages; look at each before committing
	@$(PY) -m tests.page_snapshots

bench-pages: setup ## measure the pages on a slow phone: bytes and waiting time
	@$(PY) -m tests.browser.bench

bench-docgen: setup ## race the making of documents against other ways (quiet machine; WITH="--full --write")
	@$(PY) -m tests.bench.docgen $(WITH)

bench-seal: setup ## race signing and sealing against other ways (quiet machine; WITH="--write")
	@$(PY) -m tests.bench.seal $(WITH)

bench-scale: setup ## time lists with 100,000 packets, and several working processes (WITH="--write")
	@$(PY) -m tests.bench.scale $(WITH)

chaos: setup ## kill the service at random, on failing lines, and look what is left (an hour or two; WITH="--write")
	@$(PY) -m tests.chaos $(WITH)

fuzz: setup ## give the validator spoiled files (INPUTS=2000 SEED=…)
	@$(PY) -m tests.fuzz --inputs $(or $(INPUTS),2000) $(if $(SEED),--seed $(SEED))

lint: setup ## check style and types
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy

format: setup ## put the code in the house's form
	@.venv/bin/ruff check --fix
	@.venv/bin/ruff format

lock: ## renew the locks, after a change in pyproject.toml (needs uv)
	uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml -o requirements.txt
	uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --extra dev pyproject.toml -o requirements-dev.txt

clean: ## remove what was made here: .venv, var, caches
	rm -rf .venv var .pytest_cache .mypy_cache .ruff_cache
