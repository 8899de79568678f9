# Two commands do everything on a fresh machine: `make demo` and `make test`.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
# The date until which releases are considered: a week's cooldown (contract T31).
LOCK_UNTIL ?= $(shell date -u -d '7 days ago' +%F 2>/dev/null || date -u -v-7d +%F)
COMPILE = uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet --exclude-newer $(LOCK_UNTIL)

.PHONY: help
help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 22

# $(1) the lock file. uv when present, pip otherwise; hashes and wheels only either way.
ifdef UV
make_venv = uv venv --quiet --allow-existing --python '>=3.11' $(VENV)
install_lock = uv pip install --quiet --python $(BIN)/python --require-hashes --only-binary :all: -r $(1)
install_self = uv pip install --quiet --python $(BIN)/python --no-deps --editable .
else
make_venv = $(PYTHON) -m venv $(VENV)
install_lock = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r $(1)
install_self = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
endif

.PHONY: setup
setup: $(VENV)/.installed  ## make .venv with everything the demo and the tests need
$(VENV)/.installed: requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "routebot needs Python 3.11 or newer; name one: make PYTHON=python3.12"; exit 1; }
	@echo "setting up $(VENV) from requirements-dev.lock ..."
	@$(make_venv) || { echo "could not make a virtual environment; on Debian: apt-get install python3-venv"; exit 1; }
	@$(call install_lock,requirements-dev.lock)
	@$(install_self)
	@touch $@

.PHONY: lock
lock:  ## resolve both lock files again (needs uv)
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

.PHONY: test
test: setup  ## run the tests
	@$(BIN)/python -m pytest -n auto

.PHONY: lint
lint: setup  ## ruff, mypy, zizmor, workflow schemas
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
