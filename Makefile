# Two commands matter: `make demo` and `make test`. They need Python 3.11 or later and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
RUN_STAMP := $(VENV)/.run-$(shell cksum requirements/run.txt pyproject.toml | cksum | cut -d' ' -f1)
DEV_STAMP := $(VENV)/.dev-$(shell cksum requirements/dev.txt pyproject.toml | cksum | cut -d' ' -f1)

.PHONY: demo test lint types contracts tests drill format bench bench-extraction lock wheel clean

demo: $(RUN_STAMP)
	$(BIN)/litwatch demo

test: lint types contracts tests

lint: $(DEV_STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(DEV_STAMP)
	$(BIN)/mypy

contracts: $(DEV_STAMP)
	$(BIN)/lint-imports

tests: $(DEV_STAMP)
	$(BIN)/pytest -n auto --dist worksteal

# The long campaign: what the tests do a few hundred times, thousands of times, and on the whole corpus (an hour).
drill: $(DEV_STAMP)
	$(BIN)/pytest tests/extract/test_mutated.py --mutations 20000
	$(BIN)/pytest tests/compose/test_mutated_notes.py tests/compose/test_nothing_dropped.py --mutations 5000
	$(BIN)/pytest tests/web/test_attacks.py tests/web/test_prefetch.py tests/web/test_timing.py --requests 10000
	$(BIN)/pytest tests/e2e/test_kills.py tests/service/test_dot_window.py --kills 200
	$(BIN)/pytest tests/publish/test_mutated_reports.py --mutations 20000
	$(BIN)/pytest tests/web/test_api_schema.py --api-requests 300

format: $(DEV_STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Each script prints ratios measured in one run; see docs/benchmarks.md.
bench: $(DEV_STAMP)
	$(BIN)/python benchmarks/parse_speed.py
	$(BIN)/python benchmarks/pipeline_speed.py --workers 2
	$(BIN)/python benchmarks/extract_speed.py ../shared/corpus/abstracts.jsonl
	$(BIN)/python benchmarks/compose_speed.py
	$(BIN)/python benchmarks/feeds_speed.py
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/serve_speed.py
	$(BIN)/python benchmarks/mail_speed.py

# How well and how fast abstracts are read: every figure on the public and the gold sets, as one Markdown table.
bench-extraction: $(DEV_STAMP)
	$(BIN)/python benchmarks/extraction.py ../shared

wheel: $(DEV_STAMP)
	$(BIN)/python -m build --no-isolation --wheel

# Pin every dependency with its hashes, for all supported Pythons and platforms.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		--extra build-backend --output-file requirements/run.txt pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		--extra dev --constraint requirements/run.txt --output-file requirements/dev.txt pyproject.toml

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "litwatch needs Python 3.11 or later; set PYTHON=…" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): $(BIN)/python requirements/run.txt pyproject.toml
	$(PIP) install --require-hashes --requirement requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_STAMP): $(BIN)/python requirements/dev.txt pyproject.toml
	$(PIP) install --require-hashes --requirement requirements/dev.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
