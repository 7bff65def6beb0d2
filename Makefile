# The commands a person runs are the commands CI runs.
PYTHON ?= python3
BIN := .venv/bin
# Two processes: each test file in one of them. The tests of the browser share one server and run by themselves.
PYTEST := $(BIN)/python -m pytest
APART := -n 2 --dist loadfile --ignore tests/e2e

.PHONY: demo run check test lint format clean

demo: .venv/runtime  ## draw and process the demo films, print found beside true, open the dashboard on them
	$(BIN)/python -m vrd_core demo
	$(BIN)/python -m vrd_core dashboard --page sequences

run: .venv/runtime  ## open the dashboard
	$(BIN)/python -m vrd_core dashboard

check: lint  ## format, lint, types and the quick tests: seconds
	$(PYTEST) $(APART) -m "not slow"

test: lint  ## format, lint, types and all tests: minutes
	$(PYTEST) $(APART)
	$(PYTEST) tests/e2e

lint: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: .venv/dev  ## write the code in the project's form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:  ## remove what make set up; the workspace with its results stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version). Give another one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python's venv module is missing. On Debian or Ubuntu: sudo apt install python3-venv. Then run make again."; exit 1; }
	$(PYTHON) -m venv .venv

.venv/runtime: requirements.txt | .venv/bin/python
	$(BIN)/pip install --disable-pip-version-check -q -r requirements.txt
	@touch $@

.venv/dev: requirements.txt requirements-cluster.txt requirements-dev.txt requirements-peers.txt | .venv/bin/python
	$(BIN)/pip install --disable-pip-version-check -q -r requirements-dev.txt
	@$(BIN)/pip install --disable-pip-version-check -q -r requirements-peers.txt >.venv/peers.log 2>&1 || \
	  echo "pdqhash could not be installed (.venv/peers.log; it needs a C++ compiler). Its test will be skipped."
	@touch $@ .venv/runtime
