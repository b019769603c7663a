# Everything a person types here. `make` alone lists it.
# VENV is the folder of the virtual environment, PYTHON the interpreter that makes it, OUT where the demo leaves its results.
VENV ?= .venv
PYTHON ?= $(shell command -v python3.11 || echo python3)
OUT ?= demo-output

BENCHMARKS := $(wildcard benchmarks/bench_*.py)
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
export PYTHON

.PHONY: help demo test lint format pytest coverage bench lock clean
.DEFAULT_GOAL := help

help: ## list what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

demo: $(VENV)/.demo ## assess the demonstration system; results in $(OUT)
	@bash scripts/system_libraries.sh
	$(BIN)/isg-audit demo --out $(OUT)

test: lint pytest ## every check, the same as in CI

lint: $(VENV)/.dev ## style, types and walls between the rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev ## put the code into the common form
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

pytest: $(VENV)/.dev $(VENV)-servers/.made ## the tests alone
	@bash scripts/system_libraries.sh --tests
	ISG_AUDIT_SERVERS_VENV=$(VENV)-servers $(BIN)/python -m pytest -n auto --dist loadfile

coverage: $(VENV)/.dev $(VENV)-servers/.made ## the tests, and the lines that none of them ran
	@bash scripts/system_libraries.sh --tests
	ISG_AUDIT_SERVERS_VENV=$(VENV)-servers $(BIN)/python -m pytest -n auto --dist loadfile --cov

bench: $(VENV)/.dev ## the benchmarks, one after the other
	@test -n "$(BENCHMARKS)" || { echo "There is no benchmarks/bench_*.py yet."; exit 1; }
	@set -e; for script in $(BENCHMARKS); do echo "$$script"; $(BIN)/python "$$script"; done

# The public index alone, whatever this machine's pip is set to: hashes of files built elsewhere would hold nowhere else.
# `dev` first; `demo` then takes the same versions.
COMPILE = PIP_CONFIG_FILE=/dev/null CUSTOM_COMPILE_COMMAND="make lock" \
    env -u PIP_FIND_LINKS -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL \
    $(BIN)/pip-compile pyproject.toml --quiet --build-deps-for editable --generate-hashes --allow-unsafe \
    --no-strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

lock: $(VENV)/.dev ## write requirements/*.lock anew after a change of pyproject.toml
	$(COMPILE) --extra explain --extra onnx --extra skops --extra xgboost --extra lightgbm --extra catboost \
	    --extra postgres --extra spark --extra demo --extra test --extra dev \
	    --output-file requirements/dev.lock
	$(COMPILE) --extra demo --constraint requirements/dev.lock --output-file requirements/demo.lock
	$(subst pyproject.toml,requirements/servers.in,$(subst --build-deps-for editable,,$(COMPILE))) \
	    --constraint requirements/dev.lock --output-file requirements/servers.lock

clean: ## remove what the checks and the demo leave (not $(VENV))
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage .coverage.* $(OUT)

# Stamps: an installation is made again only when what it follows from has changed.
$(VENV)/.made:
	@bash scripts/system_libraries.sh
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.demo: $(VENV)/.made requirements/demo.lock pyproject.toml
	$(PIP) install --require-hashes -r requirements/demo.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.made requirements/dev.lock pyproject.toml
	$(PIP) install --require-hashes -r requirements/dev.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# Model servers that the tests start and ask, in an environment of their own: they want other packages than we do.
$(VENV)-servers/.made: $(VENV)/.made requirements/servers.lock
	$(PYTHON) -m venv $(VENV)-servers
	$(VENV)-servers/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/servers.lock
	@touch $@
